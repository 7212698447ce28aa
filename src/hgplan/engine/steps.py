"""Steps: how many were seen at a place in one tick after having been seen there last in another.

However many keys there are, of their steps there are no more than places times pairs of ticks, and any window is
counted from them: whoever is seen in it is seen there first in some tick, having been seen last before it began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import attrs
import polars as pl

from hgplan.engine.collecting import worked
from hgplan.engine.dense import blank
from hgplan.engine.ticks import Range

__all__ = ["BEFORE", "TICK", "Steps", "apart", "chains"]

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

    @classmethod
    def of_all(cls, parts: Sequence[Steps]) -> Steps:
        """The steps of different ones, told apart."""
        first = parts[0]
        if len(parts) == 1:
            return first
        frames = pl.concat([part.frame for part in parts])
        return cls(frames.group_by(first.row, BEFORE, TICK).agg(pl.col("n").sum()), first.row, first.rows, first.ticks)

    def beside(self, other: Steps) -> Steps:
        """These and others of the same ticks, whose rows come after these."""
        moved = other.frame.select((pl.col(other.row) + self.rows).cast(pl.UInt32).alias(self.row), BEFORE, TICK, "n")
        return Steps(pl.concat([self.frame, moved]), self.row, self.rows + other.rows, self.ticks)

    def counted(self, windows: Sequence[Range]) -> pl.Series:
        """How many different ones each row saw in each window, row by row with all windows of each.

        In a chain of windows one begins to count in some window, and from another on no more.
        """
        slots = _Slots.of(tuple(windows), self.ticks)
        spans, width = self._spans(slots.reaches).lazy(), slots.width
        row, begun = pl.col(self.row).cast(pl.UInt32) * width, pl.max_horizontal("first", "counted")
        spans = spans.filter(begun <= pl.col("to"))
        changes = spans.select((row + begun.cast(pl.UInt32)).alias(_CELL), "n")
        if not slots.apart:
            # Everyone who begins to count in a row and a chain ends to there, so nothing is carried to the next ones.
            ended = spans.select((row + (pl.col("to") + 1).cast(pl.UInt32)).alias(_CELL), -pl.col("n"))
            changes = pl.concat([changes, ended])
        summed = worked(changes.group_by(_CELL).agg(pl.col("n").sum()), len(self.frame))
        dense = blank(self.rows * width, pl.Int64()).scatter(summed[_CELL], summed["n"])
        dense = dense if slots.apart else dense.cum_sum()
        count = len(windows)
        if slots.each == list(range(width)):
            return dense
        cell = pl.int_range(self.rows * count, dtype=pl.Int64)
        place = pl.lit(pl.Series(slots.each, dtype=pl.Int64)).gather(cell % count)
        return dense.gather(pl.select(cell // count * width + place).to_series())

    def _spans(self, reaches: Sequence[tuple[pl.Series, pl.Series, pl.Series]]) -> pl.DataFrame:
        """Row, `n`, and the slots of the first and the last window that a step is counted in: once for each chain."""
        tick, before = self.frame[TICK], self.frame[BEFORE]
        same = [self.frame[self.row], self.frame["n"]]
        parts = []
        for first, last, counted in reaches:
            columns = [first[tick].alias("first"), counted[before].alias("counted"), last[tick].alias("to")]
            parts.append(pl.DataFrame([*same, *columns]))
        return pl.concat(parts)


@attrs.frozen(eq=False)
class _Slots:
    """Where windows are counted: chain after chain, each with a slot more where its last window is over.

    `each` is the slot of each window; `reaches` has for each chain, by tick, the slots of the first and the last window
    that hold it, and of the one after the last: a window in which the same one was already counted isn't begun again.
    The tick before none, which stands as -1, is one after the last tick.
    """

    each: list[int]
    width: int
    apart: bool
    reaches: list[tuple[pl.Series, pl.Series, pl.Series]]

    @classmethod
    @lru_cache(maxsize=32)
    def of(cls, windows: tuple[Range, ...], ticks: int) -> _Slots:
        """The same for all that is counted in these windows."""
        each, reaches, begin = [0] * len(windows), [], 0
        chained = chains(windows)
        for chain in chained:
            first, last = _reach([windows[number] for number in chain], ticks)
            first, last = first + begin, last + begin
            reaches.append((first, last, pl.concat([last + 1, blank(1, pl.Int64())])))
            for place, number in enumerate(chain):
                each[number] = begin + place
            begin += len(chain) + 1
        separate = all(apart([windows[number] for number in chain]) for chain in chained)
        return cls(each, begin, separate, reaches)


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
