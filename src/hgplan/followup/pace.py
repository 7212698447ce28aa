"""How much of a target is due on a day, and how much time is left."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import attrs

from hgplan.errors import UnknownName, nearest
from hgplan.hookspecs import Course, Pace
from hgplan.model import Goal, Period

__all__ = ["Linear", "due", "months_left", "pace_of"]


@attrs.frozen
class Linear:
    """A straight line: as large a share of the target as has passed of the period's days.

    >>> Linear().expected(None, Period.parse("2022-04"), (), date(2022, 4, 15))
    0.5
    """

    name: str = "linear"

    def expected(self, goal: Goal, period: Period, history: Sequence[Course], day: date) -> float | None:
        """The share of the period's days that have passed when the day is over."""
        return ((day - period.start).days + 1) / period.days


def pace_of(goal: Goal, paces: Mapping[str, Pace]) -> Pace:
    """The pace that the goal names, a straight line where it names none; raises UnknownName."""
    known: dict[str, Pace] = {"linear": Linear(), **paces}
    name = goal.pace or "linear"
    if name not in known:
        raise UnknownName(f"no pace named {name!r}", where=f"goal {goal.id!r}", hint=nearest(name, known))
    return known[name]


def due(goal: Goal, pace: Pace, period: Period, day: date) -> float | None:
    """The share of the period's target that is due when the day is over.

    None before the period begins, and where the pace can't say or says what is no number.
    """
    if day < period.start:
        return None
    share = pace.expected(goal, period, (), min(day, period.end))
    return share if share is not None and math.isfinite(share) else None


def months_left(day: date, end: date) -> float:
    """How many months are left after a day up to and with another; a part of a month is its share of the days.

    >>> months_left(date(2022, 8, 31), date(2022, 12, 31)), months_left(date(2022, 4, 15), date(2022, 5, 31))
    (4.0, 1.5)
    """
    left, start = 0.0, day + timedelta(days=1)
    while start <= end:
        length = monthrange(start.year, start.month)[1]
        last = min(end, start.replace(day=length))
        left += ((last - start).days + 1) / length
        start = last + timedelta(days=1)
    return left
