"""Chains: how far rows come, how long it takes them, and who is waiting; by hand and against a loop."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hgplan
from hgplan import Chain, ChainStep, DataError, Events, Organisation, Plan, PlanError, Spells, Workspace

TREE = Organisation.from_rows(
    [
        {"unit": "land", "parent": None, "level": "land"},
        {"unit": "nord", "parent": "land", "level": "kreis"},
        {"unit": "west", "parent": "land", "level": "kreis"},
    ]
)
STEPS = [ChainStep(id=id, title=id.title(), column=f"{id}_on") for id in ("noticed", "acted", "won")]
JOINED = ChainStep(id="joined", title="Joined", column="since", table="members", key="signal")
SIGNALS = Events("signals", at="noticed_on", unit="unit", id="signal")
MEMBERS = Spells("members", start="since", end="until", entity="person")


def day(number: int | None) -> date | None:
    return None if number is None else date(2022, 1, 1) + timedelta(days=number - 1)


def workspace(
    rows: list[tuple[str, int, int | None, int | None]], members: list[tuple[int, int]] | None = None, **more: Any
) -> Workspace:
    """Signals by unit and the numbers of their days; members by the signal that won them and their first day."""
    steps = [*STEPS, JOINED] if members is not None else STEPS
    chain = Chain(title="From signal to value", table="signals", steps=steps, **more)
    signals = pl.DataFrame(
        [(number, unit, *map(day, days)) for number, (unit, *days) in enumerate(rows, 1)],
        schema={"signal": pl.Int64, "unit": pl.String, "noticed_on": pl.Date, "acted_on": pl.Date, "won_on": pl.Date},
        orient="row",
    )
    joined = pl.DataFrame(
        [(f"p{number}", str(signal), day(first), None) for number, (signal, first) in enumerate(members or [])],
        schema={"person": pl.String, "signal": pl.String, "since": pl.Date, "until": pl.Date},
        orient="row",
    )
    return Workspace(
        Plan(id="p", title="P", chains={"environment": chain}),
        TREE,
        tables=[SIGNALS, MEMBERS],
        data={"signals": signals, "members": joined},
    )


FOUR = [("nord", 1, 5, 20), ("nord", 2, 12, None), ("west", 3, None, 9), ("west", 10, 40, None)]


def test_each_step_tells_how_many_reached_it_of_those_who_reached_the_one_before() -> None:
    found = workspace(FOUR).chain("environment", until="2022-01-31").steps
    assert found.select("step", "reached", "of", "share", "share_of_first").rows() == [
        ("noticed", 4, 4, 1.0, 1.0), ("acted", 2, 4, 0.5, 0.5), ("won", 1, 2, 0.5, 0.25),
    ]  # fmt: skip
    # The third has value without anything done; the fourth is acted on only in February.
    assert found["skipped"].to_list() == [0, 0, 1]


def test_days_are_counted_from_the_step_before_and_who_waits_is_told_with_their_age() -> None:
    found = workspace(FOUR).chain("environment", until="2022-01-31").steps
    assert found.select("days_q1", "days_median", "days_q3").rows() == [
        (None, None, None), (5.5, 7.0, 8.5), (15.0, 15.0, 15.0),
    ]  # fmt: skip
    # Waiting to be acted on since the 3rd and the 10th; for value since the 12th.
    assert found.select("waiting", "waiting_days_median").rows() == [(0, None), (2, 24.5), (1, 19.0)]


def test_each_unit_has_its_own_steps_and_the_root_all_of_them() -> None:
    found = workspace(FOUR).chain("environment", units=["land", "nord", "west"], until="2022-02-28").steps
    assert found.filter(pl.col("step") == "acted").select("unit", "level", "reached", "of").rows() == [
        ("land", "land", 3, 4), ("nord", "kreis", 2, 2), ("west", "kreis", 1, 2),
    ]  # fmt: skip


def test_a_period_keeps_those_that_began_in_it_and_follows_them_on() -> None:
    found = workspace(FOUR).chain("environment", period="2022-01-01/2022-01-02", until="2022-01-31").steps
    assert found["reached"].to_list() == [2, 2, 1]


def test_the_single_rows_tell_how_far_they_came_and_how_long_they_have_waited() -> None:
    rows = workspace(FOUR).chain("environment", until="2022-01-31").rows()
    assert rows.columns == ["row", "unit", "noticed", "acted", "won", "reached", "waiting_days"]
    assert rows.select("row", "unit", "acted", "reached", "waiting_days").rows() == [
        (1, "nord", day(5), "won", None), (2, "nord", day(12), "acted", 19), (3, "west", None, "noticed", 28),
        (4, "west", None, "noticed", 21),
    ]  # fmt: skip


def test_a_step_in_another_table_is_the_earliest_of_its_rows() -> None:
    ws = workspace(FOUR, members=[(1, 30), (1, 25), (9, 3), (2, 30)])
    found = ws.chain("environment", until="2022-02-28")
    assert found.steps.select("step", "reached", "days_median", "skipped").rows()[-1] == ("joined", 1, 5.0, 1)
    assert found.rows()["joined"].to_list() == [day(25), day(30), None, None]


def test_a_step_before_an_earlier_one_is_a_fault_of_its_row() -> None:
    with pytest.raises(DataError, match="step 'won' is dated before an earlier step") as wrong:
        workspace([("nord", 1, 5, 4), ("nord", 3, None, 2), ("nord", 1, 1, 1)]).chain("environment", until="2022-12-31")
    assert "2 rows: 1, 2" in str(wrong.value)


def test_days_that_cannot_be_read_are_told_by_their_rows() -> None:
    ws = workspace(FOUR)
    text = pl.DataFrame({"signal": [1, 2], "unit": "nord", "noticed_on": ["2022-01-01", "2022-01-02"],
                         "acted_on": ["2022-01-03", "soon"], "won_on": [None, None]})  # fmt: skip
    with pytest.raises(DataError, match="column 'acted_on' holds what is not a day") as wrong:
        ws.with_data({"signals": text}).chain("environment", until="2022-12-31")
    assert "soon" not in str(wrong.value)
    sound = text.filter(pl.col("signal") == 1)
    assert ws.with_data({"signals": sound}).chain("environment", until="2022-12-31").steps["reached"].to_list() == [
        1,
        1,
        0,
    ]


def test_no_rows_are_no_shares() -> None:
    found = workspace([]).chain("environment", until="2022-01-31")
    assert found.steps.select("reached", "share", "days_median").rows() == [(0, None, None)] * 3
    assert found.rows().is_empty()
    assert "Noticed: 0 of 0" in str(found)


def test_the_words_are_those_of_the_language() -> None:
    found = workspace(FOUR).chain("environment", until="2022-01-31")
    assert found.text().splitlines()[2] == "land: Acted: 2 of 4 (50.0%), median 7 days, 2 waiting"
    assert (
        found.text("sv").splitlines()[2].replace("\u00a0", " ")
        == "land: Acted: 2 av 4 (50,0 %), median 7 dagar, 2 väntar"
    )


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        (lambda: workspace(FOUR).chain("enviroment", until="2022-01-31"), "no chain named 'enviroment'"),
        (
            lambda: workspace(FOUR, key="signl", members=[]).chain("environment", until="2022-01-31"),
            "no column 'signl'",
        ),
        (lambda: Chain(title="C", table="t", steps=STEPS[:1]), "needs two steps or more"),
        (lambda: Chain(title="C", table="t", steps=[*STEPS, STEPS[0]]), "named twice"),
        (lambda: Chain(title="C", table="t", steps=[JOINED, *STEPS]), "the first step stands in the chain's own table"),
        (lambda: ChainStep(id="a", title="A", column="c", table="t"), "has no key"),
        (lambda: ChainStep(id="unit", title="A", column="c"), "cannot have the id 'unit'"),
    ],
)
def test_a_chain_that_makes_no_sense_is_refused(made: Any, wrong: str) -> None:
    with pytest.raises(PlanError, match=wrong):
        made()


def test_a_chain_is_read_from_a_plan_file_and_its_faults_told_by_line(tmp_path: Any) -> None:
    head = 'hgplan = 1\n[plan]\nid = "p"\ntitle = "P"\n[chain.environment]\ntitle = "C"\ntable = "signals"\nsteps = [\n'
    steps = '{ id = "a", title = "A", column = "a_on" },\n{ id = "b", title = "B", column = "b_on" },\n]\n'
    file = tmp_path / "plan.toml"
    file.write_text(head + steps)
    plan = hgplan.load_plan(file)
    assert [step.column for step in plan.chains["environment"].steps] == ["a_on", "b_on"]
    file.write_text(head + steps.replace('id = "b"', 'id = "a"'))
    with pytest.raises(PlanError, match="step 'a' is named twice") as wrong:
        hgplan.load_plan(file)
    assert str(wrong.value.where).startswith("plan.toml:10:")


def test_what_a_chain_names_and_is_not_there_is_told_when_the_plan_is_checked(tmp_path: Any) -> None:
    text = """\
hgplan = 1
[plan]
id = "p"
title = "P"
[table.signals]
kind = "events"
at = "a_on"
source = "signals.csv"
[chain.environment]
title = "C"
table = "signals"
steps = [
    { id = "a", title = "A", column = "a_on" },
    { id = "b", title = "B", column = "bon" },
    { id = "c", title = "C", column = "c_on", table = "member", key = "signal" },
]
"""
    (tmp_path / "plan.toml").write_text(text)
    (tmp_path / "signals.csv").write_text("a_on,b_on\n2022-01-01,2022-01-02\n")
    ws = hgplan.open(tmp_path / "plan.toml", plugins=hgplan.Plugins.none())
    for ask in (ws.check, lambda: ws.chain("environment", until="2022-12-31")):
        with pytest.raises(PlanError) as wrong:
            ask()
        assert [f"{fault.where}: {fault.what}; {fault.hint}" for fault in wrong.value.faults] == [
            "plan.toml:11:9: rows of 'signals' have no name by which 'member' could tell them; "
            "say key = ... in the chain, or declare the table's id",
            "plan.toml:14:39: table 'signals' has no column 'bon'; did you mean 'b_on'?",
            "plan.toml:15:55: no table named 'member'; known: signals",
        ]


def test_rows_without_a_first_day_are_followed_nowhere_and_told() -> None:
    ws = workspace(FOUR)
    frame = pl.DataFrame({"signal": [1, 2], "unit": "nord", "noticed_on": [day(1), None], "acted_on": [None, day(2)],
                          "won_on": [None, None]}, schema_overrides={"won_on": pl.Date})  # fmt: skip
    found = ws.with_data({"signals": frame}).chain("environment", until="2022-12-31")
    assert (found.undated, found.steps["reached"].to_list()) == (1, [1, 0, 0])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["nord", "west"]), st.integers(1, 40),
            st.one_of(st.none(), st.integers(0, 20)), st.one_of(st.none(), st.integers(0, 20)),
        ),
        max_size=12,
    ),
    st.integers(1, 60),
)  # fmt: skip
def test_every_step_is_what_a_loop_over_the_rows_finds(gaps: list[tuple[str, int, Any, Any]], until: int) -> None:
    rows = []
    for unit, first, gap, later in gaps:
        acted = None if gap is None else first + gap
        rows.append((unit, first, acted, None if later is None else (acted or first) + later))
    asked = day(until)
    assert asked is not None
    found = workspace(rows).chain("environment", units=["land", "nord"], until=asked).steps
    for unit in ("land", "nord"):
        before = [row[1:] for row in rows if row[1] <= until and unit in ("land", row[0])]
        first = len(before)
        for number, told in enumerate(found.filter(pl.col("unit") == unit).iter_rows(named=True)):
            there = [one for one in before if one[number] is not None and one[number] <= until]
            assert (told["reached"], told["of"]) == (len(there), len(before))
            assert told["share_of_first"] == (len(there) / first if first else None)
            if number:
                days = [one[number] - one[number - 1] for one in there]
                ages = [until - one[number - 1] for one in before if one not in there]
                assert told["days_median"] == (median(days) if days else None)
                assert (told["waiting"], told["waiting_days_median"]) == (len(ages), median(ages) if ages else None)
            before = there
