"""Calendar arithmetic with days: durations as text and the grains of the calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_MONTHS = {"mo": 1, "q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7}
_GRAIN_MONTHS = {"month": 1, "quarter": 3, "tertial": 4, "half": 6, "year": 12}

ONE_DAY = timedelta(days=1)


def length(duration: str) -> tuple[int, int]:
    """A duration in months and days."""
    parts = re.findall(r"(\d+)(mo|q|y|d|w)", duration)
    assert parts, duration
    assert "".join(n + unit for n, unit in parts) == duration, duration
    months = sum(int(n) * _MONTHS.get(unit, 0) for n, unit in parts)
    days = sum(int(n) * _DAYS.get(unit, 0) for n, unit in parts)
    return months, days


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def after(day: date, duration: str) -> date:
    """The day that lies a duration later."""
    months, days = length(duration)
    return add_months(day, months) + timedelta(days=days)


def before(day: date, duration: str) -> date:
    """The day that lies a duration earlier."""
    months, days = length(duration)
    return add_months(day, -months) - timedelta(days=days)


def grain_start(day: date, grain: str) -> date:
    """The first day of the period of a grain that holds the day."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    size = _GRAIN_MONTHS[grain]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def grain_end(day: date, grain: str) -> date:
    """The last day of the period of a grain that holds the day."""
    first = grain_start(day, grain)
    if grain in ("day", "week"):
        return first + timedelta(days=0 if grain == "day" else 6)
    return add_months(first, _GRAIN_MONTHS[grain]) - ONE_DAY


def periods(start: date, until: date, grain: str) -> list[tuple[date, date]]:
    """The whole periods of a grain from the one that holds `start` to the one that holds `until`."""
    found = []
    day = grain_start(start, grain)
    while day <= until:
        found.append((day, grain_end(day, grain)))
        day = found[-1][1] + ONE_DAY
    return found


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both in."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
