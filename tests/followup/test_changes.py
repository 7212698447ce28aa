"""Two plans side by side, and a goal over the years."""

from __future__ import annotations

from datetime import date

import attrs
import polars as pl
import pytest

from hgplan import (
    Activity,
    Condition,
    Events,
    Goal,
    Metric,
    Organisation,
    Phase,
    Plan,
    PlanError,
    Plugins,
    Strategy,
    Target,
    Vision,
    Workspace,
    compare_plans,
)
from hgplan.followup.changes import CHANGES
from hgplan.followup.editions import comparable
from hgplan.followup.years import YEARS

OLD = Plan(
    id="p-2022",
    title="Plan 2022",
    vision=Vision(title="Ahead", year=2027),
    phases=[Phase(id="spring", title="Spring", start=date(2022, 1, 1), end=date(2022, 6, 30))],
    strategies=[
        Strategy(
            id="grow",
            title="More members",
            goals=[
                Goal(
                    id="new",
                    title="New members",
                    metric="recruits",
                    targets=[Target(period="2022", at_least=270), Target(period="2023", at_least=300)],
                    conditions=[Condition(title="whom we keep", metric="retention")],
                ),
                Goal(id="heard", title="We are heard in town"),
            ],
            activities=[Activity(id="doors", title="Doors", owner="north", hours=10)],
        )
    ],
    direct_goals=[Goal(id="visits", title="House calls", metric="calls")],
)
NEW = Plan(
    id="p-2022",
    title="Plan 2022, revised",
    vision=Vision(title="Ahead", year=2028),
    strategies=[
        Strategy(
            id="grow",
            title="More members",
            goals=[
                Goal(
                    id="new",
                    title="New members",
                    metric="recruits",
                    weight=2,
                    targets=[
                        Target(period="2022", at_least=270),
                        Target(period="2022", at_least=250, adopted=date(2022, 5, 1), reason="fewer doors opened"),
                        Target(period="2023", unit="north", between=[10, 20]),
                    ],
                    conditions=[Condition(title="whom we keep", metric="retention", at_least=60)],
                ),
                Goal(id="voice", title="We are heard in the town"),
                Goal(id="people", title="Knocking", metric="calls"),
            ],
            activities=[Activity(id="doors", title="Doors", hours=12, partners=["the library"])],
        ),
        Strategy(id="learn", title="Everybody learns"),
    ],
)


def changes(part: str, earlier: Plan = OLD, later: Plan = NEW) -> list[tuple[object, ...]]:
    told = compare_plans(earlier, later).filter(pl.col("part") == part)
    return told.select("id", "change", "field", "from", "to").rows()


def test_a_plan_held_against_itself_has_changed_in_nothing() -> None:
    told = compare_plans(OLD, OLD)
    assert told.is_empty()
    assert told.schema == CHANGES


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(PlanError, match="got str"):
        compare_plans(OLD, "plan.toml")


def test_each_field_that_is_another_now_has_its_row() -> None:
    assert changes("plan") == [("plan", "changed", "title", "Plan 2022", "Plan 2022, revised")]
    assert changes("vision") == [("vision", "changed", "year", "2027", "2028")]
    assert changes("activity") == [
        ("doors", "changed", "owner", "north", None),
        ("doors", "changed", "partners", None, "the library"),
        ("doors", "changed", "hours", "10", "12"),
    ]
    assert changes("condition") == [("whom we keep", "changed", "threshold", None, "at_least 60")]


def test_what_came_and_what_went_is_told_with_its_title() -> None:
    assert changes("strategy") == [("learn", "added", "title", None, "Everybody learns")]
    assert changes("phase") == [("spring", "removed", "title", "Spring", None)]
    assert changes("phase", NEW, OLD) == [("spring", "added", "title", None, "Spring")]


def test_a_targets_newest_version_is_compared_and_its_reason_told() -> None:
    told = compare_plans(OLD, NEW).filter(pl.col("part") == "target")
    assert told.select("id", "of", "change", "from", "to", "reason", "adopted").rows() == [
        ("2022", "new", "changed", "at_least 270", "at_least 250", "fewer doors opened", date(2022, 5, 1)),
        ("2023", "new", "removed", "at_least 300", None, None, None),
        ("2023 north", "new", "added", None, "between 10; 20", None, None),
    ]


def test_what_may_only_be_renamed_is_suggested_by_metric_and_title() -> None:
    goals = compare_plans(OLD, NEW).filter((pl.col("part") == "goal") & (pl.col("change") != "changed"))
    assert goals.select("id", "of", "change", "like").rows() == [
        ("heard", "grow", "removed", "voice"),
        ("visits", None, "removed", "people"),
        ("voice", "grow", "added", "heard"),
        ("people", "grow", "added", "visits"),
    ]
    unlike = attrs.evolve(
        OLD, direct_goals=[Goal(id="visits", title="House calls", metric="calls", parameters={"n": 2})]
    )
    told = compare_plans(unlike, NEW).filter(pl.col("id") == "visits")
    assert told["like"].to_list() == [None]


def test_a_goal_that_moves_to_another_strategy_has_changed_in_that() -> None:
    moved = attrs.evolve(OLD, strategies=[], direct_goals=[*OLD.strategies[0].goals, *OLD.direct_goals])
    assert ("new", "changed", "strategy", "grow", None) in changes("goal", OLD, moved)


# --- a goal over the years ---

TREE = Organisation.from_rows([{"unit": "club"}, {"unit": "north", "parent": "club"}])
COUNTS = {2020: 4, 2021: 8, 2022: 10, 2023: 5}


def workspace(since: date | None = None) -> Workspace:
    goal = Goal(
        id="calls",
        title="Calls",
        metric="calls",
        targets=[
            Target(period="2022", at_least=12),
            Target(period="2022", at_least=10, adopted=date(2022, 6, 1), reason="one caller less"),
            Target(period="2024", at_least=20),
        ],
    )
    days = [date(year, 3, 1 + number) for year, count in COUNTS.items() for number in range(count)]
    metric = attrs.evolve(Metric.formula("calls", "calls.count()"), version="2", since=since)
    return Workspace(
        plan=Plan(id="p", title="P", direct_goals=[goal, Goal(id="spirit", title="Spirit")]),
        organisation=TREE,
        tables=[Events("calls", at="day", unit="unit")],
        metrics=[metric],
        data={"calls": pl.DataFrame({"day": days}).with_columns(pl.lit("north").alias("unit"))},
        plugins=Plugins.none(),
    )


def test_targets_and_outcomes_stand_side_by_side_over_the_years() -> None:
    told = workspace().year_to_year(["calls"], until="2023-12-31")
    assert told.schema == YEARS
    columns = ("value", "adopted_target", "target", "reason", "status", "change", "change_percent")
    assert told.select(pl.col("period_start").dt.year(), *columns).rows() == [
        (2020, 4, None, None, None, None, None, None),
        (2021, 8, None, None, None, None, 4, 1.0),
        (2022, 10, 12, 10, "one caller less", "reached", 2, 0.25),
        (2023, 5, None, None, None, None, -5, -0.5),
        (2024, None, 20, 20, None, "no_data", None, None),
    ]
    assert told["definition"].unique().to_list() == ["now"]


@pytest.mark.parametrize(
    ("since", "definitions", "changes"),
    [
        (date(2022, 1, 1), ["before", "before", "now", "now"], [None, 4, None, -5]),
        (date(2022, 2, 1), ["before", "before", "both", "now"], [None, 4, None, None]),
        (date(2020, 1, 1), ["now", "now", "now", "now"], [None, 4, 2, -5]),
    ],
)
def test_a_changed_definition_breaks_the_series(
    since: date, definitions: list[str], changes: list[float | None]
) -> None:
    told = workspace(since).year_to_year(["calls"], until="2023-12-31").head(4)
    assert told["definition"].to_list() == definitions
    assert told["change"].to_list() == changes
    assert told["series_break"].to_list() == [None, *(change is None for change in changes[1:])]
    assert told["version"].unique().to_list() == ["2"]


def test_a_year_that_is_not_over_is_there_and_a_start_says_where_to_begin() -> None:
    told = workspace().year_to_year(["calls"], "all", start="2022-01-01", until="2023-03-02")
    rows = told.filter(pl.col("unit") == "north").select("period_start", "value").rows()
    assert rows == [(date(2022, 1, 1), 10), (date(2023, 1, 1), 2), (date(2024, 1, 1), None)]
    halves = workspace().year_to_year(["calls"], every="half", start="2023-01-01", until="2023-12-31")
    assert halves["value"].to_list()[:2] == [5, 0]


def test_a_goal_without_a_figure_is_there_and_has_none() -> None:
    row = workspace().year_to_year(["spirit"], until="2023-12-31").row(0, named=True)
    assert (row["period_start"], row["value"], row["definition"], row["series_break"]) == (
        date(2023, 1, 1), None, None, None,
    )  # fmt: skip


def test_a_year_is_held_against_the_year_before_it_and_not_across_a_gap() -> None:
    told = workspace().year_to_year(["calls"], until="2022-12-31")
    assert told.select(pl.col("period_start").dt.year(), "series_break").rows()[-2:] == [(2022, False), (2024, None)]


def test_a_target_stands_with_its_reason_from_the_day_of_its_adoption() -> None:
    told = workspace().year_to_year(["calls"], until="2022-05-31")
    row = told.row(by_predicate=pl.col("period_start") == date(2022, 1, 1), named=True)
    assert (row["adopted_target"], row["target"], row["reason"]) == (12, 12, None)


def test_spans_that_both_hold_the_day_of_a_change_cannot_be_compared() -> None:
    year, shifted = (date(2022, 1, 1), date(2022, 12, 31)), (date(2021, 10, 1), date(2022, 9, 30))
    assert not comparable(date(2022, 3, 1), year, shifted)
    assert comparable(date(2021, 10, 1), year, shifted)


def test_a_target_for_another_year_is_another_target() -> None:
    def plan(year: str) -> Plan:
        return Plan(
            id="p", title="P", direct_goals=[Goal(id="g", title="G", targets=[Target(period=year, at_least=1)])]
        )

    assert compare_plans(plan("2022"), plan("2023"))["like"].to_list() == [None, None]


def test_of_many_parts_those_of_one_title_are_taken_for_the_same() -> None:
    def plan(year: int) -> Plan:
        parts = [Activity(id=f"{year}-{number}", title=f"Evening {number}") for number in range(300)]
        return Plan(id="p", title="P", direct_activities=parts)

    told = compare_plans(plan(2022), plan(2023)).filter(pl.col("change") == "removed")
    assert told.select("id", "like").rows()[:2] == [("2022-0", "2023-0"), ("2022-1", "2023-1")]
    assert told["like"].null_count() == 0
