"""The rows of a plan's tables, from files and from sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hgplan.errors import PlanError, PluginError, UnknownName
from hgplan.metrics import Events, Spells
from hgplan.model import SourceReference, TableDeclaration
from hgplan.sources import scan_declared
from sources.origins import Ledger, Register

JOINS = Events("joins", at="day", entity="member", columns={"fee": "decimal(2)"})
CONTENT = "medlem;dag;avgift;kanal\n0101;2022-01-01;12,50;D\n102;2022-02-01;;X\n"
RENAME = {"medlem": "member", "dag": "day", "avgift": "fee", "kanal": "channel"}


def declared(**more: object) -> TableDeclaration:
    source = SourceReference(path="joins.csv", separator=";", decimal=",")
    return TableDeclaration(**{"source": source, "rename": RENAME, **more})  # type: ignore[arg-type]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "joins.csv").write_text(CONTENT)
    return tmp_path


def test_columns_and_values_are_called_as_the_plan_declares(base: Path) -> None:
    declaration = declared(values={"channel": {"D": "door", "P": "phone"}})
    rows = scan_declared(declaration, table=JOINS, base=base, origins={})
    assert isinstance(rows, pl.LazyFrame)
    assert rows.collect().rows(named=True) == [
        {"member": "0101", "day": "2022-01-01", "fee": "12.50", "channel": "door"},
        {"member": "102", "day": "2022-02-01", "fee": None, "channel": "X"},
    ]


def test_names_may_change_places(base: Path) -> None:
    declaration = declared(rename={"medlem": "dag", "dag": "medlem"})
    rows = scan_declared(declaration, table=None, base=base, origins={}).collect()
    assert rows.columns == ["dag", "medlem", "avgift", "kanal"]
    assert rows["dag"].to_list() == ["0101", "102"]


def test_values_of_numbers_are_told_by_their_text(base: Path) -> None:
    pl.DataFrame({"channel": [1, 2]}).write_parquet(base / "joins.parquet")
    declaration = TableDeclaration(source=SourceReference(path="joins.parquet"), values={"channel": {"1": "door"}})
    rows = scan_declared(declaration, table=None, base=base, origins={})
    assert rows.collect()["channel"].to_list() == ["door", "2"]


def test_columns_that_are_not_there_are_told_together_with_the_nearest(base: Path) -> None:
    declaration = declared(rename={"medlen": "member"}, values={"kanall": {"D": "door"}})
    with pytest.raises(PlanError) as raised:
        scan_declared(declaration, table=None, base=base, origins={})
    assert [str(fault) for fault in raised.value.faults] == [
        "rename names a column 'medlen' that isn't there\n  in joins.csv:1:1\n  did you mean 'medlem'?",
        "values names a column 'kanall' that isn't there\n  in joins.csv:1:1\n  did you mean 'kanal'?",
    ]


def test_two_columns_can_not_get_one_name(base: Path) -> None:
    with pytest.raises(PlanError, match="second column 'dag'"):
        scan_declared(declared(rename={"medlem": "dag"}), table=None, base=base, origins={})


def test_columns_that_the_table_wants_are_told_together(base: Path) -> None:
    with pytest.raises(PlanError) as raised:
        scan_declared(declared(rename={"medlem": "members"}), table=JOINS, base=base, origins={})
    assert [fault.what for fault in raised.value.faults] == [
        "table 'joins' wants the column 'day', and it isn't there",
        "table 'joins' wants the column 'fee', and it isn't there",
        "table 'joins' wants the column 'member', and it isn't there",
    ]
    assert raised.value.faults[2].hint == "did you mean 'members'?"


def test_all_roles_of_spells_are_wanted(base: Path) -> None:
    table = Spells("joins", start="a", end="b", entity="c", unit="d", id="e", recorded="f", censored="g",
                   observed_from="h", columns={"i": "text"})  # fmt: skip
    with pytest.raises(PlanError) as raised:
        scan_declared(declared(), table=table, base=base, origins={})
    assert len(raised.value.faults) == 9


def test_a_wrong_separator_is_found_by_the_names_in_the_file(base: Path) -> None:
    declaration = TableDeclaration(source="joins.csv", rename=RENAME)
    with pytest.raises(ValueError, match="the file seems to use ';'"):
        scan_declared(declaration, table=JOINS, base=base, origins={})


def test_a_table_without_a_source_is_refused(base: Path) -> None:
    with pytest.raises(PlanError, match="table 'joins' has no source"):
        scan_declared(TableDeclaration(), table=JOINS, base=base, origins={})


def from_register(**more: str) -> TableDeclaration:
    return TableDeclaration(source=SourceReference(origin="register", **more), rename={"medlem": "member"})


def test_a_source_is_asked_for_the_table_of_the_declaration_or_another(base: Path) -> None:
    source = Register()
    table = Events("joins", at="dag", entity="member")
    asked = {"columns": ["dag"], "start": date(2022, 1, 1), "until": date(2022, 12, 31)}
    rows = scan_declared(from_register(), table=table, base=base, origins={"register": source}, **asked)  # type: ignore[arg-type]
    assert rows.collect().columns == ["member", "dag", "kanal"]
    scan_declared(from_register(table="leaves"), table=table, base=base, origins={"register": source})
    assert source.asked == [("joins", ["dag"], date(2022, 1, 1), date(2022, 12, 31)), ("leaves", None, None, None)]


def test_a_query_goes_to_a_source_that_takes_queries(base: Path) -> None:
    source = Ledger()
    rows = scan_declared(from_register(query="newest"), table=None, base=base, origins={"register": source})
    assert (rows.collect().height, source.asked) == (1, ["newest"])
    with pytest.raises(PlanError, match="takes no queries") as raised:
        scan_declared(from_register(query="newest"), table=None, base=base, origins={"register": Register()})
    assert "joins, leaves" in str(raised.value.hint)


def test_an_unknown_source_or_table_is_told_with_the_nearest(base: Path) -> None:
    with pytest.raises(UnknownName, match="no source named 'register'") as raised:
        scan_declared(from_register(), table=JOINS, base=base, origins={"registers": Register()})
    assert raised.value.hint == "did you mean 'registers'?"
    with pytest.raises(UnknownName, match="has no table 'join'") as raised:
        scan_declared(from_register(table="join"), table=None, base=base, origins={"register": Register()})
    assert raised.value.hint == "did you mean 'joins'?"
    with pytest.raises(PlanError, match="which table"):
        scan_declared(from_register(), table=None, base=base, origins={"register": Register()})


def test_a_source_that_gives_no_frame_breaks_its_promise(base: Path) -> None:
    class Listing(Register):
        def scan(self, table: str, **_asked: object) -> pl.LazyFrame:
            return [table]  # type: ignore[return-value]  # that is what is wrong with it

    with pytest.raises(PluginError, match="not a polars LazyFrame"):
        scan_declared(from_register(), table=JOINS, base=base, origins={"register": Listing()})
