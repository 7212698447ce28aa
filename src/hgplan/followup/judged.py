"""What boards say of goals and activities: dated judgements, beside what is computed and never over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs
import polars as pl

from hgplan.model import Assessment, Organisation, Plan

__all__ = ["ASSESSMENTS", "JUDGED", "Judgement", "assessments", "held", "newest"]

ASSESSMENTS: Final = pl.Schema(
    {
        "goal": pl.String(),
        "activity": pl.String(),
        "title": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "day": pl.Date(),
        "judgement": pl.String(),
        "reason": pl.String(),
        "remedy": pl.String(),
        "by": pl.String(),
        "newest": pl.Boolean(),
        "superseded": pl.Date(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "value": pl.Float64(),
        "target": pl.Float64(),
        "attainment": pl.Float64(),
        "status": pl.String(),
        "until": pl.Date(),
    }
)
"""The columns of assessments, in their order."""

JUDGED: Final = pl.Schema(
    {
        "judgement": pl.String(),
        "judged_on": pl.Date(),
        "reason": pl.String(),
        "remedy": pl.String(),
        "judged_by": pl.String(),
        "judgements": pl.Int64(),
    }
)
"""The columns of the newest judgement beside an attainment, in their order."""


@attrs.frozen(kw_only=True)
class Judgement:
    """An assessment in its place: the unit that it is of, and the day of the one that took its place."""

    assessment: Assessment
    unit: str
    superseded: date | None = None


def held(plan: Plan, organisation: Organisation, *, until: date) -> list[Judgement]:
    """The assessments made by a day, in the plan's order; of one day the later row is the newer one.

    One without a unit is of the whole organisation.
    """
    made = [one for one in plan.assessments if one.day <= until]
    follows: dict[int, date] = {}
    latest: dict[tuple[str | None, str | None, str], int] = {}
    for number in sorted(range(len(made)), key=lambda number: made[number].day):
        one = made[number]
        key = (one.goal, one.activity, one.unit or organisation.root)
        if key in latest:
            follows[latest[key]] = one.day
        latest[key] = number
    return [
        Judgement(assessment=one, unit=one.unit or organisation.root, superseded=follows.get(number))
        for number, one in enumerate(made)
    ]


def assessments(
    judgements: Iterable[Judgement],
    plan: Plan,
    organisation: Organisation,
    computed: Mapping[date, pl.DataFrame],
    *,
    until: date,
) -> pl.DataFrame:
    """Each judgement with what was computed of its goal and unit on its day; `computed` are attainments by day.

    Of several target periods that hold the day, the shortest; where none does, the next, else the last.
    """
    titles = {goal.id: goal.title for _, goal in plan.goals()}
    titles |= {activity.id: activity.title for _, activity in plan.activities()}
    by_goal = {day: _by_goal(frame) for day, frame in computed.items()}
    rows = []
    for one in judgements:
        said = one.assessment
        found = by_goal.get(said.day, {}).get((said.goal or "", one.unit), [])
        row = _of_day(found, said.day) if found else {}
        names = ("goal", "activity", "day", "judgement", "reason", "remedy", "by")
        rows.append(
            {
                **{name: getattr(said, name) for name in names},
                "title": titles[said.goal or said.activity or ""],
                "unit": one.unit,
                "level": organisation.level(one.unit),
                "newest": one.superseded is None,
                "superseded": one.superseded,
                **{name: row.get(name) for name in ("period_start", "period_end")},
                **{name: row.get(name) for name in ("value", "target", "attainment", "status")},
                "until": until,
            }
        )
    return pl.DataFrame(rows, schema=ASSESSMENTS, orient="row")


def newest(judgements: Sequence[Judgement]) -> pl.DataFrame:
    """The newest judgement of each goal and unit, and how many there are, with the columns of `JUDGED`."""
    counts: dict[tuple[str | None, str], int] = {}
    for one in judgements:
        key = (one.assessment.goal, one.unit)
        counts[key] = counts.get(key, 0) + 1
    rows = [
        {
            "goal": one.assessment.goal,
            "unit": one.unit,
            "judgement": one.assessment.judgement,
            "judged_on": one.assessment.day,
            "reason": one.assessment.reason,
            "remedy": one.assessment.remedy,
            "judged_by": one.assessment.by,
            "judgements": counts[one.assessment.goal, one.unit],
        }
        for one in judgements
        if one.assessment.goal is not None and one.superseded is None
    ]
    return pl.DataFrame(rows, schema={"goal": pl.String(), "unit": pl.String(), **JUDGED}, orient="row")


def _by_goal(frame: pl.DataFrame) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault((row["goal"], row["unit"]), []).append(row)
    return found


def _of_day(rows: Sequence[dict[str, Any]], day: date) -> dict[str, Any]:
    running = [row for row in rows if row["period_start"] <= day <= row["period_end"]]
    if running:
        return min(running, key=lambda row: (row["period_end"] - row["period_start"], row["period_start"]))
    coming = [row for row in rows if row["period_start"] > day]
    if coming:
        return min(coming, key=lambda row: (row["period_start"], row["period_end"]))
    return max(rows, key=lambda row: row["period_end"])
