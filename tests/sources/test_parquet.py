"""Parquet files and folders of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hgplan.errors import DataError, DataErrors, PlanError
from hgplan.sources import scan_file


def test_types_are_the_files_own_and_rows_are_read_when_wanted(tmp_path: Path) -> None:
    path = tmp_path / "members[1].parquet"
    pl.DataFrame({"member": ["0101"], "day": [date(2022, 1, 1)], "fee": [1]}).write_parquet(path)
    scanned = scan_file(path)
    assert isinstance(scanned, pl.LazyFrame)
    assert scanned.collect().rows() == [("0101", date(2022, 1, 1), 1)]
    assert "PROJECT 1/3 COLUMNS" in scanned.select("fee").explain()


def test_a_folder_is_its_files_by_name(tmp_path: Path) -> None:
    for name, value in (("b.parquet", 2), ("a.parquet", 1)):
        pl.DataFrame({"fee": [value]}).write_parquet(tmp_path / name)
    (tmp_path / "README.txt").write_text("no data")
    assert scan_file(tmp_path).collect()["fee"].to_list() == [1, 2]


def test_files_of_a_folder_that_deviate_are_all_told(tmp_path: Path) -> None:
    pl.DataFrame({"fee": [1], "unit": ["a"]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"fee": [1.5], "unit": ["a"]}).write_parquet(tmp_path / "b.parquet")
    pl.DataFrame({"unit": ["a"], "fee": [1]}).write_parquet(tmp_path / "c.parquet")
    with pytest.raises(DataErrors) as raised:
        scan_file(tmp_path)
    assert [fault.what for fault in raised.value.faults] == [
        "b.parquet has other columns than a.parquet: 'fee'",
        "c.parquet has other columns than a.parquet: their order",
    ]


def test_a_folder_without_a_parquet_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("a\n")
    with pytest.raises(PlanError, match="holds no Parquet file"):
        scan_file(tmp_path)


def test_a_file_that_is_cut_off_or_no_parquet_is_told(tmp_path: Path) -> None:
    path = tmp_path / "members.parquet"
    pl.DataFrame({"fee": [1] * 1000}).write_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[:-100])
    with pytest.raises(DataError, match="is cut off"):
        scan_file(path)
    path.write_bytes(content[:-20] + b"\xff" * 12 + content[-8:])
    with pytest.raises(DataError, match="is a torn Parquet file"):
        scan_file(path)
    path.write_bytes(b"")
    with pytest.raises(DataError, match="is no Parquet file"):
        scan_file(path)
    path.write_text("unit,day\n")
    with pytest.raises(DataError, match="is no Parquet file"):
        scan_file(path)
