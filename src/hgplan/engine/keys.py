"""Sorted keys of who was where and when: one sort serves every window of a row set, and every node.

A key is `entity | place | tick` in one whole number of 64 bits, so that the rows of an entity at a place follow each
other in the order of time, and where two neighbours differ first tells what begins. Most entities have one place, and
their counts add up along the tree; only the others are sorted again, by the nodes that hold several places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import attrs
import polars as pl

from hgplan.engine.collecting import worked
from hgplan.engine.places import PLACE, Places
from hgplan.engine.steps import BEFORE, TICK, Steps
from hgplan.engine.tree import NODE

__all__ = ["Keys", "coded"]

_P = TypeVar("_P")
_T = TypeVar("_T")
_KEY, _LAST, _CHANGE, _STEP, _JUMPS = "@key", "@last", "@change", "@step", "@jumps"
_SORTED = 1 << 24  # keys that are sorted at once
_SHARED = 1 << 21  # keys from which on it pays to sort them in two parts beside each other
_CHUNK = 1 << 18  # keys among which repetitions are looked for
_TASTED = 1 << 16  # keys that tell whether many are repeated nearby
_SAMPLE = 1 << 12  # keys that tell where to cut all of them into like parts
_WORKERS = 2
_BITS = 64


@attrs.frozen(eq=False)
class Keys:
    """Keys, each once or more, in any order; a place is a node where they are keys by node."""

    keys: pl.Series
    tick_bits: int
    place_bits: int

    @classmethod
    def of(cls, codes: pl.Series, places: pl.Series, ticks: pl.Series, *, most_places: int, most_ticks: int) -> Keys:
        """Pack. `codes` are entities as whole numbers, without nulls."""
        tick_bits, place_bits = most_ticks.bit_length(), most_places.bit_length()
        low, high = int(codes.min() or 0), int(codes.max() or 0)  # type: ignore[arg-type]  # whole numbers
        if (high - low).bit_length() + tick_bits + place_bits > _BITS:
            codes, low = codes.rank("dense"), 1
        frame = pl.DataFrame({"entity": codes, "place": places, "tick": ticks})
        entity = (pl.col("entity") - pl.lit(low, dtype=codes.dtype)).cast(pl.UInt64)
        place, tick = pl.col("place").cast(pl.UInt64), pl.col("tick").cast(pl.UInt64)
        packed = entity * (1 << (place_bits + tick_bits)) + place * (1 << tick_bits) + tick
        keys = worked(frame.lazy().select(packed.alias(_KEY)), len(frame)).to_series()
        return cls(_fewer(keys), tick_bits, place_bits)

    def steps(self, places: Places, ticks: int) -> tuple[Steps, Steps]:
        """The steps of entities with one place, by place, and those of the others, by node."""
        node_bits = max(len(places.nodes.ids), 1).bit_length()
        counted = _by_several(lambda part: self._counted(part, places, node_bits), self._ranges)
        everybody, moved, gathered = (_added_up([one[which] for one in counted]) for which in range(3))
        by_place = self._told(moved)
        alone = pl.concat([self._told(everybody), by_place.with_columns(-pl.col("n"))])
        # At a node of one place the moved have just the steps that they have at that place.
        lone = by_place.join(places.lone, on=PLACE).select(pl.col(NODE).cast(pl.UInt32).alias(PLACE), BEFORE, TICK, "n")
        moving = pl.concat([attrs.evolve(self, place_bits=node_bits)._told(gathered), lone])
        return Steps(alone, PLACE, len(places), ticks), Steps(moving, PLACE, len(places.nodes.ids), ticks)

    @property
    def _ranges(self) -> list[tuple[int, int]]:
        """The first key and the last of parts of about the same size, never with an entity in two of them."""
        count, entity = len(self.keys), self._entity
        parts = -(-count // _SORTED) if count > _SORTED else 1 + (count > _SHARED)
        parts += parts % _WORKERS if parts > 1 else 0
        sample = self.keys.gather_every(max(count // _SAMPLE, 1)).sort()
        inner = {int(sample[len(sample) * part // parts]) // entity * entity for part in range(1, parts)} - {0}
        return [(first, after - 1) for first, after in pairwise([0, *sorted(inner), 2**_BITS])]

    @property
    def _tick(self) -> int:
        """How many ticks a place has room for."""
        return 1 << self.tick_bits

    @property
    def _entity(self) -> int:
        """How many keys an entity has room for."""
        return 1 << (self.tick_bits + self.place_bits)

    def _counted(
        self, part: tuple[int, int], places: Places, node_bits: int
    ) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """How many of each step from the first key of a part to its last: of all keys, of those of entities with
        several places, and of these by node."""
        first, last = (pl.lit(key, dtype=pl.UInt64) for key in part)
        some = pl.LazyFrame({_KEY: self.keys}).filter((pl.col(_KEY) >= first) & (pl.col(_KEY) <= last))
        keys = self.keys if part == (0, 2**_BITS - 1) else worked(some, len(self.keys)).to_series()
        steps, moved = self._walked(keys.sort(multithreaded=False))
        del keys
        everybody = _tallied(steps)
        again = self._walked(moved)[0]
        nodes = self._at_nodes(moved, places, node_bits)
        return everybody, _tallied(again), _tallied(nodes._walked(nodes.keys.sort(multithreaded=False))[0])

    def _walked(self, keys: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The step to each of sorted keys, as one number, and the keys of entities with several places.

        A step is the place and tick that it leads to, and the bits in which its tick is unlike the one before; one bit
        more where there is none at this place, and none at all where a key is repeated.
        """
        kind = pl.UInt32 if self.tick_bits * 2 + 1 + self.place_bits <= 32 else pl.UInt64
        if keys.is_empty():
            return pl.Series(dtype=kind), keys
        tick, entity = pl.lit(self._tick, dtype=pl.UInt64), self._entity
        key, change = pl.col(_KEY), pl.col(_CHANGE)
        # The first one has nobody in front of it: no other is as unlike.
        last = pl.concat([pl.Series([int(keys[0]) ^ (2**_BITS - 1)], dtype=pl.UInt64), keys.head(-1)])
        standing = key.cast(kind, wrap_numerical=True) & (entity - 1)
        told = standing * (self._tick * 2) + pl.min_horizontal(change, tick).cast(kind)
        walk = pl.LazyFrame({_KEY: keys, _LAST: last}).with_columns((key ^ pl.col(_LAST)).alias(_CHANGE))
        jumps = (change >= tick) & (change < entity)
        steps = worked(walk.select(told.alias(_STEP), jumps.alias(_JUMPS)), len(keys))
        jumped = keys.filter(steps[_JUMPS]) // entity
        if jumped.is_empty():
            return steps[_STEP], keys.clear()
        several = jumped.filter((jumped != jumped.shift(1)).fill_null(True))
        moved = pl.LazyFrame({_KEY: keys}).filter((key // entity).is_in(several.implode()))
        return steps[_STEP], worked(moved, len(keys)).to_series()

    def _at_nodes(self, moved: pl.Series, places: Places, node_bits: int) -> Keys:
        """Nodes of several places for places."""
        tick, place = self._tick, 1 << self.place_bits
        most = int(moved.max() or 0) // self._entity  # type: ignore[arg-type]  # whole numbers
        entity = pl.col(_KEY) // self._entity
        if most.bit_length() + node_bits + self.tick_bits > _BITS:
            entity = (entity.rank("dense") - 1).cast(pl.UInt64)
        frame = pl.LazyFrame({_KEY: moved}).select(
            entity.alias("entity"),
            (pl.col(_KEY) // tick % place).cast(pl.UInt32).alias(PLACE),
            (pl.col(_KEY) % tick).alias("tick"),
        )
        standing = pl.col("entity") * (1 << node_bits) + pl.col(NODE).cast(pl.UInt64)
        rolled = frame.join(places.gathering.lazy(), on=PLACE, how="inner")
        keys = worked(rolled.select((standing * tick + pl.col("tick")).alias(_KEY)), len(moved))
        return Keys(keys.to_series(), self.tick_bits, node_bits)

    def _told(self, counted: pl.DataFrame) -> pl.DataFrame:
        """Place, tick before, tick and how many steps."""
        standing, change = pl.col(_STEP) // (self._tick * 2), (pl.col(_STEP) % (self._tick * 2)).cast(pl.UInt32)
        place, tick = (standing // self._tick).cast(pl.UInt32), (standing % self._tick).cast(pl.UInt32)
        before = pl.when(change < self._tick).then((tick ^ change).cast(pl.Int64)).otherwise(pl.lit(-1, pl.Int64))
        return counted.filter(change > 0).select(
            place.alias(PLACE), before.alias(BEFORE), tick.alias(TICK), pl.col("n").cast(pl.Int64)
        )


def coded(entities: pl.Series) -> pl.Series:
    """Entities as whole numbers, alike where they are the same; nulls must be gone.

    Raises TypeError for what is neither a number nor a text, nor a day nor true or false.
    """
    if entities.dtype.is_integer():
        return entities
    if isinstance(entities.dtype, pl.Date | pl.Boolean):
        return coded(entities.to_physical().cast(pl.Int64))
    if isinstance(entities.dtype, pl.String):
        different = pl.DataFrame({"key": entities.unique()}).with_row_index("code")
        named = pl.DataFrame({"key": entities})
        return named.join(different, on="key", how="left", maintain_order="left")["code"]
    raise TypeError(f"entities of type {entities.dtype}")


def _tallied(steps: pl.Series) -> pl.DataFrame:
    """Each step once, and how many there are of it."""
    # There may be nearly as many different steps as keys, and then sorting is faster than grouping.
    runs = steps.sort(multithreaded=False).rle().struct.unnest()
    return runs.select(pl.col("value").alias(_STEP), pl.col("len").cast(pl.Int64).alias("n"))


def _added_up(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What was tallied of different ones, together."""
    return parts[0] if len(parts) == 1 else pl.concat(parts).group_by(_STEP).agg(pl.col("n").sum())


def _fewer(keys: pl.Series) -> pl.Series:
    """The keys, without repetitions nearby where there are many: rows of one activity stand side by side."""
    first = keys.head(_TASTED)
    if len(keys) <= _CHUNK or first.n_unique() > len(first) // 2:
        return keys
    chunks = [keys.slice(start, _CHUNK) for start in range(0, len(keys), _CHUNK)]
    return pl.concat(_by_several(_once, chunks))


def _once(keys: pl.Series) -> pl.Series:
    ordered = keys.sort(multithreaded=False)
    return ordered.filter((ordered != ordered.shift(1)).fill_null(True))


def _by_several(work: Callable[[_P], _T], parts: Sequence[_P]) -> list[_T]:
    """What the work makes of each part; of a single one without asking others for help."""
    if len(parts) <= 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(_WORKERS) as workers:
        return list(workers.map(work, parts))
