"""The packed road: counts, sums and distinct keys from states of place and tick, whatever the windows.

A row set is coded once; every window, level and grain is rolled up from what was counted then. What can't be packed
(groups, rows that differ from node to node, floats, windows with gaps) takes the general road, row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

import polars as pl

from hgplan.engine.additive import cells, over_windows
from hgplan.engine.grid import Grid
from hgplan.engine.keys import Keys, apart, chains, coded
from hgplan.engine.places import PLACE, Places
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.ticks import Range, Ticks, whole_ranges
from hgplan.engine.tree import NODE
from hgplan.engine.visible import DAY

__all__ = ["added", "different", "leaf_counts", "packable", "places_of", "spread"]

_K = TypeVar("_K", bound=Hashable)


def packable(grid: Grid, rows: Rows) -> bool:
    """Whether rows can be coded by place: they are the same for all nodes, and no groups are asked."""
    return not grid.by and not rows.placed


def places_of(reader: Reader, grid: Grid) -> Places:
    """The places of a grid's nodes."""
    return reader.once(("places", grid.nodes.key), lambda: Places(grid.nodes))


def leaf_counts(reader: Reader, grid: Grid, name: Hashable, rows: pl.DataFrame, ticks: Ticks) -> pl.DataFrame:
    """Place, tick and how many rows; `name` is what the rows are known by."""
    return reader.once(
        ("cells", name, grid.nodes.key, ticks),
        lambda: cells(*_codes(reader, grid, name, rows, ticks), len(ticks)),
    )


def added(
    reader: Reader, grid: Grid, name: Hashable, rows: pl.DataFrame, values: tuple[Hashable, pl.Expr] | None = None
) -> pl.Series:
    """How many rows, or the sum of a whole number that each has, for every node and window.

    `values` are what the values are known by, and the values.
    """
    ticks = reader.ticks(grid.windows)
    ranges = ticks.ranges(grid.windows.each)
    assert ranges is not None  # the reader's ticks fit every window that it has been shown
    if values is None:
        leaf = leaf_counts(reader, grid, name, rows, ticks)
    else:
        key, value = values

        def counted() -> pl.DataFrame:
            return cells(*_codes(reader, grid, name, rows, ticks), len(ticks), rows.select(value).to_series())

        leaf = reader.once(("cells", name, grid.nodes.key, ticks, key), counted)
    return over_windows(leaf, places_of(reader, grid), len(ticks), ranges)


def different(
    reader: Reader, grid: Grid, name: Hashable, key: str, rows: Callable[[], pl.DataFrame]
) -> pl.Series | None:
    """How many different values of a column, for every node and window; None where they can't be packed."""
    ticks = reader.ticks(grid.windows)
    ranges = ticks.ranges(grid.windows.each)
    assert ranges is not None
    whole = whole_ranges(ranges)
    if whole is None:
        return None
    known = ("keys", name, key, grid.nodes.key, ticks)
    found = reader.once(known, lambda: _keys(reader, grid, name, key, rows(), ticks))
    if found is None:
        return None
    spans = sorted({window for window in whole if window is not None})
    return spread(grid, whole, _counted(reader, grid, known, found, spans, len(ticks)))


def spread(grid: Grid, asked: Sequence[_K | None], counts: tuple[Mapping[_K, int], pl.Series]) -> pl.Series:
    """Figures of different windows, node by node, laid on the grid; nought where a window has no days."""
    index, found = counts
    width = len(index)
    columns = pl.Series([-1 if window is None else index[window] for window in asked], dtype=pl.Int64)
    cell = pl.int_range(len(grid), dtype=pl.Int64, eager=True)
    column = columns.gather(cell % max(len(asked), 1))
    place = (cell // max(len(asked), 1)) * width + column
    if width == 0:
        return pl.zeros(len(grid), pl.Int64, eager=True)
    told = found.gather(place.clip(0, None))
    return pl.select(pl.when(column >= 0).then(told).otherwise(0)).to_series().cast(found.dtype)


def _codes(reader: Reader, grid: Grid, name: Hashable, rows: pl.DataFrame, ticks: Ticks) -> tuple[pl.Series, pl.Series]:
    """The place and the tick of each row."""
    places = reader.once(("place", name, grid.nodes.key), lambda: places_of(reader, grid).of(rows))
    return places, reader.once(("tick", name, ticks), lambda: ticks.at(rows[DAY]))


def _keys(
    reader: Reader, grid: Grid, name: Hashable, key: str, rows: pl.DataFrame, ticks: Ticks
) -> tuple[Keys, Keys] | None:
    """Those at one place, by place, and the others by node."""
    places = places_of(reader, grid)
    place, tick = _codes(reader, grid, name, rows, ticks)
    entities = rows[key]
    if entities.null_count():
        known = entities.is_not_null()
        entities, place, tick = entities.filter(known), place.filter(known), tick.filter(known)
    try:
        codes = coded(entities)
    except TypeError:
        return None
    alone, moved = Keys.of(codes, place, tick, most_places=len(places), most_ticks=len(ticks)).split()
    return alone, moved.at_nodes(places)


def _counted(
    reader: Reader, grid: Grid, name: Hashable, keys: tuple[Keys, Keys], spans: Sequence[Range], most_ticks: int
) -> tuple[dict[Range, int], pl.Series]:
    """Counts of different windows, node by node. What was counted for other windows is found again."""
    families: list[tuple[dict[Range, int], pl.Series]] = reader.once(("families", name), list)
    for index, found in families:
        if all(span in index for span in spans):
            return index, found
    alone, moved = keys
    places, nodes = places_of(reader, grid), len(grid.nodes.ids)
    columns: list[pl.DataFrame] = []
    numbered: dict[Range, int] = {}
    for chain in chains(spans):
        windows = [spans[number] for number in chain]
        steps = pl.concat(
            [
                places.rolled(alone.counted(windows, most_ticks)).select(NODE, "@window", "@n"),
                moved.counted(windows, most_ticks).select(pl.col(PLACE).cast(pl.Int32).alias(NODE), "@window", "@n"),
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
