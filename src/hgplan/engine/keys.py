"""Sorted keys of who was where and when: one sort serves every window of a row set, and every node.

Most entities have one place, and their counts add up along the tree; only the others are sorted again, by the nodes
that hold several places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import attrs
import polars as pl

from hgplan.engine.collecting import selected, worked
from hgplan.engine.dense import unlike
from hgplan.engine.layouts import KEY, Layout, tallied, together
from hgplan.engine.places import PLACE, Places
from hgplan.engine.steps import TICK, Steps

__all__ = ["Keys", "coded"]

_P = TypeVar("_P")
_T = TypeVar("_T")
_ENTITY = "@entity"
_SORTED = 6 << 20  # keys that are sorted at once
_SHARED = 1 << 21  # keys from which on it pays to sort them in two parts beside each other
_PACKED = 1 << 22  # keys that are packed at once where they are looked through
_CHUNK = 1 << 18  # keys among which repetitions are looked for
_TASTED = 1 << 16  # keys that tell whether many are repeated nearby
_SAMPLE = 1 << 12  # keys that tell where to cut all of them into like parts
_WORKERS = 2
_NARROW = frozenset({pl.Int8, pl.Int16, pl.Int32})  # whose numbers may lie further apart than they can tell


@attrs.frozen(eq=False)
class Keys:
    """The keys of so many rows, each once or more, in any order; rows are packed when they are read, part by part.

    `entity` and `key` tell those of a row.
    """

    layout: Layout
    rows: pl.DataFrame
    entity: pl.Expr
    key: pl.Expr

    @classmethod
    def of(cls, codes: pl.Series, places: pl.Series, ticks: pl.Series, *, most_places: int, most_ticks: int) -> Keys:
        """Keys of rows. `codes` are entities as whole numbers, without nulls."""
        layout = Layout(most_ticks.bit_length(), most_places.bit_length())
        low, high = int(codes.min() or 0), int(codes.max() or 0)  # type: ignore[arg-type]  # whole numbers
        if not layout.holds(high - low):
            codes, low = codes.rank("dense"), 1
        rows, entity = pl.DataFrame({_ENTITY: codes, PLACE: places, TICK: ticks}), pl.col(_ENTITY)
        kind = pl.Int64() if codes.dtype in _NARROW else codes.dtype
        key = layout.key(entity.cast(kind) - pl.lit(low, dtype=kind), pl.col(PLACE), pl.col(TICK))
        once = _once(rows.lazy().select(key), len(rows))
        if once is not None:
            rows, entity, key = once.to_frame(), pl.col(KEY) // layout.entity, pl.col(KEY)
        return cls(layout, rows, entity, key)

    def steps(self, places: Places, ticks: int) -> tuple[Steps, Steps]:
        """The steps of entities with one place, by place, and those of the others, by node."""
        at_nodes = Layout(self.layout.tick_bits, max(len(places.nodes.ids), 1).bit_length())
        counted = _by_several(lambda part: self._counted(part, places, at_nodes), self._parts)
        alone, moving = (together([one[which] for one in counted]) for which in range(2))
        return (
            Steps(self.layout.told(alone), PLACE, len(places), ticks),
            Steps(at_nodes.told(moving), PLACE, len(places.nodes.ids), ticks),
        )

    @property
    def _parts(self) -> list[pl.Expr | None]:
        """Which rows are in each of some parts of about the same size, never with an entity in two; None for all."""
        count = len(self.rows)
        parts = -(-count // _SORTED) if count > _SORTED else 1 + (count > _SHARED)
        parts += parts % _WORKERS if parts > 1 else 0
        if parts == 1:
            return [None]
        ordered = self.rows.gather_every(max(count // _SAMPLE, 1)).select(self.entity).to_series().sort()
        begins = [pl.lit(ordered[len(ordered) * part // parts], dtype=ordered.dtype) for part in range(1, parts)]
        edges = [pl.lit(True), *(self.entity >= begin for begin in begins), pl.lit(False)]
        return [begun & ~over for begun, over in pairwise(edges)]

    def _packed(self, part: pl.Expr | None) -> pl.Series:
        """The keys of a part, in any order."""
        if part is None:
            return selected(self.rows, self.key).to_series()
        return worked(self.rows.lazy().filter(part).select(self.key), len(self.rows)).to_series()

    def _counted(self, part: pl.Expr | None, places: Places, at_nodes: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
        """How many of each step there are in a part: of entities with one place, by place, and of the others, by
        node."""
        keys = self._packed(part).sort(multithreaded=False)
        steps, moves = self.layout.walked(keys)
        moved, alone = keys.filter(moves), tallied(steps.filter(~moves))
        del keys
        gathered, _ = at_nodes.walked(self._gathered(moved, places, at_nodes).sort(multithreaded=False))
        # At a node of one place the moved have just the steps that they have at that place.
        return alone, at_nodes.beside(tallied(gathered), tallied(steps.filter(moves)), places.lone)

    def _gathered(self, moved: pl.Series, places: Places, at_nodes: Layout) -> pl.Series:
        """The keys of the moved at the nodes of several places."""
        layout, key = self.layout, pl.col(KEY)
        entity = key // layout.entity
        if not at_nodes.holds(int(moved.max() or 0) // layout.entity):  # type: ignore[arg-type]  # whole numbers
            entity = entity.rank("dense") - 1
        place, tick = (key // layout.tick % layout.place).cast(pl.UInt32), key % layout.tick
        packed = [at_nodes.key(entity, pl.lit(nodes).gather(place), tick) for nodes in places.gathering]
        told = [one.alias(str(number)) for number, one in enumerate(packed)]
        found = selected(pl.DataFrame({KEY: moved}), told)
        return pl.concat([moved.clear(), *(held.drop_nulls() for held in found.get_columns())], rechunk=True)


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


def _once(keys: pl.LazyFrame, count: int) -> pl.Series | None:
    """The keys without repetitions nearby, where there are many: rows of one activity stand side by side."""
    if count <= _CHUNK:
        return None
    first = keys.head(_TASTED).collect().to_series()
    if first.n_unique() > len(first) // 2:
        return None
    found: list[pl.Series] = []
    for start in range(0, count, _PACKED):
        packed = worked(keys.slice(start, _PACKED), count).to_series()
        once = _by_several(_different, [packed.slice(part, _CHUNK) for part in range(0, len(packed), _CHUNK)])
        # What is left of a chunk keeps the room of all of it until it is copied.
        found.append(pl.concat(once, rechunk=True))
    return pl.concat(found)


def _different(keys: pl.Series) -> pl.Series:
    ordered = keys.sort(multithreaded=False)
    return ordered.filter(unlike(ordered))


def _by_several(work: Callable[[_P], _T], parts: Sequence[_P]) -> list[_T]:
    """What the work makes of each part; of a single one without asking others for help."""
    if len(parts) <= 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(_WORKERS) as workers:
        return list(workers.map(work, parts))
