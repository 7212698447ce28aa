"""What a workspace answers of judgements and of earlier years, beside what it computes of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Protocol

import attrs
import polars as pl

from hgplan.engine import Clocks, Facts, Tree, extent, reader_for
from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.followup import COLUMNS, Followed, Standing, follow
from hgplan.followup.asking import Figures
from hgplan.followup.beside import beside as _beside
from hgplan.followup.beside import editions
from hgplan.followup.earlier import Beginnings, Begun
from hgplan.followup.judged import Judgement, assessments, held, newest
from hgplan.followup.rows import FollowUp, follow_up
from hgplan.followup.stretches import ends_of
from hgplan.followup.versions import versions
from hgplan.followup.years import years
from hgplan.hookspecs import Pace
from hgplan.metrics import Metric
from hgplan.metrics.reads import tables_read
from hgplan.model import Duration, Organisation, Period, Plan
from hgplan.model.grains import Grain, as_grain
from hgplan.model.periods import periods_between
from hgplan.workspace.bindings import Bindings, bind
from hgplan.workspace.blame import Blame
from hgplan.workspace.catalogue import Catalogue
from hgplan.workspace.questions import Day, Every, Units, as_day, as_tree, asked_units

__all__ = ["Reviewing"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _blame: Blame
    _catalogue: Catalogue

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    @property
    def _known(self) -> Facts: ...

    @property
    def _extent(self) -> tuple[date, date] | None: ...

    @property
    def _beginnings(self) -> Beginnings: ...

    def attainment(
        self,
        goals: Sequence[str] | None = None,
        units: Units = "root",
        every: Every = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        *,
        targets: Standing = "current",
        possible: bool = False,
    ) -> pl.DataFrame:
        """How far the plan's goals have come: one row a goal, unit and target period."""
        ...

    def _bound(self) -> Bindings: ...

    def _paces(self) -> Mapping[str, Pace]: ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...


class Reviewing:
    """The verbs of a workspace that look back, and at what was said."""

    def assessments(
        self: Asking,
        units: Units = "all",
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
    ) -> pl.DataFrame:
        """What was judged of goals and activities by a day, in the plan's order, beside what was computed that day.

        Columns: goal, activity, title, unit, level, day, judgement, reason, remedy, by, newest, superseded (the day of
        the judgement that took its place), period_start, period_end, value, target, attainment, status, until. The
        figures are those of the goal and unit as they stood on the judgement's own day, of the target period that held
        it; an activity has none. A judgement never changes a status, and nothing said after `until` (or after
        `known_on`) is there. One without a unit is of the whole organisation.

        Raises UnknownName for units that assessments name and nobody knows, all at once.
        """
        clocks = self._clocks(until, known_on)
        asked = set(asked_units(units, self.organisation))
        judgements = [one for one in _judgements(self, clocks) if one.unit in asked]
        wanted: dict[date, tuple[dict[str, None], dict[str, None]]] = {}
        for one in judgements:
            if one.assessment.goal is not None:
                goals, judged = wanted.setdefault(one.assessment.day, ({}, {}))
                goals[one.assessment.goal], judged[one.unit] = None, None
        computed = {
            day: self.attainment(list(goals), list(judged), None, day, clocks.known_on, tree)
            for day, (goals, judged) in wanted.items()
        }
        return assessments(judgements, self.plan, self.organisation, computed, until=clocks.until)

    def standing(
        self: Asking,
        goals: Sequence[str] | None = None,
        units: Units = "root",
        every: Every = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        *,
        targets: Standing = "current",
        beside: str | None = "1y",
    ) -> pl.DataFrame:
        """The attainment with what boards say of it, and the same day last year beside it: one row as `attainment` has.

        Columns: those of `attainment`, then judgement, judged_on, reason, remedy, judged_by, judgements (the newest one
        of the goal and unit, and how many there are), version, since, series_break (the definition is newer than the
        period's first day), and with `beside` (how long ago; None leaves it out) earlier_until, earlier_start,
        earlier_end, earlier_value, earlier_status, change, change_percent.

        The earlier figure is that of the period moved back so long, up to the earlier day: 29 February has the 28th
        before it. It is null where the data begin later. `earlier_status` is that of the plan's own target for the
        earlier period; null where it has none, and "unquantified" where the goal is. A change is null across a break in
        the definition; `change_percent` is a share (0.1 is 10 %) of the earlier figure. A judgement stands beside the
        status, never over it.
        """
        clocks, shape = self._clocks(until, known_on), as_tree(tree)
        asked = asked_units(units, self.organisation)
        ask = partial(_follow, self, goals, asked, every, shape, targets)
        found = ask(clocks)
        said = newest(_judgements(self, clocks))
        told = found.rows.select(COLUMNS.names()).cast(COLUMNS)
        told = told.join(said, on=["goal", "unit"], how="left", maintain_order="left").hstack(editions(found))
        if beside is None:
            return told
        back = Duration.parse(beside)
        if not back:
            raise PlanError(f"beside={beside!r} is no time ago", hint="write it like 1y")
        earlier = attrs.evolve(clocks, until=back.before(clocks.until))
        figures = _figures(self, earlier, shape)
        then = ask(earlier)
        return told.hstack(
            _beside(found, then, self._known, figures, back=back, begun=_first_rows(self), clocks=earlier, tree=shape)
        )

    def targets(
        self: Asking,
        goals: Sequence[str] | None = None,
        units: Units = "all",
        *,
        until: Day | None = None,
        known_on: Day | None = None,
    ) -> pl.DataFrame:
        """Every target as it was adopted and as it was revised, when and why: one row a version.

        Columns: strategy, goal, title, unit, level, period_start, period_end, version (1 is the adopted one), adopted,
        comparator, target, target_to, change (from the version before, where it compares alike), reason, stands.
        `until` (or `known_on`) says by which day a version must be adopted, and so which one stands; unsaid, it is the
        last day of the data, and where there are none every version counts.
        """
        day = date.max
        if until is not None or known_on is not None or self._extent is not None:
            clocks = self._clocks(until, known_on)
            day = clocks.known_on or clocks.until
        bound = bind(self.plan, self._catalogue, self._blame)
        followed = follow(self.plan, self.organisation, bound.of, bound.of, goals)
        return versions(followed, self.plan, self.organisation, units=asked_units(units, self.organisation), day=day)

    def year_to_year(
        self: Asking,
        goals: Sequence[str] | None = None,
        units: Units = "root",
        *,
        every: str = "year",
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
    ) -> pl.DataFrame:
        """A goal's targets and what came of them over the years: one row a goal, unit and year (or other grain).

        From the year in which the data begin (of spells: in which one first ends), or `start`, to the last with a
        target, or the one that holds `until`. Columns: goal, title, metric, unit, level, grain, period_start,
        period_end, until, value, availability, completeness, adopted_target, target, comparator, reason (of the newest
        revision), attainment, status, version, since, definition, series_break, change, change_percent.

        `definition` says by which definition the year was recorded: "now", "before" the day from which the one of now
        holds, or "both". Where it is another one than the year before, or both are in one year, `series_break` is true
        and the changes, held against the year before, are null; `change_percent` is a share (0.1 is 10 %). `value` is
        the unit's own figure; target, attainment and status are those of `attainment`, for years that have a target.
        """
        clocks, shape, grain = self._clocks(until, known_on), as_tree(tree), as_grain(every)
        asked = asked_units(units, self.organisation)
        bound = self._bound()
        followed = follow(self.plan, self.organisation, bound.of, bound.of, goals)
        first = None if start is None else as_day(start, "start")
        spans = {one.goal.id: _years(self, one, grain, first, clocks.until) for one in followed}
        told = _told(self, followed, spans, asked, clocks, shape)
        given = (goals, units, None, clocks.until, clocks.known_on, tree)
        return years(
            followed,
            spans,
            told,
            self.attainment(*given),
            self.attainment(*given, targets="adopted"),
            self.plan,
            self.organisation,
            units=asked,
            grain=grain,
            until=clocks.until,
            known_on=clocks.known_on,
        )


def _judgements(asking: Asking, clocks: Clocks) -> list[Judgement]:
    organisation = asking.organisation
    unknown = [
        UnknownName(f"no unit named {unit!r}", where="an assessment", hint=nearest(unit, organisation.units))
        for unit in dict.fromkeys(one.unit for one in asking.plan.assessments)
        if unit is not None and unit not in organisation
    ]
    if unknown:
        raise_all("the assessments can't be placed", unknown)
    return held(asking.plan, organisation, until=min(clocks.until, clocks.known_on or clocks.until))


def _figures(asking: Asking, clocks: Clocks, tree: Tree) -> Figures:
    """The engine, with tables that are read once for all metrics of the plan."""
    measures = [metric.measure for metric in asking._blame.sound(asking._known, asking._bound().metrics)]
    return partial(asking._blame.figures, reader=reader_for(asking._known, measures, clocks, tree))


def _first_rows(asking: Asking) -> Begun:
    """The day of the first row that a metric reads: of each of its tables there is one from then on."""
    known: dict[str, date | None] = {}

    def first(metric: Metric) -> date | None:
        for table in tables_read(metric.measure):
            if table not in known:
                told = extent(asking._known, [table])
                known[table] = told[0] if told else None
        days = [known[table] for table in tables_read(metric.measure)]
        return max((day for day in days if day is not None), default=None) if None not in days else None

    return first


def _follow(
    asking: Asking,
    goals: Sequence[str] | None,
    units: Sequence[str],
    every: Every,
    tree: Tree,
    targets: Standing,
    clocks: Clocks,
) -> FollowUp:
    bound = asking._bound()
    ends_of(every, asking.plan)
    return follow_up(
        asking.plan,
        asking._known,
        bound.of,
        bound.of,
        goals=goals,
        units=units,
        clocks=clocks,
        every=every,
        tree=tree,
        targets=targets,
        paces=asking._paces(),
        ask=_figures(asking, clocks, tree),
        begun=asking._beginnings.of,
    )


def _years(asking: Asking, one: Followed, grain: Grain, first: date | None, until: date) -> tuple[Period, ...]:
    """The years of a goal: those that the data tell of, those asked from, and those with a target still to come."""
    year_starts = asking.plan.calendar.year_starts
    begun = None if one.metric is None else asking._beginnings.of(attrs.evolve(one.metric, since=None))
    ends = [asking.plan.parse_period(target.period).end for target in one.goal.targets]
    starts = [asking.plan.parse_period(target.period).start for target in one.goal.targets]
    known = [day for day in (first, begun if first is None else None, *starts) if day is not None]
    from_day = first if first is not None else min([*known, until])
    every = periods_between(min(from_day, until), max([until, *ends]), grain, year_starts=year_starts)
    if first is not None:
        return tuple(every)
    aimed = {(start, end) for start, end in zip(starts, ends, strict=True)}
    return tuple(
        period
        for period in every
        if (begun is not None and begun <= period.end <= until)
        or (period.start, period.end) in aimed
        or period.start <= until <= period.end
    )


def _told(
    asking: Asking,
    followed: Sequence[Followed],
    spans: Mapping[str, Sequence[Period]],
    units: Sequence[str],
    clocks: Clocks,
    tree: Tree,
) -> dict[tuple[str, str, date, date], dict[str, Any]]:
    """The figures of each goal's metric for its own years that have begun, by goal, unit and days."""
    together: dict[tuple[Period, ...], dict[Metric, list[str]]] = {}
    for one in followed:
        begun = tuple(period for period in spans[one.goal.id] if period.start <= clocks.until)
        if one.metric is not None and begun:
            together.setdefault(begun, {}).setdefault(one.metric, []).append(one.goal.id)
    ask = _figures(asking, clocks, tree)
    found: dict[tuple[str, str, date, date], dict[str, Any]] = {}
    for periods, metrics in together.items():
        for metric, goals in metrics.items():
            frame = ask(asking._known, [metric], units=units, periods=periods, clocks=clocks, tree=tree, pools={})
            for row in frame.iter_rows(named=True):
                for goal in goals:
                    found[goal, row["unit"], row["period_start"], row["period_end"]] = row
    return found
