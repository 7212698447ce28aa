"""Sorted keys of who was where and when: one sort serves every window of a row set, and every node.

A key is `entity | place | tick` in one whole number of 64 bits, so that the rows of an entity at a place follow each
other in the order of time. Most entities have one place, and their counts add up along the tree; only the others are
sorted again by node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import attrs
import polars as pl

from hgplan.engine.additive import TICK
from hgplan.engine.collecting import worked
from hgplan.engine.places import PLACE, Places
from hgplan.engine.ticks import Range
from hgplan.engine.tree import NODE

__all__ = ["BEFORE", "Keys", "apart", "begun", "chains", "coded"]

BEFORE, _KEY, _STEP = "@before", "@key", "@step"
_CHUNK = 1 << 18  # keys that are worked on at once, so that what is made of them stays small
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
        return cls(keys.sort(), tick_bits, place_bits)

    def steps(self, places: Places) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The steps of entities with one place, by place, and those of the others, by node.

        A step has its tick, the tick of the same entity's key before (-1: none), and how many there are of it. However
        many keys there are, of their steps there are no more than places times pairs of ticks, and any window is
        counted from them: an entity counts by the first key that it has there.
        """
        with ThreadPoolExecutor(_WORKERS) as workers:
            parts = list(workers.map(self._walked, self._chunks()))
            moved = pl.concat([part for _, part in parts]) if parts else pl.Series(dtype=pl.UInt64)
            at_nodes = attrs.evolve(self, keys=moved)._at_nodes(places)
            others = list(workers.map(at_nodes._stepped, at_nodes._chunks()))
        by_node = at_nodes._tallied(others).select(pl.col(PLACE).cast(pl.Int32).alias(NODE), pl.exclude(PLACE))
        return self._tallied([part for part, _ in parts]), by_node

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
        keys = _different(chunk)
        standing = keys // (1 << self.tick_bits)
        entity = standing // (1 << self.place_bits)
        begins = (entity != entity.shift(1)).fill_null(True)
        jumps = ~begins & (standing != standing.shift(1)).fill_null(False)
        if not jumps.any():
            return self._steps(keys), keys.clear()
        index = begins.cast(pl.UInt32).cum_sum() - 1
        several = pl.zeros(int(index[-1]) + 1, pl.Boolean, eager=True).scatter(index.filter(jumps), True)
        mask = several.gather(index)
        return self._steps(keys.filter(~mask)), keys.filter(mask)

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
        return Keys(keys.to_series().sort(), self.tick_bits, node_bits)

    def _stepped(self, chunk: pl.Series) -> pl.Series:
        """The steps of all entities, wherever they are."""
        return self._steps(_different(chunk))

    def _steps(self, keys: pl.Series) -> pl.Series:
        """The step to each of different keys, as one number; one more than the tick before, so that nought is none."""
        tick, place = 1 << self.tick_bits, 1 << self.place_bits
        kind = pl.UInt32 if place * tick * tick < 2**32 else pl.UInt64
        frame = pl.DataFrame({_KEY: keys}).select(
            (pl.col(_KEY) // tick).alias("standing"), (pl.col(_KEY) & (tick - 1)).cast(kind).alias(TICK)
        )
        same = pl.col("standing") == pl.col("standing").shift(1)
        before = pl.when(same).then(pl.col(TICK).shift(1) + 1).otherwise(pl.lit(0, dtype=kind))
        at = (pl.col("standing") & (place - 1)).cast(kind)
        return frame.select((at * (tick * tick) + before * tick + pl.col(TICK)).cast(kind).alias(_STEP)).to_series()

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
            pl.col("len").cast(pl.Int64).alias("@n"),
        )


def begun(steps: pl.DataFrame, place: str, windows: Sequence[Range], most_ticks: int) -> pl.DataFrame:
    """Place, window and how many begin to count there (and, unless windows lie apart, fewer how many end to).

    Windows neither begin nor end before one in front of them. What ends in the last of them ends after it.
    """
    first, last = _reach(windows, most_ticks)
    # A window in which the same entity was already counted at the place isn't begun again.
    before = steps[BEFORE]
    counted = pl.select(pl.when(before >= 0).then(last.gather(before.clip(0, None))).otherwise(-1)).to_series() + 1
    spans = steps.select(
        place,
        pl.max_horizontal(first.gather(steps[TICK]), counted).alias("from"),
        last.gather(steps[TICK]).alias("to"),
        "@n",
    ).filter(pl.col("from") <= pl.col("to"))
    begins = spans.group_by(place, pl.col("from").alias("@window")).agg(pl.col("@n").sum())
    if apart(windows):
        return begins
    ends = spans.group_by(place, (pl.col("to") + 1).alias("@window")).agg(-pl.col("@n").sum())
    return pl.concat([begins, ends])


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


def _different(keys: pl.Series) -> pl.Series:
    return keys.filter((keys != keys.shift(1)).fill_null(True))


def apart(windows: Sequence[Range]) -> bool:
    """Whether no tick lies in two of the windows, which follow each other in time."""
    return all(lo > hi for (lo, _), (_, hi) in zip(windows[1:], windows, strict=False))


def chains(windows: Sequence[Range]) -> list[list[int]]:
    """The windows (by number) in chains, in each of which none begins or ends before the one in front of it."""
    found: list[list[int]] = []
    for index in sorted(range(len(windows)), key=windows.__getitem__):
        for chain in found:
            if windows[chain[-1]][1] <= windows[index][1]:
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
