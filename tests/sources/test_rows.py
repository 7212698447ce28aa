"""The rows of a plan's own tables, with the line that each stands on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from hgplan.errors import DataError, PlanError
from hgplan.model import RowsDeclaration, SourceReference
from hgplan.sources import LINE, rows
from sources.origins import Register

EXPECTED = [
    {LINE: 2, "unit": "region", "parent": None, "value": "12.5"},
    {LINE: 5, "unit": "norr", "parent": "region", "value": None},
]


def read(base: Path, path: str, **how: str) -> list[dict[str, object]]:
    declaration = RowsDeclaration(
        source=SourceReference(path=path, **how), rename={"enhet": "unit"}, values={"unit": {"R": "region"}}
    )
    return rows(declaration, base=base, origins={})


def test_rows_of_csv_are_text_by_line_renamed_and_reworded(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text('enhet;parent;value\nR;"";12,5\n\n \nnorr;region;\n'.replace("\n \n", "\n;;\n"))
    found = read(tmp_path, "units.csv", separator=";", decimal=",")
    assert found == [EXPECTED[0], {LINE: 4, "unit": None, "parent": None, "value": None}, EXPECTED[1]]


def test_rows_of_a_workbook_are_told_by_the_numbers_that_the_sheet_shows(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "units.xlsx") as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, column, cell in ((0, 0, "enhet"), (0, 1, "parent"), (0, 2, "value"), (0, 3, "opened"), (1, 0, "R"),
                                  (1, 2, 12.5), (4, 0, "norr"), (4, 1, "region")):  # fmt: skip
            page.write(row, column, cell)
        page.write_datetime(1, 3, date(2022, 1, 1), day)
    found = read(tmp_path, "units.xlsx")
    assert found == [{**EXPECTED[0], "opened": "2022-01-01"}, {**EXPECTED[1], "opened": None}]


def test_rows_of_other_files_keep_the_types_that_they_have(tmp_path: Path) -> None:
    (tmp_path / "units.ndjson").write_text('{"enhet":"R","value":12.5}\n\n{"enhet":"norr"}\n')
    assert read(tmp_path, "units.ndjson") == [
        {LINE: 1, "unit": "region", "value": 12.5},
        {LINE: 3, "unit": "norr"},
    ]
    pl.DataFrame({"enhet": ["R"], "opened": [date(2022, 1, 1)]}).write_parquet(tmp_path / "units.parquet")
    assert read(tmp_path, "units.parquet") == [{LINE: 1, "unit": "region", "opened": date(2022, 1, 1)}]


def test_a_file_without_rows_gives_none(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("enhet,parent\n")
    assert read(tmp_path, "units.csv") == []


def test_faults_are_those_of_tables(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("enhet,parent\na\n")
    with pytest.raises(DataError, match="line 2 has 1"):
        read(tmp_path, "units.csv")
    with pytest.raises(PlanError, match="leaves the plan's folder"):
        read(tmp_path, "../units.csv")
    (tmp_path / "units.csv").write_text("unit,parent\na,b\n")
    with pytest.raises(PlanError, match="rename names a column 'enhet'"):
        read(tmp_path, "units.csv")


def test_rows_of_a_source_are_told_by_their_numbers(tmp_path: Path) -> None:
    declaration = RowsDeclaration(source=SourceReference(origin="register", table="joins"), rename={"medlem": "unit"})
    found = rows(declaration, base=tmp_path, origins={"register": Register()})
    assert [(row[LINE], row["unit"]) for row in found] == [(1, "0101"), (2, "102")]
