"""Which language a document is written in: Swedish or English, told by its commonest words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from hgplan.formats.document.words import words

__all__ = ["language_of"]

_WORD: Final = re.compile(r"[^\W\d_]+")
_COMMON: Final = {
    "sv": words(
    """
    och att det som en på är för av med till den inte om ett men vi ska har vara år eller vår nya minst ska
    """
),
    "en": words(
    """
    the and to of is in that we will for with be our are this by on at an have new least a as it from
    """
),
}  # fmt: skip
_ENOUGH: Final = 4_000


def language_of(texts: Iterable[str], *, told: str | None = None) -> str:
    """The language of a document, `sv` or `en`; what its front matter tells goes first.

    >>> language_of(["Vi ska bli fler medlemmar och nå ut till alla."]), language_of(["We will be more members."])
    ('sv', 'en')
    """
    if told and told.casefold()[:2] in _COMMON:
        return told.casefold()[:2]
    words = islice((match[0].casefold() for text in texts for match in _WORD.finditer(text)), _ENOUGH)
    counts = dict.fromkeys(_COMMON, 0)
    for word in words:
        for language, common in _COMMON.items():
            counts[language] += word in common
        counts["sv"] += any(letter in "åäö" for letter in word)
    return "en" if counts["en"] > counts["sv"] else "sv"
