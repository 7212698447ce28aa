"""Tallies: the whole numbers that figures are made of, which add up over rows that have nobody in common.

A count of people is the sum of the counts of some of them and of the others. So a tally can be taken of one part of the
people after the other, kept, and corrected by what changed; figures are made of it at the very end.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from operator import add, sub
from typing import TypeAlias

import attrs
import polars as pl

from hgplan.engine.grid import Grid
from hgplan.engine.roads import Way
from hgplan.metrics.counts import RowMeasure
from hgplan.metrics.measures import Measure

__all__ = ["Entry", "Ledger", "Tally"]


@attrs.frozen(eq=False)
class Tally:
    """Columns of whole numbers on a grid, in its order; those of `10**-scale` are named x."""

    frame: pl.DataFrame
    scale: int = 0

    def __add__(self, other: Tally) -> Tally:
        return self._with(other, add)

    def __sub__(self, other: Tally) -> Tally:
        return self._with(other, sub)

    def _with(self, other: Tally, work: Callable[[pl.Series, pl.Series], pl.Series]) -> Tally:
        columns = [work(column, other.frame[column.name]).alias(column.name) for column in self.frame.get_columns()]
        return attrs.evolve(self, frame=pl.DataFrame(columns))


Entry: TypeAlias = tuple[RowMeasure, Hashable]


@attrs.frozen(eq=False)
class Ledger:
    """The tallies of measures on grids that are known already."""

    tallies: dict[Entry, Tally] = attrs.field(factory=dict)
    # How each measure was counted, and how many rows of each table there were in each part.
    taken: dict[tuple[Measure, Way], list[Mapping[str, int]]] = attrs.field(factory=dict)

    @staticmethod
    def entry(grid: Grid, measure: RowMeasure) -> Entry:
        """What a tally is known by."""
        return measure, (grid.nodes.key, grid.windows.each, grid.by)

    def of(self, grid: Grid, measure: RowMeasure) -> Tally | None:
        """The tally of a measure, if it is known."""
        return self.tallies.get(self.entry(grid, measure)) if self.tallies else None

    def count(self, found: Mapping[Entry, Tally]) -> None:
        """Add what was tallied of some more people."""
        for entry, tally in found.items():
            known = self.tallies.get(entry)
            self.tallies[entry] = tally if known is None else known + tally
