"""Reports due and reports received."""

from __future__ import annotations

from datetime import date

from hgplan.metrics import Dimension
from hgplan.metrics.tables import Duty
from hgplan.model import Period
from oracle.days import periods
from oracle.facts import Facts
from oracle.spans import Span
from oracle.trees import Tree


def reports(facts: Facts, tree: Tree, table_name: str, node: str, span: Span, until: date) -> tuple[int, int]:
    """How many reports were due under the unit in the days, and how many of them came."""
    table = facts.tables[table_name]
    assert not isinstance(table, Dimension)
    if table.expected is None:
        return 0, 0
    days = set(span.days)
    if not days:
        return 0, 0
    if isinstance(table.expected, str):
        return _listed(facts, tree, table.expected, node, days, until)
    due = [
        (unit, start, end)
        for start, end in periods(min(days), max(days), table.expected.every)
        if end <= until and any(start <= day <= end for day in days)
        for unit in _owing(tree, table.expected, start)
        if node in tree.up(unit, start)
    ]
    received = [
        1
        for unit, start, end in due
        # reading: a spell is a report of the day on which it starts.
        if any(start <= fact.day <= end and unit in tree.up(fact.unit, fact.day) for fact in facts.of(table_name))
    ]
    return len(due), len(received)


def _owing(tree: Tree, duty: Duty, day: date) -> list[str]:
    return [unit for unit in tree.of_level(duty.level) if tree.is_open(unit, day)]


def _listed(facts: Facts, tree: Tree, name: str, node: str, days: set[date], until: date) -> tuple[int, int]:
    # reading: a table of duties says unit, period (as text) and received; a listed duty is owed, open or not.
    due = received = 0
    for row in facts.data[name]:
        period = Period.parse(row["period"])
        here = node in tree.up(row["unit"], period.start)
        if here and period.end <= until and any(period.start <= day <= period.end for day in days):
            due += 1
            received += bool(row["received"])
    return due, received
