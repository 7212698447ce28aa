"""The example region: the same on every machine, of the size it claims, and nobody's."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import hgplan

FACTS = {
    "memberships": ("association_id", "joined_on"),
    "contacts": ("unit_id", "occurred_on"),
    "occasions": ("unit_id", "held_on"),
    "roles": ("unit_id", "started_on"),
    "trainings": ("unit_id", "held_on"),
    "assignments": ("unit_id", "assigned_on"),
    "reports": ("association_id", "counted_on"),
    "households": ("association_id", "counted_on"),
    "materials": ("unit_id", "published_on"),
    "successes": ("unit_id", "happened_on"),
    "tellings": ("unit_id", "told_on"),
    "signals": ("unit_id", "noticed_on"),
    "tool_access": ("unit_id", "given_on"),
    "tool_uses": ("unit_id", "used_on"),
}
LAST_DAY = date(2023, 12, 31)
ALWAYS = (date.min, date.max)


def units(region: Path) -> list[dict[str, str]]:
    with (region / "units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def opened_and_closed(row: dict[str, str]) -> tuple[date, date]:
    opened = date.fromisoformat(row["opened"]) if row["opened"] else date.min
    return opened, date.fromisoformat(row["closed"]) if row["closed"] else date.max


def runs(rows: list[tuple[int, date, date | None]]) -> dict[int, list[tuple[date, date]]]:
    """Each person's spells with those that touch or overlap made one; the oracle of this file."""
    spells: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for person, start, end in sorted(rows, key=lambda row: (row[0], row[1])):
        merged, until = spells[person], end or date.max
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((start, until))
    return spells


@pytest.fixture(scope="module")
def members(region: Path) -> dict[int, list[tuple[date, date]]]:
    rows = pl.read_parquet(region / "memberships.parquet", columns=["member_id", "joined_on", "left_on"])
    return runs(rows.rows())


def recruits(members: dict[int, list[tuple[date, date]]], year: int) -> int:
    return sum(any(start.year == year for start, _ in spells) for spells in members.values())


def stock(members: dict[int, list[tuple[date, date]]], day: date) -> int:
    return sum(any(start <= day < end for start, end in spells) for spells in members.values())


def test_two_writes_give_the_same_bytes_on_any_number_of_threads(region: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from hgplan_tenants.hooks import ExampleRegion; "
        "ExampleRegion().write(Path(sys.argv[1]))"
    )
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "123"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "new" / "folder")], check=True, env=environment)
    again = tmp_path / "new" / "folder"
    assert sorted(path.name for path in again.iterdir()) == sorted(path.name for path in region.iterdir())
    for path in region.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_files_are_a_few_megabytes_at_most(region: Path) -> None:
    assert max(path.stat().st_size for path in region.iterdir()) < 5_000_000


def test_there_are_about_sixty_associations_with_sizes_in_a_long_tail(region: Path) -> None:
    associations = {row["unit"] for row in units(region) if row["level"] == "association"}
    local = {row["unit"]: row["parent"] for row in units(region) if row["level"] == "local"}
    assert 58 <= len(associations) <= 65
    assert 200 <= len(local) <= 320
    with_local = {parent for parent in local.values() if parent in associations}
    assert 0 < len(associations - with_local) < 30
    rows = pl.read_parquet(region / "memberships.parquet").filter(pl.col("left_on").is_null())
    sizes = sorted(
        rows.group_by(pl.col("association_id").replace(local)).len()["len"].to_list(),
        reverse=True,
    )
    assert sizes[0] > 25 * sizes[len(sizes) * 9 // 10]
    assert sum(sizes[:10]) > sum(sizes) * 45 // 100


def test_associations_and_local_ones_open_close_merge_and_move_in_the_period(region: Path) -> None:
    rows = units(region)
    seen: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        seen[row["unit"]].append(row)
    moved = [histories for histories in seen.values() if len(histories) > 1]
    assert len(moved) >= 4
    for before, after in moved:
        assert before["closed"] == after["opened"]
        assert before["parent"] != after["parent"]
    opened = [row for row in rows if row["opened"] and len(seen[row["unit"]]) == 1]
    closed = [row for row in rows if row["closed"] and len(seen[row["unit"]]) == 1]
    assert {row["level"] for row in opened} == {row["level"] for row in closed} == {"association", "local"}
    for row in opened + closed:
        assert "2021-01-01" <= (row["opened"] or row["closed"]) <= "2023-12-31"


@pytest.mark.parametrize(("table", "columns"), FACTS.items(), ids=list(FACTS))
def test_every_row_stands_in_a_unit_that_is_open_on_its_day(region: Path, table: str, columns: tuple[str, str]) -> None:
    open_days: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in units(region):
        open_days[row["unit"]].append(opened_and_closed(row))
    rows = pl.read_parquet(region / f"{table}.parquet", columns=list(columns)).unique()
    assert rows.height
    for unit, day in rows.rows():
        assert any(opened <= day < closed for opened, closed in open_days[unit]), (unit, day)


def test_the_stock_is_about_180_000_and_some_15_percent_leave_a_year(
    members: dict[int, list[tuple[date, date]]],
) -> None:
    for year in range(2018, 2024):
        assert 175_000 <= stock(members, date(year, 12, 31)) <= 185_000
    for year in (2021, 2022, 2023):
        left = sum(any(end.year == year for _, end in spells) for spells in members.values())
        assert 0.13 <= left / stock(members, date(year - 1, 12, 31)) <= 0.16


def test_the_recruiting_goal_is_nearly_reached_in_2022_and_just_passed_in_2023(
    members: dict[int, list[tuple[date, date]]],
) -> None:
    assert 26_000 <= recruits(members, 2022) < 27_000
    assert 25_000 < recruits(members, 2023) < 26_000
    assert recruits(members, 2020) < 24_500


def test_people_join_late_in_the_year(members: dict[int, list[tuple[date, date]]]) -> None:
    starts = [start for spells in members.values() for start, _ in spells if 2021 <= start.year <= 2023]
    autumn = sum(start.month >= 9 for start in starts)
    assert 0.40 < autumn / len(starts) < 0.48
    assert sum(start.month == 7 for start in starts) < len(starts) * 0.05


def test_newly_engaged_pass_the_goal_in_2022_and_miss_it_in_2023(region: Path) -> None:
    rows = pl.read_parquet(region / "roles.parquet").filter(pl.col("role") != "employee")
    spells = runs(rows.select("person_id", "started_on", "ended_on").rows())
    new = defaultdict(set)
    for person, own in spells.items():
        for number, (start, _) in enumerate(own):
            if number == 0 or own[number - 1][1] <= start.replace(year=start.year - 2, day=min(start.day, 28)):
                new[start.year].add(person)
    assert 400 < len(new[2022]) < 440
    assert 410 < len(new[2023]) < 450
    both = rows.group_by("person_id").agg(pl.col("role").n_unique())
    assert both.filter(pl.col("role") == 2).height > 20


def test_there_are_moves_rejoins_people_in_two_places_late_rows_and_missing_reports(region: Path) -> None:
    rows = pl.read_parquet(region / "memberships.parquet")
    by_person: dict[int, list[tuple[date, date, str]]] = defaultdict(list)
    for person, unit, start, end in rows.select("member_id", "association_id", "joined_on", "left_on").iter_rows():
        by_person[person].append((start, end or date.max, unit))
    moved = returned = doubled = 0
    for own in by_person.values():
        own.sort()
        for first, second in pairwise(own):
            moved += first[1] == second[0] and first[2] != second[2]
            returned += first[1] < second[0]
            doubled += first[1] > second[0] and first[2] != second[2]
    assert moved > 10_000
    assert returned > 5_000
    assert doubled > 500
    assert rows.filter(pl.col("recorded_on") > pl.col("joined_on") + timedelta(days=30)).height > 10_000
    assert rows["recorded_on"].max() > LAST_DAY

    reports = pl.read_parquet(region / "reports.parquet")
    assert reports["report_id"].n_unique() < reports.height
    given = set(reports.select("association_id", "counted_on").rows())
    due = [
        (row["unit"], day)
        for row in units(region)
        if row["level"] == "association"
        for day in pl.date_range(date(2021, 2, 1), date(2024, 1, 1), "1mo", eager=True) - timedelta(days=1)
        if opened_and_closed(row)[0] <= day < opened_and_closed(row)[1]
    ]
    assert 0.01 < 1 - len(given) / len(due) < 0.06
    assert given <= set(due)


def test_nothing_happens_after_the_last_day(region: Path) -> None:
    for table, (_, day) in FACTS.items():
        days = pl.read_parquet(region / f"{table}.parquet", columns=[day])[day]
        assert days.max() <= LAST_DAY
    memberships = pl.read_parquet(region / "memberships.parquet", columns=["joined_on", "left_on"])
    assert memberships["left_on"].max() <= LAST_DAY
    assert memberships.filter(pl.col("left_on") <= pl.col("joined_on")).is_empty()


def test_there_are_some_hundred_thousand_contacts_of_all_kinds(region: Path) -> None:
    contacts = pl.read_parquet(region / "contacts.parquet")
    assert 300_000 <= contacts.height <= 500_000
    assert contacts["contact_id"].n_unique() == contacts.height
    for column in ("person_id", "seconds", "phase"):
        assert 0 < contacts[column].null_count() < contacts.height
    short = contacts.filter(pl.col("seconds") < 30).height / contacts["seconds"].count()
    assert 0.15 < short < 0.25


def test_every_activity_that_is_named_exists_and_a_few_gaps_are_left(region: Path) -> None:
    dimension = pl.read_parquet(region / "activities.parquet")
    known = set(dimension["activity_id"])
    assert len(known) == dimension.height
    for table, column in (
        ("contacts", "activity_id"),
        ("occasions", "activity_id"),
        ("memberships", "recruited_by_activity"),
    ):
        assert set(pl.read_parquet(region / f"{table}.parquet")[column].drop_nulls()) <= known
    planned = pl.read_csv(region / "activities.csv")
    assert set(planned["id"]) < known
    associations = {row["unit"] for row in units(region) if row["level"] == "association"}
    for overarching in ("campaign", "visible-in-areas", "recruiting-focus"):
        owners = set(planned.filter(pl.col("contributes") == overarching)["owner"]) & associations
        assert 0 < len(associations - owners) < 25, overarching
    assert 0 < planned["recruiting"].null_count() < planned.height // 5


def test_a_material_has_one_version_at_a_time_and_some_audiences_lack_one(region: Path) -> None:
    rows = pl.read_parquet(region / "materials.parquet").sort("material_id", "version")
    for own in rows.partition_by("material_id"):
        assert own["version"].to_list() == list(range(1, own.height + 1))
        assert own["replaced_on"].to_list() == [*own["published_on"].to_list()[1:], None]
    messages = rows.filter(pl.col("kind") == "message").select("message", "audience").unique()
    assert (messages["message"].n_unique(), messages.height) == (5, 12)


def test_signals_go_their_steps_in_order_and_fewer_reach_each(region: Path) -> None:
    rows = pl.read_parquet(region / "signals.parquet")
    steps = ["noticed_on", "acted_on", "value_on", "recruited_on"]
    for before, after in pairwise(steps):
        there = rows.filter(pl.col(after).is_not_null())
        assert there.filter(pl.col(before).is_null() | (pl.col(before) > pl.col(after))).is_empty()
        assert 0 < there.height < rows[before].count()


def test_successes_are_told_after_they_happened_and_some_never(region: Path) -> None:
    won = pl.read_parquet(region / "successes.parquet")
    told = pl.read_parquet(region / "tellings.parquet").join(won, on="success_id")
    assert told.filter(pl.col("told_on") <= pl.col("happened_on")).is_empty()
    assert 0.5 < told["success_id"].n_unique() / won.height < 0.8


@pytest.mark.parametrize(
    ("goal", "period", "whole"),
    [
        ("new-members", "2022", 27_000),
        ("new-members", "2023", 25_000),
        ("newly-engaged", "2022", 400),
        ("newly-engaged", "2023", 450),
    ],
)
def test_the_associations_targets_add_up_to_the_regions(region: Path, goal: str, period: str, whole: int) -> None:
    rows = pl.read_csv(region / "targets.csv", schema_overrides={"period": pl.String})
    own = rows.filter((pl.col("goal") == goal) & (pl.col("period") == period))
    assert own["value"].sum() == whole
    assert own["unit"].n_unique() == own.height > 55


def test_boards_judge_goals_without_figures_and_some_associations_leave_a_gap(region: Path) -> None:
    rows = pl.read_csv(region / "assessments.csv", try_parse_dates=True)
    goals = {goal.id for _, goal in hgplan.load_plan(region / "plan.toml").goals() if not goal.targets}
    assert set(rows["goal"]) <= goals
    assert rows.select("goal", "unit", "day").is_unique().all()
    open_days = {row["unit"]: opened_and_closed(row) for row in units(region) if row["level"] == "association"}
    own = rows.filter(pl.col("unit").is_in(list(open_days)))
    assert all(
        open_days[unit][0] <= day < open_days[unit][1] for unit, day in own.select("unit", "day").unique().rows()
    )
    assert 20 < own["unit"].n_unique() < len(open_days)
    assert rows.filter(pl.col("remedy").is_null()).height > 10


def test_the_plan_before_can_be_held_against_the_plan(region: Path) -> None:
    before, now = (hgplan.load_plan(region / name) for name in ("plan-2020.toml", "plan.toml"))
    told = hgplan.compare_plans(before, now)
    like = dict(told.filter((pl.col("part") == "goal") & (pl.col("change") == "removed")).select("id", "like").rows())
    assert like == {"talks": "dialogue"}
    assert hgplan.open(region / "plan-2020.toml").attainment(["new-members"])["target"].to_list() == [23_000, 25_000]


def test_nobody_in_the_files_is_real(region: Path) -> None:
    assert "SYNTHETIC" in (region / "README.txt").read_text(encoding="utf-8")
    assert "syntetiska" in (region / "plan.toml").read_text(encoding="utf-8")
    known = {row["unit"] for row in units(region)}
    known |= set(pl.read_parquet(region / "activities.parquet")["activity_id"])
    for table in FACTS:
        rows = pl.read_parquet(region / f"{table}.parquet")
        for column in rows.columns:
            if rows[column].dtype == pl.String and column not in ("report_id", "material_id"):
                words = set(rows[column].drop_nulls()) - known
                # What is no unit and no activity is one of a handful of words, so no name can hide among them.
                assert len(words) <= 8, (table, column)
            if column in ("member_id", "person_id"):
                numbers = rows[column].drop_nulls()
                assert numbers.is_between(1_000_000, 1_999_999).all()


def test_the_experiment_assigns_everybody_once_while_a_member_and_shows_what_the_call_does(region: Path) -> None:
    assigned = pl.read_parquet(region / "assignments.parquet")
    assert assigned["person_id"].is_unique().all()
    spells = pl.read_parquet(region / "memberships.parquet").rename({"member_id": "person_id"})
    there = assigned.join(spells, on="person_id").filter(
        (pl.col("joined_on") <= pl.col("assigned_on"))
        & (pl.col("left_on").is_null() | (pl.col("left_on") > pl.col("assigned_on")))
    )
    assert set(there["person_id"]) == set(assigned["person_id"])
    told = hgplan.open(region / "plan.toml").experiments()
    arms = assigned.group_by("arm").len()
    assert dict(told.select("arm", "trials").rows()) == dict(arms.rows())
    call = told.row(by_predicate=pl.col("arm") == "call", named=True)
    assert call["difference_high"] < 0
    assert call["cautions"] is None
