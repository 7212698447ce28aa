"""Calendars of one's own: named lists of periods that need not be even."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from hgplan.errors import PlanError, raise_all
from hgplan.model.grains import GRAINS
from hgplan.model.periods import Period, Span

__all__ = ["Calendar"]


def _in_order(periods: Iterable[Period]) -> tuple[Period, ...]:
    return tuple(periods)


@attrs.frozen(kw_only=True)
class Calendar:
    """A named list of periods, such as campaign phases or school terms; they may overlap and leave gaps.

    >>> terms = Calendar(name="term", periods=[Period(id="spring", start=date(2022, 1, 10), end=date(2022, 6, 10))])
    >>> [period.id for period in terms.holding(date(2022, 3, 1))]
    ['spring']
    """

    name: str
    periods: tuple[Period, ...] = attrs.field(converter=_in_order)

    def __attrs_post_init__(self) -> None:
        faults: list[PlanError] = []
        if not isinstance(self.name, str) or not self.name.strip():
            faults.append(PlanError(f"a calendar needs a name, got {self.name!r}"))
        elif self.name in GRAINS:
            faults.append(PlanError(f"a calendar cannot be named {self.name!r}: that is a grain"))
        seen: set[str] = set()
        for period in self.periods:
            if not isinstance(period, Period):
                faults.append(PlanError(f"calendar {self.name!r} holds {period!r}, which is no period"))
                continue
            if period.id in seen:
                faults.append(PlanError(f"calendar {self.name!r} has two periods with the id {period.id!r}"))
            seen.add(period.id)
        if faults:
            raise_all("the calendar is not right", faults)

    @classmethod
    def of(cls, name: str, spans: Iterable[Span]) -> Calendar:
        """The calendar of anything with an id, a start and an end, such as a plan's phases."""
        return cls(name=name, periods=[Period(id=span.id, start=span.start, end=span.end) for span in spans])

    def holding(self, day: date) -> tuple[Period, ...]:
        """The periods that hold the day: none, one or several."""
        return tuple(period for period in self.periods if day in period)

    def __iter__(self) -> Iterator[Period]:
        return iter(self.periods)

    def __len__(self) -> int:
        return len(self.periods)
