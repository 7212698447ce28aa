"""Layouts: `entity | place | tick` in one whole number of 64 bits, and what a walk along such numbers tells.

In sorted keys the rows of an entity at a place follow each other in the order of time, so the first bit in which two
neighbours differ tells what begins: another tick, another place, or somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import polars as pl

from hgplan.engine.collecting import selected
from hgplan.engine.dense import blank
from hgplan.engine.places import PLACE
from hgplan.engine.steps import BEFORE, TICK

__all__ = ["BITS", "KEY", "Layout", "tallied", "together"]

KEY = "@key"
BITS = 64
_SMALL = 1 << 16  # keys that a table may be made for however few there are
_SPARSE = 64  # entities that a table may have room for to each key
_LAST, _STEP, _JUMPS = "@last", "@step", "@jumps"


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
        """The step to each of sorted keys, as one number, and whether its entity has several places.

        A step is the place and tick that it leads to, and the bits in which its tick is unlike the one before; one bit
        more where there is none at this place, and none at all where a key is repeated.
        """
        kind = pl.UInt32 if self.tick_bits * 2 + 1 + self.place_bits <= 32 else pl.UInt64
        if keys.is_empty():
            return pl.Series(dtype=kind), pl.Series(dtype=pl.Boolean)
        tick, change = pl.lit(self.tick, dtype=pl.UInt64), pl.col(KEY) ^ pl.col(_LAST)
        standing = pl.col(KEY).cast(kind, wrap_numerical=True) & (self.entity - 1)
        told = standing * (self.tick * 2) + pl.min_horizontal(change, tick).cast(kind)
        jumps = (change >= tick) & (change < self.entity)
        after = keys.slice(1)
        walk = pl.DataFrame({KEY: after, _LAST: keys.head(-1)})
        found = selected(walk, [told.alias(_STEP), jumps.alias(_JUMPS)])
        begun = pl.Series([int(keys[0]) % self.entity * (self.tick * 2) + self.tick], dtype=kind)
        steps = pl.concat([begun, found[_STEP]])
        jumped = after.filter(found[_JUMPS]) // self.entity
        if jumped.is_empty():
            return steps, blank(len(keys), pl.Boolean())
        return steps, selected(pl.DataFrame({KEY: keys}), self._among(keys, jumped)).to_series()

    def _among(self, keys: pl.Series, entities: pl.Series) -> pl.Expr:
        """Whether the entity of each of sorted keys is one of some of theirs."""
        entity, first = pl.col(KEY) // self.entity, int(keys[0]) // self.entity
        size = int(keys[-1]) // self.entity - first + 1
        if size > max(len(keys), _SMALL) * _SPARSE:
            return entity.is_in(entities.unique().implode())
        at = pl.get_index_type()
        table = blank(size, pl.Boolean()).scatter((entities - first).cast(at), True)
        return pl.lit(table).gather((entity - first).cast(at))

    def beside(self, gathered: pl.DataFrame, alone: pl.DataFrame, lone: Sequence[pl.Series]) -> pl.DataFrame:
        """Steps that were tallied by node, and those of others that were tallied by place, of as many ticks, at the
        nodes that hold one place only."""
        kind, place = gathered.schema[_STEP], (pl.col(_STEP) // self._of_place).cast(pl.UInt32)
        step = (pl.col(_STEP) % self._of_place).cast(kind)
        held = [pl.lit(nodes).gather(place).cast(kind) * self._of_place + step for nodes in lone]
        added = [alone.select(one.alias(_STEP), "n").drop_nulls() for one in held]
        return pl.concat([gathered, *added]).sort(_STEP) if added else gathered

    @property
    def _of_place(self) -> int:
        """How many steps lead to a place."""
        return self.tick * self.tick * 2

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
    return pl.DataFrame([runs["value"].alias(_STEP), runs["len"].cast(pl.Int64).alias("n")])


def together(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What was tallied of different ones, together, in the same order."""
    if len(parts) == 1:
        return parts[0]
    return pl.concat(parts).group_by(_STEP).agg(pl.col("n").sum()).sort(_STEP)
