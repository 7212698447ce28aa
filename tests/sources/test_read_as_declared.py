"""From files as associations really write them to figures."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import hgplan

PLAN = """
hgplan = 1
[plan]
id = "north"
title = "Northern plan"
organisation = "Region North"
language = "sv"
period = { start = 2022-01-01, end = 2022-12-31 }
[units]
source = { path = "units.csv", encoding = "cp1252" }
[table.fees]
kind = "events"
at = "day"
unit = "unit"
entity = "member"
columns = { fee = "decimal(2)", paid = "bool" }
source = { path = "fees.csv", separator = ";", decimal = "," }
rename = { dag = "day", enhet = "unit" }
values = { paid = { ja = "true", nej = "false" } }
[metric.income]
formula = "fees.where(paid).sum(fee)"
"""
FEES = (
    "enhet;dag;member;fee;paid\r\n01;2022-01-03;0007;12,50;ja\r\n1;2022-01-04;7;0,10;ja\r\n01;2022-02-03;8;1,00;nej\r\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "units.csv").write_bytes("unit,parent,title\r\nR,,Norr\r\n01,R,Öst\r\n1,R,Väst\r\n".encode("cp1252"))
    (tmp_path / "fees.csv").write_bytes(FEES.encode("utf-8-sig"))
    return tmp_path


def measured(folder: Path) -> dict[str, float]:
    workspace = hgplan.open(folder / "plan.toml", plugins=hgplan.Plugins.none())
    answer = workspace.measure(["income"], units="all", every=None)
    return dict(answer.select("unit", "value").iter_rows())


def test_codes_commas_and_words_of_a_swedish_export_are_read_as_declared(folder: Path) -> None:
    assert measured(folder) == {"R": 12.6, "01": 12.5, "1": 0.1}


BROKEN = '1;2022-01-04;"Ada\nCanary";1.000;ja\n\n;;;;\n1;2022-1-4;7;Ada Canary;ja\n'


def test_cells_that_are_not_as_declared_are_told_by_their_lines_and_not_by_their_content(folder: Path) -> None:
    # The quoted break and the empty lines move the rows below them away from their numbers.
    with (folder / "fees.csv").open("a", encoding="utf-8") as file:
        file.write(BROKEN)
    with pytest.raises(hgplan.DataError) as raised:
        measured(folder)
    told = [f"{fault.where}: {fault.what}" for fault in raised.value.faults]
    assert told == [
        "fees.csv:5:1: column 'fee' holds what is not a number with at most 2 decimals in 2 lines: 5, 9",
        "fees.csv:9:1: column 'day' holds what is not a day like 2022-03-01 in line 9",
    ]
    assert "Canary" not in str(raised.value)


def test_rows_of_a_workbook_are_told_by_their_rows_in_the_sheet(tmp_path: Path) -> None:
    sheet = pl.DataFrame({"day": ["day", "2022-01-01", None, "soon"], "unit": ["unit", None, None, "x"]})
    sheet.write_excel(tmp_path / "contacts.xlsx", position="A2", include_header=False)
    contacts = hgplan.Events("contacts", at="day")
    ws = hgplan.Workspace(
        tables=[contacts], data={"contacts": tmp_path / "contacts.xlsx"}, plugins=hgplan.Plugins.none()
    )
    with pytest.raises(hgplan.DataError) as raised:
        ws.measure("contacts.count()", until="2022-12-31")
    assert str(raised.value.faults[0].where) == "contacts.xlsx:5:1"


def test_rows_of_a_file_that_is_handed_over_are_told_by_their_lines(tmp_path: Path) -> None:
    contacts = hgplan.Events("contacts", at="day")
    for name, text in (("contacts.csv", "day\n2022-01-01\nsoon\n"), ("contacts.ndjson", '\n{"day": "soon"}\n')):
        (tmp_path / name).write_text(text)
        ws = hgplan.Workspace(tables=[contacts], data={"contacts": tmp_path / name}, plugins=hgplan.Plugins.none())
        with pytest.raises(hgplan.DataError) as raised:
            ws.measure("contacts.count()", until="2022-12-31")
        line = 3 if name.endswith("csv") else 2
        assert str(raised.value.faults[0].where) == f"{name}:{line}:1"
