"""Attribution: what activities (or channels, or themes) are credited with, exact to the sum, and what that took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

from hgplan.followup.efforts import held_by
from hgplan.model import Activity, Organisation, Period, Plan
from hgplan.model.activities import KINDS_OF_LIST
from hgplan.model.contributions import contributions

__all__ = ["ATTRIBUTION", "BY", "RESULTS", "attribution", "results"]

ATTRIBUTION: Final = pl.Schema(
    {
        "unit": pl.String(),
        "level": pl.String(),
        "grain": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "credit": pl.String(),
        "to": pl.String(),
        "value": pl.Float64(),
        "numerator": pl.Int64(),
        "denominator": pl.Int64(),
    }
)
"""The columns of an attribution, in their order."""

RESULTS: Final = pl.Schema(
    {
        "part": pl.String(),
        "id": pl.String(),
        "title": pl.String(),
        "activities": pl.Int64(),
        "results": pl.Float64(),
        "hours": pl.Float64(),
        "without_hours": pl.Int64(),
        "per_hour": pl.Float64(),
        "budget": pl.Float64(),
        "without_budget": pl.Int64(),
        "per_cost": pl.Float64(),
        "cost_each": pl.Float64(),
    }
)
"""The columns of results per effort, in their order."""

BY: Final = ("part", *KINDS_OF_LIST.values(), "phase", "unit")
"""What results can be held against effort by: parts of the plan, the plan's own lists, or the owners' units."""

_LARGEST: Final = 2**63 - 1
_LISTS: Final = {**{kind: at for at, kind in KINDS_OF_LIST.items()}, "phase": "phases"}


def attribution(
    credits: pl.DataFrame,
    organisation: Organisation,
    *,
    units: Sequence[str],
    periods: Sequence[Period],
    grain: str | None,
) -> pl.DataFrame:
    """Lay credit out: a row a unit, period and what is credited, and one of what is credited to nothing.

    Within a unit and period all parts have one denominator, so the numerators add up to the whole number of deeds times
    that; they are null where a whole number can't hold them.
    """
    cells: dict[tuple[str, date, date], dict[tuple[str, str | None], Fraction]] = {}
    common: dict[tuple[str, date, date], int] = {}
    for unit, start, end, credit, to, of, parts in credits.iter_rows():
        cell = cells.setdefault((unit, start, end), {})
        cell[credit, to] = cell.get((credit, to), Fraction(0)) + Fraction(parts, of)
        common[unit, start, end] = lcm(common.get((unit, start, end), 1), of)
    rows: list[tuple[object, ...]] = []
    for unit in units:
        level = organisation.level(unit)
        for period in periods:
            key = (unit, period.start, period.end)
            told = {("uncredited", None): Fraction(0), **cells.get(key, {})}
            whole = common.get(key, 1)
            for (credit, to), share in sorted(told.items(), key=_place):
                above = share * whole
                held = above <= _LARGEST and whole <= _LARGEST
                sides = (int(above), whole) if held else (None, None)
                rows.append((unit, level, grain, period.start, period.end, credit, to, float(share), *sides))
    return pl.DataFrame(rows, schema=ATTRIBUTION, orient="row")


def _place(item: tuple[tuple[str, str | None], Fraction]) -> tuple[int, str]:
    credit, to = item[0]
    return ("credited", "unnamed", "uncredited").index(credit), to or ""


def results(
    credits: pl.DataFrame, plan: Plan, organisation: Organisation, *, by: str, asked: Period, day: date
) -> pl.DataFrame:
    """Hold what activities are credited with against what they took: sums over sums, each activity once.

    `credits` are those of one cell, by activity. Activities that overlap `asked` stand in it, and those that are
    credited; only those whose hours (or budget) are known stand in both sides of a rate. What was cancelled is there
    only with what it is credited with: nobody knows what it took until then.
    """
    known = {activity.id: activity for _, activity in plan.activities()}
    credited: dict[str, Fraction] = {}
    others: dict[str, Fraction] = {}
    for credit, to, of, parts in credits.select("credit", "to", "of", "parts").iter_rows():
        into, name = (credited, to) if to in known else (others, "unplanned" if credit == "credited" else credit)
        into[name] = into.get(name, Fraction(0)) + Fraction(parts, of)
    there = {
        id
        for id, activity in known.items()
        if id in credited or (activity.status != "cancelled" and _overlaps(activity, asked))
    }
    parts_of = {name for activity in known.values() for name in activity.contributes}
    rows: list[tuple[object, ...]] = []
    for part, id, title, below in _groups(plan, organisation, by, day):
        own = [known[name] for name in below if name in there]
        if own:
            rows.append((part, id, title, len(own), *_rates(own, credited, parts_of)))
    void = [None] * 7
    beside = [name for name in ("unplanned", "unnamed", "uncredited") if name in others]
    rows += [(name, None, None, None, float(others[name]), *void) for name in beside]
    return pl.DataFrame(rows, schema=RESULTS, orient="row")


def _groups(
    plan: Plan, organisation: Organisation, by: str, day: date
) -> Iterable[tuple[str, str | None, str | None, tuple[str, ...]]]:
    if by == "part":
        for place, below in contributions(plan).below.items():
            yield place.kind, place.id, place.title, below
        return
    found: dict[str | None, list[str]] = {}
    for _, activity in plan.activities():
        units = held_by(activity, organisation, day) if by == "unit" else getattr(activity, _LISTS[by]) or (None,)
        for name in units:
            found.setdefault(name, []).append(activity.id)
    titles = _titles(plan, organisation, by)
    order = {name: number for number, name in enumerate(titles)}
    for name in sorted(found, key=lambda name: (name is None, order.get(name or "", len(order)), name or "")):
        yield by, name, titles.get(name) if name else None, tuple(found[name])


def _titles(plan: Plan, organisation: Organisation, by: str) -> Mapping[str, str]:
    """The words of a group in the order in which they were declared, with their titles."""
    if by == "unit":
        return {unit: organisation.title(unit) for unit in organisation.units}
    if by == "phase":
        return {phase.id: phase.title for phase in plan.phases}
    listed = plan.dimensions.get(by)
    return {value.id: value.title for value in listed.values} if listed else {}


def _rates(own: Sequence[Activity], credited: Mapping[str, Fraction], parts_of: set[str]) -> tuple[object, ...]:
    whole = sum((credited.get(one.id, Fraction(0)) for one in own), Fraction(0))
    told: list[object] = [float(whole)]
    for at in ("hours", "budget"):
        rated = [one for one in own if getattr(one, at) is not None and one.status != "cancelled"]
        unsaid = [one for one in own if getattr(one, at) is None or one.status == "cancelled"]
        lacking = [one for one in unsaid if one.id not in parts_of or one.id in credited]
        taken = sum((Fraction(getattr(one, at)) for one in rated), Fraction(0))
        brought = sum((credited.get(one.id, Fraction(0)) for one in rated), Fraction(0))
        told += [float(taken) if rated else None, len(lacking), float(brought / taken) if taken else None]
        if at == "budget":
            told.append(float(taken / brought) if rated and brought else None)
    return tuple(told)


def _overlaps(activity: Activity, asked: Period) -> bool:
    begins, ends = activity.start or date.min, activity.end or date.max
    return begins <= asked.end and ends >= asked.start
