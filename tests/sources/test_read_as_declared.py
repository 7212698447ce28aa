"""From files as associations really write them to figures."""

from __future__ import annotations

from pathlib import Path

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


def test_cells_that_are_not_as_declared_are_told_by_their_rows_and_not_by_their_content(folder: Path) -> None:
    with (folder / "fees.csv").open("a", encoding="utf-8") as file:
        file.write("1;2022-01-04;7;1.000;ja\n1;2022-1-4;7;Ada Canary;ja\n")
    with pytest.raises(hgplan.DataError) as raised:
        measured(folder)
    assert "'fee' holds what is not a number with at most 2 decimals in 2 rows: 4, 5" in str(raised.value)
    assert "'day' holds what is not a day like 2022-03-01 in row 5" in str(raised.value)
    assert "Canary" not in str(raised.value)
