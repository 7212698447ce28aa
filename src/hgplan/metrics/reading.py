"""How the text form is read: Python's grammar for expressions, walked by an allow-list and never evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn, TypeVar, cast

from hgplan.errors import PlanError, nearest
from hgplan.metrics.nodes import (
    ArithmeticSign,
    Between,
    Binary,
    Column,
    Compare,
    ComparisonSign,
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

__all__ = [
    "COMPARISONS",
    "SIGNS",
    "bind",
    "dotted",
    "expression",
    "literal",
    "predicate",
    "refuse",
    "syntax",
]

LONGEST: Final = 20_000
SIGNS: Final[Mapping[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_TESTS: Final = ("is_in", "is_between", "is_null", "is_not_null", "starts_with")

_T = TypeVar("_T")


def syntax(text: str, read: Callable[[ast.expr], _T]) -> _T:
    """Read `text` by `read`, with every fault told as PlanError with the place in the text."""
    if len(text) > LONGEST:
        raise PlanError(f"a formula of {len(text)} characters is too long to be read", hint=f"at most {LONGEST}")
    try:
        # Only in brackets can a formula run over several lines.
        several = "\n" in text.strip()
        tree = ast.parse(f"(\n{text}\n)" if several else text.strip(), mode="eval").body
        if several and tree.lineno == 1:
            raise SyntaxError("a bracket is closed that was not opened", ("", 2, 1, text))
        return read(tree)
    except SyntaxError as fault:
        raise PlanError(
            f"{text!r} can't be read: {fault.msg}", where=_place(fault.lineno or 1, fault.offset or 1)
        ) from None
    except (RecursionError, MemoryError):
        raise PlanError("the formula is nested too deep to be read") from None
    except ValueError as fault:
        if isinstance(fault, PlanError):
            raise
        raise PlanError(f"the formula can't be read: {fault}") from None


def refuse(node: ast.AST, why: str, hint: str | None = None) -> NoReturn:
    """Raise PlanError for a piece of the text, with what was written there."""
    place = _place(getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1)
    raise PlanError(f"{ast.unparse(node)!r} {why}", where=place, hint=hint)


def _place(line: int, character: int) -> str:
    # The line that opens the brackets around several lines is none of the formula's own.
    return f"{f'line {line - 1}, ' if line > 1 else ''}character {character} of the formula"


def dotted(node: ast.expr) -> str | None:
    """The dotted name that a node is, if it is nothing else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)) is not None:
        return f"{owner}.{node.attr}"
    return None


def literal(node: ast.expr) -> Scalar | None:
    """A value written in the text: text, a number, True, False, None, or `date('2022-09-11')`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool | None):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return -value
    if isinstance(node, ast.Call) and dotted(node.func) == "date" and len(node.args) == 1 and not node.keywords:
        day = literal(node.args[0])
        if isinstance(day, str):
            try:
                return read_day(day)
            except ValueError:
                refuse(node, "is no day", "write date('2022-09-11')")
    refuse(node, "is no value", "write text in quotes, a number, True, False or date('2022-09-11')")


def bind(call: ast.Call, readers: Mapping[str, Callable[[ast.expr], object]], *, required: int = 0) -> dict[str, Any]:
    """A call's arguments by name, each read by its reader; the first `required` must be there."""
    names = list(readers)
    bound: dict[str, Any] = {}
    if len(call.args) > len(names):
        refuse(call, f"takes at most {len(names)} arguments" if names else "takes no arguments")
    for name, value in zip(names, call.args, strict=False):
        if isinstance(value, ast.Starred):
            refuse(value, "can't stand in a formula")
        bound[name] = readers[name](value)
    for keyword in call.keywords:
        if keyword.arg is None:
            refuse(call, "can't take arguments from a mapping")
        if keyword.arg not in readers:
            refuse(call, f"has no argument {keyword.arg!r}", nearest(keyword.arg, names))
        if keyword.arg in bound:
            refuse(call, f"gives {keyword.arg!r} twice")
        bound[keyword.arg] = readers[keyword.arg](keyword.value)
    for name in names[:required]:
        if name not in bound:
            refuse(call, f"needs {name!r}")
    return bound


def expression(node: ast.expr) -> Node:
    """Read a row expression."""
    if (name := dotted(node)) is not None:
        return Column(name)
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
            return Binary(cast(ArithmeticSign, SIGNS[type(op)]), expression(left), expression(right))
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() as op, right=right):
            return Logical("&" if isinstance(op, ast.BitAnd) else "|", predicate(left), predicate(right))
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return Not(predicate(operand))
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
            return Binary("-", Constant(0), expression(operand))
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            refuse(node, "is not row by row", "write & | ~ with brackets instead of and, or, not")
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            return Compare(cast(ComparisonSign, COMPARISONS[type(op)]), expression(left), expression(right))
        case ast.Compare():
            refuse(node, "compares more than two things", "put brackets around each comparison, join them with & or |")
        case ast.Call(func=ast.Attribute(value=of, attr=test)) if test in _TESTS:
            return _test(node, test, of)
        case ast.Call(func=ast.Name(id="col"), args=[ast.Constant(value=str() as name)], keywords=[]):
            return Column(name)
        case ast.Call(func=ast.Attribute(attr=test)):
            refuse(node, f"asks {test!r}, which is no test", nearest(test, _TESTS))
        case _:
            value = literal(node)
            if value is None:
                refuse(node, "compares to nothing", "ask .is_null()")
            return Constant(value)


def _test(call: ast.Call, test: str, of: ast.expr) -> Node:
    match test:
        case "is_in":
            bound = bind(call, {"values": _values}, required=1)
            return IsIn(expression(of), cast("tuple[Scalar, ...]", bound["values"]))
        case "is_between":
            bound = bind(call, {"low": expression, "high": expression}, required=2)
            return Between(expression(of), cast(Node, bound["low"]), cast(Node, bound["high"]))
        case "starts_with":
            bound = bind(call, {"prefix": literal}, required=1)
            if not isinstance(bound["prefix"], str):
                refuse(call, "needs a text")
            return StartsWith(expression(of), bound["prefix"])
        case _:
            bind(call, {})
            return IsNull(expression(of), negated=test == "is_not_null")


def _values(node: ast.expr) -> tuple[Scalar, ...]:
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        refuse(node, "is no list", "write is_in(['door', 'phone'])")
    values = [literal(element) for element in node.elts]
    if any(value is None for value in values):
        refuse(node, "holds None, which nothing equals", "ask .is_null() beside")
    return tuple(cast("list[Scalar]", values))


def predicate(node: ast.expr) -> Node:
    """Read a yes-or-no question about a row."""
    read = expression(node)
    if isinstance(read, Binary | Constant):
        refuse(node, "is no yes-or-no question", "compare it with something")
    return read
