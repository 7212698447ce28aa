"""CSV: every cell as it was written, and every torn line told before anything is computed."""

from __future__ import annotations

import csv
import gzip
import io
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import DataError, DataErrors, PlanError
from hgplan.metrics import Events, Snapshots
from hgplan.sources import scan_file
from hgplan.sources.delimited import delimited_records, open_delimited
from hgplan.sources.records import Grammar, evenness, fields, lines_of, records

FEES = Events("fees", at="day", unit="unit", entity="member", columns={"fee": "decimal(2)", "channel": "text"})

CELLS = st.lists(st.sampled_from([*"ab01åé\"',;|\t\n ", "\r\n"]), max_size=6).map("".join)
SEPARATORS = st.sampled_from(",;|\t")


def write(folder: Path, content: str | bytes, name: str = "fees.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path: Path, **how: str) -> DataError:
    with pytest.raises(DataError) as raised:
        scan_file(path, **how)
    return raised.value


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    cells = st.lists(CELLS, min_size=width, max_size=width)
    # A single name with another separator in it is taken for a wrong separator, on purpose.
    named = CELLS.filter(bool) if width > 1 else st.text("abå'\"", min_size=1, max_size=4)
    names = draw(st.lists(named, min_size=width, max_size=width, unique=True))
    return [names, *draw(st.lists(cells, max_size=6))]


@given(
    table=tables(),
    separator=SEPARATORS,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
    is_marked=st.booleans(),
)
def test_what_a_csv_writer_wrote_is_read_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory,
    table: list[list[str]],
    separator: str,
    quoting: int,
    ending: str,
    is_marked: bool,
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=ending).writerows(table)  # type: ignore[arg-type]
    folder = tmp_path_factory.mktemp("csv")
    path = write(folder, text.getvalue().encode("utf-8-sig" if is_marked else "utf-8"))
    names, *rows = table
    frame = scan_file(path, separator=separator).collect()
    assert frame.columns == names
    assert set(frame.dtypes) == {pl.String}
    told = [["" if cell is None else cell for cell in row] for row in frame.rows()]
    # A row of one empty cell is written as an empty line unless it is quoted.
    if len(names) > 1 or quoting == csv.QUOTE_ALL:
        assert told == rows
    one_by_one = [list(row.values()) for _, row in delimited_records(open_delimited(path, separator=separator))]
    assert [row for row in one_by_one if any(row)] == [row for row in rows if any(row)]


@given(
    content=st.text(st.sampled_from('ab",\n'), max_size=40),
    cuts=st.lists(st.integers(0, 45), max_size=3),
)
def test_a_text_is_even_wherever_it_is_cut_exactly_when_each_record_is(content: str, cuts: list[int]) -> None:
    grammar, text = Grammar(","), content.encode()
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(edges)]
    found = list(records(lines_of(pieces), grammar))
    assert b"".join(record.content for record in found) == text
    sound = all(one.is_blank or (one.broken is None and grammar.width(one.content) == 2) for one in found)
    gaps = any(record.is_blank for record in found)
    assert evenness(pieces, grammar, 2) == (("gaps" if gaps else "even") if sound else "odd")


def test_leading_zeros_and_ambiguous_days_stay_as_they_were_written(tmp_path: Path) -> None:
    path = write(tmp_path, "unit,day\n0101,03/04/2022\n101,2022-04-03\n")
    assert scan_file(path).collect().rows() == [("0101", "03/04/2022"), ("101", "2022-04-03")]


def test_an_empty_field_is_null_and_a_quoted_one_is_the_empty_text(tmp_path: Path) -> None:
    path = write(tmp_path, 'unit,channel\na,\nb,""\n')
    assert scan_file(path).collect()["channel"].to_list() == [None, ""]


def test_rows_are_read_when_they_are_wanted_and_no_more_columns_than_that(tmp_path: Path) -> None:
    path = write(tmp_path, "unit,day,fee\na,2022-01-01,1\n")
    scanned = scan_file(path)
    assert isinstance(scanned, pl.LazyFrame)
    assert "1/3 COLUMNS" in scanned.select("fee").explain()


def test_short_and_long_lines_are_told_together_with_their_numbers(tmp_path: Path) -> None:
    fault = refused(write(tmp_path, "unit,day\na,2022-01-01\nb\n\nc,2022-01-02,3\n"))
    assert fault.what == "2 lines of fees.csv without the header's 2 fields: line 3 has 1, line 5 has 3"
    assert str(fault.where) == "fees.csv:3:1"


def test_a_line_is_counted_as_a_person_sees_it_also_behind_line_breaks_in_quotes(tmp_path: Path) -> None:
    fault = refused(write(tmp_path, 'unit,note\na,"two\nlines"\nb\n'))
    assert "line 4 has 1" in fault.what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('unit,note\na,b\nc,6" pipe\n', "a quote stands inside a field in fees.csv, line 3"),
        ('unit,note\na,"b" c\n', "a quote stands inside a field in fees.csv, line 2"),
        ('unit,note\na,b\nc,"never\nends,\n', "a quote is opened and never closed in fees.csv, line 3"),
    ],
)
def test_a_quote_out_of_place_is_told_and_the_cell_is_not(tmp_path: Path, text: str, what: str) -> None:
    fault = refused(write(tmp_path, text))
    assert fault.what == what
    assert "pipe" not in str(fault)


def test_torn_quotes_and_torn_lines_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataErrors) as raised:
        scan_file(write(tmp_path, 'unit,note\na\nc,6" pipe\nd,e\n'))
    assert [str(fault.where) for fault in raised.value.faults] == ["fees.csv:2:1", "fees.csv:3:1"]


def test_many_torn_lines_are_told_by_the_first_few(tmp_path: Path) -> None:
    fault = refused(write(tmp_path, "unit,day\n" + "a\n" * 40))
    assert fault.what.startswith("40 lines")
    assert fault.what.endswith("line 6 has 1, ...")


def test_empty_lines_are_no_rows_wherever_they_are(tmp_path: Path) -> None:
    path = write(tmp_path, "unit,day\n\na,1\r\n\r\nb,\n\n")
    assert scan_file(path).collect().rows() == [("a", "1"), ("b", None)]
    assert [line for line, _ in delimited_records(open_delimited(path))] == [3, 5]


@pytest.mark.parametrize("text", ["unit,day\n", "unit,day", "\ufeffunit,day\r\n"])
def test_a_file_of_a_header_alone_has_no_rows(tmp_path: Path, text: str) -> None:
    frame = scan_file(write(tmp_path, text)).collect()
    assert (frame.columns, frame.height) == (["unit", "day"], 0)


def test_the_wrong_separator_is_told_with_the_right_one(tmp_path: Path) -> None:
    path = write(tmp_path, "unit;day;member;fee;channel\na;2022-01-01;m;1,50;door\n")
    with pytest.raises(DataError) as raised:
        scan_file(path, table=FEES)
    assert str(raised.value) == (
        "fees.csv has 1 column, the table 'fees' wants 5\n"
        "  in fees.csv:1:1\n"
        "  the file seems to use ';': say separator = ';'"
    )
    assert "';'" in str(refused(path).hint)


def test_a_comma_in_a_name_hides_no_wrong_separator(tmp_path: Path) -> None:
    path = write(tmp_path, "unit;day;member;fee;channel, if any\n")
    with pytest.raises(DataError, match="has 2 columns"):
        scan_file(path, table=FEES)


def test_a_single_column_is_no_wrong_separator(tmp_path: Path) -> None:
    assert scan_file(write(tmp_path, "unit\na\n\nb\n")).collect().rows() == [("a",), ("b",)]


def test_tabs_separate_what_is_called_tsv(tmp_path: Path) -> None:
    assert scan_file(write(tmp_path, "a\tb\n1\t2\n", "x.tsv")).collect().rows() == [("1", "2")]


@pytest.mark.parametrize("separator", ['"', "\n", "é", ";;"])
def test_a_separator_that_can_not_separate_is_refused(tmp_path: Path, separator: str) -> None:
    with pytest.raises(PlanError, match="can't separate"):
        scan_file(write(tmp_path, "a,b\n"), separator=separator)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "fees.csv is empty, without even a header"),
        ("\nunit,day\n", "the first line of fees.csv is empty"),
        ('unit,"day\n', "the header of fees.csv can't be read: a quote is opened and never closed"),
        ("unit,day\ra,1\rb,2\r", "fees.csv ends its lines with CR alone"),
        ("unit,day,unit\na,1,2\n", "column 'unit' stands twice in it"),
        ("unit,day,,\na,1,,\n", "2 columns of fees.csv have no name"),
    ],
)
def test_a_header_that_names_no_columns_is_told(tmp_path: Path, text: str, what: str) -> None:
    fault = refused(write(tmp_path, text))
    assert (fault.what, str(fault.where)) == (what, "fees.csv:1:1")


def test_decimal_commas_become_points_in_declared_numbers_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "unit;day;member;fee;channel\na;2022-01-01;m;12,50;a,b.c\n")
    row = scan_file(path, table=FEES, separator=";", decimal=",").collect().row(0, named=True)
    assert (row["fee"], row["channel"]) == ("12.50", "a,b.c")


def test_a_point_for_thousands_does_not_pass_as_a_decimal_point(tmp_path: Path) -> None:
    table = Snapshots("reports", at="day", columns={"members": "float"})
    path = write(tmp_path, "day;members\n2022-01-01;1.234\n")
    told = scan_file(path, table=table, separator=";", decimal=",").collect()["members"]
    assert told.cast(pl.Float64, strict=False).to_list() == [None]


def test_a_row_late_in_a_large_file_is_told_by_its_line(tmp_path: Path) -> None:
    lines = ["unit,day"] + [f"{number},2022-01-01" for number in range(2, 300_002)]
    lines[250_000] = "250001"
    fault = refused(write(tmp_path, "\n".join(lines)))
    assert "line 250001 has 1" in fault.what


def test_a_packed_file_is_read_like_the_file_in_it(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b"unit,day\na,1\n"), "fees.csv.gz")
    assert scan_file(path).collect().rows() == [("a", "1")]
    fault = refused(write(tmp_path, gzip.compress(b"unit,day\na\n"), "torn.csv.gz"))
    assert str(fault.where) == "torn.csv.gz:2:1"


def test_a_name_with_wildcards_is_one_file(tmp_path: Path) -> None:
    write(tmp_path, "a\n1\n", "x1.csv")
    assert scan_file(write(tmp_path, "a\n2\n", "x[1].csv")).collect().item() == "2"


def test_fields_are_told_apart_by_the_separator_that_was_said() -> None:
    assert fields(b'a,b;"c;d"\n', ";") == ["a,b", "c;d"]
