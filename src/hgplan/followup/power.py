"""Before an experiment: how many it takes, and what so many can show."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

from hgplan.errors import PlanError
from hgplan.followup.proportions import check_share, two_sided

__all__ = ["minimum_detectable_effect", "sample_size"]


def sample_size(rate: float, effect: float, *, level: float = 0.95, power: float = 0.8, comparisons: int = 1) -> int:
    """How many each arm needs for a difference of `effect` from the control's `rate` to be seen with that power.

    The test is the two-sided pooled one of `experiment` at 1 - `level`, arms of one size. With several arms held
    against one control, `comparisons` shares that error among them (Bonferroni).

    Source: J. L. Fleiss, B. Levin and M. C. Paik, Statistical Methods for Rates and Proportions (3rd ed., 2003),
    formula 4.14, without continuity correction.

    >>> sample_size(0.08, 0.04)
    882
    """
    _check(rate, level, power, comparisons)
    check_share(rate + effect, "rate + effect")
    if effect == 0:
        raise PlanError("effect=0 can't be seen by any number", hint="the least difference that would matter")
    return ceil(_needed(rate, effect, _level(level, comparisons), power))


def minimum_detectable_effect(
    rate: float, trials: int, *, level: float = 0.95, power: float = 0.8, comparisons: int = 1
) -> float | None:
    """The least rise from the control's `rate` that arms of `trials` each would see with that power.

    None where even a rise to 1 would be missed. For a fall, ask for the rise of those who don't: 1 - rate. It is the
    inverse of `sample_size`, found by halving.

    >>> round(minimum_detectable_effect(0.08, 882), 3)
    0.04
    """
    _check(rate, level, power, comparisons)
    if isinstance(trials, bool) or not isinstance(trials, int) or trials < 1:
        raise PlanError(f"trials={trials!r} is no number of people", hint="how many each arm has")
    each = _level(level, comparisons)
    low, high = 0.0, 1.0 - rate
    if _needed(rate, high, each, power) > trials:
        return None
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return high
        if _needed(rate, middle, each, power) > trials:
            low = middle
        else:
            high = middle


def _needed(rate: float, effect: float, level: float, power: float) -> float:
    other = rate + effect
    mean = (rate + other) / 2
    alike = two_sided(level) * sqrt(2 * mean * (1 - mean))
    apart = NormalDist().inv_cdf(power) * sqrt(rate * (1 - rate) + max(other * (1 - other), 0.0))
    return ((alike + apart) / effect) ** 2


def _level(level: float, comparisons: int) -> float:
    return 1 - (1 - level) / comparisons


def _check(rate: float, level: float, power: float, comparisons: int) -> None:
    check_share(rate, "rate")
    two_sided(level)
    check_share(power, "power")
    if isinstance(comparisons, bool) or not isinstance(comparisons, int) or comparisons < 1:
        raise PlanError(f"comparisons={comparisons!r} is no number of arms held against the control")
