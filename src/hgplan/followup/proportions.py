"""Shares with what they could as well be: intervals for one share, and for the difference of two."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from hgplan.errors import PlanError, raise_all

__all__ = ["Interval", "check_share", "count_faults", "newcombe", "two_sided", "wilson"]


class Interval(NamedTuple):
    """The least and the greatest that a figure could be, at the level that was asked."""

    low: float
    high: float


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """Wilson's score interval for a share: where it can lie, also for few trials and for shares near 0 or 1.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22 (1927), 209-212; method 3 of Newcombe (1998). No continuity correction.

    >>> low, high = wilson(81, 263)
    >>> round(low, 5), round(high, 5)
    (0.25529, 0.36621)
    """
    faults = list(count_faults("the share", successes, trials))
    if faults:
        raise_all("there is no such share", faults)
    successes, trials, z = int(successes), int(trials), two_sided(level)
    share, weight = successes / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    reach = z * sqrt(share * (1 - share) / trials + weight / (4 * trials)) / (1 + weight)
    # At the ends the formula gives 0 and 1 themselves, and rounding shouldn't tell otherwise.
    low = 0.0 if successes == 0 else max(middle - reach, 0.0)
    high = 1.0 if successes == trials else min(middle + reach, 1.0)
    return Interval(low, high)


def newcombe(treated: tuple[int, int], control: tuple[int, int], *, level: float = 0.95) -> Interval:
    """Newcombe's hybrid score interval for a difference of two shares, each given as successes and trials.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison of eleven
    methods, Statistics in Medicine 17 (1998), 873-890, method 10.

    >>> low, high = newcombe((56, 70), (48, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    one, other = wilson(*treated, level=level), wilson(*control, level=level)
    share, base = treated[0] / treated[1], control[0] / control[1]
    below = sqrt((share - one.low) ** 2 + (other.high - base) ** 2)
    above = sqrt((one.high - share) ** 2 + (base - other.low) ** 2)
    return Interval(max(share - base - below, -1.0), min(share - base + above, 1.0))


def two_sided(level: float) -> float:
    """How many standard errors an interval of a level reaches to either side; raises PlanError for what is no level.

    >>> round(two_sided(0.95), 6)
    1.959964
    """
    check_share(level, "level", hint="0.95 for an interval of 95 %")
    # From the lower tail, where small shares keep their digits.
    return -NormalDist().inv_cdf((1 - level) / 2)


def check_share(value: object, what: str, *, hint: str | None = None) -> None:
    """Raise PlanError unless the value is a number between 0 and 1, neither of them."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise PlanError(f"{what}={value!r} is no share between 0 and 1", hint=hint)


def count_faults(subject: str, successes: object, trials: object) -> Iterator[PlanError]:
    """What keeps two numbers from being successes among trials."""
    counts = {"successes": successes, "trials": trials}
    odd = {
        word: count
        for word, count in counts.items()
        if isinstance(count, bool) or not hasattr(count, "__index__") or count < 0  # type: ignore[operator]  # an integer
    }
    for word, count in odd.items():
        yield PlanError(f"{word} of {subject} are counted: 0 or more, whole, got {count!r}")
    if odd:
        return
    if trials == 0:
        yield PlanError(f"{subject} has no trials", hint="leave out an arm to which nobody was assigned")
    elif successes > trials:  # type: ignore[operator]  # both are integers, seen above
        what = f"{subject} has {successes} successes among {trials} trials"
        yield PlanError(what, hint="count people, each once: (successes, trials)")
