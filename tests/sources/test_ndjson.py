"""JSON, an object a line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import DataError, HgplanError
from hgplan.metrics import Events
from hgplan.sources import scan_file

FEES = Events("fees", at="day", entity="member", columns={"fee": "decimal(2)"})


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "fees.ndjson"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_what_is_declared_is_text_and_the_rest_is_what_json_says(tmp_path: Path) -> None:
    rows = (
        '{"day":"2022-01-01","member":101,"fee":12.5,"n":1,"x":1,"ok":true}\n{"member":"0101","n":2,"x":1.5,"late":"a"}'
    )
    frame = scan_file(write(tmp_path, rows), table=FEES).collect()
    assert frame.schema == {
        "day": pl.String, "member": pl.String, "fee": pl.String,
        "n": pl.Int64, "x": pl.Float64, "ok": pl.Boolean, "late": pl.String,
    }  # fmt: skip
    assert frame["member"].to_list() == ["101", "0101"]
    assert frame["fee"].to_list() == ["12.5", None]


@pytest.mark.parametrize(
    "line",
    [
        '{"a":1',
        "[1]",
        "a",
        '{"a":1}{"a":2}',
        '{"a":NaN}',
        '{"a":1e999}',
        '{"a":1,"a":2}',
        r'{"a":"\ud800"}',
        '{"a":01}',
    ],
)
def test_a_line_that_holds_no_sound_object_is_told_by_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(DataError) as raised:
        scan_file(write(tmp_path, f'{{"a":1}}\n\n{line}\n{{"a":3}}\n'))
    assert raised.value.what == "fees.ndjson holds no JSON object in line 3"
    assert str(raised.value.where) == "fees.ndjson:3:1"


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="in lines 1, 3"):
        scan_file(write(tmp_path, 'x\n{"a":1}\ny\n'))


VALUES = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.sampled_from(["a", "b", "å"])


@given(rows=st.lists(st.dictionaries(KEYS, VALUES | st.text(max_size=4) | st.lists(st.booleans(), max_size=2))))
def test_what_is_found_sound_is_read_without_a_fault(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    path = write(tmp_path_factory.mktemp("json"), "".join(json.dumps(row) + "\n" for row in rows))
    frame = scan_file(path).collect()
    for name in frame.columns:
        assert frame[name].is_null().to_list() == [row.get(name) is None for row in rows]
        if frame[name].dtype == pl.Int64:
            assert frame[name].to_list() == [row.get(name) for row in rows]


@given(content=st.text(st.sampled_from('{}":,a1.-e\n '), max_size=30))
def test_no_text_is_found_sound_that_can_not_be_read(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    try:
        scanned = scan_file(write(tmp_path_factory.mktemp("json"), content))
    except HgplanError:
        return
    assert scanned.collect().width >= 0


def test_a_mark_a_packing_and_another_encoding_are_read(tmp_path: Path) -> None:
    row = '{"a":"Ö"}\r\n'
    assert scan_file(write(tmp_path, row.encode("utf-8-sig"))).collect().item() == "Ö"
    path = write(tmp_path, row.encode("cp1252"))
    assert scan_file(path, encoding="cp1252").collect().item() == "Ö"
    with pytest.raises(DataError, match="is not UTF-8"):
        scan_file(path)
    packed = tmp_path / "fees.jsonl.gz"
    packed.write_bytes(gzip.compress(row.encode()))
    assert scan_file(packed).collect().item() == "Ö"


@pytest.mark.parametrize("content", ["", "\n\n", "{}\n"])
def test_a_file_without_a_key_has_no_columns(tmp_path: Path, content: str) -> None:
    assert scan_file(write(tmp_path, content)).collect().width == 0
