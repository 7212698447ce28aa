"""Days that are asked for, or compared with, are written in one way; what else ISO 8601 allows is no day."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from hgplan import DataError, Events, Goal, HgplanError, Organisation, Plan, PlanError, Strategy, Workspace, parse
from hgplan.cli.question import day
from hgplan.workspace.plan_rows import with_targets

CONTACTS = Events("contacts", at="at")
DATA = {"contacts": pl.DataFrame({"at": ["2022-01-03", "2022-02-01"], "told": ["2022-01-04", "2022-W05-2"]})}
WS = Workspace(tables=[CONTACTS], data=DATA)

PLAN = Plan(
    id="club", title="Club", strategies=[Strategy(id="s", title="S", goals=[Goal(id="all", title="All", metric="x")])]
)
OTHERWISE = ["2022-W05", "2022-W05-3", "20220131", "2022-1-31", "2022W053", "2022-01-31T00:00"]


def _measure(**days: str) -> Any:
    return WS.measure(["contacts.count()"], every="month", **days)


@pytest.mark.parametrize("text", OTHERWISE)
@pytest.mark.parametrize(
    "ask",
    [
        lambda text: _measure(until=text),
        lambda text: _measure(start=text, until="2022-12-31"),
        lambda text: _measure(until="2022-12-31", tree=text),
        lambda text: parse(f"contacts.where(at > date('{text}')).count()"),
        lambda text: _where(f"at > '{text}'"),
        lambda text: Organisation.from_rows([{"unit": "R", "parent": None, "opened": text}]),
        lambda text: with_targets(PLAN, [{"goal": "all", "period": "2022", "value": "2", "adopted": text}], "t.csv"),
    ],
)
def test_a_week_or_a_day_without_hyphens_is_no_day(ask: Callable[[str], object], text: str) -> None:
    with pytest.raises(HgplanError, match=r"is no day|compares a day with|is a date like") as told:
        ask(text)
    assert isinstance(told.value, PlanError | DataError)
    assert "20" in (told.value.hint or told.value.what)


def _where(predicate: str) -> Any:
    return WS.measure([f"contacts.where({predicate}).count()"], until="2022-12-31")["value"].item()


def test_a_row_whose_text_is_no_day_is_on_neither_side_of_one() -> None:
    assert [_where("told > date('2022-01-01')"), _where("told <= date('2022-01-01')")] == [1, 0]


@pytest.mark.parametrize("text", OTHERWISE)
def test_a_day_on_the_command_line_is_written_so_too(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="write it like 2022-08-31"):
        day(text)
