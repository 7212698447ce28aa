"""Nothing as a case: no rows, nothing in the rows, one row, units and days that nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from drawn import FactsDrawn, Question
from drawn.asking import assert_same, by_engine
from drawn.facts import COLUMNS
from drawn.worked import UNION
from hypothesis import given
from hypothesis import strategies as st

import hgplan
from hgplan import DataError, Dimension, Events, Measure, PlanError, Snapshots, Spells

CONTACTS = Events("contacts", at="day", unit="unit", entity="person", id="number", columns=COLUMNS)
MEMBERS = Spells("members", start="joined", end="left", entity="person", unit="unit", censored="lost",
                 observed_from="watched", columns={"channel": "text"})  # fmt: skip
REPORTS = Snapshots("reports", at="day", unit="unit", entity="desk", columns={"members": "int", "channel": "text"})
THEMES = Dimension("activities", key="activity", columns={"theme": "text"})
TABLES = {table.name: table for table in (CONTACTS, MEMBERS, REPORTS, THEMES)}

VERBS: list[Measure] = [
    CONTACTS.count(),
    CONTACTS.sum("minutes"),
    CONTACTS.sum("fee"),
    CONTACTS.mean("fee"),
    CONTACTS.min("minutes"),
    CONTACTS.max("minutes"),
    CONTACTS.quantile("minutes", 0.5),
    CONTACTS.distinct(),
    CONTACTS.distinct("activities.theme"),
    CONTACTS.distinct(having=CONTACTS.count() > 1),
    CONTACTS.first().count(),
    CONTACTS.during(MEMBERS).count(),
    CONTACTS.converted(MEMBERS.starts("organisation"), within="30d"),
    CONTACTS.converted(CONTACTS, count="rows"),
    CONTACTS.units(),
    CONTACTS.coverage("association"),
    CONTACTS.where("activities.theme == 'a'").count(),
    MEMBERS.starts().count(),
    MEMBERS.ends("organisation").count(),
    MEMBERS.rows("end").count(),
    MEMBERS.active(),
    MEMBERS.active("start"),
    MEMBERS.bridged("30d").starts().count(),
    MEMBERS.retained("30d"),
    MEMBERS.survival("30d"),
    REPORTS.last("members"),
    REPORTS.first("members", per=None),
    REPORTS.average("members"),
    REPORTS.carry_forward("30d").last("members"),
    CONTACTS.count() / MEMBERS.active(),
    CONTACTS.mean("minutes").default(0),
    CONTACTS.count().default(None),
    CONTACTS.count().to_date(),
    CONTACTS.count().trailing("30d", at="mean"),
    CONTACTS.count().shift("1mo"),
    CONTACTS.count().previous("1mo"),
    CONTACTS.mean("minutes").mean_of_units("association"),
]

CONTACT = dict.fromkeys(["number", "day", "unit", "person", "channel", "minutes", "fee", "activity"])
MEMBER = dict.fromkeys(["joined", "left", "unit", "person", "channel", "lost", "watched"])
REPORT = dict.fromkeys(["day", "unit", "desk", "members", "channel"])


def ask(measure: Measure, **rows: list[dict[str, Any]]) -> Question:
    data = {name: rows.get(name, []) for name in TABLES}
    return Question(
        measures=(measure,), facts=FactsDrawn(tables=TABLES, data=data), organisation=UNION,
        start=date(2024, 1, 1), until=date(2024, 3, 15), every="month",
    )  # fmt: skip


@pytest.mark.parametrize("measure", VERBS, ids=str)
def test_no_rows(measure: Measure) -> None:
    assert_same(ask(measure))


@pytest.mark.parametrize("measure", VERBS, ids=str)
def test_rows_that_say_nothing_but_their_day(measure: Measure) -> None:
    day = date(2024, 2, 10)
    assert_same(
        ask(
            measure,
            contacts=[{**CONTACT, "number": "a", "day": day}, {**CONTACT, "number": "b"}],
            members=[{**MEMBER, "joined": day, "person": "p"}],
            reports=[{**REPORT, "day": day}, REPORT],
            activities=[{"activity": None, "theme": None}],
        )
    )


@pytest.mark.parametrize("measure", VERBS, ids=str)
def test_one_row_of_each(measure: Measure) -> None:
    day = date(2024, 1, 31)
    assert_same(
        ask(
            measure,
            contacts=[{**CONTACT, "number": "a", "day": day, "unit": "a1", "person": "p", "minutes": 3}],
            members=[{**MEMBER, "joined": day, "left": date(2024, 2, 1), "person": "p", "unit": "a3"}],
            reports=[{**REPORT, "day": day, "unit": "a2", "members": 7}],
            activities=[{"activity": "s1", "theme": "a"}],
        )
    )


@pytest.mark.parametrize("measure", VERBS, ids=str)
def test_nothing_is_a_group(measure: Measure) -> None:
    rows = [{**CONTACT, "number": "a", "day": date(2024, 2, 10), "channel": channel} for channel in (None, "door")]
    members = [{**MEMBER, "joined": date(2024, 2, 10), "person": "p", "channel": None}]
    reports = [{**REPORT, "day": date(2024, 2, 10), "channel": None, "members": 1}]
    asked = ask(measure, contacts=rows, members=members, reports=reports).but(by=("channel",))
    assert_same(asked)


def space(**data: list[dict[str, Any]]) -> hgplan.Workspace:
    frames = {name: pl.DataFrame(rows) for name, rows in data.items()}
    return hgplan.Workspace(organisation=UNION, tables=[TABLES[name] for name in data], data=frames)


def test_an_organisation_that_nobody_gave_is_one_unit() -> None:
    told = hgplan.Workspace(tables=[Events("a", at="day")], data={"a": pl.DataFrame({"day": [date(2024, 1, 1)]})})
    assert told.measure(["a.count()"])["value"].to_list() == [1.0]


def test_a_unit_that_nobody_knows_is_told_with_its_rows_and_no_more() -> None:
    rows = [{**CONTACT, "day": date(2024, 1, 1), "unit": unit, "person": "somebody"} for unit in ("a1", "a9", "a9")]
    with pytest.raises(DataError) as refused:
        space(contacts=rows).measure([CONTACTS.count()])
    text = str(refused.value)
    assert "2, 3" in text
    assert "contacts" in text
    assert "somebody" not in text


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([{"joined": None, "left": None}], "joined"),
        ([{"joined": date(2024, 1, 2), "left": date(2024, 1, 1)}], "left"),
    ],
)
def test_a_spell_without_a_start_or_with_its_end_before_it_is_refused(rows: list[dict[str, Any]], what: str) -> None:
    sound = {**MEMBER, "joined": date(2024, 1, 1), "person": "p", "unit": "a1"}
    broken = [{**sound, **row, "person": "somebody"} for row in rows]
    with pytest.raises(DataError) as refused:
        space(members=[sound, *broken]).measure([MEMBERS.active()], until=date(2024, 2, 1))
    text = str(refused.value)
    assert what in text
    assert "2" in text
    assert "somebody" not in text


def test_a_group_by_a_column_that_a_table_lacks_is_refused() -> None:
    rows = [{**CONTACT, "day": date(2024, 1, 1), "unit": "a1"}]
    with pytest.raises(PlanError, match="minuts"):
        space(contacts=rows).measure([CONTACTS.count()], by=["minuts"])
    with pytest.raises(PlanError, match="minutes"):
        space(contacts=rows, reports=[{**REPORT, "day": date(2024, 1, 1)}]).measure(
            [CONTACTS.count() + REPORTS.last("members")], by=["minutes"]
        )


@given(st.sampled_from(VERBS), st.sampled_from(["day", "week", "quarter", "tertial", "half", "year", None]))
def test_no_rows_at_any_grain(measure: Measure, every: str | None) -> None:
    if "previous" not in str(measure):
        asked = ask(measure).but(every=every, start=date(2024, 3, 1))
        assert_same(asked)
        assert len(next(iter(by_engine(asked).values()))) >= len(UNION.units)
