"""What is counted from states of place and tick, held against sets in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeAlias

import polars as pl
import pytest
from drawn.asking import asked
from drawn.measures import measures, running
from drawn.questions import Question, questions
from hypothesis import given
from hypothesis import strategies as st

import hgplan.engine.keys
import hgplan.engine.packed
from hgplan import Events, Organisation, Plugins, Spells, Workspace
from hgplan.engine import Clocks, Facts, reader_for
from hgplan.engine.keys import Keys, coded
from hgplan.engine.places import PLACE, Places
from hgplan.engine.ticks import Range, Ticks
from hgplan.engine.windows import WINDOW

TICKS = 7
DAY = date(2022, 1, 1)
TREE = Organisation.from_rows(
    [
        {"unit": "top", "parent": None, "level": "union"},
        {"unit": "r1", "parent": "top", "level": "region"},
        {"unit": "r2", "parent": "top", "level": "region"},
        {"unit": "a", "parent": "r1", "level": "association"},
        {"unit": "b", "parent": "r1", "level": "association"},
        {"unit": "c", "parent": "r2", "level": "association"},
    ]
)
BELOW = {"top": "top r1 r2 a b c", "r1": "r1 a b", "r2": "r2 c", "a": "a", "b": "b", "c": "c"}

Seen: TypeAlias = tuple[int, int, int]
seen = st.lists(st.tuples(st.integers(-3, 2**40), st.integers(0, 5), st.integers(0, TICKS - 1)), max_size=25)
few = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, TICKS - 1)), max_size=25)
ranges = st.tuples(st.integers(1, TICKS - 1), st.integers(1, TICKS - 1)).map(lambda pair: (min(pair), max(pair)))


def places() -> Places:
    """The places of every unit of the tree."""
    reader = reader_for(Facts(organisation=TREE), [], Clocks(until=DAY), "day")
    return Places(reader.nodes(TREE.units))


def from_states(rows: list[Seen], windows: list[Range]) -> dict[tuple[str, Range], int]:
    """How many entities each unit has in each window, from sorted keys."""
    entity, place, tick = zip(*rows, strict=True) if rows else ((), (), ())
    standing = places()
    keys = Keys.of(
        coded(pl.Series(entity, dtype=pl.Int64)),
        pl.Series(place, dtype=pl.UInt32),
        pl.Series(tick, dtype=pl.UInt32),
        most_places=len(standing),
        most_ticks=TICKS,
    )
    alone, moving = keys.steps(standing, TICKS)
    wide = len(windows)
    cells = [(place, number) for place in range(len(standing)) for number in range(wide)]
    counted = pl.DataFrame(cells, schema={PLACE: pl.UInt32, WINDOW: pl.Int64}, orient="row")
    told = standing.rolled(counted.with_columns(alone.counted(windows).alias("n")), WINDOW, wide)["n"]
    found = told + moving.counted(windows)
    return {
        (unit, window): found[node * wide + number]
        for node, unit in enumerate(TREE.units)
        for number, window in enumerate(windows)
    }


def by_sets(rows: list[Seen], windows: list[Range]) -> dict[tuple[str, Range], int]:
    """The same by looking at every row for every unit and window."""
    return {
        (unit, (lo, hi)): len({e for e, p, t in rows if TREE.units[p] in BELOW[unit].split() and lo <= t <= hi})
        for unit in TREE.units
        for lo, hi in windows
    }


@pytest.mark.parametrize("chunk", [1, 3, 1 << 18])
@given(rows=seen | few, windows=st.lists(ranges, min_size=1, max_size=6, unique=True).map(sorted))
def test_different_entities_are_counted_by_the_first_step_into_a_window(
    chunk: int, rows: list[Seen], windows: list[Range]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hgplan.engine.keys, "_CHUNK", chunk)
        assert from_states(rows, windows) == by_sets(rows, windows)


def test_somebody_at_two_places_in_one_tick_alone_is_one_above_them() -> None:
    rows, windows = [(7, 4, 2), (7, 5, 2), (8, 2, 3), (8, 3, 3)], [(1, 2), (2, 6)]
    assert from_states(rows, windows) == by_sets(rows, windows)


def test_keys_wider_than_a_number_are_ranked_and_never_cut() -> None:
    rows = [(-(2**62), 3, 1), (2**62, 3, 1), (2**62, 4, 2), (2**62 + 1, 4, 2), (0, 5, 6), (-(2**62), 3, 4)]
    windows = [(1, 2), (2, 6)]
    assert from_states(rows, windows) == by_sets(rows, windows)


@given(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 30)), min_size=1, max_size=6), st.integers(-40, 140))
def test_every_day_of_a_span_is_in_its_ticks_and_no_other_day_is(spans: list[tuple[int, int]], offset: int) -> None:
    said = [(DAY + timedelta(days=lo), DAY + timedelta(days=lo + length)) for lo, length in spans]
    ticks, day = Ticks.of(said), DAY + timedelta(days=offset)
    (tick,) = ticks.at(pl.Series([day]))
    for lo, hi in said:
        first, last = ticks.range(lo, hi) or (0, 0)
        assert (first <= tick <= last) == (lo <= day <= hi)


@given(questions(measures, count=3, grains=("month",), by=((),)))
def test_people_sorted_some_at_a_time_are_those_sorted_at_once(question: Question) -> None:
    at_once = asked(question, every="month")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hgplan.engine.keys, "_SORTED", 2)
        assert asked(question, every="month").equals(at_once)


@given(
    questions(lambda drawn: measures(drawn) | running(drawn), count=3, grains=("month",), by=((),)),
    st.permutations(["week", "month", "quarter", "year"]),
)
def test_grains_asked_together_are_those_asked_alone(question: Question, grains: list[str]) -> None:
    together = asked(question, every=grains)
    for grain in grains:
        assert together.filter(pl.col("grain") == grain).equals(asked(question, every=grain))


def test_a_row_stands_where_its_unit_stood_that_very_day() -> None:
    moved = DAY + timedelta(days=10)
    tree = Organisation.from_rows(
        [
            {"unit": "top", "parent": None, "level": "union"},
            {"unit": "r1", "parent": "top", "level": "region"},
            {"unit": "r2", "parent": "top", "level": "region"},
            {"unit": "a", "parent": "r1", "level": "association", "closed": moved},
            {"unit": "a", "parent": "r2", "level": "association", "opened": moved},
        ]
    )
    contacts = Events("contacts", at="day", unit="unit", entity="person")
    rows = pl.DataFrame(
        {"day": [moved - timedelta(days=1), moved, moved], "unit": ["a", "a", "a"], "person": ["p", "p", "q"]}
    )
    space = Workspace(organisation=tree, tables=[contacts], data={"contacts": rows}, plugins=Plugins.none())
    found = space.measure([contacts.count(), contacts.distinct()], units="all", every="month", start=DAY, until=moved)
    told = found.select("metric", "unit", "value").rows()
    figures = {(metric.removeprefix("contacts."), unit): value for metric, unit, value in told}
    assert {unit: figures["count()", unit] for unit in ("top", "r1", "r2")} == {"top": 3, "r1": 1, "r2": 2}
    assert {unit: figures["distinct()", unit] for unit in ("top", "r1", "r2")} == {"top": 2, "r1": 1, "r2": 2}


def test_units_of_a_level_are_those_that_stood_there_though_none_of_the_asked_moved() -> None:
    moved = DAY + timedelta(days=10)
    tree = Organisation.from_rows(
        [
            {"unit": "top", "parent": None, "level": "union"},
            {"unit": "r1", "parent": "top", "level": "region"},
            {"unit": "r2", "parent": "top", "level": "region"},
            {"unit": "a", "parent": "r1", "level": "association", "closed": moved},
            {"unit": "a", "parent": "r2", "level": "association", "opened": moved},
            {"unit": "b", "parent": "r1", "level": "association"},
        ]
    )
    contacts = Events("contacts", at="day", unit="unit")
    rows = pl.DataFrame({"day": [DAY, moved], "unit": ["a", "b"]})
    space = Workspace(organisation=tree, tables=[contacts], data={"contacts": rows}, plugins=Plugins.none())
    asked_of = [contacts.coverage("region"), contacts.units("region")]
    assert space.measure(asked_of, start=DAY, until=moved)["value"].to_list() == [0.5, 1.0]


@pytest.mark.parametrize(
    "people",
    [
        pl.Series([2**64 - 1, 2**64 - 2, 2**64 - 1], dtype=pl.UInt64),
        pl.Series([2**100, 5, 2**100], dtype=pl.Int128),
        pl.Series([-(2**63), 2**63 - 1, -(2**63)], dtype=pl.Int64),
        pl.Series([200, 7, 200], dtype=pl.UInt8),
        pl.Series([-128, 127, -128], dtype=pl.Int8),
        pl.Series([-(2**15), 2**15 - 1, -(2**15)], dtype=pl.Int16),
        pl.Series([-(2**31), 2**31 - 1, -(2**31)], dtype=pl.Int32),
        pl.Series(["ö", "b", "ö"]),
        pl.Series(["a", "b", "a"], dtype=pl.Categorical),
        pl.Series([True, False, True]),
        pl.Series([1.5, 2.5, 1.5]),
        pl.Series([DAY, DAY + timedelta(days=1), DAY]),
    ],
    ids=lambda people: str(people.dtype),
)
def test_people_may_be_named_by_anything(people: pl.Series) -> None:
    days = pl.Series([date(2022, 1, 5), date(2022, 1, 6), date(2022, 2, 1)])
    contacts = Events("contacts", at="day", entity="person")
    stays = Spells("stays", start="day", end="left", entity="person")
    left = pl.Series("left", [None] * 3, dtype=pl.Date)
    rows = {
        "contacts": pl.DataFrame({"day": days, "person": people}),
        "stays": pl.DataFrame({"day": days, "person": people, "left": left}),
    }
    space = Workspace(tables=[contacts, stays], data=rows, plugins=Plugins.none())
    converted = contacts.converted(stays.rows("start"), within="60d", attribution="all", immature="include")
    asked_of = [contacts.distinct(), converted.numerator, stays.active()]
    assert space.measure(asked_of, start=DAY, until=date(2022, 12, 31))["value"].to_list() == [2, 2, 2]
