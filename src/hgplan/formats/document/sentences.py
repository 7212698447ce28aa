"""Sentences of a block, with their place in it: abbreviations, dates and numbers end none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from hgplan.formats.document.words import words

__all__ = ["Sentence", "sentences_of"]

_ABBREVIATED: Final = words(
    """
    t.ex ex bl.a ca c:a m.fl m.m osv etc dvs d.v.s f.d fr.o.m t.o.m kl nr st s.k resp inkl exkl ev min max jfr
    kap p sid s o.s.v mfl mm tex bla fd bl t o f.n fn f.ö milj mn tel vs approx incl excl no vol p.a e.g i.e eg
    ie cf dr mr mrs ms prof inc ltd co jan feb mar apr jun jul aug sep sept oct okt nov dec kv
    """
)
_END: Final = re.compile(r"([.!?…])([\"'”’»)\]]*)(?=\s|$)|[;](?=\s)|(?<=[.!?…])(?=[A-ZÅÄÖ][a-zåäö])")
_WORD_BEFORE: Final = re.compile(r"[\w.:]{1,12}$")
_NEXT: Final = re.compile(r"\s{0,20}(\S)")
_LONGEST: Final = 2_000
_LIST_NUMBER: Final = re.compile(r"(?:^|\s)\d{1,2}$")


@attrs.frozen
class Sentence:
    """A sentence and where it begins in its block's text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends in its block's text."""
        return self.start + len(self.text)


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Cut a block's text into sentences; a semicolon ends one too.

    >>> [sentence.text for sentence in sentences_of("Vi är t.ex. 1.500 nu. Vi blir fler!")]
    ['Vi är t.ex. 1.500 nu.', 'Vi blir fler!']
    """
    return tuple(_cut(text.replace("\n", " ")))


def _cut(text: str) -> Iterator[Sentence]:
    start = 0
    for match in _END.finditer(text):
        if match[1] == "." and not _ends(text, match):
            continue
        yield from _sentence(text, start, match.end())
        start = match.end()
    yield from _sentence(text, start, len(text))


def _sentence(text: str, start: int, end: int) -> Iterator[Sentence]:
    while end - start > _LONGEST:
        # No reader takes this for one sentence; a cut at a space keeps the cost of reading it in proportion.
        cut = text.rfind(" ", start, start + _LONGEST)
        cut = start + _LONGEST if cut <= start else cut
        yield from _sentence(text, start, cut)
        start = cut
    piece = text[start:end]
    if stripped := piece.strip():
        yield Sentence(stripped, start + len(piece) - len(piece.lstrip()))


def _ends(text: str, match: re.Match[str]) -> bool:
    next_word = _NEXT.match(text, match.end())
    if next_word is None:
        return True
    following = next_word[1]
    word = _WORD_BEFORE.search(text, max(0, match.start() - 12), match.start())
    if word and word[0].casefold().rstrip(".") in _ABBREVIATED:
        return following.isupper() and word[0].casefold() in ("m.m", "m.fl", "osv", "etc", "st", "mm", "mfl", "kr")
    if _LIST_NUMBER.search(text, max(0, match.start() - 3), match.start()) and following.islower():
        return False
    return not following.islower()
