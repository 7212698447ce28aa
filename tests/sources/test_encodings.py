"""Bytes that are not the text that they were said to be."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import DataError, PlanError
from hgplan.sources import scan_file
from hgplan.sources.encodings import text_pieces


@given(
    text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40).filter(
        lambda text: not text.startswith("\ufeff")
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
    size=st.integers(1, 9),
)
def test_a_text_is_the_same_in_any_encoding_and_any_pieces(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str, size: int
) -> None:
    path = tmp_path_factory.mktemp("text") / "x.txt"
    path.write_bytes(text.encode(encoding))
    assert b"".join(text_pieces(path, encoding, size=size)).decode() == text


@given(before=st.text(max_size=20), after=st.text(max_size=5), size=st.integers(1, 9))
def test_the_first_wrong_byte_is_told_by_offset_and_line(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str, size: int
) -> None:
    begin = before.replace("\x00", "").replace("\ufeff", "").encode("utf-8", "ignore")
    path = tmp_path_factory.mktemp("text") / "x.csv"
    path.write_bytes(begin + b"\xff" + after.encode("utf-8", "ignore"))
    with pytest.raises(DataError) as raised:
        list(text_pieces(path, size=size))
    if not (begin + b"\xff" + after.encode("utf-8", "ignore")).startswith(codecs.BOM_UTF16):
        assert raised.value.what == f"x.csv is not UTF-8 (byte 0xFF at offset {len(begin)})"
        newlines = begin.count(b"\n")
        assert str(raised.value.where) == f"x.csv:{newlines + 1}:1"


def test_windows_1252_is_told_and_read_when_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes("unit,title\n1,Östra\n".encode("cp1252"))
    with pytest.raises(DataError) as raised:
        scan_file(path)
    assert raised.value.what == "units.csv is not UTF-8 (byte 0xD6 at offset 13)"
    assert raised.value.hint == 'it looks like Windows-1252: say encoding = "cp1252", or save it as UTF-8'
    assert scan_file(path, encoding="Windows-1252").collect()["title"].to_list() == ["Östra"]


def test_a_character_that_is_cut_off_at_the_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes("unit\nÖ".encode()[:-1])
    with pytest.raises(DataError, match=r"byte 0xC3 at offset 5"):
        scan_file(path)


def test_a_byte_that_the_said_encoding_lacks_is_told(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(b"unit\n\x81\n")
    with pytest.raises(DataError, match=r"not CP1252 \(byte 0x81 at offset 5\)"):
        scan_file(path, encoding="cp1252")


def test_utf_16_is_told_by_its_mark_and_read_when_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes("unit,title\r\n1,Östra\r\n".encode("utf-16"))
    with pytest.raises(DataError, match="is UTF-16, not UTF-8"):
        scan_file(path)
    assert scan_file(path, encoding="utf-16").collect().rows() == [("1", "Östra")]


def test_nul_characters_are_told_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(b"unit,title\n1,a\n2,\x00b\n")
    with pytest.raises(DataError, match="holds NUL characters") as raised:
        scan_file(path)
    assert str(raised.value.where) == "units.csv:3:1"
    path.write_bytes("unit\n1\n".encode("utf-16-le"))
    with pytest.raises(DataError) as raised:
        scan_file(path)
    assert "utf-16-le" in str(raised.value.hint)


@pytest.mark.parametrize("encoding", ["utf-9", "rot13", "zip", "unicode_escape", "undefined"])
def test_what_is_no_encoding_of_text_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text("unit\n")
    with pytest.raises(PlanError, match="no encoding") as raised:
        scan_file(path, encoding=encoding)
    assert raised.value.hint
