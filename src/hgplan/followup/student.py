"""Student's t distribution of a whole number of degrees of freedom, for intervals from few years."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

__all__ = ["cumulative", "quantile"]

_STEPS = 200


def cumulative(x: float, freedom: int) -> float:
    """The probability of a value up to `x`.

    The finite series of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.

    >>> round(cumulative(1.0, 1), 4), round(cumulative(2.353, 3), 4)
    (0.75, 0.95)
    """
    if math.isinf(x):
        return 1.0 if x > 0 else 0.0
    angle = math.atan2(x, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2 == 1
    term = cosine if odd else 1.0
    series = term if freedom > 1 else 0.0
    for step in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        series += term
    within = 2 / math.pi * (angle + sine * series) if odd else sine * series
    return min(max((1 + within) / 2, 0.0), 1.0)


@cache
def quantile(share: float, freedom: int) -> float:
    """The value below which a share of the distribution lies, by halving an interval around it.

    >>> round(quantile(0.9, 3), 4)
    1.6377
    """
    if share < 0.5:
        return -quantile(1 - share, freedom)
    low, high = 0.0, 1.0 + NormalDist().inv_cdf(max(share, 0.5))
    while cumulative(high, freedom) < share:
        low, high = high, high * 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if cumulative(middle, freedom) < share else (low, middle)
    return high
