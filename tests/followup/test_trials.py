"""Registered experiments followed up by facts, held against counts by hand and in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hgplan
from hgplan import DataError, Events, Experiment, Metric, Organisation, Plan, PlanError, Spells, Workspace, parse
from hgplan.errors import UnknownName

START, END = date(2022, 2, 1), date(2022, 4, 30)
TREE = Organisation.from_rows(
    [
        {"unit": "region", "level": "region"},
        *({"unit": unit, "parent": "region", "level": "branch"} for unit in ("north", "south", "east", "west")),
        {"unit": "hill", "parent": "north", "level": "local"},
    ]
)
ASSIGNED = Events("assignments", at="day", entity="person", unit="unit")
MEETINGS = Events("meetings", at="day", entity="person", unit="unit")
MEMBERS = Spells("members", start="joined", end="left", entity="person", unit="unit")
METRICS = [
    Metric(name="came", measure=parse("meetings.distinct()")),
    Metric(name="joined", measure=parse("members.starts(scope='organisation').distinct()")),
    Metric(name="visits", measure=parse("meetings.count()")),
    Metric(name="turnout", measure=parse("meetings.distinct() / members.active()")),
    Metric(name="per_visitor", measure=parse("meetings.count() / meetings.distinct()")),
]
CALL = Experiment(
    id="call", title="A call", hypothesis="More of those called come", arms=["letter", "call"], control="letter",
    metric="came", start=START, end=END,
)  # fmt: skip


def assigned(*rows: tuple[str | None, str | None, str | None, date], experiment: str = "call") -> pl.DataFrame:
    return pl.DataFrame(
        [(experiment, *row) for row in rows],
        schema={"experiment": pl.String, "person": pl.String, "unit": pl.String, "arm": pl.String, "day": pl.Date},
        orient="row",
    )


def met(*rows: tuple[str, str, date]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"person": pl.String, "unit": pl.String, "day": pl.Date}, orient="row")


def workspace(assignments: pl.DataFrame, *experiments: Experiment, **data: pl.DataFrame) -> Workspace:
    members = pl.DataFrame(schema={"person": pl.String, "unit": pl.String, "joined": pl.Date, "left": pl.Date})
    return Workspace(
        plan=Plan(id="p", title="P", experiments=experiments),
        organisation=TREE,
        tables=[ASSIGNED, MEETINGS, MEMBERS],
        metrics=METRICS,
        data={"assignments": assignments, "meetings": met(), "members": members, **data},
    )


def day(number: int) -> date:
    return START + timedelta(days=number)


def counts(told: pl.DataFrame) -> dict[str, tuple[int, int]]:
    return {arm: (won, of) for arm, won, of in told.select("arm", "successes", "trials").iter_rows()}


PEOPLE = assigned(
    ("a", None, "letter", day(0)),
    ("b", None, "letter", day(5)),
    ("c", None, "call", day(5)),
    ("d", None, "call", day(5)),
    ("d", None, "call", day(6)),
    ("z", None, "call", date(2022, 1, 31)),
)
VISITS = met(
    ("a", "north", day(-1)),
    ("b", "south", END),
    ("c", "north", day(5)),
    ("c", "north", day(7)),
    ("d", "north", END + timedelta(days=1)),
)


def test_people_are_counted_who_did_it_after_their_assignment_and_in_the_window() -> None:
    told = workspace(PEOPLE, CALL, meetings=VISITS).experiments(until="2022-12-31")
    # a came before the letter, d after the end; z was assigned before the window, and d twice to one arm
    assert counts(told) == {"letter": (1, 2), "call": (1, 2)}
    assert told.select("state", "is_control", "rate", "difference").rows() == [
        ("ended", True, 0.5, None),
        ("ended", False, 0.5, 0.0),
    ]


def test_everybody_is_followed_for_equally_long() -> None:
    within = attrs.evolve(CALL, within="30d")
    told = workspace(PEOPLE, within, meetings=VISITS).experiments(until="2022-12-31")
    assert counts(told) == {"letter": (0, 2), "call": (1, 2)}
    # On 3 March the time of those assigned on 6 February is not over yet.
    early = workspace(PEOPLE, within, meetings=VISITS).experiments(until="2022-03-03")
    assert counts(early) == {"letter": (0, 1), "call": (0, 0)}
    assert early["state"].to_list() == ["running", "running"]
    assert early["p"].to_list() == [None, None]


def test_a_start_of_a_spell_is_an_outcome_too() -> None:
    joined = pl.DataFrame(
        {"person": ["a", "c"], "unit": ["north", "south"], "joined": [day(3), day(9)], "left": [None, None]},
        schema_overrides={"left": pl.Date},
    )
    one = attrs.evolve(CALL, metric="joined")
    assert counts(workspace(PEOPLE, one, members=joined).experiments(until=END)) == {"letter": (1, 2), "call": (1, 2)}


def test_what_is_told_of_arms_is_what_is_told_of_their_counts() -> None:
    often = {"letter": (40, 300), "call": (70, 310), "visit": (55, 290)}
    rows = [(f"{arm}{n}", None, arm, day(0)) for arm, (_, of) in often.items() for n in range(of)]
    visits = [(f"{arm}{n}", "north", day(1)) for arm, (won, _) in often.items() for n in range(won)]
    one = attrs.evolve(CALL, arms=["call", "letter", "visit"])
    told = workspace(assigned(*rows), one, meetings=met(*visits)).experiments(until=END)
    assert counts(told) == often
    others = told.filter(~pl.col("is_control"))
    compared = hgplan.experiment({arm: often[arm] for arm in one.arms}, control="letter")
    assert others.select(compared.columns).equals(compared)
    assert others["p_holm"].to_list() == hgplan.holm(compared["p"])
    assert told.select("rate_low", "rate_high").row(0) == hgplan.wilson(70, 310)
    assert told["cautions"].to_list() == ["many arms"] * 3
    assert set(told["false_positive_risk"]) == {hgplan.false_positive_risk(comparisons=2)}


def test_a_look_before_the_end_is_a_look() -> None:
    running = workspace(PEOPLE, CALL, meetings=VISITS).experiments(until="2022-04-29")
    assert running["cautions"].to_list() == ["peeking", "peeking, few"]
    assert set(running["false_positive_risk"]) == {hgplan.false_positive_risk(looks=2)}
    several = attrs.evolve(CALL, looks=5)
    ended = workspace(PEOPLE, several, meetings=VISITS).experiments(until=END)
    assert set(ended["false_positive_risk"]) == {hgplan.false_positive_risk(looks=5)}


def test_what_is_planned_or_has_no_outcome_yet_stays_in_sight() -> None:
    later = attrs.evolve(CALL, id="later", start=date(2023, 1, 1), end=None)
    vague = attrs.evolve(CALL, id="vague", metric=None)
    told = workspace(PEOPLE, later, vague, meetings=VISITS).experiments(until=END)
    assert told.select("experiment", "state", "trials").rows() == [
        ("later", "planned", None),
        ("later", "planned", None),
        ("vague", "ended", None),
        ("vague", "ended", None),
    ]


def test_a_plan_without_experiments_has_none_to_tell_of() -> None:
    assert workspace(PEOPLE).experiments(until=END).is_empty()


UNITS = attrs.evolve(CALL, assigned="units", metric="turnout")
STOCK = pl.DataFrame(
    [(f"m{n}", unit, date(2020, 1, 1), None) for n, unit in enumerate(["north"] * 5 + ["hill"] * 3 + ["south"] * 4)],
    schema={"person": pl.String, "unit": pl.String, "joined": pl.Date, "left": pl.Date},
    orient="row",
)


def test_units_are_pooled_by_arm_and_told_as_clusters() -> None:
    by_unit = assigned((None, "north", "call", START), (None, "east", "call", START), (None, "south", "letter", day(3)))
    visits = met(("m1", "north", day(9)), ("m6", "hill", day(9)), ("m9", "south", day(1)), ("m9", "south", day(2)))
    told = workspace(by_unit, UNITS, meetings=visits, members=STOCK).experiments(until=END)
    # hill stands below north; south counts from the window's start, and whoever came twice is one
    assert counts(told) == {"letter": (1, 4), "call": (2, 8)}
    assert told["cautions"].to_list() == ["clusters", "clusters, few"]


def test_another_experiments_assignments_are_its_own() -> None:
    other = assigned(("a", None, "visit", day(0)), ("b", None, "call", day(0)), experiment="other")
    told = workspace(pl.concat([PEOPLE, other]), CALL, meetings=VISITS).experiments(until=END)
    assert counts(told) == {"letter": (1, 2), "call": (1, 2)}
    here = assigned((None, "north", "call", START), (None, "south", "letter", START))
    there = assigned((None, "north", "letter", START), (None, "east", "visit", START), experiment="other")
    told = workspace(pl.concat([here, there]), UNITS, members=STOCK).experiments(until=END)
    assert counts(told) == {"letter": (0, 4), "call": (0, 8)}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("north", "call"), ("north", "letter")], "unit 'north' is assigned to both 'call' and 'letter'"),
        ([("hill", "call"), ("north", "letter")], "unit 'hill' is assigned to 'call', and stands below 'north'"),
        ([("north", "letter"), ("hill", "call")], "unit 'hill' is assigned to 'call', and stands below 'north'"),
        ([("north", "cal")], "1 row is assigned to arm 'cal'"),
    ],
)
def test_a_unit_stands_in_one_arm(rows: list[tuple[str, str]], told: str) -> None:
    by_unit = assigned(*((None, unit, arm, START) for unit, arm in rows))
    with pytest.raises(DataError, match=told):
        workspace(by_unit, UNITS, members=STOCK).experiments(until=END)


def test_somebody_in_two_arms_is_told_without_a_name() -> None:
    twice = assigned(("secret", None, "letter", day(0)), ("secret", None, "call", day(1)), ("b", None, "call", day(1)))
    with pytest.raises(DataError, match="assigned to more than one arm") as caught:
        workspace(twice, CALL).experiments(until=END)
    assert "secret" not in str(caught.value)


def test_rows_of_unknown_arms_are_told_together() -> None:
    odd = assigned(("a", None, "leter", day(0)), ("b", None, None, day(0)), ("c", None, None, day(0)))
    with pytest.raises(DataError) as caught:
        workspace(odd, CALL).experiments(until=END)
    assert [(fault.what, fault.hint) for fault in caught.value.faults] == [
        ("2 rows are assigned to no arm", None),
        ("1 row is assigned to arm 'leter', which experiment 'call' doesn't have", "did you mean 'letter'?"),
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"metric": "visits"}, "metric 'visits' counts no people"),
        ({"table": "assignment"}, "no table named 'assignment'"),
        ({"table": "members"}, "assignments are events, and 'members' is Spells"),
        ({"metric": "per_visitor", "assigned": "units"}, "metric 'per_visitor' is no share of people"),
        ({"metric": "visits", "assigned": "units"}, "metric 'visits' is no share of people"),
    ],
)
def test_an_outcome_that_cannot_be_counted_by_arm_is_refused(said: dict[str, str], told: str) -> None:
    one = attrs.evolve(CALL, **said)  # type: ignore[arg-type]
    by_unit = assigned(("x", "north", "call", START), ("y", "south", "letter", START))
    visits = met(("a", "north", day(1)), ("a", "north", day(2)))
    with pytest.raises(PlanError, match=told):
        workspace(by_unit, one, meetings=visits).experiments(until=END)


def test_an_unknown_metric_and_an_unknown_experiment_are_told_with_the_nearest() -> None:
    one = attrs.evolve(CALL, metric="cam")
    with pytest.raises(UnknownName, match="did you mean 'came'"):
        workspace(PEOPLE, one).experiments(until=END)
    with pytest.raises(UnknownName, match="did you mean 'call'"):
        workspace(PEOPLE, CALL).experiments(["cal"], until=END)


def test_a_plan_file_with_its_tables_is_enough(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        """hgplan = 1
[plan]
id = "p"
title = "P"
period = { start = 2022-01-01, end = 2022-12-31 }
[[experiment]]
id = "call"
title = "A call"
hypothesis = "More of those called come"
arms = ["letter", "call"]
control = "letter"
metric = "cam"
[metric.came]
formula = "meetings.distinct()"
[table.assignments]
kind = "events"
source = "assignments.csv"
at = "day"
entity = "person"
rename = { grupp = "arm" }
[table.meetings]
kind = "events"
source = "meetings.csv"
at = "day"
entity = "person"
""",
        encoding="utf-8",
    )
    (tmp_path / "assignments.csv").write_text(
        "experiment,grupp,person,day\ncall,letter,1,2022-02-01\ncall,call,2,2022-02-01\nother,x,3,2022-02-02\n",
        encoding="utf-8",
    )
    (tmp_path / "meetings.csv").write_text("person,day\n2,2022-02-10\n3,2022-03-02\n", encoding="utf-8")
    with pytest.raises(UnknownName, match="no metric named 'cam'") as caught:
        hgplan.open(plan, plugins=hgplan.Plugins.none()).experiments()
    assert str(caught.value.where) == "plan.toml:12:10"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"cam"', '"came"'), encoding="utf-8")
    told = hgplan.open(plan, plugins=hgplan.Plugins.none()).experiments()
    assert counts(told) == {"letter": (0, 1), "call": (1, 1)}
    assert told.select("start", "end", "state").row(0) == (date(2022, 1, 1), date(2022, 12, 31), "running")


people = st.integers(0, 8)
drawn = st.lists(st.tuples(people, st.integers(-2, 40)), max_size=12)


@given(
    st.dictionaries(people, st.tuples(st.sampled_from(["letter", "call"]), st.integers(-2, 30)), max_size=9),
    drawn,
    st.none() | st.integers(1, 20),
    st.integers(0, 60),
)
def test_people_by_arm_are_those_of_a_loop(
    arms: dict[int, tuple[str, int]], visits: list[tuple[int, int]], within: int | None, until: int
) -> None:
    one = attrs.evolve(CALL, within=f"{within}d" if within else None, end=day(35))
    last = min(until, 35)
    wanted = {arm: [0, 0] for arm in one.arms}
    for person, (arm, at) in arms.items():
        if not 0 <= at <= last or (within and at + within - 1 > last):
            continue
        came = any(who == person and at <= when <= (at + within - 1 if within else last) for who, when in visits)
        wanted[arm][0] += came
        wanted[arm][1] += 1
    ws = workspace(
        assigned(*((f"p{person}", None, arm, day(at)) for person, (arm, at) in arms.items())),
        one,
        meetings=met(*((f"p{person}", "north", day(at)) for person, at in visits)),
    )
    assert counts(ws.experiments(until=day(until))) == {arm: tuple(count) for arm, count in wanted.items()}
