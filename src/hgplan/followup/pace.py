"""How much of a target is due on a day, and how much time is left."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from hgplan.errors import UnknownName, nearest
from hgplan.followup.curves import History, Linear, Milestones, Phases
from hgplan.hookspecs import Course, Pace
from hgplan.model import Goal, Period, Phase

__all__ = ["BUILT_IN", "due", "looks_back", "months_left", "pace_of"]

BUILT_IN: Final = ("linear", "history", "milestones", "phases")
"""The paces that there are without a plugin."""


def pace_of(goal: Goal, paces: Mapping[str, Pace], phases: Iterable[Phase] = (), *, adds: bool = True) -> Pace:
    """The pace that the goal names; unsaid, its milestones where it has some, else a straight line.

    `adds` says whether what the goal counts comes in over the period, as recruits do and members don't. Raises
    UnknownName.

    >>> pace_of(Goal(id="g", title="G", pace="history"), {}).name
    'history'
    """
    own: list[Pace] = [Linear(), History(adds=adds), Milestones(adds=adds), Phases(phases)]
    known: dict[str, Pace] = {**paces, **{pace.name: pace for pace in own}}
    name = goal.pace or ("milestones" if any(stone.has_figure for stone in goal.milestones) else "linear")
    if name not in known:
        raise UnknownName(f"no pace named {name!r}", where=f"goal {goal.id!r}", hint=nearest(name, known))
    return known[name]


def looks_back(pace: Pace) -> bool:
    """Whether earlier periods are asked for: by the curve of earlier years, and perhaps by a plugin's."""
    if isinstance(pace, History):
        return pace.adds
    return not isinstance(pace, Linear | Milestones | Phases)


def due(goal: Goal, pace: Pace, period: Period, day: date, history: Sequence[Course] = ()) -> float | None:
    """The share of the period's target that is due when the day is over; `history` is how earlier periods ran.

    None before the period begins, and where the pace can't say or says what is no number.
    """
    if day < period.start:
        return None
    share = pace.expected(goal, period, history, min(day, period.end))
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
