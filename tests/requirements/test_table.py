"""The table of requirements: every one once, every call runs, and every call's number has its test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hgplan

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "requirements.md"
ROW = re.compile(r"^\| R(\d+) \| ([^|]+) \| (.+) \|$", flags=re.MULTILINE)
ROWS = [(int(number), answer) for number, _, answer in ROW.findall(PAGE.read_text(encoding="utf-8"))]
CALLS = [(number, call) for number, answer in ROWS for call in re.findall(r"`(ws\.[^`]+)`", answer)]


def test_every_requirement_stands_in_the_table_once() -> None:
    assert [number for number, _ in ROWS] == list(range(1, 60))


def test_every_requirement_has_a_call_and_a_test_of_its_number() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    tested = {int(number) for number in re.findall(r"^def test_r(\d+)_", tests, flags=re.MULTILINE)}
    assert {number for number, _ in CALLS} == tested == set(range(1, 60))


@pytest.mark.parametrize("call", dict.fromkeys(call for _, call in CALLS))
def test_every_call_of_the_table_runs_as_it_stands(region: hgplan.Workspace, call: str) -> None:
    eval(call, {"ws": region})  # the page's own text
