"""Frames as files, read back by readers that know nothing of polars."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.outputs.frames import FRAME_FORMATS, write_frame


def written(frame: pl.DataFrame, frame_format: str) -> bytes:
    file = io.BytesIO()
    write_frame(frame, file, frame_format)  # type: ignore[arg-type]  # a test's text
    return file.getvalue()


FRAME = pl.DataFrame(
    {
        "unit": ["Öst", '=HYPERLINK("http://x","y")', 'a "quoted", one'],
        "day": [date(2022, 8, 31), None, date(2022, 1, 1)],
        "value": [0.8125, math.nan, -math.inf],
        "numerator": pl.Series([Decimal("13.50"), None, Decimal("-1.00")], dtype=pl.Decimal(20, 2)),
        "rows": [16, None, -1],
        "status": pl.Series(["on_course", None, "no_data"], dtype=pl.Enum(["on_course", "no_data"])),
        "conditions": [[{"title": "kept", "state": "unset"}], [], None],
    }
)


def test_json_is_a_list_of_row_objects_with_iso_days_and_never_nan() -> None:
    assert json.loads(written(FRAME, "json"), parse_constant=pytest.fail) == [
        {"unit": "Öst", "day": "2022-08-31", "value": 0.8125, "numerator": 13.5, "rows": 16, "status": "on_course",
         "conditions": [{"title": "kept", "state": "unset"}]},
        {"unit": '=HYPERLINK("http://x","y")', "day": None, "value": None, "numerator": None, "rows": None,
         "status": None, "conditions": []},
        {"unit": 'a "quoted", one', "day": "2022-01-01", "value": None, "numerator": -1.0, "rows": -1,
         "status": "no_data", "conditions": None},
    ]  # fmt: skip


def test_csv_guards_texts_that_a_spreadsheet_would_run_and_leaves_numbers_alone() -> None:
    rows = list(csv.reader(io.StringIO(written(FRAME, "csv").decode(), newline="")))
    assert rows == [
        ["unit", "day", "value", "numerator", "rows", "status", "conditions"],
        ["Öst", "2022-08-31", "0.8125", "13.50", "16", "on_course", '[{"title":"kept","state":"unset"}]'],
        ['\'=HYPERLINK("http://x","y")', "", "", "", "", "", "[]"],
        ['a "quoted", one', "2022-01-01", "", "-1.00", "-1", "no_data", ""],
    ]


def test_csv_lines_end_as_rfc_4180_says() -> None:
    assert written(pl.DataFrame({"a": [1, 2]}), "csv") == b"a\r\n1\r\n2\r\n"


def test_a_heading_is_guarded_like_a_cell() -> None:
    assert written(pl.DataFrame({"=a": ["x"]}), "csv") == b"'=a\r\nx\r\n"


def test_parquet_gives_the_frame_back() -> None:
    assert pl.read_parquet(written(FRAME, "parquet")).equals(FRAME)


@pytest.mark.parametrize("frame_format", FRAME_FORMATS)
def test_a_frame_without_rows_is_written_too(frame_format: str) -> None:
    empty = written(FRAME.clear(), frame_format)
    assert {"csv": empty.startswith(b"unit,day"), "json": empty == b"[]\n", "parquet": empty[:4] == b"PAR1"}[
        frame_format
    ]


@given(st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=12)), max_size=5))
def test_any_text_survives_json_and_is_never_a_formula_in_csv(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"first": texts, "text": texts}, schema={"first": pl.String, "text": pl.String})
    assert json.loads(written(frame, "json")) == frame.to_dicts()
    rows = list(csv.reader(io.StringIO(written(frame, "csv").decode(), newline="")))[1:]
    assert len(rows) == len(texts)
    for (_, cell), text in zip(rows, texts, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\x00"))
        assert cell.removeprefix("'") == (text or "").removeprefix("'")
