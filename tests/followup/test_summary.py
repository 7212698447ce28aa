"""Goals of a strategy and of a plan, summed up: counted by status, with an index that says what it is."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import (
    Activity,
    Condition,
    Events,
    Goal,
    Metric,
    Organisation,
    Period,
    Plan,
    Plugins,
    Strategy,
    Target,
    Vision,
    Workspace,
)
from hgplan.followup.summary import STATUSES, SUMMARY

TREE = Organisation.from_rows(
    [
        {"unit": "federation", "level": "federation"},
        {"unit": "north", "parent": "federation", "level": "chapter"},
        {"unit": "south", "parent": "federation", "level": "chapter"},
    ]
)
KINDS = ("calls", "visits", "letters", "fairs")


def happened(counts: dict[tuple[str, str], int], year: int = 2024) -> pl.DataFrame:
    """So many events of a kind in a unit, a day apart from New Year on."""
    rows = [
        (kind, unit, date(year, 1, 1) + timedelta(days=number % 300))
        for (kind, unit), count in counts.items()
        for number in range(count)
    ]
    return pl.DataFrame(rows, schema={"kind": pl.String, "unit": pl.String, "day": pl.Date}, orient="row")


def goal(kind: str, at_least: float | None = None, **said: object) -> Goal:
    targets = [] if at_least is None else [Target(period="2024", at_least=at_least)]
    return Goal(**{"id": kind, "title": kind.title(), "metric": kind, "targets": targets, **said})  # type: ignore[arg-type]


def workspace(
    *strategies: Strategy, data: pl.DataFrame, expected: object = None, vision: Vision | None = None, **said: object
) -> Workspace:
    table = Events("events", at="day", unit="unit", expected=expected)  # type: ignore[arg-type]
    return Workspace(
        plan=Plan(id="p", title="The plan", strategies=strategies, vision=vision, **said),  # type: ignore[arg-type]
        organisation=TREE,
        tables=[table],
        metrics=[Metric.formula(kind, f"events.where(kind == '{kind}').count()") for kind in KINDS],
        data={"events": data},
        plugins=Plugins.none(),
    )


def rows(ws: Workspace, **said: object) -> dict[str, dict[str, object]]:
    """The rows of the root by part: the strategy's id, `plan` or `vision`."""
    told = ws.summary(until=said.pop("until", "2024-12-31"), **said)  # type: ignore[arg-type]
    return {row["strategy"] or row["part"]: row for row in told.iter_rows(named=True)}


ONE = Strategy(id="one", title="One", goals=[goal("calls", 10), goal("visits", 20, weight=3), goal("letters")])
DATA = happened({("calls", "north"): 12, ("visits", "south"): 5, ("fairs", "north"): 1})


def test_the_columns_are_those_that_are_told() -> None:
    told = workspace(ONE, data=DATA).summary(until="2024-12-31")
    assert told.schema == {**SUMMARY, "how": pl.String()}


def test_goals_are_counted_by_status_and_the_unquantified_are_neither_0_nor_reached() -> None:
    row = rows(workspace(ONE, data=DATA))["one"]
    assert (row["goals"], row["reached"], row["not_reached"], row["unquantified"]) == (3, 1, 1, 1)
    assert sum(row[status] for status in STATUSES) == 3
    # Weights 1 and 3: a quarter of the weight is reached, whatever the third goal is.
    assert (row["reached_share"], row["reached_share_least"], row["reached_share_greatest"]) == (0.25, 0.25, 0.25)
    assert row["not_in_index"] == ["letters"]


def test_the_index_counts_each_goal_from_0_to_1_by_its_weight() -> None:
    ws = workspace(ONE, data=DATA)
    row, uncapped = rows(ws)["one"], rows(ws, capped=False)["one"]
    assert row["index"] == pytest.approx((1 * 1.0 + 3 * 0.25) / 4)
    assert uncapped["index"] == pytest.approx((1 * 1.2 + 3 * 0.25) / 4)
    assert (row["least_goal"], row["least_attainment"]) == ("visits", 0.25)
    assert (row["index_least"], row["index_greatest"]) == (row["index"], row["index"])


def test_what_a_row_is_made_of_stands_in_words_in_the_plans_language_or_the_one_asked_for() -> None:
    ws = workspace(ONE, data=DATA)
    told = rows(ws)["one"]["how"]
    assert told == (
        "3 of the strategy's goals counted by status. Reached: 1 of 2 goals with a target, 25.0% by weight. "
        "Index 43.8%: weighted mean (goals' weights) of attainments, each counted from 0 to 100 %: "
        "calls 120.0% × 1; visits 25.0% × 3. An index, no attainment: the goals measure different things. "
        "Without an attainment, and so not in the index: letters. 1 unquantified: counted neither as 0 nor as reached."
    )
    swedish = rows(ws, language="sv")["one"]["how"].replace("\u00a0", " ")
    assert "Ett index, ingen uppfyllelse" in swedish
    assert "Uppnådda: 1 av 2 mål med måltal, 25,0 % efter vikt." in swedish
    assert "each counted" not in rows(ws, capped=False)["one"]["how"]
    assert (
        "equal weights"
        in rows(workspace(Strategy(id="s", title="S", goals=[goal("calls", 10)]), data=DATA))["s"]["how"]
    )


def test_one_goal_over_two_units_pools_its_values_and_averages_no_percentages() -> None:
    targets = [Target(period="2024", unit="north", at_least=10), Target(period="2024", unit="south", at_least=90)]
    strategy = Strategy(id="s", title="S", goals=[Goal(id="calls", title="Calls", metric="calls", targets=targets)])
    data = happened({("calls", "north"): 10, ("calls", "south"): 9})
    row = rows(workspace(strategy, data=data))["s"]
    assert row["index"] == row["least_attainment"] == 19 / 100  # and not (1 + 0.1) / 2
    each = workspace(strategy, data=data).summary("chapter", "2024-12-31").filter(pl.col("part") == "strategy")
    assert dict(each.select("unit", "index").rows()) == {"north": 1.0, "south": 0.1}


def test_a_goal_of_several_metrics_is_a_formula_and_two_goals_with_two_targets_are_two_goals() -> None:
    either = Goal(id="met", title="Met", metric="calls + visits", targets=[Target(period="2024", at_least=34)])
    ws = workspace(Strategy(id="s", title="S", goals=[either]), data=DATA)
    assert ws.attainment(until="2024-12-31").select("value", "attainment").row(0) == (17.0, 0.5)
    assert rows(ws)["s"]["index"] == 0.5


def shared() -> tuple[Strategy, Strategy]:
    first = Strategy(
        id="first",
        title="First",
        goals=[goal("visits", 20)],
        activities=[Activity(id="days", title="Days", contributes=["visits", "calls"], aligns=["fairs"])],
    )
    return first, Strategy(id="second", title="Second", goals=[goal("calls", 24), goal("fairs", 1)])


def test_a_goal_that_two_strategies_share_counts_at_both_and_once_in_the_plan() -> None:
    told = rows(workspace(*shared(), data=DATA))
    assert told["first"]["shared"] == ["calls"]
    assert told["first"]["akin"] == ["fairs"]
    assert [told[part]["goals"] for part in ("first", "second", "plan")] == [2, 2, 3]
    assert told["first"]["index"] == pytest.approx((0.25 + 0.5) / 2)
    # Not the mean of the strategies' indexes, 0.375 and 0.75.
    assert told["plan"]["index"] == pytest.approx((0.25 + 0.5 + 1) / 3)
    assert "Shared with other strategies and counted once in the plan: calls." in told["first"]["how"]


def test_a_goal_that_a_sub_activity_contributes_to_is_shared_by_the_strategy_that_the_activity_is_part_of() -> None:
    first, second = shared()
    part = Activity(id="kitchen", title="Kitchen talks", contributes=["days", "fairs"])
    told = rows(workspace(first, second, data=DATA, direct_activities=[part]))
    assert told["first"]["shared"] == ["calls", "fairs"]
    assert told["first"]["akin"] == []
    assert told["second"]["shared"] == []


def test_missing_reports_widen_the_index_to_what_it_can_be() -> None:
    duty = {"every": "month", "level": "chapter"}
    data = happened({("calls", "north"): 5})
    strategy = Strategy(id="s", title="S", goals=[goal("calls", 10), goal("visits", 10)])
    row = rows(workspace(strategy, data=data, expected=duty))["s"]
    # Five calls can only become more; of the visits nothing else is known than that they are none or more.
    assert (row["index"], row["index_least"], row["index_greatest"]) == (0.25, 0.25, 1.0)
    assert (row["uncertain"], row["reached_share_least"], row["reached_share_greatest"]) == (2, 0.0, 1.0)
    assert "With every report in it can be 25.0%–100.0%." in row["how"]
    free = rows(workspace(strategy, data=data, expected=duty), capped=False)["s"]
    assert (free["index_least"], free["index_greatest"]) == (0.25, None)


def test_a_reached_goal_whose_condition_is_unset_is_told() -> None:
    kept = Condition(title="kept: over; time")
    strategy = Strategy(id="s", title="S", goals=[goal("calls", 10, conditions=[kept])])
    row = rows(workspace(strategy, data=DATA))["s"]
    assert (row["reached"], row["open_conditions"]) == (1, 1)
    assert "1 of the reached have conditions that are not met." in row["how"]
    met = Condition(title="kept: over; time", metric="visits", at_least=1)
    strategy = Strategy(id="s", title="S", goals=[goal("calls", 10, conditions=[met])])
    assert rows(workspace(strategy, data=DATA))["s"]["open_conditions"] == 0


def test_each_target_period_has_its_row_and_the_vision_its_own() -> None:
    both = Goal(
        id="calls",
        title="Calls",
        metric="calls",
        targets=[Target(period="2024", at_least=10), Target(period="2025", at_least=10)],
    )
    vision = Vision(
        title="Ahead", year=2030, goals=[goal("fairs", id="far", targets=[Target(period="2030", at_least=9)])]
    )
    ws = workspace(Strategy(id="s", title="S", goals=[both, goal("visits")]), data=DATA, vision=vision)
    told = ws.summary(until="2024-12-31").select("part", "period_start", "goals", "no_data", "index", "index_least")
    first, later, far = date(2024, 1, 1), date(2025, 1, 1), date(2030, 1, 1)
    # Without a period of its own the plan follows the goal without a target over the year that holds the day asked.
    assert told.rows() == [
        ("strategy", first, 2, 0, 1.0, 1.0),
        ("strategy", later, 1, 1, None, None),
        ("plan", first, 2, 0, 1.0, 1.0),
        ("plan", later, 1, 1, None, None),
        ("vision", far, 1, 1, None, None),
    ]


def test_a_strategy_without_a_figure_is_there_and_has_no_index() -> None:
    row = rows(workspace(Strategy(id="s", title="S", goals=[goal("letters")]), data=DATA))["s"]
    assert (row["goals"], row["unquantified"], row["reached_share"], row["index"]) == (1, 1, None, None)
    assert "No index" in row["how"]
    assert workspace(Strategy(id="s", title="S"), data=DATA).summary(until="2024-12-31").is_empty()


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from([None, 0, 5, 10]), st.integers(1, 3)), min_size=1, max_size=4
    )
)
def test_the_index_lies_between_its_ends_and_the_counts_add_up(drawn: list[tuple[int, int | None, int]]) -> None:
    goals = [goal(kind, at_least, weight=weight) for kind, (_, at_least, weight) in zip(KINDS, drawn, strict=False)]
    data = happened({(kind, "north"): count for kind, (count, _, _) in zip(KINDS, drawn, strict=False)})
    ws = workspace(Strategy(id="s", title="S", goals=goals), data=data)
    row = rows(ws, until="2024-12-31")["s"]
    assert sum(row[status] for status in STATUSES) == row["goals"] == len(goals)
    counted = [(weight, min(count / least, 1)) for count, least, weight in drawn if least]
    whole = sum(weight for weight, _ in counted)
    wanted = sum(weight * share for weight, share in counted) / whole if whole else None
    assert row["index"] == (None if wanted is None else pytest.approx(wanted))
    assert sorted(row["in_index"] + row["not_in_index"]) == sorted(goal.id for goal in goals)


def test_a_goal_without_targets_stands_in_each_year_of_the_plan_and_nowhere_else() -> None:
    both = Goal(
        id="calls",
        title="Calls",
        metric="calls",
        targets=[Target(period="2024", at_least=10), Target(period="2025", at_least=10)],
    )
    strategy = Strategy(id="s", title="S", goals=[both, goal("visits")])
    ws = workspace(strategy, data=DATA, period=Period(id="plan", start=date(2024, 1, 1), end=date(2025, 12, 31)))
    told = ws.summary(until="2024-12-31").filter(pl.col("part") == "strategy")
    assert told.select("period_start", "goals", "unquantified").rows() == [
        (date(2024, 1, 1), 2, 1), (date(2025, 1, 1), 2, 1),
    ]  # fmt: skip


def test_a_target_of_0_has_no_attainment_and_widens_nothing() -> None:
    duty = {"every": "month", "level": "chapter"}
    goals = [goal("calls", 10), goal("visits", id="zero", targets=[Target(period="2024", unit="south", at_least=0)])]
    ws = workspace(Strategy(id="s", title="S", goals=goals), data=happened({("calls", "north"): 9}), expected=duty)
    row = ws.summary("south", "2024-12-31").row(by_predicate=pl.col("part") == "strategy", named=True)
    # In the south no report came of either; only the calls of the whole union have a target that could be attained.
    assert (row["no_data"], row["index_least"], row["index_greatest"]) == (1, None, None)
