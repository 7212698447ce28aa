"""Whole numbers of 128 bits that are worked out row by row: exact, or refused; they never wrap round without a word."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Literal, TypeAlias

import polars as pl

from hgplan.errors import DataError, Location

__all__ = ["FINEST", "MOST", "TooLarge", "addable", "lifted", "quotient_of", "unscaled", "worked"]

Sign: TypeAlias = Literal["+", "-", "*"]

# One less than 128 bits hold: the last one stands for all that lies beyond.
MOST: Final = 2**127 - 2
_BEYOND: Final = 2**127 - 1
FINEST: Final = 38
_WORK: Final[dict[Sign, Callable[[int, int], int]]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class TooLarge(DataError):
    """A number worked out of a row that can't be held exactly."""

    def __init__(self, what: str, *, where: Location | str | None = None, hint: str | None = None) -> None:
        # polars makes an exception of its callers anew and writes its own expression below the words.
        super().__init__(what.partition("\n")[0], where=where, hint=hint or "declare fewer decimals, or divide first")


def worked(
    said: str, sign: Sign, left: pl.Expr, right: pl.Expr, lifts: tuple[int, int] = (0, 0), *, most: int
) -> pl.Expr:
    """The sum, difference or product of two columns of whole numbers, each first times `10**lift`.

    `most` is what the answer can't be above, as far as the columns' types tell. Raises TooLarge, as the rows are read,
    where the number of a row can't be held; `said` is how the calculation is written.
    """
    if most <= MOST:
        one, other = (
            column * _power(lift) if lift else column for column, lift in zip((left, right), lifts, strict=True)
        )
        return one + other if sign == "+" else one - other if sign == "-" else one * other
    return pl.map_batches([left, right], partial(_worked, said, sign, lifts), return_dtype=pl.Int128)


def _worked(said: str, sign: Sign, lifts: tuple[int, int], columns: Sequence[pl.Series]) -> pl.Series:
    sizes = [_size(column) * 10**lift for column, lift in zip(columns, lifts, strict=True)]
    if max(*(10**lift for lift in lifts), _WORK["*" if sign == "*" else "+"](*sizes)) <= MOST:
        frame = pl.select(worked(said, sign, pl.lit(columns[0]), pl.lit(columns[1]), lifts, most=MOST))
        return frame.to_series()
    length = 0 if any(column.is_empty() for column in columns) else max(map(len, columns))
    one, other = (
        [None if value is None else value * 10**lift for value in _long(column, length)]
        for column, lift in zip(columns, lifts, strict=True)
    )
    found = [None if a is None or b is None else _WORK[sign](a, b) for a, b in zip(one, other, strict=True)]
    beyond = sum(value is not None and abs(value) > MOST for value in found)
    if beyond:
        raise TooLarge(f"{said} is more than can be held exactly in {beyond} row{'s' if beyond > 1 else ''}")
    return pl.Series(found, dtype=pl.Int128)


def lifted(column: pl.Expr, lift: int, *, most: int) -> pl.Expr:
    """The column times `10**lift`, to be compared: what can't be held stands above, or below, all that can."""
    if most * 10**lift <= MOST:
        return column * _power(lift) if lift else column
    held = MOST // 10**lift
    beyond = pl.lit(_BEYOND, dtype=pl.Int128)
    # Where not even one unit can be held, only nought is left to be lifted.
    inside = column * _power(lift) if held else pl.lit(0, dtype=pl.Int128)
    return (
        pl.when(column > pl.lit(held, dtype=pl.Int128))
        .then(beyond)
        .when(column < pl.lit(-held, dtype=pl.Int128))
        .then(-beyond)
        .when(column.is_not_null())
        .then(inside)
    )


def addable(said: str, column: pl.Expr) -> pl.Expr:
    """The column, raising TooLarge as it is read where a sum of its rows might not be held."""
    return column.map_batches(partial(_addable, said), return_dtype=pl.Int128)


def _addable(said: str, column: pl.Series) -> pl.Series:
    if _size(column) * len(column) > MOST:
        raise TooLarge(f"{said} is more than can be added up exactly over {len(column)} rows")
    return column


def _size(column: pl.Series) -> int:
    ends: list[Any] = [column.min(), column.max()]
    return max((abs(int(end)) for end in ends if end is not None), default=0)


def _long(column: pl.Series, length: int) -> list[int | None]:
    """The values, a constant as often as there are rows."""
    values = column.to_list()
    return values * length if len(values) == 1 else values[:length]


def _power(lift: int) -> pl.Expr:
    return pl.lit(10**lift, dtype=pl.Int128)


def quotient_of(above: pl.Expr, below: pl.Expr | int) -> pl.Expr:
    """A quotient of floats, rounded once and alike however many rows there are.

    Polars multiplies a column by the reciprocal of what is the same in every row, and 3 / 10 were 0.30000000000000004;
    so what is divided by is made to look as if it were not.
    """
    return above / (above.sign() * 0 + below)


def unscaled(column: pl.Expr, scale: int) -> pl.Expr:
    """Floats over `10**scale`, each rounded once."""
    return quotient_of(column, 10**scale) if scale else column
