from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest
from followup.asked import TREE, UNITS, UNTIL, attain, plan_of
from followup.scripted import METRICS, Figure, Script
from followup.slow import attain_slowly
from hypothesis import given
from hypothesis import strategies as st

from hgplan.engine import Clocks, Facts
from hgplan.errors import PlanError, PlanErrors, UnknownName
from hgplan.followup import COLUMNS, attainment
from hgplan.model import Condition, Goal, Period, Phase, Plan, Strategy, Target, Vision

# --- against the slow reading --------------------------------------------------------------------------------------

FIGURES = st.integers(0, 50)


@st.composite
def thresholds(draw: st.DrawFn) -> dict[str, object]:
    word = draw(st.sampled_from(["at_least", "at_most", "between", "equals", "increase_by", "increase_by_percent"]))
    if word == "between":
        return {word: sorted([draw(FIGURES), draw(FIGURES)])}
    return {word: draw(FIGURES)}


@st.composite
def goals(draw: st.DrawFn, number: int) -> Goal:
    slots = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["2022", "2022-T1", "2022-01-01/2022-12-31", "2023"]),
                st.sampled_from([None, *UNITS]),
                st.sampled_from([None, date(2021, 11, 1), date(2022, 6, 1), date(2022, 10, 1)]),
            ),
            max_size=6,
            unique=True,
        )
    )
    # Two spellings of one period with one day of adoption would be two newest versions.
    spelt = {
        (period.replace("2022-01-01/2022-12-31", "2022"), unit or "region", day): (period, unit, day)
        for period, unit, day in slots
    }
    kind = draw(st.sampled_from(["at_least", None, None]))
    targets = [
        Target(period=period, unit=unit, adopted=day, **({kind: draw(FIGURES)} if kind else draw(thresholds())))  # type: ignore[arg-type]
        for period, unit, day in spelt.values()
    ]
    baseline = draw(st.sampled_from([None, "2021", "2023", 20, 0]))
    conditions = draw(st.lists(st.sampled_from(["retention", "recruits", "members", "nobody's", None]), max_size=2))
    return Goal(
        id=f"g{number}",
        title=f"Goal {number}",
        metric=draw(st.sampled_from([*METRICS, "nobody's", None])),
        unit=draw(st.sampled_from([None, None, "%"])),
        targets=targets,
        baseline=baseline,
        measured_from=draw(st.sampled_from(["zero", "baseline"])) if baseline is not None else "zero",
        commitment=draw(st.sampled_from(["firm", "aspiration"])),
        owner=draw(st.sampled_from([None, "board"])),
        conditions=[
            Condition(title=f"c{i}", metric=metric, **(draw(st.just({}) | thresholds())))  # type: ignore[arg-type]
            for i, metric in enumerate(conditions)
        ],
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    drawn = [draw(goals(number)) for number in range(draw(st.integers(1, 3)))]
    return Plan(
        id="p",
        title="P",
        period=Period.parse("2022-01-01/2023-12-31"),
        strategies=[Strategy(id="s", title="S", goals=drawn[:1])],
        direct_goals=drawn[1:],
    )


@given(
    plan=plans(),
    seed=st.integers(0, 10_000),
    until=st.dates(date(2021, 6, 1), date(2024, 2, 1)),
    known_on=st.none() | st.dates(date(2021, 6, 1), date(2024, 2, 1)),
    units=st.lists(st.sampled_from(UNITS), unique=True, max_size=4),
    every=st.sampled_from([None, None, "month"]),
    which=st.sampled_from(["current", "adopted"]),
)
def test_every_column_is_what_the_contract_says_row_by_row(
    plan: Plan, seed: int, until: date, known_on: date | None, units: list[str], every: str | None, which: str
) -> None:
    clocks = Clocks(until=until, known_on=known_on)
    frame = attain(plan, Script(seed), units=units, every=every, clocks=clocks, targets=which)
    slow = attain_slowly(plan, TREE, Script(seed), units, until, known_on, every, which)
    assert frame.schema == COLUMNS
    assert frame.height == len(slow)
    for fast, right in zip(frame.to_dicts(), slow, strict=True):
        where = {key: right[key] for key in ("goal", "unit", "period_start", "period_end")}
        for column in COLUMNS:
            got, wanted = fast[column], right[column]
            if isinstance(wanted, float) and isinstance(got, float):
                assert math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9), (column, got, wanted, where)
            else:
                assert got == wanted, (column, got, wanted, where, right)


# --- the rows and what stands in them ------------------------------------------------------------------------------


def test_the_plans_region_year_by_year() -> None:
    new = Goal(
        id="new-members",
        title="New members",
        metric="recruits",
        commitment="aspiration",
        owner="office",
        targets=[Target(period="2022", at_least=27000), Target(period="2023", at_least=25000)],
        conditions=[Condition(title="whom we keep over time", metric="retention")],
    )
    plan = plan_of(strategies=[Strategy(id="organisation", title="Organisation", goals=[new])], direct_goals=[])
    frame = attain(plan, Script(answers={("recruits", "region"): Figure(18000), ("retention", "region"): Figure(0.85)}))
    first, second = frame.to_dicts()
    assert {column: first[column] for column in ("strategy", "goal", "title", "metric", "unit", "level", "owner")} == {
        "strategy": "organisation", "goal": "new-members", "title": "New members", "metric": "recruits",
        "unit": "region", "level": "region", "owner": "office",
    }  # fmt: skip
    assert (first["period_start"], first["period_end"]) == (date(2022, 1, 1), date(2022, 12, 31))
    assert (first["value"], first["target"], first["gap"]) == (18000, 27000, -9000)
    assert first["expected"] == pytest.approx(27000 * 243 / 365)
    assert first["needed"] == pytest.approx(9000 / 4)
    assert (first["status"], first["commitment"]) == ("on_course", "aspiration")
    assert first["conditions"] == "whom we keep over time: unset"
    assert (second["value"], second["target"], second["status"]) == (None, 25000, "no_data")
    assert (second["availability"], second["expected"], second["needed"]) == (None, None, None)


def test_goals_with_and_without_figures_stand_side_by_side() -> None:
    plan = plan_of(
        Goal(id="felt", title="Members feel heard"),
        Goal(id="watched", title="Members", metric="members"),
        Goal(id="unbound", title="Influence", metric="nobody's", targets=[Target(period="2022", at_least=5)]),
        Goal(id="uncounted", title="Said once", targets=[Target(period="2021", at_least=5)]),
    )
    frame = attain(plan, Script(answers={("members", "region"): Figure(180)}), every="month")
    rows = {row["goal"]: row for row in frame.filter(pl.col("target").is_null()).to_dicts()}
    assert frame["goal"].value_counts().sort("goal").rows() == [
        ("felt", 1), ("unbound", 12), ("uncounted", 12), ("watched", 1),
    ]  # fmt: skip
    assert [rows[id]["status"] for id in ("felt", "watched")] == ["unquantified", "unquantified"]
    assert [rows[id]["value"] for id in ("felt", "watched")] == [None, 180]
    assert rows["felt"]["attainment"] is None
    uncounted = frame.filter(goal="uncounted").unique(["status", "target", "value", "availability"])
    assert uncounted.select("status", "target", "value", "availability").rows() == [("unquantified", 5, None, None)]
    unbound = frame.filter(goal="unbound")
    assert unbound["status"].unique().to_list() == ["no_data"]
    assert unbound["metric"].unique().to_list() == ["nobody's"]
    assert unbound["value"].null_count() == unbound["expected"].null_count() == 12


def test_with_every_a_row_stands_for_each_grain_end_and_the_last_is_the_whole() -> None:
    goal = Goal(id="g", title="G", metric="recruits", targets=[Target(period="2022-01-15/2022-03-10", at_least=55)])
    monthly = attain(plan_of(goal), Script(7), every="month", clocks=Clocks(until=date(2022, 2, 10)))
    assert monthly["period_start"].unique().to_list() == [date(2022, 1, 15)]
    assert monthly["period_end"].to_list() == [date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 10)]
    assert monthly["expected"].to_list() == pytest.approx([17, 27, 55])
    assert monthly["target"].to_list() == [55, 55, 55]
    assert monthly["status"][2] == "no_data"
    later = Clocks(until=date(2022, 4, 1))
    whole = attain(plan_of(goal), Script(7), clocks=later)
    assert attain(plan_of(goal), Script(7), every="month", clocks=later).tail(1).equals(whole, null_equal=True)


def test_a_months_own_status_does_not_know_the_end_of_the_year() -> None:
    goal = Goal(id="g", title="G", metric="cost", targets=[Target(period="2022", at_least=12)])
    plan, script = plan_of(goal), Script(answers={("cost", "region"): Figure(12)})
    frame = attain(plan, script, every="month", clocks=Clocks(until=date(2023, 1, 1)))
    assert frame["status"].to_list() == ["on_course"] * 11 + ["reached"]


def test_a_baseline_in_an_earlier_period_is_measured_for_each_unit() -> None:
    class Years(Script):
        def figure(self, metric: str, members: object, start: date, end: date) -> Figure:
            assert (start.month, start.day) == (1, 1)
            return Figure({2021: 100.0, 2022: 108.0}[start.year])

    goal = Goal(
        id="g", title="G", metric="members", baseline="2021", targets=[Target(period="2022", increase_by_percent=10)]
    )
    frame = attain(plan_of(goal), Years(), units=["region", "hill"], clocks=Clocks(until=date(2022, 12, 31)))
    region, hill = frame.to_dicts()
    assert (region["baseline"], region["gap"], region["status"]) == (100, pytest.approx(-2), "not_reached")
    assert region["attainment"] == pytest.approx(0.8)
    assert (hill["target"], hill["status"], hill["value"], hill["baseline"]) == (None, "unquantified", 108, 100)


def test_a_stated_baseline_is_the_organisations_and_no_parts() -> None:
    targets = [Target(period="2022", increase_by=5), Target(period="2022", unit="hill", increase_by=1)]
    goal = Goal(id="g", title="G", metric="members", baseline=100, targets=targets)
    script = Script(answers={("members", "region"): Figure(106), ("members", "hill"): Figure(30)})
    region, hill = attain(plan_of(goal), script, units=["region", "hill"]).to_dicts()
    assert (region["baseline"], region["status"]) == (100, "on_course")
    assert (hill["baseline"], hill["status"]) == (None, "undefined")
    alone = Goal(id="g", title="G", metric="members", baseline=25, targets=targets[1:])
    assert attain(plan_of(alone), script, units=["hill"]).row(0, named=True)["baseline"] == 25


def test_a_goal_of_the_vision_is_followed_in_the_visions_year() -> None:
    vision = Vision(
        title="2027",
        year=2027,
        goals=[
            Goal(id="active", title="Active", metric="members", targets=[Target(period="2027", at_least=22000)]),
            Goal(id="influence", title="Influence for all"),
        ],
    )
    frame = attain(plan_of(vision=vision), Script())
    assert frame["goal"].to_list() == ["active", "influence"]
    assert frame["strategy"].to_list() == [None, None]
    assert frame["period_start"].to_list() == [date(2027, 1, 1)] * 2
    assert frame["status"].to_list() == ["no_data", "unquantified"]


def test_a_plan_without_a_period_follows_its_unquantified_goals_over_the_year() -> None:
    frame = attain(plan_of(Goal(id="g", title="G"), period=None), Script())
    assert frame.select("period_start", "period_end").row(0) == (date(2022, 1, 1), date(2022, 12, 31))


def test_no_goals_and_no_units_give_the_same_columns() -> None:
    goal = Goal(id="g", title="G", metric="members", targets=[Target(period="2022", at_least=1)])
    for frame in (
        attain(plan_of(), Script()),
        attain(plan_of(goal), Script(), units=[]),
        attain(plan_of(goal), Script(), goals=[]),
    ):
        assert frame.height == 0
        assert frame.schema == COLUMNS


def test_everything_asked_for_that_nobody_knows_is_told_at_once() -> None:
    goal = Goal(id="new-members", title="N", targets=[Target(period="2022", unit="hil", at_least=1)])
    with pytest.raises(PlanErrors) as told:
        attain(plan_of(goal), Script(), goals=["new-members", "new-member"])
    assert [str(fault) for fault in told.value.faults] == [
        "no goal named 'new-member'\n  in plan 'p'\n  did you mean 'new-members'?",
        "no unit named 'hil'\n  in a target of goal 'new-members'\n  did you mean 'hill'?",
    ]
    with pytest.raises(UnknownName, match="no unit named 'noth'"):
        attain(plan_of(goal), Script(), units=["noth"])


def test_goals_are_answered_in_the_order_asked_and_once() -> None:
    plan = plan_of(Goal(id="a", title="A"), Goal(id="b", title="B"))
    assert attain(plan, Script(), goals=["b", "a", "b"])["goal"].to_list() == ["b", "a"]


def test_metrics_of_one_name_and_other_parameters_keep_their_own_answers() -> None:
    short, long = (
        METRICS["retention"].__class__.formula("retention", f"memberships.retained('{horizon}')", unit="%")
        for horizon in ("3mo", "12mo")
    )
    plan = plan_of(
        *(Goal(id=id, title=id, metric="retention", targets=[Target(period="2022", at_least=50)]) for id in ("s", "l"))
    )

    def ask(facts: Facts, metrics: list[object], **asked: object) -> pl.DataFrame:
        frame = Script(answers={("retention", "region"): Figure(0.0)})(facts, metrics, **asked)  # type: ignore[arg-type]
        return frame.with_columns(pl.Series("value", [0.9 if metric == short else 0.6 for metric in metrics]))

    frame = attainment(
        plan,
        Facts(organisation=TREE),
        lambda goal: short if goal.id == "s" else long,
        lambda condition: None,
        units=["region"],
        clocks=Clocks(until=UNTIL),
        ask=ask,  # type: ignore[arg-type]
    )
    assert frame["value"].to_list() == [0.9, 0.6]


def test_what_is_wanted_for_the_same_units_and_days_is_asked_in_one_question() -> None:
    targets = [Target(period="2022", at_least=27), Target(period="2021", at_least=25)]
    plan = plan_of(
        Goal(
            id="a", title="A", metric="recruits", targets=targets, conditions=[Condition(title="c", metric="members")]
        ),
        Goal(id="b", title="B", metric="retention", targets=targets),
    )
    script = Script(3)
    attain(plan, script, units=UNITS)
    assert script.calls == 1


def test_phases_and_calendars_divide_a_target_period_too() -> None:
    goal = Goal(id="g", title="G", metric="recruits", targets=[Target(period="2022", at_least=365)])
    phases = [
        Phase(id="before", title="Before", start=date(2022, 1, 1), end=date(2022, 9, 10)),
        Phase(id="around", title="Around", start=date(2022, 9, 1), end=date(2022, 9, 20)),
        Phase(id="after", title="After", start=date(2022, 9, 21), end=date(2023, 3, 1)),
    ]
    plan = plan_of(goal, phases=phases)
    ends = [date(2022, 9, 10), date(2022, 9, 20), date(2022, 12, 31)]
    told = attain(plan, Script(1), every="phase", clocks=Clocks(until=date(2022, 9, 15)))
    assert told["period_end"].to_list() == ends
    assert told["expected"].to_list() == pytest.approx([253, 258, 365])
    assert told["value"][2] is None
    same = attain(plan, Script(1), every=plan.phase_calendar, clocks=Clocks(until=date(2022, 9, 15)))
    assert same.equals(told, null_equal=True)
    with pytest.raises(PlanError, match="every='phase' needs a plan with dated phases"):
        attain(plan_of(goal), Script(1), every="phase")
    with pytest.raises(UnknownName, match="no grain or calendar named 'monht'\n  did you mean 'month'"):
        attain(plan, Script(1), every="monht")
