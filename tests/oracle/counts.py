"""The measures that count the rows of a cell."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hgplan.metrics.counts import (
    Active,
    Aggregated,
    Coverage,
    Distinct,
    Extreme,
    Mean,
    Quantile,
    RowMeasure,
    Sum,
    Units,
)
from hgplan.metrics.measures import Comparison, Having, Joined
from hgplan.metrics.nodes import Node
from oracle.days import ONE_DAY
from oracle.expressions import both, worth
from oracle.figures import Figure, counted, found, ratio
from oracle.spans import Span
from oracle.states import State
from oracle.steps import Happening

if TYPE_CHECKING:
    from oracle.answers import Only, World


def cell(world: World, measure: RowMeasure, node: str, span: Span, only: Only) -> list[Happening]:
    """The rows of the measure in the cell, each as often as its day counts."""
    often = Counter(span.days)
    return [
        row
        for row in world.rows.at(measure.rows, node)
        if all(world.rows.value(row, column) == wanted for column, wanted in only)
        for _ in range(often[row.day])
    ]


def values(world: World, rows: list[Happening], of: Node) -> list[Any]:
    """What the expression is worth on each row that has a value."""
    read = [worth(of, lambda name, row=row: world.rows.value(row, name)) for row in rows]
    return [int(value) if isinstance(value, bool) else value for value in read if value is not None]


def count(world: World, measure: RowMeasure, node: str, span: Span, only: Only) -> Figure:
    rows = cell(world, measure, node, span, only)
    return counted(len(rows), len(rows))


def total(world: World, measure: Sum, node: str, span: Span, only: Only) -> Figure:
    rows = cell(world, measure, node, span, only)
    return counted(sum(values(world, rows, measure.of)), len(rows))


def mean(world: World, measure: Mean, node: str, span: Span, only: Only) -> Figure:
    rows = cell(world, measure, node, span, only)
    known = values(world, rows, measure.of)
    return ratio(sum(known), len(known), len(rows))


def extreme(world: World, measure: Extreme, node: str, span: Span, only: Only) -> Figure:
    rows = cell(world, measure, node, span, only)
    known = values(world, rows, measure.of)
    return found((min if measure.which == "min" else max)(known, default=None), len(rows))


def quantile(world: World, measure: Quantile, node: str, span: Span, only: Only) -> Figure:
    """Linear between the two nearest values: Hyndman and Fan's type 7."""
    rows = cell(world, measure, node, span, only)
    known = sorted(values(world, rows, measure.of))
    if not known:
        return found(None, len(rows), exact=False)
    place = (len(known) - 1) * Fraction(measure.q)
    below = int(place)
    above = min(below + 1, len(known) - 1)
    return found(known[below] + (place - below) * (known[above] - known[below]), len(rows), exact=False)


def distinct(world: World, measure: Distinct, node: str, span: Span, only: Only) -> Figure:
    rows = cell(world, measure, node, span, only)
    table = world.facts.tables[measure.rows.table]
    column = measure.key or table.entity  # type: ignore[union-attr]
    assert column is not None
    keys = {key for row in rows if (key := world.rows.value(row, column)) is not None}
    if measure.having is not None:
        keys = {key for key in keys if _asked(world, measure.having, span, column, key) is True}
        # reading: the rows behind are those of the keys that are counted.
        rows = [row for row in rows if world.rows.value(row, column) in keys]
    return counted(len(keys), len(rows))


def _asked(world: World, having: Having, span: Span, column: str, key: Any) -> bool | None:
    """Whether the key's own figures, of the same days and anywhere in the organisation, are as asked."""
    if isinstance(having, Joined):
        left, right = (_asked(world, part, span, column, key) for part in (having.left, having.right))
        return both(left, right) if having.sign == "&" else left is True or right is True
    assert isinstance(having, Comparison)
    sides = [world.figure(side, world.tree.root, span, ((column, key),)).value for side in (having.left, having.right)]
    if None in sides:
        return None
    return bool(
        {
            "==": sides[0] == sides[1],
            "!=": sides[0] != sides[1],
            "<": sides[0] < sides[1],  # type: ignore[operator]
            "<=": sides[0] <= sides[1],  # type: ignore[operator]
            ">": sides[0] > sides[1],  # type: ignore[operator]
            ">=": sides[0] >= sides[1],  # type: ignore[operator]
        }[having.sign]
    )


def reached(world: World, row: Happening, node: str, level: str | None) -> set[str]:
    """The units of the level under the node that the row is a row of: none, if its own unit was not open."""
    tree = world.tree
    # reading: of an end, the day that counts is the last day in, in whose tree it stands.
    if not tree.is_open(row.unit, row.place_day):
        return set()
    covered = {row.unit} if level is None else set(tree.up(row.unit, row.place_day))
    return {unit for unit in covered & set(tree.of_level(level)) if node in tree.up(unit, row.place_day)}


def units(world: World, measure: Units, node: str, span: Span, only: Only) -> Figure:
    # reading: the rows are those of the unit asked, so a move inside it gives no unit below a start; the rows behind
    # the figure are those that count.
    counts = [reached(world, row, node, measure.level) for row in cell(world, measure, node, span, only)]
    return counted(len(set().union(*counts)), sum(map(bool, counts)))


def open_units(world: World, level: str | None, node: str, span: Span) -> list[str]:
    """The units of the level that on some day of the span are open and stand under the node."""
    return [
        unit
        for unit in world.tree.of_level(level)
        if any(world.tree.is_open(unit, day) and node in world.tree.up(unit, day) for day in set(span.days))
    ]


def coverage(world: World, measure: Coverage, node: str, span: Span, only: Only) -> Figure:
    could = set(open_units(world, measure.level, node, span))
    # reading: a unit that is not counted below the line is not counted above it either.
    counts = [could & reached(world, row, node, measure.level) for row in cell(world, measure, node, span, only)]
    return ratio(len(set().union(*counts)), len(could), sum(map(bool, counts)))


def aggregated(world: World, measure: Aggregated, node: str, span: Span, only: Only) -> Figure:
    rows = cell(world, measure, node, span, only)
    assert measure.aggregate is not None
    if measure.aggregate.over_time == "last":
        # reading: the last day on which anybody has a row, one day for all units and groups.
        everywhere = cell(world, measure, world.tree.root, span, ())
        last = max((row.day for row in everywhere), default=None)
        rows = [row for row in rows if row.day == last]
    if not rows:
        return found(None, 0, exact=False)
    held = [
        tuple(worth(column, lambda name, row=row: world.rows.value(row, name)) for column in measure.columns)
        for row in rows
    ]
    result = measure.aggregate.final(measure.aggregate.partial(held))
    return found(None if result is None else Fraction(result), len(rows), exact=False)


def active(world: World, measure: Active, node: str, span: Span, only: Only) -> Figure:
    day = span.last if measure.at == "end" else span.first - ONE_DAY
    spells, bridges = world.rows.spells(measure.rows)
    chosen = [
        spell
        for spell in spells
        if all(world.facts.read(spell.table, spell.row, spell.day, column) == wanted for column, wanted in only)
    ]
    covering = [
        spell
        for spell in chosen
        if spell.day <= day and (spell.end is None or day < spell.end) and node in world.tree.up(spell.unit, day)
    ]
    rows = [spell for spell in covering if spell.entity is not None]
    if not bridges:
        return counted(len({spell.entity for spell in rows}), len(rows))
    state = State(chosen, world.tree, world.until, bridges)
    inside = [entity for entity in state.entities(node) if state.holds(node, entity, day)]
    # reading: `rows` are the spells that cover the day, none for whoever is in only by a bridged gap.
    return counted(len(inside), len(rows))
