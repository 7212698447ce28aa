"""Layouts: `entity | place | tick` in one whole number of 64 bits, and what a walk along such numbers tells.

In sorted keys the rows of an entity at a place follow each other in the order of time, so the first bit in which two
neighbours differ tells what begins: another tick, another place, or somebody else.
"""

from __future__ import annotations

import attrs
import polars as pl

from hgplan.engine.collecting import worked
from hgplan.engine.places import PLACE
from hgplan.engine.steps import BEFORE, TICK

__all__ = ["BITS", "KEY", "Layout", "added_up", "tallied"]

KEY = "@key"
BITS = 64
_LAST, _CHANGE, _STEP, _JUMPS = "@last", "@change", "@step", "@jumps"


@attrs.frozen
class Layout:
    """How many bits a tick and a place take; the rest are the entity's. A place may be a node."""

    tick_bits: int
    place_bits: int

    @property
    def tick(self) -> int:
        """How many ticks a place has room for."""
        return 1 << self.tick_bits

    @property
    def place(self) -> int:
        """How many places an entity has room for."""
        return 1 << self.place_bits

    @property
    def entity(self) -> int:
        """How many keys an entity has room for."""
        return 1 << (self.tick_bits + self.place_bits)

    def holds(self, most: int) -> bool:
        """Whether entities up to the given number fit."""
        return most.bit_length() + self.tick_bits + self.place_bits <= BITS

    def key(self, entity: pl.Expr, place: pl.Expr, tick: pl.Expr) -> pl.Expr:
        """The key of each row."""
        key = entity.cast(pl.UInt64) * self.entity + place.cast(pl.UInt64) * self.tick + tick.cast(pl.UInt64)
        return key.alias(KEY)

    def walked(self, keys: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The step to each of sorted keys, as one number, and the keys of entities with several places.

        A step is the place and tick that it leads to, and the bits in which its tick is unlike the one before; one bit
        more where there is none at this place, and none at all where a key is repeated.
        """
        kind = pl.UInt32 if self.tick_bits * 2 + 1 + self.place_bits <= 32 else pl.UInt64
        if keys.is_empty():
            return pl.Series(dtype=kind), keys
        tick, change = pl.lit(self.tick, dtype=pl.UInt64), pl.col(_CHANGE)
        standing = pl.col(KEY).cast(kind, wrap_numerical=True) & (self.entity - 1)
        told = standing * (self.tick * 2) + pl.min_horizontal(change, tick).cast(kind)
        jumps = (change >= tick) & (change < self.entity)
        after = keys.slice(1)
        walk = pl.LazyFrame({KEY: after, _LAST: keys.head(-1)}).with_columns(
            (pl.col(KEY) ^ pl.col(_LAST)).alias(_CHANGE)
        )
        found = worked(walk.select(told.alias(_STEP), jumps.alias(_JUMPS)), len(keys))
        begun = pl.Series([int(keys[0]) % self.entity * (self.tick * 2) + self.tick], dtype=kind)
        steps = pl.concat([begun, found[_STEP]])
        jumped = after.filter(found[_JUMPS]) // self.entity
        if jumped.is_empty():
            return steps, keys.clear()
        several = jumped.filter((jumped != jumped.shift(1)).fill_null(True))
        moved = pl.LazyFrame({KEY: keys}).filter((pl.col(KEY) // self.entity).is_in(several.implode()))
        return steps, worked(moved, len(keys)).to_series()

    def told(self, counted: pl.DataFrame) -> pl.DataFrame:
        """Place, tick before, tick and how many (`n`) of steps that were tallied."""
        standing, change = pl.col(_STEP) // (self.tick * 2), (pl.col(_STEP) % (self.tick * 2)).cast(pl.UInt32)
        place, tick = (standing // self.tick).cast(pl.UInt32), (standing % self.tick).cast(pl.UInt32)
        before = pl.when(change < self.tick).then((tick ^ change).cast(pl.Int64)).otherwise(pl.lit(-1, pl.Int64))
        return counted.filter(change > 0).select(place.alias(PLACE), before.alias(BEFORE), tick.alias(TICK), "n")


def tallied(steps: pl.Series) -> pl.DataFrame:
    """Each step once, and how many (`n`) there are of it."""
    # There may be nearly as many different steps as keys, and then sorting is faster than grouping.
    runs = steps.sort(multithreaded=False).rle().struct.unnest()
    return runs.select(pl.col("value").alias(_STEP), pl.col("len").cast(pl.Int64).alias("n"))


def added_up(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """What was tallied of different ones, together."""
    return parts[0] if len(parts) == 1 else pl.concat(parts).group_by(_STEP).agg(pl.col("n").sum())
