"""What may be done to a case without changing a figure: cases turned into cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import attrs
import polars as pl

from hgplan.metrics import Aggregate, Dimension
from hgplan.metrics.nodes import Constant
from hgplan.testing.cases import Case, Row, roles

__all__ = [
    "a_cycle_later",
    "at_the_root",
    "in_two_frames",
    "later",
    "measured_later",
    "renamed",
    "reordered",
    "with_days_to_come",
    "with_news",
]

# A whole number of weeks, after which every month has its length again.
_CYCLE: Final = 400
_ONE: Final = timedelta(days=1)


def reordered(case: Case, chance: Random) -> Case:
    """The same rows in another order."""
    return case.but(**{name: chance.sample(list(rows), len(rows)) for name, rows in case.data.items()})


def in_two_frames(rows: Sequence[Row], schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """The same rows as two frames, one after the other."""
    parts = [[{name: row.get(name) for name in schema} for row in part] for part in (rows[1::2], rows[::2])]
    return pl.concat([pl.LazyFrame(part, schema=dict(schema)) for part in parts])


def renamed(case: Case) -> Case:
    """The same people by other names, whose order is the other way round, wherever they are named."""
    people = {(name, column) for name, table in case.tables.items() if (column := roles(table).get("entity"))}
    described = {case.columns[name][column].table for name, column in people}
    for name, columns in case.columns.items():
        table = case.tables[name]
        if isinstance(table, Dimension) and name in described:
            people.add((name, table.key))
        people |= {(name, column) for column, kind in columns.items() if kind.table in described - {None}}
    return _changed(case, lambda name, column, value: _other_name(value) if (name, column) in people else value)


def _other_name(key: Any) -> Any:
    if key is None:
        return None
    return 9_000 - key if isinstance(key, int) else f"{999 - sum(map(ord, key))}-{key}"


def a_cycle_later(case: Case) -> Case:
    """Everything four hundred years later."""
    return attrs.evolve(
        _changed(case, lambda _table, _column, value: later(value)),
        units=[{name: later(value) for name, value in row.items()} for row in case.units],
        start=later(case.start),
        until=later(case.until),
        known_on=later(case.known_on),
    )


def later(value: Any) -> Any:
    """A day four hundred years later; anything else as it is."""
    return value.replace(year=value.year + _CYCLE) if isinstance(value, date) else value


def measured_later(part: Any) -> Any:
    """A measure whose named days are four hundred years later."""
    match part:
        case Constant(value=value):
            return Constant(later(value))
        case tuple():
            return tuple(later(measured_later(one)) for one in part)
        case Aggregate():
            return part
        case _ if attrs.has(type(part)):
            return attrs.evolve(
                part, **{f.name: measured_later(getattr(part, f.name)) for f in attrs.fields(type(part))}
            )
        case _:
            return part


def with_days_to_come(case: Case) -> Case:
    """The same rows, and some that happen or begin after the last day asked about."""
    after = case.until + _ONE

    def more(played: Mapping[str, str], row: Row, number: int) -> list[Row]:
        first = played.get("at") or played["start"]
        new = {**row, first: after, **({played["end"]: None} if "end" in played else {})}
        return [{**new, **_new_id(played, row, number)}]

    return _with_more(case, more)


def with_news(case: Case) -> Case:
    """The same rows, and corrections and rows that were recorded after the day on which things were known."""
    assert case.known_on is not None
    after = case.known_on + _ONE

    def more(played: Mapping[str, str], row: Row, number: int) -> list[Row]:
        first = played.get("at") or played["start"]
        other = {**row, first: case.start, **({played["end"]: None} if "end" in played else {})}
        news = {**other, played["recorded"]: after}
        return [news, {**news, **_new_id(played, row, number)}]

    return _with_more(case, more)


def at_the_root(case: Case) -> Case:
    """The same rows, all of them the organisation's own."""
    units = {(name, column) for name, table in case.tables.items() if (column := roles(table).get("unit"))}
    return _changed(case, lambda name, column, value: None if (name, column) in units else value)


def _changed(case: Case, change: Callable[[str, str, Any], Any]) -> Case:
    return case.but(
        **{
            name: [{column: change(name, column, value) for column, value in row.items()} for row in rows]
            for name, rows in case.data.items()
        }
    )


def _with_more(case: Case, more: Callable[[Mapping[str, str], Row, int], list[Row]]) -> Case:
    data: dict[str, list[Row]] = {}
    for name, rows in case.data.items():
        if not isinstance(case.tables[name], Dimension):
            played = roles(case.tables[name])
            data[name] = [*rows, *(new for number, row in enumerate(rows) for new in more(played, row, number))]
    return case.but(**data)


def _new_id(played: Mapping[str, str], row: Row, number: int) -> Row:
    if "id" not in played:
        return {}
    return {played["id"]: 1_000 + number if isinstance(row[played["id"]], int) else f"new{number}"}
