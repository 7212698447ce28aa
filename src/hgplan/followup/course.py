"""What the pace wants of a value by the row's day, how far ahead the value is, and what is left to do.

The expressions read `low`, `high`, `baseline`, `adds` (a flow, which begins at nothing), `due` (the share of the target
that the pace wants by now), `awaited` (the period has come) and `months` (left of it).
"""

from __future__ import annotations

import polars as pl

from hgplan.followup.progress import distance, ratio

__all__ = ["closeness", "expected", "needed", "wanted"]


def wanted() -> list[pl.Expr]:
    """The columns `wanted_low` and `wanted_high`: the edges as they are wanted by the row's day.

    A flow is to have brought its share of each edge. A level is to have gone its share of the way from the baseline to
    the edge; without a baseline, or with one that is already there, it is to be there all the time.
    """
    low, high, baseline, share = pl.col("low"), pl.col("high"), pl.col("baseline"), pl.col("due")
    rising = pl.when(baseline < low).then(baseline + (low - baseline) * share).otherwise(low)
    falling = pl.when(baseline > high).then(baseline + (high - baseline) * share).otherwise(high)
    flow = pl.col("adds")
    return [
        pl.when(flow).then(low * share).otherwise(rising).alias("wanted_low"),
        pl.when(flow).then(high * share).otherwise(falling).alias("wanted_high"),
    ]


def expected() -> pl.Expr:
    """The value that the pace wants by now: of a range its lower edge, unless the level comes down from above it.

    Null before the period begins, and where nothing is counted.
    """
    above = ~pl.col("adds") & (pl.col("baseline") > pl.col("high"))
    return (
        pl.when(~pl.col("awaited") | pl.col("adds").is_null())
        .then(None)
        .when(above)
        .then(pl.col("wanted_high"))
        .otherwise(pl.coalesce("wanted_low", "wanted_high"))
    )


def needed(value: pl.Expr) -> pl.Expr:
    """What each remaining month must bring for the value to come to the nearer edge; 0 when it is there.

    Negative where a value must come down. Null without a value and when no day is left.
    """
    gap, low, high, months = distance(value), pl.col("low"), pl.col("high"), pl.col("months")
    way = pl.when(gap >= 0).then(0.0).when(value < low).then(low - value).when(value > high).then(high - value)
    return ratio(way, months)


def closeness(value: pl.Expr, edge: pl.Expr) -> pl.Expr:
    """How near a value is to an edge that it has not come to: the lesser over the greater, 1 when they are equal."""
    lesser, greater = pl.min_horizontal(value, edge), pl.max_horizontal(value, edge)
    return (
        pl.when(value.is_null() | edge.is_null())
        .then(None)
        .when(greater > 0)
        .then(lesser / greater)
        .when(lesser < 0)
        .then(greater / lesser)
        .otherwise(1.0)
    )
