"""What is worked out of a row is exact where 128 bits can hold it, and refused where not: never wrong in silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import DataError, Events, PlanError, Workspace, decimal
from hgplan.engine.rowwise import lower, number
from hgplan.metrics.parse import parse_expression, parse_predicate

MOST = 2**127 - 2


def asked(formula: str, columns: dict[str, Any], rows: dict[str, list[object]]) -> float | None:
    days = [date(2022, 1, 5)] * max(map(len, rows.values()))
    table = Events("e", at="at", columns=columns)
    ws = Workspace(tables=[table], data={"e": pl.DataFrame({"at": days, **rows})})
    value: float | None = ws.measure([formula], until="2022-01-31")["value"].item()
    return value


@pytest.mark.parametrize(
    ("scale", "amount", "formula", "right"),
    [
        (4, "100", "e.mean(a * a * a * a * a)", 1e10),
        (4, "0.01", "e.mean(a * a * a * a * a)", 1e-10),
        (10, "100", "e.where(a * a * a > 5).count()", 1),
        (10, "-100", "e.where(a * a * a > 5).count()", 0),
        (10, "-100", "e.where(a * a * a < 5).count()", 1),
        (14, "1", "e.where(a * a > 0.5).count()", 1),
        (14, "1", "e.where(a * a == 1).count()", 1),
        (14, "1", "e.where((a * a).is_between(0.999, 1.001)).count()", 1),
        (14, "1", "e.where((a * a).is_in([2, 1])).count()", 1),
        (14, "0.00000000000001", "e.where(a * a > 0).count()", 1),
        (14, "5", "e.sum(a * 2 * 3)", 30),
    ],
)
def test_a_product_of_decimals_that_can_be_held_is_right(scale: int, amount: str, formula: str, right: float) -> None:
    assert asked(formula, {"a": decimal(scale)}, {"a": [amount]}) == right


@pytest.mark.parametrize(
    ("scale", "amount", "formula", "what"),
    [
        (14, "1", "e.where(a * a * a > 0.5).count()", "a * a * a has 42 decimals, and no more than 38 can be held"),
        (10, "100000", "e.where(a * a * a > 5).count()", "a * a * a is more than can be held exactly in 1 row"),
        (4, "100000", "e.where(a * a * a * a * a > 5).count()", "a * a * a * a * a is more than can be held"),
        (4, "100000", "e.sum(a * a * a * a * a)", "a * a * a * a * a is more than can be held exactly in 1 row"),
    ],
)
def test_a_product_that_can_t_be_held_is_refused(scale: int, amount: str, formula: str, what: str) -> None:
    with pytest.raises((DataError, PlanError)) as told:
        asked(formula, {"a": decimal(scale)}, {"a": [amount]})
    # Not a word of the engine's own expressions, nor of what a row holds.
    assert str(told.value).startswith(what)
    assert "\n" not in told.value.what
    assert "decimals" in (told.value.hint or "")
    assert amount not in str(told.value)


@pytest.mark.parametrize("verb", ["sum", "mean", "max"])
def test_a_product_of_whole_numbers_that_is_too_large_is_told_with_its_own_size(verb: str) -> None:
    with pytest.raises(DataError, match=f"counts to {2**120},") as told:
        asked(f"e.{verb}(n * n)", {"n": "int"}, {"n": [2**60]})
    assert "2**63 - 1" in told.value.what


def test_products_that_add_up_to_more_than_can_be_held_are_refused() -> None:
    with pytest.raises(DataError, match=r"^n \* n is more than can be added up exactly over 8 rows"):
        asked("e.sum(n * n)", {"n": "int"}, {"n": [2**62] * 8})


@pytest.mark.parametrize("amount", [10**40, -(10**40), 1e300, 3.5e38])
def test_a_number_beyond_all_rows_is_compared_rightly(amount: float) -> None:
    count = asked(f"e.where(a > {amount!r}).count()", {"a": decimal(2)}, {"a": ["1.50", "-1.50", None]})
    assert count == (0 if amount > 0 else 2)


def test_a_number_that_no_machine_holds_is_refused() -> None:
    with pytest.raises(PlanError, match="a number of 401 digits"):
        asked(f"e.where(a > {10**400}).count()", {"a": decimal(2)}, {"a": ["1.50"]})


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ("e.count() / e.sum(a * a)", 1e-18),
        ("e.sum(a * a) / e.count()", 1e18),
        ("e.sum(a * a).default(1.5) / 2", 5e17),
        ("e.where(a < 0).sum(a * a).default(1e25)", 1e25),
    ],
)
def test_figures_of_many_decimals_are_divided_and_filled_in_whatever_their_scales(formula: str, right: float) -> None:
    assert asked(formula, {"a": decimal(9)}, {"a": ["1000000000"]}) == pytest.approx(right)


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        ("e.count() * 10000000000000000000 + e.sum(a * a)", "a sum of figures is more than can be held exactly"),
        ("e.count() * 10000000000000000000 - e.sum(a * a)", "a sum of figures is more than can be held exactly"),
        ("e.sum(a * a) * e.sum(a * a)", "a product of figures is more than can be held exactly"),
        ("(e.sum(a * a) * 0.000001) * (e.sum(a) * 0.000001)", "a product of figures is more than can be held"),
    ],
)
def test_figures_that_can_t_be_put_together_exactly_are_refused(formula: str, what: str) -> None:
    with pytest.raises(DataError, match=what):
        asked(formula, {"a": decimal(10)}, {"a": ["0.0000000001"]})


units = st.integers(-(10**36), 10**36) | st.integers(-100, 100) | st.sampled_from([0, 10**36, 2**63, -(2**63)])


@given(
    st.sampled_from("+-*"), st.integers(0, 18), st.integers(0, 18),
    st.lists(st.tuples(units | st.none(), units | st.none()), max_size=4),
)  # fmt: skip
def test_arithmetic_on_decimals_is_python_s_or_refused(
    sign: str, scale: int, other: int, rows: list[tuple[int | None, int | None]]
) -> None:
    kinds = {"a": pl.Decimal(38, scale), "b": pl.Decimal(38, other)}
    cells = [{"a": _decimal(a, scale), "b": _decimal(b, other)} for a, b in rows]
    frame = pl.DataFrame(cells, schema=kinds)
    finest = scale + other if sign == "*" else max(scale, other)
    right = [_exact(sign, a, scale, b, other, finest) for a, b in rows]
    value = lower(parse_expression(f"a {sign} b").node, frame.schema)
    assert value.scale == finest
    if any(one is not None and abs(one) > MOST for one in right):
        with pytest.raises(DataError, match="more than can be held exactly"):
            frame.select(value.expr)
    else:
        assert frame.select(value.expr.alias("x"))["x"].to_list() == right


def _decimal(of: int | None, scale: int) -> Decimal | None:
    return None if of is None else Decimal(f"{of}E-{scale}")


def _exact(sign: str, a: int | None, scale: int, b: int | None, other: int, finest: int) -> int | None:
    if a is None or b is None:
        return None
    if sign == "*":
        return a * b
    one: int = a * 10 ** (finest - scale)
    two: int = b * 10 ** (finest - other)
    return one + two if sign == "+" else one - two


@given(
    st.sampled_from(["<", "<=", "==", "!=", ">=", ">"]), st.integers(0, 38), st.integers(0, 38),
    st.lists(st.tuples(units, units), min_size=1, max_size=4),
)  # fmt: skip
def test_decimals_of_any_scales_compare_as_fractions_do(
    sign: str, scale: int, other: int, rows: list[tuple[int, int]]
) -> None:
    kinds = {"a": pl.Decimal(38, scale), "b": pl.Decimal(38, other)}
    cells = [{"a": _decimal(a, scale), "b": _decimal(b, other)} for a, b in rows]
    frame = pl.DataFrame(cells, schema=kinds)
    found = frame.select(lower(parse_predicate(f"a {sign} b").node, frame.schema).expr.alias("x"))["x"].to_list()
    pairs = [(Fraction(a, 10**scale), Fraction(b, 10**other)) for a, b in rows]
    tests = {"<": "__lt__", "<=": "__le__", "==": "__eq__", "!=": "__ne__", ">=": "__ge__", ">": "__gt__"}
    assert found == [getattr(a, tests[sign])(b) for a, b in pairs]


def test_what_is_the_same_for_all_rows_is_worked_out_once() -> None:
    frame = pl.DataFrame({"a": [1, None, 3]})
    assert frame.select(number(parse_expression("a * (2 * 3 - 0.5)").node, frame.schema).expr)["a"].to_list() == [
        55, None, 165,
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["sum", "mean"])
@pytest.mark.parametrize(
    "fees",
    [
        pl.Series([Decimal(9 * 10**36)] * 30, dtype=pl.Decimal(38, 1)),
        pl.Series([Decimal(-9 * 10**36)] * 4, dtype=pl.Decimal(38, 1)),
        pl.Series([2**126] * 4, dtype=pl.Int128),
    ],
    ids=["many", "below nought", "whole"],
)
def test_a_column_whose_sum_can_t_be_held_is_refused(fees: pl.Series, verb: str) -> None:
    data = {"fees": pl.DataFrame({"day": ["2022-01-01"] * len(fees), "fee": fees})}
    workspace = Workspace(tables=[Events("fees", at="day")], data=data)
    with pytest.raises(DataError, match="fee is more than can be added up exactly"):
        workspace.measure(f"fees.{verb}(fee)", until="2022-12-31")


def test_a_column_of_the_widest_kind_is_added_exactly() -> None:
    fees = pl.Series([Decimal(10**24), Decimal(-(10**24)), Decimal("0.01")], dtype=pl.Decimal(38, 2))
    data = {"fees": pl.DataFrame({"day": ["2022-01-01"] * 3, "fee": fees})}
    workspace = Workspace(tables=[Events("fees", at="day")], data=data)
    assert workspace.measure("fees.sum(fee)", until="2022-12-31")["value"].to_list() == [0.01]


def test_a_decimal_is_the_float_nearest_to_it_however_many_are_told_at_once() -> None:
    fees = Events("fees", at="day", columns={"fee": decimal(2)})
    days = [f"2022-{month:02}-01" for month in range(1, 13)]
    rows = pl.DataFrame({"day": days, "fee": [f"0.{7 * month:02}" for month in range(1, 13)]})
    space = Workspace(tables=[fees], data={"fees": rows})
    for metric in ("fees.sum(fee)", "fees.quantile(fee, 1)", "fees.max(fee)"):
        told = space.measure(metric, every="month")["value"].to_list()
        assert told == [float(f"0.{7 * month:02}") for month in range(1, 13)]


@pytest.mark.parametrize("kind", [pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64])
def test_a_sum_is_wider_than_the_numbers_that_it_is_made_of(kind: Any) -> None:
    fees = Events("fees", at="day")
    most = int(pl.select(kind.max()).item() // (1 if kind not in (pl.Int64, pl.UInt64) else 16))
    rows = pl.DataFrame({"day": ["2022-01-01"] * 5, "fee": pl.Series([most] * 5, dtype=kind)})
    space = Workspace(tables=[fees], data={"fees": rows})
    told = space.measure(["fees.sum(fee)", "fees.where(fee > 0).sum(fee)", "fees.mean(fee).numerator"], every="month")
    assert told["value"].to_list() == [float(5 * most)] * 3
