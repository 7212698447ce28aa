"""The plain values that go between hgplan and a plugin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from hgplan.errors import PlanError, nearest
from hgplan.metrics.columns import ColumnType, column_type
from hgplan.metrics.nodes import Scalar
from hgplan.model.mappings import FrozenMapping

if TYPE_CHECKING:
    from hgplan.model import Period, Plan

__all__ = ["Course", "Phrase", "Reading", "Schema", "Setting", "Unplaced"]

Setting: TypeAlias = "str | int | float | bool | date | Sequence[Setting] | Mapping[str, Setting] | None"
"""What a plan file can say to a source: TOML's own values."""

_KINDS = ("goal", "condition")


class Schema(FrozenMapping[str, ColumnType]):
    """The columns of a source's table, each with its type, in the source's order.

    >>> schema = Schema({"member": "text", "joined": "date", "fee": "decimal(2)"})
    >>> list(schema), str(schema["fee"])
    (['member', 'joined', 'fee'], 'decimal(2)')
    >>> print(schema)
    member: text, joined: date, fee: decimal(2)
    """

    __slots__ = ()

    def __init__(self, columns: Mapping[str, ColumnType | str], /) -> None:
        super().__init__({name: column_type(kind) for name, kind in columns.items()})

    def __str__(self) -> str:
        return ", ".join(f"{column}: {kind}" for column, kind in self.items())


def _frozen(parameters: Mapping[str, Scalar]) -> FrozenMapping[str, Scalar]:
    return FrozenMapping(parameters)


def _kind(_owner: Phrase, _field: object, kind: str) -> None:
    if kind not in _KINDS:
        raise PlanError(f"a phrase's kind is {kind!r}", hint=nearest(kind, _KINDS))


def _written(owner: Phrase, field: attrs.Attribute[str], value: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise PlanError(f"a phrase of {owner.language!r} has the {field.name} {value!r}", hint="write it out")


@attrs.frozen(kw_only=True)
class Phrase:
    """Words of plan prose that name a metric: how a reader of documents finds what a figure counts.

    `text` is looked for without regard to case and to runs of white space. `kind` says what the words make: a `goal`
    ("27 000 new members") or a `condition` on one ("whom we keep over time"). `metric` may leave out the plugin's own
    namespace. `parameters` are the metric's.

    >>> phrase = Phrase(language="en", text="keep over time", metric="retention", parameters={"horizon": "12mo"},
    ...                 unit="%", kind="condition")
    >>> phrase.parameters["horizon"]
    '12mo'
    """

    language: str
    text: str = attrs.field(validator=_written)
    metric: str = attrs.field(validator=_written)
    parameters: FrozenMapping[str, Scalar] = attrs.field(default=FrozenMapping(), converter=_frozen)
    unit: str | None = None
    kind: Literal["goal", "condition"] = attrs.field(default="goal", validator=_kind)


@attrs.frozen(kw_only=True)
class Unplaced:
    """A piece of a document that its reader could not place in the plan, and why.

    >>> print(Unplaced(line=31, text="värva fler", reason="no figure"))
    line 31: värva fler (no figure)
    """

    text: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = "" if self.line is None else f"line {self.line}: "
        return f"{place}{self.text} ({self.reason})"


@attrs.frozen
class Reading:
    """What a format made of a file: the plan, and what found no place in it."""

    plan: Plan
    unplaced: tuple[Unplaced, ...] = attrs.field(default=(), converter=tuple)


def _days(values: Iterable[tuple[date, float | None]]) -> tuple[tuple[date, float | None], ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class Course:
    """How a metric ran through an earlier period: its value to date by day, oldest first.

    >>> from hgplan.model import Period
    >>> year = Period.parse("2021")
    >>> Course(period=year, values=[(date(2021, 6, 30), 9000.0), (date(2021, 12, 31), 26000.0)]).values[-1][1]
    26000.0
    """

    period: Period
    values: tuple[tuple[date, float | None], ...] = attrs.field(converter=_days)
