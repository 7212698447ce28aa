"""Kaplan-Meier and spell cases on public data sets."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import hgplan
from conformance.pack import Case, agree, assert_rows, cases, read
from hgplan import Calendar, Organisation, Period, Spells

LETTER = {"day": "d", "days": "d", "week": "w", "weeks": "w", "month": "mo", "months": "mo"}
BEGUN = date(2000, 1, 1)


def _curve(case: Case) -> None:
    unit = case.asked["unit"]
    length = {"d": 1, "w": 7}[LETTER[unit]]
    lives = read(case.root / case.asked["data"]).with_columns(
        begun=pl.lit(BEGUN),
        gone=pl.lit(BEGUN) + pl.duration(days=pl.col("duration") * length),
        watched=pl.col("event") == 0,
    )
    people = Spells("lives", start="begun", end="gone", entity="id", censored="watched")
    ws = hgplan.Workspace(tables=[people], data={"lives": lives})
    for row in case.expected():
        horizon = f"{row['t']}{LETTER[unit]}"
        by = [] if row["group"] == "all" else [row["group"]]
        first = Calendar(name="begun", periods=[Period(id="day", start=BEGUN, end=BEGUN)])
        frame = ws.measure(people.survival(horizon), by=by, every=first, start=BEGUN, until="2049-12-31")
        found = frame
        if by:
            found = found.filter(pl.col(row["group"]).cast(pl.String) == row["value"])
        assert agree(found["value"][0], row["retention"])
        assert agree(found["denominator"][0], row["at_risk_at_t"])


def _members(case: Case) -> None:
    data = read(case.root / case.asked["data"])
    people = Spells("spells", start="start", end="end", entity="person", unit="unit")
    units = [{"unit": unit, "parent": "all"} for unit in data["unit"].unique().drop_nulls()]
    tree = Organisation.from_rows([{"unit": "all", "parent": None}, *units])
    ws = hgplan.Workspace(organisation=tree, tables=[people], data={"spells": data})
    rows = []
    for day in sorted({row["date"] for row in case.expected()}):
        frame = ws.measure(people.active(), units="all", every="day", start=day, until=day)
        rows += [
            {"date": day, "unit": u, "members": v} for u, v in zip(frame["unit"], frame["value"], strict=True) if v
        ]
    named = {row["unit"] for row in case.expected()}
    assert_rows([row for row in rows if row["unit"] in named], case, case.asked["keys"], case.asked["values"])


@pytest.mark.parametrize("case", cases("km"))
def test_a_case_of_a_public_data_set_gives_its_figures(case: Case) -> None:
    {"retention": _curve, "spells": _members}[case.asked["family"]](case)
