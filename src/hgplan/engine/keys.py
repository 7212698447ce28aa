"""Sorted keys of who was where and when: one sort serves every window of a row set, and every node.

A key is `entity | place | tick` in one whole number of 64 bits, so that the rows of an entity at a place follow each
other in the order of time. Most entities have one place, and their counts add up along the tree; only the others are
sorted again by node.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import polars as pl

from hgplan.engine.places import PLACE, Places
from hgplan.engine.ticks import Range
from hgplan.engine.tree import NODE

__all__ = ["Keys", "apart", "chains", "coded"]

_KEY, _LO, _END, _STEP = "@key", "@lo", "@end", "@n"
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

    def counted(self, windows: Sequence[Range], most_ticks: int) -> pl.DataFrame:
        """Place, window and how many entities have a key in it; windows neither begin nor end before one in front."""
        first, last = _reach(windows, most_ticks)
        width, alone = len(windows) + 1, apart(windows)
        steps = [self._steps(chunk, first, last, width, alone) for chunk in self._chunks()]
        if not steps:
            return pl.DataFrame(schema={PLACE: pl.UInt32, "@window": pl.Int64, _STEP: pl.Int64})
        found = pl.concat(steps).group_by(_LO).agg(pl.col(_STEP).sum())
        return found.select(
            (pl.col(_LO) // width).cast(pl.UInt32).alias(PLACE),
            (pl.col(_LO) % width).cast(pl.Int64).alias("@window"),
            _STEP,
        )

    def _chunks(self) -> Iterator[pl.Series]:
        """The keys piece by piece, each with the key before it (or one that is nobody's)."""
        nobody = pl.Series([(1 << _BITS) - 1], dtype=pl.UInt64)
        for start in range(0, len(self.keys), _CHUNK):
            before = self.keys.slice(start - 1, 1) if start else nobody
            yield pl.concat([before, self.keys.slice(start, _CHUNK)])

    def _steps(self, chunk: pl.Series, first: pl.Series, last: pl.Series, width: int, alone: bool) -> pl.DataFrame:
        """Where an entity begins to count at a place (+1) and, unless windows lie apart, where it ends to (-1)."""
        tick, place = 1 << self.tick_bits, 1 << self.place_bits
        frame = pl.DataFrame({_KEY: chunk}).select(
            (pl.col(_KEY) // tick).alias("standing"), (pl.col(_KEY) % tick).cast(pl.UInt32).alias("tick")
        )
        from_, to = (
            first.gather(frame["tick"].clip(0, len(first) - 1)),
            last.gather(frame["tick"].clip(0, len(last) - 1)),
        )
        frame = frame.select("standing", from_.alias("from"), to.alias("to"))
        # A window in which the same entity was already counted at the place isn't begun again.
        same = pl.col("standing") == pl.col("standing").shift(1)
        begin = pl.when(same).then(pl.max_horizontal("from", pl.col("to").shift(1) + 1)).otherwise("from")
        spans = frame.with_columns(begin.alias("from")).slice(1).filter(pl.col("from") <= pl.col("to"))
        where = pl.col("standing") % place * width
        kind = pl.UInt32 if place * width < 2**32 else pl.UInt64
        begun = spans.select((where + pl.col("from")).cast(kind).alias(_LO)).group_by(_LO).agg(_length())
        if alone:
            return begun
        ended = spans.select((where + pl.col("to") + 1).cast(kind).alias(_LO)).group_by(_LO).agg(-_length())
        return pl.concat([begun, ended])


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


def _length() -> pl.Expr:
    return pl.len().cast(pl.Int64).alias(_STEP)
