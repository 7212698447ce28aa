"""Files that unpack to far more than they are, and files that are torn."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from hgplan.errors import DataError
from hgplan.sources import fingerprint, scan_file
from hgplan.sources.packed import LARGEST_UNPACKED, check_zip, pieces


def packed_zeros(path: Path, size: int) -> Path:
    with gzip.open(path, "wb", compresslevel=6) as file:
        for _ in range(size // (1 << 20)):
            file.write(b"a,b\n" * (1 << 18))
    return path


def test_a_small_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = packed_zeros(tmp_path / "members.csv.gz", LARGEST_UNPACKED + (4 << 20))
    assert path.stat().st_size < 500_000
    with pytest.raises(DataError, match=r"members.csv.gz unpacks to more than 100 MB"):
        scan_file(path)


def test_a_packed_file_that_is_cut_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "members.csv.gz"
    path.write_bytes(gzip.compress(b"unit,day\na,1\n" * 100)[:-12])
    with pytest.raises(DataError, match="no whole gzip file"):
        scan_file(path)


def test_what_is_packed_is_told_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes(gzip.compress(b"unit\na\n"))
    assert b"".join(pieces(path)) == b"unit\na\n"
    assert scan_file(path).collect().item() == "a"


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "members.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("junk", "w") as file:
        for _ in range(LARGEST_UNPACKED // (1 << 20) + 4):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 500_000
    with pytest.raises(DataError, match=r"members.xlsx unpacks to 104 MB \(limit 100 MB\)"):
        scan_file(path)


def test_an_archive_with_a_torn_entry_is_told(tmp_path: Path) -> None:
    path = tmp_path / "members.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("sheet", b"a" * 1000)
    content = bytearray(path.read_bytes())
    content[500] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match="is torn"):
        check_zip(path)
    path.write_bytes(content[:700])
    with pytest.raises(DataError, match="is torn"):
        check_zip(path)


def test_a_fingerprint_follows_the_content_and_the_names_of_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    one = folder / "a.parquet"
    one.write_bytes(b"1")
    first, file = fingerprint(folder), fingerprint(one)
    assert len(first) == len(file) == 64
    one.write_bytes(b"2")
    assert fingerprint(one) != file
    one.write_bytes(b"1")
    assert (fingerprint(folder), fingerprint(one)) == (first, file)
    one.rename(folder / "b.parquet")
    assert fingerprint(folder) != first
