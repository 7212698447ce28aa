"""Row sets worked out: a table's visible rows, then one step after the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from threading import RLock
from typing import Any, Final, TypeVar

import attrs
import polars as pl

from hgplan.engine.among import among, repeated
from hgplan.engine.attributes import attribute_columns, attributes
from hgplan.engine.entities import joinable
from hgplan.engine.extent import earliest
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.grid import grouped
from hgplan.engine.keepers import Keeper
from hgplan.engine.roads import Way
from hgplan.engine.rowwise import lower
from hgplan.engine.runs import BEFORE, RUN, RUN_END, RUN_START, closing, ends_in, merged, opening, opening_at, runs
from hgplan.engine.standing import carried
from hgplan.engine.tallies import Ledger
from hgplan.engine.ticks import Ticks
from hgplan.engine.tree import NODE, Nodes, pieces, placed
from hgplan.engine.visible import DAY, END, ENTITY, FAR, RANK, ROW, Visible, choice_column, people, visible
from hgplan.engine.windows import Windows
from hgplan.errors import PlanError
from hgplan.metrics.measures import Measure
from hgplan.metrics.nodes import Node, columns_of
from hgplan.metrics.reads import hangs_on_node, measures_in
from hgplan.metrics.rows import (
    Bridged,
    CarryForward,
    During,
    Ends,
    First,
    RowSet,
    Scope,
    SpellRows,
    Starts,
    Step,
    Where,
)
from hgplan.metrics.tables import Events, FactTable, Snapshots, Spells
from hgplan.model.durations import Duration

__all__ = ["Reader", "Rows"]

_T = TypeVar("_T")
_ROWLESS: Final = frozenset({"nodes", "places"})


@attrs.frozen(eq=False)
class Rows:
    """Rows of one table at some step. Placed rows differ from node to node and carry the node they are for."""

    frame: pl.DataFrame
    table: FactTable
    kind: type[FactTable]
    placed: bool = False
    bridge: Duration | None = None


@attrs.frozen(eq=False)
class Reader:
    """Works out row sets at one question's clocks, each table and each step once.

    `columns` are the user's columns that the question reads, by table; `ordered` are the tables of which it matters
    which of several rows comes first; `choices` are the predicates that are answered while a table is read.
    """

    facts: Facts
    clocks: Clocks
    tree: Tree
    columns: Mapping[str, frozenset[str]]
    ordered: frozenset[str]
    choices: Mapping[str, tuple[Node, ...]] = attrs.field(factory=dict)
    numbered: bool = False
    # Of which tables nothing hangs on whose their rows are.
    nameless: frozenset[str] = frozenset()
    # What was tallied of parts of the rows; who asks for it doesn't read them again.
    ledger: Ledger = attrs.field(factory=Ledger)
    # Whether the rows are read part by part, so that nobody should ask for all of them without need.
    parted: bool = False
    # Who keeps the keys of what is counted, or has them; the first days of tables of which not all rows are read.
    keeper: Keeper | None = None
    first: dict[str, date | None] = attrs.field(factory=dict)
    # The codes of people's names live only as long as a series that holds some of them.
    people_codes: pl.Series = attrs.field(factory=people, init=False)
    _kept: dict[Hashable, Any] = attrs.field(factory=dict, init=False)
    _taken: dict[tuple[Measure, Way], None] = attrs.field(factory=dict, init=False)
    _locks: dict[Hashable, Any] = attrs.field(factory=dict, init=False)
    _lock: Any = attrs.field(factory=RLock, init=False)
    # Held by whoever works on many rows at once.
    alone: Any = attrs.field(factory=RLock, init=False)

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What `make` gives, made once a question, whoever of several threads asks first."""
        if key not in self._kept:
            with self._lock:
                mine = self._locks.setdefault(key, RLock())
            with mine:
                if key not in self._kept:
                    self._kept[key] = make()
        found: _T = self._kept[key]
        return found

    def expect(self, windows: Iterable[Windows], measures: Iterable[Measure] = ()) -> Ticks:
        """Cut the days finely enough for windows that will be asked, so that rows are coded once for all of them.

        What the `measures` count is counted together, too.
        """
        spans = {span for each in windows for window in each.each for span in window.days}
        with self._lock:
            known: Ticks = self._kept.get("ticks", Ticks(()))
            if any(known.range(*span) is None for span in spans):
                known = known.with_spans(spans)
            self._kept["ticks"] = known
            parts = [part for measure in measures for part in measures_in(measure)]
            if parts:
                self._kept["measures"] = tuple(dict.fromkeys((*self.measures, *parts)))
        return known

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is known to be asked, every part of it."""
        known: tuple[Measure, ...] = self._kept.get("measures", ())
        return known

    def took(self, measure: Measure, way: Way) -> None:
        """Keep how a measure is being counted."""
        self._taken[measure, way] = None

    @property
    def taken(self) -> tuple[tuple[Measure, Way], ...]:
        """How each measure was counted, in the order in which they were."""
        return tuple(self._taken)

    def ticks(self, windows: Windows) -> Ticks:
        """Ticks of which these windows are made."""
        return self.once(("ticks", windows), lambda: self.expect([windows]))

    def over(self, facts: Facts, keeper: Keeper | None = None, *, reading: Reader | None = None) -> Reader:
        """A reader of the same question (or of what another is `reading`) over other rows, with what hangs on none."""
        other = attrs.evolve(reading or self, facts=facts, ledger=Ledger(), keeper=keeper, first={})
        lasting = {key: made for key, made in self._kept.items() if isinstance(key, tuple) and key[0] in _ROWLESS}
        other._kept.update(lasting)
        return other

    def first_day(self, name: str) -> date | None:
        """The first day of a table's rows."""
        table = self.facts.table(name)
        if not self.parted or self.clocks.known_on is not None or (table.id is not None and table.recorded is not None):
            first = self.table(name).frame[DAY].min()
        else:
            if name not in self.first:
                self.first[name] = earliest(self.facts, name, self.clocks.until)
            first = self.first[name]
        return first if isinstance(first, date) else None

    @property
    def root(self) -> Nodes:
        """The organisation as a whole."""
        return self.nodes((self.facts.organisation.root,))

    def nodes(self, ids: tuple[str, ...], pools: Mapping[str, tuple[str, ...]] | None = None) -> Nodes:
        """Units (or pools of units) as nodes; the same ones are worked out once."""
        named = tuple(sorted((pools or {}).items()))
        return self.once(("nodes", ids, named), lambda: Nodes(self.facts.organisation, ids, self.tree, pools or {}))

    def table(self, name: str) -> Visible:
        """The visible rows of a table."""

        def read() -> Visible:
            wanted = attribute_columns(self.facts, name, self.columns.get(name, frozenset()))
            return visible(
                self.facts,
                name,
                wanted,
                self.clocks,
                self.people_codes.dtype,
                ordered=name in self.ordered,
                numbered=self.numbered,
                named=name not in self.nameless,
                choices=self.choices.get(name, ()),
            )

        return self.once(("table", name), read)

    def rows(self, asked: RowSet, nodes: Nodes) -> Rows:
        """The rows of a row set, placed on `nodes` where what they are depends on the node."""

        def found() -> Rows:
            if asked.steps:
                before = self.rows(RowSet(asked.table, asked.steps[:-1]), nodes)
                return self._after(before, asked.steps[-1], asked, nodes)
            table = self.facts.table(asked.table)
            return Rows(self.table(asked.table).frame, table, type(table))

        return self.once(("rows", asked, nodes.key if hangs_on_node(asked) else None), found)

    def events(self, asked: RowSet, nodes: Nodes) -> Rows:
        """The same, for what only events have."""
        return self._of(Events, asked, nodes)

    def spells(self, asked: RowSet, nodes: Nodes) -> Rows:
        """The same, for what only spells have."""
        return self._of(Spells, asked, nodes)

    def snapshots(self, asked: RowSet, nodes: Nodes) -> Rows:
        """The same, for what only snapshots have."""
        return self._of(Snapshots, asked, nodes)

    def _of(self, kind: type[FactTable], asked: RowSet, nodes: Nodes) -> Rows:
        rows = self.rows(asked, nodes)
        _require(rows, kind, asked)
        return rows

    def with_columns(self, rows: Rows, names: Iterable[str]) -> pl.DataFrame:
        """The rows' frame with the attributes of dimensions among `names`, as they were on each row's day."""
        wanted = [name for name in names if name not in rows.frame.columns]
        missing = list(dict.fromkeys(grouped(name) for name in wanted if grouped(name) not in rows.frame.columns))
        frame = attributes(self.facts, rows.table, rows.frame, missing) if missing else rows.frame
        named = [pl.col(grouped(name)).alias(name) for name in dict.fromkeys(wanted) if grouped(name) != name]
        return frame.with_columns(named) if named else frame

    def on(self, rows: Rows, nodes: Nodes) -> pl.DataFrame:
        """The rows once for each asked node that they belong to."""
        return rows.frame if rows.placed else placed(rows.frame, nodes)

    def merged(self, rows: Rows, nodes: Nodes | None) -> pl.DataFrame:
        """Spells with their runs: at each node, or (None) in the whole organisation whatever the tree."""
        if nodes is None:
            return self.once(("merged", rows), lambda: merged(rows.frame, [ENTITY], rows.bridge))
        return merged(pieces(rows.frame, nodes), [NODE, ENTITY], rows.bridge)

    def starts(self, rows: Rows, nodes: Nodes, scope: Scope) -> pl.DataFrame:
        """One row a run that begins, placed on the nodes, with the run's first day, end and the end before it."""
        if scope == "unit":
            return opening(self.merged(rows, nodes))
        return opening_at(self.merged(rows, None), nodes)

    def ends(self, rows: Rows, nodes: Nodes, scope: Scope) -> pl.DataFrame:
        """One row a run that has ended, placed on the nodes by the tree of the last day in."""
        if scope == "unit":
            return ends_in(closing(self.merged(rows, nodes)))
        return closing(placed(ends_in(closing(self.merged(rows, None), every=True)), nodes), [NODE])

    def _after(self, rows: Rows, step: Step, asked: RowSet, nodes: Nodes) -> Rows:
        match step:
            case Where(predicate=predicate):
                return self._where(rows, predicate)
            case Bridged(gap=gap):
                _require(rows, Spells, asked)
                return attrs.evolve(rows, bridge=Duration.parse(gap))
            case CarryForward(max_age=age):
                _require(rows, Snapshots, asked)
                return attrs.evolve(rows, frame=carried(rows.frame, Duration.parse(age), self.clocks.until))
            case SpellRows(edge=edge):
                _require(rows, Spells, asked)
                return self._raw(rows, edge)
            case Starts(scope=scope, gap=gap):
                _require(rows, Spells, asked)
                frame = self.starts(rows, nodes, scope)
                if gap is not None:
                    away = Duration.parse(gap)
                    latest = pl.col(DAY).dt.offset_by(f"-{away.months}mo").dt.offset_by(f"-{away.days}d")
                    frame = frame.filter(pl.col(BEFORE).is_null() | (pl.col(BEFORE) <= latest))
                return _as_events(rows, frame, placed=True)
            case Ends(scope=scope):
                _require(rows, Spells, asked)
                return _as_events(rows, self.ends(rows, nodes, scope), placed=True)
            case First(scope=scope):
                _require(rows, Events, asked)
                return self._first(rows, scope, asked, nodes)
            case During(spells=spells, scope=scope):
                _require(rows, Events, asked)
                return self._during(rows, self.spells(spells, nodes), scope, nodes)

    def _where(self, rows: Rows, predicate: Node) -> Rows:
        return attrs.evolve(rows, frame=rows.frame.filter(self.chosen(rows, [predicate])))

    def chosen(self, rows: Rows, predicates: Sequence[Node]) -> pl.Series:
        """Which rows all of the predicates are true of."""
        asked = [predicate for predicate in predicates if choice_column(predicate) not in rows.frame.columns]
        frame = self.with_columns(rows, [name for predicate in asked for name in columns_of(predicate)])
        told = [lower(predicate, frame.schema).expr for predicate in asked]
        known = [pl.col(choice_column(predicate)) for predicate in predicates if predicate not in asked]
        return frame.select(pl.all_horizontal(*told, *known).fill_null(False).alias("@chosen")).to_series()

    def _raw(self, rows: Rows, edge: str) -> Rows:
        if edge == "start":
            return _as_events(rows, rows.frame, placed=False)
        # An end stands in the tree of the last day in, so the rows keep that day beside the day they happened on.
        ended = rows.frame.filter(pl.col(END) != pl.lit(FAR))
        return _as_events(rows, ends_in(ended.with_columns(pl.col(END).alias(RUN_END))), placed=False)

    def _first(self, rows: Rows, scope: Scope, asked: RowSet, nodes: Nodes) -> Rows:
        known = rows.frame.filter(pl.col(ENTITY).is_not_null())
        if scope == "unit":
            frame = known if rows.placed else placed(known, nodes)
            return attrs.evolve(rows, frame=_earliest(frame, [NODE, ENTITY]), placed=True)
        if not rows.placed:
            return attrs.evolve(rows, frame=_earliest(known, [ENTITY]))
        # Rows that differ from node to node: the organisation's own are those at its root.
        whole = self.rows(RowSet(asked.table, asked.steps[:-1]), self.root).frame
        # Who stands there once is first there; only the others' days are compared.
        days = whole.filter(repeated(whole[ENTITY])).group_by(ENTITY).agg(pl.col(DAY).min().alias("@first"))
        several = among(known[ENTITY], days[ENTITY])
        earliest = known.filter(several).join(days, on=ENTITY, how="inner").filter(pl.col(DAY) == pl.col("@first"))
        same = pl.concat([known.filter(~several), earliest.drop("@first")])
        # Runs never touch, so at a node nobody begins or ends two of them on one day.
        single = all(isinstance(step, Starts | Ends | Where) for step in asked.steps[:-1])
        return attrs.evolve(rows, frame=same if single else _earliest(same, [NODE, ENTITY]))

    def _during(self, rows: Rows, spells: Rows, scope: Scope, nodes: Nodes) -> Rows:
        if scope == "unit":
            frame, keys = self.on(rows, nodes), [NODE, ENTITY]
            state = runs(self.merged(spells, nodes), keys)
        else:
            frame, keys = rows.frame, [ENTITY]
            state = runs(self.merged(spells, None), keys)
        numbered = frame.with_row_index("@index")
        left, right = joinable(
            numbered.select("@index", DAY, *keys), state.select(*keys, RUN_START, RUN_END), rows.table, spells.table
        )
        pairs = left.join(right, on=keys, how="inner")
        inside = pairs.filter((pl.col(RUN_START) <= pl.col(DAY)) & (pl.col(DAY) < pl.col(RUN_END)))
        kept = numbered.join(inside.select("@index").unique(), on="@index", how="semi").drop("@index")
        return attrs.evolve(rows, frame=kept, placed=rows.placed or scope == "unit")


def _require(rows: Rows, kind: type[FactTable], asked: RowSet) -> None:
    if rows.kind is not kind:
        raise PlanError(
            f"{asked} asks of {rows.table.name!r} what only {kind.__name__.lower()} have",
            where=f"table {rows.table.name!r} ({type(rows.table).__name__.lower()})",
        )


def _as_events(rows: Rows, frame: pl.DataFrame, *, placed: bool) -> Rows:
    # Of which run they are has been asked, so it needn't be carried along with every row.
    return Rows(frame.drop(RUN, RUN_START, BEFORE, strict=False), rows.table, Events, placed)


def _earliest(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return frame.sort([DAY, RANK, ROW]).unique(keys, keep="first", maintain_order=True)
