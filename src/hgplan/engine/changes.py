"""Changes: tallies corrected at a cost that follows what changed, not what there is.

Where each row counts by itself, the rows that came are counted, and those that went; different ones by the keys that
are kept. Elsewhere only people of whom some row came or went can count otherwise than before: they are taken out of the
tallies with the rows that they had, and put back with those that they have. Either way only the windows matter that
hold days of rows that changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs
import polars as pl

from hgplan.engine.dense import blank
from hgplan.engine.facts import Facts
from hgplan.engine.grid import Grid
from hgplan.engine.kept_keys import KeyStore, by_rows
from hgplan.engine.key_keeping import Differing, Noting, together
from hgplan.engine.parts import Cut
from hgplan.engine.reading import reader_for
from hgplan.engine.rowsets import Reader
from hgplan.engine.sweeps import Demand, tallies
from hgplan.engine.tallies import Entry, Ledger, Tally
from hgplan.engine.touched import Change, Days, Touched
from hgplan.engine.visible import DAY
from hgplan.metrics.counts import Converted, Count, Distinct, Mean, RowMeasure, Sum
from hgplan.metrics.measures import Measure
from hgplan.metrics.reads import row_sets, tables_read
from hgplan.metrics.rows import Where
from hgplan.metrics.tables import Events
from hgplan.model.durations import Duration

__all__ = ["Changed", "changed"]

_LONGEST_MONTH: Final = 31
_WORKERS: Final = 2
_DIFFERENT: Final = (Converted, Distinct)
_LONGEST: Final[Mapping[type, int]] = MappingProxyType({Converted: 0, Distinct: 1})
_Keys: TypeAlias = Mapping[str, pl.DataFrame]
_Found: TypeAlias = tuple[dict[Entry, Tally], dict[str, pl.DataFrame]]


@attrs.frozen(eq=False)
class Changed:
    """What is to be added to tallies and to kept keys; None for keys that couldn't be followed."""

    tallies: Mapping[Entry, Tally]
    keys: Mapping[str, pl.DataFrame | None]


def changed(
    reader: Reader,
    facts: Facts,
    divisions: Sequence[tuple[Cut, list[Demand]]],
    changes: Mapping[str, Change],
    store: KeyStore,
) -> Changed:
    """What is changed by rows that came and went; `facts` are the rows before."""
    days = {table: seen for table, change in changes.items() if (seen := _days(reader, table, change)) is not None}
    parts = [_Part(reader, facts, cut, changes, days, store) for cut, _ in divisions]
    with ThreadPoolExecutor(_WORKERS) as workers:
        found = list(workers.map(_Part.counted, parts, (demands for _, demands in divisions)))
    noted: dict[str, pl.DataFrame] = {}
    for _, keys in found:
        noted = {**keys, **noted}
    followed = {
        name: noted.get(name) for name, kept in store.kept.items() if any(table in days for table in kept.tables)
    }
    return Changed({entry: tally for told, _ in found for entry, tally in told.items()}, followed)


def _by_itself(measure: RowMeasure, table: str, changes: Mapping[str, Change], store: KeyStore) -> bool:
    """Whether each row of the table counts by itself, and nothing else that is read has changed."""
    if measure.rows.table != table or not by_rows(measure.rows):
        return False
    if any(other in changes for other in tables_read(measure) if other != table):
        return False
    match measure:
        case Count() | Sum() | Mean():
            return True
        case Distinct(having=having):
            return having is None and bool(store.kept)
        case Converted(attribution=attribution):
            elsewhere = [rows for rows in row_sets(measure) if rows.table == table] == [measure.rows]
            return attribution == "all" and elsewhere and bool(store.kept)
    return False


@attrs.frozen(eq=False)
class _Part:
    """Rows that came and went of tables that are cut alike; `facts` are those before, `days` those that changed."""

    reader: Reader
    facts: Facts
    cut: Cut
    changes: Mapping[str, Change]
    days: Mapping[str, Days]
    store: KeyStore

    def counted(self, demands: Sequence[Demand]) -> _Found:
        """What they change of figures, and the keys that came and went."""
        left = [demand for demand in demands if any(table in self.days for table in tables_read(demand[0]))]
        tallied: dict[Entry, Tally] = {}
        noted: dict[str, pl.DataFrame] = {}
        for table in self.days:
            some = [demand for demand in left if _by_itself(demand[0], table, self.changes, self.store)]
            told, keys = self._of_rows(table, some) if some else ({}, {})
            tallied |= told
            noted = {**keys, **noted}
            left = [(measure, grid) for measure, grid in left if Ledger.entry(grid, measure) not in tallied]
        if not left:
            return tallied, noted
        alike = list(_alike(self.facts, left, self.changes, self.days))
        touched = Touched.of(self.facts, self.cut, self.changes, [part.span for part in alike])
        for part in alike:
            told, keys = self._of_people(touched, part)
            tallied |= told
            noted = {**keys, **noted}
        return tallied, noted

    def _of_rows(self, table: str, demands: Sequence[Demand]) -> _Found:
        """The same of rows that count by themselves, as far as keys are kept for it."""
        # A spell's rows have other days than that on which it began.
        events = isinstance(self.facts.table(table), Events)
        held = [_held(grid, self.days[table]) if events else None for _, grid in demands]
        narrowed = [(measure, _narrow(grid, which)) for (measure, grid), which in zip(demands, held, strict=True)]
        others, change = self._others(table, demands), self.changes[table]
        # No more is read than these measures need.
        reading = reader_for(self.facts, [part for part, _ in demands], self.reader.clocks, self.reader.tree)
        found: dict[Entry, Tally] = {}
        sides: list[_Keys] = []
        refused: set[Measure] = set()
        for sign, rows in ((-1, change.removed), (1, change.added)):
            if rows.is_empty():
                continue
            keeper = Differing(store=self.store, sign=sign, earlier=sides[0] if sides else {})
            facts = attrs.evolve(self.facts, data={**others, table: rows.lazy()})
            side = self.reader.over(facts, keeper, reading=reading)
            # What takes longest goes first, and conversions wait for nobody while they look for deeds.
            ordered = sorted(narrowed, key=lambda demand: _LONGEST.get(type(demand[0]), len(_LONGEST)))
            for entry, tally in tallies(side, ordered).items():
                known = found.get(entry, tally - tally)
                found[entry] = known + tally if sign > 0 else known - tally
            # Different ones are told by keys only where these are kept.
            refused |= {part for part, way in side.taken if isinstance(part, _DIFFERENT) and way.road != "packed"}
            sides.append(keeper.noted)
        told = {
            Ledger.entry(grid, measure): _spread(found[entry], grid, which)
            for (measure, grid), (_, narrow), which in zip(demands, narrowed, held, strict=True)
            if measure not in refused and (entry := Ledger.entry(narrow, measure)) in found
        }
        # What was followed on one side only is not followed.
        names = set.intersection(*map(set, sides)) if sides else set()
        return told, together([{name: side[name] for name in names} for side in sides])

    def _others(self, table: str, demands: Sequence[Demand]) -> dict[str, pl.LazyFrame]:
        """The other tables, of which only the rows of the same people matter."""
        read = {name for measure, _ in demands for name in tables_read(measure) if name != table}
        others = dict(self.facts.data)
        if read:
            touched = Touched.of(self.facts, self.cut, self.changes, [])
            others |= {name: touched.about(self.facts, name) for name in read}
        return others

    def _of_people(self, touched: Touched, part: _Alike) -> _Found:
        """The same of those whose rows came or went, counted with what they had and with what they have."""
        others = {name: self.facts.data[name] for name in self.facts.data if name not in part.span}
        narrowed = [(measure, _narrow(grid, held)) for measure, grid, held in part.demands]
        sides, keepers = [], []
        for after in (False, True):
            rows = {
                table: touched.rows(self.facts, table, self.changes.get(table), days, after=after)
                for table, days in part.span.items()
            }
            keepers.append(Noting(store=self.store, sign=1 if after else -1))
            side = self.reader.over(attrs.evolve(self.facts, data={**others, **rows}), keepers[-1])
            sides.append(tallies(side, narrowed))
        earlier, later = sides
        told = {
            Ledger.entry(grid, measure): _spread(later[entry] - earlier[entry], grid, held)
            for (measure, grid, held), (_, narrow) in zip(part.demands, narrowed, strict=True)
            if (entry := Ledger.entry(narrow, measure)) in earlier and entry in later
        }
        # Of some days only, not all keys are seen that came and went.
        whole = all(days is None for days in part.span.values())
        return told, together([keeper.noted for keeper in keepers]) if whole else {}


@attrs.frozen(eq=False)
class _Alike:
    """Demands that read the same rows of the same tables: those of some days, or all (None).

    Of each the grid, and the numbers of those windows in which anything can have changed (None: all of them).
    """

    span: Mapping[str, Days | None]
    demands: Sequence[tuple[RowMeasure, Grid, Sequence[int] | None]]


def _alike(
    facts: Facts, demands: Iterable[Demand], changes: Mapping[str, Change], days: Mapping[str, Days]
) -> Iterator[_Alike]:
    near: dict[tuple[str, int, tuple[str, ...]], list[Demand]] = {}
    others: list[Demand] = []
    for measure, grid in demands:
        reach = _reach(facts, measure, changes)
        if reach is None:
            others.append((measure, grid))
        else:
            near.setdefault((measure.rows.table, reach, tables_read(measure)), []).append((measure, grid))
    for (table, reach, tables), some in near.items():
        held = [_held(grid, _around(days[table], reach)) for _, grid in some]
        span: dict[str, Days | None] = dict.fromkeys(tables)
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


def _days(reader: Reader, table: str, change: Change) -> Days | None:
    """The days of the rows that changed; None where nothing of them is seen."""
    told = reader.over(attrs.evolve(reader.facts, data={table: change.rows.lazy()}))
    days = told.table(table).frame[DAY].drop_nulls()
    first, last = days.min(), days.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


def _narrow(grid: Grid, held: Sequence[int] | None) -> Grid:
    """The grid with some of its windows only."""
    if held is None:
        return grid
    return attrs.evolve(grid, windows=attrs.evolve(grid.windows, each=tuple(grid.windows.each[n] for n in held)))


def _held(grid: Grid, days: Days) -> list[int]:
    """The windows in which something can have changed, by their numbers."""
    first, last = days
    return [
        number
        for number, window in enumerate(grid.windows.each)
        if any(lo <= last and first <= hi for lo, hi in window.days)
    ]


def _span(grids: Iterable[Grid], reach: int) -> Days:
    """From the first day that matters for any window to the last."""
    spans = [span for grid in grids for window in grid.windows.each for span in window.days]
    if not spans:
        return date.max, date.min
    return _around((min(lo for lo, _ in spans), max(hi for _, hi in spans)), reach)


def _around(days: Days, reach: int) -> Days:
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
