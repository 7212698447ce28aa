"""Every version of every target: as it was adopted, as it was revised, when, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from hgplan.followup.followed import Followed, target_periods
from hgplan.followup.targets import standing
from hgplan.model import Organisation, Period, Plan, Target, in_measure

__all__ = ["VERSIONS", "versions"]

VERSIONS: Final = pl.Schema(
    {
        "strategy": pl.String(),
        "goal": pl.String(),
        "title": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "version": pl.Int64(),
        "adopted": pl.Date(),
        "comparator": pl.String(),
        "target": pl.Float64(),
        "target_to": pl.Float64(),
        "change": pl.Float64(),
        "reason": pl.String(),
        "stands": pl.Boolean(),
    }
)
"""The columns of target versions, in their order."""


def versions(
    followed: Sequence[Followed], plan: Plan, organisation: Organisation, *, units: Sequence[str], day: date
) -> pl.DataFrame:
    """The versions of each goal's targets by period and unit, from the adopted one to the newest known by `day`."""
    asked = set(units)
    rows: list[dict[str, object]] = []
    for one in followed:
        for period, by_unit in target_periods(one, plan, organisation, until=day).items():
            for unit in (unit for unit in organisation.units if unit in by_unit and unit in asked):
                rows += _rows(one, unit, organisation.level(unit), period, by_unit, day)
    return pl.DataFrame(rows, schema=VERSIONS, orient="row")


def _rows(
    one: Followed,
    unit: str,
    level: str | None,
    period: Period,
    by_unit: Mapping[str, Sequence[Target]],
    day: date,
) -> list[dict[str, object]]:
    known = [target for target in by_unit[unit] if target.adopted is None or target.adopted <= day]
    stands = standing(known, on=day)
    rows: list[dict[str, object]] = []
    before: Target | None = None
    for number, target in enumerate(sorted(known, key=lambda target: target.adopted or date.min), 1):
        low, high = _plain(target, target.value, one.unit), _plain(target, target.value_to, one.unit)
        was = None if before is None else _plain(before, before.value, one.unit)
        same = before is not None and before.comparator == target.comparator
        rows.append(
            {
                "strategy": one.strategy,
                "goal": one.goal.id,
                "title": one.goal.title,
                "unit": unit,
                "level": level,
                "period_start": period.start,
                "period_end": period.end,
                "version": number,
                "adopted": target.adopted,
                "comparator": target.comparator,
                "target": low,
                "target_to": high,
                "change": low - was if same and low is not None and was is not None else None,
                "reason": target.reason,
                "stands": target is stands,
            }
        )
        before = target
    return rows


def _plain(target: Target, figure: float | None, unit: str | None) -> float | None:
    # A percentage of a baseline is one in whatever unit the goal is written.
    scale = None if target.comparator == "increase_by_percent" else unit
    return None if figure is None else float(in_measure(figure, scale))
