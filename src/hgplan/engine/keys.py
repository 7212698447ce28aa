"""Sorted keys of who was where and when: one sort serves every window of a row set, and every node.

A key is `entity | place | tick` in one whole number of 64 bits, so that the rows of an entity at a place follow each
other in the order of time. Most entities have one place, and their counts add up along the tree; only the others are
sorted again by node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import polars as pl

from hgplan.engine.additive import TICK
from hgplan.engine.places import PLACE, Places
from hgplan.engine.ticks import Range
from hgplan.engine.tree import NODE

__all__ = ["BEFORE", "Keys", "apart", "begun", "chains", "coded"]

BEFORE, _KEY, _STEP = "@before", "@key", "@step"
_CHUNK = 1 << 22  # keys that are worked on at once, so that what is made of them stays small
_BITS = 64


@attrs.frozen(eq=False)
class Keys:
    """Different keys, ascending; a place is a node where the keys were sorted by node."""

    keys: pl.Series
    tick_bits: int
    place_bits: int

    @classmethod
    def of(cls, codes: pl.Series, places: pl.Series, ticks: pl.Series, *, most_places: int, most_ticks: int) -> Keys:
        """Pack and sort. `codes` are entities as whole numbers from 0, without nulls."""
        tick_bits, place_bits = most_ticks.bit_length(), most_places.bit_length()
        if int(codes.max() or 0).bit_length() + tick_bits + place_bits > _BITS:  # type: ignore[arg-type]  # whole
            codes = codes.rank("dense") - 1
        frame = pl.DataFrame({"entity": codes, "place": places, "tick": ticks})
        packed = frame.select(
            (
                (pl.col("entity").cast(pl.UInt64) * (1 << place_bits) + pl.col("place")) * (1 << tick_bits)
                + pl.col("tick")
            ).alias(_KEY)
        )
        return cls(_different(packed.to_series()), tick_bits, place_bits)

    def split(self) -> tuple[Keys, Keys]:
        """The keys of entities with one place, and those of the others."""
        shift = 1 << self.tick_bits
        both = pl.DataFrame({_KEY: self.keys}).select((pl.col(_KEY) // shift).alias("standing"))
        both = both.with_columns((pl.col("standing") // (1 << self.place_bits)).alias("entity"))
        begins = both.select((pl.col("entity") != pl.col("entity").shift(1)).fill_null(True).alias("begins"))
        both = both.with_columns(begins.to_series(), begins.to_series().cum_sum().cast(pl.UInt32).alias("index"))
        moved = both.filter(~pl.col("begins") & (pl.col("standing") != pl.col("standing").shift(1)))["index"].unique()
        if moved.is_empty():
            return self, attrs.evolve(self, keys=self.keys.clear())
        several = pl.zeros(int(both["index"][-1]) + 1, pl.Boolean, eager=True).scatter(moved, True)
        mask = several.gather(both["index"])
        return attrs.evolve(self, keys=self.keys.filter(~mask)), attrs.evolve(self, keys=self.keys.filter(mask))

    def at_nodes(self, places: Places) -> Keys:
        """The same with nodes for places: each entity once for every node and tick."""
        tick, shift = 1 << self.tick_bits, 1 << (self.tick_bits + self.place_bits)
        node_bits = max(len(places.nodes.ids), 1).bit_length()
        frame = pl.DataFrame({_KEY: self.keys}).select(
            (pl.col(_KEY) // shift).alias("entity"),
            (pl.col(_KEY) // tick % (1 << self.place_bits)).cast(pl.UInt32).alias(PLACE),
            (pl.col(_KEY) % tick).alias("tick"),
        )
        if int(frame["entity"].max() or 0).bit_length() + node_bits + self.tick_bits > _BITS:  # type: ignore[arg-type]
            frame = frame.with_columns((pl.col("entity").rank("dense") - 1).cast(pl.UInt64))
        packed = places.rolled(frame).select(
            (
                (pl.col("entity") * (1 << node_bits) + pl.col(NODE).cast(pl.UInt64)) * (1 << self.tick_bits)
                + pl.col("tick")
            ).alias(_KEY)
        )
        return Keys(_different(packed.to_series()), self.tick_bits, node_bits)

    def steps(self) -> pl.DataFrame:
        """Place, tick, the tick of the same entity's key before at the place (-1: none), and how many such steps.

        However many keys there are, of their steps there are no more than places times pairs of ticks, and any window
        is counted from them: an entity counts by the first key that it has there.
        """
        tick, place = 1 << self.tick_bits, 1 << self.place_bits
        steps = []
        for chunk in self._chunks():
            frame = pl.DataFrame({_KEY: chunk}).select(
                (pl.col(_KEY) // tick).alias("standing"), (pl.col(_KEY) & (tick - 1)).alias(TICK)
            )
            # One more than the tick before, so that nought is none.
            same = pl.col("standing") == pl.col("standing").shift(1)
            before = pl.when(same).then(pl.col(TICK).shift(1) + 1).otherwise(0).cast(pl.UInt64)
            step = ((pl.col("standing") & (place - 1)) * tick + before) * tick + pl.col(TICK)
            kind = pl.UInt32 if place * tick * tick < 2**32 else pl.UInt64
            # There may be nearly as many different steps as keys, and then sorting is faster than grouping.
            runs = frame.select(step.cast(kind).alias(_STEP)).to_series().slice(1).sort().rle().struct.unnest()
            steps.append(runs.select(pl.col("value").alias(_STEP), pl.col("len").cast(pl.Int64).alias("n")))
        if not steps:
            return pl.DataFrame(schema={PLACE: pl.UInt32, BEFORE: pl.Int64, TICK: pl.UInt32, "@n": pl.Int64})
        every = steps[0] if len(steps) == 1 else pl.concat(steps).group_by(_STEP).agg(pl.col("n").sum())
        return every.select(
            (pl.col(_STEP) // (tick * tick)).cast(pl.UInt32).alias(PLACE),
            ((pl.col(_STEP) // tick % tick).cast(pl.Int64) - 1).alias(BEFORE),
            (pl.col(_STEP) % tick).cast(pl.UInt32).alias(TICK),
            pl.col("n").alias("@n"),
        )

    def _chunks(self) -> Iterator[pl.Series]:
        """The keys piece by piece, each with the key before it (or one that is nobody's)."""
        nobody = pl.Series([(1 << _BITS) - 1], dtype=pl.UInt64)
        for start in range(0, len(self.keys), _CHUNK):
            before = self.keys.slice(start - 1, 1) if start else nobody
            yield pl.concat([before, self.keys.slice(start, _CHUNK)])


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
    """Entities as whole numbers from 0, alike where they are the same; nulls must be gone.

    Raises TypeError for what is neither a number nor a text, nor a day nor true or false.
    """
    if entities.dtype.is_integer():
        low = entities.min()
        if entities.dtype.is_unsigned_integer() or low is None:
            return entities
        high = entities.max()
        if int(high) - int(low) < 2**62:  # type: ignore[arg-type]  # whole numbers both
            return (entities - low).cast(pl.UInt64)
        return entities.rank("dense") - 1
    if isinstance(entities.dtype, pl.Date | pl.Boolean):
        return coded(entities.to_physical().cast(pl.Int64))
    if isinstance(entities.dtype, pl.String):
        different = pl.DataFrame({"key": entities.unique()}).with_row_index("code")
        named = pl.DataFrame({"key": entities})
        return named.join(different, on="key", how="left", maintain_order="left")["code"]
    raise TypeError(f"entities of type {entities.dtype}")


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


def _different(keys: pl.Series) -> pl.Series:
    ordered = pl.DataFrame({_KEY: keys.sort()})
    return ordered.filter((pl.col(_KEY) != pl.col(_KEY).shift(1)).fill_null(True))[_KEY]


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
