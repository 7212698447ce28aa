"""The same question gets the same bytes, whatever the machine, polars' engine, the order of rows and the ids."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from hgplan import Events, Organisation, Plugins, Workspace

PROGRAM = Path(__file__).with_name("determined.py")
EVERY, SOME = 5, 2


@cache
def told(engine: str, threads: int, ways: int = SOME) -> dict[str, tuple[int, str]]:
    """How long the answers are, and their hash, by the way in which the facts were told."""
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "POLARS_ENGINE_AFFINITY": engine}
    ran = subprocess.run(
        [sys.executable, str(PROGRAM), engine, str(ways)], env=environment, capture_output=True, text=True, check=True
    )
    lines = [line.split("\t") for line in ran.stdout.splitlines()]
    return {name: (int(length), digest) for name, length, digest in lines}


def test_the_order_of_rows_the_ids_of_people_and_the_pieces_change_no_byte() -> None:
    answers = told("in-memory", 2, EVERY)
    assert len(answers) == EVERY
    assert len(set(answers.values())) == 1, answers
    assert answers["as they are"][0] > 100_000  # there is something to be alike in


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_threads_and_engines_change_no_byte(engine: str, threads: int) -> None:
    expected = told("in-memory", 2, EVERY)["as they are"]
    answers = told(engine, threads)
    assert len(answers) == SOME
    assert set(answers.values()) == {expected}, answers


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("contacts.count() / 10", 0.3),
        ("contacts.sum(fee)", -1.9),
        ("contacts.sum(hours / 10)", 0.3),
        ("contacts.sum(fee) / 100", -0.019),
    ],
)
def test_a_quotient_is_rounded_once_however_many_units_are_asked(formula: str, value: float) -> None:
    rows = [{"unit": "union", "parent": None, "level": "union"}]
    rows += [{"unit": f"club {number}", "parent": "union", "level": "club"} for number in range(5)]
    contacts = Events("contacts", at="day", unit="unit", columns={"fee": "decimal(2)"})
    fees = pl.Series(["-1.00", "-1.00", "0.10"]).cast(pl.Decimal(10, 2))
    told = pl.DataFrame({"day": ["2022-01-03"] * 3, "unit": ["club 1"] * 3, "hours": [3.0, 0.0, 0.0], "fee": fees})
    ws = Workspace(
        organisation=Organisation.from_rows(rows), tables=[contacts], data={"contacts": told}, plugins=Plugins.none()
    )
    assert ws.measure(formula)["value"].to_list() == [value]
    assert ws.measure(formula, units=["club 1", "club 2"])["value"][0] == value
    assert ws.measure(formula, units="all")["value"][0] == value
