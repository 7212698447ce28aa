"""Whoever is counted in windows by steps is counted as one who looks every day up would count."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Events, Plugins, Workspace
from hgplan.engine.steps import BEFORE, TICK, Steps

TICKS = 9

seen = st.frozensets(st.integers(0, TICKS - 1), min_size=1)
places = st.lists(st.lists(seen, max_size=6), min_size=1, max_size=4)
windows = st.lists(
    st.tuples(st.integers(0, TICKS - 1), st.integers(0, TICKS - 1)).map(lambda ends: (min(ends), max(ends))),
    min_size=1,
    max_size=8,
)


def steps(people: list[list[frozenset[int]]]) -> Steps:
    """The steps of people who were seen at a place in some ticks, in no order."""
    found = [
        (place, before, tick, 1)
        for place, here in enumerate(people)
        for ticks in here
        for before, tick in zip([-1, *sorted(ticks)], sorted(ticks), strict=False)
    ]
    schema = {"place": pl.UInt32, BEFORE: pl.Int64, TICK: pl.UInt32, "n": pl.Int64}
    frame = pl.DataFrame(found[::-1], schema=schema, orient="row")
    return Steps(frame, "place", len(people), TICKS)


def looked_up(people: list[list[frozenset[int]]], asked: list[tuple[int, int]]) -> list[int]:
    """How many were seen at each place in each window."""
    return [sum(any(lo <= tick <= hi for tick in ticks) for ticks in here) for here in people for lo, hi in asked]


@given(people=places, asked=windows)
def test_windows_that_overlap_repeat_or_lie_apart_count_everybody_once(
    people: list[list[frozenset[int]]], asked: list[tuple[int, int]]
) -> None:
    assert steps(people).counted(asked).to_list() == looked_up(people, asked)


@given(people=places, others=places, asked=windows)
def test_the_rows_of_others_follow_and_are_counted_beside(
    people: list[list[frozenset[int]]], others: list[list[frozenset[int]]], asked: list[tuple[int, int]]
) -> None:
    both = steps(people).beside(steps(others))
    assert both.counted(asked).to_list() == looked_up([*people, *others], asked)


def test_trailing_windows_count_who_was_seen_before_and_who_came_back() -> None:
    people = [[frozenset({1, 4}), frozenset({2}), frozenset({1, 2, 3, 7})], []]
    asked = [(last - 2, last) for last in range(2, TICKS)]
    assert steps(people).counted(asked).to_list() == looked_up(people, asked)


contacts = Events("contacts", at="day", entity="person")
DAYS = ["2021-02-03", "2021-07-09", "2021-11-30", "2022-01-05", "2022-01-20", "2022-02-14", "2022-03-01"]
ROWS = pl.DataFrame({"day": DAYS, "person": [1, 2, 3, 1, 4, 5, 2]})


@pytest.mark.parametrize("verb", ["trailing('12mo')", "to_date()", "to_date('year')", "trailing('5w')"])
@pytest.mark.parametrize("grains", [["month", "week"], ["week", "month"], ["quarter", "month"]])
def test_running_figures_of_several_grains_are_those_of_each_alone(verb: str, grains: list[str]) -> None:
    ws = Workspace(tables=[contacts], data={"contacts": ROWS}, plugins=Plugins.none())

    def told(every: list[str]) -> pl.DataFrame:
        return ws.measure(f"contacts.distinct().{verb}", every=every, start="2022-01-01", until="2022-03-31")

    assert told(grains).equals(pl.concat([told([grain]) for grain in grains]))
