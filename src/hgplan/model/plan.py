"""The plan: a vision, strategies with goals and activities, and what its follow-up rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import attrs

from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.model.activities import Activity, Assessment, Phase
from hgplan.model.calendars import Calendar
from hgplan.model.chains import Chain
from hgplan.model.consistency import assessment_faults, content_faults, name_faults, named_parts, source_faults
from hgplan.model.declarations import (
    DimensionList,
    MetricDeclaration,
    RowsDeclaration,
    SourceDeclaration,
    SourceReference,
    TableDeclaration,
)
from hgplan.model.experiments import Experiment, experiment_faults
from hgplan.model.faults import Faults, path
from hgplan.model.goals import Goal
from hgplan.model.mappings import FrozenMapping, freeze
from hgplan.model.periods import Period
from hgplan.model.settings import CalendarSettings, StatusThresholds
from hgplan.model.strategies import Reference, Strategy, Vision

__all__ = ["Plan"]


def _frozen(value: Mapping[str, Any]) -> FrozenMapping[str, Any]:
    return freeze(value)  # type: ignore[no-any-return]  # a mapping becomes a frozen one


def _phases(values: Iterable[Phase]) -> tuple[Phase, ...]:
    return tuple(values)


def _strategies(values: Iterable[Strategy]) -> tuple[Strategy, ...]:
    return tuple(values)


def _goals(values: Iterable[Goal]) -> tuple[Goal, ...]:
    return tuple(values)


def _activities(values: Iterable[Activity]) -> tuple[Activity, ...]:
    return tuple(values)


def _references(values: Iterable[Reference]) -> tuple[Reference, ...]:
    return tuple(values)


def _assessments(values: Iterable[Assessment]) -> tuple[Assessment, ...]:
    return tuple(values)


def _experiments(values: Iterable[Experiment]) -> tuple[Experiment, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class Plan:
    """An operational plan, checked as a whole: everything that is wrong with it is told at once.

    `direct_goals` and `direct_activities` belong to no strategy; `goals` and `activities` give them all.
    `sub_activities` are those that units make of the others, mostly the rows of a table. The plan of an open workspace
    holds what the tables of targets, activities and assessments say, and names those tables (`target_rows`,
    `activity_rows`, `assessment_rows`) no more: written, it is a plan that stands alone.

    >>> plan = Plan(id="north-2022", title="Plan", strategies=[
    ...     Strategy(id="members", title="Members", goals=[Goal(id="new-members", title="New members")]),
    ... ])
    >>> [(strategy.id, goal.id) for strategy, goal in plan.goals()]
    [('members', 'new-members')]
    """

    id: str
    title: str
    organisation: str | None = None
    language: str = "en"
    period: Period | None = None
    version: str | None = None
    adopted: date | None = None
    vision: Vision | None = None
    calendar: CalendarSettings = attrs.field(factory=CalendarSettings)
    status: StatusThresholds = attrs.field(factory=StatusThresholds)
    references: tuple[Reference, ...] = attrs.field(default=(), converter=_references)
    phases: tuple[Phase, ...] = attrs.field(default=(), converter=_phases)
    strategies: tuple[Strategy, ...] = attrs.field(default=(), converter=_strategies)
    direct_goals: tuple[Goal, ...] = attrs.field(default=(), converter=_goals)
    direct_activities: tuple[Activity, ...] = attrs.field(default=(), converter=_activities)
    sub_activities: tuple[Activity, ...] = attrs.field(default=(), converter=_activities)
    assessments: tuple[Assessment, ...] = attrs.field(default=(), converter=_assessments)
    experiments: tuple[Experiment, ...] = attrs.field(default=(), converter=_experiments)
    dimensions: FrozenMapping[str, DimensionList] = attrs.field(factory=FrozenMapping, converter=_frozen)
    unit_rows: RowsDeclaration | None = None
    target_rows: RowsDeclaration | None = None
    activity_rows: RowsDeclaration | None = None
    assessment_rows: RowsDeclaration | None = None
    sources: FrozenMapping[str, SourceDeclaration] = attrs.field(factory=FrozenMapping, converter=_frozen)
    tables: FrozenMapping[str, TableDeclaration] = attrs.field(factory=FrozenMapping, converter=_frozen)
    metrics: FrozenMapping[str, MetricDeclaration] = attrs.field(factory=FrozenMapping, converter=_frozen)
    chains: FrozenMapping[str, Chain] = attrs.field(factory=FrozenMapping, converter=_frozen)
    prefer_metrics: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping, converter=_frozen)
    prefer_tables: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping, converter=_frozen)

    def __attrs_post_init__(self) -> None:
        faults = Faults("the plan")
        faults.text("id", self.id)
        faults.text("title", self.title)
        faults.text("language", self.language)
        for at in ("organisation", "version"):
            faults.text(at, getattr(self, at), optional=True)
        faults.day("adopted", self.adopted, optional=True)
        for at, kind in _LISTS.items():
            faults.instances(at, getattr(self, at), kind)
        for at, kind in _MAPPINGS.items():
            for name, value in getattr(self, at).items():
                if not isinstance(value, kind):
                    faults.add(f"{name!r} in {at} is {value!r}, which is no {kind.__name__}", at=path(at, str(name)))
        for at, kind in _PARTS.items():
            faults.instance(at, getattr(self, at), kind)
        for at in ("calendar", "status"):
            if getattr(self, at) is None:
                faults.add(f"{at} of the plan is None", at=at, hint="leave it out for the usual one")
        faults.close()
        broken = list(self._faults())
        if broken:
            raise_all(f"plan {self.id!r} is not right", broken)

    def _faults(self) -> Iterator[PlanError]:
        named = named_parts(
            phases=self.phases,
            strategies=self.strategies,
            direct_goals=self.direct_goals,
            direct_activities=self.direct_activities,
            sub_activities=self.sub_activities,
            vision=self.vision,
        )
        yield from content_faults(named, dimensions=self.dimensions, read_period=self.parse_period)
        yield from assessment_faults(named, self.assessments)
        yield from experiment_faults(self.experiments)
        yield from name_faults("tables", self.tables)
        yield from name_faults("metrics", self.metrics)
        yield from source_faults(self._references(), self.sources)

    def _references(self) -> Iterator[tuple[tuple[str, ...], SourceReference | None]]:
        for name, table in self.tables.items():
            yield ("tables", name), table.source
        for at in ("unit_rows", "target_rows", "activity_rows", "assessment_rows"):
            rows = getattr(self, at)
            yield (at,), rows.source if rows is not None else None

    def goals(self) -> Iterator[tuple[Strategy | None, Goal]]:
        """Every goal with its strategy; those of the plan itself and of the vision have none."""
        for strategy in self.strategies:
            for goal in strategy.goals:
                yield strategy, goal
        for goal in self.direct_goals:
            yield None, goal
        for goal in self.vision.goals if self.vision else ():
            yield None, goal

    def activities(self) -> Iterator[tuple[Strategy | None, Activity]]:
        """Every activity of the plan with its strategy; those of the plan itself and sub-activities have none."""
        for strategy in self.strategies:
            for activity in strategy.activities:
                yield strategy, activity
        for activity in (*self.direct_activities, *self.sub_activities):
            yield None, activity

    def goal(self, id: str) -> Goal:
        """The goal with that id."""
        known = {goal.id: goal for _, goal in self.goals()}
        if id not in known:
            raise UnknownName(f"no goal named {id!r}", where=f"plan {self.id!r}", hint=nearest(str(id), known))
        return known[id]

    def parse_period(self, text: str) -> Period:
        """Read a period's text as this plan means it: with its broken year, its phases and its own time."""
        if any(phase.id == text and not phase.is_dated for phase in self.phases):
            raise PlanError(f"phase {text!r} is no period yet: it has no days", hint="give it a start and an end")
        year_starts = self.calendar.year_starts
        return Period.parse(text, year_starts=year_starts, phases=self.dated_phases, plan=self.period)

    @property
    def dated_phases(self) -> tuple[Period, ...]:
        """The phases whose days are known, as periods."""
        return tuple(
            Period(id=phase.id, start=phase.start, end=phase.end)
            for phase in self.phases
            if phase.start is not None and phase.end is not None
        )

    @property
    def phase_calendar(self) -> Calendar:
        """The plan's dated phases as the calendar named ``phase``."""
        return Calendar.of("phase", self.dated_phases)


_LISTS = {
    "references": Reference, "phases": Phase, "strategies": Strategy, "direct_goals": Goal,
    "direct_activities": Activity, "sub_activities": Activity, "assessments": Assessment,
    "experiments": Experiment,
}  # fmt: skip
_MAPPINGS = {
    "dimensions": DimensionList, "sources": SourceDeclaration, "tables": TableDeclaration,
    "chains": Chain, "metrics": MetricDeclaration, "prefer_metrics": str, "prefer_tables": str,
}  # fmt: skip
_PARTS = {
    "period": Period, "vision": Vision, "calendar": CalendarSettings, "status": StatusThresholds,
    "unit_rows": RowsDeclaration, "target_rows": RowsDeclaration, "activity_rows": RowsDeclaration,
    "assessment_rows": RowsDeclaration,
}  # fmt: skip
