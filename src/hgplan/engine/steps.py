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
        """How many different ones each row saw in each window, row by row with all windows of each."""
        slots = _Slots.of(tuple(windows), self.ticks)
        width, steps = slots.width, self.frame.lazy()
        row, n = pl.col(self.row).cast(pl.UInt32) * width, pl.col("n")
        parts = [steps.select((row + begun).alias(_CELL), n) for begun, _ in slots.chains]
        if not slots.apart:
            # Everyone who begins to count in a row and a chain ends to there, so nothing is carried to the next ones.
            parts += [steps.select((row + over).alias(_CELL), -n) for _, over in slots.chains]
        changes = pl.concat(parts).group_by(_CELL).agg(n.sum())
        summed = worked(changes, len(self.frame) * len(parts))
        dense = blank(self.rows * width, pl.Int64()).scatter(summed[_CELL], summed["n"])
        dense = dense if slots.apart else dense.cum_sum()
        cell = pl.int_range(self.rows * len(windows), dtype=pl.UInt32)
        place = pl.lit(pl.Series(slots.each, dtype=pl.UInt32)).gather(cell % len(windows))
        return dense[pl.select(cell // len(windows) * width + place).to_series()]


@attrs.frozen(eq=False)
class _Slots:
    """Where windows are counted: chain after chain, in each of which one begins to count in some window, and from
    another on no more.

    `each` is the slot of each window; `chains` tell of a step the slots in which it begins to count and in which it
    doesn't any more. A step that isn't counted goes to the last slot, which no window reads.
    """

    each: list[int]
    width: int
    apart: bool
    chains: list[tuple[pl.Expr, pl.Expr]]

    @classmethod
    @lru_cache(maxsize=32)
    def of(cls, windows: tuple[Range, ...], ticks: int) -> _Slots:
        """The same for all that is counted in these windows."""
        each, begin, found = [0] * len(windows), 0, []
        chained = chains(windows)
        separate = all(apart([windows[number] for number in chain]) for chain in chained)
        nowhere = pl.lit(len(windows) + (0 if separate else len(chained)), dtype=pl.UInt32)
        tick, before = pl.col(TICK), (pl.col(BEFORE) + 1).cast(pl.UInt32)
        for chain in chained:
            first, after = _reach([windows[number] for number in chain], ticks, begin)
            # A window in which the same one was already counted isn't begun again; the tick before none is in none.
            counted = pl.concat([blank(1, pl.UInt32()), after])
            begun = pl.max_horizontal(pl.lit(first).gather(tick), pl.lit(counted).gather(before))
            over = pl.lit(after).gather(tick)
            counts = begun < over
            found.append(
                (pl.when(counts).then(begun).otherwise(nowhere), pl.when(counts).then(over).otherwise(nowhere))
            )
            for place, number in enumerate(chain):
                each[number] = begin + place
            begin += len(chain) + (0 if separate else 1)
        return cls(each, begin + 1, separate, found)


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


def _reach(windows: Sequence[Range], most_ticks: int, slot: int) -> tuple[pl.Series, pl.Series]:
    """Of each tick the slots of the first window that holds it and of the one after the last; where none does, they are
    the same. Windows have slots from the given one on."""
    first, after = [], []
    begin = end = 0
    for tick in range(most_ticks):
        while begin < len(windows) and windows[begin][1] < tick:
            begin += 1
        while end < len(windows) and windows[end][0] <= tick:
            end += 1
        first.append(slot + begin)
        after.append(slot + end)
    return pl.Series(first, dtype=pl.UInt32), pl.Series(after, dtype=pl.UInt32)
