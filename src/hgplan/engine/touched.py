"""The people whose rows came or went, and the rows that they had and have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeAlias

import attrs
import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.facts import Facts
from hgplan.engine.parts import Cut
from hgplan.engine.typed import as_day
from hgplan.metrics.tables import Events

__all__ = ["Change", "Days", "Touched"]

Days: TypeAlias = tuple[date, date]
"""The first day and the last."""


@attrs.frozen(eq=False)
class Change:
    """Rows of a table that went, as they were (all of their ids), and rows that came."""

    removed: pl.DataFrame
    added: pl.DataFrame

    @property
    def rows(self) -> pl.DataFrame:
        """All of them."""
        return pl.concat([self.removed, self.added])


@attrs.frozen(eq=False)
class Touched:
    """The people whose rows came or went, as the tables of a cut name them."""

    cut: Cut
    kind: pl.DataType
    people: pl.Series
    # By table the days of which any rows are wanted, and the rows once they are read.
    spans: Mapping[str, Days | None]
    _read: dict[str, pl.DataFrame] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(
        cls, facts: Facts, cut: Cut, changes: Mapping[str, Change], spans: Iterable[Mapping[str, Days | None]]
    ) -> Touched:
        """Those of some changes; of each table no more will be read than the days of the `spans`."""
        kinds = [facts.frame(table).collect_schema()[column] for table, column in cut.items() if column is not None]
        # Numbers are looked up as such where they fit; anything else is told by its text.
        small = all(kind.is_integer() and kind not in (pl.UInt64, pl.Int128, pl.UInt128) for kind in kinds)
        kind = pl.Int64() if small else pl.String()
        named = [
            changes[table].rows[column].cast(kind)
            for table, column in cut.items()
            if column is not None and table in changes
        ]
        widest: dict[str, Days | None] = {}
        for table, days in (item for span in spans for item in span.items()):
            known = widest.get(table, days)
            both = None if known is None or days is None else (min(known[0], days[0]), max(known[1], days[1]))
            widest[table] = both
        return cls(cut, kind, pl.concat([pl.Series(dtype=kind), *named]).drop_nulls().unique(), widest)

    def about(self, facts: Facts, table: str) -> pl.LazyFrame:
        """The rows of the touched people."""
        column = self.cut[table]
        return facts.frame(table).filter(pl.lit(False) if column is None else self._about(column))

    def _about(self, column: str) -> pl.Expr:
        return pl.col(column).cast(self.kind).is_in(self.people.implode())

    def rows(self, facts: Facts, table: str, change: Change | None, days: Days | None, *, after: bool) -> pl.LazyFrame:
        """The rows of the touched people, and those of nobody that came or went: as they were, or as they are."""
        column, schema = self.cut[table], facts.frame(table).collect_schema()
        removed, added = (change.removed, change.added) if change else (_none(schema), _none(schema))
        if column is None:
            return (added if after else removed).lazy()
        if table not in self._read:
            wanted = self._about(column) & _on(facts, table, schema, self.spans[table])
            self._read[table] = collect(facts.frame(table).filter(wanted), table)
        theirs = self._read[table]
        if days != self.spans[table]:
            theirs = theirs.filter(_on(facts, table, schema, days))
        nobody = pl.col(column).is_null()
        of_nobody = (added if after else removed).filter(nobody)
        if after:
            theirs = pl.concat([self._without(theirs, removed, facts.table(table).id), added.filter(~nobody)])
        return pl.concat([theirs, of_nobody]).lazy()

    @staticmethod
    def _without(rows: pl.DataFrame, removed: pl.DataFrame, id: str | None) -> pl.DataFrame:
        """The rows but those that went, which are told by their ids."""
        if removed.is_empty() or id is None:
            return rows
        return rows.filter(~pl.col(id).is_in(removed[id].implode()).fill_null(False))


def _on(facts: Facts, table: str, schema: pl.Schema, days: Days | None) -> pl.Expr:
    """Whether a row is of one of the days."""
    declared = facts.table(table)
    if days is None or not isinstance(declared, Events):
        return pl.lit(True)
    return as_day(declared.at, schema[declared.at], facts.timezone).value.is_between(*days)


def _none(schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)
