"""Rows that come to kept ones, as the types of the columns that are kept: nothing is cut to fit."""

from __future__ import annotations

import polars as pl

from hgplan.engine import Facts, as_day, row_numbers
from hgplan.errors import DataError, PlanError, nearest, raise_all

__all__ = ["as_kept"]


def as_kept(facts: Facts, table: str, rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Rows of a table with the columns and types of a schema.

    Raises PlanError for columns that lack or are of another type, and DataError, all together, for rows whose days
    aren't days, or whose numbers the columns can't hold whole.
    """
    lacking = [name for name in schema if name not in rows.columns]
    if lacking:
        raise_all(
            f"the rows of {table!r} lack columns of those that are kept",
            [PlanError(f"no column {name!r}", hint=nearest(name, rows.columns)) for name in lacking],
        )
    try:
        found = rows.select(_as(name, rows.schema[name], kind, facts.timezone) for name, kind in schema.items())
    except pl.exceptions.PolarsError:
        unlike = {name: kind for name, kind in schema.items() if rows.schema[name] != kind}
        told = ", ".join(f"{name!r} ({rows.schema[name]}, not {kind})" for name, kind in unlike.items())
        raise PlanError(f"the rows of {table!r} have columns of other types: {told}") from None
    faults = [fault for name in schema if (fault := _lost(facts, table, rows[name], found[name])) is not None]
    if faults:
        raise_all(f"the rows of {table!r} don't fit the columns that are kept", faults)
    return found


def _as(name: str, given: pl.DataType, kind: pl.DataType, timezone: str) -> pl.Expr:
    """A column as the type that is kept; days are told of text and instants as the engine tells them."""
    placed = isinstance(given, pl.Datetime) and given.time_zone is not None
    if isinstance(kind, pl.Date) and (placed or isinstance(given, pl.String)):
        return as_day(name, given, timezone).value.alias(name)
    if placed and not (isinstance(kind, pl.Datetime) and kind.time_zone is not None):
        return pl.col(name).dt.convert_time_zone(timezone).dt.replace_time_zone(None).cast(kind)
    return pl.col(name).cast(kind)


def _lost(facts: Facts, table: str, given: pl.Series, held: pl.Series) -> DataError | None:
    """The fault of the rows of which something would be lost without a word; None where there are none."""
    if isinstance(held.dtype, pl.Date) and isinstance(given.dtype, pl.String):
        lost = held.is_null() & given.is_not_null() & (given != "")
        return row_numbers(facts, lost, table, f"column {given.name!r} is not a day like 2022-03-01")
    numbers = given.dtype.is_numeric() and held.dtype.is_numeric()
    if not numbers or (given.dtype.is_float() and held.dtype.is_float()):
        return None
    what = f"column {given.name!r} has kept numbers of {held.dtype}, which can't hold those of {given.dtype}"
    return row_numbers(facts, held.cast(given.dtype, strict=False).ne_missing(given), table, what)
