"""Lines that are statements of their own though no blank line parts them: key figures, and headings over their text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from hgplan.formats.document.blocks import Block, Kind

__all__ = ["apart"]

_SHORT: Final = 64
_HEADING_LONGEST: Final = 60
_HEADING_WORDS: Final = 8
_BEGINS: Final = re.compile(r"[A-ZÅÄÖ0-9\"”“<>≥≤+(]")
_ENDS: Final = re.compile(r"[.!?:;]$")
_FIGURE: Final = re.compile(r"[^:]{3,80}:\s*\S{0,8}\s*\d")


def apart(blocks: Iterable[Block], *, marked: bool) -> Iterator[Block]:
    """Part the lines of paragraphs whose lines are no running text; `marked` says that headings are marked as such.

    >>> two = Block(kind="paragraph", text="Members: 500\\nNew members: 45", line=3)
    >>> [(block.kind, block.text, block.line) for block in apart([two], marked=True)]
    [('item', 'Members: 500', 3), ('item', 'New members: 45', 4)]
    """
    for block in blocks:
        lines = block.text.split("\n")
        if block.kind == "paragraph" and len(lines) > 1 and block.lead == lines[0] and not _ENDS.search(block.lead):
            # A line in bold over its paragraph is a heading.
            yield attrs.evolve(block, text=lines[0], strong=True)
            block = attrs.evolve(block, text="\n".join(lines[1:]), line=block.line + 1, strong=False, lead="")
            lines = lines[1:]
        if block.kind != "paragraph" or len(lines) < 2 or not _is_listing(lines):
            yield block
            continue
        first = 0
        if _is_heading(lines[0], marked):
            yield attrs.evolve(block, kind="heading", text=lines[0].rstrip(":"), level=2, strong=False, lead="")
            first = 1
        rest = lines[first:]
        figures = all(_FIGURE.match(line) for line in rest)
        if not figures and not all(len(line) <= _SHORT or _ENDS.search(line) for line in rest):
            yield attrs.evolve(block, text="\n".join(rest), line=block.line + first)
            continue
        if len(rest) == 1:
            yield attrs.evolve(block, text=rest[0], line=block.line + first)
            continue
        for place, line in enumerate(rest, start=first):
            kind: Kind = "item" if figures else block.kind
            yield attrs.evolve(block, kind=kind, text=line, line=block.line + place, strong=False, lead="")


def _is_listing(lines: list[str]) -> bool:
    if not all(_BEGINS.match(line) for line in lines):
        return False
    return all(len(line) <= _SHORT or _ENDS.search(line) for line in lines[:-1])


def _is_heading(line: str, marked: bool) -> bool:
    words = line.split()
    if len(line) > _HEADING_LONGEST or len(words) > _HEADING_WORDS or re.search(r"[.!?;,]$", line):
        return False
    if line.isupper() and len(line) > 3 and not re.search(r"\d", line):
        return True
    return not marked and not line.endswith(":") and not re.search(r"\d", line) and len(words) <= 5
