"""Sources and kinds of source, as plugins would bring them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import attrs
import polars as pl

from hgplan.errors import PlanError
from hgplan.hookspecs import Schema, Setting, Source, SourceKind
from hgplan.plugins import Offer, Plugin

ROWS = pl.DataFrame({"medlem": ["0101", "102"], "dag": ["2022-01-01", "2022-02-01"], "kanal": ["D", "X"]})


class Register:
    """Two tables in memory."""

    def __init__(self, settings: Mapping[str, Setting] | None = None) -> None:
        self.settings = settings
        self.asked: list[object] = []

    def tables(self) -> Mapping[str, Schema]:
        return {"joins": Schema({"medlem": "text", "dag": "date", "kanal": "text"}), "leaves": Schema({})}

    def scan(
        self, table: str, *, columns: Sequence[str] | None = None, start: date | None = None, until: date | None = None
    ) -> pl.LazyFrame:
        self.asked.append((table, columns, start, until))
        return ROWS.lazy()


class Ledger(Register):
    """The same, with queries."""

    def query(self, text: str) -> pl.LazyFrame:
        self.asked.append(text)
        return ROWS.lazy().head(1)


class Torn(Register):
    """A source whose promises don't hold."""

    def scan(
        self, table: str, *, columns: Sequence[str] | None = None, start: date | None = None, until: date | None = None
    ) -> pl.LazyFrame:
        if table == "joins":
            raise ValueError("the row of Ada Canary is torn")
        return None  # type: ignore[return-value]  # that is what is wrong with it


@attrs.frozen
class Kind:
    """A kind of source that opens one thing, or raises it."""

    name: str
    opened: object

    def open(self, settings: Mapping[str, Setting]) -> Source:
        if isinstance(self.opened, BaseException):
            raise self.opened
        if isinstance(self.opened, type):
            return self.opened(settings)  # type: ignore[no-any-return]  # it is a class of sources
        return self.opened  # type: ignore[return-value]  # or what is wrong


def offers(*kinds: Kind) -> list[Offer[SourceKind]]:
    return [Offer(Plugin(name=f"pack-{kind.name}", version="1.0"), kind.name, kind) for kind in kinds]


def refusing() -> Kind:
    return Kind("strict", PlanError("no environment variable 'REGISTER_URI'"))
