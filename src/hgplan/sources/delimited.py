"""Delimited text (CSV): looked through once as bytes, then read lazily, every column as text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

import attrs
import polars as pl

from hgplan.errors import DataError, Location, PlanError, raise_all
from hgplan.metrics import Table
from hgplan.sources.columns import wanted
from hgplan.sources.encodings import codec, text_pieces
from hgplan.sources.records import Grammar, Record, evenness, fields, lines_of, records

__all__ = ["Delimited", "delimited_records", "open_delimited", "scan_delimited"]

_SEPARATORS: Final = {";": "';'", "\t": "a tab", ",": "','", "|": "'|'"}
_SHOWN: Final = 5
_MOST: Final = 1_000
_LONE_CR: Final = re.compile(rb"\r(?!\n)")
_LONGEST_HEADER: Final = 16 * 2**20


@attrs.frozen(kw_only=True)
class Delimited:
    """A text file that was looked through and found sound."""

    path: Path
    encoding: str
    separator: str
    names: tuple[str, ...]
    has_empty_lines: bool = False

    def pieces(self) -> Iterator[bytes]:
        """The file's text in pieces of UTF-8."""
        return text_pieces(self.path, self.encoding)


def scan_delimited(file: Delimited) -> pl.LazyFrame:
    """The rows, every column as text: an empty field is null, and `""` is the empty text."""
    # Polars reads UTF-8 alone without reading all, so other encodings are read whole.
    source = file.path if file.encoding == "utf-8" else io.BytesIO(b"".join(file.pieces()))
    rows = pl.scan_csv(source, separator=file.separator, infer_schema=False, glob=False)
    theirs = rows.collect_schema().names()
    # Polars leaves the quotes of a quoted name as they are.
    rows = rows.rename({their: name for their, name in zip(theirs, file.names, strict=True) if their != name})
    return rows.filter(~pl.all_horizontal(pl.all().is_null())) if file.has_empty_lines else rows


def delimited_records(file: Delimited) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows one by one as text, each with the line that it begins on."""
    found = records(lines_of(file.pieces()), Grammar(file.separator))
    for record in islice(found, 1, None):
        if not record.is_blank:
            yield record.line, dict(zip(file.names, fields(record.content, file.separator), strict=True))


def open_delimited(
    path: Path, *, table: Table | None = None, encoding: str | None = None, separator: str | None = None
) -> Delimited:
    """Look a text file through; raises DataError with the lines of all that is wrong in it."""
    name = codec(encoding)
    mark = separator or ("\t" if ".tsv" in path.name.lower() else ",")
    if not mark.isascii() or len(mark) != 1 or mark in '"\r\n\x00':
        raise PlanError(f"{mark!r} can't separate columns", hint="say one ASCII character, such as ';' or a tab")
    grammar = Grammar(mark)
    header, rest = _header(path, name, grammar)
    names = tuple(fields(header.content, mark))
    _check_names(names, path)
    _check_separator(header.content, names, mark, table, path)
    file = Delimited(path=path, encoding=name, separator=mark, names=names)
    even = evenness(rest, grammar, len(names))
    has_gaps = _checked(file, grammar) if even == "odd" else even == "gaps"
    return attrs.evolve(file, has_empty_lines=has_gaps)


def _header(path: Path, encoding: str, grammar: Grammar) -> tuple[Record, Iterator[bytes]]:
    """The first record, and the text behind it."""
    text = text_pieces(path, encoding)
    held = b""
    header: Record | None = None
    for piece in text:
        held += piece
        header = next(records(lines_of([held]), grammar), None)
        if header is not None and header.broken is None and header.content.endswith(b"\n"):
            break
        if len(held) > _LONGEST_HEADER:
            what = f"the first line of {path.name} is longer than {_LONGEST_HEADER >> 20} MB"
            raise DataError(what, where=Location(path.name, 1), hint="it is no table in text")
    if header is None:
        raise DataError(f"{path.name} is empty, without even a header", where=Location(path.name, 1))
    return _sound(header, path), chain([held[len(header.content) :]], text)


def _sound(header: Record, path: Path) -> Record:
    where = Location(path.name, 1)
    if header.broken is not None:
        raise DataError(f"the header of {path.name} can't be read: {header.broken}", where=where)
    if header.is_blank:
        raise DataError(f"the first line of {path.name} is empty", where=where, hint="the header must come first")
    if _LONE_CR.search(header.content):
        raise DataError(f"{path.name} ends its lines with CR alone", where=where, hint="save it with LF or CRLF")
    return header


def _check_names(names: Sequence[str], path: Path) -> None:
    faults = []
    for name in sorted({name for name in names if names.count(name) > 1}):
        at = [str(number) for number, other in enumerate(names, start=1) if other == name]
        what = f"{len(at)} columns of {path.name} have no name" if not name else f"column {name!r} stands twice in it"
        faults.append(DataError(what, where=Location(path.name, 1), hint=f"columns {', '.join(at)}"))
    if faults:
        raise_all(f"the header of {path.name}", faults)


def _check_separator(header: bytes, names: Sequence[str], mark: str, table: Table | None, path: Path) -> None:
    columns = wanted(table)
    others = {other: fields(header, other) for other in _SEPARATORS if other != mark and other.encode() in header}
    if not others:
        return
    best = max(others, key=lambda other: (len(columns.intersection(others[other])), len(others[other])))
    known, better = columns.intersection(names), columns.intersection(others[best])
    if len(better) > len(known) or (len(names) == 1 and not known):
        count = f"{len(names)} column{'s' if len(names) > 1 else ''}"
        more = f", the table {table.name!r} wants {len(columns)}" if table is not None else ""
        hint = f"the file seems to use {_SEPARATORS[best]}: say separator = {best!r}"
        raise DataError(f"{path.name} has {count}{more}", where=Location(path.name, 1), hint=hint)


def _checked(file: Delimited, grammar: Grammar) -> bool:
    """Look at each record by itself; gives whether there are empty lines, and raises what else is wrong."""
    width, blank = len(file.names), False
    uneven: list[tuple[int, int]] = []
    broken: dict[str, list[int]] = {}
    for record in islice(records(lines_of(file.pieces()), grammar), 1, None):
        if record.is_blank:
            blank = True
        elif record.broken is not None:
            broken.setdefault(record.broken, []).append(record.line)
        elif (fields_here := grammar.width(record.content)) != width:
            uneven.append((record.line, fields_here))
        if len(uneven) >= _MOST:
            break
    name = file.path.name
    faults = []
    if uneven:
        shown = ", ".join(f"line {line} has {count}" for line, count in uneven[:_SHOWN])
        many = f"{len(uneven)} lines" if len(uneven) > 1 else "a line"
        what = f"{many} of {name} without the header's {width} fields: {shown}{', ...' if len(uneven) > _SHOWN else ''}"
        hint = 'a field that holds the separator, a quote or a line break stands in "..."'
        faults.append(DataError(what, where=Location(name, uneven[0][0]), hint=hint))
    for why, lines in broken.items():
        shown = ", ".join(map(str, lines[:_SHOWN])) + (", ..." if len(lines) > _SHOWN else "")
        what = f"{why} in {name}, line {shown}" if len(lines) == 1 else f"{why} in {name}, lines {shown}"
        hint = 'write it as "...", each quote inside doubled'
        faults.append(DataError(what, where=Location(name, lines[0]), hint=hint))
    if faults:
        raise_all(name, faults)
    return blank
