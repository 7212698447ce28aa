"""Snapshots that stand: from their day until the next one, or until they are too old."""

from __future__ import annotations

from datetime import date

import polars as pl

from hgplan.engine.visible import DAY, ENTITY, UNIT
from hgplan.model.durations import Duration

__all__ = ["STANDS", "carried", "holder"]

STANDS = "@stands"
_NEXT = "@next"


def holder(frame: pl.DataFrame) -> str:
    """Whose stock a snapshot tells: the entity's, or the unit's where there is none."""
    return UNIT if isinstance(frame.schema[ENTITY], pl.Null) else ENTITY


def carried(frame: pl.DataFrame, max_age: Duration, until: date) -> pl.DataFrame:
    """The rows with the last day on which each still stands."""
    key = holder(frame)
    days = frame.select(key, DAY).unique().sort(key, DAY)
    days = days.with_columns(pl.col(DAY).shift(-1).over(key).alias(_NEXT))
    joined = frame.join(days, on=[key, DAY], how="left", nulls_equal=True, maintain_order="left")
    oldest = pl.col(DAY).dt.offset_by(f"{max_age.months}mo").dt.offset_by(f"{max_age.days}d")
    last = pl.min_horizontal(oldest, pl.col(_NEXT).dt.offset_by("-1d"), pl.lit(until))
    return joined.with_columns(last.alias(STANDS)).drop(_NEXT)
