"""Columns that can't be what a table declares."""

from __future__ import annotations

import polars as pl
import pytest

import hgplan
from hgplan import Dimension, Events, ref

DAYS = ["2022-01-01", "2022-01-02", "2022-01-03"]


def asked(columns: dict[str, object], of: str, **declared: str) -> float:
    contacts = Events("contacts", at="day", entity="who" if "who" in columns else None, columns=declared)
    data = {"contacts": pl.DataFrame({"day": DAYS, **columns})}
    ws = hgplan.Workspace(tables=[contacts], data=data, plugins=hgplan.Plugins.none())
    told = ws.measure(of, until="2022-12-31")["value"].item()
    assert isinstance(told, float)
    return told


@pytest.mark.parametrize("kind", ["text", "int", "decimal(2)", "bool", "float"])
def test_a_declared_column_of_lists_is_called_lists(kind: str) -> None:
    with pytest.raises(hgplan.DataError, match="column 'channel' holds lists, and one plain value a row is wanted"):
        asked({"channel": [["a"], ["b"], None]}, "contacts.count()", channel=kind)


def test_an_entity_of_records_is_called_records() -> None:
    with pytest.raises(hgplan.DataError, match="column 'who' holds records"):
        asked({"who": [{"a": 1}, {"a": 2}, None]}, "contacts.distinct()")


def test_a_dimension_of_lists_is_called_lists() -> None:
    places = Dimension("places", key="place", columns={"kind": "text"})
    contacts = Events("contacts", at="day", columns={"place": ref("places")})
    data = {
        "contacts": pl.DataFrame({"day": DAYS, "place": ["a", "b", "c"]}),
        "places": pl.DataFrame({"place": ["a"], "kind": [["hall"]]}),
    }
    ws = hgplan.Workspace(tables=[contacts, places], data=data, plugins=hgplan.Plugins.none())
    with pytest.raises(hgplan.DataError, match="column 'kind' holds lists"):
        ws.measure("contacts.where(places.kind == 'hall').count()")


def test_text_beside_a_number_is_told_in_words() -> None:
    with pytest.raises(hgplan.PlanError, match="compares text with a number"):
        asked({"channel": ["a", "b", "c"]}, "contacts.where(channel == 3).count()")
