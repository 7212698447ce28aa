"""Excel workbooks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from hgplan.errors import DataError, DataErrors, PlanError, UnknownName
from hgplan.metrics import Events
from hgplan.sources import scan_file
from hgplan.sources.workbooks import workbook_records

REPORTS = Events("reports", at="day", unit="unit", columns={"members": "int"})
HEADER = ["unit", "day", "members"]
ROWS: list[list[object]] = [["0101", date(2022, 1, 31), 12], ["102", "2022-02-28", 13.0]]


def book(path: Path, rows: Sequence[Sequence[object]], *, sheet: str = "Data", skip: int = 0) -> Path:
    with xlsxwriter.Workbook(path) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        made.add_worksheet("About").write(0, 0, "what this is")
        page = made.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(number + skip, column, cell, day)
                elif cell is not None:
                    page.write(number + skip, column, cell)
    return path


def test_cells_are_text_with_their_zeros_and_days_are_iso_text(tmp_path: Path) -> None:
    path = book(tmp_path / "reports.xlsx", [HEADER, *ROWS])
    frame = scan_file(path, sheet="Data", table=REPORTS).collect()
    assert frame.rows() == [("0101", "2022-01-31", "12"), ("102", "2022-02-28", "13")]


def test_the_first_sheet_is_read_unless_one_is_named_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    path = book(tmp_path / "reports.xlsx", [HEADER])
    assert scan_file(path).collect().columns == ["what this is"]
    with pytest.raises(UnknownName, match="no sheet 'Date'") as raised:
        scan_file(path, sheet="Date")
    assert raised.value.hint == "did you mean 'Data'?"


def test_empty_rows_above_and_below_are_no_rows_and_numbers_are_the_sheets(tmp_path: Path) -> None:
    path = book(tmp_path / "reports.xlsx", [HEADER, ROWS[0], [None] * 3, ROWS[1], ["", None, None]], skip=3)
    assert [number for number, _ in workbook_records(path, sheet="Data")] == [5, 7]


def test_a_merged_or_doubled_header_is_told(tmp_path: Path) -> None:
    path = book(tmp_path / "reports.xlsx", [["unit", None, "members", "unit"], ["a", "2022-01-31", 1, 2]])
    with pytest.raises(DataErrors) as raised:
        scan_file(path, sheet="Data")
    assert [fault.what for fault in raised.value.faults] == [
        "reports.xlsx has columns without a name: 2",
        "column 'unit' stands twice in reports.xlsx",
    ]


@pytest.mark.parametrize("total", [[None, None, 25], ["Totalt", None, 25], ["Summa:", date(2022, 2, 28), 25]])
def test_a_total_row_is_refused_where_it_would_be_counted(tmp_path: Path, total: list[object]) -> None:
    path = book(tmp_path / "reports.xlsx", [HEADER, *ROWS, total])
    with pytest.raises(DataError, match=r"row 4 of reports.xlsx looks like a total row") as raised:
        scan_file(path, sheet="Data", table=REPORTS)
    assert str(raised.value.where) == "reports.xlsx:4:1"


def test_a_last_row_like_others_is_no_total(tmp_path: Path) -> None:
    path = book(tmp_path / "reports.xlsx", [HEADER, ROWS[0], [None, date(2022, 2, 1), 3], [None, date(2022, 2, 2), 4]])
    assert scan_file(path, sheet="Data", table=REPORTS).collect().height == 3


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html><table></table></html>", "reports.xlsx is HTML or XML with the name of a workbook"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "reports.xlsx is HTML or XML with the name of a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "reports.xlsx is an old or a protected workbook"),
        (b"unit;day\n", "reports.xlsx is no Excel workbook"),
        (b"", "reports.xlsx is no Excel workbook"),
        (b"PK\x03\x04 and then nothing", "reports.xlsx is torn"),
    ],
)
def test_a_file_that_only_is_called_a_workbook_is_told(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "reports.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError) as raised:
        scan_file(path)
    assert raised.value.what == what


def test_an_empty_sheet_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is empty"):
        scan_file(book(tmp_path / "reports.xlsx", []), sheet="Data")


def test_without_the_extra_the_line_that_installs_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(PlanError, match="needs fastexcel") as raised:
        scan_file(book(tmp_path / "reports.xlsx", [HEADER]))
    assert "pip install 'hgplan[excel]'" in str(raised.value.hint)
