"""Row expressions and predicates as people write them: `hgplan.col("channel") == "door"`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

import attrs

from hgplan.errors import PlanError
from hgplan.metrics.nodes import (
    TRUTHS,
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
)

__all__ = ["Expression", "Operand", "Predicate", "col", "node_of", "predicate_of"]


@attrs.frozen
class Predicate:
    """A yes-or-no question about one row, to be joined with `&`, `|` and `~`.

    >>> print((col("channel") == "door") & ~col("left_on").is_null())
    (channel == 'door') & ~left_on.is_null()
    """

    node: Node

    def __and__(self, other: Predicate | Expression) -> Predicate:
        return Predicate(Logical("&", self.node, predicate_of(other).node))

    def __or__(self, other: Predicate | Expression) -> Predicate:
        return Predicate(Logical("|", self.node, predicate_of(other).node))

    def __invert__(self) -> Predicate:
        return Predicate(Not(self.node))

    def __bool__(self) -> bool:
        raise PlanError(
            f"the predicate {self} has no truth of its own; it is asked of rows",
            hint="join predicates with & | ~ instead of and, or, not",
        )

    def __str__(self) -> str:
        return str(self.node)


Operand: TypeAlias = "Expression | Scalar"


@attrs.frozen(eq=False)
class Expression:
    """A value worked out from one row: a column, arithmetic on columns, or a constant.

    >>> print(col("dialogues") * 2 >= 10)
    dialogues * 2 >= 10
    """

    node: Node

    def __add__(self, other: Operand) -> Expression:
        return Expression(Binary("+", self.node, node_of(other)))

    def __radd__(self, other: Operand) -> Expression:
        return Expression(Binary("+", node_of(other), self.node))

    def __sub__(self, other: Operand) -> Expression:
        return Expression(Binary("-", self.node, node_of(other)))

    def __rsub__(self, other: Operand) -> Expression:
        return Expression(Binary("-", node_of(other), self.node))

    def __mul__(self, other: Operand) -> Expression:
        return Expression(Binary("*", self.node, node_of(other)))

    def __rmul__(self, other: Operand) -> Expression:
        return Expression(Binary("*", node_of(other), self.node))

    def __truediv__(self, other: Operand) -> Expression:
        return Expression(Binary("/", self.node, node_of(other)))

    def __rtruediv__(self, other: Operand) -> Expression:
        return Expression(Binary("/", node_of(other), self.node))

    def __neg__(self) -> Expression:
        match self.node:
            case Constant(value=int() | float() as value) if not isinstance(value, bool):
                return Expression(Constant(-value))
            case _:
                return 0 - self

    def __eq__(self, other: Operand) -> Predicate:  # type: ignore[override]  # builds a question, as in any column algebra
        return Predicate(Compare("==", self.node, node_of(other)))

    def __ne__(self, other: Operand) -> Predicate:  # type: ignore[override]  # as __eq__
        return Predicate(Compare("!=", self.node, node_of(other)))

    def __lt__(self, other: Operand) -> Predicate:
        return Predicate(Compare("<", self.node, node_of(other)))

    def __le__(self, other: Operand) -> Predicate:
        return Predicate(Compare("<=", self.node, node_of(other)))

    def __gt__(self, other: Operand) -> Predicate:
        return Predicate(Compare(">", self.node, node_of(other)))

    def __ge__(self, other: Operand) -> Predicate:
        return Predicate(Compare(">=", self.node, node_of(other)))

    def __hash__(self) -> int:
        return hash(self.node)

    def __and__(self, other: Predicate | Expression) -> Predicate:
        return predicate_of(self) & other

    def __or__(self, other: Predicate | Expression) -> Predicate:
        return predicate_of(self) | other

    def __invert__(self) -> Predicate:
        return ~predicate_of(self)

    def is_in(self, values: Iterable[Scalar]) -> Predicate:
        """Whether the value is one of `values`."""
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise PlanError(
                f"is_in takes a list of values, got {type(values).__name__}", hint="is_in(['door', 'phone'])"
            )
        return Predicate(IsIn(self.node, tuple(values)))

    def is_between(self, low: Operand, high: Operand) -> Predicate:
        """Whether the value lies between `low` and `high`, both in."""
        return Predicate(Between(self.node, node_of(low), node_of(high)))

    def is_null(self) -> Predicate:
        """Whether the row has no value here."""
        return Predicate(IsNull(self.node))

    def is_not_null(self) -> Predicate:
        """Whether the row has a value here."""
        return Predicate(IsNull(self.node, negated=True))

    def starts_with(self, prefix: str) -> Predicate:
        """Whether the text starts with `prefix`."""
        return Predicate(StartsWith(self.node, prefix))

    def __str__(self) -> str:
        return str(self.node)


def col(name: str) -> Expression:
    """A column of the table at hand, or an attribute of one of its dimensions (`col("activities.theme")`).

    >>> print(col("channel") == "door")
    channel == 'door'
    """
    return Expression(Column(name))


def _foreign(value: object) -> PlanError:
    module = type(value).__module__.partition(".")[0]
    if module == "polars":
        return PlanError(
            "a polars expression can't be printed back, hashed or shipped, so a metric can't hold one",
            hint="write hgplan.col('channel') == 'door' or the text \"channel == 'door'\"; what needs more is a column "
            "that a source computes",
        )
    return PlanError(f"{type(value).__name__} is no expression", hint="write hgplan.col('channel') == 'door'")


def node_of(value: Operand) -> Node:
    """The node that an operand stands for: a column's, or a constant's.

    Raises PlanError for what can't be printed back, such as a polars expression.
    """
    if isinstance(value, Expression):
        return value.node
    if value is None or isinstance(value, str | int | float | bool | date):
        return Constant(value)
    raise _foreign(value)


def predicate_of(value: Predicate | Expression) -> Predicate:
    """A predicate, taking a bare column as 'is true'."""
    if isinstance(value, Predicate):
        return value
    if isinstance(value, Expression):
        if isinstance(value.node, (Column, *TRUTHS)):
            return Predicate(value.node)
        raise PlanError(f"{value} is no yes-or-no question", hint="compare it with something")
    raise _foreign(value)
