"""Chains of windows, which are counted together: none of a chain begins or ends before the one in front of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import attrs
import polars as pl

from hgplan.engine.ticks import Range

__all__ = ["Chain", "chained"]


@attrs.frozen(eq=False)
class Chain:
    """Windows that follow each other: which of those asked they are, where they begin and where they are over.

    Of each tick, `first` and `last` tell by when somebody must not yet have been seen to be counted in the first and in
    the last window that holds it: one more than the tick before; nought where no window does. No tick lies in two
    windows that are `apart`.
    """

    numbers: pl.Series
    begins: pl.Series
    ends: pl.Series
    first: pl.Series
    last: pl.Series
    apart: bool

    @classmethod
    def of(cls, windows: Sequence[Range], numbers: Sequence[int], ticks: int) -> Chain:
        """The chain of some of the windows."""
        chain = [windows[number] for number in numbers]
        begins, ends = [lo for lo, _ in chain], [hi + 1 for _, hi in chain]
        first, last = [0] * ticks, [0] * ticks
        over = begun = 0
        for tick in range(ticks):
            while over < len(chain) and ends[over] <= tick:
                over += 1
            while begun < len(chain) and begins[begun] <= tick:
                begun += 1
            if over < begun:
                first[tick], last[tick] = begins[over] + 1, begins[begun - 1] + 1
        at = pl.get_index_type()
        return cls(
            numbers=pl.Series(numbers, dtype=at),
            begins=pl.Series(begins, dtype=at),
            ends=pl.Series(ends, dtype=at),
            first=pl.Series(first, dtype=pl.UInt32),
            last=pl.Series(last, dtype=pl.UInt32),
            apart=all(lo >= end for lo, end in zip(begins[1:], ends, strict=False)),
        )


@lru_cache(maxsize=32)
def chained(windows: tuple[Range, ...], ticks: int) -> list[Chain]:
    """All the windows in chains: the same for all that is counted in these windows.

    Windows that lie apart are counted with less work, so where few chains of them do, as for months, quarters and
    years, these are taken.
    """
    separate = _follow(windows, lambda before, window: before[1] < window[0])
    overlapping = _follow(windows, lambda before, window: before[1] <= window[1])
    found = separate if len(separate) <= 2 * len(overlapping) else overlapping
    return [Chain.of(windows, numbers, ticks) for numbers in found]


def _follow(windows: Sequence[Range], follows: Callable[[Range, Range], bool]) -> list[list[int]]:
    found: list[list[int]] = []
    for index in sorted(range(len(windows)), key=windows.__getitem__):
        for chain in found:
            if follows(windows[chain[-1]], windows[index]):
                chain.append(index)
                break
        else:
            found.append([index])
    return found
