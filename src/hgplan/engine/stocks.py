"""How many are in a state on a day: runs that have begun, less those that have ended."""

from __future__ import annotations

from datetime import date

import polars as pl

from hgplan.engine.additive import Running, cells
from hgplan.engine.among import repeated
from hgplan.engine.cubes import between, running, starts_and_ends
from hgplan.engine.dense import doubled, laid
from hgplan.engine.grid import CELL, Grid
from hgplan.engine.places import PLACE
from hgplan.engine.roads import GROUPS, MOVES, STOCKS
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.runs import RUN, RUN_END, RUN_START, merged, runs, spans
from hgplan.engine.steps import TICK
from hgplan.engine.streams import places_of
from hgplan.engine.tallies import Tally
from hgplan.engine.ticks import Ticks
from hgplan.engine.tree import NODE, pieces
from hgplan.engine.visible import DAY, END, ENTITY, UNIT
from hgplan.engine.windows import WINDOW
from hgplan.metrics.counts import Active

__all__ = ["active", "standing_rows"]

_N, _ORDER, _GROUP = "@n", "@order", "@group"


def active(reader: Reader, grid: Grid, measure: Active) -> Tally:
    """Different entities (k) with a spell (n) that covers the day on which each window is read (or opened)."""
    rows = reader.spells(measure.rows, grid.nodes)
    way = GROUPS if grid.by else STOCKS if places_of(reader, grid).steady else MOVES
    reader.took(measure, way)
    if way == STOCKS:
        return _packed(reader, grid, measure, rows)
    frame = reader.with_columns(rows, grid.by)
    spells = pieces(Rows(frame, rows.table, rows.kind).frame, grid.nodes)
    # Each group's own spells make its state, so a person counts in every group that holds one of them.
    held = runs(merged(spells, [NODE, ENTITY, *grid.by], rows.bridge), [NODE, ENTITY, *grid.by])
    people = _standing(grid, held, RUN_START, RUN_END, measure)
    behind = _standing(grid, spells.filter(pl.col(ENTITY).is_not_null()), DAY, END, measure)
    return Tally(pl.DataFrame({"k": people, "n": behind}))


def _packed(reader: Reader, grid: Grid, measure: Active, rows: Rows) -> Tally:
    """The same where no unit moves: spells begun less spells ended, with each run that several spells make made one."""
    days = [min(day, reader.clocks.until) for day in _read(grid, measure)]
    ticks = reader.ticks(grid.windows).through(day for day in days if day < reader.clocks.until)
    upto = tuple(((0, ticks.tick(day)),) for day in days)
    begun, ended = (running(reader, grid, stream, ticks) for stream in starts_and_ends(reader, grid, measure.rows))
    name = ("merged", measure.rows, grid.nodes.key, ticks)
    merged = reader.once(name, lambda: _merged(reader, grid, measure, rows, ticks))
    begins, ends, more = (between(reader, grid, sums, ticks, upto) for sums in (begun, ended, merged))
    behind = begins - ends
    return Tally(pl.DataFrame({"k": behind + more, "n": behind}))


def _merged(reader: Reader, grid: Grid, measure: Active, rows: Rows, ticks: Ticks) -> Running:
    """What the runs at each node begin and end, less what the spells do that they are made of.

    A run of one spell is that spell everywhere, and in no node a run is made of more than one of the organisation's.
    """
    several = reader.once(("several", measure.rows), lambda: _several(rows))
    spells = pieces(several, grid.nodes)
    found = spans(spells, [NODE, ENTITY], rows.bridge)
    signs = ((found, DAY, 1), (found, END, -1), (spells, DAY, -1), (spells, END, 1))
    counted = cells(
        pl.concat([frame[NODE] for frame, _, _ in signs]),
        ticks.at(pl.concat([frame[day] for frame, day, _ in signs])),
        len(ticks),
        {"n": (None, pl.concat([pl.Series([sign], dtype=pl.Int8).new_from_index(0, len(f)) for f, _, sign in signs]))},
    )
    return Running.of(laid(counted, PLACE, TICK, len(grid.nodes.ids), len(ticks)).to_frame("n"))["n"]


def _several(rows: Rows) -> pl.DataFrame:
    """The spells that make a run with others, wherever in the organisation these are: unit, entity, first day, end."""
    spells = rows.frame.select(UNIT, ENTITY, DAY, END)
    members = merged(spells.filter(repeated(spells[ENTITY])), [ENTITY], rows.bridge)
    return members.select(UNIT, ENTITY, DAY, END).filter(doubled(members[RUN]))


def _read(grid: Grid, measure: Active) -> list[date]:
    """The day on which each window is read."""
    return [window.opening if measure.at == "start" else window.as_of for window in grid.windows.each]


def _standing(grid: Grid, spans: pl.DataFrame, start: str, end: str, measure: Active) -> pl.Series:
    """For every cell, how many spans hold the day that it reads."""
    days = _read(grid, measure)
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
    read = pl.DataFrame({"@read": _read(grid, measure)}, schema={"@read": pl.Date}).unique()
    return spells.join_where(read, pl.col(DAY) <= pl.col("@read"), pl.col(END) > pl.col("@read"))
