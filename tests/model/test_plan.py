"""Plans, goals and targets: what can be built, what cannot, and what they answer."""

from __future__ import annotations

import math
from datetime import date, datetime
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import PlanError, UnknownName
from hgplan.model import (
    COMPARATORS,
    Activity,
    Assessment,
    Condition,
    Goal,
    Period,
    Phase,
    Plan,
    RowsDeclaration,
    SourceDeclaration,
    SourceReference,
    StatusThresholds,
    Strategy,
    TableDeclaration,
    Target,
    Vision,
    in_measure,
)


def faults(make) -> list[tuple[str, str | None]]:
    with pytest.raises(PlanError) as caught:
        make()
    return [(fault.what, fault.where) for fault in caught.value.faults]


@pytest.mark.parametrize("word", COMPARATORS)
def test_a_target_tells_its_comparator_and_its_figures(word: str) -> None:
    figure = (3, 7) if word == "between" else 3
    target = Target(period="2022", **{word: figure})
    assert (target.comparator, target.value, target.value_to) == (word, 3, 7 if word == "between" else None)
    assert attrs.evolve(target, reason="so") != target


@pytest.mark.parametrize("figure", [-1, math.nan, math.inf, True, "5", 2**63, 10**400, -0.5])
@pytest.mark.parametrize("word", ["at_least", "increase_by", "increase_by_percent"])
def test_what_is_no_figure_cannot_be_a_target(word: str, figure: object) -> None:
    with pytest.raises(PlanError, match=word):
        Target(period="2022", **{word: figure})


def test_at_most_may_be_below_zero_and_at_least_may_be_zero() -> None:
    assert Target(period="2022", at_most=-5).value == -5
    assert Target(period="2022", at_least=0).value == 0


def test_a_goal_without_metric_or_target_is_valid_and_not_quantified() -> None:
    bare = Goal(id="g", title="G")
    assert not bare.is_quantified
    assert not attrs.evolve(bare, metric="m").is_quantified
    assert not attrs.evolve(bare, targets=[Target(period="2022", at_least=1)]).is_quantified
    assert attrs.evolve(bare, metric="m", targets=[Target(period="2022", at_least=1)]).is_quantified


revisions = st.lists(st.tuples(st.none() | st.dates(date(2020, 1, 1), date(2023, 1, 1)), st.integers(0, 99)),
                     unique_by=lambda revision: revision[0], min_size=1, max_size=5)  # fmt: skip


@given(revisions, st.dates(date(2020, 1, 1), date(2023, 1, 1)))
def test_the_adopted_and_the_current_target_are_both_answered(given: list[tuple[date | None, int]], on: date) -> None:
    goal = Goal(
        id="g", title="G",
        targets=[Target(period="2022", at_least=figure, adopted=adopted) for adopted, figure in given],
    )  # fmt: skip
    ordered = sorted(given, key=lambda revision: revision[0] or date.min)
    known = [figure for adopted, figure in ordered if adopted is None or adopted <= on]
    adopted, current, then = (
        goal.adopted_target("2022"), goal.current_target("2022"), goal.current_target("2022", on=on),
    )  # fmt: skip
    assert adopted is not None
    assert current is not None
    assert (adopted.value, current.value) == (ordered[0][1], ordered[-1][1])
    assert (then.value if then else None) == (known[-1] if known else None)
    assert goal.current_target("2023") is None
    assert goal.current_target("2022", "north") is None


@pytest.mark.parametrize(
    ("value", "unit", "plain"), [(51, "%", 0.51), (5, "‰", 0.005), (51, "people", 51), (1, None, 1)]
)
def test_a_figure_in_percent_is_a_share_in_frames(value: int, unit: str | None, plain: float) -> None:
    assert in_measure(value, unit) == plain
    assert Goal(id="g", title="G", unit=unit).in_measure(value) == plain


def test_all_that_is_wrong_with_a_goal_is_told_together() -> None:
    assert [where for _, where in faults(
        lambda: Goal(id="", title=3, weight=-1, commitment="soft", baseline="soon", measured_from="there", owner=" ")
    )] == ["id", "title", "owner", "commitment", "measured_from", "weight", "baseline"]  # fmt: skip


def test_a_baseline_is_a_figure_or_a_period() -> None:
    assert Goal(id="g", title="G", baseline=18000, measured_from="baseline").baseline == 18000
    assert Goal(id="g", title="G", baseline="2021").baseline == "2021"
    with pytest.raises(PlanError, match="measured from a baseline and has none"):
        Goal(id="g", title="G", measured_from="baseline")


def test_parameters_are_plain_values() -> None:
    goal = Goal(id="g", title="G", parameters={"since": date(2022, 1, 1), "arms": ["a", {"b": 1}]})
    assert goal.parameters == {"since": "2022-01-01", "arms": ("a", {"b": 1})}
    hash(goal)
    for value in (None, math.nan, object(), {3: "x"}):
        with pytest.raises(PlanError, match="parameters"):
            Goal(id="g", title="G", parameters={"x": value})


def test_an_activity_keeps_lists_of_texts() -> None:
    assert Activity(id="a", title="A", themes=["x"]).themes == ("x",)
    with pytest.raises(PlanError, match="themes of activity 'a' is a list of texts, got str 'xyz'"):
        Activity(id="a", title="A", themes="xyz")
    with pytest.raises(PlanError, match="ends 2021-01-01, before its start 2022-01-01"):
        Activity(id="a", title="A", start=date(2022, 1, 1), end=date(2021, 1, 1))


def test_a_moment_is_no_day() -> None:
    with pytest.raises(PlanError, match="is a date"):
        Phase(id="p", title="P", start=datetime(2022, 1, 1, 8), end=date(2022, 2, 1))


def test_an_assessment_is_of_a_goal_or_of_an_activity() -> None:
    for given_ in ({}, {"goal": "g", "activity": "a"}):
        with pytest.raises(PlanError, match="one of the two"):
            Assessment(day=date(2022, 1, 1), judgement="good", **given_)


def test_a_condition_may_be_without_a_figure() -> None:
    assert Condition(title="kept over time").comparator is None
    assert Condition(title="kept over time", metric="retention", at_least=60).value == 60


def test_thresholds_stand_in_order() -> None:
    assert StatusThresholds() == StatusThresholds(on_course=0.95, off_course=0.8)
    with pytest.raises(PlanError, match="above on_course"):
        StatusThresholds(on_course=0.5)


def test_a_source_is_a_file_or_what_is_read_from_a_named_source() -> None:
    assert RowsDeclaration(source="units.csv").source == SourceReference(path="units.csv")
    for given_ in ({}, {"path": "a", "origin": "b"}, {"path": "a", "query": "b"}, {"origin": "a", "sheet": "b"}):
        with pytest.raises(PlanError):
            SourceReference(**given_)


def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(PlanError) as caught:
        SourceDeclaration(plugin="postgres", settings={"uri": "postgresql://me:s3cret@host/db"})
    assert "s3cret" not in str(caught.value)
    assert SourceDeclaration(plugin="postgres", settings={"uri": "postgresql://me@host/db"}).plugin == "postgres"


def test_a_table_without_a_kind_says_only_where_its_rows_are() -> None:
    assert TableDeclaration(source="a.csv", rename={"x": "y"}).constructor == {}
    with pytest.raises(PlanError, match="'unit' needs a kind"):
        TableDeclaration(source="a.csv", unit="association")
    with pytest.raises(PlanError, match="two columns are renamed to 'y'"):
        TableDeclaration(source="a.csv", rename={"x": "y", "z": "y"})


def strategy(*parts: Goal | Activity, name: str = "s") -> Strategy:
    return Strategy(
        id=name, title="S",
        goals=[part for part in parts if isinstance(part, Goal)],
        activities=[part for part in parts if isinstance(part, Activity)],
    )  # fmt: skip


def test_every_goal_and_activity_is_told_with_its_strategy() -> None:
    first = strategy(Goal(id="a", title="A"), Activity(id="b", title="B"))
    plan = Plan(
        id="p", title="P", strategies=[first], direct_goals=[Goal(id="c", title="C")],
        direct_activities=[Activity(id="d", title="D")], vision=Vision(title="V", goals=[Goal(id="e", title="E")]),
    )  # fmt: skip
    assert [(owner, goal.id) for owner, goal in plan.goals()] == [(first, "a"), (None, "c"), (None, "e")]
    assert [(owner, activity.id) for owner, activity in plan.activities()] == [(first, "b"), (None, "d")]
    assert plan.goal("e").title == "E"
    with pytest.raises(UnknownName, match="known: a, c, e"):
        plan.goal("zzz")


def test_all_that_is_wrong_between_the_parts_is_told_with_its_place() -> None:
    def make() -> Plan:
        return Plan(
            id="p", title="P",
            strategies=[
                strategy(
                    Goal(id="new", title="N", targets=[Target(period="20222", at_least=1)]),
                    Activity(id="one", title="1", contributes=["old"], depends_on=["two"], phases=["after"]),
                    Activity(id="two", title="2", depends_on=["three"]),
                    Activity(id="three", title="3", depends_on=["one", "nine"]),
                ),
                strategy(Goal(id="NEW", title="N"), name="one"),
            ],
            assessments=[Assessment(goal="nix", day=date(2022, 1, 1), judgement="good")],
            tables={"a table": TableDeclaration(source=SourceReference(origin="register", query="q"))},
        )  # fmt: skip

    assert sorted(where or "" for _, where in faults(make)) == [
        "assessments[0].goal",
        "strategies[0].activities[0].contributes[0]",
        "strategies[0].activities[0].phases[0]",
        "strategies[0].activities[2].depends_on[0]",
        "strategies[0].activities[2].depends_on[1]",
        "strategies[0].goals[0].targets[0].period",
        "strategies[1].goals[0].id",
        "strategies[1].id",
        "tables['a table']",
        "tables['a table'].source.origin",
    ]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda edge: edge[0] != edge[1]), max_size=9))
def test_activities_are_refused_exactly_when_they_depend_in_a_circle(edges: list[tuple[int, int]]) -> None:
    after = {number: {later for earlier, later in edges if earlier == number} for number in range(6)}

    def reached(number: int) -> set[int]:
        seen: set[int] = set()
        open_ = list(after[number])
        while open_:
            step = open_.pop()
            if step not in seen:
                seen.add(step)
                open_ += after[step]
        return seen

    activities = [Activity(id=str(n), title="A", depends_on=[str(m) for m in sorted(after[n])]) for n in range(6)]
    if any(number in reached(number) for number in range(6)):
        told = faults(lambda: Plan(id="p", title="P", direct_activities=activities))
        for what, _ in told:
            ring = what.removeprefix("activities depend on each other: ").split(" -> ")
            assert ring[0] == ring[-1]
            assert all(int(later) in after[int(own)] for own, later in pairwise(ring))
    else:
        assert len(list(Plan(id="p", title="P", direct_activities=activities).activities())) == 6


def test_a_long_chain_of_activities_is_no_trouble() -> None:
    chain = [Activity(id=f"a{n}", title="A", depends_on=[f"a{n + 1}"] if n < 20_000 else []) for n in range(20_001)]
    assert len(Plan(id="p", title="P", direct_activities=chain).direct_activities) == 20_001


def test_periods_are_read_as_the_plan_means_them() -> None:
    plan = Plan(
        id="p", title="P", period=Period(id="plan", start=date(2022, 1, 1), end=date(2023, 12, 31)),
        phases=[Phase(id="before", title="B", start=date(2022, 1, 1), end=date(2022, 9, 10))],
    )  # fmt: skip
    assert plan.parse_period("plan").end == date(2023, 12, 31)
    assert plan.parse_period("before").end == date(2022, 9, 10)
    assert [period.id for period in plan.phase_calendar] == ["before"]


def test_parts_of_another_kind_are_told_and_not_stumbled_over() -> None:
    def make() -> Plan:
        return Plan(
            id="p", title="P", strategies=[Goal(id="g", title="G")], period="2022", calendar=None,
            dimensions={"theme": ["a"]}, tables={"t": "t.csv"},
        )  # fmt: skip

    assert sorted(where or "" for _, where in faults(make)) == [
        "calendar", "dimensions.theme", "period", "strategies[0]", "tables.t",
    ]  # fmt: skip
    with pytest.raises(PlanError, match="no source"):
        RowsDeclaration(source=None)
    with pytest.raises(PlanError, match="two figures"):
        Target(period="2022", between=3)
