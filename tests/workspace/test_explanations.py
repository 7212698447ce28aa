"""What an explanation tells beside the figure."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from hgplan import DataError, Events, Organisation, Spells, Workspace

CONTACTS = Events("contacts", at="day", columns={"n": "int"})
DATA = {"contacts": pl.DataFrame({"day": ["2022-01-01", None, "2022-03-01"], "n": [1, 2, 3], "cost": [1.5, 2.0, 0.1]})}


def test_a_formula_is_a_tree_with_the_figure_at_each_node() -> None:
    told = Workspace(tables=[CONTACTS], data=DATA).explain("contacts.sum(n) / contacts.count()", period="2022")
    assert (told.value, told.numerator, told.denominator) == (2.0, 4, 2)
    assert [(part.text, part.value) for part in told.figure.parts] == [
        ("contacts.sum(n)", 4.0),
        ("contacts.count()", 2.0),
    ]
    assert json.loads(told.to_json())["figure"]["parts"][1]["value"] == 2.0
    assert "<script" not in told._repr_html_()


def test_without_a_period_or_a_plan_everything_up_to_until_is_explained() -> None:
    told = Workspace(tables=[CONTACTS], data=DATA).explain("contacts.sum(n)")
    assert (told.value, told.period.id) == (4.0, "2022-01-01/2022-03-01")


def test_a_running_formula_shows_its_parts_over_the_same_days() -> None:
    ws = Workspace(tables=[CONTACTS], data=DATA)
    told = ws.explain("(contacts.sum(n) / contacts.count()).to_date('year')", period="2022-03")
    assert [part.value for part in told.figure.parts] == [4.0, 2.0]


def test_the_rows_behind_a_figure_are_those_that_were_counted() -> None:
    told = Workspace(tables=[CONTACTS], data=DATA).explain("contacts.where(n > 1).count()", period="2022")
    assert told.rows()["contacts"].collect()["row"].to_list() == [3]
    members = Spells("members", start="a", end="b", entity="who")
    data = {"members": pl.DataFrame({"a": ["2021-01-01", "2022-02-01"], "b": ["2022-01-15", None], "who": ["p", "q"]})}
    told = Workspace(tables=[members], data=data).explain("members.active()", period="2022-02", until="2022-02-28")
    assert told.rows()["members"].collect()["row"].to_list() == [2]


def test_rows_left_out_and_float_sums_are_told() -> None:
    told = Workspace(tables=[CONTACTS], data=DATA).explain("contacts.sum(cost)", period="2022")
    left_out, float_sum = told.notes
    assert left_out == "table 'contacts': 1 row has no 'day' and is left out: row 2"
    assert "not reproducible" in float_sum
    assert Workspace(tables=[CONTACTS], data=DATA).explain("contacts.sum(n)", period="2022").notes == (left_out,)


def test_of_rows_left_out_the_first_five_are_told_by_number_and_never_by_content() -> None:
    days = ["2022-01-01", *[None] * 7]
    data = {"contacts": pl.DataFrame({"day": days, "n": range(8)}), "other": pl.DataFrame({"day": ["2022-01-01"]})}
    ws = Workspace(tables=[CONTACTS, Events("other", at="day")], data=data)
    assert ws.explain("contacts.count() / other.count()", period="2022").notes == (
        "table 'contacts': 7 rows have no 'day' and are left out: rows 2, 3, 4, 5, 6, ...",
    )


def test_rows_left_out_of_a_file_are_told_by_their_lines(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("day,n\n2022-01-01,1\n,2\n,3\n", encoding="utf-8")
    ws = Workspace(tables=[CONTACTS], data={"contacts": tmp_path / "contacts.csv"})
    (note,) = ws.explain("contacts.count()", period="2022").notes
    assert note.startswith("table 'contacts': 2 rows have no 'day' and are left out: lines 3, 4 of")


MEMBERS = Spells("members", start="from", end="to", entity="who", unit="unit")
SPELLS = [
    ("p1", "union", "2022-01-01", "2022-03-01"),
    ("p2", "union", "2022-01-01", None),
    ("p1", "union", "2022-02-01", None),
    ("p3", "a", "2022-01-01", "2022-03-01"),
    ("p3", "a", "2022-03-01", "2022-04-01"),
    ("p4", "a", "2022-01-01", "2022-03-01"),
    ("p4", "union", "2022-01-15", "2022-02-01"),
    (None, "union", "2022-01-15", "2022-02-01"),
    (None, "union", "2022-01-15", "2022-02-01"),
]
UNION = Organisation.from_rows([{"unit": "union", "parent": None}, {"unit": "a", "parent": "union"}])


@pytest.mark.parametrize(
    ("formula", "notes"),
    [
        (
            "members.active()",
            ("table 'members': spells of 2 entities overlap and are merged (1 within one unit); first rows 1, 3",),
        ),
        ("contacts.during(members).count()", 1),
        ("members.rows('start').count()", ()),
        ("contacts.count()", ()),
    ],
)
def test_spells_that_overlap_are_merged_and_said_to_be(formula: str, notes: tuple[str, ...] | int) -> None:
    members = pl.DataFrame(SPELLS, schema=["who", "unit", "from", "to"], orient="row")
    contacts = pl.DataFrame({"day": ["2022-01-01"], "who": ["p1"]})
    ws = Workspace(
        organisation=UNION,
        tables=[MEMBERS, Events("contacts", at="day", entity="who")],
        data={"members": members, "contacts": contacts},
    )
    told = ws.explain(formula, period="2022", until="2022-12-31").notes
    assert told == notes or len(told) == notes
    assert "p1" not in str(told)


def test_spells_that_overlap_only_after_the_last_day_are_not_said_to() -> None:
    members = pl.DataFrame(SPELLS[:3], schema=["who", "unit", "from", "to"], orient="row")
    ws = Workspace(organisation=UNION, tables=[MEMBERS], data={"members": members})
    assert ws.explain("members.active()", period="2022", until="2022-01-31").notes == ()
    (note,) = ws.explain("members.active()", period="2022", until="2022-02-28").notes
    assert "1 entity overlap and are merged (1 within one unit); first rows 1, 3" in note


def test_a_sum_beyond_whole_numbers_is_refused() -> None:
    data = {"contacts": pl.DataFrame({"day": ["2022-01-01"] * 3, "n": [2**62] * 3})}
    with pytest.raises(DataError, match=r"2\*\*63"):
        Workspace(tables=[CONTACTS], data=data).measure("contacts.sum(n)")
