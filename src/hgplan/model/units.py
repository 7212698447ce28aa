"""The rows of an organisation: where a unit stands, and from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final

import attrs

from hgplan.errors import DataError, Location
from hgplan.model.days import read_day

__all__ = ["Rows", "Unit", "UnitRows", "misspelt_columns", "read_units"]

_COLUMNS: Final = ("unit", "parent", "title", "level", "opened", "closed")


def _check_text(instance: Unit, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise DataError(f"{attribute.name} of a unit is text, got {value!r}")


def _check_day(instance: Unit, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise DataError(f"{attribute.name} of unit {instance.id!r} is a date, got {value!r}")


@attrs.frozen(kw_only=True)
class Unit:
    """A unit's place in the organisation from the day it opened to the day it closed, when it is no longer there.

    >>> Unit(id="north", parent="region", level="association", closed=date(2023, 1, 1)).is_open(date(2022, 12, 31))
    True
    """

    id: str = attrs.field(validator=_check_text)
    parent: str | None = attrs.field(default=None, validator=_check_text)
    title: str | None = attrs.field(default=None, validator=_check_text)
    level: str | None = attrs.field(default=None, validator=_check_text)
    opened: date | None = attrs.field(default=None, validator=_check_day)
    closed: date | None = attrs.field(default=None, validator=_check_day)

    def __attrs_post_init__(self) -> None:
        if self.id is None:
            raise DataError("a unit needs an id, got None")
        if self.opened is not None and self.closed is not None and self.closed < self.opened:
            raise DataError(f"unit {self.id!r} is closed {self.closed}, before it is opened {self.opened}")

    @property
    def begins(self) -> date:
        """The first day of the row; the first day of the calendar where none is said."""
        return self.opened or date.min

    def is_open(self, day: date) -> bool:
        """Whether the day lies in the row: the day of opening does, the day of closing does not."""
        return self.begins <= day and (self.closed is None or day < self.closed)


@attrs.frozen
class Rows:
    """Where rows come from, and whether their numbers are those of the lines of a file.

    >>> print(Rows("units").at([4]), Rows("units.csv", lines=True).at([4]), Rows("units.csv", lines=True).at([7, 4]))
    units, row 4 units.csv:4:1 units.csv, lines 4, 7
    """

    name: str
    lines: bool = False

    def at(self, numbers: Sequence[int], *, joint: str = ", ", shown: int = 12) -> Location | str:
        """The place of one row or of several."""
        if self.lines and len(numbers) == 1:
            return Location(self.name, numbers[0])
        told = joint.join(map(str, sorted(numbers)[:shown])) + (", ..." if len(numbers) > shown else "")
        return f"{self.name}, {'line' if self.lines else 'row'}{'s' if len(numbers) > 1 else ''} {told}"


@attrs.frozen
class UnitRows:
    """What a table of units gave: the units with the numbers of their rows, and a fault for each row that is none."""

    units: list[tuple[int, Unit]]
    faults: list[DataError]
    unread: frozenset[str]


def misspelt_columns(row: Mapping[str, object], told: Rows) -> list[DataError]:
    """A fault for each column that is nearly one of those that are missing; other columns are anybody's own.

    >>> [fault.what for fault in misspelt_columns({"unit": "a", "parrent": "r", "town": "Visby"}, Rows("units"))]
    ["unknown column 'parrent'"]
    """
    missing = [column for column in _COLUMNS if column not in row]
    faults: list[DataError] = []
    for column in row:
        near = get_close_matches(str(column).casefold(), missing, n=1, cutoff=0.75)
        if column not in _COLUMNS and near:
            where = Location(told.name, 1) if told.lines else told.name
            faults.append(DataError(f"unknown column {column!r}", where=where, hint=f"did you mean {near[0]!r}?"))
    return faults


def read_units(rows: Iterable[tuple[int, Mapping[str, object]]], *, told: Rows) -> UnitRows:
    """Read the numbered rows of a table of units, row by row.

    Columns are ``unit, parent, title, level, opened, closed``; others are left alone. Days are dates or ISO text, and
    an empty text is the same as nothing.
    """
    units: list[tuple[int, Unit]] = []
    faults: list[DataError] = []
    unread: set[str] = set()
    for number, row in rows:
        try:
            units.append((number, _unit(row)))
        except DataError as fault:
            faults.append(DataError(fault.what, where=told.at([number]), hint=fault.hint))
            if isinstance(row, Mapping) and row.get("unit") is not None:
                unread.add(str(row["unit"]).strip())
    return UnitRows(units, faults, frozenset(unread))


def _unit(row: Mapping[str, object]) -> Unit:
    if not isinstance(row, Mapping):
        raise DataError(f"a row of units is a mapping of column to value, got {type(row).__name__}")
    if "unit" not in row:
        raise DataError("the column 'unit' is missing", hint=f"columns: {', '.join(map(str, row)) or 'none'}")
    unit = _text(row["unit"], "unit")
    if unit is None:
        raise DataError("the unit's id is empty")
    return Unit(
        id=unit,
        parent=_text(row.get("parent"), "parent"),
        title=_text(row.get("title"), "title"),
        level=_text(row.get("level"), "level"),
        opened=_day(row.get("opened"), "opened"),
        closed=_day(row.get("closed"), "closed"),
    )


def _text(value: object, column: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise DataError(f"{column} is text or a whole number, got {type(value).__name__} {value!r}")
    return value.strip() or None


def _day(value: object, column: str) -> date | None:
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            return read_day(value.strip())
        except ValueError:
            raise DataError(f"{column} is a date like 2022-01-31, got {value!r}") from None
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise DataError(f"{column} is a date like 2022-01-31, got {type(value).__name__} {value!r}")
    return value
