"""The words that make an amount a bound: "minst", "at most", "no fewer than", "or more"."""

from __future__ import annotations

import re
from typing import Final

from hgplan.formats.document.quantities import Bound

__all__ = ["bound_after", "bound_before", "under_before"]

_REACH: Final = 48
_LEAST: Final = (
    r"minst|åtminstone|lägst|minimum(?: of| på)?|fler än|mer än|över|överstiga|överstiger|inte (?:under|färre än"
    r"|mindre än)"
    r"|at least|a minimum of|no (?:fewer|less) than|not less than|more than|over|above|exceed(?:ing|s)?"
)
_MOST: Final = (
    r"högst|max(?:imalt|imum)?(?: of| på)?|som mest|mindre än|färre än|lägre än|inte (?:över|överstiga|fler än|mer än)"
    r"|understiga|understiger|upp till|at most|no more than|not (?:more than|exceed)|fewer than|less than|below|up to"
    r"|a maximum of"
)
_EXACT: Final = r"exakt|precis|exactly"
_ABOUT: Final = (
    r"cirka|ca\.?|c:a|omkring|runt|ungefär|drygt|knappt|närmare|uppemot|nästan|kring"
    r"|around|about|approximately|roughly|nearly|almost|circa|some(?= \d)"
)
_FILLER: Final = (
    r"(?:(?:totalt|sammanlagt|en|ett|på|till|of|the|a|total|in total|olika|cirka|ca\.?|about|uppgå till|vara"
    r"|ligga på|amount to|be)\s+){0,2}"
)
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:(?P<at_most>{_MOST})|(?P<at_least>{_LEAST})|(?P<equals>{_EXACT})|(?P<about>{_ABOUT}))\s+{_FILLER}$",
    re.I,
)
_AFTER: Final = re.compile(
    r"(?:\s+[\w-]+){0,3}?\s+(?:(?P<at_least>eller (?:fler|mer|högre)|or (?:more|higher|above))"
    r"|(?P<at_most>eller (?:färre|mindre|lägre)|or (?:fewer|less|lower|below)))\b",
    re.I,
)
_UNDER: Final = re.compile(r"(?P<time>\w*(?:tid|tiden|tider|time|times)\s+)?\b(?P<word>(?:under|below)\s+)$", re.I)


def bound_before(text: str, start: int) -> tuple[Bound, int]:
    """The bound that the words right before a place set, and how many characters they take.

    >>> bound_before("vi ska ha minst 5", 16)
    ('at_least', 6)
    """
    before = text[max(0, start - _REACH) : start]
    words = _BEFORE.search(before)
    if words is None:
        return "plain", 0
    bound: Bound
    for bound in ("at_most", "at_least", "equals", "about"):
        if words[bound]:
            return bound, len(before) - words.start()
    return "plain", 0


def under_before(text: str, start: int, *, is_share: bool) -> int:
    """How many characters "under" takes before a place where it bounds from above: before a share, or after a time.

    >>> under_before("svarstid under 5 dagar", 15, is_share=False), under_before("under 2022", 6, is_share=False)
    (6, 0)
    """
    under = _UNDER.search(text[max(0, start - _REACH) : start])
    return len(under["word"]) if under and (is_share or under["time"]) else 0


def bound_after(text: str, end: int) -> Bound:
    """The bound that the words right after a place set.

    >>> bound_after("20 deltagare eller fler", 2)
    'at_least'
    """
    after = _AFTER.match(text, end)
    if after is None:
        return "plain"
    return "at_least" if after["at_least"] else "at_most"
