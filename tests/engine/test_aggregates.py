"""Kinds of counting that somebody else brought: a state for each leaf, combined wherever it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from drawn.asking import assert_same
from drawn.facts import FactsDrawn
from drawn.measures import events
from drawn.questions import Question, questions
from drawn.worked import Tell, engine, question, values
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Plugins, Workspace, hookimpl
from hgplan.errors import UnknownName
from hgplan.metrics import Aggregate, Events, Measure

CONTACTS = Events("contacts", at="day", unit="unit", entity="person", id="number",
                  columns={"minutes": "int", "fee": "decimal(2)"})  # fmt: skip
ROWS = """
    number day        unit person minutes fee
    c1     2024-01-10 a1   p1     5       0.10
    c2     2024-01-10 a1   p2     5       0.20
    c3     2024-01-11 a1   p1     7       -
    c4     2024-01-11 a2   p1     -       0.30
    c5     2024-01-12 a4   p3     7       1.00
    c6     2024-01-12 a4   p3     7       -
    c7     2024-02-29 a5   p3     9       2.00
"""
SEEN: list[tuple[str, int]] = []


def _multiset(rows: Sequence[tuple[Any, ...]]) -> Counter[Any]:
    SEEN.append(("partial", len(rows)))
    return Counter(row[0] for row in rows if row[0] is not None)


def _together(states: Sequence[Counter[Any]]) -> Counter[Any]:
    SEEN.append(("combine", len(states)))
    return sum(states, Counter())


def _most(state: Counter[Any]) -> float | None:
    return max(state.items(), key=lambda pair: (pair[1], -pair[0]))[0] if state else None


MODE = Aggregate("mode", "1", partial=_multiset, combine=_together, final=_most)
LAST = Aggregate("closing_mode", "1", partial=_multiset, combine=_together, final=_most, over_time="last")


@pytest.fixture(autouse=True)
def forgotten() -> None:
    SEEN.clear()


def test_the_figure_is_that_of_all_rows_at_every_unit(tell: Tell) -> None:
    told = tell(question(CONTACTS.aggregate(MODE, "minutes"), {CONTACTS: ROWS}))
    assert values(told, "a1", "a2", "a4", "north", "south", "union") == [5, None, 7, 5, 7, 7]
    assert (told[("a2",)].availability, told[("a3",)].availability) == ("undefined", "undefined")
    assert [told[(unit,)].rows for unit in ("a1", "a2", "union")] == [3, 1, 7]


def test_each_row_is_taken_once_and_every_figure_above_is_combined() -> None:
    engine(question(CONTACTS.aggregate(MODE, "minutes"), {CONTACTS: ROWS}))
    # A state a unit and day; the union has all five of them.
    assert sorted(rows for verb, rows in SEEN if verb == "partial") == [1, 1, 1, 2, 2]
    assert max(states for verb, states in SEEN if verb == "combine") == 5


def test_the_last_day_is_one_for_all_units_so_that_they_combine(tell: Tell) -> None:
    told = tell(question(CONTACTS.aggregate(LAST, "minutes"), {CONTACTS: ROWS}, every="month"))
    january = {unit: told[(unit, date(2024, 1, 1))].value for unit in ("a1", "a4", "north", "south", "union")}
    assert january == {"a1": None, "a4": 7, "north": None, "south": 7, "union": 7}


def test_a_day_that_counts_twice_counts_its_states_twice(tell: Tell) -> None:
    total = Aggregate(
        "total", "1", partial=lambda rows: sum(row[0] or 0 for row in rows), combine=sum, final=lambda state: state
    )
    rows = """
        number day        unit person minutes fee
        c1     2024-02-29 a1   p1     4       -
    """
    # 29, 30 and 31 March less a month are all 29 February.
    told = tell(question(CONTACTS.aggregate(total, "minutes").shift("1mo"), {CONTACTS: rows}, every="month"))
    assert told[("a1", date(2024, 3, 1))].value == 12


def test_decimals_come_as_decimals() -> None:
    held: list[object] = []

    def note(rows: Sequence[tuple[Any, ...]]) -> Decimal:
        held.extend(row[0] for row in rows)
        return sum((row[0] for row in rows if row[0] is not None), Decimal())

    exact = Aggregate("exact", "1", partial=note, combine=lambda states: sum(states, Decimal()), final=float)
    told = engine(question(CONTACTS.aggregate(exact, "fee"), {CONTACTS: ROWS}))
    assert told[("north",)].value == 0.6
    assert Decimal("0.10") in held
    assert all(value is None or isinstance(value, Decimal) for value in held)


def test_several_columns_or_none_are_the_values_of_a_row(tell: Tell) -> None:
    pairs = Aggregate("pairs", "1", partial=frozenset, combine=lambda states: frozenset().union(*states), final=len)
    measures = [
        (CONTACTS.aggregate(pairs, "minutes", "fee"), 6),
        (CONTACTS.aggregate(pairs, "minutes * 2", "day"), 5),
        (CONTACTS.aggregate(pairs), 1),
    ]
    for measure, union in measures:
        assert values(tell(question(measure, {CONTACTS: ROWS})), "union") == [union]


def test_a_name_that_nobody_brought_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="no aggregate named 'mood'"):
        engine(question(CONTACTS.aggregate("mood", "minutes"), {CONTACTS: ROWS}))


def brought(*aggregates: Aggregate) -> object:
    return SimpleNamespace(hgplan_metrics=hookimpl(lambda: list(aggregates)))


def test_an_aggregate_of_a_plugin_has_a_full_name_and_a_short_one_where_that_is_clear() -> None:
    other = Aggregate("mode", "2", partial=len, combine=sum, final=float)
    plugins = Plugins.of(first=brought(MODE, LAST), second=brought(other))
    data = {"contacts": pl.DataFrame({"day": [date(2024, 1, 1)] * 3, "minutes": [7, 7, 5]})}
    contacts = Events("contacts", at="day", columns={"minutes": "int"})

    def told(name: str, *own: Aggregate) -> float:
        ws = Workspace(tables=[contacts], data=data, plugins=plugins, metrics=own)
        return ws.measure(f"contacts.aggregate({name!r}, minutes)")["value"].item()

    assert [told(name) for name in ("first.mode", "second.mode", "closing_mode")] == [7, 3, 7]
    with pytest.raises(UnknownName, match="no aggregate named 'mode'"):
        told("mode")
    # The host's own stands before them all.
    assert told("mode", other) == 3


@st.composite
def aggregations(draw: st.DrawFn, facts: FactsDrawn) -> Measure:
    """A drawn row set, counted by a kind of counting of somebody's own; some of it read on the last day."""
    return draw(events(facts)).aggregate(draw(st.sampled_from([MODE, LAST])), "minutes")


@given(question=questions(aggregations, by=((), ("channel",))))
def test_drawn_rows_are_aggregated_as_the_judge_does(question: Question) -> None:
    assert_same(question)
