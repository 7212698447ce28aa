"""Measures worked out: rows are counted at the leaves, everything above is arithmetic on figures of one grid."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Literal

import attrs
import polars as pl

from hgplan.engine.adding import ADDING, added_up
from hgplan.engine.aggregates import aggregated
from hgplan.engine.availability import judged, unless_closed
from hgplan.engine.cohorts import survival
from hgplan.engine.counting import extreme, quantile
from hgplan.engine.coverage import covered, level_units, units_in_windows
from hgplan.engine.exact import combined, constant, part, room_for
from hgplan.engine.grid import Figures, Grid, State
from hgplan.engine.picks import average, picked
from hgplan.engine.qualified import qualified
from hgplan.engine.rowsets import Reader
from hgplan.engine.running import read as read_over_days
from hgplan.engine.running import to_date, trailing
from hgplan.engine.tree import NODE
from hgplan.engine.visible import UNIT
from hgplan.engine.windows import WINDOW, Windows
from hgplan.errors import PlanError
from hgplan.metrics.counts import (
    Aggregated,
    Average,
    Coverage,
    Distinct,
    Extreme,
    Mean,
    Picked,
    Quantile,
    RowMeasure,
    Sum,
    Survival,
    Units,
)
from hgplan.metrics.measures import (
    Default,
    Formula,
    MeanOfUnits,
    Measure,
    Named,
    Number,
    Part,
    Previous,
    Shift,
    ToDate,
    Trailing,
)
from hgplan.metrics.reads import tables_read

__all__ = ["evaluate", "first_day", "qualifying"]


def evaluate(reader: Reader, grid: Grid, measure: Measure) -> Figures:
    """The figures of a measure on a grid."""
    match measure:
        case RowMeasure():
            return judged(reader, grid, measure.rows.table, _counted(reader, grid, measure))
        case Number(value=value):
            return constant(grid, value)
        case Formula(sign=sign, left=left, right=right):
            return combined(sign, evaluate(reader, grid, left), evaluate(reader, grid, right))
        case Part(side=side, of=of):
            within = part_within(side, of)
            return part(evaluate(reader, grid, of), measure) if within is None else evaluate(reader, grid, within)
        case Default(of=of, value=value):
            return _defaulted(evaluate(reader, grid, of), value)
        case Shift(of=of, offset=offset, to=to):
            return _over(reader, grid, grid.windows.shifted(offset, to), of)
        case Previous(of=of, offset=offset):
            return _over(reader, grid, grid.windows.previous(offset), of)
        case ToDate(of=of, grain=grain, at=at):
            first = partial(first_day, reader, of)
            return read_over_days(
                grid, at, lambda days: _over(reader, days, to_date(reader, days.windows, grain, first), of)
            )
        case Trailing(of=of, window=window, at=at):
            return read_over_days(
                grid, at, lambda days: _over(reader, days, trailing(reader, days.windows, window), of)
            )
        case MeanOfUnits(of=of, level=level):
            return unless_closed(reader, grid, _mean_of_units(reader, grid, of, level))
        case Named(name=name):
            raise PlanError(f"the metric {name!r} was not put in its place before the figures were asked")
        case _:
            raise PlanError(f"{measure} is a measure that this engine doesn't know")


def _counted(reader: Reader, grid: Grid, measure: RowMeasure) -> Figures:
    if isinstance(measure, ADDING):
        return added_up(reader, grid, measure, qualifying)
    match measure:
        case Extreme():
            return extreme(reader, grid, measure)
        case Quantile():
            return quantile(reader, grid, measure)
        case Aggregated():
            return aggregated(reader, grid, measure)
        case Survival():
            return survival(reader, grid, measure)
        case Units() | Coverage():
            return covered(reader, grid, measure)
        case Picked():
            return picked(reader, grid, measure)
        case Average():
            return average(reader, grid, measure)
        case _:
            raise PlanError(f"{measure} is a measure that this engine doesn't know")


def qualifying(reader: Reader, grid: Grid, measure: Distinct, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the keys that `having` asks for."""
    return qualified(evaluate, reader, grid, measure, rows)


def _over(reader: Reader, grid: Grid, windows: Windows, measure: Measure) -> Figures:
    """The figures of a measure in other windows, one for each window of the grid."""
    return evaluate(reader, attrs.evolve(grid, windows=windows), measure)


def part_within(side: Literal["numerator", "denominator"], of: Measure) -> Measure | None:
    """The measure that a numerator or denominator is by itself; None where it only stands beside a figure."""
    match of:
        case Formula(sign="/", left=left, right=right):
            return left if side == "numerator" else right
        case Default(of=inner):
            return Part(side, inner)
        case ToDate() | Trailing() | Shift() | Previous():
            # Of what the running or earlier figure is taken, its part is taken first.
            return attrs.evolve(of, of=Part(side, of.of))
        case Mean(rows=rows, of=values) if side == "numerator":
            return Sum(rows, values)
    return None


def first_day(reader: Reader, measure: Measure) -> date:
    """The first day of the data that a measure reads: where 'all time' begins."""
    days = [reader.first_day(name) for name in tables_read(measure)]
    return min([day for day in days if day is not None], default=reader.clocks.until)


def _defaulted(figures: Figures, value: int | float | None) -> Figures:
    """The figure where no row stands behind it or nothing is below the line."""
    bare = (pl.col("state") <= State.undefined) & ((pl.col("rows") == 0) | (pl.col("state") == State.undefined))
    if value is None:
        frame = figures.frame.with_columns(
            pl.when(bare).then(None).otherwise("x").alias("x"),
            pl.when(bare).then(pl.lit(State.undefined, dtype=pl.Int8)).otherwise("state").alias("state"),
        )
        return attrs.evolve(figures, frame=frame)
    wide, scaled = room_for(figures, value)
    frame = wide.frame.with_columns(
        pl.when(bare).then(scaled).otherwise("x").alias("x"),
        pl.when(bare).then(pl.lit(State.available, dtype=pl.Int8)).otherwise("state").alias("state"),
    )
    return attrs.evolve(wide, frame=frame)


def _mean_of_units(reader: Reader, grid: Grid, of: Measure, level: str) -> Figures:
    """The mean of the figures of the level's units below each node that have one."""
    units = level_units(grid.nodes.organisation, level, reader.tree)
    below = reader.nodes(units)
    inner = Grid(below, grid.windows, grid.by, grid.groups)
    figures = evaluate(reader, inner, of)
    there = units_in_windows(grid.nodes, units, grid.windows)
    place = {unit: index for index, unit in enumerate(grid.nodes.organisation.units)}
    numbers = pl.DataFrame(
        {"@v": range(len(units)), UNIT: [place[unit] for unit in units]}, schema={"@v": pl.Int32, UNIT: pl.Int32}
    )
    cells = inner.cells.hstack(figures.frame.select("x", "rows", "state", "complete")).rename({NODE: "@v"})
    mine = there.join(numbers, on=UNIT).join(cells, on=["@v", WINDOW], how="inner")
    means = mine.group_by(NODE, WINDOW, "@group").agg(
        pl.col("x").sort_by("@v").sum(),
        pl.col("x").count().cast(pl.Int64).alias("k"),
        pl.col("rows").sum().alias("n"),
        pl.col("complete").min(),
        pl.col("state").filter(pl.col("state") > State.undefined).min().alias("told"),
    )
    laid = grid.cells.join(means, on=[NODE, WINDOW, "@group"], how="left", maintain_order="left")
    laid = laid.with_columns(pl.col("k").fill_null(0))
    mean = pl.col("x").cast(pl.Float64) / (pl.col("k").cast(pl.Float64) * 10**figures.scale)
    return Figures.of(
        laid.drop("@group"),
        pl.when(pl.col("k") > 0).then(mean),
        numbers="derived",
        rows=pl.col("n"),
        complete=pl.col("complete"),
        numerator=pl.col("x").fill_null(0).cast(pl.Int128 if figures.numbers == "exact" else pl.Float64),
        denominator=pl.col("k").cast(pl.Int128),
        above=(figures.numbers, figures.scale),
        below=("exact", 0),
    )
