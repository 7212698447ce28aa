"""The packed road: counts, sums and distinct keys from states of place and tick, whatever the windows.

A row set is coded once; every window, level and grain is rolled up from what was counted then. What can't be packed
(groups, rows that differ from node to node, floats, windows with gaps) takes the general road, row by row.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import nullcontext
from typing import TypeAlias, TypeVar

import polars as pl

from hgplan.engine.collecting import MANY
from hgplan.engine.cubes import Value, between, running
from hgplan.engine.dense import blank
from hgplan.engine.grid import Grid
from hgplan.engine.keepers import AskedKeys
from hgplan.engine.keys import Keys, coded
from hgplan.engine.roads import GAPS, Way, uncoded
from hgplan.engine.rowsets import Reader
from hgplan.engine.steps import Steps
from hgplan.engine.streams import Stream, places_of
from hgplan.engine.ticks import Range, Ticks, whole_ranges
from hgplan.engine.visible import STAND, names

__all__ = ["added", "different", "spread"]

_K = TypeVar("_K", bound=Hashable)
# The place of each window among those that were counted, and the counts.
_Counts: TypeAlias = tuple[Mapping[Range, int], pl.Series]


def added(reader: Reader, grid: Grid, stream: Stream, value: Value | None = None) -> pl.Series:
    """How many rows, or the sum of a whole number that each has, for every node and window."""
    ticks = reader.ticks(grid.windows)
    ranges = _ranges(reader, ticks, grid)
    return between(reader, grid, running(reader, grid, stream, ticks, value), ticks, ranges)


def different(reader: Reader, grid: Grid, stream: Stream, key: str) -> pl.Series | Way:
    """How many different values of a column, for every node and window; another way where they can't be packed."""
    ticks = reader.ticks(grid.windows)
    whole = whole_ranges(_ranges(reader, ticks, grid))
    if whole is None:
        return GAPS
    name = ("states", stream.key, key, grid.nodes.key, ticks)
    found = reader.once(
        name, lambda: _kept(reader, grid, stream, key, ticks) or _states(reader, grid, stream, key, ticks)
    )
    if isinstance(found, Way):
        return found
    spans = list(dict.fromkeys(window for window in whole if window is not None))
    if not spans:  # nothing has begun
        return blank(len(grid), pl.Int64())
    return spread(grid, whole, _counted(reader, grid, name, found, spans))


def _ranges(reader: Reader, ticks: Ticks, grid: Grid) -> list[list[Range]]:
    ranges = reader.once(("ranges", ticks, grid.windows), lambda: ticks.ranges(grid.windows.each))
    assert ranges is not None  # the reader's ticks fit every window that it has been shown
    return ranges


def spread(grid: Grid, asked: Sequence[_K | None], counts: tuple[Mapping[_K, int], pl.Series]) -> pl.Series:
    """Figures of different windows, node by node, laid on the grid; nought where a window has no days."""
    index, found = counts
    width = len(index)
    if [window for window in asked if window is not None] == list(index) and len(asked) == width:
        return found
    if width == 0:
        return blank(len(grid), pl.Int64())
    columns = pl.Series([-1 if window is None else index[window] for window in asked], dtype=pl.Int64)
    cell = pl.int_range(len(grid), dtype=pl.Int64)
    column = pl.lit(columns).gather(cell % len(asked))
    place = pl.lit(found).gather((cell // len(asked) * width + column).clip(0, None))
    whole = min(columns, default=0) >= 0
    told = place if whole else pl.when(column >= 0).then(place).otherwise(pl.lit(0, dtype=found.dtype))
    return pl.select(told).to_series()


def _codes(reader: Reader, grid: Grid, stream: Stream, ticks: Ticks) -> tuple[pl.Series, pl.Series]:
    return stream.places(reader, places_of(reader, grid)), stream.ticks(reader, ticks)


def _kept(reader: Reader, grid: Grid, stream: Stream, key: str, ticks: Ticks) -> tuple[Steps, Steps] | Way | None:
    """The same from whoever keeps keys; None where they are to be counted of the rows."""
    if reader.keeper is None:
        return None
    places = places_of(reader, grid)
    asked = AskedKeys(
        rows=stream.key,
        key=key,
        column=stream.column,
        names=lambda codes: names(reader.people_codes, codes),
        strays=STAND in stream.frame.columns and not places.steady,
        places=places,
        ticks=ticks,
        once=reader.once,
    )
    return reader.keeper.steps(asked)


def _states(reader: Reader, grid: Grid, stream: Stream, key: str, ticks: Ticks) -> tuple[Steps, Steps] | Way:
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
        return uncoded(entities.dtype)
    # Of many rows one after the other: each takes all processors, and two at once the memory of both.
    with reader.alone if len(codes) > MANY else nullcontext():
        keys = Keys.of(codes, place, tick, most_places=len(places), most_ticks=len(ticks))
        return keys.steps(places, len(ticks))


def _counted(
    reader: Reader, grid: Grid, name: Hashable, states: tuple[Steps, Steps], spans: Sequence[Range]
) -> _Counts:
    """Counts of different windows, node by node. What was counted for other windows is found again."""
    families: dict[tuple[Range, ...], _Counts] = reader.once(("families", name), dict)
    for known in tuple(families.values()):
        if all(span in known[0] for span in spans):
            return known

    def made() -> _Counts:
        # Who has one place is counted by place, everybody else by node: side by side, for each of them costs the same.
        both = reader.once(("beside", name), lambda: states[0].beside(states[1]))
        places, width = places_of(reader, grid), len(spans)
        told, by_place = both.counted(spans), len(places) * width
        found = places.rolled_up(told.head(by_place), width) + told.slice(by_place)
        return {span: place for place, span in enumerate(spans)}, found

    family = tuple(spans)
    families[family] = reader.once(("family", name, family), made)
    return families[family]
