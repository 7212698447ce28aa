"""What a workspace answers of the days to come: where goals will end, and the way that is left to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Protocol

import polars as pl

from hgplan.engine import Clocks, Facts, Tree, reader_for
from hgplan.errors import PlanError
from hgplan.followup.earlier import Beginnings
from hgplan.followup.foresight import LEVEL
from hgplan.followup.pace import due, looks_back
from hgplan.followup.path import Way, ends_between, path
from hgplan.followup.rows import FollowUp, follow_up
from hgplan.hookspecs import Pace
from hgplan.metrics import Metric
from hgplan.model import Organisation, Period, Plan
from hgplan.model.grains import as_grain
from hgplan.workspace.bindings import Bindings
from hgplan.workspace.blame import Blame
from hgplan.workspace.forecasts import Forecast
from hgplan.workspace.questions import Day, as_tree, asked_units

__all__ = ["Following", "follow_goal"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _blame: Blame

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    @property
    def _known(self) -> Facts: ...

    @property
    def _beginnings(self) -> Beginnings: ...

    def _bound(self) -> Bindings: ...

    def _paces(self) -> Mapping[str, Pace]: ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...


class Following:
    """The verbs of a workspace that look ahead."""

    def forecast(
        self: Asking,
        goal: str,
        *,
        unit: str | None = None,
        period: str | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        level: float = LEVEL,
    ) -> Forecast:
        """What a goal's figure may come to by the end of a target's period, for a unit (unsaid the root).

        `period` is one for which the goal has a target; unsaid, the one that holds `until`, else the next, else the
        last. The figure ends between `low` and `high` with the probability `level`. What comes in is foretold by the
        share of earlier years still to come, a level by their change; with fewer than three earlier years nothing is,
        and the answer says so. `text("sv")` tells it all in words.
        """
        if not 0 < level < 1:
            raise PlanError(f"level={level!r} is no probability", hint="write it like 0.8")
        asked = _unit(self, unit)
        clocks = self._clocks(until, known_on)
        found = follow_goal(self, goal, asked, clocks, as_tree(tree))
        row = _row(found, goal, _said(self, period), clocks.until)
        return _forecast(self, found, row, clocks, level)

    def path(
        self: Asking,
        goal: str,
        *,
        unit: str | None = None,
        period: str | None = None,
        every: str = "month",
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
    ) -> pl.DataFrame:
        """What each remaining period of a grain must bring for a goal to meet its target, from where it stands today.

        `period` is one for which the goal has a target, unsaid the last: a vision's year. What comes in goes by the
        goal's pace, within the target's period; a level (members, a share) goes on a straight line by months from its
        figure of `until` to the end of that period, net of what leaves it. Columns: goal, unit, period_start,
        period_end, until, value, target, needed, expected; `needed` is what that period must bring, `expected` where
        the figure then is.
        """
        grain, asked, shape = as_grain(every), _unit(self, unit), as_tree(tree)
        clocks = self._clocks(until, known_on)
        found = follow_goal(self, goal, asked, clocks, shape, every=grain)
        wanted = _said(self, period) or _last(found)
        row = _row(found, goal, wanted, clocks.until)
        metric = found.followed[0].metric
        if metric is None or row["target"] is None:
            lacking = "metric" if metric is None else "target"
            raise PlanError(f"goal {goal!r} has no {lacking} for {asked!r}, so there is no way to it")
        return path(_way(self, found, row, metric, clocks, shape, grain))


def follow_goal(
    asking: Asking, goal: str, unit: str, clocks: Clocks, tree: Tree, *, every: str | None = None
) -> FollowUp:
    """One goal's follow-up for one unit."""
    bound, facts = asking._bound(), asking._known
    known = {one.id: one for _, one in asking.plan.goals()}
    sound = asking._blame.sound(facts, bound.metrics) if goal in known else []
    measures = [metric.measure for metric in sound]
    return follow_up(
        asking.plan,
        facts,
        bound.of,
        bound.of,
        goals=[goal],
        units=[unit],
        clocks=clocks,
        every=every,
        tree=tree,
        paces=asking._paces(),
        ask=partial(asking._blame.figures, reader=reader_for(facts, measures, clocks, tree)),
        begun=asking._beginnings.of,
    )


def _unit(asking: Asking, unit: str | None) -> str:
    return asking.organisation.root if unit is None else asked_units([unit], asking.organisation)[0]


def _said(asking: Asking, period: str | None) -> Period | None:
    return None if period is None else asking.plan.parse_period(period)


def _spans(found: FollowUp) -> dict[tuple[date, date], dict[str, Any]]:
    """The row of each target period that stands for its whole."""
    return {
        (row["target_start"], row["target_end"]): row
        for row in found.rows.iter_rows(named=True)
        if row["end"] == row["target_end"]
    }


def _last(found: FollowUp) -> Period:
    start, end = max(_spans(found), key=lambda span: (span[1], span[0]))
    return Period(id=f"{start}/{end}", start=start, end=end)


def _row(found: FollowUp, goal: str, period: Period | None, until: date) -> dict[str, Any]:
    spans = _spans(found)
    if period is not None:
        if (period.start, period.end) not in spans:
            known = ", ".join(f"{start}/{end}" for start, end in spans)
            raise PlanError(f"goal {goal!r} has no target for {period.id!r}", hint=f"it has for {known}")
        return spans[period.start, period.end]
    running = [span for span in spans if span[0] <= until <= span[1]]
    coming = [span for span in spans if span[0] > until]
    if running or coming:
        return spans[min(running or coming, key=lambda span: (span[1], span[0]))]
    return spans[max(spans, key=lambda span: span[1])]


def _period(found: FollowUp, row: Mapping[str, Any], plan: Plan) -> Period:
    """The target's period under the name that the plan writes."""
    for target in found.followed[0].goal.targets:
        read = plan.parse_period(target.period)
        if (read.start, read.end) == (row["target_start"], row["target_end"]):
            return read
    return Period(id=f"{row['target_start']}/{row['target_end']}", start=row["target_start"], end=row["target_end"])


def _forecast(asking: Asking, found: FollowUp, row: Mapping[str, Any], clocks: Clocks, level: float) -> Forecast:
    followed, pace = found.followed[0], found.paces[0]
    period = _period(found, row, asking.plan)
    foresight = found.foresight(row)
    outlook = foresight.outlook
    low, high = outlook.interval(level) if outlook else (None, None)
    sure = outlook is None or (row["low"] is None and row["high"] is None)
    drawn = found.past.shape(0, row["asked"], period).courses if looks_back(pace) else ()
    return Forecast(
        goal=followed.goal.id,
        title=followed.goal.title,
        metric=followed.metric.id if followed.metric else followed.goal.metric,
        written=followed.unit,
        unit=row["unit"],
        period=period,
        until=clocks.until,
        known_on=clocks.known_on,
        value=row["value"],
        target=row["target"],
        target_to=row["target_to"],
        comparator=row["comparator"],
        expected=row["expected"],
        pace=pace.name,
        pace_years=tuple(course.period for course in drawn),
        method=foresight.method,
        level=level,
        forecast=outlook.middle if outlook else None,
        low=low,
        high=high,
        probability=None if outlook is None or sure else outlook.probability(row["low"], row["high"]),
        whole=outlook.whole if outlook else row["value"] is None or row["value"].is_integer(),
        years=foresight.periods,
        since=followed.metric.since if followed.metric else None,
        shape_of=row["unit"] if foresight.shape_of == row["asked"] else foresight.shape_of,
        why=foresight.why,
    )


def _way(
    asking: Asking, found: FollowUp, row: Mapping[str, Any], metric: Metric, clocks: Clocks, tree: Tree, grain: str
) -> Way:
    period = _period(found, row, asking.plan)
    flow, until = bool(row["adds"]), clocks.until
    start = max(until + timedelta(days=1), period.start) if flow else until + timedelta(days=1)
    if start > period.end:
        raise PlanError(f"{period.id!r} is over by {until}", where=f"goal {row['goal']!r}")
    ends = ends_between(start, period.end, as_grain(grain), year_starts=asking.plan.calendar.year_starts)
    value = _reached(found, row)
    if value is None and until < period.start:
        value = 0.0 if flow else _today(asking, found, row, metric, clocks, tree)
    return Way(
        goal=row["goal"],
        unit=row["unit"],
        until=until,
        start=start,
        ends=ends,
        value=value,
        low=row["low"],
        high=row["high"],
        dues=_dues(found, row, period, [start - timedelta(days=1), *ends]) if flow else None,
    )


def _reached(found: FollowUp, row: Mapping[str, Any]) -> float | None:
    """What there is of the period by `until`, which is the day of the last row that has begun."""
    spans = ("target_start", "target_end")
    begun = [
        one for one in found.rows.iter_rows(named=True) if one["begun"] and all(one[at] == row[at] for at in spans)
    ]
    value: float | None = begun[-1]["value"] if begun else None
    return value


def _today(
    asking: Asking, found: FollowUp, row: Mapping[str, Any], metric: Metric, clocks: Clocks, tree: Tree
) -> float | None:
    """A level as it stands, before the target's period has begun."""
    day = Period(id=str(clocks.until), start=clocks.until, end=clocks.until)
    asked = row["asked"]
    figure = asking._blame.figures(
        asking._known, [metric], units=[asked], periods=[day], clocks=clocks, tree=tree, pools=found.pools.of([asked])
    )
    told: float | None = figure["value"].item()
    return told


def _dues(found: FollowUp, row: Mapping[str, Any], period: Period, days: Sequence[date]) -> tuple[float, ...] | None:
    goal, pace = found.followed[0].goal, found.paces[0]
    history = found.past.shape(0, row["asked"], period).courses if looks_back(pace) else ()
    shares = [0.0 if day < period.start else due(goal, pace, period, day, history) for day in days]
    return None if any(share is None for share in shares) else tuple(share or 0.0 for share in shares)
