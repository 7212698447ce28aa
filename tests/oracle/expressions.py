"""What a row expression is worth on one row; None is the unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

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
    StartsWith,
)
from oracle.days import after, before

Read = Callable[[str], Any]

_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def exact(value: Any) -> Any:
    """A number without rounding: what a decimal or a float holds, as a fraction."""
    return Fraction(value) if isinstance(value, Decimal | float) else value


def worth(node: Node, read: Read) -> Any:
    """The value of the expression on the row that `read` reads."""
    match node:
        case Column(name=name):
            return exact(read(name))
        case Constant(value=value):
            return exact(value)
        case Binary(sign=sign, left=left, right=right):
            return _arithmetic(sign, worth(left, read), worth(right, read))
        case Compare(sign=sign, left=left, right=right):
            a, b = worth(left, read), worth(right, read)
            return None if a is None or b is None else _COMPARE[sign](a, b)
        case Between(of=of, low=low, high=high):
            return both(
                worth(Compare("<=", low, of), read),
                worth(Compare("<=", of, high), read),
            )
        case Logical(sign="&", left=left, right=right):
            return both(worth(left, read), worth(right, read))
        case Logical(left=left, right=right):
            a, b = worth(left, read), worth(right, read)
            return True if a is True or b is True else None if a is None or b is None else False
        case Not(of=of):
            value = worth(of, read)
            return None if value is None else not value
        case IsIn(of=of, values=values):
            value = worth(of, read)
            return None if value is None else value in [exact(one) for one in values]
        case IsNull(of=of, negated=negated):
            return (worth(of, read) is None) != negated
        case StartsWith(of=of, prefix=prefix):
            value = worth(of, read)
            return None if value is None else value.startswith(prefix)
    raise AssertionError(node)


def both(a: bool | None, b: bool | None) -> bool | None:
    """And of three values: false beats the unknown, the unknown beats true."""
    return False if a is False or b is False else None if a is None or b is None else True


def _arithmetic(sign: str, a: Any, b: Any) -> Any:
    if a is None or b is None:
        return None
    if isinstance(a, date):
        return after(a, b) if sign == "+" else before(a, b)
    match sign:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
    # reading: a row's division by nought has no value, as a measure's has none.
    return None if b == 0 else Fraction(a) / Fraction(b)
