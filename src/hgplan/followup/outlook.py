"""What a value to date may come to by the end of its period, from how earlier years went on from the same day.

Both methods are checked against the earlier years themselves: each is foretold from the others as this one is from all
of them, and how far that missed gives the width of the interval, with Student's t because the years are few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Final, NamedTuple

import attrs

from hgplan.followup.student import cumulative, quantile

__all__ = ["FEWEST", "Outlook", "Year", "by_change", "by_share"]

FEWEST: Final = 3
"""With fewer earlier years nothing is foretold: what differs from year to year can't be seen."""

_RECENT: Final = 3
"""How many years tell how much to expect: the last ones, since levels drift; of the shape all of them tell."""


class Year(NamedTuple):
    """An earlier year: its value on the same day and at its end, and the same of the years whose shape is used."""

    to_date: float
    final: float
    shape_to_date: float
    shape_final: float


@attrs.frozen(kw_only=True)
class Outlook:
    """What a figure may come to: a t distribution about `centre`, never below `least`; `whole` figures are counts."""

    centre: float
    spread: float
    freedom: int
    least: float | None = None
    whole: bool = False

    def interval(self, level: float) -> tuple[float, float]:
        """Between which two figures it ends with that probability."""
        reach = quantile((1 + level) / 2, self.freedom) * self.spread
        return self._held(self.centre - reach), self._held(self.centre + reach)

    @property
    def middle(self) -> float:
        """The figure that it ends above as likely as below."""
        return self._held(self.centre)

    def probability(self, low: float | None, high: float | None) -> float:
        """How likely it ends from `low` to `high`, both in; None is no edge. A count has the half figures about it.

        >>> round(Outlook(centre=100, spread=10, freedom=3).probability(100, None), 3)
        0.5
        """
        half = 0.5 if self.whole else 0.0
        below = 0.0 if low is None or self._is_there(low) else self._up_to(low - half)
        upper = 1.0 if high is None else self._up_to(high + half)
        if high is not None and self.least is not None and high < self.least:
            return 0.0
        return max(upper - below, 0.0)

    def _is_there(self, low: float) -> bool:
        return self.least is not None and low <= self.least

    def _up_to(self, figure: float) -> float:
        if self.spread == 0:
            return 1.0 if figure >= self.centre else 0.0
        return cumulative((figure - self.centre) / self.spread, self.freedom)

    def _held(self, figure: float) -> float:
        return figure if self.least is None else max(figure, self.least)


def by_share(value: float, years: Sequence[Year], *, cannot_fall: bool, whole: bool) -> Outlook | None:
    """What a count to date may come to: what is still to come, by the share of earlier years that had not come yet.

    The mean of two answers, weighted by the share that has come: this year's pace carried on, and what the same part of
    earlier years brought (G. Benktander, An approach to credibility in calculating IBNR, The Actuarial Review, 1976:
    `value + (1 - share) * (share * value / share + (1 - share) * mean)`). Misses are taken relative to the square root
    of what was to come, as of counts that vary more than by chance alone (quasi-Poisson: McCullagh and Nelder,
    Generalized Linear Models, 1989, 6.2), and of counts never below what chance makes of them.

    None where earlier years brought nothing, or something negative.

    >>> years = [Year(40, 100, 40, 100), Year(50, 110, 50, 110), Year(45, 105, 45, 105)]
    >>> round(by_share(48, years, cannot_fall=True, whole=True).middle)
    110
    """
    if any(year.final < 0 or year.to_date < 0 for year in years) or not any(year.final > 0 for year in years):
        return None
    # Of a count, a share of 0 or 1 of few years is not taken for certain (half an event is added).
    extra = 0.5 if whole else 0.0
    misses: list[float] = []
    for index, year in enumerate(years):
        others = [*years[:index], *years[index + 1 :]]
        # Foretold from the years before it, as this one will be, once there are two of them.
        near = years[max(index - _RECENT, 0) : index] if index > 1 else others[:_RECENT]
        to_come = _to_come(year.to_date, others, near, extra)
        miss = year.final - year.to_date - to_come
        misses.append(miss * miss / to_come if to_come > 0 else 0.0)
    dispersion = fmean(misses)
    if whole:
        dispersion = max(dispersion, 1.0)
    to_come = _to_come(value, years, years[-_RECENT:], extra)
    return Outlook(
        centre=value + to_come,
        spread=math.sqrt(dispersion * max(to_come, 0.0)),
        freedom=len(years),
        least=value if cannot_fall else None,
        whole=whole,
    )


def _to_come(value: float, years: Sequence[Year], near: Sequence[Year], extra: float) -> float:
    shape = sum(year.shape_final for year in years) + 2 * extra
    share = (sum(year.shape_to_date for year in years) + extra) / shape if shape > 0 else 1.0
    share = min(max(share, 0.0), 1.0)
    return (1 - share) * (value + (1 - share) * fmean(year.final for year in near))


def by_change(value: float, years: Sequence[Year], *, whole: bool) -> Outlook:
    """What a level may come to: today's, and the mean of how much earlier years changed from the same day on.

    The prediction interval of one more draw from a normal distribution: mean and deviation of `n` changes, `n - 1`
    degrees of freedom, and `sqrt(1 + 1 / n)` for the mean's own error (G. J. Hahn and W. Q. Meeker, Statistical
    Intervals, 1991, 4.7).

    >>> years = [Year(180, 190, 0, 0), Year(188, 199, 0, 0), Year(195, 204, 0, 0)]
    >>> by_change(200, years, whole=True).middle
    210.0
    """
    changes = [year.final - year.to_date for year in years]
    mean = fmean(changes)
    count = len(changes)
    variance = sum((change - mean) ** 2 for change in changes) / (count - 1)
    spread = math.sqrt(variance * (1 + 1 / count))
    return Outlook(centre=value + mean, spread=spread, freedom=count - 1, whole=whole)
