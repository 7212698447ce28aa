"""Drawn cases: a tiny organisation, rows for a metric's tables, and the days of a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol, TypeAlias

import attrs
from hypothesis import strategies as st

from hgplan.metrics import Dimension, Snapshots, Spells, Table
from hgplan.metrics.columns import ColumnType, column_type
from hgplan.metrics.nodes import Scalar
from hgplan.testing.declarations import Declared

__all__ = ["Case", "Row", "cases", "roles"]

Row: TypeAlias = dict[str, Any]
Strategy: TypeAlias = st.SearchStrategy[Any]

# Year's end, a leap February and months of all lengths; few days, so that rows meet on them.
_DAYS: Final = [
    date(2023, 12, 30), date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 15), date(2024, 1, 30),
    date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 14), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1),
    date(2024, 3, 15), date(2024, 3, 31), date(2024, 4, 1),
]  # fmt: skip
_LASTING: Final = [None, 0, 1, 5, 14, 30, 31, 60, 400]
_POOL: Final = 4
_TEXT, _WHOLE = column_type("text"), ("int", "float", "decimal")
_days = st.sampled_from(_DAYS)


class _Printer(Protocol):
    def text(self, text: str, /) -> None: ...


@attrs.frozen(kw_only=True)
class Case:
    """One drawn case: rows of units, rows of tables, and from when to when it is asked about."""

    units: Sequence[Row]
    tables: Mapping[str, Table]
    columns: Mapping[str, Mapping[str, ColumnType]]
    data: Mapping[str, Sequence[Row]]
    start: date
    until: date
    every: str = "month"
    known_on: date | None = None

    def but(self, **data: Sequence[Row]) -> Case:
        """The same case with other rows in some tables."""
        return attrs.evolve(self, data={**self.data, **data})

    def _repr_pretty_(self, printer: _Printer, _cycle: bool) -> None:
        # What hypothesis shows of the smallest case: only what was drawn.
        printer.text(repr(self))

    def __repr__(self) -> str:
        rows = {name: list(rows) for name, rows in self.data.items() if rows}
        asked = f"{self.start}..{self.until} every={self.every!r} known_on={self.known_on}"
        return f"<Case {asked} units={list(self.units)} rows={rows}>"


@st.composite
def cases(
    draw: st.DrawFn, declared: Declared, levels: Sequence[str], every: str = "month", *, known: bool = False
) -> Case:
    """A case for the tables, in an organisation that has the levels, to be asked about in periods of a grain."""
    units = draw(_organisations(tuple(levels) or ("association",)))
    places = [*{row["unit"]: None for row in units}, None]
    pools = _pools(declared)
    first, last = sorted([draw(_days), draw(_days)])
    return Case(
        units=units,
        tables=declared.tables,
        columns={name: _columns(declared, table) for name, table in declared.tables.items()},
        data={name: draw(_rows(declared, table, places, pools)) for name, table in declared.tables.items()},
        start=first,
        until=last,
        every=every,
        known_on=draw(_days) if known else None,
    )


@st.composite
def _organisations(draw: st.DrawFn, levels: tuple[str, ...]) -> list[Row]:
    """A root and one to three units of each level below it; some open, close or move."""
    rows: list[Row] = [{"unit": "top", "parent": None, "level": None, "opened": None, "closed": None}]
    above = ["top"]
    for level in levels:
        names = [f"{level}-{number}" for number in range(1, draw(st.integers(1, 3)) + 1)]
        for name in names:
            first, second, day = draw(st.sampled_from(above)), draw(st.sampled_from(above)), draw(_days)
            row = {"unit": name, "parent": first, "level": level, "opened": None, "closed": None}
            match draw(st.sampled_from(["stays", "stays", "opens", "closes", "moves"])):
                case "opens":
                    rows.append({**row, "opened": day})
                case "closes":
                    rows.append({**row, "closed": day})
                case "moves":
                    rows += [{**row, "closed": day}, {**row, "parent": second, "opened": day}]
                case _:
                    rows.append(row)
        above = names
    return rows


def roles(table: Table) -> dict[str, str]:
    """Which column plays which part: `at`, `start`, `end`, `entity`, `unit`, `id`, `recorded` and so on."""
    names = ("at", "start", "end", "entity", "unit", "id", "recorded", "censored", "observed_from", "key")
    found = {role: getattr(table, role, None) for role in names}
    return {role: column for role, column in found.items() if column is not None}


_ROLE_TYPES: Final = {
    "at": "date", "start": "date", "end": "date", "recorded": "date", "observed_from": "date", "censored": "bool",
    "unit": "text",
}  # fmt: skip


def _columns(declared: Declared, table: Table) -> dict[str, ColumnType]:
    """The types of the columns that the table's rows have: what plays a part has the part's type."""
    kinds = dict(declared.columns[table.name])
    for role, column in roles(table).items():
        if role in _ROLE_TYPES:
            kinds[column] = column_type(_ROLE_TYPES[role])
        else:
            kinds.setdefault(column, _TEXT)
    return kinds


def _pools(declared: Declared) -> Callable[[ColumnType], list[Any]]:
    """The keys of dimensions, and people, from which columns of a type take their values."""

    def keys(kind: ColumnType) -> list[Any]:
        dimension = declared.tables.get(kind.table or "")
        if isinstance(dimension, Dimension):
            return keys(declared.columns[dimension.name].get(dimension.key, _TEXT))
        whole = kind.kind in _WHOLE
        return [1001 + number if whole else f"k{number}" for number in range(1, _POOL + 1)]

    return keys


def _rows(declared: Declared, table: Table, places: list[str | None], pools: Callable[[ColumnType], list[Any]]) -> Any:
    kinds, parts = _columns(declared, table), roles(table)
    values = {column: _values(kind, declared.constants.get(column, ()), pools) for column, kind in kinds.items()}
    if isinstance(table, Dimension):
        open_ended = {column: st.none() for role, column in parts.items() if role in ("start", "end")}
        keys = pools(kinds[table.key])[: _POOL - 1]  # the last key is known to nobody
        each = [st.fixed_dictionaries({**values, **open_ended, table.key: st.just(key)}) for key in keys]
        return st.tuples(*each).map(list)
    if "unit" in parts:
        values[parts["unit"]] = st.sampled_from(places)
    if "entity" in parts:
        people = st.sampled_from(pools(kinds[parts["entity"]]))
        values[parts["entity"]] = people if isinstance(table, Spells) else people | people | people | st.none()
    if isinstance(table, Spells):
        values[parts["start"]] = _days
        values[parts["end"]] = st.sampled_from(_LASTING)
    else:
        values[parts["at"]] = _days
    one = st.fixed_dictionaries(values)
    return st.lists(one, max_size=8).map(lambda rows: _settled(rows, table, kinds, parts))


def _settled(rows: Iterable[Row], table: Table, kinds: Mapping[str, ColumnType], parts: Mapping[str, str]) -> list[Row]:
    """The rows with ends after their starts and ids of their own, none that only its content sets before another."""
    found: list[Row] = []
    seen: set[tuple[object, ...]] = set()
    for drawn in rows:
        row = dict(drawn)
        if isinstance(table, Spells):
            lasts = row[table.end]
            row[table.end] = None if lasts is None else row[table.start] + timedelta(days=lasts)
        edges = [(edge, row[parts[edge]]) for edge in ("at", "start", "end") if edge in parts]
        who = row[parts["entity"]] if "entity" in parts else row.get(parts.get("unit", ""))
        if "id" in parts:
            whole = kinds[parts["id"]].kind in _WHOLE
            row[parts["id"]] = len(found) + 1 if whole else f"n{len(found) + 1:02}"
        elif isinstance(table, Spells | Snapshots) or who is not None:
            marks = {(edge, day, who) for edge, day in edges}
            if marks & seen:
                continue
            seen |= marks
        found.append(row)
    return found


def _values(kind: ColumnType, constants: Sequence[Scalar], pools: Callable[[ColumnType], list[Any]]) -> Strategy:
    """Values of a type, nothing among them; what the metric holds the column against is met often."""
    match kind.kind:
        case "bool":
            return st.sampled_from([True, False, None])
        case "int":
            near = [value + step for value in constants if isinstance(value, int) for step in (-1, 0, 1)]
            return st.sampled_from([*near, 0, 1, 2, 5, -3, None])
        case "float":
            return st.sampled_from([*(v for v in constants if isinstance(v, float)), 0.0, 0.5, 2.25, None])
        case "decimal":
            return st.sampled_from([*(Decimal(n).scaleb(-kind.scale) for n in (0, 1, 10, 250, -1)), None])
        case "date":
            return st.sampled_from([*(v for v in constants if isinstance(v, date)), None, *_DAYS])
        case "enum":
            return st.sampled_from([*kind.values, None])
        case "ref":
            return st.sampled_from([*pools(kind), None])
        case _:
            return st.sampled_from([*(v for v in constants if isinstance(v, str)), "a", "b", "", None])
