"""What boards say stands beside what is computed; and the same day last year beside today."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import polars as pl
import pytest

import hgplan
from hgplan import Activity, Assessment, Events, Goal, Metric, Organisation, Plan, PlanError, Plugins, Target, Workspace
from hgplan.errors import UnknownName
from hgplan.followup import COLUMNS
from hgplan.followup.beside import BESIDE, EDITIONS
from hgplan.followup.judged import ASSESSMENTS, JUDGED

TREE = Organisation.from_rows(
    [{"unit": "club", "level": "club"}, {"unit": "north", "parent": "club", "level": "branch"}]
)
VISITS = Events("visits", at="day", unit="branch")
# 3 in January and February 2023, 2 in the rest of it; 4 and 6 in 2024, one of them on the leap day.
DAYS = [
    *["2023-01-10", "2023-02-01", "2023-02-28", "2023-03-01", "2023-11-11"],
    *["2024-01-02", "2024-01-03", "2024-02-10", "2024-02-29"],
    *["2024-03-01", "2024-05-01", "2024-06-01", "2024-07-01", "2024-08-01", "2024-09-01"],
]
SAID = [
    Assessment(goal="spirit", day=date(2024, 3, 1), judgement="good", reason="many came", by="the board"),
    Assessment(goal="visits", unit="north", day=date(2024, 6, 30), judgement="too slow", remedy="call more"),
    Assessment(goal="spirit", day=date(2024, 9, 1), judgement="less good", reason="few came"),
    Assessment(activity="doors", unit="north", day=date(2024, 5, 1), judgement="goes well"),
    Assessment(goal="spirit", day=date(2024, 9, 1), judgement="better after all"),
]


def workspace(*goals: Goal, said: list[Assessment] | None = None, since: date | None = None) -> Workspace:
    targets = [
        Target(period="2023", at_least=5),
        Target(period="2024", at_least=20),
        Target(period="2024", unit="north", at_least=20),
        Target(period="2024-Q2", unit="north", at_least=3),
    ]
    own = goals or (
        Goal(id="visits", title="Visits", metric="visits", targets=targets),
        Goal(id="spirit", title="A good spirit"),
    )
    metric = Metric.formula("visits", "visits.count()")
    return Workspace(
        plan=Plan(
            id="p",
            title="P",
            direct_goals=own,
            direct_activities=[Activity(id="doors", title="Doors")],
            assessments=SAID if said is None else said,
        ),
        organisation=TREE,
        tables=[VISITS],
        metrics=[attrs.evolve(metric, version="2" if since else None, since=since)],
        data={"visits": pl.DataFrame({"day": DAYS}).with_columns(pl.lit("north").alias("branch"))},
        plugins=Plugins.none(),
    )


def test_judgements_stand_in_the_plans_order_with_what_was_computed_on_their_day() -> None:
    told = workspace().assessments(until="2024-12-31")
    assert told.schema == ASSESSMENTS
    assert told["judgement"].to_list() == ["good", "too slow", "less good", "goes well", "better after all"]
    visits = told.row(1, named=True)
    # On 30 June the second quarter's target is the one judged: two of three.
    assert (visits["period_start"], visits["value"], visits["target"]) == (date(2024, 4, 1), 2, 3)
    assert (visits["status"], visits["remedy"], visits["unit"], visits["level"]) == (
        "not_reached", "call more", "north", "branch",
    )  # fmt: skip
    assert told.row(0, named=True)["status"] == "unquantified"
    assert (told["status"][3], told["title"][3]) == (None, "Doors")


def test_a_later_judgement_takes_the_place_of_an_earlier_one_and_of_one_day_the_later_row() -> None:
    told = workspace().assessments(until="2024-12-31").filter(pl.col("goal") == "spirit")
    assert told.select("judgement", "newest", "superseded").rows() == [
        ("good", False, date(2024, 9, 1)),
        ("less good", False, date(2024, 9, 1)),
        ("better after all", True, None),
    ]


def test_nothing_is_shown_that_was_said_later() -> None:
    ws = workspace()
    told = ws.assessments(until="2024-06-30")
    assert told.select("judgement", "newest").rows() == [("good", True), ("too slow", True), ("goes well", True)]
    assert ws.assessments("root", until="2024-06-29")["judgement"].to_list() == ["good"]
    assert ws.assessments(until="2024-02-28").is_empty()
    assert ws.assessments(until="2024-02-28").schema == ASSESSMENTS


def test_an_assessment_of_a_unit_that_nobody_knows_is_refused() -> None:
    wrong = [Assessment(goal="spirit", unit=unit, day=date(2024, 1, 1), judgement="-") for unit in ("nroth", "x")]
    with pytest.raises(PlanError, match="assessments can't be placed: 2 faults") as caught:
        workspace(said=wrong).assessments(until="2024-12-31")
    assert [type(fault) for fault in caught.value.faults] == [UnknownName, UnknownName]


def test_the_newest_judgement_stands_beside_the_attainment_and_changes_nothing_of_it() -> None:
    ws = workspace()
    told = ws.standing(units="all", until="2024-12-31", beside=None)
    assert told.schema == {**COLUMNS, **JUDGED, **EDITIONS}
    assert told.select(COLUMNS.names()).equals(ws.attainment(units="all", until="2024-12-31"))
    spirit = told.row(by_predicate=(pl.col("goal") == "spirit") & (pl.col("unit") == "club"), named=True)
    assert (spirit["judgement"], spirit["judged_on"], spirit["judgements"], spirit["status"]) == (
        "better after all", date(2024, 9, 1), 3, "unquantified",
    )  # fmt: skip
    visits = told.filter((pl.col("goal") == "visits") & (pl.col("unit") == "north"))
    assert visits["judgement"].unique().to_list() == ["too slow"]


def test_the_same_day_last_year_stands_beside_today() -> None:
    told = workspace().standing(["visits"], until="2024-03-01")
    assert told.schema == {**COLUMNS, **JUDGED, **EDITIONS, **BESIDE}
    row = told.row(by_predicate=pl.col("period_start") == date(2024, 1, 1), named=True)
    assert (row["value"], row["earlier_value"], row["change"], row["change_percent"]) == (5, 4, 1, 0.25)
    assert (row["earlier_until"], row["earlier_start"], row["earlier_end"]) == (
        date(2023, 3, 1), date(2023, 1, 1), date(2023, 12, 31),
    )  # fmt: skip
    # Four by the first of March of five a year.
    assert row["earlier_status"] == "on_course"
    before = told.row(by_predicate=pl.col("period_start") == date(2023, 1, 1), named=True)
    # The data begin in 2023: of 2022 nothing is known, which is not 0.
    assert (before["earlier_value"], before["change"], before["earlier_status"]) == (None, None, None)


def test_29_february_has_the_28th_before_it_and_a_februarys_end_the_februarys_end() -> None:
    goal = Goal(id="february", title="F", metric="visits", targets=[Target(period="2024-02", at_least=2)])
    row = workspace(goal, said=[]).standing(until="2024-02-29").row(0, named=True)
    assert (row["earlier_until"], row["earlier_end"], row["value"], row["earlier_value"]) == (
        date(2023, 2, 28), date(2023, 2, 28), 2, 2,
    )  # fmt: skip
    back = Goal(id="february", title="F", metric="visits", targets=[Target(period="2025-02", at_least=2)])
    row = workspace(back, said=[]).standing(until="2025-03-31").row(0, named=True)
    assert (row["earlier_end"], row["earlier_value"]) == (date(2024, 2, 29), 2)


def test_a_figure_to_date_by_month_is_held_against_the_same_month() -> None:
    told = workspace().standing(["visits"], "root", "month", until="2024-12-31")
    rows = told.filter((pl.col("period_start") == date(2024, 1, 1)) & (pl.col("period_end") <= date(2024, 3, 31)))
    assert rows.select("period_end", "value", "earlier_end", "earlier_value").rows() == [
        (date(2024, 1, 31), 2, date(2023, 1, 31), 1),
        (date(2024, 2, 29), 4, date(2023, 2, 28), 3),
        (date(2024, 3, 31), 5, date(2023, 3, 31), 4),
    ]


def test_a_changed_definition_breaks_the_comparison_in_sight() -> None:
    row = workspace(since=date(2024, 1, 1)).standing(["visits"], until="2024-03-01").row(1, named=True)
    assert (row["version"], row["since"], row["series_break"]) == ("2", date(2024, 1, 1), False)
    assert (row["earlier_value"], row["change"], row["change_percent"]) == (4, None, None)
    both = workspace(since=date(2024, 2, 1)).standing(["visits"], until="2024-03-01").row(1, named=True)
    assert (both["series_break"], both["change"]) == (True, None)


@pytest.mark.parametrize("beside", ["0d", "last year"])
def test_beside_is_a_length_of_time(beside: str) -> None:
    with pytest.raises(PlanError, match=beside):
        workspace().standing(until="2024-12-31", beside=beside)


def test_judgements_of_a_table_carry_their_comments(tmp_path: Path) -> None:
    (tmp_path / "said.csv").write_text(
        "goal,activity,unit,day,judgement,reason,remedy,by\n"
        "heard,,club,2024-06-30,on the way,two articles,a party in the yard,the board\n",
        encoding="utf-8",
    )
    (tmp_path / "plan.toml").write_text(
        'hgplan = 1\n[plan]\nid = "p"\ntitle = "P"\n\n[[goal]]\nid = "heard"\ntitle = "Heard"\n\n'
        '[units]\nsource = "units.csv"\n\n[assessments]\nsource = "said.csv"\n',
        encoding="utf-8",
    )
    (tmp_path / "units.csv").write_text("unit,parent,level\nclub,,club\n", encoding="utf-8")
    ws = hgplan.open(tmp_path / "plan.toml", plugins=Plugins.none())
    row = ws.standing(until="2024-12-31").row(0, named=True)
    assert (row["judgement"], row["reason"], row["remedy"], row["judged_by"]) == (
        "on the way", "two articles", "a party in the yard", "the board",
    )  # fmt: skip


def test_where_there_are_no_rows_there_was_no_year_before() -> None:
    ws = workspace()
    empty = ws.with_data({"visits": pl.DataFrame(schema={"day": pl.Date, "branch": pl.String})})
    row = empty.standing(["visits"], until="2024-03-01").row(1, named=True)
    assert (row["value"], row["earlier_value"], row["change"]) == (0, None, None)


def test_what_was_said_after_the_day_that_is_known_is_not_shown() -> None:
    plan = Plan(id="p", title="P", direct_goals=[Goal(id="spirit", title="Spirit")], assessments=[SAID[0], SAID[2]])
    told = Workspace(plan=plan, plugins=Plugins.none()).assessments(until="2024-12-31", known_on="2024-03-31")
    assert told.select("judgement", "newest").rows() == [("good", True)]


def test_a_week_is_held_against_a_week() -> None:
    targets = [Target(period="2024-W09", at_least=1), Target(period="2023-W09", at_least=2)]
    goal = Goal(id="week", title="W", metric="visits", targets=targets)
    row = workspace(goal, said=[]).standing(until="2024-12-31").row(0, named=True)
    # From Monday 26 February with the leap day in it, to Monday 27 February with the 28th and the 1st of March.
    assert (row["value"], row["earlier_value"], row["earlier_status"]) == (2, 2, "reached")
    assert (row["earlier_start"], row["earlier_end"]) == (date(2023, 2, 27), date(2023, 3, 5))
