"""Streams: rows about to be packed, which are coded by place and tick once, however many choices are made of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import attrs
import polars as pl

from hgplan.engine.grid import Grid
from hgplan.engine.places import Places
from hgplan.engine.roads import GROUPS, PLACED, Way
from hgplan.engine.rowsets import Reader
from hgplan.engine.ticks import Ticks
from hgplan.engine.visible import DAY
from hgplan.metrics.rows import RowSet, Where

__all__ = ["Stream", "places_of", "stream_of"]


@attrs.frozen(eq=False)
class Stream:
    """Some rows of a frame. `name` is what the frame is known by, `choice` what the chosen rows are; None: all of them.

    Choosing is put off until a column is wanted, so that nobody copies what nobody reads.
    """

    name: Hashable
    frame: pl.DataFrame
    choice: Hashable = None
    chosen: pl.Series | None = None

    @property
    def key(self) -> Hashable:
        """What makes two streams the same rows."""
        return self.name, self.choice

    def column(self, of: str | pl.Expr) -> pl.Series:
        """A column, or an expression, of the chosen rows."""
        return self._of_chosen(self.frame[of] if isinstance(of, str) else self.frame.select(of).to_series())

    def places(self, reader: Reader, places: Places) -> pl.Series:
        """The place of each row."""
        return self._once(reader, "place", places.code, lambda: places.of(self.frame))

    def ticks(self, reader: Reader, ticks: Ticks) -> pl.Series:
        """The tick of each row."""
        return self._once(reader, "tick", ticks, lambda: ticks.at(self.frame[DAY]))

    def _once(self, reader: Reader, what: str, by: Hashable, make: Callable[[], pl.Series]) -> pl.Series:
        return self._of_chosen(reader.once((what, self.name, by), make))

    def _of_chosen(self, column: pl.Series) -> pl.Series:
        return column if self.chosen is None else column.filter(self.chosen)


def places_of(reader: Reader, grid: Grid) -> Places:
    """The places of a grid's nodes."""
    return reader.once(("places", grid.nodes.key), lambda: Places(grid.nodes))


def stream_of(reader: Reader, grid: Grid, rows: RowSet) -> Stream | Way:
    """The rows of a row set; another way where groups are asked, or where they differ from node to node."""
    if grid.by:
        return GROUPS
    steps = rows.steps
    while steps and isinstance(steps[-1], Where):
        steps = steps[:-1]
    base = RowSet(rows.table, steps)
    found = reader.events(base, grid.nodes)
    if found.placed:
        return PLACED
    wheres = tuple(step.predicate for step in rows.steps[len(steps) :] if isinstance(step, Where))
    if not wheres:
        return Stream(base, found.frame)
    return Stream(base, found.frame, wheres, reader.once(("chosen", rows), lambda: reader.chosen(found, wheres)))
