"""The status of a goal: a word that is never better than what is known.

- `unquantified`: there is no target to hold a value against, or no metric to hold against it.
- `no_data`: there are both and no value yet: nothing has begun, was reported or is ripe, or the metric is not there.
- `undefined`: there is a value that can't be had or compared: 0/0, an increase from an unknown baseline.
- `reached`, `not_reached`: the period is over and the figure complete; `reached` also early, of an `at_least` on a
  count that can't fall.
- `on_course`, `uncertain`, `off_course`: the value against what the pace wants by now, by the plan's two thresholds.
- `uncertain` also: the figure is incomplete, and its least and its greatest would not have the same status.
"""

from __future__ import annotations

import polars as pl

from hgplan.followup.course import closeness, expected
from hgplan.followup.progress import distance
from hgplan.model import StatusThresholds

__all__ = ["judged", "status"]


def status(thresholds: StatusThresholds) -> pl.Expr:
    """The status of each row, whose columns are those of the follow-up with `least` and `greatest`."""
    value, low, high = pl.col("value"), pl.col("least"), pl.col("greatest")
    on_least, on_greatest = judged(low, thresholds), judged(high, thresholds)
    # Both ends may lie outside a range, one on each side, with the range itself possible between them.
    over = pl.col("over")
    lower = pl.when(over).then(pl.col("low")).otherwise(pl.col("wanted_low"))
    upper = pl.when(over).then(pl.col("high")).otherwise(pl.col("wanted_high"))
    astride = ((low < lower) & (high > upper)).fill_null(False)
    certain = pl.when((on_least == on_greatest) & ~astride).then(on_least)
    incomplete = (pl.col("completeness") < 1).fill_null(False)
    return (
        pl.when(pl.col("target").is_null() | pl.col("metric").is_null())
        .then(pl.lit("unquantified"))
        .when(~pl.col("begun"))
        .then(pl.lit("no_data"))
        .when(value.is_null() & pl.col("availability").is_in(["available", "undefined"]))
        .then(pl.lit("undefined"))
        .when(value.is_null())
        .then(pl.lit("no_data"))
        .when(distance(value).is_null())
        .then(pl.lit("undefined"))
        .when(incomplete)
        .then(certain.fill_null("uncertain"))
        .otherwise(judged(value, thresholds))
    )


def judged(value: pl.Expr, thresholds: StatusThresholds) -> pl.Expr:
    """The status that a value would have if it were all that there is to know; null of no value."""
    satisfied = distance(value) >= 0
    course = _course(value)
    return (
        pl.when(value.is_null())
        .then(None)
        .when(pl.col("over"))
        .then(pl.when(satisfied).then(pl.lit("reached")).otherwise(pl.lit("not_reached")))
        .when(satisfied & pl.col("cannot_fall") & (pl.col("comparator") == "at_least"))
        .then(pl.lit("reached"))
        .when(pl.col("cannot_fall") & ~satisfied & (value > pl.col("high")))
        .then(pl.lit("off_course"))
        .when(satisfied & ~pl.col("adds"))
        .then(pl.lit("on_course"))
        .when(course >= thresholds.on_course)
        .then(pl.lit("on_course"))
        .when(course < thresholds.off_course)
        .then(pl.lit("off_course"))
        .otherwise(pl.lit("uncertain"))
    )


def _course(value: pl.Expr) -> pl.Expr:
    """The value as a share of what is wanted by now, at least 1 when nothing more is; null where the pace can't say.

    A level whose target is a way from a baseline is held to that part of the way, since a stock of thousands is always
    close to a target a few hundred above it; everything else to the wanted edge itself.
    """
    low, high, baseline, wants = pl.col("wanted_low"), pl.col("wanted_high"), pl.col("baseline"), expected()
    counted_from_baseline = pl.col("comparator").is_in(["increase_by", "increase_by_percent", "at_most"]) | (
        (pl.col("comparator") == "at_least") & pl.col("from_baseline")
    )
    to_go = (baseline < pl.col("low")) | (baseline > pl.col("high"))
    a_way = counted_from_baseline & to_go & ~pl.col("adds")
    return (
        pl.when(a_way & (wants != baseline))
        .then((value - baseline) / (wants - baseline))
        .when(value < low)
        .then(closeness(value, low))
        .when(value > high)
        .then(closeness(value, high))
        .when(low.is_not_null() | high.is_not_null())
        .then(1.0)
    )
