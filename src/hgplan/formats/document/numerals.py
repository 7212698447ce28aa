"""Numbers written as words, Swedish and English, up to the hundred thousands that prose writes out."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["NUMERAL", "is_one", "may_hold_numeral", "numeral"]

_SMALL: Final = {
    "noll": 0, "zero": 0, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18,
    "nitton": 19,
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80, "nittio": 90,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ONES: Final = {
    "": 0, "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9,
    "-one": 1, "-two": 2, "-three": 3, "-four": 4, "-five": 5, "-six": 6, "-seven": 7, "-eight": 8, "-nine": 9,
}  # fmt: skip
_ALONE: Final = {"en": 1, "ett": 1, "one": 1}


def _written_out() -> dict[str, int]:
    words = dict(_SMALL)
    for tens, ten in _TENS.items():
        english = tens.endswith("ty")
        words |= {tens + ones: ten + one for ones, one in _ONES.items() if not ones or ones.startswith("-") == english}
    hundreds: dict[str, int] = {"hundra": 100, "tusen": 1000, "one hundred": 100, "a hundred": 100, "a thousand": 1000}
    for word, value in {**_SMALL, "ett": 1, "one": 1}.items():
        if 0 < value < 10:
            hundreds |= {f"{word}hundra": value * 100, f"{word} hundra": value * 100, f"{word} hundred": value * 100}
    for word, value in {**words, **hundreds, "ett": 1, "one": 1}.items():
        if 0 < value < 1000:
            hundreds |= {f"{word}tusen": value * 1000, f"{word} tusen": value * 1000, f"{word} thousand": value * 1000}
    return {**words, **hundreds, "dussin": 12, "a dozen": 12, **_ALONE}


_WORDS: Final = _written_out()

NUMERAL: Final = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)).replace(" ", "[ ]") + ")"
"""A pattern for any number written as words, also where a pattern is written with spaces for the eye."""


# Looking for numbers written as words costs most of a reader's time, and most sentences have none.
_FIRSTS: Final = frozenset(word.partition(" ")[0].partition("-")[0] for word in _WORDS) - {*_ALONE, "a"}
_ONE: Final = re.compile(
    r"\b(?:minst|högst|än|åtminstone|least|most|than|a)\s+(?:en|ett|one|hundred|thousand|dozen)\b"
    r"|\b(?:en|ett|one)\s+(?:gång|time|hundra|tusen|hundred|thousand)",
    re.I,
)
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def may_hold_numeral(text: str) -> bool:
    """Whether it is worth looking for numbers written as words in a text.

    >>> may_hold_numeral("Vi ska ha ett möte"), may_hold_numeral("Vi ska ha två möten")
    (False, True)
    """
    if not _FIRSTS.isdisjoint(_LETTERS.findall(text.casefold())):
        return True
    return _ONE.search(text) is not None


def numeral(word: str) -> int | None:
    """The value of a number written as words; None for anything else.

    >>> numeral("tjugofem"), numeral("Two hundred"), numeral("fler")
    (25, 200, None)
    """
    return _WORDS.get(word.casefold())


def is_one(word: str) -> bool:
    """Whether the word is as often an article as a number: "en", "ett", "one".

    >>> is_one("Ett"), is_one("två")
    (True, False)
    """
    return word.casefold() in _ALONE
