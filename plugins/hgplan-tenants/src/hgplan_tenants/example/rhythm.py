"""When things happen in the example, and when they are written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from hgplan_tenants.example.chance import draw, interpolated, place

__all__ = ["days_drawn", "late", "on_line"]

# January to December, Monday to Sunday: people join late in the year, and doors stay closed in July.
_MONTHS: Final = (72, 78, 88, 82, 84, 58, 34, 74, 112, 122, 118, 78)
_WEEKDAYS: Final = (10, 11, 11, 11, 8, 5, 4)
# Of a thousand facts, so many are written down within so many days.
_LATE: Final = ((0, 0), (800, 4), (950, 35), (1_000, 130))


def days_drawn(key: pl.Series, stream: str, first: date, last: date) -> pl.Series:
    """A day between two, both in, with the year's own rhythm."""
    days = pl.date_range(first, last, eager=True)
    weights = [_MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] for day in days]
    return days.gather(place(key, stream, weights))


def late(key: pl.Expr, day: pl.Expr, stream: str) -> pl.Expr:
    """The day on which something that happened on a day was written down."""
    return day + pl.duration(days=on_line(draw(key, stream, 1_000), _LATE))


def on_line(at: pl.Expr, knots: Sequence[tuple[int, int]]) -> pl.Expr:
    """The broken line through the knots, for a column."""
    return at.map_batches(lambda values: interpolated(values, knots), return_dtype=pl.Int64)
