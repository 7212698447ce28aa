"""Kept states: the answer to a question, kept so that it can be told again at once and follow changes of the facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from hgplan.engine import Change, Clocks, Facts, Keeping, Names, Periods, Tally
from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.metrics import Metric
from hgplan.metrics.reads import tables_read
from hgplan.metrics.tables import Dimension
from hgplan.model import Period
from hgplan.sources import frame
from hgplan.workspace.kept_columns import as_kept
from hgplan.workspace.kept_files import NO_NAMES, NUMBER, KeptFiles
from hgplan.workspace.questions import Units, asked_units

__all__ = ["KeptStates", "definitions", "kept", "opened"]


@attrs.frozen(eq=False, repr=False)
class KeptStates:
    """Figures that are kept in a folder, with the rows that they were counted from.

    `append`, `correct` and `delete` change the rows at a cost that follows the change, and give the states after it;
    whoever is stopped in the middle leaves the states before.
    """

    files: KeptFiles
    told: Mapping[str, Any]
    keeping: Keeping
    declared: Facts
    _made: Mapping[str, Tally] | None = None

    @property
    def _tallies(self) -> Mapping[str, Tally]:
        return self.files.tallies(self.told) if self._made is None else self._made

    def __repr__(self) -> str:
        # Never the rows: they are about people.
        asked, units = len(self.keeping.metrics), len(self.keeping.units)
        return f"<KeptStates of {asked} metrics for {units} units in {str(self.files.folder)!r}>"

    def measure(self, metrics: Sequence[str] | None = None, *, units: Units | None = None) -> pl.DataFrame:
        """The figures of the metrics and units that are kept, as `Workspace.measure` tells them."""
        self.files.still(self.told)
        known = {metric.id: metric for metric in self.keeping.metrics}
        asked = list(known) if metrics is None else [metrics] if isinstance(metrics, str) else list(metrics)
        for name in asked:
            if name not in known:
                raise UnknownName(f"no figures of {name!r} are kept", hint=nearest(name, known))
        chosen = attrs.evolve(self.keeping, metrics=tuple(known[name] for name in asked))
        if units is None:
            return chosen.answer(self._tallies)
        wanted = asked_units(units, self.declared.organisation)
        for unit in wanted:
            if unit not in self.keeping.units:
                raise UnknownName(f"no figures of the unit {unit!r} are kept", hint=nearest(unit, self.keeping.units))
        answered = chosen.answer(self._tallies)
        return answered.filter(pl.col("unit").is_in(list(wanted)))

    def append(self, rows: Mapping[str, object]) -> KeptStates:
        """The states with more rows, by table. Raises DataError with row numbers for rows that are not as declared."""
        return self._changed({table: (None, self._read(table, given)) for table, given in rows.items()})

    def correct(self, rows: Mapping[str, object]) -> KeptStates:
        """The states with rows in the place of those of the same id, by table."""
        read = {table: self._read(table, given) for table, given in rows.items()}
        return self._changed({table: (found[self._id(table)], found) for table, found in read.items()})

    def delete(self, ids: Mapping[str, Iterable[object]]) -> KeptStates:
        """The states without the rows of some ids, by table."""
        found = {}
        for table, wanted in ids.items():
            column = self._id(table)
            kind, given = self._rows(table).collect_schema()[column], pl.Series(column, list(wanted))
            try:
                found[table] = (given.cast(kind), None)
            except pl.exceptions.PolarsError:
                raise PlanError(f"the ids of {table!r} are {kind}, and those given are {given.dtype}") from None
        return self._changed(found)

    def _changed(self, asked: Mapping[str, tuple[pl.Series | None, pl.DataFrame | None]]) -> KeptStates:
        with self.files.begun() as begun:
            self.files.still(self.told)
            changes, tables = {}, dict(self.told["tables"])
            for table, (ids, added) in asked.items():
                rows = self._rows(table)
                columns = [name for name in rows.collect_schema().names() if name != NUMBER]
                wanted = None if ids is None else rows.filter(pl.col(self._id(table)).is_in(ids.implode()))
                gone = None if wanted is None else self.files.chosen(wanted, table)
                removed = pl.DataFrame(schema=rows.collect_schema()) if gone is None else gone
                came = removed.select(columns).clear() if added is None else added
                changes[table] = Change(removed.select(columns), came)
                tables[table] = self._written(begun, table, removed[NUMBER], came)
            told = {**self.told, "tables": tables}
            later = self.keeping.over(_facts(self.declared, self.files, told), changes)
            store = self.files.keys(self.told)
            tallies, keys = self.keeping.corrected(self._tallies, changes, later, store)
            told["keys"] = self.files.follow_keys(begun, told["keys"], store, keys)
            told["names"] = self.files.write_names(begun, told["names"], store.names)
            told["first"] = _first_days(later)
            whole = self.files.settle(begun, {**told, "tallies": self.files.write_tallies(begun, tallies)})
            return KeptStates(self.files, whole, later, self.declared, tallies)

    def _written(self, begun: Path, table: str, gone: pl.Series, came: pl.DataFrame) -> dict[str, Any]:
        kept = dict(self.told["tables"][table])
        if len(gone):
            earlier = [self.files.gone(kept)] if kept["gone"] else []
            kept["gone"] = self.files.write_gone(begun, table, pl.concat([*earlier, gone]))
        if len(came):
            numbered = came.lazy().with_row_index(NUMBER, kept["next"]).with_columns(pl.col(NUMBER).cast(pl.Int64))
            kept["files"] = [*kept["files"], self.files.write_rows(begun, table, numbered)]
            kept["next"] += len(came)
        return kept

    def _rows(self, table: str) -> pl.LazyFrame:
        if table not in self.told["tables"]:
            raise UnknownName(f"no rows of a table {table!r} are kept", hint=nearest(table, self.told["tables"]))
        if not any(table in tables_read(metric.measure) for metric in self.keeping.metrics):
            raise PlanError(
                f"the table {table!r} is only looked up, and what it changes can't be followed",
                hint="keep the states anew: ws.save_states(...)",
            )
        return self.files.rows(self.told, table)

    def _read(self, table: str, given: object) -> pl.DataFrame:
        """Rows with the columns and types of those that are kept."""
        schema = {name: kind for name, kind in self._rows(table).collect_schema().items() if name != NUMBER}
        return as_kept(self.keeping.facts, table, frame(given, name=table).collect(), pl.Schema(schema))

    def _id(self, table: str) -> str:
        self._rows(table)
        column = self.declared.table(table).id
        if column is None:
            raise PlanError(
                f"rows of the table {table!r} can't be told apart: it has no id",
                hint="declare the column that names a row with id=...",
            )
        return column


def kept(folder: Path, facts: Facts, keeping: Keeping, **how: Any) -> KeptStates:
    """Keep the answer to a question, and the rows of all tables that it reads."""
    files = KeptFiles(folder)
    with files.begun() as begun:
        tables: dict[str, Any] = {}
        for table in _tables(facts, keeping.metrics):
            rows = facts.frame(table).with_row_index(NUMBER).with_columns(pl.col(NUMBER).cast(pl.Int64))
            file = files.write_rows(begun, table, rows)
            length = pl.scan_parquet(files.folder / file).select(pl.len()).collect().item()
            tables[table] = {"files": [file], "gone": None, "next": length}
        told = {"tables": tables, "question": _question(keeping), "definitions": definitions(facts, keeping)}
        standing = attrs.evolve(keeping, facts=_facts(facts, files, told))
        runs: dict[str, list[dict[str, Any]]] = {}

        def write(name: str, run: pl.DataFrame) -> None:
            runs.setdefault(name, []).append(files.write_keys(begun, run))

        names = Names()
        tallies, lasting = standing.counted(write, names, **how)
        told["tallies"] = files.write_tallies(begun, tallies)
        told["keys"] = {
            name: {"coding": attrs.asdict(one.coding), "tables": one.tables, "runs": runs.get(name, [])}
            for name, one in lasting.items()
        }
        told["names"] = files.write_names(begun, NO_NAMES, names)
        told["first"] = _first_days(standing)
        return KeptStates(files, files.settle(begun, told), standing, facts)


def opened(folder: Path, facts: Facts, metric_named: Callable[[str], Metric]) -> KeptStates:
    """The states that are kept in a folder.

    Raises PlanError where a definition has changed since: figures of two definitions don't mix. Raises DataError where
    files are missing or torn.
    """
    files = KeptFiles(folder)
    told = files.told()
    files.whole(told)
    asked = told["question"]
    metrics = tuple(metric_named(name) for name in asked["metrics"])
    keeping = Keeping(
        facts=_facts(facts, files, told),
        metrics=metrics,
        units=tuple(asked["units"]),
        periods=tuple(_periods(one) for one in asked["periods"]),
        clocks=Clocks(until=date.fromisoformat(asked["until"]), known_on=_day(asked["known_on"])),
        tree=asked["tree"] if asked["tree"] == "day" else date.fromisoformat(asked["tree"]),
        first={table: _day(day) for table, day in told["first"].items()},
    )
    now = definitions(facts, keeping)
    changed = [name for name in {**now, **told["definitions"]} if now.get(name) != told["definitions"].get(name)]
    if changed:
        raise_all(
            f"the states in {str(folder)!r} were kept under other definitions",
            [
                PlanError(f"{name} has changed since", hint="keep the states anew: ws.save_states(...)")
                for name in changed
            ],
        )
    return KeptStates(files, told, keeping, facts)


def definitions(facts: Facts, keeping: Keeping) -> dict[str, str]:
    """What the figures hang on beside the rows, each with a hash."""
    organisation = facts.organisation
    levels = [(unit, organisation.level(unit), organisation.open_spans(unit)) for unit in organisation.units]
    told: dict[str, object] = {
        "the organisation": (levels, list(organisation.placements())),
        "the calendar": (facts.timezone, facts.year_starts),
    }
    for table in _tables(facts, keeping.metrics):
        rows = facts.data[table] if table in facts.data else keeping.facts.data[table]
        columns = sorted((name, str(kind)) for name, kind in rows.collect_schema().items() if name != NUMBER)
        told[f"the table {table!r}"] = (repr(facts.tables.get(table)), columns)
    for metric in keeping.metrics:
        told[f"the metric {metric.id!r}"] = (str(metric.measure), metric.version)
    return {name: hashlib.sha256(repr(value).encode()).hexdigest() for name, value in told.items()}


def _tables(facts: Facts, metrics: Sequence[Metric]) -> list[str]:
    """The tables that metrics read, what they owe reports by, and all reference data."""
    read = dict.fromkeys(name for metric in metrics for name in tables_read(metric.measure))
    duties = dict.fromkeys(duty for name in read if isinstance(duty := facts.table(name).expected, str))
    looked_up = [name for name, table in facts.tables.items() if isinstance(table, Dimension) and name in facts.data]
    return list(dict.fromkeys([*read, *duties, *looked_up]))


def _facts(facts: Facts, files: KeptFiles, told: Mapping[str, Any]) -> Facts:
    data = {table: files.rows(told, table).drop(NUMBER) for table in told["tables"]}
    return attrs.evolve(facts, data=data, lines=lambda _table, _rows: None)


def _first_days(keeping: Keeping) -> dict[str, str | None]:
    return {table: None if day is None else str(day) for table, day in keeping.first_days.items()}


def _question(keeping: Keeping) -> dict[str, Any]:
    periods = [
        {"grain": one.grain, "name": one.name, "each": [[p.id, str(p.start), str(p.end)] for p in one.each]}
        for one in keeping.periods
    ]
    known = keeping.clocks.known_on
    return {
        "metrics": [metric.id for metric in keeping.metrics],
        "units": list(keeping.units),
        "periods": periods,
        "until": str(keeping.clocks.until),
        "known_on": None if known is None else str(known),
        "tree": str(keeping.tree),
    }


def _periods(told: Mapping[str, Any]) -> Periods:
    each = tuple(
        Period(id=id, start=date.fromisoformat(start), end=date.fromisoformat(end)) for id, start, end in told["each"]
    )
    return Periods(each, told["grain"], told["name"])


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)
