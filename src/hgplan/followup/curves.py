"""The curves by which a target falls due: those of earlier years, of milestones and of a campaign's phases.

Each is a `Pace`: it gives the share of a period's target that is due when a day is over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate

import attrs

from hgplan.followup.earlier import same_day
from hgplan.hookspecs import Course
from hgplan.model import Goal, Milestone, Period, Phase, Target

__all__ = ["History", "Linear", "Milestones", "Phases", "reached_by"]


@attrs.frozen
class Linear:
    """A straight line: as large a share of the target as has passed of the period's days.

    >>> Linear().expected(None, Period.parse("2022-04"), (), date(2022, 4, 15))
    0.5
    """

    name: str = "linear"

    def expected(self, goal: Goal | None, period: Period, history: Sequence[Course], day: date) -> float | None:
        """The share of the period's days that have passed when the day is over."""
        return ((day - period.start).days + 1) / period.days


@attrs.frozen
class History:
    """The way of earlier years: the share of their sum that had come in by the same day.

    Years are added before they are divided (a ratio of sums), so a year counts by what it brought. None where there is
    no earlier year, or none that brought anything, and of a level, of which nothing comes in (`adds` is false).

    >>> past = Course(period=Period.parse("2021"), values=[(date(2021, 6, 30), 30.0), (date(2021, 12, 31), 100.0)])
    >>> History().expected(None, Period.parse("2022"), [past], date(2022, 6, 30))
    0.3
    """

    name: str = "history"
    adds: bool = True

    def expected(self, goal: Goal | None, period: Period, history: Sequence[Course], day: date) -> float | None:
        """The share that had come in by the same day, of all that earlier years brought."""
        if not self.adds:
            return None
        reached = [reached_by(past, same_day(day, period, past.period)) for past in history]
        brought = [reached_by(past, past.period.end) for past in history]
        whole = sum(brought)
        return min(max(sum(reached) / whole, 0.0), 1.0) if whole > 0 else None


def reached_by(course: Course, day: date) -> float:
    """The value of a course when a day is over, on a straight line between the days of which it tells."""
    known = [(course.period.start - timedelta(days=1), 0.0)]
    known += [(told, value) for told, value in course.values if value is not None]
    return _between(sorted(known), day)


@attrs.frozen
class Milestones:
    """Straight lines from nothing over the goal's milestones within the period to all of the target at its end.

    A milestone's own figure counts against the target of its period: of what comes in (`adds`) from 0, of a level from
    a baseline that the goal states. What is due never falls: a milestone below an earlier one is held to that.

    >>> goal = Goal(id="g", title="G", milestones=[Milestone(day=date(2022, 4, 15), share=0.2)])
    >>> Milestones().expected(goal, Period.parse("2022-04"), (), date(2022, 4, 20))
    0.4666666666666667
    """

    name: str = "milestones"
    adds: bool = True

    def expected(self, goal: Goal, period: Period, history: Sequence[Course], day: date) -> float | None:
        """The share on the line between the milestones about the day."""
        inside = sorted((stone for stone in goal.milestones if stone.day in period), key=lambda stone: stone.day)
        shares = [self._share(stone, goal, period) for stone in inside if stone.day != period.end]
        days = [stone.day for stone in inside if stone.day != period.end]
        known = [(at, min(max(share, 0.0), 1.0)) for at, share in zip(days, shares, strict=True) if share is not None]
        rising = accumulate((share for _, share in known), max)
        points = [(period.start - timedelta(days=1), 0.0), *zip((at for at, _ in known), rising, strict=True)]
        return _between([*points, (period.end, 1.0)], day)

    def _share(self, stone: Milestone, goal: Goal, period: Period) -> float | None:
        if stone.share is not None:
            return float(stone.share)
        target = _target_of(goal.targets, period)
        if target is None or target.value is None or stone.value is None:
            return None
        stated = goal.baseline if isinstance(goal.baseline, int | float) else None
        from_zero = self.adds or (target.comparator or "").startswith("increase") or stated is None
        begin = 0.0 if from_zero or stated is None else float(stated)
        way = float(target.value) - begin
        return (float(stone.value) - begin) / way if way else None


def _listed(phases: Iterable[Phase]) -> tuple[Phase, ...]:
    return tuple(phases)


@attrs.frozen
class Phases:
    """The campaign's phases: in each its share of the target, evenly by its days, and nothing outside them.

    Shares count against those of the other phases in the period. Where no phase says one, phases share by their days;
    where some do, the others divide what is left to 1 by their days. A phase that lies partly in the period counts with
    that part. None where no dated phase lies in it.

    >>> spring = Phase(id="s", title="Spring", start=date(2022, 4, 1), end=date(2022, 4, 10), share=0.8)
    >>> autumn = Phase(id="a", title="Autumn", start=date(2022, 4, 21), end=date(2022, 4, 30), share=0.2)
    >>> Phases([spring, autumn]).expected(None, Period.parse("2022-04"), (), date(2022, 4, 15))
    0.8
    """

    phases: tuple[Phase, ...] = attrs.field(converter=_listed)
    name: str = "phases"

    def expected(self, goal: Goal | None, period: Period, history: Sequence[Course], day: date) -> float | None:
        """The shares of the phases that are over by the day, and the passed part of those that run."""
        parts = list(_parts(self.phases, period))
        said = [share for _, _, share in parts if share is not None]
        unsaid = sum(_days(start, end) for start, end, share in parts if share is None)
        left = max(1.0 - sum(said), 0.0) if said else 1.0
        weights = [
            (start, end, left * _days(start, end) / unsaid if share is None else share) for start, end, share in parts
        ]
        whole = sum(weight for _, _, weight in weights)
        if whole <= 0:
            return None
        passed = sum(weight * _days(start, min(day, end)) / _days(start, end) for start, end, weight in weights)
        return min(passed / whole, 1.0)


def _parts(phases: Iterable[Phase], period: Period) -> Iterable[tuple[date, date, float | None]]:
    """The parts of phases that lie in the period, each with that part of its phase's share."""
    for phase in phases:
        if phase.start is None or phase.end is None or phase.start > period.end or phase.end < period.start:
            continue
        start, end = max(phase.start, period.start), min(phase.end, period.end)
        inside = _days(start, end) / _days(phase.start, phase.end)
        yield start, end, None if phase.share is None else phase.share * inside


def _days(start: date, end: date) -> int:
    return max((end - start).days + 1, 0)


def _target_of(targets: Iterable[Target], period: Period) -> Target | None:
    """The whole organisation's newest target for the period, or, without one, that of the first unit named."""
    own = [target for target in targets if target.period == period.id]
    whole = [target for target in own if target.unit is None] or own[:1]
    return max(whole, key=lambda target: target.adopted or date.min, default=None)


def _between(points: Sequence[tuple[date, float]], day: date) -> float:
    """The value of a day on straight lines between points; before the first and after the last, theirs."""
    after = bisect_right([at for at, _ in points], day)
    if after == 0:
        return points[0][1]
    at, value = points[after - 1]
    if after == len(points) or at == day:
        return value
    then, next_value = points[after]
    return value + (next_value - value) * (day - at).days / (then - at).days
