"""Many chances to be wrong: several comparisons, and looks before the end."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import ceil, exp, pi, sqrt
from statistics import NormalDist
from typing import Final

from hgplan.errors import PlanError, raise_all
from hgplan.followup.proportions import two_sided

__all__ = ["MOST_LOOKS", "false_positive_risk", "holm"]

MOST_LOOKS: Final = 100
"""The most looks for which the risk is worked out; it hardly grows from there on."""

_STEP: Final = 0.2
"""How finely what chance does between two looks is followed, in standard errors; finer changes no sixth decimal."""


def holm(p_values: Iterable[float | None]) -> list[float | None]:
    """Adjust p values for their number, in the order given: hold the adjusted ones against the usual bound.

    So the chance of calling any difference where there is none stays below that bound, whatever the comparisons have in
    common. What is null was no comparison and stays null.

    Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6
    (1979), 65-70.

    >>> holm([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    """
    given = list(p_values)
    faults = [
        PlanError(f"p value {number} is {value!r}, no share from 0 to 1")
        for number, value in enumerate(given, 1)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1)
    ]
    if faults:
        raise_all("the p values can't be adjusted", faults)
    ordered = sorted((value, index) for index, value in enumerate(given) if value is not None)
    adjusted: list[float | None] = [None] * len(given)
    so_far = 0.0
    for rank, (value, index) in enumerate(ordered):
        so_far = max(so_far, min(1.0, (len(ordered) - rank) * value))
        adjusted[index] = so_far
    return adjusted


def false_positive_risk(*, comparisons: int = 1, looks: int = 1, level: float = 0.95) -> float:
    """How often some difference is called where there is none, by unadjusted p values.

    `comparisons` are the arms held against the control, `looks` the times at which results are read, evenly spaced and
    each time ready to call a difference. For several comparisons it is what independent ones would give: a common
    control makes it somewhat less.

    Source for looks: P. Armitage, C. K. McPherson and B. C. Rowe, Repeated significance tests on accumulating data,
    Journal of the Royal Statistical Society A 132 (1969), 235-244, worked out by their recursion.

    >>> round(false_positive_risk(looks=5), 3), round(false_positive_risk(comparisons=3), 3)
    (0.142, 0.143)
    """
    bound = two_sided(level)
    faults = [
        PlanError(f"{word}={count!r} is no number from 1 to {most}")
        for word, count, most in (("comparisons", comparisons, 10**6), ("looks", looks, MOST_LOOKS))
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= most
    ]
    if faults:
        raise_all("the risk can't be told", faults)
    silent = level if looks == 1 else _silent(bound, looks)
    return float(1 - silent**comparisons)


@cache
def _silent(bound: float, looks: int) -> float:
    """How often chance stays within the bound at every one of the looks.

    The sum of what came in between looks is followed: its density where no look has called anything yet, from look to
    look, by Simpson's rule.
    """
    normal = NormalDist()
    points, weights = _grid(bound)
    density = [normal.pdf(point) for point in points]
    for look in range(2, looks):
        further, next_weights = _grid(bound * sqrt(look))
        mass = [weight * held for weight, held in zip(weights, density, strict=True)]
        density = [
            sum(held * exp(-((point - earlier) ** 2) / 2) for held, earlier in zip(mass, points, strict=True))
            / sqrt(2 * pi)
            for point in further
        ]
        points, weights = further, next_weights
    end = bound * sqrt(looks)
    return sum(
        weight * held * (normal.cdf(end - point) - normal.cdf(-end - point))
        for weight, held, point in zip(weights, density, points, strict=True)
    )


def _grid(end: float) -> tuple[list[float], list[float]]:
    """Points from -end to end, and their weights by Simpson's rule."""
    parts = 2 * ceil(end / _STEP)
    width = 2 * end / parts
    points = [-end + width * number for number in range(parts + 1)]
    weights = [width / 3 * (1 if number in (0, parts) else 4 if number % 2 else 2) for number in range(parts + 1)]
    return points, weights
