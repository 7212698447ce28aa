"""Columns as they were declared: each cast is beside the test that tells which rows break it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs
import polars as pl

from hgplan.engine.facts import Facts
from hgplan.errors import DataError, Location, raise_all
from hgplan.metrics.columns import ColumnType

__all__ = ["Cast", "as_day", "cast_column", "check_plain", "numbered", "row_numbers", "rows_of"]

_SHOWN: Final = 5
_DAWN: Final = pl.date(1, 1, 1)
# Exactly ISO: a lenient reading would take 2022-1-2 for what it may not be.
_ISO: Final = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$"
_OFFSET: Final = r"(Z|[+-]\d{2}(?::?\d{2})?)$"
_TRUE, _FALSE = ["true", "True", "TRUE", "1"], ["false", "False", "FALSE", "0"]


@attrs.frozen(eq=False)
class Cast:
    """A column as declared, and what is true of the rows that can't be read so."""

    column: str
    value: pl.Expr
    broken: pl.Expr
    wanted: str


def as_day(name: str, kind: pl.DataType, timezone: str) -> Cast:
    """A column as days: dates, ISO text, or instants told in `timezone`."""
    column = pl.col(name)
    if isinstance(kind, pl.Date | pl.Null):
        return _dated(name, column.cast(pl.Date), column.is_not_null(), "a day")
    if isinstance(kind, pl.Datetime):
        local = column if kind.time_zone is None else column.dt.convert_time_zone(timezone)
        return _dated(name, local.dt.date(), column.is_not_null(), "a day")
    if isinstance(kind, pl.String):
        said = column.is_not_null() & (column != "")
        return _dated(name, _iso_day(column, timezone), said, "a day like 2022-03-01")
    return Cast(name, pl.lit(None, dtype=pl.Date), column.is_not_null(), "a day like 2022-03-01")


def _dated(name: str, day: pl.Expr, said: pl.Expr, wanted: str) -> Cast:
    """Days from the year 1 on: before it polars counts years that nobody else can hold."""
    known = pl.when(day >= _DAWN).then(day)
    return Cast(name, known, known.is_null() & said, wanted)


def _iso_day(column: pl.Expr, timezone: str) -> pl.Expr:
    """The day of ISO text; a time that says its offset is told in `timezone`, one that doesn't stands as written."""
    written = pl.when(column.str.contains(_ISO)).then(column.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False))
    # Rows without an offset are null here, which costs next to nothing.
    placed = pl.when((column.str.len_bytes() > 16) & column.str.contains(_OFFSET)).then(column)
    local = placed.str.slice(0, 16).str.replace("T", " ", literal=True)
    offset = placed.str.extract(_OFFSET, 1).str.replace(":", "", literal=True)
    hours = offset.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0)
    minutes = offset.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    ahead = (hours * 60 + minutes) * pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    there = local.str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="us")
    instant = (there - pl.duration(minutes=ahead)).dt.replace_time_zone("UTC")
    here = instant.dt.convert_time_zone(timezone).dt.date()
    return pl.when(written.is_not_null() & placed.is_not_null()).then(here).otherwise(written)


def cast_column(name: str, kind: pl.DataType, declared: ColumnType | None, timezone: str) -> Cast:
    """A column as its declaration wants it; undeclared columns stay, text in text's own form, NaN as no value."""
    column = pl.col(name)
    plain = _plain(name, kind)
    if declared is None:
        return Cast(name, plain, pl.lit(False), "")
    match declared.kind:
        case "text" | "ref":
            value = plain if declared.kind == "ref" or isinstance(kind, pl.String) else plain.cast(pl.String)
            return Cast(name, value, pl.lit(False), "text")
        case "enum":
            known = plain.cast(pl.String).is_in(list(declared.values)) | column.is_null()
            return Cast(name, plain.cast(pl.String), ~known, f"one of {', '.join(declared.values)}")
        case "date":
            return as_day(name, kind, timezone)
        case "bool":
            if isinstance(kind, pl.String):
                truth = pl.when(column.is_in(_TRUE)).then(True).when(column.is_in(_FALSE)).then(False)
                return Cast(name, truth, truth.is_null() & column.is_not_null() & (column != ""), "true or false")
            value = plain.cast(pl.Boolean, strict=False)
            return Cast(name, value, value.is_null() & column.is_not_null(), "true or false")
        case "int":
            whole = plain.cast(pl.Int64, strict=False)
            cut = (plain.cast(pl.Float64, strict=False) != whole.cast(pl.Float64)) if kind.is_float() else pl.lit(False)
            return Cast(name, whole, (whole.is_null() & _said(name, kind)) | cut, "a whole number")
        case "decimal":
            value = plain.cast(pl.Decimal(38, declared.scale), strict=False)
            broken = (value.is_null() & _said(name, kind)) | (_said(name, kind) & _finer(name, kind, declared.scale))
            return Cast(name, value, broken, f"a number with at most {declared.scale} decimals")
        case _:
            value = plain.cast(pl.Float64, strict=False).fill_nan(None)
            return Cast(name, value, value.is_null() & _said(name, kind), "a number")


def _plain(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    # NaN compares as the largest number of all, so it may not live on as a value.
    return pl.when(column.is_finite()).then(column) if kind.is_float() else column


def _finer(name: str, kind: pl.DataType, scale: int) -> pl.Expr:
    """Whether a number has more decimals than are kept: a cast would cut them without a word."""
    column = pl.col(name)
    if isinstance(kind, pl.String):
        return ~column.str.contains(rf"^\s*[+-]?\d+(\.\d{{0,{scale}}}0*)?\s*$")
    if kind.is_float():
        units: pl.Expr = column * 10**scale
        return (units - units.round(0)).abs() > 1e-6 * pl.max_horizontal(units.abs(), pl.lit(1.0))
    return pl.lit(isinstance(kind, pl.Decimal) and (kind.scale or 0) > scale)


def _said(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.String):
        return column.is_not_null() & (column != "")
    return column.is_finite().fill_null(False) if kind.is_float() else column.is_not_null()


def check_plain(table: str, schema: pl.Schema, columns: Iterable[str]) -> None:
    """Raise DataError, all together, for columns that hold lists or records, of which no cell is one value."""
    faults = [
        DataError(
            f"column {column!r} holds {shape}, and one plain value a row is wanted",
            where=f"table {table!r}",
            hint="take them apart, a row or a column each",
        )
        for column in columns
        if (shape := _shape(schema[column])) is not None
    ]
    if faults:
        raise_all(f"the data of {table!r} are not as declared", faults)


def _shape(kind: pl.DataType) -> str | None:
    if isinstance(kind, pl.List | pl.Array):
        return "lists"
    if isinstance(kind, pl.Struct):
        return "records"
    return "objects of Python" if isinstance(kind, pl.Object) else None


def row_numbers(facts: Facts, mask: pl.Series, table: str, what: str, hint: str | None = None) -> DataError | None:
    """The fault of the rows that a mask marks; None when there is no such row."""
    return numbered(facts, mask.fill_null(False).arg_true(), table, what, hint) if mask.any() else None


def numbered(facts: Facts, rows: pl.Series, table: str, what: str, hint: str | None = None) -> DataError | None:
    """The same, of rows by their index from 0: told by their lines in a file of text, else by their numbers from 1."""
    if not len(rows):
        return None
    noun, listed, place = _listed(facts, rows, table)
    count = f"{noun} {listed}" if len(rows) == 1 else f"{len(rows)} {noun}s: {listed}"
    return DataError(f"{what} in {count}", where=f"table {table!r}" if place is None else place, hint=hint)


def rows_of(facts: Facts, rows: pl.Series, table: str) -> str:
    """The numbers of rows (by their index from 0) as they are told: the first few, by line where the table is a file.

    The same for people to read as :func:`numbered` raises.
    """
    noun, listed, place = _listed(facts, rows, table)
    told = f"{noun} {listed}" if len(rows) == 1 else f"{noun}s {listed}"
    return told if place is None else f"{told} of {place.file}"


def _listed(facts: Facts, rows: pl.Series, table: str) -> tuple[str, str, Location | None]:
    """The noun, the first numbers, and the place of the first, where that is a line of a file."""
    shown = sorted(rows.to_list())[:_SHOWN]
    found = facts.lines(table, shown)
    noun, numbers = ("row", [index + 1 for index in shown]) if found is None else ("line", found[1])
    listed = ", ".join(map(str, numbers)) + (", ..." if len(rows) > _SHOWN else "")
    return noun, listed, None if found is None else Location(found[0], numbers[0])
