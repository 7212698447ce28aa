"""How many are in a state on a day: runs that have begun, less those that have ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from hgplan.engine.additive import TICK, Running, cells, edges
from hgplan.engine.grid import CELL, Figures, Grid, counts
from hgplan.engine.packed import spread
from hgplan.engine.places import PLACE
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.runs import RUN_END, RUN_START, merged, runs, spans
from hgplan.engine.streams import places_of
from hgplan.engine.ticks import Ticks
from hgplan.engine.tree import NODE, pieces
from hgplan.engine.visible import DAY, END, ENTITY, UNIT
from hgplan.engine.windows import WINDOW
from hgplan.metrics.counts import Active

__all__ = ["active", "standing_rows"]

_N, _ORDER, _GROUP = "@n", "@order", "@group"


def active(reader: Reader, grid: Grid, measure: Active) -> Figures:
    """Different entities with a spell that covers the day on which each window is read (or opened)."""
    rows = reader.spells(measure.rows, grid.nodes)
    if not grid.by and places_of(reader, grid).steady:
        return _packed(reader, grid, measure, rows)
    frame = reader.with_columns(rows, grid.by)
    spells = pieces(Rows(frame, rows.table, rows.kind).frame, grid.nodes)
    # Each group's own spells make its state, so a person counts in every group that holds one of them.
    held = runs(merged(spells, [NODE, ENTITY, *grid.by], rows.bridge), [NODE, ENTITY, *grid.by])
    people = _standing(grid, held, RUN_START, RUN_END, measure)
    behind = _standing(grid, spells.filter(pl.col(ENTITY).is_not_null()), DAY, END, measure)
    laid = pl.DataFrame({"k": people, "n": behind})
    return Figures.of(laid, pl.col("k"), rows=pl.col("n"))


def _packed(reader: Reader, grid: Grid, measure: Active, rows: Rows) -> Figures:
    """The same where no unit moves: who has one spell adds up along the tree, only the others are merged by node."""
    days = [window.opening if measure.at == "start" else window.as_of for window in grid.windows.each]
    wanted = sorted(set(days))
    families: list[tuple[dict[date, int], pl.Series, pl.Series]] = reader.once(
        ("standing", measure.rows, grid.nodes.key), list
    )
    for index, people, behind in families:  # noqa: B007  # what the loop stops at is what is told
        if all(day in index for day in wanted):
            break
    else:
        index = {day: place for place, day in enumerate(wanted)}
        people, behind = _stood(reader, grid, measure, rows, wanted)
        families.append((index, people, behind))
    return counts(spread(grid, days, (index, people)), spread(grid, days, (index, behind)))


def _stood(
    reader: Reader, grid: Grid, measure: Active, rows: Rows, days: Sequence[date]
) -> tuple[pl.Series, pl.Series]:
    """For every node and day, how many people stand in the state, and how many spells."""
    known, still, moved = reader.once(("still", measure.rows), lambda: _still(rows))
    several = spans(pieces(moved, grid.nodes), [NODE, ENTITY], rows.bridge)
    # A step counts from the first day read on or after it.
    places, read = places_of(reader, grid), Ticks(tuple(day + timedelta(days=1) for day in days))
    nodes = len(grid.nodes.ids)
    until = edges([[(0, day)] for day in range(len(days))], nodes, len(read))

    def steps(frame: pl.DataFrame, key: str) -> pl.DataFrame:
        """What begins (+) and ends (-) at each day read, by place or node."""
        standing = frame[key].cast(pl.UInt32)
        begun, ended = (cells(standing, read.at(frame[edge]), len(read)) for edge in (DAY, END))
        return pl.concat([begun, ended.with_columns(-pl.col("n"))])

    def stood(frame: pl.DataFrame, *others: pl.DataFrame) -> pl.Series:
        """The steps so far, by node and day."""
        counted = pl.concat([places.rolled(steps(frame, UNIT)).select(NODE, TICK, "n"), *others])
        found = Running.of(counted, nodes, len(read)).over(until)
        return pl.zeros(0, pl.Int64, eager=True) if found is None else found

    met = steps(several, NODE).select(pl.col(PLACE).cast(pl.Int32).alias(NODE), TICK, "n")
    return stood(still, met), stood(known)


def _still(rows: Rows) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Everybody's spells, the runs of those who have one unit, and the runs by unit of the others.

    Runs of runs are the same as runs of spells, so what was merged in a unit is merged again where units meet.
    """
    # Sorted, one person's spells lie side by side: that is found out faster than by looking everybody up.
    known = rows.frame.select(UNIT, ENTITY, DAY, END).drop_nulls(ENTITY).sort(ENTITY)
    again = (known[ENTITY] == known[ENTITY].shift(1)).fill_null(False)
    alone = ~(again | again.shift(-1).fill_null(False))
    stood = spans(known.filter(~alone), [ENTITY, UNIT], rows.bridge).select(UNIT, ENTITY, DAY, END)
    several = stood.group_by(ENTITY).agg(pl.col(UNIT).n_unique()).filter(pl.col(UNIT) > 1)[ENTITY]
    moves = stood[ENTITY].is_in(several.implode())
    return known, pl.concat([known.filter(alone), stood.filter(~moves)]), stood.filter(moves)


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
