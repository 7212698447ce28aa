"""What must hold besides a goal's target, as text beside the status: `kept over time: unset`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from hgplan.followup.bounds import greatest, least, possible
from hgplan.followup.followed import Followed
from hgplan.followup.progress import distance, edges
from hgplan.metrics import Metric, Table
from hgplan.model import in_measure

__all__ = ["CONDITIONS", "conditions", "states"]

CONDITIONS: Final = pl.Schema(
    {
        "goal_number": pl.Int32(),
        "condition": pl.String(),
        "metric_number": pl.Int32(),
        "possible": pl.String(),
        "comparator": pl.String(),
        "target": pl.Float64(),
        "target_to": pl.Float64(),
        "baseline": pl.Float64(),
    }
)


def conditions(
    followed: Sequence[Followed], numbers: Mapping[Metric, int], tables: Mapping[str, Table]
) -> pl.DataFrame:
    """The conditions of the goals, with their thresholds in the plain numbers of measures."""
    rows = [
        {
            "goal_number": number,
            "condition": condition.title,
            "metric_number": None if metric is None else numbers[metric],
            "possible": None if metric is None else possible(metric.measure, tables),
            "comparator": condition.comparator,
            "target": _plain(condition.value, condition.unit or (metric.unit if metric else None)),
            "target_to": _plain(condition.value_to, condition.unit or (metric.unit if metric else None)),
        }
        for number, goal in enumerate(followed)
        for condition, metric in zip(goal.goal.conditions, goal.conditions, strict=True)
    ]
    return pl.DataFrame(rows, schema=CONDITIONS)


def states(rows: pl.DataFrame, conditions: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The column `conditions` by `row`: each condition of the row's goal and its state, in the plan's order.

    `met` and `failed` say what the figure of the row's own unit and days is; `unset` that nobody can say: there is no
    threshold or no figure, or an incomplete figure could still turn out either way. An increase is unset too, since a
    condition has no baseline.
    """
    place = rows.select("row", "goal_number", "asked", "start", "end", "begun")
    asked = place.join(conditions, on="goal_number", maintain_order="left_right")
    told = asked.join(answers, on=["metric_number", "asked", "start", "end"], how="left", maintain_order="left")
    kind = pl.col("possible")
    judged = told.with_columns(edges()).with_columns(least(kind).alias("least"), greatest(kind).alias("greatest"))
    incomplete = (pl.col("completeness") < 1).fill_null(False)
    low, high = pl.col("low"), pl.col("high")
    inside = (distance(pl.col("least")) >= 0) & (distance(pl.col("greatest")) >= 0)
    outside = (pl.col("greatest") < low) | (pl.col("least") > high)
    known = pl.col("value").is_not_null() & pl.col("begun")
    met = pl.when(incomplete).then(inside).otherwise(distance(pl.col("value")) >= 0)
    failed = pl.when(incomplete).then(outside).otherwise(distance(pl.col("value")) < 0)
    state = (
        pl.when(known & met).then(pl.lit("met")).when(known & failed).then(pl.lit("failed")).otherwise(pl.lit("unset"))
    )
    return (
        judged.with_columns(pl.concat_str("condition", pl.lit(": "), state).alias("conditions"))
        .group_by("row", maintain_order=True)
        .agg(pl.col("conditions").str.join("; "))
    )


def _plain(value: float | None, unit: str | None) -> float | None:
    return None if value is None else float(in_measure(value, unit))
