"""Targets and assessments that come as tables, made by many hands: all rows checked, all faults told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import attrs

from hgplan.errors import DataError, Location, PlanError, nearest, raise_all
from hgplan.model import Assessment, Goal, Plan, Strategy, Target
from hgplan.model.targets import COMPARATORS
from hgplan.workspace.cells import LINE, Row, day_in, number_in, text_in

__all__ = ["with_assessments", "with_targets"]

_T = TypeVar("_T")


def with_targets(plan: Plan, rows: Iterable[Row], name: str | None) -> Plan:
    """The plan with the targets of a table (goal, unit, period, comparator, value, value_to, adopted, reason).

    Raises DataError with every row that can't be read.
    """
    known = {goal.id: goal for _, goal in plan.goals()}
    found: dict[str, list[Target]] = {}

    def read(row: Row) -> None:
        goal, comparator = text_in(row, "goal"), text_in(row, "comparator") or "at_least"
        if goal not in known:
            raise PlanError(f"no goal named {goal!r}", hint=nearest(goal or "", known))
        if comparator not in COMPARATORS:
            raise PlanError(f"no comparator named {comparator!r}", hint=nearest(comparator, COMPARATORS))
        period, value = text_in(row, "period"), number_in(row, "value")
        if period is None or value is None:
            raise PlanError(f"a target needs a {'period' if period is None else 'value'}")
        plan.parse_period(period)
        to = number_in(row, "value_to")
        figure = {comparator: (value, value if to is None else to) if comparator == "between" else value}
        target = Target(
            period=period,
            unit=text_in(row, "unit"),
            adopted=day_in(row, "adopted"),
            reason=text_in(row, "reason"),
            **figure,  # type: ignore[arg-type]  # two figures for between, one for the others, as made above
        )
        found.setdefault(goal, []).append(target)

    _every(rows, name or "targets", read)

    def extended(goal: Goal) -> Goal:
        return attrs.evolve(goal, targets=(*goal.targets, *found[goal.id])) if goal.id in found else goal

    def whole(strategy: Strategy) -> Strategy:
        return attrs.evolve(strategy, goals=tuple(extended(goal) for goal in strategy.goals))

    vision = plan.vision and attrs.evolve(plan.vision, goals=tuple(extended(goal) for goal in plan.vision.goals))
    return attrs.evolve(
        plan,
        strategies=tuple(whole(strategy) for strategy in plan.strategies),
        direct_goals=tuple(extended(goal) for goal in plan.direct_goals),
        vision=vision,
    )


def with_assessments(plan: Plan, rows: Iterable[Row], name: str | None) -> Plan:
    """The plan with the judgements of a table, whose columns are an assessment's."""
    fields = {field.name for field in attrs.fields(Assessment)}

    def read(row: Row) -> Assessment:
        _known_columns(row, fields)
        day, judgement = day_in(row, "day"), text_in(row, "judgement")
        if day is None or judgement is None:
            raise PlanError(f"an assessment needs a {'day' if day is None else 'judgement'}")
        words = {name: text_in(row, name) for name in ("goal", "activity", "unit", "reason", "remedy", "by")}
        return Assessment(day=day, judgement=judgement, **words)

    found = _every(rows, name or "assessments", read)
    return attrs.evolve(plan, assessments=(*plan.assessments, *found))


def _every(rows: Iterable[Row], name: str, read: Callable[[Row], _T]) -> list[_T]:
    found: list[_T] = []
    faults: list[DataError] = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(read(row))
        except PlanError as group:
            place = Location(name, int(str(row.get(LINE, number))))
            faults += [DataError(fault.what, where=place, hint=fault.hint) for fault in group.faults]
    if faults:
        raise_all(f"{name} can't be read", faults)
    return found


def _known_columns(row: Row, fields: Iterable[str]) -> None:
    for column in row:
        if column != LINE and column not in fields:
            raise PlanError(f"unknown column {column!r}", hint=nearest(column, fields))
