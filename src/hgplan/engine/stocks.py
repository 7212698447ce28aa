"""How many are in a state on a day: runs that have begun, less those that have ended."""

from __future__ import annotations

import polars as pl

from hgplan.engine.grid import CELL, Figures, Grid
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.runs import RUN_END, RUN_START, merged, runs
from hgplan.engine.tree import NODE, pieces
from hgplan.engine.visible import DAY, END, ENTITY
from hgplan.engine.windows import WINDOW
from hgplan.metrics.counts import Active

__all__ = ["active", "standing_rows"]

_N, _ORDER, _GROUP = "@n", "@order", "@group"


def active(reader: Reader, grid: Grid, measure: Active) -> Figures:
    """Different entities with a spell that covers the day on which each window is read (or opened)."""
    rows = reader.spells(measure.rows, grid.nodes)
    frame = reader.with_columns(rows, grid.by)
    spells = pieces(Rows(frame, rows.table, rows.kind).frame, grid.nodes)
    # Each group's own spells make its state, so a person counts in every group that holds one of them.
    held = runs(merged(spells, [NODE, ENTITY, *grid.by], rows.bridge), [NODE, ENTITY, *grid.by])
    people = _standing(grid, held, RUN_START, RUN_END, measure)
    behind = _standing(grid, spells.filter(pl.col(ENTITY).is_not_null()), DAY, END, measure)
    laid = pl.DataFrame({"k": people, "n": behind})
    return Figures.of(laid, pl.col("k"), rows=pl.col("n"))


def _standing(grid: Grid, spans: pl.DataFrame, start: str, end: str, measure: Active) -> pl.Series:
    """For every cell, how many spans hold the day that it reads."""
    days = [window.opening if measure.at == "start" else window.as_of for window in grid.windows.each]
    order = sorted(range(len(days)), key=days.__getitem__)
    read = pl.Series([days[index] for index in order], dtype=pl.Date)
    windows = pl.Series(order, dtype=pl.Int32)

    def steps(day: str, sign: int) -> pl.DataFrame:
        # A step counts from the first day read on or after it.
        place = read.search_sorted(spans[day], side="left")
        stepped = spans.select(NODE, *grid.by).with_columns(place.alias(_ORDER), pl.lit(sign, dtype=pl.Int64).alias(_N))
        return stepped.filter(pl.col(_ORDER) < len(read))

    changes = pl.concat([steps(start, 1), steps(end, -1)])
    changes = changes.group_by(NODE, *grid.by, _ORDER).agg(pl.col(_N).sum())
    laid = grid.laid(changes.with_columns(windows.gather(changes[_ORDER]).alias(WINDOW)).drop(_ORDER))
    rank = pl.DataFrame({WINDOW: windows, _ORDER: range(len(order))}, schema={WINDOW: pl.Int32, _ORDER: pl.Int64})
    cells = grid.cells.hstack(laid.select(pl.col(_N).fill_null(0))).join(rank, on=WINDOW, how="left")
    summed = cells.sort(NODE, _GROUP, _ORDER).with_columns(pl.col(_N).cum_sum().over(NODE, _GROUP))
    return summed.sort(CELL)[_N]


def standing_rows(reader: Reader, grid: Grid, measure: Active) -> pl.DataFrame:
    """The spells that cover the day on which some window is read (or opened)."""
    spells = pieces(reader.spells(measure.rows, grid.nodes).frame, grid.nodes).filter(pl.col(ENTITY).is_not_null())
    days = [window.opening if measure.at == "start" else window.as_of for window in grid.windows.each]
    read = pl.DataFrame({"@read": days}, schema={"@read": pl.Date}).unique()
    return spells.join_where(read, pl.col(DAY) <= pl.col("@read"), pl.col(END) > pl.col("@read"))
