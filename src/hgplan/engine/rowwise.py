"""Row expressions lowered to polars, with the kind of value that each gives."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import attrs
import polars as pl

from hgplan.engine.held import FINEST, MOST, addable, lifted, quotient_of, unscaled, worked
from hgplan.errors import PlanError, UnknownName, nearest
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
    Scalar,
    StartsWith,
)
from hgplan.model.days import read_day
from hgplan.model.durations import Duration

__all__ = ["BEYOND", "Typed", "lower", "number"]

# So large that no figure can be, and so small that many of them still add up in an Int128.
BEYOND: Final = 2**90
_WIDTHS: Final[dict[type[pl.DataType], int]] = {
    pl.Int8: 2**7, pl.Int16: 2**15, pl.Int32: 2**31, pl.Int64: 2**63,
    pl.UInt8: 2**8, pl.UInt16: 2**16, pl.UInt32: 2**32, pl.UInt64: 2**64,
}  # fmt: skip

Kind: TypeAlias = Literal["exact", "float", "text", "bool", "day", "null", "other"]

_NAMES: Final[dict[Kind, str]] = {
    "exact": "a number",
    "float": "a number",
    "text": "text",
    "bool": "true or false",
    "day": "a day",
    "null": "nothing",
    "other": "what is neither text, number nor day",
}


@attrs.frozen(eq=False)
class Typed:
    """An expression with the kind of its value; an exact number is an Int128 that counts `10**-scale`.

    `most` is what the size of an exact number can't be above, as far as its type tells; `units` is the number itself
    where it is the same for all rows.
    """

    expr: pl.Expr
    kind: Kind
    scale: int = 0
    constant: Scalar | None = None
    most: int = 2**127
    units: int | None = None


def lower(node: Node, schema: Mapping[str, pl.DataType]) -> Typed:
    """The polars expression of a node over frames of a schema; raises PlanError for kinds that don't go together."""
    match node:
        case Column(name=name):
            return _column(name, schema)
        case Constant(value=scalar):
            return _constant(scalar)
        case Binary(sign=sign, left=left, right=right):
            return _arithmetic(node, sign, lower(left, schema), lower(right, schema))
        case Compare(sign="==" | "!=" as sign, left=Column(name=name), right=Constant(value=str() as said)) if (
            isinstance(schema.get(name), pl.Categorical)
        ):
            # Codes are compared, and no row's text is written out.
            return Typed(pl.col(name) == said if sign == "==" else pl.col(name) != said, "bool")
        case Compare(sign=sign, left=left, right=right):
            one, other = _alike(node, lower(left, schema), lower(right, schema))
            return Typed(_compared(sign, one.expr, other.expr), "bool")
        case Logical(sign=sign, left=left, right=right):
            first, second = _truth(lower(left, schema), left), _truth(lower(right, schema), right)
            return Typed(first & second if sign == "&" else first | second, "bool")
        case Not(of=of):
            return Typed(~_truth(lower(of, schema), of), "bool")
        case IsIn(of=of, values=values):
            return Typed(_listed(node, lower(of, schema), values), "bool")
        case Between(of=of, low=low, high=high):
            above, least = _alike(node, lower(of, schema), lower(low, schema))
            below, most = _alike(node, lower(of, schema), lower(high, schema))
            return Typed((above.expr >= least.expr) & (below.expr <= most.expr), "bool")
        case IsNull(of=of, negated=negated):
            expr = lower(of, schema).expr
            return Typed(expr.is_not_null() if negated else expr.is_null(), "bool")
        case StartsWith(of=of, prefix=prefix):
            text = lower(of, schema)
            if text.kind not in ("text", "null"):
                raise PlanError(f"{of} is no text, so it starts with nothing", where=str(node))
            return Typed(text.expr.cast(pl.String).str.starts_with(prefix), "bool")


def _listed(node: Node, value: Typed, scalars: tuple[Scalar, ...]) -> pl.Expr:
    """Whether the value is one of a list; null is in no list and outside none."""
    pairs = [_alike(node, value, _constant(scalar)) for scalar in scalars]
    found = pl.any_horizontal([one.expr == other.expr for one, other in pairs]) if pairs else pl.lit(False)
    return pl.when(value.expr.is_not_null()).then(found)


def number(node: Node, schema: Mapping[str, pl.DataType]) -> Typed:
    """The same, for what is to be added up; raises PlanError for what is no number."""
    value = lower(node, schema)
    if value.kind == "null":
        return Typed(pl.lit(None, dtype=pl.Int128), "exact")
    if value.kind == "bool":
        return Typed(value.expr.cast(pl.Int128), "exact")
    if value.kind not in ("exact", "float"):
        raise PlanError(f"{node} is no number that could be added", hint="declare its column as int or decimal(n)")
    if value.kind == "exact" and value.most > BEYOND:
        if value.units is not None:
            raise PlanError(f"{node} is more than can be added up exactly")
        return attrs.evolve(value, expr=addable(str(node), value.expr))
    return value


def _column(name: str, schema: Mapping[str, pl.DataType]) -> Typed:
    if name not in schema:
        raise UnknownName(f"no column {name!r}", hint=nearest(name, [n for n in schema if not n.startswith("@")]))
    kind, column = schema[name], pl.col(name)
    if isinstance(kind, pl.Decimal):
        most = 10 ** (kind.precision or FINEST)
        return Typed(column.to_physical().cast(pl.Int128), "exact", kind.scale or 0, most=most)
    if kind.is_integer():
        return Typed(column.cast(pl.Int128), "exact", most=_WIDTHS.get(type(kind), 2**127))
    if kind.is_float():
        return Typed(column.cast(pl.Float64), "float")
    if isinstance(kind, pl.String):
        return Typed(column, "text")
    if isinstance(kind, pl.Categorical):
        return Typed(column.cast(pl.String), "text")
    if isinstance(kind, pl.Boolean):
        return Typed(column, "bool")
    if isinstance(kind, pl.Date):
        return Typed(column, "day")
    if isinstance(kind, pl.Datetime):
        return Typed(column.dt.date(), "day")
    return Typed(column, "null" if isinstance(kind, pl.Null) else "other")


def _constant(value: Scalar) -> Typed:
    if isinstance(value, bool):
        return Typed(pl.lit(value), "bool", constant=value)
    if isinstance(value, int | float):
        # What was written, not the nearest binary fraction: 0.05 is five hundredths.
        exact = Decimal(repr(value))
        scale = max(0, -int(exact.as_tuple().exponent))
        units = value if isinstance(value, int) else int(exact.scaleb(scale))
        if scale <= 18 and abs(units) <= MOST:
            return attrs.evolve(_units(units, scale), constant=value)
        if abs(exact) > Decimal(sys.float_info.max):
            raise PlanError(f"a number of {len(str(value))} digits is more than any row's can be")
        return Typed(pl.lit(float(value)), "float", constant=value)
    if isinstance(value, date):
        return Typed(pl.lit(value), "day", constant=value)
    return Typed(pl.lit(value), "text", constant=value)


def _truth(value: Typed, node: Node) -> pl.Expr:
    if value.kind not in ("bool", "null"):
        raise PlanError(f"{node} is no yes-or-no question")
    return value.expr.cast(pl.Boolean)


def _units(units: int, scale: int) -> Typed:
    return Typed(pl.lit(units, dtype=pl.Int128), "exact", scale, most=abs(units), units=units)


def _as_float(value: Typed) -> pl.Expr:
    return unscaled(value.expr.cast(pl.Float64), value.scale) if value.kind == "exact" else value.expr


def _arithmetic(node: Binary, sign: str, left: Typed, right: Typed) -> Typed:
    if left.kind == "day" or right.kind == "day":
        return _calendar(node, sign, left, right)
    if not {left.kind, right.kind} <= {"exact", "float", "null"}:
        raise PlanError(f"{node} is no arithmetic on numbers", hint="text beside + or - is a duration for a day: '30d'")
    if "float" in (left.kind, right.kind) or sign == "/":
        one, other = _as_float(left), _as_float(right)
        result = {"+": one + other, "-": one - other, "*": one * other, "/": quotient_of(one, other)}[sign]
        return Typed(pl.when(result.is_finite()).then(result), "float")
    return _exact(node, "*" if sign == "*" else "+" if sign == "+" else "-", left, right)


def _exact(node: Binary, sign: Literal["+", "-", "*"], left: Typed, right: Typed) -> Typed:
    """Whole numbers worked out exactly, or refused: what wrapped round would be wrong without a word."""
    scale = left.scale + right.scale if sign == "*" else max(left.scale, right.scale)
    if scale > FINEST:
        raise PlanError(
            f"{node} has {scale} decimals, and no more than {FINEST} can be held", hint="declare fewer decimals"
        )
    lifts = (0, 0) if sign == "*" else (scale - left.scale, scale - right.scale)
    one, other = left.most * 10 ** lifts[0], right.most * 10 ** lifts[1]
    most = one * other if sign == "*" else one + other
    if left.units is not None and right.units is not None and most <= MOST:
        first, second = left.units * 10 ** lifts[0], right.units * 10 ** lifts[1]
        return _units(first * second if sign == "*" else first + second if sign == "+" else first - second, scale)
    expr = worked(str(node), sign, _filled(left), _filled(right), lifts, most=most)
    return Typed(expr, "exact", scale, most=min(most, MOST))


def _filled(value: Typed) -> pl.Expr:
    return value.expr.cast(pl.Int128) if value.kind == "null" else value.expr


def _calendar(node: Binary, sign: str, left: Typed, right: Typed) -> Typed:
    if left.kind == right.kind == "day" and sign == "-":
        return Typed((left.expr - right.expr).dt.total_days().cast(pl.Int128), "exact")
    if left.kind == "day" and isinstance(right.constant, str) and sign in "+-":
        length = Duration.parse(right.constant)
        before = "-" if sign == "-" else ""
        moved = left.expr.dt.offset_by(f"{before}{length.months}mo").dt.offset_by(f"{before}{length.days}d")
        return Typed(moved, "day")
    raise PlanError(f"{node} is no arithmetic on days", hint="write joined_on + '30d', or the difference of two days")


def _alike(node: Node, left: Typed, right: Typed) -> tuple[Typed, Typed]:
    kinds = {left.kind, right.kind}
    if kinds == {"exact"}:
        scale = max(left.scale, right.scale)
        one, other = (lifted(side.expr, scale - side.scale, most=side.most) for side in (left, right))
        return Typed(one, "exact", scale), Typed(other, "exact", scale)
    if kinds == {"exact", "float"}:
        return Typed(_as_float(left), "float"), Typed(_as_float(right), "float")
    if kinds == {"day", "text"}:
        return _as_day(node, left), _as_day(node, right)
    if len(kinds - {"null"}) > 1 or "other" in kinds:
        what = f"{node} compares {_NAMES[left.kind]} with {_NAMES[right.kind]}"
        raise PlanError(what, hint="compare like with like")
    return left, right


def _as_day(node: Node, value: Typed) -> Typed:
    if value.kind == "day":
        return value
    if isinstance(value.constant, str):
        try:
            return Typed(pl.lit(read_day(value.constant)), "day")
        except ValueError:
            raise PlanError(f"{node} compares a day with {value.constant!r}", hint="write date('2022-09-11')") from None
    # Exactly ISO, as days are read everywhere: a lenient reading would take 2022-1-2 for what it may not be.
    iso = pl.when(value.expr.str.contains(r"^\d{4}-\d{2}-\d{2}")).then(value.expr.str.slice(0, 10))
    return Typed(iso.str.to_date("%Y-%m-%d", strict=False), "day")


def _compared(sign: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    match sign:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right
