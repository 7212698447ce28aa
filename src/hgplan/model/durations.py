"""Lengths of time as people write them: ``30d``, ``12mo``, ``1y``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

import attrs

from hgplan.errors import PlanError

__all__ = ["Duration", "add_months"]

_MONTHS = {"mo": 1, "q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7}
_PART = re.compile(r"([0-9]{1,6})(mo|q|y|d|w)")
_LOOSE = re.compile(r"\s*([0-9]{1,6})\s*([^\W\d_]+)\s*")
_WORDS = {
    "m": "mo", "mon": "mo", "month": "mo", "months": "mo", "man": "mo", "mån": "mo", "månad": "mo", "månader": "mo",
    "day": "d", "days": "d", "dag": "d", "dagar": "d",
    "week": "w", "weeks": "w", "vecka": "w", "veckor": "w", "v": "w",
    "year": "y", "years": "y", "år": "y", "a": "y",
    "quarter": "q", "quarters": "q", "kvartal": "q",
}  # fmt: skip


def add_months(day: date, months: int) -> date:
    """The day so many months later (or earlier), on the month's last day where it is too short.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        raise PlanError(f"{months} months from {day} is outside the calendar (years 1 to 9999)")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@attrs.frozen
class Duration:
    """A length of time in calendar months and days; months are counted first.

    >>> Duration.parse("1y").after(date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    >>> str(Duration.parse("1y")), str(Duration.parse("2w"))
    ('12mo', '14d')
    """

    months: int = 0
    days: int = 0

    def __attrs_post_init__(self) -> None:
        for value in (self.months, self.days):
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise PlanError(f"a duration has whole months and days from 0 on, got {value!r}")

    @classmethod
    def parse(cls, text: str | Duration) -> Duration:
        """Read a duration: whole numbers with ``d``, ``w``, ``mo``, ``q`` or ``y``, largest first as in ``1y6mo``.

        >>> Duration.parse("1y6mo")
        Duration(months=18, days=0)
        """
        if isinstance(text, Duration):
            return text
        if not isinstance(text, str):
            raise PlanError(f"a duration is text like '30d' or '12mo', got {text!r}")
        parts = _PART.findall(text)
        if not parts or "".join(number + unit for number, unit in parts) != text:
            raise PlanError(f"{text!r} is no duration", hint=_nearest_duration(text))
        units = [unit for _, unit in parts]
        if len(set(units)) < len(units):
            raise PlanError(f"{text!r} is no duration: a unit stands twice in it")
        months = sum(int(number) * _MONTHS.get(unit, 0) for number, unit in parts)
        days = sum(int(number) * _DAYS.get(unit, 0) for number, unit in parts)
        return cls(months, days)

    def after(self, day: date) -> date:
        """The day that lies this long after `day`; a month too short gives its last day."""
        return _add_days(add_months(day, self.months), self.days)

    def before(self, day: date) -> date:
        """The day that lies this long before `day`; a month too short gives its last day."""
        return _add_days(add_months(day, -self.months), -self.days)

    def __str__(self) -> str:
        months = f"{self.months}mo" if self.months else ""
        days = f"{self.days}d" if self.days or not self.months else ""
        return months + days

    def __bool__(self) -> bool:
        return bool(self.months or self.days)

    def __lt__(self, other: Duration) -> bool:
        if not isinstance(other, Duration):
            return NotImplemented
        if (self.months - other.months) * (self.days - other.days) < 0:
            raise PlanError(f"'{self}' and '{other}' cannot be ordered: a month has 28 to 31 days")
        return (self.months, self.days) < (other.months, other.days)

    def __le__(self, other: Duration) -> bool:
        return self == other or self < other


def _add_days(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise PlanError(f"{days} days from {day} is outside the calendar (years 1 to 9999)") from None


def _nearest_duration(text: str) -> str:
    loose = _LOOSE.fullmatch(text)
    if loose:
        number, word = loose.group(1), loose.group(2).casefold()
        unit = word if word in _MONTHS or word in _DAYS else _WORDS.get(word)
        if unit:
            return f"did you mean '{number}{unit}'?"
    return "write a whole number with d, w, mo, q or y: '30d', '12mo', '1y'"
