"""The text of a document: bytes made into lines that keep their numbers, whatever else was in the file."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import attrs

from hgplan.errors import PlanError
from hgplan.model.mappings import FrozenMapping

__all__ = ["LARGEST", "Text", "read_text"]

LARGEST: Final = 4 * 1024 * 1024
"""The most bytes that a document may have; a long plan has a fiftieth of it."""

_FRONT_LINES: Final = 200
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
# Soft hyphens, joiners, direction marks and the like: invisible to a reader, and in the way of every comparison.
_RANGES: Final = (
    (0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x061C, 0x061C),
    (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
)  # fmt: skip
_INVISIBLE: Final = {letter: None for first, last in _RANGES for letter in range(first, last + 1)}
_BREAKS: Final = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_FRONT_KEY: Final = re.compile(r"([\w åäöÅÄÖ-]{1,40}):[ \t]*(.*)")
_TYPST_HEADING: Final = re.compile(r"(={1,6})(?=[ \t]+\S)")
_TYPST_CODE: Final = re.compile(r"#(?:set|show|import|include|let|pagebreak|outline|counter|v|h|align)\b|//")
_BULLET: Final = re.compile(r"([ \t]*)[•·‣▪▫●○◦■□►▶➢➤✓✔✗❖][ \t]*(?=\S)")
_DASH: Final = re.compile(r"([ \t]*)[–—][ \t]+(?=\S)")
_LISTED: Final = re.compile(r"[ \t]*(?:[-*+•·‣▪▫●○◦■□►▶➢➤✓✔✗❖–—]|\d{1,3}[.)])[ \t]*\S")


@attrs.frozen(kw_only=True)
class Text:
    """A document as text: its lines, numbered from 1 as in the file, and what stood in its front matter."""

    name: str
    lines: tuple[str, ...]
    front: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping)


def read_text(content: bytes, *, name: str) -> Text:
    """Decode a document, refusing what is no text, and write its own list marks and headings as Markdown's.

    Line numbers stay those of the file. Invisible characters go, front matter is read off, and headings written with
    equals signs become Markdown's.

    >>> read_text("= Mål\\n• fler med\\u00adlemmar".encode(), name="plan.typ").lines
    ('# Mål', '- fler medlemmar')
    """
    if len(content) > LARGEST:
        size = f"{len(content) / 1024 / 1024:.1f} MiB"
        raise PlanError(
            f"the document is {size} large, the limit is {LARGEST // 1024 // 1024} MiB",
            where=name,
            hint="import the plan's own text, without its pictures and appendices",
        )
    lines = tuple(_BREAKS.split(_decode(content, name)))
    lines = tuple(unicodedata.normalize("NFC", line.translate(_INVISIBLE)) for line in lines)
    front, end = _front_matter(lines)
    return Text(name=name, lines=("",) * end + _as_markdown(lines[end:]), front=front)


def _decode(content: bytes, name: str) -> str:
    if content.startswith(_UTF16):
        raise PlanError("the document is UTF-16, not UTF-8", where=name, hint="save it as UTF-8 and import it again")
    if (zero := content.find(b"\x00")) >= 0:
        raise PlanError(
            f"the document has a NUL byte at offset {zero}: it is no text",
            where=name,
            hint="save a word processor's or a PDF's text as Markdown or plain text in UTF-8",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        hint = "save it as UTF-8 and import it again"
        if content[fault.start] >= 0xA0:
            hint = f"it looks like Windows-1252; {hint}"
        raise PlanError(
            f"the document is not UTF-8 (byte 0x{content[fault.start]:02X} at offset {fault.start})",
            where=f"{name}:{line}",
            hint=hint,
        ) from None


def _front_matter(lines: tuple[str, ...]) -> tuple[FrozenMapping[str, str], int]:
    if not lines or lines[0].rstrip() not in ("---", "+++"):
        return FrozenMapping(), 0
    fence = lines[0].rstrip()
    end = next((place for place, line in enumerate(lines[:_FRONT_LINES]) if place and line.rstrip() == fence), 0)
    if not end:
        return FrozenMapping(), 0
    found: dict[str, str] = {}
    for line in lines[1:end]:
        if match := _FRONT_KEY.fullmatch(line.replace(" = ", ": ", 1).rstrip()):
            found[match[1].strip().casefold()] = match[2].strip().strip("\"'").strip()
    return FrozenMapping(found), end + 1


def _as_markdown(lines: tuple[str, ...]) -> tuple[str, ...]:
    typst = any(_TYPST_HEADING.match(line) for line in lines)
    fence: str | None = None
    listing = True
    written: list[str] = []
    following = iter((*lines[1:], ""))
    for line in lines:
        next_line = next(following)
        mark = line.lstrip()[:3]
        if mark in ("```", "~~~") and fence in (None, mark):
            fence = mark if fence is None else None
        elif fence is None:
            if typst and _TYPST_CODE.match(line):
                line = ""
            elif heading := _TYPST_HEADING.match(line):
                line = "#" * len(heading[1]) + line[heading.end() :]
            elif bullet := _BULLET.match(line):
                line = f"{bullet[1]}- {line[bullet.end() :]}"
            # A dash in the middle of a paragraph is punctuation; after a blank line, a colon or an item, or before
            # another such line, it lists.
            elif (dash := _DASH.match(line)) and (listing or _DASH.match(next_line)):
                line = f"{dash[1]}- {line[dash.end() :]}"
        listing = not line.strip() or line.rstrip().endswith(":") or _LISTED.match(line) is not None
        written.append(line)
    return tuple(written)
