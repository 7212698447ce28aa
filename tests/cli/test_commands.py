"""The commands that compute nothing, and how every command ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from examples.club import PLAN
from examples.console import Hgplan

needs_pipes = pytest.mark.skipif(sys.platform == "win32", reason="no pipes here")


def test_check_says_that_a_plan_is_in_order(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan("check", club)
    assert ran.code == 0
    assert "in order: 1 strategy, 3 goals, 0 activities, 3 units" in ran.out
    assert "goal 'heard' has no metric" in ran.out


def test_check_tells_every_fault_of_a_plan_on_a_line_with_its_place(hgplan: Hgplan, club: Path) -> None:
    club.write_text(
        PLAN.replace('title = "Bli fler"', 'titel = "Bli fler"').replace("at_least = 8", 'at_least = "8"'),
        encoding="utf-8",
    )
    ran = hgplan("check", club)
    assert (ran.code, ran.out) == (1, "")
    lines = ran.err.splitlines()
    where = [line.split("plan.toml:")[1].split(":")[0] for line in lines if ": error: " in line]
    assert {"11", "18"} <= set(where)
    assert len(where) == len(lines)
    assert "did you mean 'title'?" in ran.err


def test_check_tells_what_is_wrong_with_the_data_and_no_cell_of_it(hgplan: Hgplan, club: Path) -> None:
    rows = club.with_name("memberships.csv")
    rows.write_text(rows.read_text().replace("m3,north,2022-02-11", "m3-canary,nowhere,2022-02-11"), encoding="utf-8")
    ran = hgplan("check", club)
    assert ran.code == 1
    line = 2 + [text.startswith("m3-canary") for text in rows.read_text(encoding="utf-8").splitlines()[1:]].index(True)
    assert ran.err.startswith(f"memberships.csv:{line}:1: error: ")
    assert "canary" not in ran.err


def test_check_tells_days_that_cannot_be_read_even_when_no_other_day_is_there(hgplan: Hgplan, club: Path) -> None:
    rows = club.with_name("memberships.csv")
    header, first, *_ = rows.read_text(encoding="utf-8").splitlines()
    cells = first.split(",")
    day = header.split(",").index("joined")
    rows.write_text(f"{header}\n{','.join([*cells[:day], '31/12/2022', *cells[day + 1 :]])}\n", encoding="utf-8")
    ran = hgplan("check", club)
    assert ran.code == 1
    assert "holds what is not a day like 2022-03-01 in line 2" in ran.err
    assert "until" not in ran.err


def test_check_tells_every_file_that_is_not_there(hgplan: Hgplan, club: Path) -> None:
    club.write_text(
        f'{club.read_text(encoding="utf-8")}\n[table.contacts]\nkind = "events"\nat = "day"\nsource = "no.csv"\n',
        encoding="utf-8",
    )
    club.with_name("memberships.csv").unlink()
    ran = hgplan("check", club)
    assert ran.code == 1
    assert [line.partition("error: ")[2].partition(";")[0] for line in ran.err.splitlines()] == [
        "no file 'memberships.csv'", "no file 'no.csv'",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["attan"], [], ["attain"], ["attain", "x", "--until", "31 augusti"], ["--nothing"]])
def test_what_cannot_be_read_is_usage(hgplan: Hgplan, words: list[str]) -> None:
    ran = hgplan(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "usage: hgplan" in ran.err


def test_a_file_without_a_known_ending_is_usage(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan("attain", club, "-o", club.with_name("answer"))
    assert ran.code == 2
    assert "--format" in ran.err


def test_a_plan_that_is_not_there_is_told_without_a_traceback(hgplan: Hgplan, tmp_path: Path) -> None:
    for command in ("check", "attain"):
        ran = hgplan(command, tmp_path / "no.toml")
        assert (ran.code, ran.out) == (1, "")
        assert "no.toml" in ran.err
        assert "Traceback" not in ran.err


def test_schema_is_json_and_goes_to_a_file(hgplan: Hgplan, tmp_path: Path) -> None:
    ran = hgplan("schema")
    assert json.loads(ran.out)["required"] == ["hgplan", "plan"]
    assert hgplan("schema", "-o", tmp_path / "schema.json").code == 0
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == ran.out


def test_plugins_are_listed_for_people_and_for_programs(hgplan: Hgplan) -> None:
    rows = json.loads(hgplan("plugins", "--json").out)
    listed = hgplan("plugins").out
    for row in rows:
        assert row["name"] in listed
        assert {"name", "version", "distribution", "hooks", "status", "faults"} <= row.keys()


def test_doctor_names_the_versions_of_what_is_needed(hgplan: Hgplan) -> None:
    ran = hgplan("doctor")
    assert all(package in ran.out for package in ("python", "hgplan", "polars", "pluggy"))


def test_an_import_lists_what_found_no_place(hgplan: Hgplan, tmp_path: Path) -> None:
    document = tmp_path / "plan.md"
    document.write_text(
        "# Föreningen Lindens verksamhetsplan 2024\n\n### Fler medlemmar\n\nVi ska bli fler.\n\n"
        "Vi strävar efter att värva 120 nya medlemmar år 2024.\n",
        encoding="utf-8",
    )
    ran = hgplan("import", document, "-o", tmp_path / "plan.toml")
    assert ran.code == 0
    assert "at_least = 120" in (tmp_path / "plan.toml").read_text(encoding="utf-8")
    assert hgplan("import", document).out == (tmp_path / "plan.toml").read_text(encoding="utf-8")


def test_a_document_or_a_plan_is_never_written_over_by_what_is_made_of_it(hgplan: Hgplan, club: Path) -> None:
    document = club.with_name("plan.md")
    document.write_text("# Plan 2024\n\nVi ska värva 120 nya medlemmar år 2024.\n", encoding="utf-8")
    for read, words in (
        (document, ("import", document, "-o", document)),
        (club, ("attain", club, "--format", "json", "-o", club)),
        (club.with_name("memberships.csv"), ("measure", club, "joined", "-o", club.with_name("memberships.csv"))),
    ):
        before = read.read_bytes()
        ran = hgplan(*words)
        assert (ran.code, read.read_bytes()) == (2, before)
        assert "would be lost" in ran.err


def test_a_misspelt_command_is_answered_with_the_nearest(hgplan: Hgplan) -> None:
    ran = hgplan("atain", "plan.toml")
    assert ran.code == 2
    assert "did you mean 'attain'?" in ran.err


BROKEN = """
from hgplan import hookimpl

@hookimpl
def hgplan_tables():
    raise RuntimeError("on purpose")
"""


def test_a_broken_plugin_is_told_and_the_answer_is_delivered(tmp_path: Path, club: Path) -> None:
    info = tmp_path / "site" / "hgplan_broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hgplan-broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[hgplan]\nbroken = hgplan_broken\n")
    (tmp_path / "site" / "hgplan_broken.py").write_text(BROKEN)
    ran = subprocess.run(
        [sys.executable, "-m", "hgplan", "attain", str(club), "--format", "json"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 3
    assert [row["goal"] for row in json.loads(ran.stdout)] == ["joined", "door", "heard"]
    assert "hgplan-broken 1.0" in ran.stderr
    assert "RuntimeError" in ran.stderr
    assert "on purpose" not in ran.stderr
    assert "Traceback" not in ran.stderr


@needs_pipes
def test_a_reader_that_leaves_ends_us_quietly(club: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        ran = subprocess.run(
            [sys.executable, "-m", "hgplan", "attain", str(club), "--format", "csv"],
            stdout=pipe, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 141
    assert ran.stderr == ""


def test_nothing_but_the_answer_goes_through_a_pipe(club: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "hgplan", "attain", str(club)], capture_output=True, text=True, check=False
    )
    assert "\r" not in ran.stderr + ran.stdout
    assert "\x1b" not in ran.stderr + ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("form", ["csv", "table"])
def test_a_full_disk_behind_a_pipe_is_told_without_a_traceback(club: Path, form: str) -> None:
    command = [sys.executable, "-m", "hgplan", "attain", str(club), "--format", form]
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1
    assert "cannot write the answer: No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_example_that_would_overwrite_something_is_refused(hgplan: Hgplan, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("dear")
    ran = hgplan("demo", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "is there already" in ran.err
    assert [left.name for left in tmp_path.iterdir()] == ["mine.txt"]


def test_the_example_is_written_whole_and_its_attainment_printed(hgplan: Hgplan, tmp_path: Path) -> None:
    ran = hgplan("demo", tmp_path / "demo")
    assert ran.code == 0
    assert (tmp_path / "demo" / "plan.toml").exists()
    assert [left.name for left in tmp_path.iterdir()] == ["demo"]
    assert "Nya medlemmar" in ran.out


def test_a_second_demo_points_to_the_plan_of_the_first(hgplan: Hgplan, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("hgplan = 1\n")
    ran = hgplan("demo", tmp_path)
    assert ran.code == 1
    assert f"use {tmp_path / 'plan.toml'}, or give a folder that is new or empty" in ran.err


def test_the_beginning_of_a_units_name_is_answered_with_the_units_that_begin_so(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan("explain", club, "door_share", "--unit", "no", "--period", "2022")
    assert ran.code == 1
    assert "no unit named 'no'; did you mean 'north'?" in ran.err
