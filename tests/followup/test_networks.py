"""Networks of activities: the critical path worked by hand and against every path, and what waits for what."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Activity
from hgplan.followup.networks import late_ones, scheduled, waits
from hgplan.model import ActivityStatus

JANUARY = date(2022, 1, 1)
NAMES = "gfedcba"


def activity(
    id: str,
    start: int | None,
    end: int | None,
    after: str = "",
    status: ActivityStatus | None = None,
) -> Activity:
    """An activity from one day of January 2022 to another, both in."""
    first, last = (None if day is None else JANUARY + timedelta(days=day - 1) for day in (start, end))
    return Activity(id=id, title=id, start=first, end=last, depends_on=list(after), status=status)


def told(*activities: Activity) -> dict[str, tuple[int | None, int | None, int | None, bool]]:
    """Earliest first and last day of January, slack, critical."""
    return {
        id: (
            None if one.start is None else (one.start - JANUARY).days + 1,
            None if one.end is None else (one.end - JANUARY).days + 1,
            one.slack,
            one.critical,
        )
        for id, one in scheduled(activities).items()
    }


def test_the_longest_way_is_critical_and_the_shorter_has_slack() -> None:
    found = told(
        activity("a", 1, 10), activity("b", 11, 20, "a"), activity("c", 11, 15, "a"), activity("d", 21, 31, "bc")
    )
    assert found == {
        "a": (1, 10, 0, True),
        "b": (11, 20, 0, True),
        "c": (11, 15, 5, False),
        "d": (21, 31, 0, True),
    }


def test_who_is_planned_too_early_is_moved_behind_what_it_waits_for() -> None:
    assert told(activity("a", 1, 10), activity("b", 5, 8, "a")) == {"a": (1, 10, 0, True), "b": (11, 14, 0, True)}


def test_a_pause_before_the_own_first_day_is_slack_of_what_comes_before() -> None:
    assert told(activity("a", 1, 10), activity("b", 15, 20, "a")) == {"a": (1, 10, 4, False), "b": (15, 20, 0, True)}


def test_each_network_has_a_critical_path_of_its_own_and_a_lone_activity_none() -> None:
    found = told(
        activity("a", 1, 2),
        activity("b", 3, 4, "a"),
        activity("x", 10, 12),
        activity("y", 13, 31, "x"),
        activity("l", 1, 31),
    )
    assert {id for id, one in found.items() if one[3]} == {"a", "b", "x", "y"}
    assert found["l"] == (1, 31, None, False)


def test_a_cancelled_activity_holds_nobody_up_and_days_unsaid_are_never_made_up() -> None:
    found = told(
        activity("gone", 1, 30, status="cancelled"),
        activity("a", 2, 3, "g"),
        activity("u", None, 5),
        activity("b", 6, 7, "u"),
    )
    assert found["gone"] == (None, None, None, False)
    assert found["u"] == found["b"] == (None, None, None, False)


def test_the_end_of_the_calendar_is_no_error() -> None:
    last = Activity(id="a", title="A", start=date(9999, 12, 30), end=date.max)
    assert (
        scheduled([last, Activity(id="b", title="B", start=JANUARY, end=JANUARY, depends_on=["a"])])["b"].start is None
    )


def test_what_is_late_is_told_through_all_that_waits_and_not_through_what_is_done() -> None:
    chain = [
        activity("f", 1, 3, status="ongoing"),
        activity("p", 4, 6, "f", status="done"),
        activity("m", 7, 9, "p"),
        activity("k", 1, 9, "f", status="planned"),
        activity("z", 10, 31, "mk"),
        activity("c", 1, 2, "f", status="cancelled"),
    ]
    assert late_ones(chain, JANUARY + timedelta(days=8)) == {"f"}
    assert late_ones(chain, JANUARY + timedelta(days=9)) == {"f", "m", "k"}
    found = waits(chain)
    assert (found["m"], found["k"]) == ((), ("f",))
    assert set(found["z"]) == {"f", "m", "k"}
    assert found["z"].index("f") < found["z"].index("k")
    assert "p" not in found
    assert "c" not in found


@st.composite
def networks(draw: st.DrawFn) -> list[Activity]:
    found = []
    for number in range(draw(st.integers(1, 7))):
        start = draw(st.integers(1, 20))
        # What comes first has the last name, so that no order of names passes for one of time.
        after = [NAMES[other] for other in range(number) if draw(st.integers(0, 2)) == 0]
        found.append(activity(NAMES[number], start, start + draw(st.integers(0, 6)), "".join(after)))
    return draw(st.permutations(found))


def paths(activities: list[Activity], id: str) -> list[list[str]]:
    """Every way from an activity to a last one, by trying them all."""
    later = [one.id for one in activities if id in one.depends_on]
    return [[id, *rest] for one in later for rest in paths(activities, one)] or [[id]]


@given(networks())
def test_the_slack_is_what_the_worst_way_onwards_leaves(activities: list[Activity]) -> None:
    known = {one.id: one for one in activities}
    days = {id: (one.end - one.start).days + 1 for id, one in known.items() if one.start and one.end}

    def earliest(id: str) -> date:
        one = known[id]
        assert one.start
        return max([one.start, *(earliest(name) + timedelta(days=days[name]) for name in one.depends_on)])

    def network(id: str) -> set[str]:
        found = {id}
        while True:
            more = {
                one.id for one in activities for other in found
                if one.id in known[other].depends_on or other in one.depends_on
            } | found  # fmt: skip
            if more == found:
                return found
            found = more

    for id, one in scheduled(activities).items():
        assert one.start == earliest(id)
        near = network(id)
        if len(near) == 1:
            assert one.slack is None
            continue
        last = max(earliest(other) + timedelta(days=days[other] - 1) for other in near)
        # The longest way on from here, as so many days one after the other.
        longest = max(sum(days[step] for step in way) for way in paths(activities, id))
        assert one.slack == (last - earliest(id)).days + 1 - longest
        assert one.critical == (one.slack <= 0)


@given(networks(), st.data())
def test_waiting_is_reachability_through_what_is_not_done(activities: list[Activity], data: st.DataObject) -> None:
    words: st.SearchStrategy[ActivityStatus | None] = st.sampled_from([None, "planned", "ongoing", "done", "cancelled"])
    marked = [attrs.evolve(one, status=data.draw(words)) for one in activities]
    left = {one.id: one for one in marked if one.status not in ("done", "cancelled")}

    def reached(id: str) -> set[str]:
        direct = {name for name in left[id].depends_on if name in left}
        return direct.union(*(reached(name) for name in direct))

    found = waits(marked)
    assert {id: set(names) for id, names in found.items()} == {id: reached(id) for id in left}
    for names in found.values():
        for earlier, later in pairwise(names):
            assert later not in reached(earlier)


@pytest.mark.parametrize("count", [20_000])
def test_a_long_chain_is_no_trouble(count: int) -> None:
    chain = [
        Activity(id=str(n), title="A", start=JANUARY, end=JANUARY, status="done", depends_on=[str(n - 1)] if n else [])
        for n in range(count)
    ]
    found = scheduled(chain)
    assert found[str(count - 1)].start == JANUARY + timedelta(days=count - 1)
    assert found["0"].critical
