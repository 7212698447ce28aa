"""Tables as plain aligned text, as wide as the terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

import attrs

__all__ = ["Column", "display_width", "printable", "table_text"]

_GAP: Final = "  "
_NARROWEST: Final = 8
_WIDEST_HEADING: Final = 16
# What a terminal obeys or hides instead of showing: controls, line ends, marks that turn the direction of the text.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@attrs.frozen
class Column:
    """A heading and the side that its cells keep to; a left column gives way when the terminal is narrow."""

    heading: str
    align: Literal["left", "right"] = "left"


def printable(text: str) -> str:
    r"""The text with what a terminal would obey rather than show written out.

    >>> print(printable("Nord\x1b[31m"))
    Nord\x1b[31m
    """
    shown = _UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")


def display_width(text: str) -> int:
    """How many places of a terminal the text takes.

    >>> display_width("Öst"), display_width("東")
    (3, 2)
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def table_text(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, width: int | None = None) -> str:
    """The rows under their headings, in lines of at most `width` places where the left columns can give way.

    >>> print(table_text([Column("Goal"), Column("Value", "right")], [["New members", "27 000"], ["Kept", "812"]]))
    Goal          Value
    -----------  ------
    New members  27 000
    Kept            812
    """
    shown = [[printable(column.heading) for column in columns], *([printable(cell) for cell in row] for row in rows)]
    widths = [_natural(column, *cells) for column, cells in zip(columns, zip(*shown, strict=True), strict=True)]
    if width is not None:
        widths = _fitted(columns, widths, width)
    head, *body = shown
    lines = _lines(head, widths, columns, on_foot=True)
    lines.append(_GAP.join("-" * places for places in widths))
    for row in body:
        lines += _lines(row, widths, columns)
    return "\n".join(lines)


def _natural(column: Column, heading: str, *cells: str) -> int:
    """How wide a column is by itself: a heading over figures may be broken, a figure never."""
    head = [heading] if column.align == "left" else _wrapped(heading, _WIDEST_HEADING)
    return max(map(display_width, [*head, *cells]))


def _lines(row: Sequence[str], widths: Sequence[int], columns: Sequence[Column], *, on_foot: bool = False) -> list[str]:
    """The row's lines, as many as its highest cell has; the other cells stand at the top, or on the foot."""
    wrapped = [_wrapped(cell, places) for cell, places in zip(row, widths, strict=True)]
    height = max(map(len, wrapped), default=0)
    empty = [[""] * (height - len(cell)) for cell in wrapped]
    filled = [above + cell if on_foot else cell + above for above, cell in zip(empty, wrapped, strict=True)]
    return [_GAP.join(map(_padded, cells, widths, columns)).rstrip(" ") for cells in zip(*filled, strict=True)]


def _fitted(columns: Sequence[Column], widths: Sequence[int], width: int) -> list[int]:
    """Take places from the widest left column, one by one, until the line fits or nothing more can give way."""
    fitted = list(widths)
    excess = sum(fitted) + len(_GAP) * (len(fitted) - 1) - width
    while excess > 0:
        giving = [index for index, column in enumerate(columns) if column.align == "left"]
        widest = max(giving, key=fitted.__getitem__, default=None)
        if widest is None or fitted[widest] <= _NARROWEST:
            break
        fitted[widest] -= 1
        excess -= 1
    return fitted


def _wrapped(cell: str, width: int) -> list[str]:
    """The cell's words in lines of the width; a word that is too long is cut."""
    if display_width(cell) <= width:
        return [cell]
    lines, line = [], ""
    for piece in re.findall(r"[^ ]+ *", cell):
        if line and display_width(line + piece.rstrip(" ")) > width:
            lines.append(line.rstrip(" "))
            line = ""
        line += piece
        while display_width(line.rstrip(" ")) > width:
            fits = 1
            while display_width(line[: fits + 1]) <= width:
                fits += 1
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line.rstrip(" ")] if line.strip(" ") else lines


def _padded(cell: str, width: int, column: Column) -> str:
    room = " " * (width - display_width(cell))
    return room + cell if column.align == "right" else cell + room
