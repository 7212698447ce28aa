"""Runs of kept keys: who was in which unit on which day, sorted, so that somebody's are found without reading rows.

A run is a file of different keys, ascending, each with how many rows have it (unsaid: one). What is kept are all runs
together; rows that come or go are another run, and small ones are merged with their like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

import attrs
import polars as pl

from hgplan.engine.grown import OWNER
from hgplan.engine.visible import DAY, UNIT

__all__ = ["KEY", "Coding", "KeyRun", "N", "between", "merged", "sorted_runs", "summed"]

KEY, N = "key", "n"
_BITS: Final = 64
_DAY_BITS: Final = 14  # 44 years, so that late rows have room
_AT_ONCE: Final = 1 << 24  # keys that are sorted at once
_EPOCH: Final = date(1970, 1, 1)


@attrs.frozen(kw_only=True)
class Coding:
    """How somebody (or something that is counted), a unit and a day make one number of 64 bits.

    `low` is the least number that can be somebody, `first` the first day; `named`: they are the numbers of names.
    """

    low: int
    first: int
    unit_bits: int
    day_bits: int
    named: bool = False

    @classmethod
    def of(cls, whose: pl.Series, days: pl.Series, *, units: int, until: date) -> Coding | None:
        """One with room for others than these numbers and days; None where the numbers are too far apart."""
        last = (until - _EPOCH).days
        span = last - _number(days.to_physical().min()) if len(days) else 0
        day_bits, unit_bits = max(_DAY_BITS, span.bit_length() + 1), units.bit_length()
        room = 1 << (_BITS - day_bits - unit_bits)
        low, high = _number(whose.min()), _number(whose.max())
        if high - low >= room:
            return None
        begin = 0 if low >= 0 and high < room else low - (room - (high - low)) // 2
        return cls(low=begin, first=last + 1 - (1 << day_bits), unit_bits=unit_bits, day_bits=day_bits)

    @property
    def shift(self) -> int:
        """The bits below who it is."""
        return self.unit_bits + self.day_bits

    def packed(self, whose: pl.Series, units: pl.Series, days: pl.Series) -> pl.Series | None:
        """The keys of rows; None where one doesn't fit."""
        if whose.is_empty():
            return pl.Series(KEY, dtype=pl.UInt64)
        day = days.to_physical().cast(pl.Int64) - self.first
        reach = 1 << (_BITS - self.shift)
        if _number(day.min()) < 0 or _number(day.max()) >= 1 << self.day_bits:
            return None
        if _number(whose.min()) < self.low or _number(whose.max()) - self.low >= reach:
            return None
        wide = whose if whose.dtype == pl.Int128 else whose.cast(pl.Int128 if whose.dtype == pl.UInt64 else pl.Int64)
        frame = pl.LazyFrame({"whose": wide, UNIT: units, DAY: day})
        told = (pl.col("whose") - self.low).cast(pl.UInt64) * (1 << self.shift)
        told += pl.col(UNIT).cast(pl.UInt64) * (1 << self.day_bits) + pl.col(DAY).cast(pl.UInt64)
        return frame.select(told.alias(KEY)).collect().to_series()

    def standing(self, keys: pl.Series) -> pl.DataFrame:
        """The unit and the day of each key."""
        day = (pl.col(KEY) & ((1 << self.day_bits) - 1)).cast(pl.Int32) + self.first
        unit = (pl.col(KEY) // (1 << self.day_bits) & ((1 << self.unit_bits) - 1)).cast(pl.Int32)
        return pl.LazyFrame({KEY: keys}).select(unit.alias(UNIT), day.cast(pl.Date).alias(DAY)).collect()


@attrs.frozen(kw_only=True, eq=False)
class KeyRun:
    """Keys in a file, from the first to the last.

    `read` is told which columns are wanted. `counted`: each says how many rows have it; `less`: some take rows away.
    """

    read: Callable[[list[str]], pl.DataFrame]
    file: str
    first: int
    last: int
    rows: int
    counted: bool
    less: bool

    def keys(self, *, counted: bool) -> pl.DataFrame:
        """All keys; where they are `counted`, with how many rows have each."""
        if not counted:
            return self.read([KEY])
        read = self.read([KEY, N] if self.counted else [KEY]).rechunk()
        return read.with_columns(pl.col(N).cast(pl.Int64) if self.counted else pl.lit(1, dtype=pl.Int64).alias(N))


def between(keys: pl.DataFrame, begins: pl.Series, ends: pl.Series) -> pl.DataFrame:
    """The keys in each of some ascending stretches, both ends in, with the number of the stretch (OWNER)."""
    near = ((ends >= keys[KEY][0]) & (begins <= keys[KEY][-1])).arg_true()
    begins, ends = begins.gather(near), ends.gather(near)
    lo, hi = keys[KEY].search_sorted(begins, side="left"), keys[KEY].search_sorted(ends, side="right")
    held = pl.DataFrame({OWNER: near.cast(pl.UInt64), "lo": lo, "hi": hi}).filter(pl.col("hi") > pl.col("lo"))
    told = held.lazy().select(OWNER, pl.int_ranges("lo", "hi", dtype=pl.UInt32).alias("at")).explode("at")
    found = told.collect()
    return found.select(OWNER).hstack(keys.select(pl.all().gather(found["at"])))


def sorted_runs(keys: pl.Series) -> Iterator[pl.DataFrame]:
    """The keys as runs, some at a time."""
    for some in _ranges(keys):
        ordered = some.sort()
        same = (ordered == ordered.shift(1)).fill_null(False)
        if same.any():
            yield summed(ordered)
        elif len(ordered):
            yield pl.DataFrame({KEY: ordered})


def summed(keys: pl.Series) -> pl.DataFrame:
    """Different keys, ascending, of some that are sorted, with how often they occur."""
    runs = keys.rle().struct.unnest()
    return runs.select(pl.col("value").alias(KEY), pl.col("len").cast(pl.Int64).alias(N))


def _ranges(keys: pl.Series) -> Iterator[pl.Series]:
    low, high = _number(keys.min()), _number(keys.max())
    parts = -(-len(keys) // _AT_ONCE)
    if parts <= 1:
        yield keys
        return
    edges = [low + (high - low) * part // parts for part in range(parts)]
    for first, after in zip(edges, [*edges[1:], None], strict=True):
        inside = keys >= first
        yield keys.filter(inside if after is None else inside & (keys < after))


def merged(runs: Sequence[KeyRun], came: pl.DataFrame) -> tuple[list[KeyRun], pl.DataFrame]:
    """The runs that stay as they are, and one of what came with those that are no more than twice as long.

    So there are never more runs than doublings, and each key is written again as often at most.
    """
    staying, frames, rows = list(runs), [came], len(came)
    while staying and staying[-1].rows <= 2 * rows:
        frames.append(staying[-1].keys(counted=True))
        rows += staying.pop().rows
    if len(frames) > 1:
        came = pl.concat(frames).group_by(KEY).agg(pl.col(N).sum()).filter(pl.col(N) != 0).sort(KEY)
    return staying, came.select(KEY) if (came[N] == 1).all() else came


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
