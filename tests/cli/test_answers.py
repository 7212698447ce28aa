"""`attain`, `measure` and `explain`: figures worked out by hand from eight rows."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from examples.console import Hgplan

INTERNAL = "internal figures"


def test_attain_holds_every_goal_against_its_figure(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan("attain", club, "--until", "2022-12-31", "--format", "json")
    assert ran.code == 0
    rows = {row["goal"]: row for row in json.loads(ran.out)}
    assert list(rows) == ["joined", "door", "heard"]
    assert (rows["joined"]["value"], rows["joined"]["target"], rows["joined"]["attainment"]) == (7.0, 8.0, 0.875)
    assert rows["joined"]["status"] == "not_reached"
    assert (rows["door"]["numerator"], rows["door"]["denominator"], rows["door"]["status"]) == (3, 7, "reached")
    assert (rows["heard"]["status"], rows["heard"]["value"]) == ("unquantified", None)
    assert rows["joined"]["until"] == "2022-12-31"


def test_attain_answers_for_every_unit_of_a_level(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan("attain", club, "--until", "2022-12-31", "--units", "branch", "--goals", "joined", "--format", "json")
    found = {row["unit"]: (row["value"], row["target"]) for row in json.loads(ran.out)}
    assert found == {"north": (3.0, 3.0), "south": (4.0, None)}


def test_the_march_boards_figure_can_be_asked_again(hgplan: Hgplan, club: Path) -> None:
    words = ("attain", club, "--goals", "joined", "--until", "2022-08-31", "--format", "json")
    assert json.loads(hgplan(*words).out)[0]["value"] == 6.0
    assert json.loads(hgplan(*words, "--known-on", "2022-09-01").out)[0]["value"] == 5.0


def test_the_table_is_in_the_plans_language_and_in_the_one_asked_for(hgplan: Hgplan, club: Path) -> None:
    swedish = hgplan("attain", club, "--until", "2022-12-31").out.splitlines()
    assert swedish[0].split() == ["Mål", "Period", "Utfall", "Måltal", "Uppfyllelse", "Läge"]
    assert swedish[2].split("  ")[0] == "Nya medlemmar"
    assert "87,5\u00a0%" in swedish[2]
    assert "ej uppnått" in swedish[2]
    assert "högst\u00a050,0\u00a0%" in swedish[3]
    assert "utan måltal" in swedish[4]
    english = hgplan("attain", club, "--until", "2022-12-31", "--language", "en").out
    assert "87.5%" in english
    assert "at most\u00a050.0%" in english


def test_a_plan_of_one_year_is_followed_up_for_that_year(hgplan: Hgplan, club: Path) -> None:
    assert "2022" in hgplan("measure", club, "joined", "--until", "2022-12-31").out
    assert "plan" not in hgplan("attain", club, "--language", "en").out.casefold().replace("plan 2022", "")


def test_measure_splits_by_unit_period_and_column(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan(
        "measure", club, "joined", "--units", "branch", "--by", "channel", "--every", "half", "--from", "2022-01-01",
        "--until", "2022-12-31", "--format", "json",
    )  # fmt: skip
    rows = json.loads(ran.out)
    found = {(row["unit"], row["period_start"], row["channel"]): row["value"] for row in rows if row["value"]}
    assert found == {
        ("north", "2022-01-01", "door"): 2.0,
        ("north", "2022-01-01", "web"): 1.0,
        ("south", "2022-01-01", "door"): 1.0,
        ("south", "2022-01-01", "web"): 1.0,
        ("south", "2022-07-01", "web"): 2.0,
    }


def test_measure_takes_formulas_and_several_metrics(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan(
        "measure", club, "joined", "memberships.active()", "--from", "2022-01-01", "--until", "2022-12-31",
        "--every", "year", "--format", "csv",
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(ran.out, newline="")))
    assert [(row["metric"], row["value"]) for row in rows] == [("joined", "7.0"), ("memberships.active()", "6.0")]


def test_explain_tells_definition_parts_and_sources(hgplan: Hgplan, club: Path) -> None:
    ran = hgplan("explain", club, "door_share", "--unit", "north", "--period", "2022", "--until", "2022-12-31")
    assert ran.code == 0
    assert "door_share of north, 2022" in ran.out
    assert "2 / 3" in ran.out
    assert "memberships: 8 rows, sha256 " in ran.out
    assert "m2" not in ran.out


def test_explain_is_an_object_for_programs(hgplan: Hgplan, club: Path) -> None:
    words = ("--unit", "north", "--period", "2022", "--until", "2022-12-31", "--json")
    told = json.loads(hgplan("explain", club, "door_share", *words).out)
    assert (told["unit"], told["period"], told["figure"]["numerator"], told["figure"]["denominator"]) == (
        "north", "2022", 2, 3,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["attain", "measure", "explain"])
def test_internal_figures_say_so_beside_the_answer_and_not_in_it(hgplan: Hgplan, club: Path, command: str) -> None:
    more = {"attain": [], "measure": ["joined"], "explain": ["joined", "--unit", "club", "--period", "2022"]}[command]
    ran = hgplan(command, club, *more)
    assert ran.code == 0
    assert INTERNAL in ran.err
    assert INTERNAL not in ran.out
    assert ran.err.count("\n") == 1


def test_a_file_gets_the_form_of_its_ending(hgplan: Hgplan, club: Path, tmp_path: Path) -> None:
    for ending in ("json", "csv", "parquet", "txt"):
        ran = hgplan("attain", club, "-o", tmp_path / f"answer.{ending}")
        assert (ran.code, ran.out) == (0, "")
    assert json.loads((tmp_path / "answer.json").read_text())[0]["goal"] == "joined"
    assert pl.read_parquet(tmp_path / "answer.parquet").height == 3
    assert (tmp_path / "answer.csv").read_bytes().startswith(b"strategy,goal,title")
    assert (tmp_path / "answer.txt").read_text().startswith("Mål")


def test_parquet_goes_through_a_pipe(club: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "hgplan", "attain", str(club), "--format", "parquet"], capture_output=True, check=True
    )
    assert pl.read_parquet(io.BytesIO(ran.stdout)).height == 3


def test_an_unknown_unit_level_metric_or_goal_is_answered_with_the_nearest(hgplan: Hgplan, club: Path) -> None:
    for words, hint in {
        ("attain", club, "--units", "branh"): "branch",
        ("attain", club, "--goals", "joind"): "joined",
        ("measure", club, "door_shar"): "door_share",
        ("explain", club, "joined", "--unit", "nort", "--period", "2022"): "north",
    }.items():
        ran = hgplan(*words)
        assert (ran.code, ran.out) == (1, "")
        assert f"did you mean {hint!r}?" in ran.err
        assert "Traceback" not in ran.err
