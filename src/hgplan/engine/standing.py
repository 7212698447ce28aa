"""Snapshots that stand: from their day until the next one, or until they are too old."""

from __future__ import annotations

from datetime import date

import polars as pl

from hgplan.engine.visible import DAY, ENTITY, UNIT
from hgplan.model.durations import Duration

__all__ = ["HOLDER", "STANDS", "carried", "with_holder"]

STANDS = "@stands"
HOLDER = (ENTITY, "@desk")
"""The columns that say whose stock a snapshot tells: the entity's, or the unit's where there is none."""
_NEXT = "@next"


def with_holder(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with whose stock each tells."""
    return frame.with_columns(pl.when(pl.col(ENTITY).is_null()).then(UNIT).alias(HOLDER[1]))


def carried(frame: pl.DataFrame, max_age: Duration, until: date) -> pl.DataFrame:
    """The rows with the last day on which each still stands."""
    held = with_holder(frame)
    days = held.select(*HOLDER, DAY).unique().sort(*HOLDER, DAY)
    days = days.with_columns(pl.col(DAY).shift(-1).over(HOLDER).alias(_NEXT))
    joined = held.join(days, on=[*HOLDER, DAY], how="left", nulls_equal=True, maintain_order="left")
    oldest = pl.col(DAY).dt.offset_by(f"{max_age.months}mo").dt.offset_by(f"{max_age.days}d")
    last = pl.min_horizontal(oldest, pl.col(_NEXT).dt.offset_by("-1d"), pl.lit(until))
    return joined.with_columns(last.alias(STANDS)).drop(_NEXT)
