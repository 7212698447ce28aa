"""Up to which days a target period is read: its end alone, or every end of a grain or calendar inside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

import attrs

from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.model import GRAINS, Calendar, Period, Plan
from hgplan.model.grains import as_grain
from hgplan.model.periods import periods_between

__all__ = ["Ends", "Stretch", "ends_of", "stretches"]

Ends: TypeAlias = str | Calendar | None
"""What divides a target period: the name of a grain, a calendar of one's own, or nothing."""


@attrs.frozen(kw_only=True)
class Stretch:
    """A target period from its first day to `end`, as it stands on `day`.

    `begun` says whether anything of it can have happened, `over` whether the whole target period has passed by `day`.
    """

    start: date
    end: date
    day: date
    begun: bool
    over: bool


def ends_of(every: Ends, plan: Plan) -> Ends:
    """The same division, once it is known to be one; `phase` is the calendar of the plan's phases.

    Raises UnknownName for a text that names no grain, PlanError for phases that the plan doesn't have.
    """
    if every is None or isinstance(every, Calendar):
        return every
    if every == "phase":
        if not plan.dated_phases:
            raise PlanError("every='phase' needs a plan with dated phases", where=f"plan {plan.id!r}")
        return plan.phase_calendar
    if every not in GRAINS:
        raise UnknownName(f"no grain or calendar named {every!r}", hint=nearest(str(every), [*GRAINS, "phase"]))
    return every


def stretches(period: Period, *, until: date, every: Ends = None, year_starts: str = "01-01") -> Iterator[Stretch]:
    """The stretches of a target period, the last one always the whole.

    Divided, one stretch to each end inside the period, and one to the period's own. A stretch whose last part begins
    after `until` has not begun and stands for its own end; the one whose last part holds `until` stands for that day.

    >>> [str(stretch.end) for stretch in stretches(Period.parse("2022-H1"), until=date(2022, 8, 31), every="quarter")]
    ['2022-03-31', '2022-06-30']
    """
    part = period.start
    for end in _ends(period, every, year_starts):
        begun = part <= until
        yield Stretch(
            start=period.start,
            end=end,
            # Undivided, the row is that of `until`, which may come before the period does.
            day=min(end, until) if begun or every is None else end,
            begun=begun,
            over=end == period.end and end <= until,
        )
        part = end + timedelta(days=1)


def _ends(period: Period, every: Ends, year_starts: str) -> list[date]:
    if every is None:
        parts: tuple[Period, ...] = ()
    elif isinstance(every, Calendar):
        parts = every.periods
    else:
        parts = periods_between(period.start, period.end, as_grain(every), year_starts=year_starts)
    return sorted({part.end for part in parts if part.end in period} | {period.end})
