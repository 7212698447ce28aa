"""The example's experiment: new members who are called, or written to, soon after they join."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from hgplan_tenants.example.chance import draw

__all__ = ["assignments"]

_FIRST, _LAST = date(2022, 2, 1), date(2022, 5, 31)
_EXPERIMENT: Final = "welcome-call"
_IN_PERCENT: Final = 30
_YEAR: Final = 365


def assignments(register: pl.DataFrame) -> pl.DataFrame:
    """Who was assigned to which arm, two weeks after joining: columns person, unit, assigned_on, experiment, arm.

    The call helps a little: among those who leave within their first year somewhat fewer were called.
    """
    tested = pl.col("joined").is_between(_FIRST, _LAST) & (draw(pl.col("person"), "in the trial", 100) < _IN_PERCENT)
    joined = (
        register.filter(pl.col("channel") != "transfer")
        .sort("joined", "person", "unit")
        .unique("person", keep="first", maintain_order=True)
        .filter(tested)
        .with_columns((pl.col("joined") + pl.duration(days=14)).alias("assigned_on"))
        .filter(pl.col("left").is_null() | (pl.col("left") > pl.col("assigned_on")))
    )
    soon = (pl.col("left") - pl.col("joined")).dt.total_days().fill_null(10 * _YEAR) < _YEAR
    called = draw(pl.col("person"), "arm", 100) < pl.when(soon).then(42).otherwise(51)
    return joined.select(
        "person",
        "unit",
        "assigned_on",
        pl.lit(_EXPERIMENT).alias("experiment"),
        pl.when(called).then(pl.lit("call")).otherwise(pl.lit("letter")).alias("arm"),
    ).sort("assigned_on", "person")
