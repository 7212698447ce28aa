"""The one place where lazy frames become figures."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hgplan.errors import UnreadableError

__all__ = ["MANY", "collect", "selected", "worked"]

MANY = 2_000_000  # rows of which nobody should make much on the way
_SEVERAL = 100_000  # rows from which on it pays to work piece by piece


def collect(frame: pl.LazyFrame, table: str | None = None, *, many: bool = False) -> pl.DataFrame:
    """Run a lazy frame. Everything else in the engine only describes. Of `many` rows few are held at once.

    Raises UnreadableError where the rows of `table` can't be read to their end; polars' own words are left out, for
    they may quote a cell.
    """
    try:
        return frame.collect(engine="streaming" if many else "auto")
    except pl.exceptions.PolarsError as error:
        kind = type(error).__name__
    except BaseException as error:
        # A panic in polars is no Exception; anything else of that rank is somebody's wish to stop.
        kind = type(error).__name__
        if kind != "PanicException":
            raise
    what = "the data can't be read" if table is None else f"the data of table {table!r} can't be read"
    raise UnreadableError(f"{what} ({kind})", hint="a torn or damaged file, or a source that broke in the middle")


def worked(frame: pl.LazyFrame, rows: int) -> pl.DataFrame:
    """Run a calculation over so many rows at hand: many of them piece by piece, so that what is made on the way stays
    small; the answer is the same."""
    return frame.collect(engine="streaming" if rows > _SEVERAL else "in-memory")


def selected(rows: pl.DataFrame, told: pl.Expr | Sequence[pl.Expr]) -> pl.DataFrame:
    """What some expressions tell of rows at hand, one for each row: the same, without a plan for what is little."""
    return rows.lazy().select(told).collect(engine="streaming") if len(rows) > _SEVERAL else rows.select(told)
