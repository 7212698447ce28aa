"""Counts, sums, means, extremes, quantiles and distinct keys of events."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import polars as pl

from hgplan.engine.cubes import value_of
from hgplan.engine.grid import Figures, Grid, Numbers, in_windows
from hgplan.engine.held import unscaled
from hgplan.engine.packed import added, different
from hgplan.engine.roads import CUBES, EXTREMES, HAVING, KEYS, QUANTILES, Way
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.rowwise import Typed, number
from hgplan.engine.streams import Stream, stream_of
from hgplan.engine.tallies import Tally
from hgplan.engine.visible import ENTITY
from hgplan.errors import PlanError
from hgplan.metrics.counts import Count, Distinct, Extreme, Mean, Quantile, RowMeasure, Sum
from hgplan.metrics.nodes import Node, columns_of

__all__ = ["count", "distinct", "extreme", "mean", "meant", "quantile", "rows_in", "total"]

_X = "x"


def rows_in(reader: Reader, grid: Grid, measure: RowMeasure, *extra: str) -> tuple[Rows, pl.DataFrame]:
    """The rows behind a measure, once for each node and window that they count in."""
    rows = reader.events(measure.rows, grid.nodes)
    frame = reader.with_columns(rows, [*grid.by, *extra])
    placed = reader.on(Rows(frame, rows.table, rows.kind, rows.placed), grid.nodes)
    return rows, in_windows(placed, grid.windows)


def count(reader: Reader, grid: Grid, measure: Count) -> Tally:
    """How many rows (n)."""
    stream = stream_of(reader, grid, measure.rows)
    if isinstance(stream, Stream):
        reader.took(measure, CUBES)
        return Tally(pl.DataFrame({"n": added(reader, grid, stream)}))
    reader.took(measure, stream)
    _, rows = rows_in(reader, grid, measure)
    laid = grid.laid(rows.group_by(grid.keys).agg(pl.len().cast(pl.Int64).alias("n")))
    return Tally(laid.with_columns(pl.col("n").fill_null(0)))


def _valued(reader: Reader, grid: Grid, measure: RowMeasure, of: Node) -> tuple[pl.DataFrame, Typed]:
    _, rows = rows_in(reader, grid, measure, *columns_of(of))
    value = number(of, rows.schema)
    return rows.with_columns(value.expr.alias(_X)), value


def _packed_values(
    reader: Reader, grid: Grid, measure: RowMeasure, of: Node, *, lengths: bool = False
) -> tuple[pl.DataFrame, Typed] | Way:
    """Rows and the sum of the values of each cell (and how many values), where they are whole numbers that add up."""
    stream = stream_of(reader, grid, measure.rows)
    if not isinstance(stream, Stream):
        return stream
    value = value_of(reader, stream, measure.rows.table, of)
    if isinstance(value, Way):
        return value
    laid = pl.DataFrame({"n": added(reader, grid, stream), _X: added(reader, grid, stream, value).cast(pl.Int128)})
    if lengths:
        laid = laid.with_columns(added(reader, grid, stream, value.known).cast(pl.Int128).alias("k"))
    return laid, value.told


def total(reader: Reader, grid: Grid, measure: Sum) -> Tally | Figures:
    """The sum of the values (x), and how many rows (n)."""
    packed = _packed_values(reader, grid, measure, measure.of)
    reader.took(measure, packed if isinstance(packed, Way) else CUBES)
    if not isinstance(packed, Way):
        laid, value = packed
        return Tally(laid, value.scale)
    rows, value = _valued(reader, grid, measure, measure.of)
    laid = grid.laid(rows.group_by(grid.keys).agg(pl.len().cast(pl.Int64).alias("n"), pl.col(_X).sum()))
    if value.kind == "exact":
        return Tally(laid.with_columns(pl.col("n", _X).fill_null(0)), value.scale)
    return Figures.of(laid, pl.col(_X).fill_null(0), rows=pl.col("n"), numbers="float")


def mean(reader: Reader, grid: Grid, measure: Mean) -> Tally | Figures:
    """The sum of the values (x) over how many there are (k), and how many rows (n)."""
    packed = _packed_values(reader, grid, measure, measure.of, lengths=True)
    reader.took(measure, packed if isinstance(packed, Way) else CUBES)
    if not isinstance(packed, Way):
        laid, value = packed
    else:
        rows, value = _valued(reader, grid, measure, measure.of)
        counted = rows.group_by(grid.keys).agg(
            pl.len().cast(pl.Int64).alias("n"), pl.col(_X).sum(), pl.col(_X).count().cast(pl.Int128).alias("k")
        )
        laid = grid.laid(counted).with_columns(pl.col("n", _X, "k").fill_null(0))
    return Tally(laid, value.scale) if value.kind == "exact" else meant(laid, "float")


def meant(laid: pl.DataFrame, numbers: Numbers, scale: int = 0) -> Figures:
    """The mean of values whose sum (x) and number (k) are laid on the grid."""
    quotient = pl.col(_X).cast(pl.Float64) / (pl.col("k").cast(pl.Float64) * 10**scale)
    return Figures.of(
        laid,
        pl.when(pl.col("k") > 0).then(quotient),
        numbers="derived",
        rows=pl.col("n"),
        numerator=pl.col(_X),
        denominator=pl.col("k"),
        above=(numbers, scale),
        below=("exact", 0),
    )


def extreme(reader: Reader, grid: Grid, measure: Extreme) -> Figures:
    """The least or the greatest value."""
    reader.took(measure, EXTREMES)
    rows, value = _valued(reader, grid, measure, measure.of)
    picked = pl.col(_X).min() if measure.which == "min" else pl.col(_X).max()
    laid = grid.laid(rows.group_by(grid.keys).agg(pl.len().cast(pl.Int64).alias("n"), picked))
    return Figures.of(laid, pl.col(_X), numbers=_numbers(value), scale=value.scale, rows=pl.col("n"))


def quantile(reader: Reader, grid: Grid, measure: Quantile) -> Figures:
    """The value below which the share lies."""
    reader.took(measure, QUANTILES)
    rows, value = _valued(reader, grid, measure, measure.of)
    point = unscaled(pl.col(_X).cast(pl.Float64), value.scale).quantile(measure.q, interpolation="linear")
    laid = grid.laid(rows.group_by(grid.keys).agg(pl.len().cast(pl.Int64).alias("n"), point.alias(_X)))
    return Figures.of(laid, pl.col(_X), numbers="derived", rows=pl.col("n"))


Qualified = Callable[[Reader, Grid, Distinct, pl.DataFrame], pl.DataFrame]


def distinct(reader: Reader, grid: Grid, measure: Distinct, qualified: Qualified) -> Tally:
    """How many different keys (k) and rows (n); `qualified` keeps the rows of the keys that `having` asks for."""
    key = measure.key or ENTITY
    table = reader.facts.table(measure.rows.table)
    if measure.key is None and table.entity is None:
        raise PlanError(
            f"{measure} counts entities, and table {table.name!r} has none",
            hint="declare its column with entity=, or name a column: distinct(key=...)",
        )
    stream = HAVING if measure.having is not None else stream_of(reader, grid, measure.rows)
    if isinstance(stream, Way):
        reader.took(measure, stream)
    else:
        keyed = attrs.evolve(stream, frame=reader.with_columns(Rows(stream.frame, table, type(table)), [key]))
        found = different(reader, grid, keyed, key)
        reader.took(measure, found if isinstance(found, Way) else KEYS)
        if not isinstance(found, Way):
            return Tally(pl.DataFrame({"k": found, "n": added(reader, grid, stream)}))
    _, rows = rows_in(reader, grid, measure, key)
    known = rows.filter(pl.col(key).is_not_null())
    if measure.having is not None:
        known = qualified(reader, grid, measure, known)
    once = known.select(list(dict.fromkeys([*grid.keys, key]))).unique()
    counted = once.group_by(grid.keys).agg(pl.len().cast(pl.Int64).alias("k"))
    behind = rows if measure.having is None else known
    lengths = behind.group_by(grid.keys).agg(pl.len().cast(pl.Int64).alias("n"))
    laid = grid.laid(lengths.join(counted, on=grid.keys, how="left", nulls_equal=True))
    return Tally(laid.select(pl.col("k", "n").fill_null(0)))


def _numbers(value: Typed) -> Numbers:
    return "exact" if value.kind == "exact" else "float"
