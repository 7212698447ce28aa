"""Earlier periods of the same length, the same day in them, and from when on the data tell of them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final, TypeAlias

import attrs

from hgplan.engine import Facts, extent
from hgplan.errors import UnreadableError
from hgplan.metrics import Events, Metric, Spells
from hgplan.metrics.reads import tables_read
from hgplan.model import Period

__all__ = ["MOST", "Beginnings", "Begun", "by_weeks", "earlier_periods", "same_day"]

MOST: Final = 10
"""How many earlier periods are looked at: what is longer ago tells little of today."""

_LATE: Final = 50
"""Data that begin within one fiftieth of a period (a week of a year) still tell of all of it."""

_WEEK: Final = timedelta(days=7)

Begun: TypeAlias = Callable[[Metric], date | None]
"""From which day on the data tell of a metric; None where they don't."""


def earlier_periods(period: Period, *, since: date, until: date) -> tuple[Period, ...]:
    """The last periods like this one, a whole number of years before it, oldest first, that data from `since` tell of.

    They don't overlap: those before a period of two years lie two years apart. A week's are weeks, 52 weeks apart.

    >>> [str(past) for past in earlier_periods(Period.parse("2022-02"), since=date(2019, 1, 2), until=date(2022, 2, 9))]
    ['2019-02-01/2019-02-28', '2020-02-01/2020-02-29', '2021-02-01/2021-02-28']
    """
    found: list[Period] = []
    step = 1
    while period.start.year > step and _moved(period.end, step, period) >= period.start:
        step += 1
    for steps in range(step, 100 * step, step):
        if period.start.year - steps < 1 or len(found) == MOST:
            break
        start, end = _moved(period.start, steps, period), _moved(period.end, steps, period)
        if since > start + timedelta(days=period.days // _LATE):
            break
        if end <= until:
            found.append(Period(id=f"{start}/{end}", start=start, end=end))
    return tuple(reversed(found))


def same_day(day: date, period: Period, earlier: Period) -> date:
    """The day of an earlier period that is to it what `day` is to `period`; a month's last day stays one.

    >>> same_day(date(2022, 2, 28), Period.parse("2022"), Period.parse("2020"))
    datetime.date(2020, 2, 29)
    """
    if by_weeks(period):
        moved = day - (period.start - earlier.start)
    else:
        moved = _years_before(day, period.start.year - earlier.start.year)
    return min(max(moved, earlier.start), earlier.end)


def _moved(day: date, steps: int, period: Period) -> date:
    return day - 52 * steps * _WEEK if by_weeks(period) else _years_before(day, steps)


def by_weeks(period: Period) -> bool:
    """Whether the period is a whole number of weeks from a Monday on, and no month or months besides."""
    return period.start.isoweekday() == 1 and period.days % 7 == 0 and period.days < 28


def _years_before(day: date, years: int) -> date:
    year = day.year - years
    length, was = monthrange(year, day.month)[1], monthrange(day.year, day.month)[1]
    return day.replace(year=year, day=length if day.day == was else min(day.day, length))


@attrs.define(eq=False)
class Beginnings:
    """From when on the data tell of metrics; each table is looked at once.

    Of spells that is the first day on which one ends: before it, a register knows those only who stayed.
    """

    facts: Facts
    _known: dict[str, date | None] = attrs.field(factory=dict, init=False)

    def of(self, metric: Metric) -> date | None:
        """The first day from which on every table that the metric reads has rows; None where one has none.

        Not before the definition that the metric has now: what was recorded by another one is no history of it.
        """
        days = [self._table(name) for name in tables_read(metric.measure)]
        if metric.since is not None:
            days.append(metric.since)
        return max((day for day in days if day is not None), default=None) if _all_known(days) else None

    def _table(self, name: str) -> date | None:
        if name not in self._known:
            self._known[name] = self._looked_up(name)
        return self._known[name]

    def _looked_up(self, name: str) -> date | None:
        try:
            return self._first_day(name)
        except UnreadableError:
            return None  # whose fault that is, is told by whoever asks for figures

    def _first_day(self, name: str) -> date | None:
        table = self.facts.tables.get(name)
        if table is None or name not in self.facts.data:
            return None
        if isinstance(table, Spells):
            ends = attrs.evolve(self.facts, tables={name: Events(name, at=table.end)})
            left = extent(ends, [name])
            if left is not None:
                return left[0]
        told = extent(self.facts, [name])
        return told[0] if told else None


def _all_known(days: Iterable[date | None]) -> bool:
    return all(day is not None for day in days)
