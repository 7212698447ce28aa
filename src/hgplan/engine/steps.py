"""Steps: how many were seen at a place in one tick after having been seen there last in another.

However many keys there are, of their steps there are no more than places times pairs of ticks, and any window is
counted from them: whoever is seen in it is seen there first in some tick, having been seen last before it began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import polars as pl

from hgplan.engine.dense import blank, laid
from hgplan.engine.ticks import Range
from hgplan.engine.windows import WINDOW

__all__ = ["BEFORE", "TICK", "Steps", "apart", "chains"]

TICK, BEFORE = "@tick", "@before"


@attrs.frozen(eq=False)
class Steps:
    """Steps (row, `@before`, `@tick`, `n`) of so many rows, which are places or nodes, and so many ticks.

    A first step has -1 for the tick before.
    """

    frame: pl.DataFrame
    row: str
    rows: int
    ticks: int

    def counted(self, windows: Sequence[Range]) -> pl.Series:
        """How many different ones each row saw in each window, row by row with all windows of each.

        In a chain of windows one begins to count in some window, and from another on no more.
        """
        chained = chains(windows)
        slots, reaches = _slots(windows, chained, self.ticks)
        width = sum(len(chain) + 1 for chain in chained)
        separate = all(apart([windows[number] for number in chain]) for chain in chained)
        spans = self._spans(reaches)
        dense = laid(self._summed(spans, "from", width), self.row, WINDOW, self.rows, width)
        if not separate:
            # Everyone who begins to count in a row and a chain ends to there, so nothing is carried to the next ones.
            ended = self._summed(spans.with_columns(pl.col("to") + 1), "to", width)
            dense = (dense - laid(ended, self.row, WINDOW, self.rows, width)).cum_sum()
        at = pl.int_range(self.rows * len(windows), dtype=pl.Int64, eager=True)
        return dense[at // len(windows) * width + slots[at % len(windows)]]

    def _spans(self, reaches: Sequence[tuple[pl.Series, pl.Series]]) -> pl.DataFrame:
        """Row, the slots of the first and the last window that a step is counted in, and `n`: once for each chain."""
        tick, before = self.frame[TICK], self.frame[BEFORE]
        parts = []
        for first, last in reaches:
            # A window in which the same one was already counted in the row isn't begun again: the tick before none,
            # which stands as -1, is one after the last.
            counted = pl.concat([last + 1, blank(1, pl.Int64())])[before]
            columns = [first[tick].alias("first"), counted.alias("counted"), last[tick].alias("to")]
            parts.append(pl.DataFrame([self.frame[self.row], self.frame["n"], *columns]))
        begun = pl.max_horizontal("first", "counted")
        return pl.concat(parts).filter(begun <= pl.col("to")).select(self.row, begun.alias("from"), "to", "n")

    def _summed(self, spans: pl.DataFrame, slot: str, width: int) -> pl.DataFrame:
        cell = pl.col(self.row).cast(pl.UInt32) * width + pl.col(slot).cast(pl.UInt32)
        summed = spans.group_by(cell.alias("@cell")).agg(pl.col("n").sum())
        row, at = (pl.col("@cell") // width).alias(self.row), (pl.col("@cell") % width).alias(WINDOW)
        return summed.select(row, at, "n")


def _slots(
    windows: Sequence[Range], chained: Sequence[Sequence[int]], ticks: int
) -> tuple[pl.Series, list[tuple[pl.Series, pl.Series]]]:
    """The slot of each window, chain after chain, each with one more where its last window is over; and of each chain,
    by tick, the slots of the first and last window that hold the tick."""
    slots, reaches, begin = [0] * len(windows), [], 0
    for chain in chained:
        first, last = _reach([windows[number] for number in chain], ticks)
        reaches.append((first + begin, last + begin))
        for place, number in enumerate(chain):
            slots[number] = begin + place
        begin += len(chain) + 1
    return pl.Series(slots, dtype=pl.Int64), reaches


def apart(windows: Sequence[Range]) -> bool:
    """Whether no tick lies in two of the windows, which follow each other in time."""
    return all(lo > hi for (lo, _), (_, hi) in zip(windows[1:], windows, strict=False))


def chains(windows: Sequence[Range]) -> list[list[int]]:
    """The windows (by number) in chains, in each of which none begins or ends before the one in front of it.

    Windows that lie apart are counted with half the work, so where few chains of them do, as for months, quarters and
    years, these are taken.
    """
    separate = _chained(windows, lambda before, window: before[1] < window[0])
    overlapping = _chained(windows, lambda before, window: before[1] <= window[1])
    return separate if len(separate) <= 2 * len(overlapping) else overlapping


def _chained(windows: Sequence[Range], follows: Callable[[Range, Range], bool]) -> list[list[int]]:
    found: list[list[int]] = []
    for index in sorted(range(len(windows)), key=windows.__getitem__):
        for chain in found:
            if follows(windows[chain[-1]], windows[index]):
                chain.append(index)
                break
        else:
            found.append([index])
    return found


def _reach(windows: Sequence[Range], most_ticks: int) -> tuple[pl.Series, pl.Series]:
    """Of each tick the first and the last window that holds it; where none does, the last is before the first."""
    first, last = [], []
    begin = end = 0
    for tick in range(most_ticks):
        while begin < len(windows) and windows[begin][1] < tick:
            begin += 1
        while end < len(windows) and windows[end][0] <= tick:
            end += 1
        first.append(begin)
        last.append(end - 1)
    return pl.Series(first, dtype=pl.Int64), pl.Series(last, dtype=pl.Int64)
