"""A goal over the years: what was aimed at, what came of it, and where a changed definition breaks the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from hgplan.followup.editions import comparable, edition
from hgplan.followup.followed import Followed
from hgplan.followup.targets import standing
from hgplan.model import Organisation, Period, Plan, Target

__all__ = ["YEARS", "years"]

YEARS: Final = pl.Schema(
    {
        "goal": pl.String(),
        "title": pl.String(),
        "metric": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "grain": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "until": pl.Date(),
        "value": pl.Float64(),
        "availability": pl.String(),
        "completeness": pl.Float64(),
        "adopted_target": pl.Float64(),
        "target": pl.Float64(),
        "comparator": pl.String(),
        "reason": pl.String(),
        "attainment": pl.Float64(),
        "status": pl.String(),
        "version": pl.String(),
        "since": pl.Date(),
        "definition": pl.String(),
        "series_break": pl.Boolean(),
        "change": pl.Float64(),
        "change_percent": pl.Float64(),
    }
)
"""The columns of a goal's years, in their order."""


def years(
    followed: Sequence[Followed],
    asked: Mapping[str, Sequence[Period]],
    figures: Mapping[tuple[str, str, date, date], Mapping[str, Any]],
    current: pl.DataFrame,
    adopted: pl.DataFrame,
    plan: Plan,
    organisation: Organisation,
    *,
    units: Sequence[str],
    grain: str,
    until: date,
    known_on: date | None,
) -> pl.DataFrame:
    """Put the years together: a row a goal, unit and period, each held against the one before it.

    `asked` are the periods of each goal, `figures` those of (goal, unit, first day, last day); `current` and `adopted`
    are attainments with the targets that stand and those first adopted.
    """
    stands, stood = _by_period(current), _by_period(adopted)
    rows: list[dict[str, object]] = []
    for one in followed:
        reasons = _reasons(one, plan, organisation, known_on or until)
        for unit in units:
            before: tuple[Period, float | None] | None = None
            for period in asked[one.goal.id]:
                key = (one.goal.id, unit, period.start, period.end)
                row, figure = stands.get(key, {}), figures.get(key, {})
                value = figure.get("value")
                told = _row(one, unit, period, value, figure, row, before)
                told |= {
                    "level": organisation.level(unit),
                    "grain": grain,
                    "until": until,
                    "adopted_target": stood.get(key, {}).get("target"),
                    "reason": reasons.get((unit, period.start, period.end)),
                }
                rows.append(told)
                before = (period, value)
    return pl.DataFrame(rows, schema=YEARS, orient="row")


def _row(
    one: Followed,
    unit: str,
    period: Period,
    value: float | None,
    figure: Mapping[str, Any],
    row: Mapping[str, Any],
    before: tuple[Period, float | None] | None,
) -> dict[str, object]:
    metric = one.metric
    since = metric.since if metric else None
    broken, change, percent = None, None, None
    if before is not None and metric is not None and before[0].end + timedelta(days=1) == period.start:
        earlier, was = before
        alike = comparable(since, (earlier.start, earlier.end), (period.start, period.end))
        broken = not alike
        if alike and value is not None and was is not None:
            change = value - was
            percent = change / abs(was) if was else None
    return {
        "goal": one.goal.id,
        "title": one.goal.title,
        "metric": metric.id if metric else one.goal.metric,
        "unit": unit,
        "period_start": period.start,
        "period_end": period.end,
        "value": value,
        "availability": figure.get("availability"),
        "completeness": figure.get("completeness"),
        **{name: row.get(name) for name in ("target", "comparator", "attainment", "status")},
        "version": metric.version if metric else None,
        "since": since,
        "definition": edition(since, period.start, period.end) if metric else None,
        "series_break": broken,
        "change": change,
        "change_percent": percent,
    }


def _by_period(frame: pl.DataFrame) -> dict[tuple[str, str, date, date], dict[str, Any]]:
    keys = ("goal", "unit", "period_start", "period_end")
    return {tuple(row[key] for key in keys): row for row in frame.iter_rows(named=True)}


def _reasons(
    one: Followed, plan: Plan, organisation: Organisation, day: date
) -> dict[tuple[str, date, date], str | None]:
    """Why the targets that stand are what they are, as the plan says, by unit and days."""
    versions: dict[tuple[str, date, date], list[Target]] = {}
    read = {text: plan.parse_period(text) for text in dict.fromkeys(target.period for target in one.goal.targets)}
    for target in one.goal.targets:
        period = read[target.period]
        versions.setdefault((target.unit or organisation.root, period.start, period.end), []).append(target)
    stand = {place: standing(made, on=day) for place, made in versions.items()}
    return {place: target.reason for place, target in stand.items() if target is not None}
