"""Kept states: the answer is that of counting everything again, whatever came, went or was corrected."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import DataError, Dimension, Events, KeptStates, Organisation, PlanError, Spells, Workspace, ref

TREE = Organisation.from_rows(
    [
        {"unit": "top", "parent": None, "level": "union"},
        {"unit": "north", "parent": "top", "level": "region"},
        {"unit": "a", "parent": "north", "level": "association"},
        {"unit": "b", "parent": "north", "level": "association"},
        {"unit": "c", "parent": "top", "level": "association"},
    ]
)
contacts = Events("contacts", at="day", unit="unit", entity="person", id="number")
memberships = Spells("memberships", start="since", end="till", unit="unit", entity="member", id="spell")
ASKED = [
    "contacts.count()",
    "contacts.sum(minutes)",
    "contacts.mean(minutes)",
    "contacts.distinct() / memberships.active()",
    "contacts.distinct(key=theme)",
    "contacts.distinct().trailing('2mo')",
    "contacts.count().to_date()",
    "contacts.first().count()",
    "contacts.coverage('association')",
    "contacts.during(memberships).distinct()",
    "contacts.converted(memberships.starts(scope='organisation'), within='30d')",
    "memberships.starts().count() - memberships.ends().count()",
    "memberships.retained('14d')",
    "contacts.quantile(minutes, 0.5)",
]
QUESTION: dict[str, Any] = {"every": ["month", "quarter"], "start": "2022-01-01", "until": "2022-06-30"}
Rows = list[dict[str, Any]]


def some_contacts(chance: Random, numbers: range) -> Rows:
    """Contacts of a few people on some days."""
    return [
        {
            "number": number,
            "day": date(2022, 1, 3) + timedelta(days=chance.randrange(200)),
            "unit": chance.choice(["a", "b", "c", None]),
            "person": chance.choice([*range(8), None]),
            "theme": chance.choice(["rent", "repairs", None]),
            "minutes": chance.randrange(60),
        }
        for number in numbers
    ]


def some_memberships(chance: Random, numbers: range) -> Rows:
    """Memberships of a few people."""
    found = []
    for number in numbers:
        since = date(2022, 1, 1) + timedelta(days=chance.randrange(170))
        till = since + timedelta(days=chance.randrange(90)) if chance.random() < 0.5 else None
        found.append(
            {"spell": number, "since": since, "till": till, "unit": chance.choice("abc"), "member": chance.randrange(8)}
        )
    return found


def tables(of: dict[str, Rows]) -> dict[str, pl.DataFrame]:
    """The rows as frames."""
    kinds: dict[str, Any] = {
        "contacts": {
            "number": pl.Int64,
            "day": pl.Date,
            "unit": pl.String,
            "person": pl.Int64,
            "theme": pl.String,
            "minutes": pl.Int64,
        },
        "memberships": {
            "spell": pl.Int64,
            "since": pl.Date,
            "till": pl.Date,
            "unit": pl.String,
            "member": pl.Int32,
        },
    }
    return {name: pl.DataFrame(rows, schema=kinds[name]) for name, rows in of.items()}


def space(of: dict[str, Rows]) -> Workspace:
    """A workspace over the rows."""
    return Workspace(organisation=TREE, tables=[contacts, memberships], data=tables(of))


def assert_alike(states: KeptStates, of: dict[str, Rows]) -> None:
    """Fail unless the states tell what counting all rows tells."""
    anew = space(of).measure(ASKED, units="all", **QUESTION)
    assert states.measure().equals(anew)


@given(seed=st.integers(0, 10**6), turns=st.lists(st.sampled_from(["append", "correct", "delete"]), max_size=4))
def test_kept_states_follow_the_facts(tmp_path_factory: pytest.TempPathFactory, seed: int, turns: list[str]) -> None:
    chance, folder = Random(seed), tmp_path_factory.mktemp("states")
    of = {
        "contacts": some_contacts(chance, range(chance.randrange(40))),
        "memberships": some_memberships(chance, range(chance.randrange(12))),
    }
    states = space(of).save_states(folder, ASKED, **QUESTION)
    assert_alike(states, of)
    made = {"contacts": some_contacts, "memberships": some_memberships}
    names = {"contacts": "number", "memberships": "spell"}
    for number, turn in enumerate(turns, 1):
        table = chance.choice(list(of))
        name, rows = names[table], of[table]
        chosen = [row[name] for row in rows if chance.random() < 0.2]
        if turn == "append":
            came = made[table](chance, range(number * 1000, number * 1000 + chance.randrange(6)))
            states, of[table] = states.append({table: tables({table: came})[table]}), rows + came
        elif turn == "correct":
            came = [row for id in chosen for row in made[table](chance, range(id, id + 1))]
            states = states.correct({table: tables({table: came})[table]})
            of[table] = [row for row in rows if row[name] not in chosen] + came
        else:
            states = states.delete({table: chosen})
            of[table] = [row for row in rows if row[name] not in chosen]
        assert_alike(states, of)
        assert_alike(space({"contacts": [], "memberships": []}).kept_states(folder), of)


@pytest.mark.parametrize("day", ["2022-01-31", "2022-02-01", "2022-02-05", "2022-06-30"])
def test_a_row_changes_the_periods_that_hold_its_day_and_those_from_which_it_takes_credit(
    tmp_path: Path, day: str
) -> None:
    met = {"number": 1, "day": date(2022, 1, 20), "unit": "a", "person": 1, "theme": "rent", "minutes": 5}
    joined = {"spell": 1, "since": date(2022, 2, 10), "till": None, "unit": "b", "member": 1}
    of = {"contacts": [met], "memberships": [joined]}
    later = met | {"number": 2, "day": date.fromisoformat(day), "unit": "c"}
    states = space(of).save_states(tmp_path, ASKED, **QUESTION)
    more = states.append(tables({"contacts": [later]}))
    assert_alike(more, of | {"contacts": [met, later]})
    assert_alike(more.delete({"contacts": [2]}), of)


FEW = {"contacts": some_contacts(Random(1), range(30)), "memberships": some_memberships(Random(2), range(9))}


def test_kept_figures_are_told_of_some_metrics_and_units(tmp_path: Path) -> None:
    space(FEW).save_states(tmp_path, ASKED, **QUESTION)
    states = space(FEW).kept_states(tmp_path)
    told = states.measure(["contacts.count()"], units="association")
    assert told.equals(space(FEW).measure(["contacts.count()"], units="association", **QUESTION))
    with pytest.raises(PlanError, match=r"no figures of 'contacts.counts\(\)' are kept"):
        states.measure(["contacts.counts()"])


def test_states_kept_within_a_budget_are_the_same(tmp_path: Path) -> None:
    whole = space(FEW).save_states(tmp_path / "whole", ASKED, **QUESTION)
    parts = space(FEW).save_states(tmp_path / "parts", ASKED, memory=4_000, **QUESTION)
    assert parts.measure().equals(whole.measure())


def test_states_of_other_definitions_are_refused_by_name(tmp_path: Path) -> None:
    space(FEW).save_states(tmp_path, ASKED, **QUESTION)
    elsewhere = Events("contacts", at="day", unit="unit", entity="person", id="number", columns={"minutes": "int"})
    smaller = Organisation(rows=[row for row in TREE.rows if row.id != "c"])
    other = Workspace(organisation=smaller, tables=[elsewhere, memberships], data=tables(FEW))
    with pytest.raises(PlanError) as refused:
        other.kept_states(tmp_path)
    assert [str(fault).split("\n")[0] for fault in refused.value.faults] == [
        "the organisation has changed since",
        "the table 'contacts' has changed since",
    ]


def test_rows_that_are_not_as_declared_leave_the_states_as_they_were(tmp_path: Path) -> None:
    states = space(FEW).save_states(tmp_path, ASKED, **QUESTION)
    wrong = tables(
        {"contacts": [FEW["contacts"][0] | {"number": 99}, FEW["contacts"][1] | {"number": 98, "unit": "d"}]}
    )
    with pytest.raises(DataError, match="row 2"):
        states.append(wrong)
    with pytest.raises(PlanError, match="no column 'minutes'"):
        states.append({"contacts": wrong["contacts"].drop("minutes")})
    assert_alike(space(FEW).kept_states(tmp_path), FEW)


def test_states_that_were_changed_since_say_so(tmp_path: Path) -> None:
    states = space(FEW).save_states(tmp_path, ASKED, **QUESTION)
    states.delete({"contacts": [0]})
    for asked in (states.measure, lambda: states.delete({"contacts": [1]})):
        with pytest.raises(PlanError, match="have changed since"):
            asked()


def test_what_cannot_be_kept_or_found_is_refused_in_words(tmp_path: Path) -> None:
    states = space(FEW).save_states(tmp_path / "states", ASKED, **QUESTION)
    with pytest.raises(PlanError, match="the ids of 'contacts' are Int64, and those given are String"):
        states.delete({"contacts": ["one"]})
    with pytest.raises(PlanError, match="no rows of a table 'contact' are kept"):
        states.append({"contact": tables(FEW)["contacts"]})
    with pytest.raises(PlanError, match="no states are kept"):
        space(FEW).kept_states(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(PlanError, match="cannot keep states"):
        space(FEW).save_states(tmp_path / "file", ASKED, **QUESTION)


def test_states_follow_floats_owed_reports_and_looked_up_columns(tmp_path: Path) -> None:
    owing = Events(
        "visits",
        at="day",
        unit="unit",
        entity="person",
        id="number",
        expected="duties",
        columns={"place": ref("places")},
    )
    places = Dimension("places", key="place")
    visits = pl.DataFrame(
        {
            "number": [1, 2, 3],
            "day": ["2022-01-05", "2022-02-05", "2022-02-06"],
            "unit": ["a", "b", "b"],
            "person": ["p", "p", "q"],
            "place": ["x", "y", "x"],
            "hours": [0.5, 1.5, 0.25],
            "tags": [["one"], ["two", "one"], []],
        }
    )
    data = {
        "visits": visits,
        "places": pl.DataFrame({"place": ["x", "y"], "kind": ["hall", "yard"]}),
        "duties": pl.DataFrame({"unit": ["a", "b"], "period": ["2022-01", "2022-02"], "received": [True, False]}),
    }
    asked = ["visits.sum(hours)", "visits.where(place.kind == 'hall').distinct()", "visits.count()"]
    whole = Workspace(organisation=TREE, tables=[owing, places], data=data)
    states = whole.save_states(tmp_path, asked, **QUESTION)
    assert states.measure().equals(whole.measure(asked, units="all", **QUESTION))
    came = visits.filter(number=3).with_columns(number=pl.lit(4, pl.Int64), hours=pl.lit(2.0))
    left = visits.filter(pl.col("number") != 2)
    more = states.append({"visits": came}).delete({"visits": [2]})
    anew = whole.with_data({"visits": pl.concat([left, came])})
    assert more.measure().equals(anew.measure(asked, units="all", **QUESTION))
    for table in ("places", "duties"):
        with pytest.raises(PlanError, match="is only looked up"):
            more.append({table: data[table]})


def test_kept_states_show_nobodys_rows(tmp_path: Path) -> None:
    named = tables(FEW) | {"contacts": tables(FEW)["contacts"].with_columns(theme=pl.lit("a secret"))}
    whole = Workspace(organisation=TREE, tables=[contacts, memberships], data=named)
    states = whole.save_states(tmp_path, ASKED, **QUESTION).delete({"contacts": [0]})
    states.measure()
    assert repr(states) == f"<KeptStates of {len(ASKED)} metrics for 5 units in {str(tmp_path)!r}>"


def test_days_may_come_as_text(tmp_path: Path) -> None:
    states = space(FEW).save_states(tmp_path, ASKED, **QUESTION)
    came = some_contacts(Random(4), range(700, 704))
    text = tables({"contacts": came})["contacts"].with_columns(pl.col("day").cast(pl.String))
    assert_alike(states.append({"contacts": text}), FEW | {"contacts": FEW["contacts"] + came})


KEPT = ["rows-contacts.parquet", "gone-contacts.parquet", "tally-00000.parquet", "keys-00000.arrow", "names.arrow"]


def damaged(folder: Path, file: str, damage: str) -> None:
    """Kept states of which a file is missing, cut, or has nothing but noughts in its middle."""
    space(FEW).save_states(folder, ASKED, **QUESTION).delete({"contacts": [0]})
    path = min(folder.glob(f"*/{file}"))
    held = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(held[: len(held) // 2])
    else:
        path.write_bytes(held[: len(held) // 4].ljust(len(held) - 8, b"\0") + held[-8:])


@pytest.mark.parametrize("damage", ["missing", "cut"])
@pytest.mark.parametrize("file", KEPT)
def test_kept_states_of_which_a_file_is_missing_or_cut_are_not_opened(tmp_path: Path, file: str, damage: str) -> None:
    damaged(tmp_path, file, damage)
    with pytest.raises(DataError, match="is missing" if damage == "missing" else "bytes, and was written with") as told:
        space(FEW).kept_states(tmp_path)
    assert str(told.value.where).endswith(file)
    assert told.value.hint == "keep the states anew: ws.save_states(folder)"


def test_all_files_that_are_missing_are_told_at_once_and_whoever_has_the_states_open_is_told_as_well(
    tmp_path: Path,
) -> None:
    states = space(FEW).save_states(tmp_path, ASKED, **QUESTION)
    tallies = list(tmp_path.glob("*/tally-*"))
    for path in tallies:
        path.unlink()
    for asked in (states.measure, lambda: states.delete({"contacts": [1]}), lambda: space(FEW).kept_states(tmp_path)):
        with pytest.raises(DataError, match="are not whole") as told:
            asked()
        assert {str(fault.where) for fault in told.value.faults} == set(map(str, tallies))
    assert_alike(space(FEW).save_states(tmp_path, ASKED, **QUESTION), FEW)


@pytest.mark.parametrize("file", KEPT)
def test_damage_inside_a_kept_file_is_told_without_a_word_of_what_it_holds(tmp_path: Path, file: str) -> None:
    damaged(tmp_path, file, "noughts")
    came = tables({"contacts": some_contacts(Random(5), range(900, 920))})

    def asked() -> None:
        states = space(FEW).kept_states(tmp_path)
        states.measure()
        states.append(came)

    with pytest.raises(DataError, match="can't be read") as told:
        asked()
    assert "rent" not in str(told.value)


def test_who_is_killed_in_the_middle_leaves_the_states_before(tmp_path: Path) -> None:
    space(FEW).save_states(tmp_path, ASKED, **QUESTION)
    script = f"""
import os, signal, sys
sys.path[:0] = {sys.path!r}
from test_kept_states import *
import hgplan.workspace.kept_files as files
write = files.KeptFiles.write_tallies
def killed(*given):
    write(*given)
    os.kill(os.getpid(), signal.SIGKILL)
files.KeptFiles.write_tallies = killed
states = space(FEW).kept_states(files.Path({str(tmp_path)!r}))
states.append(tables({{"contacts": some_contacts(Random(3), range(500, 505))}}))
"""
    folder = os.fspath(Path(__file__).parent)
    ended = subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": folder}, check=False)
    assert ended.returncode == -signal.SIGKILL
    states = space(FEW).kept_states(tmp_path)
    assert_alike(states, FEW)
    came = some_contacts(Random(3), range(500, 505))
    assert_alike(states.append(tables({"contacts": came})), FEW | {"contacts": FEW["contacts"] + came})
