"""The order of rows by several columns, packed into one number as far as that holds them: it is sorted far faster."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hgplan.engine.dense import doubled

__all__ = ["in_order"]

_BITS = 63
_NUMBERS = (pl.Date, pl.Datetime, pl.Boolean, pl.Enum)


def in_order(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """The rows (from 0) in the order of the columns, nulls last; those that are alike follow each other anyhow."""
    packed, rest = _packed(frame, columns)
    key = frame.select(packed.alias("@key")).to_series()
    order = key.arg_sort()
    if not rest:
        return order
    ordered = key[order]
    tied = doubled(ordered).arg_true()
    if tied.is_empty():
        return order
    # Only rows that are alike so far are looked at again.
    rows = order[tied]
    alike = frame.select(rest)[rows].with_columns(key[rows], rows.alias("@row"))
    return order.scatter(tied, alike.sort("@key", *rest, nulls_last=True)["@row"])


def _packed(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.Expr, list[str]]:
    """The leading columns as one number, as many of them as it holds, and the other columns."""
    packed, bits = pl.repeat(0, pl.len(), dtype=pl.UInt64), 0
    for taken, name in enumerate(columns):
        column = frame[name]
        low, high = _ends(column)
        size = (high + 1 - low).bit_length()
        if not (column.dtype.is_integer() or isinstance(column.dtype, _NUMBERS)) or bits + size > _BITS:
            return packed, list(columns[taken:])
        kind = pl.Int64 if low >= -(2**63) and high < 2**63 else pl.Int128
        place = (pl.col(name).to_physical().cast(kind) - pl.lit(low, dtype=kind)).cast(pl.UInt64)
        packed, bits = packed * 2**size + place.fill_null(high + 1 - low), bits + size
    return packed, []


def _ends(column: pl.Series) -> tuple[int, int]:
    numbers = column.to_physical()
    low, high = numbers.min(), numbers.max()
    return (int(low), int(high)) if isinstance(low, int) and isinstance(high, int) else (0, 0)
