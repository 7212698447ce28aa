"""Steps: how many were seen at a place in one tick after having been seen there last in another.

However many keys there are, of their steps there are no more than places times pairs of ticks, and any window is
counted from them: whoever is seen in it is seen there first in some tick, having been seen last before it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import polars as pl

from hgplan.engine.chains import Chain, chained
from hgplan.engine.collecting import worked
from hgplan.engine.dense import blank
from hgplan.engine.ticks import Range

__all__ = ["BEFORE", "TICK", "Steps"]

TICK, BEFORE = "@tick", "@before"
_CELL = "@cell"


@attrs.frozen(eq=False)
class Steps:
    """Steps (row, `@before`, `@tick`, `n`) of so many rows, which are places or nodes, and so many ticks.

    A first step has -1 for the tick before.
    """

    frame: pl.DataFrame
    row: str
    rows: int
    ticks: int

    def beside(self, other: Steps) -> Steps:
        """These and others of the same ticks, whose rows come after these."""
        moved = other.frame.select((pl.col(other.row) + self.rows).cast(pl.UInt32).alias(self.row), BEFORE, TICK, "n")
        return Steps(pl.concat([self.frame, moved], rechunk=True), self.row, self.rows + other.rows, self.ticks)

    def counted(self, windows: Sequence[Range]) -> pl.Series:
        """How many different ones each row saw in each window, row by row with all windows of each."""
        found = blank(self.rows * len(windows), pl.Int64())
        for chain in chained(tuple(windows), self.ticks):
            told, width = self._of_chain(chain), len(chain.numbers)
            if width == len(windows) and chain.numbers.is_sorted():
                return told
            found = found.scatter(_Cells.of(self.rows, width).at(len(windows), chain.numbers), told)
        return found

    def _of_chain(self, chain: Chain) -> pl.Series:
        """The same of the windows of one chain, row by row.

        Who steps from b to t is counted in the windows that hold t and begin after b. They follow each other, from the
        first that holds t or the first that begins after b, whichever is later, to the last that begins by t. So what
        is begun by the end of a window is counted in it, less all that was over when it began.
        """
        steps, begins = self._ordered
        n, tick, since = (steps[name] for name in ("n", TICK, BEFORE))
        cells = _Cells.of(self.rows, len(chain.numbers))
        at_begin, at_end = (begins[cells.at(self.ticks, edge)] for edge in (chain.begins, chain.ends))
        counted = since < chain.last[tick]
        ever = _summed(n * counted)
        if chain.apart:
            return ever[at_end] - ever[at_begin]
        by_tick = since < chain.first[tick]
        begun = _summed(n * by_tick)[at_end]
        width = self.ticks + 1
        cell = pl.col(self.row).cast(pl.UInt32) * width + pl.col(BEFORE)
        later = steps.lazy().filter(counted & ~by_tick).group_by(cell.alias(_CELL)).agg(pl.col("n").sum())
        found = worked(later, len(steps))
        dense = _summed(blank(self.rows * width, pl.Int64()).scatter(found[_CELL], found["n"]))
        begun += dense[cells.at(width, chain.begins + 1)]
        return begun - ever[at_begin]

    @cached_property
    def _ordered(self) -> tuple[pl.DataFrame, pl.Series]:
        """The steps by row and tick, of which `@before` tells one more, and where each row's each tick begins."""
        frame = self.frame.select(self.row, (pl.col(BEFORE) + 1).cast(pl.UInt32), TICK, "n")
        at = frame.select(pl.col(self.row).cast(pl.UInt64) * self.ticks + pl.col(TICK).cast(pl.UInt64)).to_series()
        if not at.is_sorted():
            # A number with each tells where it was.
            bits = len(frame).bit_length()
            numbered = (at * 2**bits + pl.int_range(len(frame), dtype=pl.UInt64, eager=True)).sort()
            frame, at = frame[(numbered % 2**bits).cast(pl.get_index_type())], numbered // 2**bits
        runs = at.rle().struct.unnest()
        counts = blank(self.rows * self.ticks, pl.UInt32()).scatter(runs["value"], runs["len"])
        return frame, _summed(counts.cast(pl.get_index_type()))


def _summed(values: pl.Series) -> pl.Series:
    """What the values add up to before each of them, and all together."""
    return pl.concat([blank(1, values.dtype), values.cum_sum()], rechunk=True)


@attrs.frozen(eq=False)
class _Cells:
    """So many cells of each row, row by row."""

    row: pl.Series
    place: pl.Series

    @classmethod
    def of(cls, rows: int, count: int) -> _Cells:
        """Which row each is of, and which of its cells it is."""
        every = pl.int_range(rows * count, dtype=pl.get_index_type(), eager=True)
        return cls(every // count, every % count)

    def at(self, width: int, columns: pl.Series) -> pl.Series:
        """Where they are in what has so many columns for each row, of which each cell has one."""
        return self.row * width + columns[self.place]
