"""How far a value is from its target, and which part of the way it has come.

The expressions read the columns `comparator, target, target_to, baseline, from_baseline`, and those that this module
adds: `low` and `high`, between which (both in) the target is satisfied; null where there is no such edge.
"""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["attainment", "distance", "edges", "finite", "ratio", "way"]

_NEAR: Final = 1e-12
"""Two figures nearer than this, relative to their size, differ by rounding alone."""


def finite(value: pl.Expr) -> pl.Expr:
    """The value where it is a finite number, else null: polars holds NaN to be greater than every number."""
    return pl.when(value.is_finite()).then(value)


def ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """One over the other; null where nothing is below the line."""
    return pl.when(below != 0).then(above / below)


def edges() -> list[pl.Expr]:
    """The columns `low` and `high`, in the plain numbers of the value."""
    comparator, target, baseline = pl.col("comparator"), pl.col("target"), pl.col("baseline")
    aim = pl.when(_increases()).then(baseline + _increase()).otherwise(target)
    low = pl.when(comparator != "at_most").then(aim)
    high = (
        pl.when(comparator.is_in(["at_most", "equals"]))
        .then(target)
        .when(comparator == "between")
        .then(pl.col("target_to"))
    )
    return [finite(low).alias("low"), finite(high).alias("high")]


def distance(value: pl.Expr) -> pl.Expr:
    """The signed distance to the nearer edge, from 0 on when the target is satisfied.

    A distance that is rounding alone is none: 10 % and 20 points more make 30 %, in floats a little above 0.3.
    """
    low, high = pl.col("low"), pl.col("high")
    raw = pl.min_horizontal(value - low, high - value)
    size = pl.max_horizontal(value.abs(), low.abs(), high.abs())
    return pl.when(raw.is_finite() & (raw.abs() <= _NEAR * size)).then(0.0).otherwise(raw)


def attainment(value: pl.Expr) -> pl.Expr:
    """The part of the way that the value has come, signed and uncapped; null where the comparator knows no way."""
    return finite(way(value))


def way(value: pl.Expr) -> pl.Expr:
    """The same of a value that may be without end, as the greatest that an incomplete one can turn out to be."""
    comparator, target, baseline = pl.col("comparator"), pl.col("target"), pl.col("baseline")
    return (
        pl.when((comparator == "at_least") & pl.col("from_baseline"))
        .then(ratio(value - baseline, target - baseline))
        .when(comparator == "at_least")
        .then(ratio(value, target))
        .when(comparator == "at_most")
        .then(ratio(baseline - value, baseline - target))
        .when(_increases())
        .then(ratio(value - baseline, _increase()))
    )


def _increases() -> pl.Expr:
    return pl.col("comparator").is_in(["increase_by", "increase_by_percent"])


def _increase() -> pl.Expr:
    target, percent = pl.col("target"), pl.col("baseline").abs() * pl.col("target") / 100
    return pl.when(pl.col("comparator") == "increase_by_percent").then(percent).otherwise(target)
