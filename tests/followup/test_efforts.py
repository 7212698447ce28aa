"""What activities take, rolled up over what they count towards: shared ones once where both ways meet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Activity, Goal, Organisation, Plan, PlanError, Plugins, Strategy, Workspace
from hgplan.errors import UnknownName

TREE = Organisation.from_rows(
    [
        {"unit": "federation", "level": "federation"},
        {"unit": "north", "parent": "federation", "level": "chapter"},
        {"unit": "south", "parent": "federation", "level": "chapter"},
        {"unit": "hill", "parent": "north", "level": "group"},
    ]
)


def plan() -> Plan:
    first = Strategy(
        id="first",
        title="First",
        goals=[Goal(id="heard", title="Heard")],
        activities=[Activity(id="days", title="Days", contributes=["heard"], hours=10)],
    )
    second = Strategy(
        id="second",
        title="Second",
        goals=[Goal(id="more", title="More")],
        activities=[Activity(id="doors", title="Doors", contributes=["more"])],
    )
    table = [
        Activity(id="a", title="A", owner="hill", contributes=["days"], hours=4, budget=100, recruiting=True),
        # Part of both, and so of both strategies.
        Activity(id="b", title="B", owner="south", contributes=["days", "doors"], hours=6, recruiting=False),
        Activity(id="c", title="C", owner="somebody", contributes=["more"], budget=50, aligns=["heard"]),
        Activity(id="d", title="D", owner="north"),
    ]
    return Plan(id="p", title="P", strategies=[first, second], direct_activities=table)


def workspace() -> Workspace:
    return Workspace(plan=plan(), organisation=TREE, plugins=Plugins.none())


def told(units: str = "root", **said: str) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["id"], row["unit"]): row for row in workspace().efforts(units, **said).iter_rows(named=True)}


def test_a_shared_activity_counts_at_both_and_once_where_they_meet() -> None:
    rows = told()
    hours = {id: rows[id, "federation"]["hours"] for id in ("first", "second", "p", "days", "doors", "heard", "more")}
    assert hours == {"first": 20, "second": 6, "p": 20, "days": 20, "doors": 6, "heard": 20, "more": 6}
    counts = {id: rows[id, "federation"]["activities"] for id in ("first", "second", "p")}
    assert counts == {"first": 3, "second": 3, "p": 6}
    assert [rows[id, "federation"]["elsewhere"] for id in ("first", "second", "days", "p")] == [1, 1, 1, 0]


def test_what_is_unsaid_is_told_by_number_and_an_activity_with_parts_needs_nothing_of_its_own() -> None:
    rows = told()
    whole = rows["p", "federation"]
    # Neither c nor d has hours; doors has parts. Of budgets days and doors need none, b and d lack them.
    assert (whole["without_hours"], whole["budget"], whole["without_budget"]) == (2, 150, 2)
    assert (whole["recruiting"], whole["without_recruiting"]) == (1, 4)
    assert rows["d", "federation"]["hours"] is None


def test_what_was_cancelled_takes_nothing() -> None:
    off = [attrs.evolve(one, status="cancelled") if one.id == "b" else one for one in plan().direct_activities]
    ws = Workspace(plan=attrs.evolve(plan(), direct_activities=off), organisation=TREE, plugins=Plugins.none())
    rows = {row["id"]: row for row in ws.efforts().iter_rows(named=True)}
    assert {id: rows[id]["hours"] for id in ("p", "days", "doors", "b")} == {
        "p": 14, "days": 14, "doors": None, "b": None,
    }  # fmt: skip
    assert (rows["doors"]["activities"], rows["b"]["activities"], rows["b"]["without_hours"]) == (1, 0, 0)


def test_kinship_is_shown_and_counts_nowhere() -> None:
    heard = told()["heard", "federation"]
    assert (heard["akin"], heard["budget"]) == (1, 100)


def test_an_activity_counts_at_its_owners_unit_and_those_above() -> None:
    rows = told("all")
    assert [rows["p", unit]["activities"] for unit in ("federation", "north", "south", "hill")] == [6, 2, 1, 1]
    assert [rows["first", unit]["hours"] for unit in ("north", "south", "hill")] == [4, 6, 4]
    assert rows["p", "hill"]["level"] == "group"


def test_with_a_period_activities_count_in_the_one_that_they_begin_in() -> None:
    dated = [
        Activity(id="x", title="X", hours=1, start=date(2024, 12, 1), end=date(2025, 2, 1)),
        Activity(id="y", title="Y", hours=2, start=date(2025, 3, 1)),
        Activity(id="z", title="Z", hours=4),
    ]
    ws = Workspace(plan=Plan(id="p", title="P", direct_activities=dated), plugins=Plugins.none())
    hours = {period: ws.efforts(period=period)["hours"][0] for period in ("2024", "2025")}
    assert hours == {"2024": 5, "2025": 6}


def test_an_unknown_unit_or_period_is_refused() -> None:
    with pytest.raises(UnknownName, match="nort"):
        workspace().efforts("nort")
    with pytest.raises(PlanError, match="2024-Q9"):
        workspace().efforts(period="2024-Q9")


@st.composite
def activities(draw: st.DrawFn) -> list[Activity]:
    """Activities each part of some of those before it, so that there are no circles."""
    count = draw(st.integers(1, 7))
    return [
        Activity(
            id=f"a{number}",
            title="A",
            hours=draw(st.sampled_from([None, 1, 2, 4])),
            contributes=draw(st.lists(st.sampled_from([f"a{k}" for k in range(number)]), unique=True))
            if number
            else [],
        )
        for number in range(count)
    ]


def reached_slowly(id: str, known: dict[str, Activity]) -> Iterable[str]:
    """All that count towards an activity, found by looking at everybody again and again."""
    found = {id}
    while True:
        more = {one.id for one in known.values() if found & set(one.contributes)} - found
        if not more:
            return found
        found |= more


@given(activities())
def test_every_part_sums_each_activity_below_it_once(drawn: list[Activity]) -> None:
    known = {one.id: one for one in drawn}
    ws = Workspace(plan=Plan(id="p", title="P", direct_activities=drawn), plugins=Plugins.none())
    for row in ws.efforts().iter_rows(named=True):
        below = known if row["id"] == "p" else reached_slowly(row["id"], known)
        hours = [known[id].hours for id in below if known[id].hours is not None]
        assert (row["activities"], row["hours"]) == (len(below), sum(hours) if hours else None)


def test_an_activity_inside_an_activity_is_not_elsewhere() -> None:
    nested = [
        Activity(id="year", title="Year"),
        Activity(id="spring", title="Spring", contributes=["year"]),
        Activity(id="fair", title="Fair", contributes=["spring"]),
    ]
    frame = Workspace(plan=Plan(id="p", title="P", direct_activities=nested), plugins=Plugins.none()).efforts()
    assert frame.select("id", "activities", "elsewhere").rows() == [
        ("p", 3, 0),
        ("year", 3, 0),
        ("spring", 2, 0),
        ("fair", 1, 0),
    ]
