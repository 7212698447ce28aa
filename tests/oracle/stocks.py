"""Stocks as somebody reported them: picked in time, then placed, then added."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs

from hgplan.metrics.counts import Average, Picked
from hgplan.metrics.nodes import Node
from hgplan.metrics.rows import CarryForward, RowSet, Where
from oracle.days import ONE_DAY, after, days_between, grain_end, grain_start
from oracle.expressions import worth
from oracle.facts import Fact
from oracle.figures import Figure, found
from oracle.spans import Span

if TYPE_CHECKING:
    from oracle.answers import Only, World


@attrs.frozen(eq=False)
class Standing:
    """A snapshot as it stands on a day: its own, or a later one that it is carried to."""

    fact: Fact
    day: date


def who(fact: Fact) -> Hashable:
    """Whose stock it is: the entity's, or the unit's where there is none."""
    return ("unit", fact.unit) if fact.entity is None else ("entity", fact.entity)


def standing(world: World, rowset: RowSet) -> list[Standing]:
    """The snapshots of the row set on every day on which they stand."""
    rows = [Standing(fact, fact.day) for fact in world.facts.of(rowset.table)]
    for step in rowset.steps:
        if isinstance(step, Where):
            # reading: a carried row is asked about the day of its report.
            rows = [row for row in rows if world.rows.holds(step, row.fact, row.fact.day)]
        elif isinstance(step, CarryForward):
            rows = _carried(world, rows, step.max_age)
        else:
            raise AssertionError(step)
    return rows


def _carried(world: World, rows: list[Standing], max_age: str) -> list[Standing]:
    # reading: the next one is the next of the same entity (or unit), whatever the verb picks by later.
    days: dict[Hashable, list[date]] = {}
    for row in rows:
        days.setdefault(who(row.fact), []).append(row.day)
    found = []
    for row in rows:
        later = [day for day in days[who(row.fact)] if day > row.day]
        last = min([after(row.day, max_age), world.until, *(day - ONE_DAY for day in later)])
        found += [Standing(row.fact, day) for day in days_between(row.day, last)]
    return found


def _key(world: World, per: str | None, fact: Fact) -> Hashable:
    if per is None:
        return None
    return who(fact) if per == "entity" else world.facts.read(fact.table, fact.row, fact.day, per)


def picked(world: World, measure: Picked, node: str, span: Span, only: Only) -> Figure:
    return _pick(world, measure.rows, measure.of, measure.which, measure.per, node, set(span.days), only)


def _pick(
    world: World, rowset: RowSet, of: Node, which: str, per: str | None, node: str, days: set[date], only: Only
) -> Figure:
    edge: dict[Hashable, date] = {}
    # reading: a day that several days map to is picked once, stocks being no flows.
    rows = [row for row in world.standing(rowset) if row.day in days]
    for row in rows:
        key = _key(world, per, row.fact)
        edge[key] = (max if which == "last" else min)(edge.get(key, row.day), row.day)
    chosen = [
        row
        for row in rows
        if row.day == edge[_key(world, per, row.fact)]
        and node in world.tree.up(row.fact.unit, row.day)
        and all(world.facts.read(row.fact.table, row.fact.row, row.fact.day, c) == wanted for c, wanted in only)
    ]
    known = [value for row in chosen if (value := _value(world, row, of)) is not None]
    # reading: a report that says nothing is picked like any other; where no picked row has a value, there is no figure.
    return found(sum(known) if known else None, len(chosen))


def _value(world: World, row: Standing, of: Node) -> Any:
    return worth(of, lambda name: world.facts.read(row.fact.table, row.fact.row, row.fact.day, name))


def average(world: World, measure: Average, node: str, span: Span, only: Only) -> Figure:
    """The mean of `last` over the grain ends among the days that have a figure."""
    # reading: of the grain that is not over, the last day asked is the end, as of any period.
    ends = sorted({day for day in span.days if day in (world.until, grain_end(day, measure.every))})
    figures = []
    for end in ends:
        # reading: each end looks back over its whole grain, also over the asked period's start.
        days = set(days_between(grain_start(end, measure.every), end))
        figures.append(_pick(world, measure.rows, measure.of, "last", "entity", node, days, only))
    known = [figure.value for figure in figures if figure.value is not None]
    mean = Fraction(sum(known)) / len(known) if known else None
    return found(mean, sum(figure.rows for figure in figures), exact=False)
