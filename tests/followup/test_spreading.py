"""A plan's target spread over its units, and the units' targets held together again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hgplan
from hgplan import Events, Goal, Metric, Organisation, Plan, PlanError, Target, Vision, Workspace, parse
from hgplan.errors import UnknownName

TREE = Organisation.from_rows(
    [
        {"unit": "region", "level": "region"},
        {"unit": "north", "parent": "region", "level": "area"},
        {"unit": "south", "parent": "region", "level": "area"},
        {"unit": "hill", "parent": "north", "level": "association"},
        {"unit": "lake", "parent": "north", "level": "association", "closed": "2022-07-01"},
        {"unit": "lake", "parent": "south", "level": "association", "opened": "2022-07-01"},
        {"unit": "port", "parent": "south", "level": "association"},
        {"unit": "dock", "parent": "south", "level": "association", "closed": "2022-03-01"},
        {"unit": "isle", "parent": "south", "level": "association", "opened": "2023-02-01"},
    ]
)
JOINED = Events("joined", at="day", unit="unit", entity="person")
JOINS = Metric(name="joins", measure=parse("joined.count()"), unit="people")
SHARE = Metric(name="share", measure=parse("joined.count() / joined.distinct()"), unit="%")


def rows(**often: int) -> pl.DataFrame:
    """So many who joined in each unit on the last day of 2021, and twice as many on the last day of 2022."""
    found = [
        {"day": date(2021 + later, 12, 31), "unit": unit, "person": f"{unit}{number}"}
        for unit, times in often.items()
        for later in (0, 1)
        for number in range(times * (1 + later))
    ]
    return pl.DataFrame(found, schema={"day": pl.Date, "unit": pl.String, "person": pl.String})


def workspace(*targets: Target, metric: str = "joins", **said: object) -> Workspace:
    goal = Goal(id="grow", title="Grow", metric=metric, targets=targets, **said)  # type: ignore[arg-type]
    return Workspace(
        plan=Plan(id="p", title="P", direct_goals=[goal]),
        organisation=TREE,
        tables=[JOINED],
        metrics=[JOINS, SHARE],
        data={"joined": rows(hill=6, lake=3, port=1, dock=9)},
    )


def test_a_goals_target_is_spread_by_last_years_figures() -> None:
    ws = workspace(Target(period="2023", at_least=1000), Target(period="2022", at_least=10))
    dealt = ws.allocate("grow", "joins", units="association", period="2023")
    # 12, 6 and 2 of 2022; dock has closed, and isle, which opens in 2023, has no figure to go by.
    assert dict(dealt) == {"hill": 600, "lake": 300, "port": 100}
    assert dealt.weights == {"hill": 12, "lake": 6, "port": 2}


def test_the_units_right_below_share_by_what_stands_under_them_in_the_targets_tree() -> None:
    ws = workspace(Target(period="2023", at_least=1000))
    # The 18 that dock, closed since, let in late are the south's.
    assert dict(ws.allocate("grow", "joins")) == {"north": 316, "south": 684}
    # lake moved on 1 July 2022: with the old tree its recruits are the north's
    assert dict(ws.allocate("grow", "joins", tree="2022-06-30")) == {"north": 474, "south": 526}


def test_the_target_of_a_unit_is_spread_over_those_below_it() -> None:
    ws = workspace(Target(period="2023", at_least=1000), Target(period="2023", unit="south", at_least=40))
    assert dict(ws.allocate("grow", "joins", of="south")) == {"lake": 30, "port": 10}


def test_a_number_is_spread_by_any_measure_of_any_time() -> None:
    ws = workspace()
    told = ws.allocate(10, JOINED.count(), units="association", measured="2021")
    assert dict(told) == {"hill": 6, "lake": 3, "port": 1}
    assert dict(ws.allocate(Decimal("1.0"), "joins", units=["hill", "lake"])) == {
        "hill": Decimal("0.7"),
        "lake": Decimal("0.3"),
    }


def test_a_number_is_spread_without_a_plan() -> None:
    ws = Workspace(organisation=TREE, tables=[JOINED], data={"joined": rows(hill=6, lake=3)})
    assert dict(ws.allocate(9, "joined.count()", units=["hill", "lake"])) == {"hill": 6, "lake": 3}
    assert dict(ws.allocate(9, "joined.count()", period="2023", of="north")) == {"hill": 9}
    with pytest.raises(PlanError, match="has no plan"):
        ws.allocate("grow", "joined.count()")


def test_bounds_are_those_of_an_allocation() -> None:
    ws = workspace(Target(period="2023", at_least=1000))
    dealt = ws.allocate("grow", "joins", units="association", floors={"port": 150}, caps=500)
    assert dict(dealt) == {"hill": 500, "lake": 350, "port": 150}


def test_what_is_spread_adds_up_and_leaves_no_gap() -> None:
    target = Target(period="2023", at_least=997)
    dealt = workspace(target).allocate("grow", "joins", units="association")
    local = [Target(period="2023", unit=unit, at_least=int(share)) for unit, share in dealt.items()]
    assert workspace(target, *local).allocation_gaps().is_empty()


def test_the_newest_target_is_spread_unless_an_earlier_day_is_asked() -> None:
    first = Target(period="2023", at_least=100, adopted=date(2021, 11, 1))
    later = Target(period="2023", at_least=200, adopted=date(2023, 6, 1), reason="more doors")
    ws = workspace(first, later)
    assert ws.allocate("grow", "joins").target == 200
    assert ws.allocation_gaps(known_on="2022-01-01").is_empty()


@pytest.mark.parametrize(
    ("targets", "asked", "told"),
    [
        ((), {}, "there is no target to spread"),
        ((Target(period="2023", at_least=5), Target(period="2022", at_least=5)), {}, "which target is to be spread"),
        ((Target(period="2023", at_least=5),), {"period": "2024"}, "no target for '2024'"),
        ((Target(period="2023", between=(5, 7)),), {}, "of the kind between"),
        ((Target(period="2023", increase_by_percent=5),), {}, "of the kind increase_by_percent"),
        ((Target(period="2023", at_least=5),), {"units": "assosiation"}, "no level named"),
        ((Target(period="2023", at_least=5),), {"units": ["hil"]}, "no unit named 'hil'"),
        ((Target(period="2023", at_least=5),), {"units": ["hill", "north"]}, "'hill' stands below 'north'"),
        ((Target(period="2023", at_least=5),), {"of": "hill"}, "there is no target to spread"),
        ((Target(period="2023", unit="hill", at_least=5),), {"of": "hill"}, "no unit right below 'hill'"),
        ((Target(period="2023", at_least=5),), {"measured": "2024"}, "begins after 2022-12-31"),
        ((Target(period="2023", at_least=5),), {"measured": "2020"}, "all weights are 0"),
    ],
)
def test_what_cannot_be_spread_is_refused(targets, asked, told: str) -> None:
    with pytest.raises(PlanError, match=told):
        workspace(*targets).allocate("grow", "joins", **asked)


def test_a_goal_in_percent_is_not_spread() -> None:
    ws = workspace(Target(period="2023", at_least=50), metric="share")
    with pytest.raises(PlanError, match="don't add up"):
        ws.allocate("grow", "joins")
    assert ws.allocation_gaps().is_empty()


def test_an_unknown_goal_gets_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'grow'"):
        workspace().allocate("gro", "joins")


def test_a_figure_that_is_missing_is_refused_by_unit() -> None:
    owed = hgplan.Snapshots("owed", at="day", unit="unit", expected={"every": "year", "level": "association"})  # type: ignore[arg-type]
    ws = Workspace(
        organisation=TREE,
        tables=[owed],
        data={"owed": pl.DataFrame({"day": [date(2022, 5, 1)], "unit": ["hill"], "members": [5]})},
    )
    with pytest.raises(PlanError, match="for unit 'port' in 2022 is missing"):
        ws.allocate(10, owed.last("members"), units=["hill", "port"], measured="2022", until="2022-12-31")


def test_targets_that_do_not_add_up_are_told_with_what_is_nobodys() -> None:
    ws = workspace(
        Target(period="2022", at_least=100),
        Target(period="2022", unit="north", at_least=60),
        Target(period="2022", unit="hill", at_least=20),
        Target(period="2022", unit="port", at_least=30),
        Target(period="2022-01-01/2022-12-31", unit="lake", at_least=4.5),
        Target(period="2022-H1", at_least=50),
    )
    assert ws.allocation_gaps().rows() == [
        # lake stands in the south at the end of 2022, where nobody above it but the region has a target
        ("grow", "region", "2022", "at_least", 100.0, 94.5, -5.5),
        ("grow", "north", "2022", "at_least", 60.0, 20.0, -40.0),
    ]
    before = ws.allocation_gaps(["grow"], tree="2022-06-30")
    assert before.rows()[1] == ("grow", "north", "2022", "at_least", 60.0, 24.5, -35.5)
    assert before.rows()[0] == ("grow", "region", "2022", "at_least", 100.0, 90.0, -10.0)


def test_targets_of_different_kinds_cannot_be_added() -> None:
    ws = workspace(Target(period="2022", at_least=100), Target(period="2022", unit="north", at_most=100))
    assert ws.allocation_gaps().rows() == [("grow", "region", "2022", "at_least", 100.0, None, None)]


def test_both_ends_of_a_range_are_held_together() -> None:
    ws = workspace(
        Target(period="2022", between=(10, 20)),
        Target(period="2022", unit="north", between=(4, 9)),
        Target(period="2022", unit="south", between=(6, 12)),
    )
    assert ws.allocation_gaps().rows() == [("grow", "region", "2022", "at_most", 20.0, 21.0, 1.0)]


def test_a_tenth_and_two_tenths_make_three() -> None:
    ws = workspace(
        Target(period="2022", at_least=0.3),
        Target(period="2022", unit="north", at_least=0.1),
        Target(period="2022", unit="south", at_least=0.2),
    )
    assert ws.allocation_gaps().is_empty()


def test_a_plan_without_goals_or_data_has_no_gaps() -> None:
    plan = Plan(id="p", title="P", vision=Vision(title="V", year=2027, goals=[Goal(id="g", title="G")]))
    assert Workspace(plan=plan).allocation_gaps().is_empty()


@given(st.dictionaries(st.sampled_from(["hill", "lake", "port", "isle"]), st.integers(0, 20), min_size=1))
def test_the_difference_is_what_was_allocated_beyond_the_target(local: dict[str, int]) -> None:
    ws = workspace(
        Target(period="2023", at_least=30), *(Target(period="2023", unit=u, at_least=v) for u, v in local.items())
    )
    beyond = sum(local.values()) - 30
    told = ws.allocation_gaps()["difference"].to_list()
    assert told == ([float(beyond)] if beyond else [])
