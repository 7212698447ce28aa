"""A figure and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

import attrs

Exact = int | Fraction

# From the worst to the best: a measure made of others has the worst of its parts.
AVAILABILITIES: Final = ("not_expected", "immature", "missing", "undefined", "available")


@attrs.frozen(kw_only=True)
class Figure:
    """What a measure gives for one unit, period and group."""

    value: Exact | None
    numerator: Exact | None = None
    denominator: Exact | None = None
    rows: int = 0
    availability: str = "available"
    completeness: Fraction | None = None
    # Whether value, numerator and denominator are of a kind that needs no rounding: a count or a sum, not a quotient.
    exact: bool = True
    exact_numerator: bool = True
    exact_denominator: bool = True

    @property
    def told(self) -> tuple[Exact | None, Exact | None]:
        """Numerator and denominator as the answer tells them."""
        # reading: what is a quotient itself is no whole number or decimal, and isn't told.
        return (
            self.numerator if self.exact_numerator else None,
            self.denominator if self.exact_denominator else None,
        )


def counted(value: Exact, rows: int) -> Figure:
    """A figure that is nought where there is nothing."""
    return Figure(value=value, rows=rows)


def found(value: Exact | None, rows: int, *, exact: bool = True) -> Figure:
    """A figure that isn't there where there is nothing."""
    return Figure(value=value, rows=rows, availability="undefined" if value is None else "available", exact=exact)


def ratio(numerator: Exact, denominator: Exact, rows: int) -> Figure:
    """One thing over another; nothing below the line is no figure."""
    value = None if denominator == 0 else Fraction(numerator) / Fraction(denominator)
    return attrs.evolve(found(value, rows, exact=False), numerator=numerator, denominator=denominator)


def worst(availabilities: Iterable[str]) -> str:
    """The worst availability."""
    return min(availabilities, key=AVAILABILITIES.index, default="available")


def least(shares: Iterable[Fraction | None]) -> Fraction | None:
    """The least of the shares that are there."""
    return min((share for share in shares if share is not None), default=None)


def emptied(figure: Figure, availability: str) -> Figure:
    """The figure where there is none to be had: nothing of it but its rows, and what came of what was due."""
    completeness = None if availability == "not_expected" else figure.completeness
    return attrs.evolve(
        figure,
        value=None,
        numerator=None,
        denominator=None,
        availability=availability,
        completeness=completeness,
    )
