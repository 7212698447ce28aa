"""How many are in a state on a day: runs that have begun, less those that have ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import attrs
import polars as pl

from hgplan.engine.additive import Running, cells, edges
from hgplan.engine.dense import blank, laid
from hgplan.engine.grid import CELL, Grid
from hgplan.engine.packed import spread
from hgplan.engine.places import PLACE
from hgplan.engine.roads import GROUPS, MOVES, STOCKS
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.runs import RUN_END, RUN_START, merged, runs, spans
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
    told = {name: spread(grid, days, (index, found)) for name, found in (("k", people), ("n", behind))}
    return Tally(pl.DataFrame(told))


def _stood(
    reader: Reader, grid: Grid, measure: Active, rows: Rows, days: Sequence[date]
) -> tuple[pl.Series, pl.Series]:
    """For every node and day, how many people stand in the state, and how many spells."""
    held = reader.once(("held", measure.rows), lambda: _Held.of(rows))
    meeting = spans(pieces(held.meeting, grid.nodes), [NODE, ENTITY], rows.bridge)
    # A step counts from the first day read on or after it.
    places, read = places_of(reader, grid), Ticks(tuple(day + timedelta(days=1) for day in days))
    nodes = len(grid.nodes.ids)
    until = edges([[(0, day)] for day in range(len(days))], nodes, len(read))

    def changes(frame: pl.DataFrame, key: str, *, sign: int = 1) -> list[pl.DataFrame]:
        """By place or node, what begins at each day read, less what ends."""
        standing = frame[key].cast(pl.UInt32)
        edges = ((DAY, sign), (END, -sign))
        return [cells(standing, read.at(frame[edge]), len(read)).with_columns(pl.col("n") * by) for edge, by in edges]

    def placed(parts: Sequence[pl.DataFrame]) -> pl.Series:
        summed = pl.concat(parts).group_by(PLACE, TICK).agg(pl.col("n").sum())
        return places.rolled(summed, TICK, len(read))["n"]

    def stood(counted: pl.Series) -> pl.Series:
        """The steps so far, by node and day."""
        found = Running.of(counted).over(until)
        return blank(0, pl.Int64()) if found is None else found

    every = placed(changes(held.spells, UNIT))
    merged = placed([*changes(held.again, UNIT, sign=-1), *changes(held.staying, UNIT)])
    for part in changes(meeting, NODE):
        merged = merged + laid(part, PLACE, TICK, nodes, len(read))
    return stood(every + merged), stood(every)


@attrs.frozen(eq=False)
class _Held:
    """Everybody's spells, and what must be put in the place of the spells of those who have several.

    Runs of runs are the same as runs of spells, so what was merged in a unit is merged again where units meet.
    """

    spells: pl.DataFrame
    again: pl.DataFrame
    staying: pl.DataFrame
    meeting: pl.DataFrame

    @classmethod
    def of(cls, rows: Rows) -> _Held:
        """All spells, the spells of who has several, their runs where they have one unit, and by unit the others'."""
        spells = rows.frame.select(UNIT, ENTITY, DAY, END)
        spells = spells.drop_nulls(ENTITY) if spells[ENTITY].null_count() else spells
        # Sorted, the spells of one stand side by side: that is found out faster than by looking everybody up.
        ordered = spells[ENTITY].sort()
        again = spells.filter(
            spells[ENTITY].is_in(ordered.filter((ordered == ordered.shift(1)).fill_null(False)).implode())
        )
        runs = spans(again, [ENTITY, UNIT], rows.bridge).select(UNIT, ENTITY, DAY, END)
        meeting = runs.group_by(ENTITY).agg(pl.col(UNIT).n_unique()).filter(pl.col(UNIT) > 1)[ENTITY]
        moves = runs[ENTITY].is_in(meeting.implode())
        return cls(spells, again, runs.filter(~moves), runs.filter(moves))


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
