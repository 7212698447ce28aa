"""The text form of measures: `parse(str(measure)) == measure`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final, cast, get_args

from hgplan.errors import nearest
from hgplan.metrics.counts import (
    Active,
    Aggregated,
    Average,
    Converted,
    Count,
    Coverage,
    Distinct,
    Extreme,
    Mean,
    Picked,
    Quantile,
    Retained,
    Sum,
    Survival,
    Units,
)
from hgplan.metrics.expressions import Expression, Predicate, node_of, predicate_of
from hgplan.metrics.measures import (
    Comparison,
    Default,
    Formula,
    Having,
    Joined,
    MeanOfUnits,
    Measure,
    Named,
    Number,
    NumberSign,
    Part,
    Previous,
    Shift,
    ToDate,
    Trailing,
)
from hgplan.metrics.nodes import Column, Scalar
from hgplan.metrics.reading import COMPARISONS, SIGNS, bind, dotted, expression, literal, predicate, refuse, syntax
from hgplan.metrics.rows import (
    Bridged,
    CarryForward,
    During,
    Ends,
    First,
    RowSet,
    Scope,
    SpellRows,
    Starts,
    Step,
    Where,
)

__all__ = ["parse", "parse_expression", "parse_having", "parse_predicate", "verbs"]

Readers = Mapping[str, Callable[[ast.expr], object]]


def parse(text: str) -> Measure:
    """Read a measure from its text form; the text is walked by an allow-list and never evaluated.

    A word with a verb of rows is a table, any other word is a metric's name.

    >>> parse("memberships.starts().where(channel == 'door').distinct() / memberships.starts().distinct()").left
    Distinct(rows=RowSet(table='memberships', steps=(Starts(scope='unit', gap=None), \
Where(predicate=Compare(sign='==', left=Column(name='channel'), right=Constant(value='door'))))), key=None, having=None)
    """
    return syntax(text, _measure)


def parse_expression(text: Expression | Scalar) -> Expression:
    """Read a row expression; a text is its text form."""
    if isinstance(text, str):
        return Expression(syntax(text, expression))
    return Expression(node_of(text))


def parse_predicate(text: Predicate | Expression | str) -> Predicate:
    """Read a predicate; a text is its text form."""
    return Predicate(syntax(text, predicate)) if isinstance(text, str) else predicate_of(text)


def parse_having(text: str) -> Having:
    """Read a question about each key's figure."""
    return syntax(text, _having)


def _text(node: ast.expr) -> str:
    value = literal(node)
    if not isinstance(value, str):
        refuse(node, "is no text", "put it in quotes")
    return value


def _or_none(read: Callable[[ast.expr], object]) -> Callable[[ast.expr], object]:
    return lambda node: None if isinstance(node, ast.Constant) and node.value is None else read(node)


def _number(node: ast.expr) -> int | float:
    value = literal(node)
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(node, "is no number")
    return value


def _column(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    read = expression(node)
    if not isinstance(read, Column):
        refuse(node, "is no column")
    return read.name


def _quoted(read: Callable[[ast.expr], object]) -> Callable[[ast.expr], object]:
    """Read what stands in quotes as its text form, as the verbs do in Python: `sum('dialogues * 2')`."""
    return lambda node: (
        syntax(node.value, read) if isinstance(node, ast.Constant) and isinstance(node.value, str) else read(node)
    )


def _columns(node: ast.expr) -> tuple[str, ...]:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return tuple(_column(part) for part in parts)


def _rows(node: ast.expr) -> RowSet:  # noqa: RET503  # refuse never returns
    if isinstance(node, ast.Name):
        return RowSet(node.id)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        verb = node.func.attr
        if verb in _STEPS and not _is_pick(node):
            make, readers, required = _STEPS[verb]
            return _rows(node.func.value).then(make(**bind(node, readers, required=required)))
        if verb not in verbs():
            refuse(node, f"asks {verb!r}, which is no verb", nearest(verb, verbs()))
        refuse(node, "is a figure, not rows", nearest(verb, _STEPS))
    refuse(node, "names no rows", "begin with a table's name")


def _is_pick(call: ast.Call) -> bool:
    """Whether `first` is the snapshots' verb: that one takes what to add, the events' one a scope at most."""
    verb = cast(ast.Attribute, call.func).attr
    if verb != "first":
        return False
    scope = isinstance(call.args[0], ast.Constant) and call.args[0].value in get_args(Scope) if call.args else False
    given = bool(call.args) and not scope
    return given or any(keyword.arg in ("of", "per") for keyword in call.keywords)


_STEPS: Final[Mapping[str, tuple[Callable[..., Step], Readers, int]]] = {
    "where": (Where, {"predicate": _quoted(predicate)}, 1),
    "first": (First, {"scope": _text}, 0),
    "during": (During, {"spells": _rows, "scope": _text}, 1),
    "starts": (Starts, {"scope": _text, "gap": _or_none(_text)}, 0),
    "ends": (Ends, {"scope": _text}, 0),
    "rows": (SpellRows, {"edge": _text}, 1),
    "bridged": (Bridged, {"gap": _text}, 1),
    "carry_forward": (CarryForward, {"max_age": _text}, 1),
}


def _extreme(which: str) -> Callable[..., Measure]:
    return lambda rows, of: Extreme(rows, of, cast(Any, which))


def _picked(which: str) -> Callable[..., Measure]:
    return lambda rows, of, per="entity": Picked(rows, of, cast(Any, which), per)


def _having(node: ast.expr) -> Having:  # noqa: RET503  # refuse never returns
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            return Comparison(cast(Any, COMPARISONS[type(op)]), _measure(left), _measure(right))
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            return Joined("&", _having(left), _having(right))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Joined("|", _having(left), _having(right))
        case _:
            refuse(node, "compares no figure", "write contacts.count() > 2; brackets around each when joined by & or |")


_VALUED: Final[Readers] = {"of": _quoted(expression)}
_COUNTS: Final[Mapping[str, tuple[Callable[..., Measure], Readers, int]]] = {
    "count": (Count, {}, 0),
    "sum": (Sum, _VALUED, 1),
    "mean": (Mean, _VALUED, 1),
    "min": (_extreme("min"), _VALUED, 1),
    "max": (_extreme("max"), _VALUED, 1),
    "quantile": (Quantile, {**_VALUED, "q": _number}, 2),
    "distinct": (Distinct, {"key": _or_none(_column), "having": _or_none(_having)}, 0),
    "units": (Units, {"level": _or_none(_text)}, 0),
    "coverage": (Coverage, {"level": _or_none(_text)}, 0),
    "converted": (
        Converted,
        {
            "to": _rows,
            "within": _or_none(_text),
            "attribution": _text,
            "count": _text,
            "same": _columns,
            "immature": _text,
            "scope": _text,
        },
        1,
    ),
    "active": (Active, {"at": _text}, 0),
    "retained": (Retained, {"horizon": _text, "immature": _text, "scope": _text}, 1),
    "survival": (Survival, {"horizon": _text, "scope": _text}, 1),
    "last": (_picked("last"), {**_VALUED, "per": _or_none(_column)}, 1),
    "first": (_picked("first"), {**_VALUED, "per": _or_none(_column)}, 1),
    "average": (Average, {**_VALUED, "every": _text}, 1),
}
_OVER_TIME: Final[Mapping[str, tuple[Callable[..., Measure], Readers, int]]] = {
    "default": (Default, {"value": _or_none(_number)}, 1),
    "to_date": (ToDate, {"grain": _or_none(_text), "at": _text}, 0),
    "trailing": (Trailing, {"window": _text, "at": _text}, 1),
    "shift": (Shift, {"offset": _or_none(_text), "to": _or_none(_text)}, 0),
    "previous": (Previous, {"offset": _text}, 1),
    "mean_of_units": (MeanOfUnits, {"level": _text}, 1),
}


def _measure(node: ast.expr) -> Measure:  # noqa: RET503  # refuse never returns
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
            return Formula(cast(NumberSign, SIGNS[type(op)]), _measure(left), _measure(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
            return Formula("-", Number(0), _measure(operand))
        case ast.Attribute(value=of, attr="numerator" | "denominator" as side):
            return Part(cast(Any, side), _measure(of))
        case ast.Call(func=ast.Attribute(value=of, attr=verb)) if verb in _OVER_TIME:
            make, readers, required = _OVER_TIME[verb]
            return make(_measure(of), **bind(node, readers, required=required))
        case ast.Call(func=ast.Attribute(value=of, attr="aggregate")):
            return _aggregated(node, _rows(of))
        case ast.Call(func=ast.Attribute(value=of, attr=verb)) if verb in _COUNTS and (
            verb != "first" or _is_pick(node)
        ):
            make, readers, required = _COUNTS[verb]
            return make(_rows(of), **bind(node, readers, required=required))
        case ast.Call(func=ast.Attribute(attr=verb)) if verb in _STEPS:
            refuse(node, "is rows, not a figure", "end with a verb that counts, like .count() or .distinct()")
        case ast.Call(func=func) if (name := dotted(func)) is not None:
            return _named(node, name)
        case ast.Call(func=ast.Attribute(attr=verb)):
            refuse(node, f"asks {verb!r}, which is no verb", nearest(verb, verbs()))
        case ast.Name() | ast.Attribute() if (name := dotted(node)) is not None:
            return Named(name)
        case ast.Constant() | ast.UnaryOp():
            return Number(_number(node))
        case _:
            refuse(node, "is no measure", "write a table's name and its verbs, like contacts.count()")


def verbs() -> tuple[str, ...]:
    """The words that may stand after a dot: what rows, figures and running figures are asked."""
    return (*_COUNTS, *_OVER_TIME, *_STEPS, "aggregate")


def _aggregated(call: ast.Call, of: RowSet) -> Measure:
    if not call.args or call.keywords:
        refuse(call, "needs the aggregate's name and then its columns")
    return Aggregated(of, _text(call.args[0]), tuple(expression(column) for column in call.args[1:]))


def _named(call: ast.Call, name: str) -> Measure:
    if "." in name and (verb := name.rpartition(".")[2]) and call.args:
        refuse(call, f"asks {verb!r}, which is no verb", nearest(verb, verbs()))
    if call.args:
        refuse(call, "takes its parameters by name only", f"write {name}(horizon='6mo')")
    parameters = {keyword.arg: literal(keyword.value) for keyword in call.keywords if keyword.arg is not None}
    if len(parameters) != len(call.keywords):
        refuse(call, "can't take parameters from a mapping")
    return Named(name, cast("dict[str, Any]", parameters))
