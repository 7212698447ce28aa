"""Periods: named stretches of days, both ends in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, Protocol

import attrs

from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.model.grains import PARTS, Grain, bounds, label, number

__all__ = ["Period", "Span", "grain_of", "next_period", "period_of", "periods_between", "previous_period",
           "reads_as_period"]  # fmt: skip

_LETTERS: Final[dict[str, Grain]] = {"Q": "quarter", "T": "tertial", "H": "half"}
_YEAR = re.compile(r"([0-9]{4})")
_PART = re.compile(r"([0-9]{4})-([QTH])([0-9])")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMS = "written 2022, 2022-H1, 2022-T1, 2022-Q1, 2022-03, 2022-W05, 2022-03-01, start/end, a phase's id or plan"


class Span(Protocol):
    """Anything with an id and two days, both in: a period or a phase."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def start(self) -> date:
        """Its first day."""
        ...

    @property
    def end(self) -> date:
        """Its last day."""
        ...


def _check_day(instance: Period, attribute: attrs.Attribute[date], value: date) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise PlanError(f"a period begins and ends on dates, got {value!r} as {attribute.name}")


@attrs.frozen(kw_only=True)
class Period:
    """A named stretch of days; its start and its end are both in.

    >>> str(Period.parse("2022-T2"))
    '2022-T2'
    """

    id: str
    start: date = attrs.field(validator=_check_day)
    end: date = attrs.field(validator=_check_day)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id.strip():
            raise PlanError(f"a period needs an id, got {self.id!r}", where="id")
        if self.end < self.start:
            raise PlanError(f"period {self.id!r} ends {self.end}, before its start {self.start}", where="end")

    @classmethod
    def parse(
        cls, text: str, *, year_starts: str = "01-01", phases: Iterable[Span] = (), plan: Span | None = None
    ) -> Period:
        """Read a period from its text.

        With ``year_starts="07-01"`` the year ``2022`` runs from 2022-07-01 to 2023-06-30 and its quarters, tertials and
        halves begin with it; months and weeks stay those of the calendar.

        >>> Period.parse("2022-Q1", year_starts="07-01")
        Period(id='2022-Q1', start=datetime.date(2022, 7, 1), end=datetime.date(2022, 9, 30))
        >>> Period.parse("2022-03-01/2022-09-11").days
        195
        """
        if not isinstance(text, str):
            raise PlanError(f"a period is text, got {text!r}", hint=f'write "{text}"' if _is_year(text) else _FORMS)
        found = _even_period(text, year_starts)
        if found is not None:
            return found
        if "/" in text:
            return _written_out(text)
        if text == "plan":
            if plan is None:
                raise PlanError("'plan' is no period here: the plan has none of its own")
            return cls(id="plan", start=plan.start, end=plan.end)
        named = {phase.id: phase for phase in phases}
        if text not in named:
            hint = nearest(text, named) if named and not text[:1].isdigit() else _FORMS
            raise UnknownName(f"{text!r} is no period", hint=hint)
        return cls(id=text, start=named[text].start, end=named[text].end)

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.id


def period_of(day: date, grain: Grain, *, year_starts: str = "01-01") -> Period:
    """The period of a grain that holds the day.

    >>> period_of(date(2022, 1, 1), "week").id
    '2021-W52'
    """
    return _numbered(number(day, grain, year_starts=year_starts), grain, year_starts)


def periods_between(start: date, until: date, grain: Grain, *, year_starts: str = "01-01") -> tuple[Period, ...]:
    """The periods of a grain from the one that holds `start` to the one that holds `until`, whole ones all.

    >>> [period.id for period in periods_between(date(2022, 2, 3), date(2022, 8, 31), "quarter")]
    ['2022-Q1', '2022-Q2', '2022-Q3']
    """
    first, last = number(start, grain, year_starts=year_starts), number(until, grain, year_starts=year_starts)
    return tuple(_numbered(index, grain, year_starts) for index in range(first, last + 1))


def next_period(period: Period, grain: Grain, *, steps: int = 1, year_starts: str = "01-01") -> Period:
    """The period of a grain that comes so many steps after the one that holds `period`.

    >>> next_period(Period.parse("2022-T3"), "tertial").id
    '2023-T1'
    """
    index = number(period.start, grain, year_starts=year_starts)
    if number(period.end, grain, year_starts=year_starts) != index:
        raise PlanError(f"period {period.id!r} lies in more than one {grain}")
    return _numbered(index + steps, grain, year_starts)


def previous_period(period: Period, grain: Grain, *, steps: int = 1, year_starts: str = "01-01") -> Period:
    """The period of a grain that comes so many steps before the one that holds `period`.

    >>> previous_period(Period.parse("2022"), "year").id
    '2021'
    """
    return next_period(period, grain, steps=-steps, year_starts=year_starts)


def grain_of(period: Span, *, year_starts: str = "01-01") -> Grain | None:
    """The grain of which this is exactly one period; None for a stretch of its own.

    >>> grain_of(Period.parse("2022-01-01/2022-03-31"))
    'quarter'
    """
    grains: tuple[Grain, ...] = ("day", "week", "month", *PARTS)
    for grain in grains:
        index = number(period.start, grain, year_starts=year_starts)
        if bounds(index, grain, year_starts=year_starts) == (period.start, period.end):
            return grain
    return None


def reads_as_period(text: str) -> bool:
    """Whether a text is already the name of a period, so that nothing else can have it as its id.

    >>> reads_as_period("2022-Q1"), reads_as_period("before-election")
    (True, False)
    """
    if text == "plan" or "/" in text:
        return True
    return any(form.fullmatch(text) for form in (_YEAR, _PART, _WEEK, _MONTH, _DAY))


def _numbered(index: int, grain: Grain, year_starts: str) -> Period:
    start, end = bounds(index, grain, year_starts=year_starts)
    return Period(id=label(index, grain), start=start, end=end)


def _even_period(text: str, year_starts: str) -> Period | None:
    day = _day(text)
    if day is not None:
        return Period(id=text, start=day, end=day)
    if match := _YEAR.fullmatch(text):
        return _numbered(int(match[1]), "year", year_starts)
    if match := _MONTH.fullmatch(text):
        if not 1 <= int(match[2]) <= 12:
            raise PlanError(f"{text!r} is no period: a year has months 01 to 12")
        return _numbered(int(match[1]) * 12 + int(match[2]) - 1, "month", year_starts)
    if match := _PART.fullmatch(text):
        grain = _LETTERS[match[2]]
        if not 1 <= int(match[3]) <= PARTS[grain]:
            raise PlanError(f"{text!r} is no period: a year has {match[2]}1 to {match[2]}{PARTS[grain]}")
        return _numbered(int(match[1]) * PARTS[grain] + int(match[3]) - 1, grain, year_starts)
    if match := _WEEK.fullmatch(text):
        try:
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            raise PlanError(f"{text!r} is no period: {match[1]} has no week {match[2]}") from None
        return _numbered(number(monday, "week"), "week", year_starts)
    return None


def _written_out(text: str) -> Period:
    first, _, last = text.partition("/")
    start, end = _day(first), _day(last)
    if start is None or end is None:
        raise PlanError(f"{text!r} is no period", hint="write two days: '2022-03-01/2022-09-11'")
    return Period(id=text, start=start, end=end)


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PlanError(f"{text!r} is no day of the calendar") from None


def _is_year(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9998
