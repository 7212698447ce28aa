"""Opening a plan's sources: what one plugin breaks costs its own tables alone."""

from __future__ import annotations

import pytest

from hgplan.errors import PlanError, PluginError
from hgplan.model import SourceDeclaration
from hgplan.sources import Querying, open_sources
from sources.origins import Kind, Ledger, Register, Torn, offers, refusing


def declared(plugin: str, **settings: object) -> SourceDeclaration:
    return SourceDeclaration(plugin=plugin, settings=settings)


def test_a_source_is_opened_with_the_plans_settings_as_they_are() -> None:
    register = Register()
    kept: list[object] = []

    class Remembering(Kind):
        def open(self, settings: object) -> Register:  # type: ignore[override]  # any mapping
            kept.append(settings)
            return register

    opened, faults = open_sources({"members": declared("pg", uri_env="REGISTER_URI")}, offers(Remembering("pg", None)))
    assert (kept, faults) == ([{"uri_env": "REGISTER_URI"}], ())
    assert list(opened["members"].tables()) == ["joins", "leaves"]
    assert opened["members"].scan("joins", columns=None, start=None, until=None).collect().height == 2


def test_queries_go_through_where_the_source_takes_them() -> None:
    kinds = offers(Kind("pg", Register), Kind("ledger", Ledger))
    opened, _ = open_sources({"members": declared("pg"), "books": declared("ledger")}, kinds)
    assert not isinstance(opened["members"], Querying)
    books = opened["books"]
    assert isinstance(books, Querying)
    assert books.query("newest").collect().height == 1


@pytest.mark.parametrize("broken", [ValueError("postgres://ada:canary@host"), SystemExit(3), "no source", None])
def test_a_plugin_that_fails_to_open_is_a_fault_and_the_others_open(broken: object) -> None:
    kinds = offers(Kind("bad", broken), Kind("pg", Register))
    opened, faults = open_sources({"books": declared("bad"), "members": declared("pg")}, kinds)
    assert [fault.plugin for fault in faults] == ["pack-bad"]
    assert "canary" not in str(faults[0])
    assert opened["members"].scan("joins", columns=None, start=None, until=None).collect().height == 2
    for read in (opened["books"].tables, lambda: opened["books"].scan("joins", columns=None, start=None, until=None)):
        with pytest.raises(PluginError, match="'pack-bad' failed in hgplan_sources"):
            read()


def test_a_source_that_raises_is_blamed_without_a_persons_cells() -> None:
    opened, _ = open_sources({"members": declared("torn")}, offers(Kind("torn", Torn)))
    for table, what in (("joins", "ValueError"), ("leaves", "scan gave a NoneType")):
        with pytest.raises(PluginError) as raised:
            opened["members"].scan(table, columns=None, start=None, until=None)
        assert what in raised.value.what
        assert "source 'members'" in str(raised.value.where)
        assert "Canary" not in str(raised.value)


def test_settings_that_a_plugin_refuses_and_unknown_kinds_are_told_together() -> None:
    plan = {"members": declared("strict"), "books": declared("leger"), "other": declared("pg")}
    with pytest.raises(PlanError) as raised:
        open_sources(plan, offers(refusing(), Kind("ledger", Ledger), Kind("pg", Register)))
    first, second = raised.value.faults
    assert (first.what, first.where) == ("no environment variable 'REGISTER_URI'", "[source.members]")
    assert second.where == "[source.books]"
    assert second.hint == "did you mean 'ledger'?"


def test_a_plan_without_sources_asks_no_plugin() -> None:
    def asked():  # type: ignore[no-untyped-def]  # a generator that must not run
        raise AssertionError
        yield

    assert open_sources({}, asked()) == ({}, ())
