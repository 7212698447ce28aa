"""The phases that a text names: "in three phases: before, during and after the election"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import attrs

from hgplan.formats.document.periods import times_in

__all__ = ["NamedPhase", "phases_in"]

_LISTED: Final = re.compile(
    r"(?<!\w)(?:fas(?:er|erna)?|etapp(?:er|erna)?|skeden|phases?|stages?)\s*(?:[,:–—-]|som är|nämligen|namely"
    r"|which are)\s*([^.;]{6,300})",
    re.I,
)
_NUMBERED: Final = re.compile(r"(?:fas|etapp|phase|stage)\s+(?:\d{1,2}|[IVX]{1,4})\s*[:–—.-]?\s*(.{0,120})", re.I)
_SPLIT: Final = re.compile(r"\s*,\s*(?:och\s+|and\s+|samt\s+)?|\s+(?:och|and|samt)\s+", re.I)
_BARE: Final = re.compile(r"(?:före|innan|under|efter|before|during|after)", re.I)
_BRACKET: Final = re.compile(r"\s*\([^()]*\)")
_MOST_WORDS: Final = 6


@attrs.frozen(kw_only=True)
class NamedPhase:
    """A phase by its name, with its days where the text tells them, and the line that names it."""

    title: str
    start: date | None = None
    end: date | None = None
    line: int | None = None


def phases_in(text: str) -> tuple[NamedPhase, ...]:
    """Find the phases that a sentence lists; a list of one is none.

    >>> [phase.title for phase in phases_in("en kampanj i faser, före, under och efter valet.")]
    ['före valet', 'under valet', 'efter valet']
    """
    if match := _LISTED.search(text):
        found = tuple(_listed(match[1]))
        if len(found) > 1:
            return found
    if (match := _NUMBERED.fullmatch(text)) and (mentions := times_in(text).mentions):
        title = _BRACKET.sub("", text).strip(" :,.")
        return (NamedPhase(title=title, start=mentions[0].first, end=mentions[-1].last),)
    return ()


def _listed(text: str) -> Iterator[NamedPhase]:
    pieces = [piece.strip() for piece in _SPLIT.split(_hidden(text)) if piece.strip()]
    head = _BARE.match(pieces[-1]) if pieces else None
    rest = pieces[-1][head.end() :].strip() if head else ""
    for piece in pieces:
        name = _BRACKET.sub("", piece).strip(" :,")
        if _BARE.fullmatch(name) and rest:
            name = f"{name} {rest}"
        if not name or len(name.split()) > _MOST_WORDS:
            return
        mentions = times_in(piece).mentions
        yield NamedPhase(
            title=name.replace("\x00", ","),
            start=mentions[0].first if mentions else None,
            end=mentions[-1].last if mentions else None,
        )


def _hidden(text: str) -> str:
    # Commas inside brackets part nothing.
    return re.sub(r"\([^()]*\)", lambda match: match[0].replace(",", "\x00"), text)
