"""The packed road: counts, sums and distinct keys from states of place and tick, whatever the windows.

A row set is coded once; every window, level and grain is rolled up from what was counted then. What can't be packed
(groups, rows that differ from node to node, floats, windows with gaps) takes the general road, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

import polars as pl

from hgplan.engine.additive import Running, cells, edges
from hgplan.engine.grid import Grid
from hgplan.engine.keys import Keys, apart, begun, chains, coded
from hgplan.engine.places import PLACE
from hgplan.engine.rowsets import Reader
from hgplan.engine.streams import Stream, places_of
from hgplan.engine.ticks import Range, Ticks, whole_ranges
from hgplan.engine.tree import NODE

__all__ = ["added", "different", "leaf_counts", "spread"]

_K = TypeVar("_K", bound=Hashable)


def leaf_counts(reader: Reader, grid: Grid, stream: Stream, ticks: Ticks) -> pl.DataFrame:
    """By place and tick how many rows."""
    key = ("cells", stream.key, grid.nodes.key, ticks)
    return reader.once(key, lambda: cells(*_codes(reader, grid, stream, ticks), len(ticks)))


def added(
    reader: Reader,
    grid: Grid,
    stream: Stream,
    values: tuple[Hashable, Callable[[], pl.Series]] | None = None,
    *,
    ticks: Ticks | None = None,
) -> pl.Series:
    """How many rows, or the sum of a whole number that each has, for every node and window.

    `values` are what the values are known by, and what gives them; `ticks` those by which the stream's days were made.
    """
    ticks = ticks or reader.ticks(grid.windows)
    ranges = _ranges(ticks, grid)
    places = places_of(reader, grid)

    def running() -> Running:
        if values is None:
            leaf = leaf_counts(reader, grid, stream, ticks)
        else:
            leaf = cells(*_codes(reader, grid, stream, ticks), len(ticks), values[1]())
        return Running.of(places.rolled(leaf), len(grid.nodes.ids), len(ticks))

    of, asked = values[0] if values else None, tuple(map(tuple, ranges))
    between = reader.once(
        ("edges", grid.nodes.key, ticks, asked), lambda: edges(ranges, len(grid.nodes.ids), len(ticks))
    )
    sums = reader.once(("running", stream.key, grid.nodes.key, ticks, of), running).over(between)
    return pl.zeros(len(grid), pl.Int64, eager=True) if sums is None else sums


def different(reader: Reader, grid: Grid, stream: Stream, key: str, *, ticks: Ticks | None = None) -> pl.Series | None:
    """How many different values of a column, for every node and window; None where they can't be packed."""
    ticks = ticks or reader.ticks(grid.windows)
    whole = whole_ranges(_ranges(ticks, grid))
    if whole is None:
        return None
    name = ("states", stream.key, key, grid.nodes.key, ticks)
    found = reader.once(name, lambda: _states(reader, grid, stream, key, ticks))
    if found is None:
        return None
    spans = sorted({window for window in whole if window is not None})
    return spread(grid, whole, _counted(reader, grid, name, found, spans, len(ticks)))


def _ranges(ticks: Ticks, grid: Grid) -> list[list[Range]]:
    ranges = ticks.ranges(grid.windows.each)
    assert ranges is not None  # the reader's ticks fit every window that it has been shown
    return ranges


def spread(grid: Grid, asked: Sequence[_K | None], counts: tuple[Mapping[_K, int], pl.Series]) -> pl.Series:
    """Figures of different windows, node by node, laid on the grid; nought where a window has no days."""
    index, found = counts
    width = len(index)
    if [window for window in asked if window is not None] == list(index) and len(asked) == width:
        return found
    columns = pl.Series([-1 if window is None else index[window] for window in asked], dtype=pl.Int64)
    cell = pl.int_range(len(grid), dtype=pl.Int64, eager=True)
    column = columns.gather(cell % max(len(asked), 1))
    place = (cell // max(len(asked), 1)) * width + column
    if width == 0:
        return pl.zeros(len(grid), pl.Int64, eager=True)
    told = found.gather(place.clip(0, None))
    return pl.select(pl.when(column >= 0).then(told).otherwise(0)).to_series().cast(found.dtype)


def _codes(reader: Reader, grid: Grid, stream: Stream, ticks: Ticks) -> tuple[pl.Series, pl.Series]:
    return stream.places(reader, places_of(reader, grid)), stream.ticks(reader, ticks)


def _states(
    reader: Reader, grid: Grid, stream: Stream, key: str, ticks: Ticks
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The steps of those at one place, by place, and of the others, by node."""
    places = places_of(reader, grid)
    place, tick = _codes(reader, grid, stream, ticks)
    entities = stream.column(key)
    if entities.null_count():
        known = entities.is_not_null()
        entities, place, tick = entities.filter(known), place.filter(known), tick.filter(known)
    try:
        codes = coded(entities)
    except TypeError:
        return None
    return Keys.of(codes, place, tick, most_places=len(places), most_ticks=len(ticks)).steps(places)


def _counted(
    reader: Reader,
    grid: Grid,
    name: Hashable,
    states: tuple[pl.DataFrame, pl.DataFrame],
    spans: Sequence[Range],
    most_ticks: int,
) -> tuple[dict[Range, int], pl.Series]:
    """Counts of different windows, node by node. What was counted for other windows is found again."""
    families: list[tuple[dict[Range, int], pl.Series]] = reader.once(("families", name), list)
    for index, found in families:
        if all(span in index for span in spans):
            return index, found
    alone, moved = states
    places, nodes = places_of(reader, grid), len(grid.nodes.ids)
    columns: list[pl.DataFrame] = []
    numbered: dict[Range, int] = {}
    for chain in chains(spans):
        windows = [spans[number] for number in chain]
        steps = pl.concat(
            [
                places.rolled(begun(alone, PLACE, windows, most_ticks)).select(NODE, "@window", "@n"),
                begun(moved, NODE, windows, most_ticks),
            ]
        )
        width = len(windows) + 1
        summed = steps.group_by(NODE, "@window").agg(pl.col("@n").sum())
        at = summed.select(pl.col(NODE).cast(pl.Int64) * width + pl.col("@window")).to_series()
        dense = pl.zeros(nodes * width, pl.Int64, eager=True).scatter(at, summed["@n"])
        if not apart(windows):
            # Every entity that begins to count at a node ends to there, so nothing is carried to the next node.
            dense = dense.cum_sum()
        columns.append(pl.DataFrame({"n": dense}).with_row_index("@at"))
        numbered.update({window: len(numbered) + place for place, window in enumerate(windows)})
    found = _joined(columns, nodes) if columns else pl.zeros(0, pl.Int64, eager=True)
    families.append((numbered, found))
    return numbered, found


def _joined(columns: Sequence[pl.DataFrame], nodes: int) -> pl.Series:
    """The chains' counts side by side, node by node, without the last column of each, which only ends things."""
    widths = [len(column) // nodes for column in columns]
    if len(columns) == 1:
        return columns[0].filter(pl.col("@at") % widths[0] < widths[0] - 1)["n"]
    total, before, parts = sum(width - 1 for width in widths), 0, []
    for column, width in zip(columns, widths, strict=True):
        kept = column.filter(pl.col("@at") % width < width - 1)
        parts.append(kept.select((pl.col("@at") // width * total + pl.col("@at") % width + before).alias("@at"), "n"))
        before += width - 1
    return pl.concat(parts).sort("@at")["n"]
