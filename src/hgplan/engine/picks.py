"""Stocks as reported: which snapshots are read in a window, and what they add up to."""

from __future__ import annotations

import polars as pl

from hgplan.engine.grid import CELL, Figures, Grid, Numbers
from hgplan.engine.roads import PICKS
from hgplan.engine.rowsets import Reader
from hgplan.engine.rowwise import number
from hgplan.engine.standing import HOLDER, STANDS, with_holder
from hgplan.engine.tree import NODE, placed
from hgplan.engine.visible import DAY
from hgplan.engine.windows import HI, LO, WINDOW, Windows
from hgplan.metrics.counts import Average, Picked
from hgplan.metrics.nodes import columns_of
from hgplan.model.grains import as_grain

__all__ = ["average", "chosen", "picked"]

_X, _READ, _FIRST, _LAST = "@x", "@read", "@first", "@last"


def picked(reader: Reader, grid: Grid, measure: Picked) -> Figures:
    """The rows of each holder's last (first) day in the window, by the tree of that day, added up."""
    reader.took(measure, PICKS)
    return _picked(reader, grid, measure)


def _picked(reader: Reader, grid: Grid, measure: Picked) -> Figures:
    rows = reader.snapshots(measure.rows, grid.nodes)
    per = _per(measure)
    read = [name for name in per if not name.startswith("@")]
    frame = reader.with_columns(rows, dict.fromkeys([*grid.by, *columns_of(measure.of), *read]))
    value = number(measure.of, frame.schema)
    frame = frame.with_columns(value.expr.alias(_X))
    picks = _chosen(frame, grid.windows, per, measure.which)
    standing = placed(picks.with_columns(pl.col(_READ).alias(DAY)), grid.nodes)
    added = standing.group_by(grid.keys).agg(
        pl.len().cast(pl.Int64).alias("n"), pl.col(_X).count().alias("k"), pl.col(_X).sum()
    )
    numbers: Numbers = "exact" if value.kind == "exact" else "float"
    told = pl.when(pl.col("k") > 0).then(pl.col(_X))
    return Figures.of(grid.laid(added), told, numbers=numbers, scale=value.scale, rows=pl.col("n"))


def _per(measure: Picked) -> list[str]:
    """The columns each of whose values has a pick of its own; none where one day is picked for all."""
    if measure.per is None:
        return []
    return [*HOLDER] if measure.per == "entity" else [measure.per]


def chosen(reader: Reader, grid: Grid, measure: Picked | Average) -> pl.DataFrame:
    """The rows that are read, at the nodes where they stand."""
    pick = measure if isinstance(measure, Picked) else Picked(measure.rows, measure.of, "last")
    rows = reader.snapshots(pick.rows, grid.nodes)
    per = _per(pick)
    frame = reader.with_columns(rows, [name for name in per if not name.startswith("@")])
    windows = grid.windows if isinstance(measure, Picked) else grid.windows.parts(as_grain(measure.every))[0]
    picks = _chosen(frame, windows, per, pick.which)
    return placed(picks.with_columns(pl.col(_READ).alias(DAY)), grid.nodes)


def _chosen(frame: pl.DataFrame, windows: Windows, per: list[str], which: str) -> pl.DataFrame:
    """The rows read in each window, with the day on which they are read."""
    stands = pl.col(STANDS) if STANDS in frame.columns else pl.col(DAY)
    spans = windows.frame().unique()
    days = frame.with_columns(stands.alias(_LAST)).select(DAY, _LAST).unique()
    held = days.join_where(spans, pl.col(DAY) <= pl.col(HI), pl.col(_LAST) >= pl.col(LO)).with_columns(
        pl.min_horizontal(_LAST, HI).alias("@latest"), pl.max_horizontal(DAY, LO).alias("@earliest")
    )
    read = pl.col("@latest").max() if which == "last" else pl.col("@earliest").min()
    spread = held.group_by(DAY, _LAST, WINDOW).agg(read.alias(_READ))
    rows = with_holder(frame).with_columns(stands.alias(_LAST)).join(spread, on=[DAY, _LAST], how="inner")
    best = pl.col(_READ).max() if which == "last" else pl.col(_READ).min()
    return rows.filter(pl.col(_READ) == best.over([*per, WINDOW]))


def average(reader: Reader, grid: Grid, measure: Average) -> Figures:
    """The mean of the stock over the ends of the finer grain that have one; units add first."""
    reader.took(measure, PICKS)
    windows, owners = grid.windows.parts(as_grain(measure.every))
    finer = Grid(grid.nodes, windows, grid.by, grid.groups)
    stock = _picked(reader, finer, Picked(measure.rows, measure.of, "last"))
    owner = pl.DataFrame({WINDOW: range(len(owners)), "@owner": owners}, schema={WINDOW: pl.Int32, "@owner": pl.Int32})
    cells = finer.cells.hstack(stock.frame.select("x", "rows")).join(owner, on=WINDOW, how="left")
    means = cells.group_by(NODE, pl.col("@owner").alias(WINDOW), "@group").agg(
        pl.col("x").sum(), pl.col("x").count().alias("k"), pl.col("rows").sum().alias("n")
    )
    laid = grid.cells.join(means, on=[NODE, WINDOW, "@group"], how="left", maintain_order="left").drop(CELL)
    mean = pl.col("x").cast(pl.Float64) / (pl.col("k").cast(pl.Float64) * 10**stock.scale)
    return Figures.of(laid, pl.when(pl.col("k") > 0).then(mean), numbers="derived", rows=pl.col("n"))
