"""Which columns a declared table reads, and the faults of those that a file doesn't have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs
import polars as pl

from hgplan.errors import Location, UnknownName, nearest, raise_all
from hgplan.metrics import Dimension, Spells, Table
from hgplan.model.mappings import FrozenMapping

__all__ = ["check_columns", "days", "in_file", "wanted", "with_points"]

_ROLES: Final = ("at", "start", "end", "key", "unit", "entity", "id", "recorded", "censored", "observed_from")


def wanted(table: Table | None) -> frozenset[str]:
    """The columns that a declaration names: those of its roles and those with a type.

    >>> from hgplan.metrics import Events
    >>> sorted(wanted(Events("contacts", at="day", entity="person", columns={"channel": "text"})))
    ['channel', 'day', 'person']
    """
    if table is None:
        return frozenset()
    roles = (getattr(table, role, None) for role in _ROLES)
    return frozenset({*table.columns, *(role for role in roles if role is not None)})


def days(table: Table) -> tuple[str, ...]:
    """The columns that say on which days a row of the table stands."""
    if isinstance(table, Dimension):
        return tuple(day for day in (table.start, table.end) if day is not None)
    return (table.start, table.end) if isinstance(table, Spells) else (table.at,)


def in_file(table: Table | None, rename: Mapping[str, str]) -> Table | None:
    """The declaration with the names that its columns have in the file, before `rename`.

    >>> from hgplan.metrics import Events
    >>> in_file(Events("contacts", at="day", columns={"channel": "text"}), {"dag": "day"}).at
    'dag'
    """
    if table is None or not rename:
        return table
    before = {new: old for old, new in rename.items()}
    roles = {role: getattr(table, role) for role in _ROLES if getattr(table, role, None) is not None}
    columns = FrozenMapping({before.get(name, name): kind for name, kind in table.columns.items()})
    return attrs.evolve(table, columns=columns, **{role: before.get(name, name) for role, name in roles.items()})


def check_columns(names: Iterable[str], table: Table | None, where: Location | str) -> None:
    """Raise UnknownName, all together, for the declared columns that are not among `names`."""
    known = list(names)
    lacking = [column for column in sorted(wanted(table)) if column not in known]
    if table is not None and lacking:
        what = f"table {table.name!r} wants the column {{!r}}, and it isn't there"
        raise_all(
            f"table {table.name!r}",
            [UnknownName(what.format(column), where=where, hint=nearest(column, known)) for column in lacking],
        )


def with_points(frame: pl.LazyFrame, names: Iterable[str], table: Table | None, decimal: str | None) -> pl.LazyFrame:
    """The declared numbers of a text file with a decimal point instead of the character `decimal`.

    Points and commas change places, so that `1.234`, which is no number with a decimal comma, doesn't pass as one.
    """
    if table is None or decimal in (None, "."):
        return frame
    numbers = [name for name in names if name in table.columns and table.columns[name].kind in ("decimal", "float")]
    swap = [pl.col(name).str.replace_many([".", str(decimal)], [str(decimal), "."]) for name in numbers]
    return frame.with_columns(swap)
