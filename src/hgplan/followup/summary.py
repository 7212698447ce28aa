"""Attainment rolled up: how the goals of a strategy, of a plan and of its vision stand together.

Figures of different measures can't be added, so what stands here is of two kinds. Goals are counted by their status,
and the share of them that is reached is a share of goals. The index is a weighted arithmetic mean of their attainments,
which is a composite indicator (OECD and JRC, Handbook on Constructing Composite Indicators, 2008, step 6) and no
attainment: unless said otherwise each goal counts in it from 0 to 1, so that no goal's surplus hides another one's
shortfall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import fsum
from typing import Any, Final, Literal, TypeAlias

import attrs
import polars as pl

from hgplan.model import Goal, Plan
from hgplan.model.contributions import contributions

__all__ = ["STATUSES", "SUMMARY", "summary"]

STATUSES: Final = (
    "reached", "on_course", "uncertain", "off_course", "not_reached", "no_data", "undefined", "unquantified",
)  # fmt: skip
_NAMES: Final = pl.List(pl.String())
SUMMARY: Final = pl.Schema(
    {
        "part": pl.String(),
        "strategy": pl.String(),
        "title": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "until": pl.Date(),
        "known_on": pl.Date(),
        "goals": pl.Int64(),
        **dict.fromkeys(STATUSES, pl.Int64()),
        "open_conditions": pl.Int64(),
        "reached_share": pl.Float64(),
        "reached_share_least": pl.Float64(),
        "reached_share_greatest": pl.Float64(),
        "index": pl.Float64(),
        "index_least": pl.Float64(),
        "index_greatest": pl.Float64(),
        "in_index": _NAMES,
        "not_in_index": _NAMES,
        "least_goal": pl.String(),
        "least_attainment": pl.Float64(),
        "shared": _NAMES,
        "akin": _NAMES,
    }
)
"""The columns of a summary, in their order; in words it is told how each row was made."""

_Row: TypeAlias = Mapping[str, Any]
_Span: TypeAlias = tuple[date, date]
_QUANTIFIED: Final = frozenset(STATUSES) - {"unquantified"}
_RISING: Final = frozenset({"at_least", "increase_by", "increase_by_percent"})


@attrs.frozen(kw_only=True)
class _Part:
    """A strategy, the plan or its vision, with the goals that count in it."""

    kind: Literal["strategy", "plan", "vision"]
    id: str | None
    title: str
    goals: tuple[Goal, ...]
    shared: tuple[str, ...] = ()
    akin: tuple[str, ...] = ()


def summary(rows: pl.DataFrame, plan: Plan, *, capped: bool = True) -> pl.DataFrame:
    """Roll the rows of an attainment (with what is possible) up: a row a part, unit and target period.

    A goal counts in the rows of its own targets' periods. One without targets has none of its own: it is unquantified
    in every row whose period overlaps the time it is followed over. A goal of another strategy that a strategy's
    activities contribute to counts there too, and once in the plan.
    """
    by_unit: dict[str, list[_Row]] = {}
    for row in rows.iter_rows(named=True):
        by_unit.setdefault(row["unit"], []).append(row)
    told = [
        _told(part, found, span, capped=capped)
        for part in _parts(plan)
        for unit_rows in by_unit.values()
        for span, found in _by_period(part, unit_rows)
    ]
    return pl.DataFrame(told, schema=SUMMARY, orient="row")


def _parts(plan: Plan) -> Iterator[_Part]:
    known, edges = {goal.id: goal for _, goal in plan.goals()}, contributions(plan)
    vision = plan.vision.goals if plan.vision else ()
    for strategy in plan.strategies:
        shared = edges.shared[strategy.id]
        akin = dict.fromkeys(name for activity in strategy.activities for name in activity.aligns if name in known)
        goals = (*strategy.goals, *(known[id] for id in shared))
        counted = {goal.id for goal in goals}
        yield _Part(
            kind="strategy",
            id=strategy.id,
            title=strategy.title,
            goals=goals,
            shared=shared,
            akin=tuple(name for name in akin if name not in counted),
        )
    own = tuple(goal for goal in known.values() if goal not in vision)
    yield _Part(kind="plan", id=None, title=plan.title, goals=own)
    if plan.vision is not None and vision:
        yield _Part(kind="vision", id=None, title=plan.vision.title, goals=vision)


def _by_period(part: _Part, rows: Iterable[_Row]) -> Iterator[tuple[_Span, list[tuple[Goal, _Row]]]]:
    """The rows of the part's goals by target period, those of goals without targets in every one that they overlap."""
    goals = {goal.id: goal for goal in part.goals}
    order = {id: number for number, id in enumerate(goals)}
    fixed: dict[_Span, list[tuple[Goal, _Row]]] = {}
    loose: list[tuple[Goal, _Row]] = []
    for row in rows:
        goal = goals.get(row["goal"])
        if goal is None:
            continue
        if goal.targets:
            fixed.setdefault((row["period_start"], row["period_end"]), []).append((goal, row))
        else:
            loose.append((goal, row))
    for goal, row in loose:
        span = (row["period_start"], row["period_end"])
        inside = [other for other in fixed if other[0] <= span[1] and other[1] >= span[0]]
        for other in inside or [span]:
            fixed.setdefault(other, []).append((goal, row))
    for span in sorted(fixed):
        yield span, sorted(fixed[span], key=lambda pair: order[pair[0].id])


def _told(part: _Part, found: Sequence[tuple[Goal, _Row]], span: _Span, *, capped: bool) -> dict[str, object]:
    first = found[0][1]
    begun = span[0] <= first["until"]
    in_index = [(goal, row) for goal, row in found if row["attainment"] is not None]
    lowest = min(in_index, key=lambda pair: pair[1]["attainment"], default=None)
    counts = {status: sum(row["status"] == status for _, row in found) for status in STATUSES}
    known = [(goal.weight, _ends(row, capped=capped)) for goal, row in found if begun]
    ends = [(weight, end) for weight, end in known if end is not None]
    quantified = _weight(found, _QUANTIFIED)
    reached, missed = _weight(found, {"reached"}), _weight(found, {"not_reached"})
    return {
        "part": part.kind,
        "strategy": part.id,
        "title": part.title,
        **{name: first[name] for name in ("unit", "level", "until", "known_on")},
        "period_start": span[0],
        "period_end": span[1],
        "goals": len(found),
        **counts,
        "open_conditions": sum(row["status"] == "reached" and not _all_met(goal, row) for goal, row in found),
        "reached_share": reached / quantified if quantified else None,
        "reached_share_least": reached / quantified if quantified else None,
        "reached_share_greatest": (quantified - missed) / quantified if quantified else None,
        "index": _mean((goal.weight, _counted(row["attainment"], capped=capped)) for goal, row in in_index),
        "index_least": _mean((weight, end[0]) for weight, end in ends),
        "index_greatest": _mean((weight, end[1]) for weight, end in ends),
        "in_index": [goal.id for goal, _ in in_index],
        "not_in_index": [goal.id for goal, row in found if row["attainment"] is None],
        "least_goal": lowest[0].id if lowest else None,
        "least_attainment": lowest[1]["attainment"] if lowest else None,
        "shared": [goal.id for goal, _ in found if goal.id in part.shared],
        "akin": list(part.akin),
    }


def _ends(row: _Row, *, capped: bool) -> tuple[float | None, float | None] | None:
    """The least and the greatest that a goal can count as; None where it can't count, whatever is reported."""
    if row["attainment"] is not None:
        low, high = row["attainment_least"], row["attainment_greatest"]
    elif row["status"] == "no_data" and row["target"] != 0 and _has_attainment(row):
        low = high = None
    else:
        return None
    if not capped:
        return low, high
    return (0.0 if low is None else _counted(low, capped=True)), (1.0 if high is None else _counted(high, capped=True))


def _has_attainment(row: _Row) -> bool:
    return row["comparator"] in _RISING or (row["comparator"] == "at_most" and row["baseline"] is not None)


def _counted(attainment: float, *, capped: bool) -> float:
    return min(max(attainment, 0.0), 1.0) if capped else attainment


def _mean(parts: Iterable[tuple[float, float | None]]) -> float | None:
    """The weighted arithmetic mean; None of nothing, and where one of them is not known."""
    known = list(parts)
    values = [(weight, value) for weight, value in known if value is not None]
    if not known or len(values) < len(known):
        return None
    return fsum(weight * value for weight, value in values) / fsum(weight for weight, _ in values)


def _weight(found: Iterable[tuple[Goal, _Row]], statuses: Iterable[str]) -> float:
    asked = frozenset(statuses)
    return fsum(goal.weight for goal, row in found if row["status"] in asked)


def _all_met(goal: Goal, row: _Row) -> bool:
    met = "; ".join(f"{condition.title}: met" for condition in goal.conditions)
    return not goal.conditions or row["conditions"] == met
