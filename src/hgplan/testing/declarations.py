"""What is known of a metric's tables: their declarations, or what its own text tells of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import attrs

from hgplan.metrics import Dimension, Events, Measure, Snapshots, Spells, Table
from hgplan.metrics.columns import ColumnType, column_type
from hgplan.metrics.counts import Aggregated, Average, Extreme, Mean, Picked, Quantile, RowMeasure, Sum
from hgplan.metrics.nodes import (
    Between,
    Binary,
    Column,
    Compare,
    Constant,
    IsIn,
    IsNull,
    Logical,
    Node,
    Not,
    Scalar,
    StartsWith,
    columns_of,
)
from hgplan.metrics.reads import columns_read, measures_in, row_sets
from hgplan.metrics.rows import Bridged, CarryForward, Ends, SpellRows, Starts, Where

__all__ = ["Declared", "declared_for"]

_OF_SPELLS: Final = (Starts, Ends, SpellRows, Bridged)


@attrs.define
class _Told:
    """What a measure's text tells of one column."""

    kind: str | None = None
    constants: list[Scalar] = attrs.Factory(list)


@attrs.frozen(kw_only=True)
class Declared:
    """Tables to draw rows for: their declarations, the columns that rows have, and what those are held against."""

    tables: Mapping[str, Table]
    columns: Mapping[str, Mapping[str, ColumnType]]
    constants: Mapping[str, tuple[Scalar, ...]]


def declared_for(measure: Measure, declared: Iterable[Table], kinds: Mapping[str, str]) -> Declared:
    """The tables that a measure reads and the dimensions that they reach, without duties to report.

    A table that nobody declares gets the columns that the measure's text reads, of the types that it takes them for.
    `kinds` says which kind each is, where a metric's signature does.
    """
    given, told = {table.name: table for table in declared}, _told(measure)
    tables: dict[str, Table] = {}
    columns: dict[str, dict[str, ColumnType]] = {}
    for name in columns_read(measure):
        table = given.get(name) or _guessed(name, kinds.get(name) or _kind(measure, name), told[name])
        tables[name] = table if isinstance(table, Dimension) else attrs.evolve(table, expected=None)
        columns[name] = {**_plain(told[name]), **table.columns}
        for column, kind in table.columns.items():
            if kind.kind == "ref" and kind.table is not None:
                attributes = _attributes({column, kind.table}, told[name])
                dimension = given.get(kind.table) or Dimension(kind.table, key="key", columns=attributes)
                tables[kind.table] = dimension
                columns[kind.table] = {**attributes, **columns.get(kind.table, {}), **dimension.columns}
    constants: dict[str, tuple[Scalar, ...]] = {}
    for known in told.values():
        for column, what in known.items():
            own = column.rpartition(".")[2]
            constants[own] = (*constants.get(own, ()), *what.constants)
    return Declared(tables=tables, columns=columns, constants=constants)


def _plain(told: Mapping[str, _Told]) -> dict[str, ColumnType]:
    return {column: column_type(what.kind or "text") for column, what in told.items() if "." not in column}


def _attributes(heads: set[str], told: Mapping[str, _Told]) -> dict[str, ColumnType]:
    """The attributes that are read of a dimension, by its name or by a column that refers to it."""
    return {
        column.rpartition(".")[2]: column_type(what.kind or "text")
        for column, what in told.items()
        if "." in column and column.rpartition(".")[0] in heads
    }


def _kind(measure: Measure, table: str) -> str:
    """Which kind of table the verbs on it need."""
    steps = [step for rows in row_sets(measure) if rows.table == table for step in rows.steps]
    if any(isinstance(step, _OF_SPELLS) for step in steps):
        return "Spells"
    counted = [part for part in measures_in(measure) if isinstance(part, RowMeasure) and part.rows.table == table]
    if any(isinstance(step, CarryForward) for step in steps) or any(isinstance(p, Picked | Average) for p in counted):
        return "Snapshots"
    if any(type(part).__name__ in ("Active", "Retained", "Survival") for part in counted):
        return "Spells"
    return "Events"


def _guessed(name: str, kind: str, told: Mapping[str, _Told]) -> Table:
    dimensions = {column.rpartition(".")[0] for column in told if "." in column}
    columns = _plain(told) | {f"{dimension}_key": column_type(f"ref({dimension})") for dimension in dimensions}
    match kind:
        case "Spells":
            return Spells(name, start="start", end="end", entity="entity", unit="unit", columns=columns)
        case "Snapshots":
            return Snapshots(name, at="at", unit="unit", columns=columns)
        case _:
            return Events(name, at="at", unit="unit", entity="entity", id="id", columns=columns)


def _told(measure: Measure) -> dict[str, dict[str, _Told]]:
    """What is told of each column of each table."""
    found: dict[str, dict[str, _Told]] = {
        table: {column: _Told() for column in sorted(columns)} for table, columns in columns_read(measure).items()
    }
    for rows in row_sets(measure):
        for step in rows.steps:
            if isinstance(step, Where):
                _asked(step.predicate, found[rows.table])
    for part in measures_in(measure):
        if isinstance(part, Sum | Mean | Extreme | Quantile | Picked | Average):
            _counted(part.of, found[part.rows.table])
        elif isinstance(part, Aggregated):
            for column in part.columns:
                _counted(column, found[part.rows.table])
    return found


def _counted(node: Node, told: dict[str, _Told]) -> None:
    for column in columns_of(node):
        _say(told, column, "int")


def _asked(node: Node, told: dict[str, _Told]) -> None:
    match node:
        case Column(name=name):
            _say(told, name, "bool")
        case Logical(left=left, right=right):
            _asked(left, told)
            _asked(right, told)
        case Not(of=of):
            _asked(of, told)
        case Compare(left=left, right=right):
            _alike([left, right], told)
        case Between(of=of, low=low, high=high):
            _alike([of, low, high], told)
        case IsIn(of=of, values=values):
            _alike([of, *map(Constant, values)], told)
        case StartsWith(of=of, prefix=prefix):
            _alike([of, Constant(prefix)], told)
        case IsNull(of=of):
            _alike([of], told)
        case _:
            pass


def _alike(nodes: Sequence[Node], told: dict[str, _Told]) -> None:
    """Things that are compared are of one kind; where nothing says which, two columns are taken for days."""
    kinds = [kind for node in nodes if (kind := _kind_of(node)) is not None]
    columns = [node for node in nodes if isinstance(node, Column)]
    kind = kinds[0] if kinds else "date" if len(columns) > 1 else None
    constants = [node.value for node in nodes if isinstance(node, Constant)]
    for node in nodes:
        if isinstance(node, Column):
            _say(told, node.name, kind, constants)
        elif isinstance(node, Binary):
            for column in columns_of(node):
                _say(told, column, _kind_of(node))


def _kind_of(node: Node) -> str | None:
    match node:
        case Constant(value=bool()):
            return "bool"
        case Constant(value=int()):
            return "int"
        case Constant(value=float()):
            return "float"
        case Constant(value=date()):
            return "date"
        case Constant():
            return "text"
        case Binary(right=Constant(value=str())):
            return "date"
        case Binary():
            return "int"
        case _:
            return None


def _say(told: dict[str, _Told], column: str, kind: str | None, constants: Sequence[Scalar] = ()) -> None:
    known = told.setdefault(column, _Told())
    known.kind = known.kind or kind
    known.constants += constants
