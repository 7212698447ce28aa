"""Parts: people counted some at a time, where all of them at once would take more memory than there is.

The rows of a table are cut by who they are about, so that nobody is in two parts; what is tallied of the parts adds up
to the tally of all. The same people are in the same part whatever the table and its types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs
import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.facts import Facts
from hgplan.engine.reading import reader_for
from hgplan.engine.rowsets import Reader
from hgplan.engine.typed import as_day
from hgplan.errors import PlanError
from hgplan.metrics.counts import Count, Distinct, Mean, RowMeasure, Sum
from hgplan.metrics.measures import Measure
from hgplan.metrics.reads import row_sets
from hgplan.metrics.rows import RowSet, SpellRows, Where
from hgplan.metrics.tables import Spells

__all__ = ["BUDGET", "Cut", "Progress", "alone", "cut_of", "parts_for", "readers", "rows_in"]

Cut: TypeAlias = Mapping[str, str | None]
"""By table, the column by which its rows are cut; None: each row counts by itself, and they are cut by their days."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many parts are done, of how many."""

BUDGET: Final = "4GB"
"""What a question takes where nobody says how much it may."""

_ROW = 48  # bytes that a row takes while people are told apart; 36 as measured
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
    entities = {name: table.entity for name, table in tables.items()}
    if isinstance(measure, Distinct):
        if measure.having is not None:
            return None
        if measure.key is not None and measure.key != entities[measure.rows.table]:
            return {measure.rows.table: measure.key} if _plain(sets) and "." not in measure.key else None
    if None in entities.values() and not alone(measure):
        return None
    return entities


def alone(measure: RowMeasure) -> bool:
    """Whether each row counts by itself, whoever it is about."""
    return isinstance(measure, Count | Sum | Mean) and _plain(row_sets(measure))


def _plain(sets: Iterable[RowSet]) -> bool:
    return all(isinstance(step, Where | SpellRows) for rows in sets for step in rows.steps)


def readers(reader: Reader, cut: Cut, parts: int, measures: Iterable[Measure]) -> Iterator[Reader]:
    """A reader for each part of the rows, which reads no more than some measures need."""
    facts = reader.facts
    reading = reader_for(facts, measures, reader.clocks, reader.tree)
    if not any(entity is not None and entity == facts.table(name).entity for name, entity in cut.items()):
        reading = attrs.evolve(reading, nameless=frozenset(cut))
    within = {name: _of_part(facts, name, column, parts) for name, column in cut.items() if name in facts.data}
    for part in range(parts):
        of_part = {name: told[part] for name, told in within.items() if told}
        yield reader.over(attrs.evolve(facts, data=_Some(facts.data, of_part)), reader.keeper, reading=reading)


def rows_in(facts: Facts, tables: Iterable[str]) -> int:
    """How many rows there are in tables, of which nothing else is read."""
    counted = (collect(facts.frame(name).select(pl.len()), name).item() for name in tables if name in facts.data)
    return sum(counted)


def parts_for(rows: int, memory: str | int) -> int:
    """Into how many parts so many rows are cut, for the work on them to stay within so much memory."""
    budget = _bytes(memory)
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
class _Some(Mapping[str, pl.LazyFrame]):
    """The data, and of some tables the rows of which something is true."""

    data: Mapping[str, pl.LazyFrame]
    true: Mapping[str, pl.Expr]

    def __getitem__(self, name: str) -> pl.LazyFrame:
        return self.data[name].filter(self.true[name]) if name in self.true else self.data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


def _of_part(facts: Facts, name: str, column: str | None, parts: int) -> Sequence[pl.Expr]:
    """What is true of the rows of each part; nothing where a column isn't there, of which whoever reads it is told."""
    schema = facts.frame(name).collect_schema()
    if column is None:
        return _by_day(facts, name, schema, parts)
    if column not in schema:
        return ()
    key = pl.col(column)
    # Alike for the same number or text, however wide or coded it came. Numbers as such may be all of one remainder.
    alike = key.cast(pl.Int64, wrap_numerical=True) if schema[column].is_integer() else key.cast(pl.String)
    return [alike.hash(seed=0) % parts == part for part in range(parts)]


def _by_day(facts: Facts, name: str, schema: pl.Schema, parts: int) -> Sequence[pl.Expr]:
    """Stretches of days, of which files that are ordered by them can be read alone; rows without a day come first."""
    table = facts.table(name)
    column = table.start if isinstance(table, Spells) else table.at
    if column not in schema:
        return ()
    told = as_day(column, schema[column], facts.timezone).value
    counted = facts.frame(name).group_by(told.alias("day")).agg(pl.len().alias("n"))
    days = collect(counted, name, many=True).drop_nulls().sort("day")
    reached = days.select("day", pl.col("n").cum_sum() * parts // max(days["n"].sum(), 1))
    begins = [reached.filter(pl.col("n") >= part)["day"].min() for part in range(1, parts)]
    # Compared as it is, a column of days lets whole pieces of files be passed over.
    day = pl.col(column) if isinstance(schema[column], pl.Date) else told
    none, true = pl.lit(False), pl.lit(True)
    since = [true, *(none if begin is None else day >= begin for begin in begins)]
    before = [*(true if begin is None else day < begin for begin in begins), true]
    first = before[0] | day.is_null()
    return [first, *(begun & over for begun, over in zip(since[1:], before[1:], strict=True))]
