"""Where units stand: the asked nodes, and which units lie in the subtree of each, when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeAlias

import attrs
import polars as pl

from hgplan.engine.facts import Tree
from hgplan.engine.visible import DAY, END, FAR, STAND, UNIT
from hgplan.model.organisation import Organisation

__all__ = ["NODE", "Nodes", "ancestry", "parents_of", "pieces", "placed"]

NODE, _ABOVE, _FROM, _TO = "@node", "@above", "@from", "@to"
_DAWN = date(1, 1, 1)
_Span: TypeAlias = tuple[date, date]
Placements: TypeAlias = dict[str, list[tuple[str, date, date]]]


@attrs.frozen(cache_hash=True)
class Asked:
    """Nodes with their members; as a key it is hashed once, however many units there are."""

    nodes: tuple[tuple[str, tuple[str, ...]], ...]


@attrs.frozen(eq=False)
class Nodes:
    """The units (or pools of units) that are asked for, and the spans in which other units lie below each."""

    organisation: Organisation
    ids: tuple[str, ...]
    tree: Tree
    pools: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    def members(self, id: str) -> tuple[str, ...]:
        """The units whose subtrees make the node: itself, or those that the pool names."""
        return self.pools.get(id, (id,))

    @cached_property
    def key(self) -> Asked:
        """What makes two lists of nodes the same question."""
        return Asked(tuple((id, self.members(id)) for id in self.ids))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Unit, node, first day and the day after the last: half-open spans that don't overlap."""
        place = {unit: number for number, unit in enumerate(self.organisation.units)}
        wanted = [(place[member], index) for index, id in enumerate(self.ids) for member in self.members(id)]
        schema = {_ABOVE: pl.Int32, NODE: pl.Int32}
        found = _lineage(self.organisation, self.tree).join(
            pl.DataFrame(wanted, schema=schema, orient="row"), on=_ABOVE
        )
        spans = found.select(UNIT, NODE, _FROM, _TO)
        again = spans.select(UNIT, NODE).is_duplicated()
        # Few units come to stand below a node more than once: by a pool's members, or moving between units below it.
        several = spans.filter(again).group_by(UNIT, NODE).agg(_FROM, _TO)
        merged = [
            (unit, node, *span)
            for unit, node, starts, ends in several.iter_rows()
            for span in _merged(list(zip(starts, ends, strict=True)))
        ]
        return pl.concat([spans.filter(~again), pl.DataFrame(merged, schema=spans.schema, orient="row")])


@lru_cache(maxsize=4)
def _lineage(organisation: Organisation, tree: Tree) -> pl.DataFrame:
    """Every unit, itself and each one above it, by their numbers, and the half-open spans in which it stands there."""
    place, placements = {unit: number for number, unit in enumerate(organisation.units)}, parents_of(organisation)
    rows = [
        (place[unit], place[above], start, end)
        for unit in organisation.units
        for above, start, end in ancestry(organisation, unit, tree, placements)
    ]
    schema = {UNIT: pl.Int32, _ABOVE: pl.Int32, _FROM: pl.Date, _TO: pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ancestry(
    organisation: Organisation, unit: str, tree: Tree, placements: Placements
) -> Iterator[tuple[str, date, date]]:
    """The unit itself and every unit above it, with the half-open spans in which it stands there."""
    if tree != "day":
        for above in organisation.ancestors(unit, tree):
            yield above, _DAWN, FAR
        return
    waiting = [(unit, _DAWN, FAR)]
    while waiting:
        at, start, end = waiting.pop()
        yield at, start, end
        for parent, opened, closed in placements[at]:
            first, last = max(start, opened), min(end, closed)
            if first < last:
                waiting.append((parent, first, last))


def parents_of(organisation: Organisation) -> Placements:
    """Every unit's parents with the half-open spans in which it stood under them."""
    found: Placements = {unit: [] for unit in organisation.units}
    for unit, parent, start, end in organisation.placements():
        if parent is not None:
            found[unit].append((parent, start or _DAWN, end or FAR))
    return found


def _merged(spans: Sequence[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def placed(rows: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """Each row once for every asked node above its unit, by the tree of the day on which it stands."""
    found = rows.join(nodes.frame.cast({UNIT: rows.schema[UNIT]}), on=UNIT, how="inner")
    day = pl.col(STAND if STAND in rows.columns else DAY)
    return found.filter((pl.col(_FROM) <= day) & (day < pl.col(_TO))).drop(_FROM, _TO)


def pieces(spells: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """Each spell once for every asked node above its unit, cut to the days on which its unit stood there."""
    found = spells.join(nodes.frame.cast({UNIT: spells.schema[UNIT]}), on=UNIT, how="inner")
    start, end = pl.max_horizontal(DAY, _FROM), pl.min_horizontal(END, _TO)
    moment = (pl.col(DAY) == pl.col(END)) & (pl.col(_FROM) <= pl.col(DAY)) & (pl.col(DAY) < pl.col(_TO))
    return found.filter((start < end) | moment).with_columns(start.alias(DAY), end.alias(END)).drop(_FROM, _TO)
