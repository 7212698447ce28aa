"""What a workspace tells of activities: what they are part of, whose they are, and where they stand on a day."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import attrs
import polars as pl
import pytest

import hgplan
from hgplan import Activity, Goal, Organisation, Plan, PlanError, Strategy, Workspace
from hgplan.model import DimensionList, DimensionValue

TREE = Organisation.from_rows(
    [
        {"unit": "land", "parent": None, "level": "land"},
        {"unit": "hq", "parent": "land", "level": "office"},
        {"unit": "nord", "parent": "land", "level": "kreis"},
        {"unit": "nord-1", "parent": "nord", "level": "ort", "closed": "2022-03-01"},
        {"unit": "nord-1", "parent": "west", "level": "ort", "opened": "2022-03-01"},
        {"unit": "west", "parent": "land", "level": "kreis"},
    ]
)


def plan(*, doers: tuple[str, ...] = ("board", "staff")) -> Plan:
    return Plan(
        id="p",
        title="P",
        strategies=[
            Strategy(
                id="talk",
                title="Talk",
                goals=[Goal(id="heard", title="Heard")],
                activities=[
                    Activity(id="campaign", title="Campaign", contributes=["heard"], owner="the board"),
                    Activity(id="fair", title="Fair"),
                ],
            ),
            Strategy(id="grow", title="Grow", goals=[Goal(id="more", title="More")]),
        ],
        sub_activities=[
            Activity(
                id="facts", title="Facts", owner="hq", contributes=["campaign"], start=date(2022, 1, 1),
                end=date(2022, 1, 31), status="ongoing", doers=["staff"],
            ),
            Activity(
                id="doors", title="Doors", owner="nord-1", contributes=["campaign", "fair"], start=date(2022, 2, 1),
                end=date(2022, 2, 28), status="planned", doers=["board", "staff"], depends_on=["facts"],
                budget=100, recruiting=True,
            ),
            Activity(id="stair", title="Stair by stair", owner="nord", contributes=["doors"], start=date(2022, 4, 1)),
            Activity(id="calls", title="C", owner="west", contributes=["more"], end=date(2022, 1, 5), status="done"),
            Activity(id="lone", title="Lone"),
        ],
        dimensions={"doer": DimensionList(values=[DimensionValue(id=one, title=one.title()) for one in doers])}
        if doers
        else {},
    )  # fmt: skip


def asked(**question: Any) -> pl.DataFrame:
    return Workspace(plan(), TREE).activities(**{"until": "2022-02-10", **question})


def by_id(frame: pl.DataFrame, column: str) -> dict[str, Any]:
    return dict(frame.select("activity", column).iter_rows())


def test_each_activity_is_one_row_with_the_columns_that_are_promised() -> None:
    frame = asked()
    assert frame["activity"].to_list() == ["campaign", "fair", "facts", "doors", "stair", "calls", "lone"]
    doc = " ".join((Workspace.activities.__doc__ or "").split())
    promised = doc.split("Columns: ")[1].split(" Raises")[0]
    plain = re.sub(r"\([^)]*\)", "", promised.replace(" by the critical path method", ""))
    words = [word.strip(" .") for word in re.split(r",| and ", plain)]
    assert sorted(frame.columns) == sorted(words)


def test_what_an_activity_is_part_of_is_found_through_others() -> None:
    frame = asked()
    assert by_id(frame, "kind") == {
        "campaign": "overarching", "fair": "overarching", "facts": "sub", "doors": "sub", "stair": "sub",
        "calls": "sub", "lone": "sub",
    }  # fmt: skip
    assert by_id(frame, "overarching")["stair"] == ["campaign", "fair"]
    assert by_id(frame, "parent") == {
        "campaign": None, "fair": None, "facts": "campaign", "doors": "campaign", "stair": "campaign", "calls": None,
        "lone": None,
    }  # fmt: skip
    # Calls serve a goal and no overarching activity, so the goal's strategy is theirs.
    assert [by_id(frame, "strategy")[one] for one in ("stair", "calls", "lone")] == ["talk", "grow", None]


def test_a_day_tells_what_is_over_under_way_and_late_and_because_of_what() -> None:
    frame = asked()
    assert by_id(frame, "state") == {
        "campaign": None, "fair": None, "facts": "over", "doors": "under_way", "stair": "to_come", "calls": "over",
        "lone": None,
    }  # fmt: skip
    assert by_id(frame, "late") == {
        "campaign": None, "fair": None, "facts": True, "doors": False, "stair": None, "calls": False, "lone": None,
    }  # fmt: skip
    assert by_id(frame, "days_late")["facts"] == 10
    assert by_id(frame, "late_because")["doors"] == ["facts"]
    later = asked(until="2022-01-31")
    assert (by_id(later, "late")["facts"], by_id(later, "late_because")["doors"]) == (False, [])
    assert by_id(later, "waits_for")["doors"] == ["facts"]


def test_the_first_and_the_last_day_of_an_activity_are_its_own() -> None:
    assert [by_id(asked(until=day), "state")["facts"] for day in ("2022-01-01", "2022-01-31")] == ["under_way"] * 2
    assert [by_id(asked(until=day), "state")["facts"] for day in ("2021-12-31", "2022-02-01")] == ["to_come", "over"]


def test_what_a_plan_holds_outside_its_strategies_is_overarching_unless_it_is_part_of_another() -> None:
    direct = [Activity(id="own", title="O"), Activity(id="part", title="P", contributes=["fair"])]
    frame = Workspace(attrs.evolve(plan(), direct_activities=direct), TREE).activities("2022-02-10")
    assert (by_id(frame, "kind")["own"], by_id(frame, "kind")["part"]) == ("overarching", "sub")
    assert (by_id(frame, "strategy")["own"], by_id(frame, "strategy")["part"]) == (None, "talk")


def test_rows_can_be_chosen_by_what_is_worked_out_of_them() -> None:
    assert asked(where="(days_late > 9) & late")["activity"].to_list() == ["facts"]
    assert asked(where="earliest_end == date('2022-02-28')")["activity"].to_list() == ["doors"]


def test_units_are_those_of_the_owner_and_below_in_the_tree_of_the_day() -> None:
    assert asked(units="nord")["activity"].to_list() == ["doors", "stair"]
    assert asked(units="nord", until="2022-03-01")["activity"].to_list() == ["stair"]
    assert asked(units="kreis")["activity"].to_list() == ["doors", "stair", "calls"]
    assert asked(units=["hq", "nord-1"])["activity"].to_list() == ["facts", "doors"]
    # At the root stands everything that somebody of the organisation owns, and what nobody owns.
    assert asked(units="root")["activity"].to_list() == ["fair", "facts", "doors", "stair", "calls", "lone"]
    assert by_id(asked(), "level")["doors"] == "ort"
    with pytest.raises(PlanError, match="no level or unit named 'krei'"):
        asked(units="krei")


@pytest.mark.parametrize(
    ("under", "want"),
    [
        ("fair", {"fair", "doors", "stair"}),
        ("doors", {"doors", "stair"}),
        ("grow", {"calls"}),
        ("talk", {"campaign", "fair", "facts", "doors", "stair"}),
        ("heard", {"campaign", "facts", "doors", "stair"}),
    ],
)
def test_under_is_a_strategy_an_activity_or_a_goal(under: str, want: set[str]) -> None:
    assert set(asked(under=under)["activity"]) == want


def test_an_unknown_part_of_the_plan_is_answered_with_the_nearest() -> None:
    with pytest.raises(PlanError, match="no strategy, activity or goal named 'campain'") as wrong:
        asked(under="campain")
    assert wrong.value.hint == "did you mean 'campaign'?"


def test_joint_means_that_all_kinds_of_doer_are_there() -> None:
    frame = asked()
    assert (by_id(frame, "joint")["facts"], by_id(frame, "joint")["doors"]) == (False, True)
    assert by_id(frame, "doers_missing")["facts"] == ["board"]
    assert by_id(asked(doers=["staff"]), "joint")["facts"] is True
    bare = Workspace(plan(doers=()), TREE).activities("2022-02-10")
    assert bare["joint"].null_count() == len(bare)


def test_a_kind_of_doer_that_nobody_declared_is_refused() -> None:
    with pytest.raises(PlanError) as wrong:
        asked(doers=["stff", "board", "bord"])
    assert [fault.hint for fault in wrong.value.faults] == ["did you mean 'staff'?", "did you mean 'board'?"]
    free = Workspace(plan(doers=()), TREE).activities("2022-02-10", doers=["anybody"])
    assert not free["joint"].any()


def test_a_plan_without_activities_has_no_rows_and_all_columns() -> None:
    frame = Workspace(Plan(id="p", title="P")).activities("2022-01-01")
    assert frame.shape == (0, len(asked().columns))
    assert frame.schema == asked().schema


def test_an_owner_outside_the_organisation_is_shown_without_a_level_and_counts_for_no_unit() -> None:
    assert by_id(asked(), "owner")["campaign"] == "the board"
    assert by_id(asked(), "level")["campaign"] is None
    assert "campaign" not in asked(units="all")["activity"].to_list()


def test_many_activities_take_time_in_proportion() -> None:
    def took(count: int) -> float:
        rows = [
            Activity(id=f"x{n}", title="X", owner="nord", contributes=["campaign"], start=date(2022, 1, 1),
                     end=date(2022, 2, 1), depends_on=[f"x{n - 1}"] if n % 10 else [])
            for n in range(count)
        ]  # fmt: skip
        ws = Workspace(attrs.evolve(plan(), sub_activities=rows), TREE)
        start = process_time()
        assert ws.activities("2022-03-01").height == count + 2
        assert ws.coverage("kreis", "activity", until="2022-03-01").cells["count"].max() == count
        return process_time() - start

    took(100)
    assert took(16_000) < 20 * max(took(2_000), 0.02)


def test_without_a_plan_there_are_no_activities_to_ask_for() -> None:
    with pytest.raises(PlanError, match="no plan"):
        Workspace().activities("2022-01-01")


@pytest.mark.parametrize("form", ["toml", "json"])
def test_sub_activities_are_written_and_read_again_as_what_they_are(tmp_path: Path, form: Any) -> None:
    file = tmp_path / f"plan.{form}"
    file.write_text(hgplan.dump_plan(plan(), form), encoding="utf-8")
    assert hgplan.load_plan(file) == plan()
