"""Sorted keys of who was where and when: one sort serves every window of a row set, and every node.

A key is `entity | place | tick` in one whole number of 64 bits, so that the rows of an entity at a place follow each
other in the order of time. Most entities have one place, and their counts add up along the tree; only the others are
sorted again by node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import attrs
import polars as pl

from hgplan.engine.collecting import worked
from hgplan.engine.dense import blank
from hgplan.engine.places import PLACE, Places
from hgplan.engine.steps import BEFORE, TICK, Steps
from hgplan.engine.tree import NODE

__all__ = ["Keys", "coded"]

_T = TypeVar("_T")
_KEY, _CHANGE, _STEP = "@key", "@change", "@step"
_CHUNK = 1 << 18  # keys that are worked on at once, so that what is made of them stays small
_TASTED = 1 << 14  # keys that tell whether many are repeated nearby
_WORKERS = 2
_BITS = 64


@attrs.frozen(eq=False)
class Keys:
    """Keys, ascending, each once or more; a place is a node where they were sorted by node."""

    keys: pl.Series
    tick_bits: int
    place_bits: int

    @classmethod
    def of(cls, codes: pl.Series, places: pl.Series, ticks: pl.Series, *, most_places: int, most_ticks: int) -> Keys:
        """Pack and sort. `codes` are entities as whole numbers, without nulls."""
        tick_bits, place_bits = most_ticks.bit_length(), most_places.bit_length()
        low, high = int(codes.min() or 0), int(codes.max() or 0)  # type: ignore[arg-type]  # whole numbers
        if (high - low).bit_length() + tick_bits + place_bits > _BITS:
            codes, low = codes.rank("dense"), 1
        frame = pl.DataFrame({"entity": codes, "place": places, "tick": ticks})
        entity = (pl.col("entity") - pl.lit(low, dtype=codes.dtype)).cast(pl.UInt64)
        place, tick = pl.col("place").cast(pl.UInt64), pl.col("tick").cast(pl.UInt64)
        packed = entity * (1 << (place_bits + tick_bits)) + place * (1 << tick_bits) + tick
        keys = worked(frame.lazy().select(packed.alias(_KEY)), len(frame)).to_series()
        return cls(_fewer(keys).sort(in_place=True), tick_bits, place_bits)

    def steps(self, places: Places, ticks: int) -> tuple[Steps, Steps]:
        """The steps of entities with one place, by place, and those of the others, by node."""
        parts = _by_several(self._walked, self._chunks())
        moved = pl.concat([part for _, part in parts]) if parts else pl.Series(dtype=pl.UInt64)
        at_nodes = attrs.evolve(self, keys=moved)._at_nodes(places)
        others = _by_several(at_nodes._stepped, at_nodes._chunks())
        alone, moving = self._tallied([part for part, _ in parts]), at_nodes._tallied(others)
        return Steps(alone, PLACE, len(places), ticks), Steps(moving, PLACE, len(places.nodes.ids), ticks)

    def _chunks(self) -> Iterator[pl.Series]:
        """The keys piece by piece, small enough to stay at hand, never with an entity in two pieces."""
        shift, start = self.tick_bits + self.place_bits, 0
        while start < len(self.keys):
            end = min(start + _CHUNK, len(self.keys))
            if end < len(self.keys):
                following = ((int(self.keys[end - 1]) >> shift) + 1) << shift
                end = int(self.keys.search_sorted(following)) if following < 2**_BITS else len(self.keys)
            yield self.keys.slice(start, end - start)
            start = end

    def _walked(self, chunk: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The steps of entities with one place, and the keys of the others."""
        keys = _changes(chunk)
        change, tick, entity = keys[_CHANGE], 1 << self.tick_bits, 1 << (self.tick_bits + self.place_bits)
        jumps = (change >= tick) & (change < entity)
        if not jumps.any():
            return self._steps(keys), chunk.clear()
        index = (change >= entity).cast(pl.UInt32).cum_sum() - 1
        several = blank(int(index[-1]) + 1, pl.Boolean()).scatter(index.filter(jumps), True)
        mask = several[index]
        return self._steps(keys.filter(~mask)), keys[_KEY].filter(mask)

    def _at_nodes(self, places: Places) -> Keys:
        """Nodes for places: each entity once for every node and tick."""
        tick, place = 1 << self.tick_bits, 1 << self.place_bits
        node_bits = max(len(places.nodes.ids), 1).bit_length()
        most = int(self.keys.max() or 0) // (tick * place)  # type: ignore[arg-type]  # whole numbers
        entity = pl.col(_KEY) // (tick * place)
        if most.bit_length() + node_bits + self.tick_bits > _BITS:
            entity = (entity.rank("dense") - 1).cast(pl.UInt64)
        frame = pl.LazyFrame({_KEY: self.keys}).select(
            entity.alias("entity"),
            (pl.col(_KEY) // tick % place).cast(pl.UInt32).alias(PLACE),
            (pl.col(_KEY) % tick).alias("tick"),
        )
        standing = pl.col("entity") * (1 << node_bits) + pl.col(NODE).cast(pl.UInt64)
        rolled = frame.join(places.above.lazy(), on=PLACE, how="inner")
        keys = worked(rolled.select((standing * tick + pl.col("tick")).alias(_KEY)), len(self.keys))
        return Keys(keys.to_series().sort(in_place=True), self.tick_bits, node_bits)

    def _stepped(self, chunk: pl.Series) -> pl.Series:
        """The steps of all entities, wherever they are."""
        return self._steps(_changes(chunk))

    def _steps(self, keys: pl.DataFrame) -> pl.Series:
        """The step to each of different keys, as one number; one more than the tick before, so that nought is none."""
        tick, entity = 1 << self.tick_bits, 1 << (self.tick_bits + self.place_bits)
        kind = pl.UInt32 if entity * tick < 2**32 else pl.UInt64
        key, change = pl.col(_KEY), pl.col(_CHANGE)
        standing = (key & (entity - 1)).cast(kind)
        before = ((key ^ change) & (tick - 1)).cast(kind) + 1
        step = standing // tick * (tick * tick) + standing % tick
        told = step + pl.when(change < tick).then(before * tick).otherwise(pl.lit(0, dtype=kind))
        return keys.select(told.alias(_STEP)).to_series()

    def _tallied(self, parts: Sequence[pl.Series]) -> pl.DataFrame:
        """Place, tick before, tick and how many steps."""
        tick = 1 << self.tick_bits
        steps = pl.concat(parts) if parts else pl.Series(dtype=pl.UInt32)
        # There may be nearly as many different steps as keys, and then sorting is faster than grouping.
        runs = steps.sort().rle().struct.unnest()
        return runs.select(
            (pl.col("value") // (tick * tick)).cast(pl.UInt32).alias(PLACE),
            ((pl.col("value") // tick % tick).cast(pl.Int64) - 1).alias(BEFORE),
            (pl.col("value") % tick).cast(pl.UInt32).alias(TICK),
            pl.col("len").cast(pl.Int64).alias("n"),
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


def _changes(chunk: pl.Series) -> pl.DataFrame:
    """Different keys, each with the bits in which it is unlike the one before: all of them in the first."""
    if chunk.is_empty():
        return pl.DataFrame({_KEY: chunk, _CHANGE: chunk})
    other = int(chunk[0]) ^ (2**_BITS - 1)
    return pl.DataFrame({_KEY: chunk, _CHANGE: chunk ^ chunk.shift(1, fill_value=other)}).filter(pl.col(_CHANGE) != 0)


def _fewer(keys: pl.Series) -> pl.Series:
    """The keys, without repetitions nearby where there are many: rows of one activity stand side by side."""
    first = keys.head(_TASTED)
    if len(keys) <= _CHUNK or first.n_unique() > len(first) // 2:
        return keys
    chunks = [keys.slice(start, _CHUNK) for start in range(0, len(keys), _CHUNK)]
    return pl.concat(_by_several(pl.Series.unique, chunks))


def _by_several(work: Callable[[pl.Series], _T], chunks: Iterable[pl.Series]) -> list[_T]:
    """What the work makes of each chunk; of a single one without asking others for help."""
    several = list(chunks)
    if len(several) <= 1:
        return [work(chunk) for chunk in several]
    with ThreadPoolExecutor(_WORKERS) as workers:
        return list(workers.map(work, several))
