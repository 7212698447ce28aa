"""Which rows exist for a question: the versions known on a day, up to the day asked, with the attributes they reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from hgplan.metrics import Dimension, Events, Snapshots, Spells
from oracle.trees import Tree

Row = Mapping[str, Any]
FactTable = Events | Spells | Snapshots


class QuestionError(Exception):
    """The asker's fault."""


class RowsError(Exception):
    """The data's fault."""


def _ordered(value: Any) -> tuple[Any, ...]:
    return (1,) if value is None else (0, value)


@attrs.define(eq=False)
class Fact:
    """One row of a fact table: an event or a snapshot on `day`, or a spell on [day, end)."""

    table: FactTable
    row: Row
    day: date
    unit: str
    entity: Any
    end: date | None = None

    @property
    def place_day(self) -> date:
        """The day whose tree the row stands in."""
        return self.day

    @property
    def precedence(self) -> tuple[Any, ...]:
        """What decides between rows that are otherwise alike: the smallest id, then row content."""
        # reading: content is compared column by column, columns by name, and nothing after anything.
        content = [_ordered(value) for _, value in sorted(self.row.items())]
        return (_ordered(self.row[self.table.id] if self.table.id else None), *content)


class Facts:
    """All rows that exist for one question."""

    def __init__(
        self,
        tables: Mapping[str, FactTable | Dimension],
        data: Mapping[str, Sequence[Row]],
        tree: Tree,
        until: date,
        known_on: date | None,
    ) -> None:
        self.tables, self.data = tables, data
        self._tree, self._until, self._known_on = tree, until, known_on
        self._of: dict[str, list[Fact]] = {}

    def of(self, name: str) -> list[Fact]:
        """The rows of a table that exist, of each id only the newest version."""
        if name not in self._of:
            table = self.tables[name]
            assert not isinstance(table, Dimension)
            rows = self._versions(table, self.data[name])
            self._of[name] = [fact for row in rows if (fact := self._fact(table, row)) is not None]
        return self._of[name]

    def _versions(self, table: FactTable, rows: Sequence[Row]) -> list[Row]:
        if table.recorded is None:
            if self._known_on is not None:
                raise QuestionError(f"{table.name} says nothing of when it was recorded")
            return list(rows)
        known = [
            row
            for row in rows
            if self._known_on is None or row[table.recorded] is None or row[table.recorded] <= self._known_on
        ]
        if table.id is None:
            return known
        newest: dict[Any, Row] = {}
        for row in known:
            key = row[table.id]
            rank = row[table.recorded] or date.min
            if key not in newest or rank > (newest[key][table.recorded] or date.min):
                newest[key] = row
        # reading: a row without an id is a version of nothing else.
        return [row for row in known if row[table.id] is None or newest[row[table.id]] is row]

    def _fact(self, table: FactTable, row: Row) -> Fact | None:
        unit = row[table.unit] if table.unit else None
        unit = self._tree.root if unit is None else unit
        if unit not in self._tree:
            raise RowsError(f"no unit {unit!r}")
        entity = row[table.entity] if table.entity else None
        if not isinstance(table, Spells):
            day = row[table.at]
            return None if day is None or day > self._until else Fact(table, row, day, unit, entity)
        start, end = row[table.start], row[table.end]
        if start is None or (end is not None and end < start):
            raise RowsError("a spell has a start, and no end before it")
        if start > self._until:
            return None
        if end is not None and end > self._until:
            # reading: an end that has not happened is no end for predicates either.
            row, end = {**row, table.end: None}, None
        return Fact(table, row, start, unit, entity, end)

    def read(self, table: FactTable, row: Row, day: date, name: str) -> Any:
        """A column of a row, or the attribute of its dimension as it was on the day."""
        if name in row:
            return row[name]
        before, _, attribute = name.partition(".")
        refs = {column: kind.table for column, kind in table.columns.items() if kind.kind == "ref"}
        columns = [before] if before in refs else [column for column, to in refs.items() if to == before]
        if len(columns) != 1:
            raise QuestionError(f"{table.name} has no column {name!r}")
        return self._attribute(refs[columns[0]] or "", row[columns[0]], day, attribute)

    def _attribute(self, dimension: str, key: Any, day: date, attribute: str) -> Any:
        table = self.tables[dimension]
        assert isinstance(table, Dimension)
        for row in self.data[dimension]:
            start = row[table.start] if table.start else None
            end = row[table.end] if table.end else None
            there = (start is None or start <= day) and (end is None or day < end)
            if key is not None and row[table.key] == key and there:
                return row[attribute]
        return None

    def earliest(self, tables: Iterable[str]) -> date:
        """The first day of which any of these tables tells."""
        days = [fact.day for name in tables for fact in self.of(name)]
        return min(days, default=self._until)
