"""For which periods an amount is a target: the time named with it, a rhythm cut into its periods, else the plan's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import attrs

from hgplan.formats.document.periods import Mention, Times
from hgplan.formats.document.quantities import Amount
from hgplan.formats.document.rhythms import Rhythm
from hgplan.model.durations import add_months
from hgplan.model.grains import GRAINS, Grain
from hgplan.model.periods import Period, grain_of, periods_between

__all__ = ["Span", "period_text", "periods_of", "rhythm_of", "time_of"]

_BREAK: Final = re.compile(r"[,;:]|\b(?:och|and|samt)\b", re.I)
_ONE_OF_THEM: Final = re.compile(r"[,(;:–—-]\s*(?:en|ett|one)(?:\s+\w+)?\s*$", re.I)
_THEN_A: Final = re.compile(r"\b(?:och|and|samt)\s+$", re.I)
_MOST: Final = 60
_PARTS: Final[dict[tuple[str, int], Grain]] = {
    ("month", 3): "quarter", ("month", 4): "tertial", ("month", 6): "half", ("month", 12): "year",
    ("quarter", 2): "half",
}  # fmt: skip
_MONTHS: Final = {"month": 1, "quarter": 3, "tertial": 4, "half": 6, "year": 12}


@attrs.frozen
class Span:
    """A stretch of days, both ends in, and whether its end is a deadline."""

    first: date
    last: date
    is_deadline: bool = False


def time_of(
    text: str, amount: Amount, previous_end: int, next_begin: int, times: Times
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """The mentions that go with an amount: those said for it, and those said before it for all of the sentence.

    Those right after it come first ("25 000 år 2023"), then one before it that no other amount stands between.
    """
    said = [mention for mention in times.mentions if mention.role != "since"]
    after = [mention for mention in said if amount.end <= mention.start and mention.end <= next_begin]
    # "60 procent och för 2030 75 procent": a time right before the next amount is that one's.
    after = [m for m in after if next_begin == len(text) or text[m.end : next_begin].strip()]
    if after:
        return _together(text, after), ()
    before = [mention for mention in said if previous_end <= mention.start and mention.end <= amount.begin]
    # "minst 20 senast 2023, och alla ...": a time that the amount before leads up to is that one's.
    before = [m for m in before if not previous_end or _BREAK.search(text, previous_end, m.start)]
    if before:
        return (before[-1],), ()
    earlier = [mention for mention in said if mention.end <= amount.begin]
    later = [mention for mention in said if mention.start >= amount.end]
    return (), tuple(earlier[-1:] or later[-1:])


def _together(text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    found = [mentions[0]]
    for mention in mentions[1:]:
        joined = text[found[-1].end : mention.start].strip().casefold()
        if joined not in ("och", "and", ",", "respektive", "samt", "och år", "and in"):
            break
        found.append(mention)
    return tuple(found)


def rhythm_of(text: str, amount: Amount, previous_end: int, next_begin: int, times: Times) -> Rhythm | None:
    """How often an amount recurs, if the words near it say so."""
    for rhythm in times.rhythms:
        # In "12 walkabouts and quarterly panels" it is the panels that recur.
        between = text[amount.end : rhythm.start]
        told_of_another = _THEN_A.search(between) and text[rhythm.end : rhythm.end + 1] == " "
        # "12 meetings, one a month": twelve in all, and it is the one that recurs.
        of_one = _ONE_OF_THEM.search(between)
        if amount.end <= rhythm.start and rhythm.end <= next_begin and not (told_of_another or of_one):
            return rhythm
    # "varje månad två träffar": before the first amount only, for after an amount it belongs to that one.
    for rhythm in reversed(times.rhythms):
        if not previous_end and rhythm.end <= amount.begin:
            return rhythm
    return None


@lru_cache(maxsize=1024)
def period_text(span: Span) -> str:
    """A stretch of days as a period's text, by its name where it has one.

    >>> period_text(Span(date(2022, 1, 1), date(2022, 12, 31))), period_text(Span(date(2022, 2, 1), date(2022, 3, 31)))
    ('2022', '2022-02-01/2022-03-31')
    """
    period = Period(id="x", start=span.first, end=span.last)
    grain = grain_of(period)
    if grain in ("day", None):
        return f"{span.first}/{span.last}"
    return periods_between(span.first, span.last, grain)[0].id


def periods_of(span: Span, rhythm: Rhythm | None) -> tuple[str, ...]:
    """The periods of a target in a stretch of days: all of it, or those of its rhythm that lie whole in it.

    >>> periods_of(Span(date(2022, 1, 1), date(2022, 12, 31)), Rhythm(start=0, end=0, grain="month", step=3))
    ('2022-Q1', '2022-Q2', '2022-Q3', '2022-Q4')
    """
    if rhythm is None:
        return (period_text(span),)
    grain = _PARTS.get((rhythm.grain, rhythm.step), rhythm.grain if rhythm.step == 1 else None)
    if grain in GRAINS:
        spans = [Span(period.start, period.end) for period in periods_between(span.first, span.last, grain)]
    else:
        spans = _stretches(span, rhythm)
    whole = [part for part in spans if span.first <= part.first and part.last <= span.last]
    if not whole or len(whole) > _MOST:
        return ()
    return tuple(period_text(part) for part in whole)


def _stretches(span: Span, rhythm: Rhythm) -> list[Span]:
    found: list[Span] = []
    first, count = span.first, 0
    while first <= span.last and len(found) <= _MOST:
        count += 1
        if rhythm.grain in _MONTHS:
            following = add_months(span.first, count * rhythm.step * _MONTHS[rhythm.grain])
        else:
            following = first + timedelta(days=rhythm.step * (7 if rhythm.grain == "week" else 1))
        found.append(Span(first, following - timedelta(days=1)))
        first = following
    return found
