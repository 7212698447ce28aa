"""Questions whose tallies are kept: counted once, corrected by what changed, and answered without reading the facts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, partial

import attrs
import polars as pl

from hgplan.engine.changes import changed
from hgplan.engine.demands import demands
from hgplan.engine.extent import earliest
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.figures import figures
from hgplan.engine.formulas import first_day
from hgplan.engine.grid import Grid
from hgplan.engine.keepers import Keeper
from hgplan.engine.kept_keys import KeptKeys, KeyStore
from hgplan.engine.key_keeping import Saving, Write
from hgplan.engine.key_names import Names
from hgplan.engine.parts import Cut, Progress, parts_for, rows_in
from hgplan.engine.reading import reader_for
from hgplan.engine.rowsets import Reader
from hgplan.engine.sweeps import Demand, divided, sweep, tallies
from hgplan.engine.tallies import Ledger, Tally
from hgplan.engine.touched import Change
from hgplan.engine.windows import Periods, Windows
from hgplan.metrics.metric import Metric

__all__ = ["Keeping"]


@attrs.frozen(kw_only=True, eq=False)
class Keeping:
    """Metrics for units and periods over facts; tallies go by a key that says what was counted, of whom and when."""

    facts: Facts
    metrics: tuple[Metric, ...]
    units: tuple[str, ...]
    periods: tuple[Periods, ...]
    clocks: Clocks
    tree: Tree = "day"
    # A reader of the same question over other rows, from which is taken what hangs on no rows.
    like: Reader | None = None
    # The first days of tables, as far as they are known.
    first: Mapping[str, date | None] = attrs.field(factory=dict)

    @property
    def first_days(self) -> Mapping[str, date | None]:
        """The first days of tables that were asked for."""
        return self._reader.first

    def over(self, facts: Facts, changes: Mapping[str, Change]) -> Keeping:
        """The same question over the rows after some changes."""
        first = {table: day for table, day in self.first_days.items() if not _shorter(changes.get(table))}
        for table in first.keys() & changes.keys():
            came = earliest(attrs.evolve(facts, data={table: changes[table].added.lazy()}), table, self.clocks.until)
            first[table] = min(filter(None, (first[table], came)), default=None)
        return attrs.evolve(self, facts=facts, like=self._reader, first=first)

    def counted(
        self, write: Write, names: Names, *, memory: str | int | None = None, progress: Progress | None = None
    ) -> tuple[dict[str, Tally], dict[str, KeptKeys]]:
        """The tallies of all rows; what doesn't add up is left out, and worked out when it is asked.

        `write` is given the keys that different ones are counted from, and `names` numbers those who have names. Those
        that can be kept are told by what they are known by: of some it turns out late that they can't.
        """
        units = len(self.facts.organisation.units)
        saving = Saving(write=write, names=names, units=units, until=self.clocks.until)
        found = self._counted([demands for _, demands in self._divisions], memory, progress, saving)
        return found, {name: kept for name, kept in saving.kept.items() if kept is not None}

    def corrected(
        self, known: Mapping[str, Tally], changes: Mapping[str, Change], later: Keeping, store: KeyStore
    ) -> tuple[dict[str, Tally], Mapping[str, pl.DataFrame | None]]:
        """The tallies after some rows went and others came, of those before; `later` is the same over the new facts.

        With them the keys that came and went, of those that are kept; None where they couldn't be followed. Raises
        DataError with row numbers for rows that came and are not as declared.
        """
        for table, change in changes.items():
            # Told before anything is counted, by the numbers that they have among those that came.
            self._reader.over(attrs.evolve(self.facts, data={table: change.added.lazy()})).table(table)
        keys = {Ledger.entry(grid, measure): key for key, (measure, grid) in self._keyed.items()}
        kept = [(cut, [demand for demand in some if self._key(demand) in known]) for cut, some in self._divisions]
        found = changed(self._reader, self.facts, kept, changes, store)
        corrected = {keys[entry]: known[keys[entry]] + tally for entry, tally in found.tallies.items()}
        told = {key: corrected.get(key, tally) for key, tally in known.items() if key in later._keyed}
        # Where the data begin earlier than before, all time does too. What was floats before was never tallied.
        missing = [demand for key, demand in later._keyed.items() if key not in told and key not in self._keyed]
        return told | (later._counted([missing], None, None) if missing else {}), found.keys

    def answer(self, known: Mapping[str, Tally]) -> pl.DataFrame:
        """The figures, as `figures` tells them."""
        keyed = self._keyed.items()
        entries = {Ledger.entry(grid, measure): known[key] for key, (measure, grid) in keyed if key in known}
        reader = attrs.evolve(self._reader, ledger=Ledger(entries))
        return figures(
            self.facts,
            self.metrics,
            units=self.units,
            periods=self.periods,
            clocks=self.clocks,
            tree=self.tree,
            reader=reader,
        )

    def _counted(
        self,
        wanted: Sequence[Sequence[Demand]],
        memory: str | int | None,
        progress: Progress | None,
        keeper: Keeper | None = None,
    ) -> dict[str, Tally]:
        tables = {name for cut, _ in self._divisions for name in cut}
        parts = 1 if memory is None else parts_for(rows_in(self.facts, tables), memory)
        reader = attrs.evolve(self._reader, ledger=Ledger(), parted=parts > 1, keeper=keeper)
        if parts == 1:
            reader.ledger.count(tallies(reader, [demand for some in wanted for demand in some]))
        else:
            sweep(reader, self._divisions, parts, progress)
        found = reader.ledger.tallies
        return {key: found[entry] for key, (m, g) in self._keyed.items() if (entry := Ledger.entry(g, m)) in found}

    @cached_property
    def _reader(self) -> Reader:
        if self.like is not None:
            reader = self.like.over(self.facts)
            reader.first.update(self.first)
            return reader
        reader = reader_for(self.facts, [metric.measure for metric in self.metrics], self.clocks, self.tree)
        return attrs.evolve(reader, parted=True, first=dict(self.first))

    @cached_property
    def _demands(self) -> list[Demand]:
        windows = Windows.of(self.periods, until=self.clocks.until, year_starts=self.facts.year_starts)
        grid, first = Grid(self._reader.nodes(self.units), windows), partial(first_day, self._reader)
        found = [wanted for metric in self.metrics for wanted in demands(self._reader, grid, metric.measure, first)]
        self._reader.expect([wanted.windows for _, wanted in found], [metric.measure for metric in self.metrics])
        return found

    @cached_property
    def _divisions(self) -> list[tuple[Cut, list[Demand]]]:
        return divided(self._reader, self._demands)

    @cached_property
    def _keyed(self) -> dict[str, Demand]:
        return {self._key(demand): demand for _, some in self._divisions for demand in some}

    def _key(self, demand: Demand) -> str:
        measure, grid = demand
        windows = [(window.days, window.as_of, window.opening) for window in grid.windows.each]
        said = (str(measure), grid.nodes.ids, windows)
        return hashlib.sha256(repr(said).encode()).hexdigest()


def _shorter(change: Change | None) -> bool:
    return change is not None and len(change.removed) > 0
