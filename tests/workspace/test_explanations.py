"""What an explanation tells beside the figure."""

from __future__ import annotations

import json

import polars as pl
import pytest

from hgplan import DataError, Events, Spells, Workspace

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
    assert "1 rows without 'day'" in left_out
    assert "not reproducible" in float_sum
    assert Workspace(tables=[CONTACTS], data=DATA).explain("contacts.sum(n)", period="2022").notes == (left_out,)


def test_a_sum_beyond_whole_numbers_is_refused() -> None:
    data = {"contacts": pl.DataFrame({"day": ["2022-01-01"] * 3, "n": [2**62] * 3})}
    with pytest.raises(DataError, match=r"2\*\*63"):
        Workspace(tables=[CONTACTS], data=data).measure("contacts.sum(n)")
