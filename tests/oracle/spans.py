"""Which days a figure is of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs

from oracle.days import days_between


@attrs.frozen(kw_only=True)
class Span:
    """The days that a figure looks at, each as often as it counts.

    `first` and `last` are the days on which stocks are read, `own` those of the asked period (a window reaches further
    back), and `period` the whole period where the days are one, even beyond the last day asked.
    """

    days: tuple[date, ...]
    first: date
    last: date
    own: frozenset[date]
    period: tuple[date, date] | None = None

    @classmethod
    def of_period(cls, start: date, end: date, until: date) -> Span:
        """A period, worked out up to the last day asked."""
        days = days_between(start, min(end, until))
        return cls(days=tuple(days), first=days[0], last=days[-1], own=frozenset(days), period=(start, end))

    def window(self, first: date, last: date) -> Span:
        """The same question over other days."""
        return Span(days=tuple(days_between(first, last)), first=first, last=last, own=self.own)

    def mapped(self, to: Callable[[date], date]) -> Span:
        """Every day replaced by another."""
        return Span(
            days=tuple(map(to, self.days)),
            first=to(self.first),
            last=to(self.last),
            own=frozenset(map(to, self.own)),
        )
