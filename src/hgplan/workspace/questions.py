"""What a question asks for: which units, which periods, which days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias

from hgplan.engine import Periods, Tree
from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.model import GRAINS, Calendar, Organisation, Period, Plan
from hgplan.model.days import read_day
from hgplan.model.periods import periods_between

__all__ = [
    "Day",
    "Every",
    "Several",
    "Units",
    "all_periods",
    "as_day",
    "as_tree",
    "asked_calendars",
    "asked_days",
    "asked_periods",
    "asked_units",
]

Day: TypeAlias = date | str
Every: TypeAlias = str | Calendar | None
Several: TypeAlias = Every | Sequence[str | Calendar]
Units: TypeAlias = str | Sequence[str]


def as_day(value: Day, what: str) -> date:
    """A day given as a date or as ISO text.

    >>> as_day("2022-08-31", "until")
    datetime.date(2022, 8, 31)
    """
    if isinstance(value, datetime):
        raise PlanError(f"{what}={value!r} is an instant, not a day", hint="give a date")
    if isinstance(value, date):
        return value
    try:
        return read_day(value)
    except (TypeError, ValueError):
        raise PlanError(f"{what}={value!r} is no day", hint="write it like 2022-08-31") from None


def as_tree(value: Tree | str) -> Tree:
    """The tree of each fact's day, or as it stood on a date."""
    return "day" if value == "day" else as_day(value, "tree")


def asked_units(units: Units, organisation: Organisation) -> tuple[str, ...]:
    """The ids of "root", of "all", of a level, or those given; raises UnknownName for what is none of them.

    >>> asked_units("root", Organisation.single("club"))
    ('club',)
    """
    if isinstance(units, str):
        if units == "root":
            return (organisation.root,)
        if units == "all":
            return organisation.units
        if units in organisation.levels:
            return organisation.units_at(units)
        if units in organisation:
            return (units,)
        known = ["root", "all", *organisation.levels, *organisation.units]
        raise UnknownName(f"no level or unit named {units!r}", hint=nearest(units, known))
    asked = tuple(dict.fromkeys(units))
    unknown = [
        UnknownName(f"no unit named {unit!r}", hint=nearest(str(unit), organisation.units))
        for unit in asked
        if unit not in organisation
    ]
    if unknown:
        raise_all("not all of these units are there", unknown)
    return asked


def asked_days(period: str | None, plan: Plan | None, start: date, until: date) -> Period:
    """The days of a period as far as `until`; unsaid, those from `start` on.

    >>> str(asked_days("2022", None, date(2021, 1, 1), date(2022, 3, 31)).end)
    '2022-03-31'
    """
    if period is None:
        return Period(id=f"{start}/{until}", start=start, end=until)
    found = plan.parse_period(period) if plan else Period.parse(period)
    return Period(id=found.id, start=found.start, end=max(found.start, min(found.end, until)))


def asked_calendars(every: Several) -> tuple[Every, ...]:
    """One grain or calendar, or several, each once; raises PlanError for an empty list.

    >>> asked_calendars(["month", "year"]), asked_calendars(None)
    (('month', 'year'), (None,))
    """
    if every is None or isinstance(every, str | Calendar):
        return (every,)
    asked = tuple(dict.fromkeys(every))
    if not asked:
        raise PlanError("every=[] asks for no periods", hint="name a grain, or leave it out")
    return asked


def asked_periods(every: Every, start: date, until: date, plan: Plan | None, year_starts: str) -> Periods:
    """The periods of a grain or calendar between two days, both in; without one, the range itself."""
    if until < start:
        raise PlanError(f"until={until} is before start={start}")
    if every is None:
        return Periods((Period(id=f"{start}/{until}", start=start, end=until),))
    if isinstance(every, Calendar) or every == "phase":
        if isinstance(every, Calendar):
            calendar = every
        elif plan is None or not plan.dated_phases:
            raise PlanError("every='phase' needs a plan with dated phases")
        else:
            calendar = plan.phase_calendar
        held = tuple(period for period in calendar.periods if period.start <= until and period.end >= start)
        return Periods(held, name=calendar.name)
    for grain in GRAINS:
        if every == grain:
            return Periods(periods_between(start, until, grain, year_starts=year_starts), grain, grain)
    raise UnknownName(f"no grain or calendar named {every!r}", hint=nearest(str(every), [*GRAINS, "phase"]))


def all_periods(every: Several, start: date, until: date, plan: Plan | None, year_starts: str) -> list[Periods]:
    """The same of every grain or calendar that is asked."""
    return [asked_periods(one, start, until, plan, year_starts) for one in asked_calendars(every)]
