"""Parts: people counted some at a time, where all of them at once would take more memory than there is.

The rows of a table are cut by who they are about, so that nobody is in two parts; what is tallied of the parts adds up
to the tally of all. The same people are in the same part whatever the table and its types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import attrs
import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.facts import Facts
from hgplan.engine.rowsets import Reader
from hgplan.errors import PlanError
from hgplan.metrics.counts import Count, Distinct, Mean, RowMeasure, Sum
from hgplan.metrics.reads import row_sets
from hgplan.metrics.rows import SpellRows, Where

__all__ = ["Cut", "Progress", "cut_of", "parts_for", "readers"]

Cut: TypeAlias = Mapping[str, str | None]
"""By table, the column by which its rows are cut; None: rows are about nobody, and any cut will do."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many parts are done, of how many."""

_ROW = 72  # bytes that a row takes while people are told apart, as measured
_BASE = 350 * 2**20  # what Python, polars and the answer take
_UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


def cut_of(facts: Facts, measure: RowMeasure) -> Cut | None:
    """How rows can be cut so that the measure adds up over the parts; None where they can't.

    A key that is counted is whole in its part. What hangs on other rows (the first of somebody, a state, what somebody
    did next) hangs on rows of the same person.
    """
    sets = list(row_sets(measure))
    tables = {rows.table: facts.table(rows.table) for rows in sets}
    if any(table.id is not None and table.recorded is not None for table in tables.values()):
        return None  # another version of a row may be about somebody else
    plain = all(isinstance(step, Where | SpellRows) for rows in sets for step in rows.steps)
    entities = {name: table.entity for name, table in tables.items()}
    if isinstance(measure, Distinct):
        if measure.having is not None:
            return None
        if measure.key is not None and measure.key != entities[measure.rows.table]:
            return {measure.rows.table: measure.key} if plain and "." not in measure.key else None
    if None in entities.values() and not (plain and isinstance(measure, Count | Sum | Mean)):
        return None
    return entities


def readers(reader: Reader, cut: Cut, parts: int) -> Iterator[Reader]:
    """A reader for each part of the rows."""
    for part in range(parts):
        yield reader.over(attrs.evolve(reader.facts, data=_Cut(reader.facts, cut, part, parts)), reader.keeper)


def parts_for(facts: Facts, tables: Iterable[str], memory: str | int) -> int:
    """Into how many parts the rows of tables are cut, for the work on them to stay within so much memory."""
    budget = _bytes(memory)
    rows: int = sum(collect(facts.frame(name).select(pl.len()), name).item() for name in tables if name in facts.data)
    room = max(budget - _BASE, budget // 4, 1)
    return max(1, -(-rows * _ROW // room))


def _bytes(memory: str | int) -> int:
    """A size in bytes, as in "4GB"."""
    if isinstance(memory, int) and not isinstance(memory, bool) and memory > 0:
        return memory
    text = str(memory).replace(" ", "").upper()
    for unit in sorted(_UNITS, key=len, reverse=True):
        number = text.removesuffix(unit)
        if number != text and number.replace(".", "", 1).isdecimal() and float(number) > 0:
            return int(float(number) * _UNITS[unit])
    raise PlanError(f"memory={memory!r} is no size", hint='write it like "4GB" or "500MB"')


@attrs.frozen(eq=False)
class _Cut(Mapping[str, pl.LazyFrame]):
    """The data, and of the tables that are cut one part."""

    facts: Facts
    cut: Cut
    part: int
    parts: int

    def __getitem__(self, name: str) -> pl.LazyFrame:
        rows = self.facts.data[name]
        if name not in self.cut:
            return rows
        column = self.cut[name]
        if column is None:
            return rows.with_row_index("@cut").filter(pl.col("@cut") % self.parts == self.part).drop("@cut")
        schema = rows.collect_schema()
        if column not in schema:
            return rows  # whoever reads it is told
        return rows.filter(_part(pl.col(column), schema[column], self.parts) == self.part)

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts.data)

    def __len__(self) -> int:
        return len(self.facts.data)


def _part(column: pl.Expr, kind: pl.DataType, parts: int) -> pl.Expr:
    """The number of the part; alike for the same number or text, however wide or coded it came. Nobody is in part 0."""
    told = column if kind.is_integer() else column.cast(pl.String).hash(seed=0)
    return (told % parts).cast(pl.UInt32).fill_null(0)
