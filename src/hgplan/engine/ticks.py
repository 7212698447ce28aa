"""Ticks: stretches of days that no window cuts, so that every window is whole ticks in a row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import attrs
import polars as pl

from hgplan.engine.collecting import worked
from hgplan.engine.dense import narrow
from hgplan.engine.windows import Window

__all__ = ["Range", "Ticks", "whole_ranges"]

_ONE = timedelta(days=1)
_EPOCH = date(1970, 1, 1)

Range: TypeAlias = tuple[int, int]
"""First and last tick, both in."""


@attrs.frozen
class Ticks:
    """The first days of the ticks, ascending; tick 0 is everything before the first of them.

    >>> ticks = Ticks.of([(date(2022, 1, 1), date(2022, 1, 31)), (date(2022, 1, 1), date(2022, 12, 31))])
    >>> ticks.range(date(2022, 1, 1), date(2022, 12, 31)), ticks.range(date(2022, 1, 1), date(2022, 1, 15))
    ((1, 2), None)
    """

    starts: tuple[date, ...]

    @classmethod
    def of(cls, spans: Iterable[tuple[date, date]]) -> Ticks:
        """The fewest ticks of which each span of days is made."""
        return cls(tuple(sorted({edge for lo, hi in spans for edge in (lo, hi + _ONE)})))

    def __len__(self) -> int:
        return len(self.starts) + 1

    def with_spans(self, spans: Iterable[tuple[date, date]]) -> Ticks:
        """The same, cut where more spans begin and end."""
        return Ticks(tuple(sorted({*self.starts, *Ticks.of(spans).starts})))

    def through(self, days: Iterable[date]) -> Ticks:
        """The same, cut where more days are over."""
        ends = {day + _ONE for day in days}
        return self if ends <= self._places.keys() else Ticks(tuple(sorted({*self.starts, *ends})))

    def tick(self, day: date) -> int:
        """The tick that holds a day."""
        return bisect_right(self.starts, day)

    def range(self, lo: date, hi: date) -> Range | None:
        """The ticks that make these days; None where they would be cut."""
        first, after = self._places.get(lo), self._places.get(hi + _ONE)
        return None if first is None or after is None else (first + 1, after)

    def ranges(self, windows: Sequence[Window]) -> list[list[Range]] | None:
        """The ticks of each window, a range for each of its spans; None where a window would cut one."""
        found: list[list[Range]] = []
        for window in windows:
            spans = [self.range(lo, hi) for lo, hi in window.days]
            if None in spans:
                return None
            found.append([span for span in spans if span is not None])
        return found

    @cached_property
    def _places(self) -> dict[date, int]:
        return {day: place for place, day in enumerate(self.starts)}

    @cached_property
    def _table(self) -> tuple[int, pl.Series]:
        """The tick of every day from the eve of the first tick to the first day of the last."""
        days = [(start - _EPOCH).days for start in self.starts]
        if not days:
            return 0, pl.Series([0]).cast(narrow(1))
        lengths = [1, *(after - day for day, after in pairwise(days)), 1]
        ticks = pl.select(pl.int_range(len(lengths), dtype=pl.UInt32).repeat_by(pl.Series(lengths)).explode())
        return days[0] - 1, ticks.to_series().cast(narrow(len(self)))

    def at(self, days: pl.Series) -> pl.Series:
        """The tick of each day."""
        first, table = self._table
        # Every place is in the table, so none is asked whether it fits.
        inside = pl.col("day").to_physical().clip(first, first + len(table) - 1) - first
        place = inside.cast(pl.UInt32, strict=False, wrap_numerical=True)
        found = place.map_batches(table.__getitem__, return_dtype=table.dtype, is_elementwise=True)
        return worked(pl.LazyFrame({"day": days}).select(found), len(days)).to_series()


def whole_ranges(ranges: Sequence[Sequence[Range]]) -> list[Range | None] | None:
    """One range a window where its spans lie side by side or over each other; None where some window has a gap."""
    whole: list[Range | None] = []
    for spans in ranges:
        first: Range | None = None
        for lo, hi in sorted(spans):
            if first is None:
                first = lo, hi
            elif lo <= first[1] + 1:
                first = first[0], max(first[1], hi)
            else:
                return None
        whole.append(first)
    return whole
