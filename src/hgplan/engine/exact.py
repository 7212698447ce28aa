"""Arithmetic on figures: whole numbers until the last step, and one division at the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import polars as pl

from hgplan.engine.grid import Figures, Grid, Numbers, State
from hgplan.engine.held import FINEST, MOST, quotient_of, unscaled
from hgplan.engine.rowwise import BEYOND
from hgplan.errors import DataError, PlanError
from hgplan.metrics.measures import NumberSign, Part

__all__ = ["as_float", "combined", "constant", "exactly", "part", "room_for"]

_LARGEST_SCALE = 18


def exactly(value: int | float) -> tuple[int, int] | None:
    """A number as whole units of `10**-scale`: what was written, not the nearest binary fraction.

    >>> exactly(0.05), exactly(12)
    ((5, 2), (12, 0))
    """
    written = Decimal(repr(value))
    scale = max(0, -int(written.as_tuple().exponent))
    return (int(written.scaleb(scale)), scale) if scale <= _LARGEST_SCALE else None


def constant(grid: Grid, value: int | float) -> Figures:
    """A number on every cell, with no rows behind it."""
    units = exactly(value)
    cells = grid.cells.select("@cell")
    if units is None:
        return Figures.of(cells, pl.lit(float(value)), numbers="derived", rows=pl.lit(0))
    return Figures.of(cells, pl.lit(units[0], dtype=pl.Int128), scale=units[1], rows=pl.lit(0))


def as_float(column: pl.Expr, numbers: Numbers, scale: int) -> pl.Expr:
    """Exact units as a float, rounded once."""
    return unscaled(column.cast(pl.Float64), scale if numbers == "exact" else 0)


def combined(sign: NumberSign, left: Figures, right: Figures) -> Figures:
    """One figure out of two; a null on either side makes null, the worst availability stands."""
    named = right.frame.rename({name: f"{name}_2" for name in right.frame.columns})
    both = left.frame.hstack(named)
    rows = pl.col("rows") + pl.col("rows_2")
    state = pl.max_horizontal("state", "state_2")
    complete = pl.min_horizontal("complete", "complete_2")
    exact = left.numbers == right.numbers == "exact"
    one, other = pl.col("x"), pl.col("x_2")
    if sign == "/":
        quotient = pl.col("@quotient")
        told = pl.max_horizontal(state, pl.when(quotient.is_null()).then(State.undefined).otherwise(0).cast(pl.Int8))
        return Figures.of(
            both.with_columns(_quotient(left, right).alias("@quotient")),
            quotient,
            numbers="derived",
            rows=rows,
            state=told,
            complete=complete,
            numerator=one,
            denominator=other,
            above=(left.numbers, left.scale),
            below=(right.numbers, right.scale),
        )
    if not exact:
        a, b = as_float(one, left.numbers, left.scale), as_float(other, right.numbers, right.scale)
        result = {"+": a + b, "-": a - b, "*": a * b}[sign]
        kind: Numbers = "derived" if "derived" in (left.numbers, right.numbers) else "float"
        finite = pl.when(result.is_finite()).then(result)
        return Figures.of(both, finite, numbers=kind, rows=rows, state=state, complete=complete)
    if sign == "*":
        _refuse_overflow(left, right)
        return Figures.of(both, one * other, scale=left.scale + right.scale, rows=rows, state=state, complete=complete)
    scale = max(left.scale, right.scale)
    if sum(_lifted_size(side, scale) for side in (left, right)) > MOST:
        raise DataError("a sum of figures is more than can be held exactly", hint="declare fewer decimals")
    a, b = one * _power(scale - left.scale), other * _power(scale - right.scale)
    return Figures.of(both, a + b if sign == "+" else a - b, scale=scale, rows=rows, state=state, complete=complete)


def _refuse_overflow(left: Figures, right: Figures) -> None:
    """Refuse a product that would wrap round without a word."""
    if left.scale + right.scale > FINEST or _size(left) * _size(right) >= BEYOND:
        raise DataError("a product of figures is more than can be held exactly", hint="divide before you multiply")


def _size(figures: Figures) -> int:
    column = figures.frame["x"]
    ends: list[Any] = [column.min(), column.max()]
    return max((abs(int(end)) for end in ends if end is not None), default=0)


def _lifted_size(figures: Figures, scale: int) -> int:
    lift: int = 10 ** (scale - figures.scale)
    return _size(figures) * lift


def _power(exponent: int) -> pl.Expr:
    return pl.lit(10**exponent, dtype=pl.Int128)


def _quotient(left: Figures, right: Figures) -> pl.Expr:
    one, other = pl.col("x"), pl.col("x_2")
    scale = max(left.scale, right.scale)
    exact = left.numbers == right.numbers == "exact"
    if exact and all(_lifted_size(side, scale) <= MOST for side in (left, right)):
        # Both sides in the same units, so that the only rounding is the division's own.
        above, below = one * _power(scale - left.scale), other * _power(scale - right.scale)
        quotient = quotient_of(above.cast(pl.Float64), below.cast(pl.Float64))
    else:
        below = as_float(other, right.numbers, right.scale)
        quotient = quotient_of(as_float(one, left.numbers, left.scale), below)
    return pl.when((below != 0) & quotient.is_finite()).then(quotient)


def part(whole: Figures, measure: Part) -> Figures:
    """The numerator or the denominator beside figures, as figures of its own."""
    kind = whole.numerator if measure.side == "numerator" else whole.denominator
    if kind is None:
        raise PlanError(
            f"{measure.of} has no {measure.side}",
            hint="only rates have: /, mean, retained, converted, coverage, mean_of_units",
        )
    numbers, scale = kind
    column = pl.col(measure.side)
    found = pl.when(column.is_null()).then(State.undefined).otherwise(State.available)
    told = pl.when(pl.col("state") <= State.undefined).then(found).otherwise("state")
    return Figures.of(
        whole.frame, column, numbers=numbers, scale=scale, rows=pl.col("rows"), state=told, complete=pl.col("complete")
    )


def room_for(figures: Figures, value: int | float) -> tuple[Figures, pl.Expr]:
    """The figures in units fine enough for a number, and the number in those units."""
    units = exactly(value)
    scale = max(figures.scale, units[1]) if units else 0
    fits = units and abs(units[0]) * 10 ** (scale - units[1]) <= MOST and _lifted_size(figures, scale) <= MOST
    if figures.numbers != "exact" or units is None or not fits:
        floated = figures.frame.with_columns(as_float(pl.col("x"), figures.numbers, figures.scale))
        kind: Numbers = "derived" if figures.numbers == "exact" else figures.numbers
        return attrs.evolve(figures, frame=floated, numbers=kind, scale=0), pl.lit(float(value))
    finer = figures.frame.with_columns(pl.col("x") * _power(scale - figures.scale))
    return attrs.evolve(figures, frame=finer, scale=scale), pl.lit(units[0] * 10 ** (scale - units[1]), dtype=pl.Int128)
