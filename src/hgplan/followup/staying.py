"""How long people stay: the survival curve of a cohort, and the share kept at a horizon, each with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Final

import polars as pl

from hgplan.followup.proportions import Interval, two_sided, wilson

__all__ = ["CURVE", "KEPT", "curve", "kept", "log_log"]

CURVE: Final = pl.Schema(
    {
        **dict.fromkeys(("day", "at_risk", "left", "censored"), pl.Int64()),
        **dict.fromkeys(("survival", "survival_low", "survival_high"), pl.Float64()),
    }
)
"""The columns of a curve, after those of its cohort."""

KEPT: Final = pl.Schema(
    {
        **dict.fromkeys(("started", "matured", "kept"), pl.Int64()),
        **dict.fromkeys(("retained", "retained_low", "retained_high"), pl.Float64()),
        **dict.fromkeys(("survival", "survival_low", "survival_high"), pl.Float64()),
        "availability": pl.String(),
    }
)
"""The columns of retention, after those of its cohort."""

_COHORT: Final = ("unit", "period_start", "period_end")


def log_log(share: float, greenwood: float, *, level: float = 0.95) -> Interval | None:
    """The interval of a Kaplan-Meier estimate on the scale log(-log S), so that it stays between 0 and 1.

    `greenwood` is the sum of d / (n (n - d)) over the days so far. None where nobody has left, or nobody is left: then
    the formula says nothing.

    Source: M. Greenwood, The natural duration of cancer, Reports on Public Health and Medical Subjects 33 (1926), for
    the variance; J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (1980), for the
    scale.

    >>> low, high = log_log(0.75, 1 / 12)
    >>> round(low, 4), round(high, 4)
    (0.1279, 0.9605)
    """
    reach = two_sided(level)
    if not 0 < share < 1:
        return None
    spread = reach * sqrt(greenwood) / -log(share)
    # Beyond what a float holds, the lower end is 0 anyway.
    return Interval(share ** exp(min(spread, 700.0)), share ** exp(-spread))


def curve(tables: pl.DataFrame, by: Sequence[str], *, level: float) -> pl.DataFrame:
    """Life tables with the survival after each day and its interval.

    The estimate is Kaplan and Meier's (Journal of the American Statistical Association 53, 1958, 457-481).
    """
    keys = [*_COHORT, *by]
    told: list[tuple[float, float | None, float | None]] = []
    for _, cohort in tables.group_by(keys, maintain_order=True):
        share, greenwood = 1.0, 0.0
        for at_risk, left in cohort.select("at_risk", "left").iter_rows():
            if left:
                share *= 1 - left / at_risk
                greenwood += left / (at_risk * (at_risk - left)) if left < at_risk else 0.0
            ends = log_log(share, greenwood, level=level)
            told.append((share, None, None) if ends is None else (share, ends.low, ends.high))
    columns = ["survival", "survival_low", "survival_high"]
    return tables.hstack(pl.DataFrame(told, schema=dict.fromkeys(columns, pl.Float64()), orient="row"))


def kept(retained: pl.DataFrame, curves: pl.DataFrame, by: Sequence[str], *, level: float) -> pl.DataFrame:
    """The share kept at the horizon with Wilson's interval, and beside it the curve's estimate there with its own.

    `retained` are the figures of a retention, in their order and with all their cohorts; `curves` those of `curve`.
    """
    keys = [*_COHORT, *by]
    ends = curves.group_by(keys, maintain_order=True).last()
    joined = retained.join(
        ends.select(*keys, "survival", "survival_low", "survival_high"),
        on=keys,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    shares = [
        wilson(above, below, level=level) if below else (None, None)
        for above, below in joined.select("numerator", "denominator").iter_rows()
    ]
    wilsons = pl.DataFrame(shares, schema=dict.fromkeys(["retained_low", "retained_high"], pl.Float64()), orient="row")
    told = joined.hstack(wilsons).with_columns(
        pl.col("rows").alias("started"),
        pl.col("denominator").alias("matured"),
        pl.col("numerator").alias("kept"),
        pl.col("value").alias("retained"),
        pl.col("availability").cast(pl.String),
    )
    return told.select("unit", "level", "grain", "period_start", "period_end", *by, *KEPT.names())
