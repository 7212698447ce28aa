"""Targets, activities and assessments that come as tables, made by many hands: all rows checked, all faults told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final, TypeVar

import attrs

from hgplan.errors import DataError, Location, PlanError, nearest, raise_all
from hgplan.model import Activity, Assessment, Goal, Plan, Strategy, Target
from hgplan.model.days import read_day
from hgplan.model.targets import COMPARATORS

__all__ = ["Row", "with_activities", "with_assessments", "with_targets"]

Row = Mapping[str, object]
_T = TypeVar("_T")
_LINE: Final = "@line"
_LISTS: Final = (
    "partners", "phases", "themes", "channels", "audiences", "doers", "places", "contributes", "aligns", "depends_on",
)  # fmt: skip
_YES, _NO = ("true", "yes", "ja", "1"), ("false", "no", "nej", "0")


def with_targets(plan: Plan, rows: Iterable[Row], name: str | None) -> Plan:
    """The plan with the targets of a table (goal, unit, period, comparator, value, value_to, adopted, reason).

    Raises DataError with every row that can't be read.
    """
    known = {goal.id: goal for _, goal in plan.goals()}
    found: dict[str, list[Target]] = {}

    def read(row: Row) -> None:
        goal, comparator = _text(row, "goal"), _text(row, "comparator") or "at_least"
        if goal not in known:
            raise PlanError(f"no goal named {goal!r}", hint=nearest(goal or "", known))
        if comparator not in COMPARATORS:
            raise PlanError(f"no comparator named {comparator!r}", hint=nearest(comparator, COMPARATORS))
        period, value = _text(row, "period"), _number(row, "value")
        if period is None or value is None:
            raise PlanError(f"a target needs a {'period' if period is None else 'value'}")
        plan.parse_period(period)
        to = _number(row, "value_to")
        figure = {comparator: (value, value if to is None else to) if comparator == "between" else value}
        target = Target(
            period=period,
            unit=_text(row, "unit"),
            adopted=_day(row, "adopted"),
            reason=_text(row, "reason"),
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


def with_activities(plan: Plan, rows: Iterable[Row], name: str | None) -> Plan:
    """The plan with the sub-activities of a table, whose columns are an activity's; lists stand with `;` between."""
    fields = {field.name for field in attrs.fields(Activity)} - {"quote"}

    def read(row: Row) -> Activity:
        _known_columns(row, fields)
        given = {name: _text(row, name) for name in ("id", "title", "owner", "status")}
        if given["id"] is None or given["title"] is None:
            raise PlanError(f"an activity needs {'an id' if given['id'] is None else 'a title'}")
        return Activity(
            **given,  # type: ignore[arg-type]  # id and title are there, seen above
            **{name: _list(row, name) for name in _LISTS},  # type: ignore[arg-type]  # lists of words
            start=_day(row, "start"),
            end=_day(row, "end"),
            recruiting=_truth(row, "recruiting"),
            budget=_number(row, "budget"),
            hours=_number(row, "hours"),
        )

    found = _every(rows, name or "activities", read)
    return attrs.evolve(plan, direct_activities=(*plan.direct_activities, *found))


def with_assessments(plan: Plan, rows: Iterable[Row], name: str | None) -> Plan:
    """The plan with the judgements of a table, whose columns are an assessment's."""
    fields = {field.name for field in attrs.fields(Assessment)}

    def read(row: Row) -> Assessment:
        _known_columns(row, fields)
        day, judgement = _day(row, "day"), _text(row, "judgement")
        if day is None or judgement is None:
            raise PlanError(f"an assessment needs a {'day' if day is None else 'judgement'}")
        words = {name: _text(row, name) for name in ("goal", "activity", "unit", "reason", "remedy", "by")}
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
            place = Location(name, int(str(row.get(_LINE, number))))
            faults += [DataError(fault.what, where=place, hint=fault.hint) for fault in group.faults]
    if faults:
        raise_all(f"{name} can't be read", faults)
    return found


def _known_columns(row: Row, fields: Iterable[str]) -> None:
    for column in row:
        if column != _LINE and column not in fields:
            raise PlanError(f"unknown column {column!r}", hint=nearest(column, fields))


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return None if value is None or str(value).strip() == "" else str(value).strip()


def _list(row: Row, name: str) -> tuple[str, ...]:
    text = _text(row, name) or ""
    return tuple(word.strip() for word in text.replace("|", ";").split(";") if word.strip())


def _number(row: Row, name: str) -> int | float | None:
    value = row.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = _text(row, name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise PlanError(f"column {name!r} holds {text!r}, which is no number", hint="write 27000 or 51.5") from None


def _day(row: Row, name: str) -> date | None:
    value = row.get(name)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(row, name)
    try:
        return None if text is None else read_day(text)
    except ValueError:
        raise PlanError(f"column {name!r} holds {text!r}, which is no day", hint="write it like 2022-08-31") from None


def _truth(row: Row, name: str) -> bool | None:
    value = row.get(name)
    if isinstance(value, bool):
        return value
    text = _text(row, name)
    if text is None or text.casefold() in (*_YES, *_NO):
        return None if text is None else text.casefold() in _YES
    raise PlanError(f"column {name!r} holds {text!r}", hint="write true or false")
