"""Chance that falls the same way on every machine: integers mixed from a row's number and a name.

No random generator keeps a state here and no float takes part, so a column may be drawn in any order, on any number of
threads, and a new column never changes the ones that were there before.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import Final

import polars as pl

__all__ = ["draw", "drawn", "interpolated", "pick", "place"]

SEED: Final = "hgplan-tenants region 1"
_MASK: Final = (1 << 64) - 1
# The finaliser of splitmix64 (Steele, Lea and Flood 2014), whose constants spread every bit of the key.
_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def _salt(stream: str) -> int:
    return int.from_bytes(blake2b(f"{SEED}/{stream}".encode(), digest_size=8).digest(), "little")


def _word(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def draw(key: pl.Expr, stream: str, below: int) -> pl.Expr:
    """A whole number from 0 up to but not `below`, drawn for each row's key."""
    mixed = key.cast(pl.UInt64) * _word(_STEP) + _word(_salt(stream))
    mixed = (mixed ^ (mixed // _word(1 << 30))) * _word(_FIRST)
    mixed = (mixed ^ (mixed // _word(1 << 27))) * _word(_SECOND)
    return ((mixed ^ (mixed // _word(1 << 31))) % _word(below)).cast(pl.Int64)


def drawn(key: int, stream: str, below: int) -> int:
    """The same draw for one key, without a frame."""
    mixed = (key * _STEP + _salt(stream)) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * _FIRST) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * _SECOND) & _MASK
    return (mixed ^ (mixed >> 31)) % below


def place(key: pl.Series, stream: str, weights: Sequence[int]) -> pl.Series:
    """The place of the weight that each key falls on; heavier weights catch more keys."""
    sums = list(accumulate(weights))
    at = key.to_frame().select(draw(pl.col(key.name), stream, sums[-1])).to_series()
    return pl.Series(sums, dtype=pl.Int64).search_sorted(at, side="right").cast(pl.Int64)


def pick(key: pl.Series, stream: str, values: pl.Series | Sequence[str], weights: Sequence[int]) -> pl.Series:
    """One of the values for each key, heavier weights oftener."""
    return pl.Series(values).gather(place(key, stream, weights))


def interpolated(at: pl.Series, knots: Sequence[tuple[int, int]]) -> pl.Series:
    """The broken line through the knots (x rising from the first x on), in whole numbers."""
    xs, ys = pl.Series([x for x, _ in knots], dtype=pl.Int64), pl.Series([y for _, y in knots], dtype=pl.Int64)
    right = xs.search_sorted(at, side="right").cast(pl.Int64).clip(1, len(knots) - 1)
    x0, x1, y0, y1 = xs.gather(right - 1), xs.gather(right), ys.gather(right - 1), ys.gather(right)
    return y0 + (at - x0) * (y1 - y0) // (x1 - x0)
