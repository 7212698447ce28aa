"""The nodes of row expressions: plain frozen values that compare, hash and print by what they say.

People write with the faces in :mod:`hgplan.metrics.expressions`; a face's `==` builds a question, so the nodes, not the
faces, are what a measure keeps.
"""

from __future__ import annotations

import keyword
import math
import unicodedata
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

import attrs

from hgplan.errors import PlanError
from hgplan.model.durations import Duration

__all__ = [
    "TRUTHS",
    "ArithmeticSign",
    "Between",
    "Binary",
    "Column",
    "Compare",
    "ComparisonSign",
    "Constant",
    "IsIn",
    "IsNull",
    "Logical",
    "Node",
    "Not",
    "Scalar",
    "StartsWith",
    "columns_of",
    "is_plain_name",
]

Scalar: TypeAlias = str | int | float | bool | date
ArithmeticSign = Literal["+", "-", "*", "/"]
ComparisonSign = Literal["==", "!=", "<", "<=", ">", ">="]
LogicalSign = Literal["&", "|"]

# How tightly each kind of node binds when printed; Python's own order, since the text form is read by its grammar.
_COMPARE, _OR, _AND, _SUM, _PRODUCT, _ATOM, _CALLED = range(7)
_BINDS: Final[dict[str, int]] = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "&": _AND, "|": _OR}


def is_plain_name(name: str) -> bool:
    """Whether a column's or table's name can stand bare in the text form.

    >>> is_plain_name("channel"), is_plain_name("activities.theme"), is_plain_name("from")
    (True, True, False)
    """
    return all(
        part.isidentifier() and not keyword.iskeyword(part) and unicodedata.normalize("NFKC", part) == part
        for part in name.split(".")
    )


@attrs.frozen
class Column:
    """A column of the table, or an attribute of a dimension (`activities.theme`)."""

    name: str

    def __str__(self) -> str:
        return self.name if is_plain_name(self.name) else f"col({self.name!r})"


def _scalar(_owner: object, _field: object, value: Scalar) -> None:
    if isinstance(value, datetime) or not isinstance(value, str | int | float | bool | date):
        raise PlanError(
            f"{type(value).__name__} can't stand in an expression",
            hint="use text, a number, True, False or a date; None is asked with .is_null()",
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise PlanError(f"{value} can't stand in an expression", hint="use a finite number")


@attrs.frozen
class Constant:
    """A value written into the expression. Text beside `+` or `-` is a duration: `joined_on + '30d'`."""

    # True == 1 == 1.0 in Python, but not in a printed measure: the type takes part in comparison.
    value: Scalar = attrs.field(validator=_scalar, eq=lambda v: (type(v).__name__, v))

    def __str__(self) -> str:
        return f"date('{self.value}')" if isinstance(self.value, date) else repr(self.value)


@attrs.frozen
class Binary:
    """Arithmetic on one row: `dialogues * 2`, `joined_on + '30d'`."""

    sign: ArithmeticSign
    left: Node
    right: Node

    def __attrs_post_init__(self) -> None:
        if isinstance(self.right, Constant) and isinstance(self.right.value, str) and self.sign in "+-":
            Duration.parse(self.right.value)

    def __str__(self) -> str:
        return _infix(self, self.sign, self.left, self.right)


@attrs.frozen(cache_hash=True)
class Compare:
    """A comparison; null compares to nothing."""

    sign: ComparisonSign
    left: Node
    right: Node

    def __str__(self) -> str:
        return f"{_inside(self.left, _SUM)} {self.sign} {_inside(self.right, _SUM)}"


@attrs.frozen(cache_hash=True)
class Logical:
    """Two predicates together: `&` both, `|` at least one."""

    sign: LogicalSign
    left: Node
    right: Node

    def __str__(self) -> str:
        return _infix(self, self.sign, self.left, self.right)


@attrs.frozen
class Not:
    """The opposite of a predicate; of the unknown it is still unknown."""

    of: Node

    def __str__(self) -> str:
        return f"~{_inside(self.of, _ATOM)}"


@attrs.frozen
class IsIn:
    """Whether the value is one of a list."""

    of: Node
    values: tuple[Scalar, ...] = attrs.field(eq=lambda vs: tuple((type(v).__name__, v) for v in vs))

    def __attrs_post_init__(self) -> None:
        for value in self.values:
            _scalar(self, None, value)

    def __str__(self) -> str:
        return f"{_inside(self.of, _CALLED)}.is_in([{', '.join(str(Constant(v)) for v in self.values)}])"


@attrs.frozen
class Between:
    """Whether the value lies between two, both in."""

    of: Node
    low: Node
    high: Node

    def __str__(self) -> str:
        return f"{_inside(self.of, _CALLED)}.is_between({self.low}, {self.high})"


@attrs.frozen
class IsNull:
    """Whether there is no value (or, negated, that there is one)."""

    of: Node
    negated: bool = False

    def __str__(self) -> str:
        return f"{_inside(self.of, _CALLED)}.{'is_not_null' if self.negated else 'is_null'}()"


@attrs.frozen
class StartsWith:
    """Whether a text starts with another."""

    of: Node
    prefix: str

    def __str__(self) -> str:
        return f"{_inside(self.of, _CALLED)}.starts_with({self.prefix!r})"


Node: TypeAlias = Column | Constant | Binary | Compare | Logical | Not | IsIn | Between | IsNull | StartsWith
TRUTHS: Final = (Compare, Logical, Not, IsIn, Between, IsNull, StartsWith)


def _binds(node: Node) -> int:
    if isinstance(node, Binary | Logical):
        return _BINDS[node.sign]
    if isinstance(node, Compare):
        return _COMPARE
    if isinstance(node, Not):
        return _PRODUCT
    # A method after a bare number would be read as its decimals, or take only the digits after a sign.
    return _ATOM if isinstance(node, Constant) else _CALLED


def _inside(node: Node, least: int) -> str:
    return str(node) if _binds(node) >= least else f"({node})"


def _infix(node: Binary | Logical, sign: str, left: Node, right: Node) -> str:
    # Python reads from the left, so an equally loose right side needs its brackets to stay itself.
    return f"{_inside(left, _binds(node))} {sign} {_inside(right, _binds(node) + 1)}"


def columns_of(node: Node) -> frozenset[str]:
    """The columns that an expression reads.

    >>> sorted(columns_of(Compare("==", Column("a"), Column("activities.theme"))))
    ['a', 'activities.theme']
    """
    if isinstance(node, Column):
        return frozenset({node.name})
    parts = [part for part in attrs.astuple(node, recurse=False) if isinstance(part, Node)]
    return frozenset[str]().union(*(columns_of(part) for part in parts))
