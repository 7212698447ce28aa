"""What a column of a fact table holds: its declared type, as a value and as text."""

from __future__ import annotations

import re
from typing import Final, Literal

import attrs

from hgplan.errors import PlanError, nearest

__all__ = ["ColumnType", "ColumnTypeText", "column_type", "decimal", "enum", "ref"]

Kind = Literal["text", "int", "float", "decimal", "bool", "date", "enum", "ref"]
ColumnTypeText = str

_PLAIN: Final[dict[str, Kind]] = {
    "text": "text", "int": "int", "float": "float", "bool": "bool", "date": "date",
}  # fmt: skip
_CALL: Final = re.compile(r"^(decimal|enum|ref)\((.*)\)$", re.DOTALL)
_LARGEST_SCALE: Final = 18


@attrs.frozen
class ColumnType:
    """The type of a column; `str` gives the text that a plan file writes.

    `decimal(n)` keeps n digits after the point as integers, `enum(...)` admits only its values, `ref(table)` names the
    dimension table whose attributes the column reaches. `float` sums are not reproducible to the last bit.

    >>> print(column_type("decimal(2)"), column_type("enum(door, phone)"), ref("activities"))
    decimal(2) enum(door, phone) ref(activities)
    """

    kind: Kind
    scale: int = attrs.field(default=0, kw_only=True)
    values: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    table: str | None = attrs.field(default=None, kw_only=True)

    def __str__(self) -> str:
        match self.kind:
            case "decimal":
                return f"decimal({self.scale})"
            case "enum":
                return f"enum({', '.join(self.values)})"
            case "ref":
                return f"ref({self.table})"
            case plain:
                return plain


def decimal(scale: int) -> ColumnType:
    """A number with `scale` digits after the point, counted exactly.

    >>> print(decimal(2))
    decimal(2)
    """
    if not 0 <= scale <= _LARGEST_SCALE:
        raise PlanError(f"decimal({scale}) keeps {scale} digits", hint=f"from 0 to {_LARGEST_SCALE} can be kept")
    return ColumnType("decimal", scale=scale)


def enum(*values: str) -> ColumnType:
    """One of the named values; any other is a fault of the data.

    >>> print(enum("door", "phone"))
    enum(door, phone)
    """
    if not values or len(set(values)) != len(values):
        raise PlanError(f"enum{values!r} needs different values, at least one")
    return ColumnType("enum", values=values)


def ref(table: str) -> ColumnType:
    """A key of the dimension `table`, whose attributes are reached as `table.attribute`.

    >>> ref("activities").table
    'activities'
    """
    return ColumnType("ref", table=table)


def column_type(text: ColumnType | ColumnTypeText) -> ColumnType:
    """Read a column's type as a plan file writes it.

    >>> column_type("int").kind
    'int'
    """
    if isinstance(text, ColumnType):
        return text
    if not isinstance(text, str):
        raise PlanError(f"a column's type is text like 'int' or 'decimal(2)', got {type(text).__name__}")
    word = text.strip()
    if word in _PLAIN:
        return ColumnType(_PLAIN[word])
    call = _CALL.match(word)
    if call is None:
        known = [*_PLAIN, "decimal(n)", "enum(...)", "ref(...)"]
        raise PlanError(f"no column type {text!r}", hint=nearest(word, known))
    name, inside = call.group(1), call.group(2).strip()
    if name == "enum":
        return enum(*(value.strip().strip("'\"") for value in inside.split(",") if value.strip()))
    if name == "ref":
        return ref(inside.strip("'\""))
    if not inside.isdecimal():
        raise PlanError(f"{text!r} needs a whole number of digits", hint="like decimal(2)")
    return decimal(int(inside))
