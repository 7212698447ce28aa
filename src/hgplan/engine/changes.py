"""Changes: tallies corrected at a cost that follows what changed, not what there is.

Only people of whom some row came or went can count otherwise than before, and rows that are merely counted matter only
in the windows that hold their days. These people are taken out of the tallies of these windows with the rows that they
had, and put back with those that they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import attrs
import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.dense import blank
from hgplan.engine.facts import Facts
from hgplan.engine.grid import Grid
from hgplan.engine.parts import Cut
from hgplan.engine.rowsets import Reader
from hgplan.engine.sweeps import Demand, tallies
from hgplan.engine.tallies import Entry, Ledger, Tally
from hgplan.engine.typed import as_day
from hgplan.engine.visible import DAY
from hgplan.metrics.counts import Converted, Count, Distinct, Mean, RowMeasure, Sum
from hgplan.metrics.reads import tables_read
from hgplan.metrics.rows import Where
from hgplan.metrics.tables import Events
from hgplan.model.durations import Duration

__all__ = ["Change", "changed"]

_LONGEST_MONTH: Final = 31
_Days = tuple[date, date]


@attrs.frozen(eq=False)
class Change:
    """Rows of a table that went, as they were (all of their ids), and rows that came."""

    removed: pl.DataFrame
    added: pl.DataFrame

    @property
    def rows(self) -> pl.DataFrame:
        """All of them."""
        return pl.concat([self.removed, self.added])


def changed(
    reader: Reader, facts: Facts, divisions: Sequence[tuple[Cut, list[Demand]]], changes: Mapping[str, Change]
) -> dict[Entry, Tally]:
    """What is to be added to the tallies of all rows before the changes; `facts` are those rows."""
    found: dict[Entry, Tally] = {}
    for cut, demands in divisions:
        alike = list(_alike(reader, demands, changes))
        touched = _Touched.of(facts, cut, changes, [part.span for part in alike])
        for part in alike:
            sides = [
                {
                    table: touched.rows(facts, table, changes.get(table), part.span.get(table), after=after)
                    for table in part.span
                }
                for after in (False, True)
            ]
            others = {name: facts.data[name] for name in facts.data if name not in part.span}
            narrowed = [(measure, _narrow(grid, held)) for measure, grid, held in part.demands]
            earlier, later = (
                tallies(reader.over(attrs.evolve(facts, data={**others, **side})), narrowed) for side in sides
            )
            for (measure, grid, held), (_, narrow) in zip(part.demands, narrowed, strict=True):
                entry = Ledger.entry(narrow, measure)
                if entry in earlier and entry in later:
                    found[Ledger.entry(grid, measure)] = _spread(later[entry] - earlier[entry], grid, held)
    return found


@attrs.frozen(eq=False)
class _Alike:
    """Demands that read the same rows of the same tables: those of some days, or all (None).

    Of each the grid, and the numbers of those windows in which anything can have changed (None: all of them).
    """

    span: Mapping[str, _Days | None]
    demands: Sequence[tuple[RowMeasure, Grid, Sequence[int] | None]]


def _alike(reader: Reader, demands: Iterable[Demand], changes: Mapping[str, Change]) -> Iterator[_Alike]:
    near: dict[tuple[str, int, tuple[str, ...]], list[Demand]] = {}
    others: list[Demand] = []
    for measure, grid in demands:
        tables = tables_read(measure)
        if not any(table in changes for table in tables):
            continue
        reach = _reach(reader.facts, measure, changes)
        if reach is None:
            others.append((measure, grid))
        else:
            near.setdefault((measure.rows.table, reach, tables), []).append((measure, grid))
    for (table, reach, tables), some in near.items():
        days = _days(reader, table, changes[table], reach)
        if days is not None:
            held = [_held(grid, days) for _, grid in some]
            span: dict[str, _Days | None] = dict.fromkeys(tables)
            span[table] = _span([_narrow(grid, which) for (_, grid), which in zip(some, held, strict=True)], reach)
            yield _Alike(span, [(*demand, which) for demand, which in zip(some, held, strict=True)])
    if others:
        read = dict.fromkeys(table for measure, _ in others for table in tables_read(measure))
        yield _Alike(read, [(measure, grid, None) for measure, grid in others])


def _reach(facts: Facts, measure: RowMeasure, changes: Mapping[str, Change]) -> int | None:
    """How many days around a row's own it can matter for; None where there is no telling."""
    rows = measure.rows
    if not isinstance(facts.table(rows.table), Events) or not all(isinstance(step, Where) for step in rows.steps):
        return None
    if isinstance(measure, Count | Sum | Mean | Distinct):
        return 0
    if isinstance(measure, Converted) and measure.within is not None and measure.to.table not in changes:
        within = Duration.parse(measure.within)
        return within.months * _LONGEST_MONTH + within.days
    return None


def _days(reader: Reader, table: str, change: Change, reach: int) -> _Days | None:
    """The days for which the rows that changed can matter."""
    told = reader.over(attrs.evolve(reader.facts, data={table: change.rows.lazy()}))
    days = told.table(table).frame[DAY].drop_nulls()
    first, last = days.min(), days.max()
    return _around((first, last), reach) if isinstance(first, date) and isinstance(last, date) else None


def _narrow(grid: Grid, held: Sequence[int] | None) -> Grid:
    """The grid with some of its windows only."""
    if held is None:
        return grid
    return attrs.evolve(grid, windows=attrs.evolve(grid.windows, each=tuple(grid.windows.each[n] for n in held)))


def _held(grid: Grid, days: _Days) -> list[int]:
    """The windows in which something can have changed, by their numbers."""
    first, last = days
    return [
        number
        for number, window in enumerate(grid.windows.each)
        if any(lo <= last and first <= hi for lo, hi in window.days)
    ]


def _span(grids: Iterable[Grid], reach: int) -> _Days:
    """From the first day that matters for any window to the last."""
    spans = [span for grid in grids for window in grid.windows.each for span in window.days]
    if not spans:
        return date.max, date.min
    return _around((min(lo for lo, _ in spans), max(hi for _, hi in spans)), reach)


def _around(days: _Days, reach: int) -> _Days:
    first, last = (day.toordinal() for day in days)
    latest = date.max.toordinal()
    return date.fromordinal(max(first - reach, 1)), date.fromordinal(min(last + reach, latest))


def _spread(tally: Tally, grid: Grid, held: Sequence[int] | None) -> Tally:
    """The tally of some windows on the whole grid, with noughts in the others."""
    if held is None:
        return tally
    own, width = pl.Series(held, dtype=pl.Int64), max(len(held), 1)
    cell = pl.int_range(len(tally.frame), dtype=pl.Int64, eager=True)
    at = cell // width * len(grid.windows.each) + own[cell % width] if held else cell
    columns = [
        blank(len(grid), column.dtype).scatter(at, column).alias(column.name) for column in tally.frame.get_columns()
    ]
    return attrs.evolve(tally, frame=pl.DataFrame(columns))


@attrs.frozen(eq=False)
class _Touched:
    """The people whose rows came or went, as the tables of a cut name them."""

    cut: Cut
    kind: pl.DataType
    people: pl.Series
    # By table the days of which any rows are wanted, and the rows once they are read.
    spans: Mapping[str, _Days | None]
    _read: dict[str, pl.DataFrame] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(
        cls, facts: Facts, cut: Cut, changes: Mapping[str, Change], spans: Iterable[Mapping[str, _Days | None]]
    ) -> _Touched:
        kinds = [facts.frame(table).collect_schema()[column] for table, column in cut.items() if column is not None]
        # Numbers are looked up as such where they fit; anything else is told by its text.
        small = all(kind.is_integer() and kind not in (pl.UInt64, pl.Int128, pl.UInt128) for kind in kinds)
        kind = pl.Int64() if small else pl.String()
        named = [
            changes[table].rows[column].cast(kind)
            for table, column in cut.items()
            if column is not None and table in changes
        ]
        widest: dict[str, _Days | None] = {}
        for table, days in (item for span in spans for item in span.items()):
            known = widest.get(table, days)
            both = None if known is None or days is None else (min(known[0], days[0]), max(known[1], days[1]))
            widest[table] = both
        return cls(cut, kind, pl.concat([pl.Series(dtype=kind), *named]).drop_nulls().unique(), widest)

    def rows(self, facts: Facts, table: str, change: Change | None, days: _Days | None, *, after: bool) -> pl.LazyFrame:
        """The rows of the touched people, and those of nobody that came or went: as they were, or as they are."""
        column, schema = self.cut[table], facts.frame(table).collect_schema()
        removed, added = (change.removed, change.added) if change else (_none(schema), _none(schema))
        if column is None:
            return (added if after else removed).lazy()
        if table not in self._read:
            about = pl.col(column).cast(self.kind).is_in(self.people.implode())
            wanted = about & _on(facts, table, schema, self.spans[table])
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


def _on(facts: Facts, table: str, schema: pl.Schema, days: _Days | None) -> pl.Expr:
    """Whether a row is of one of the days."""
    declared = facts.table(table)
    if days is None or not isinstance(declared, Events):
        return pl.lit(True)
    return as_day(declared.at, schema[declared.at], facts.timezone).value.is_between(*days)


def _none(schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)
