"""The answer to a question: a cell for every unit, period and group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Literal

import attrs

from hgplan.metrics import Dimension, Measure
from hgplan.metrics.counts import (
    Active,
    Aggregated,
    Average,
    Converted,
    Count,
    Coverage,
    Distinct,
    Extreme,
    Mean,
    Picked,
    Quantile,
    Retained,
    RowMeasure,
    Sum,
    Survival,
    Units,
)
from hgplan.metrics.measures import children
from hgplan.metrics.rows import RowSet
from hgplan.model import Organisation
from oracle import cohorts, counts, stocks
from oracle.duties import reports
from oracle.facts import Facts, FactTable, Row
from oracle.figures import Figure, emptied, least, worst
from oracle.over_time import OverTime
from oracle.spans import Span
from oracle.steps import Rows
from oracle.trees import Tree

Only = tuple[tuple[str, Any], ...]
"""Columns and the values that they must have: a group, or a key."""

_VERBS: Mapping[type[RowMeasure], Callable[..., Figure]] = {
    Count: counts.count,
    Sum: counts.total,
    Mean: counts.mean,
    Extreme: counts.extreme,
    Quantile: counts.quantile,
    Distinct: counts.distinct,
    Units: counts.units,
    Coverage: counts.coverage,
    Aggregated: counts.aggregated,
    Active: counts.active,
    Retained: cohorts.retained,
    Survival: cohorts.survival,
    Converted: cohorts.converted,
    Picked: stocks.picked,
    Average: stocks.average,
}


@attrs.frozen(kw_only=True)
class Cell:
    """One row of the answer."""

    unit: str
    start: date
    end: date
    group: tuple[Any, ...]
    figure: Figure


class World:
    """Everything that one question is answered from."""

    def __init__(self, facts: Facts, tree: Tree, until: date) -> None:
        self.facts, self.tree, self.until = facts, tree, until
        self.rows = Rows(facts, tree, until)
        self._over_time = OverTime(self)
        self.credit = cache(lambda measure, node: cohorts.credit(self, measure, node))
        self.standing = cache(lambda rowset: stocks.standing(self, rowset))

    def figure(self, measure: Measure, node: str, span: Span, only: Only = ()) -> Figure:
        """The measure's figure for a unit, some days and a group."""
        if isinstance(measure, RowMeasure):
            return self._of_rows(measure, node, span, only)
        return self._over_time.figure(measure, node, span, only)

    def _of_rows(self, measure: RowMeasure, node: str, span: Span, only: Only) -> Figure:
        figure = _VERBS[type(measure)](self, measure, node, span, only)
        # reading: the duty is that of the table whose rows are counted, not of one they are held against.
        due, received = reports(self.facts, self.tree, measure.rows.table, node, span, self.until)
        share = Fraction(received, due) if due else None
        figure = attrs.evolve(figure, completeness=least([figure.completeness, share]))
        if not any(self.tree.is_open(node, day) for day in span.own):
            return emptied(figure, "not_expected")
        if due and not received and figure.availability != "immature":
            return emptied(figure, "missing")
        return figure


def answer(
    measure: Measure,
    *,
    tables: Mapping[str, FactTable | Dimension],
    data: Mapping[str, Sequence[Row]],
    organisation: Organisation,
    units: Iterable[str] | None = None,
    periods: Iterable[tuple[date, date]],
    until: date,
    by: Sequence[str] = (),
    known_on: date | None = None,
    tree: Literal["day"] | date = "day",
) -> list[Cell]:
    """Work out the measure for every unit (unsaid: all), period and group that occurs in the data."""
    seen = Tree(organisation, tree)
    facts = Facts(tables, data, seen, until, known_on)
    world = World(facts, seen, until)
    groups = _groups(world, measure, by)
    cells = []
    for unit in units if units is not None else list(seen.histories):
        for start, end in periods:
            span = Span.of_period(start, end, until)
            for group in groups:
                figure = world.figure(measure, unit, span, tuple(zip(by, group, strict=True)))
                if not any(seen.is_open(unit, day) for day in span.days):
                    figure = emptied(figure, "not_expected")
                cells.append(Cell(unit=unit, start=start, end=end, group=group, figure=figure))
    return cells


def row_measures(measure: Measure) -> list[RowMeasure]:
    """The measures of rows that a measure is made of."""
    if isinstance(measure, RowMeasure):
        return [measure]
    return [found for part in children(measure) for found in row_measures(part)]


def grouped(measure: Measure) -> list[RowSet]:
    """The row sets whose columns can be grouped by."""
    return [part.rows for part in row_measures(measure)]


def _groups(world: World, measure: Measure, by: Sequence[str]) -> list[tuple[Any, ...]]:
    """Every group that occurs in the data; nothing is a group."""
    if not by:
        return [()]
    found: dict[tuple[Any, ...], None] = {}
    for name in {rowset.table: None for rowset in grouped(measure)}:
        for fact in world.facts.of(name):
            found[tuple(world.facts.read(fact.table, fact.row, fact.day, column) for column in by)] = None
    return list(found)


__all__ = ["Cell", "Only", "World", "answer", "grouped", "row_measures", "worst"]
