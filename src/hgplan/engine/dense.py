"""Dense columns of figures, a place for each, laid down at once."""

from __future__ import annotations

from functools import cache

import polars as pl

__all__ = ["blank", "doubled", "laid", "narrow", "unlike"]


def blank(length: int, kind: pl.DataType) -> pl.Series:
    """So many noughts."""
    return _nought(kind).new_from_index(0, length)


@cache
def _nought(kind: pl.DataType) -> pl.Series:
    return pl.Series([0]).cast(kind)


def narrow(count: int) -> pl.DataType:
    """The narrowest type for numbers below a count, of which there will be one a row."""
    return pl.UInt8() if count <= 2**8 else pl.UInt16() if count <= 2**16 else pl.UInt32()


def unlike(ordered: pl.Series) -> pl.Series:
    """Whether each of some numbers is unlike the one before it; the first is."""
    first = pl.Series([True]).head(len(ordered))
    return pl.concat([first, ordered.slice(1) != ordered.head(-1)])


def doubled(ordered: pl.Series) -> pl.Series:
    """Whether each of some numbers is like the one before it or after it."""
    begins = unlike(ordered)
    return ~(begins & pl.concat([begins.slice(1), pl.Series([True]).head(len(ordered))]))


def laid(counted: pl.DataFrame, row: str, column: str, rows: int, width: int) -> pl.Series:
    """What was counted (`n`) by row and column, each pair once, row by row with all columns of each."""
    at = counted.select(pl.col(row).cast(pl.Int64) * width + pl.col(column).cast(pl.Int64)).to_series()
    return blank(rows * width, counted.schema["n"]).scatter(at, counted["n"])
