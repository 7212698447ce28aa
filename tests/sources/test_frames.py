"""What a host hands over as data."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pandas as pd
import polars as pl
import pytest

from hgplan.errors import PlanError, UnknownName
from hgplan.sources import frame, scan_file

ROWS = {"unit": ["a", "b"], "members": [1, 2]}


class Opaque:
    """A frame of a library that nobody here has heard of."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self.rows = rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


class Lying:
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return 3


def test_a_lazy_frame_stays_the_lazy_frame_that_it_is() -> None:
    lazy = pl.LazyFrame(ROWS)
    assert frame(lazy, name="reports") is lazy


def test_rows_come_over_the_arrow_stream_of_any_library() -> None:
    wanted = pl.DataFrame(ROWS)
    for given in (wanted, Opaque(wanted)):
        assert frame(given, name="reports").collect().equals(wanted)


def test_a_query_of_duckdb_is_read_as_it_is() -> None:
    script = """
        import duckdb
        from hgplan.sources import frame
        with duckdb.connect() as database:
            rows = frame(database.sql("select 'a' as unit, date '2022-03-01' as day"), name="reports").collect()
        print(rows.rows())
    """
    # In an interpreter of its own, for duckdb complains on leaving one in which its stream was read.
    ran = subprocess.run([sys.executable, "-c", dedent(script)], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "[('a', datetime.date(2022, 3, 1))]", ran.stderr


def test_a_pandas_frame_is_read_or_asks_for_what_it_lacks() -> None:
    given = pd.DataFrame({"unit": pd.Series(["a", None], dtype=object)})
    if find_spec("pyarrow") is not None:
        assert frame(given, name="reports").collect()["unit"].to_list() == ["a", None]
    else:
        with pytest.raises(PlanError, match="needs pyarrow") as raised:
            frame(given, name="reports")
        assert "pip install pyarrow" in str(raised.value.hint)


def test_a_path_is_a_file_as_text_or_as_a_path(tmp_path: Path) -> None:
    path = tmp_path / "reports.csv"
    path.write_text("unit\na\n")
    for given in (path, str(path)):
        assert frame(given, name="reports").collect().rows() == [("a",)]


@pytest.mark.parametrize("given", [ROWS, [ROWS], None, 3, pl.DataFrame, Lying(), b"reports.csv"])
def test_what_holds_no_rows_is_refused_with_what_would_do(given: object) -> None:
    with pytest.raises(PlanError, match="the data of 'reports' is") as raised:
        frame(given, name="reports")
    assert "polars frame" in str(raised.value.hint)


def test_a_file_that_is_not_there_is_told_with_the_nearest_that_is(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("a\n")
    with pytest.raises(UnknownName) as raised:
        frame(tmp_path / "membres.csv", name="members")
    assert raised.value.hint == "did you mean 'members.csv'?"


def test_an_address_is_not_fetched_and_its_secrets_are_not_told() -> None:
    with pytest.raises(PlanError) as raised:
        frame("https://ada:pass@register.example/members.csv?key=canary", name="members")
    assert raised.value.what == "https://register.example/... is asked for, and network is off"


@pytest.mark.parametrize("name", ["a.json", "a.xls", "a.zip", "a", "a.parquet.gz", "a.pickle"])
def test_a_file_of_another_kind_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(PlanError, match="is no kind of file that is read") as raised:
        scan_file(path)
    assert raised.value.hint


def test_a_way_of_reading_that_means_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"")
    with pytest.raises(PlanError) as raised:
        scan_file(path, sheet="Data", decimal=",", encoding="utf-8")
    assert [fault.what for fault in raised.value.faults] == [
        "encoding = 'utf-8' means nothing for 'a.parquet'",
        "decimal = ',' means nothing for 'a.parquet'",
        "sheet = 'Data' means nothing for 'a.parquet'",
    ]
    path = tmp_path / "a.csv"
    path.write_text("a\n")
    with pytest.raises(PlanError, match="no decimal sign"):
        scan_file(path, decimal=";")
