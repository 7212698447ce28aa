"""Row sets: a table by name and the steps that choose, turn or place its rows.

A row set never holds its table's declaration, only the name; so a measure is the same value wherever the table's data
come from, and its text form says all of it.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from hgplan.errors import PlanError
from hgplan.metrics.nodes import Node, is_plain_name
from hgplan.model.durations import Duration

__all__ = [
    "Bridged",
    "CarryForward",
    "During",
    "Ends",
    "First",
    "RowSet",
    "Scope",
    "SpellRows",
    "Starts",
    "Step",
    "Where",
    "call",
    "check_choice",
    "check_duration",
]

Scope: TypeAlias = Literal["unit", "organisation"]


def check_choice(word: str, what: str, choices: tuple[str, ...]) -> None:
    """Raise PlanError unless `word` is one of the choices of the argument `what`."""
    if word not in choices:
        raise PlanError(f"{what}={word!r} is not known", hint=f"choose from {', '.join(map(repr, choices))}")


def check_duration(text: str) -> None:
    """Raise PlanError unless `text` is a duration of some length."""
    length = Duration.parse(text)
    if not (length.months or length.days):
        raise PlanError(f"the duration {text!r} has no length")


def call(name: str, *arguments: object, **named: tuple[object, object]) -> str:
    """How a verb prints: named arguments are (value, default) and left out where they are the default.

    >>> call("starts", scope=("organisation", "unit"), gap=(None, None))
    "starts(scope='organisation')"
    """
    said = [f"{key}={_written(value)}" for key, (value, default) in named.items() if value != default]
    return f"{name}({', '.join([*(_written(a) for a in arguments), *said])})"


def _written(value: object) -> str:
    return repr(value) if isinstance(value, str | int | float | bool | tuple | type(None)) else str(value)


@attrs.frozen
class Where:
    """Keep the rows for which the predicate is true."""

    predicate: Node

    def __str__(self) -> str:
        return call("where", self.predicate)


@attrs.frozen
class First:
    """Keep each entity's first row ever."""

    scope: Scope = "organisation"

    def __attrs_post_init__(self) -> None:
        check_choice(self.scope, "scope", ("organisation", "unit"))

    def __str__(self) -> str:
        return call("first", scope=(self.scope, "organisation"))


@attrs.frozen
class During:
    """Keep the rows whose entity is in the state of the spells on the row's day."""

    spells: RowSet
    scope: Scope = "organisation"

    def __attrs_post_init__(self) -> None:
        check_choice(self.scope, "scope", ("organisation", "unit"))

    def __str__(self) -> str:
        return call("during", self.spells, scope=(self.scope, "organisation"))


@attrs.frozen
class Starts:
    """One row for each merged run of an entity's spells that begins."""

    scope: Scope = "unit"
    gap: str | None = None

    def __attrs_post_init__(self) -> None:
        check_choice(self.scope, "scope", ("unit", "organisation"))
        if self.gap is not None:
            check_duration(self.gap)

    def __str__(self) -> str:
        return call("starts", scope=(self.scope, "unit"), gap=(self.gap, None))


@attrs.frozen
class Ends:
    """One row for each merged run of an entity's spells that ends."""

    scope: Scope = "unit"

    def __attrs_post_init__(self) -> None:
        check_choice(self.scope, "scope", ("unit", "organisation"))

    def __str__(self) -> str:
        return call("ends", scope=(self.scope, "unit"))


@attrs.frozen
class SpellRows:
    """The raw spell rows, each on the day of one of its edges."""

    edge: Literal["start", "end"]

    def __attrs_post_init__(self) -> None:
        check_choice(self.edge, "rows", ("start", "end"))

    def __str__(self) -> str:
        return call("rows", self.edge)


@attrs.frozen
class Bridged:
    """Spells with gaps of at most this length closed."""

    gap: str

    def __attrs_post_init__(self) -> None:
        check_duration(self.gap)

    def __str__(self) -> str:
        return call("bridged", self.gap)


@attrs.frozen
class CarryForward:
    """Snapshots that stand until the next one, or until they are older than this."""

    max_age: str

    def __attrs_post_init__(self) -> None:
        check_duration(self.max_age)

    def __str__(self) -> str:
        return call("carry_forward", self.max_age)


Step: TypeAlias = Where | First | During | Starts | Ends | SpellRows | Bridged | CarryForward


@attrs.frozen(cache_hash=True)
class RowSet:
    """The rows of a table after some steps; prints as it is written.

    >>> print(RowSet("memberships", (Starts(),)))
    memberships.starts()
    """

    table: str
    steps: tuple[Step, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.table, str) or "." in self.table or not is_plain_name(self.table):
            raise PlanError(
                f"{self.table!r} can't name a table",
                hint="a table's name is a plain word, since metrics take it as a parameter",
            )

    def then(self, step: Step) -> RowSet:
        """The same rows after one more step."""
        return RowSet(self.table, (*self.steps, step))

    def __str__(self) -> str:
        return ".".join([self.table, *map(str, self.steps)])
