"""Milestones held against days: when each was reached, and by how many days it is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import polars as pl

from hgplan.model import Goal, Milestone, Strategy

__all__ = ["MILESTONES", "milestones"]

MILESTONES: Final = pl.Schema(
    {
        "strategy": pl.String(),
        "goal": pl.String(),
        "unit": pl.String(),
        "milestone": pl.String(),
        "due": pl.Date(),
        "share": pl.Float64(),
        "value": pl.Float64(),
        "until": pl.Date(),
        "reached_on": pl.Date(),
        "days_late": pl.Int64(),
        "status": pl.String(),
    }
)
"""The columns of milestones."""


def milestones(
    goals: Iterable[tuple[Strategy | None, Goal]], daily: Mapping[str, pl.DataFrame], unit: str, day: date
) -> pl.DataFrame:
    """One row a milestone, goals in the order given, each goal's milestones by their days.

    `daily` has the follow-up of a goal day by day (target_start, target_end, end, begun, value, attainment,
    comparator). A milestone with a figure is reached on the first day on which the figure to date is there, within the
    shortest target period that holds its own day; one without on the day that the plan tells.
    """
    rows = []
    for strategy, goal in goals:
        for stone in sorted(goal.milestones, key=lambda one: one.day):
            followed = _period_of(stone, daily.get(goal.id))
            known = stone.reached is not None or not stone.has_figure
            if stone.has_figure and followed is not None:
                known = followed["value"].is_not_null().any()
                reached = _first_day(stone, goal, followed)
            else:
                reached = stone.reached if stone.reached is not None and stone.reached <= day else None
            value = None if stone.value is None else float(goal.in_measure(stone.value))
            share = None if stone.share is None else float(stone.share)
            status, late = _judged(stone.day, reached, day, known=known)
            head = (strategy.id if strategy else None, goal.id, unit, stone.title, stone.day, share, value, day)
            rows.append((*head, reached, late, status))
    return pl.DataFrame(rows, schema=MILESTONES, orient="row")


def _period_of(stone: Milestone, daily: pl.DataFrame | None) -> pl.DataFrame | None:
    """The days, as far as they have begun, of the shortest target period that holds the milestone's day."""
    if daily is None:
        return None
    held = daily.filter(pl.lit(stone.day).is_between(pl.col("target_start"), pl.col("target_end")))
    spans = held.select("target_start", "target_end").unique()
    if spans.is_empty():
        return None
    start, end = min(spans.rows(), key=lambda span: (span[1] - span[0], span[0]))
    return held.filter((pl.col("target_start") == start) & (pl.col("target_end") == end) & pl.col("begun"))


def _first_day(stone: Milestone, goal: Goal, days: pl.DataFrame) -> date | None:
    """The first day on which the figure to date is there: as large, or for a target of at most as small."""
    if stone.share is not None:
        there = pl.col("attainment") >= float(stone.share)
    else:
        asked = float(goal.in_measure(stone.value)) if stone.value is not None else None
        value = pl.col("value")
        there = pl.when(pl.col("comparator") == "at_most").then(value <= asked).otherwise(value >= asked)
    found = days.filter(there)["end"].min()
    return found if isinstance(found, date) else None


def _judged(due: date, reached: date | None, day: date, *, known: bool) -> tuple[str, int | None]:
    if reached is not None:
        return ("reached", 0) if reached <= due else ("reached_late", (reached - due).days)
    if day <= due:
        return "to_come", None
    return ("late", (day - due).days) if known else ("no_data", None)
