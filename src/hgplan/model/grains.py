"""The even divisions of time: day, week, month, quarter, tertial, half and year.

The periods of a grain are numbered, so that the next one is the number after. Weeks are those of ISO 8601 and months
those of the calendar; quarters, tertials, halves and years follow the day on which the plan's year begins.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.model.durations import Duration, add_months

__all__ = ["GRAINS", "PARTS", "Grain", "as_grain", "bounds", "label", "nests", "number", "require_nesting",
           "whole_periods", "year_start"]  # fmt: skip

Grain = Literal["day", "week", "month", "quarter", "tertial", "half", "year"]
"""The name of an even division of time."""

GRAINS: Final[tuple[Grain, ...]] = get_args(Grain)
PARTS: Final[dict[Grain, int]] = {"quarter": 4, "tertial": 3, "half": 2, "year": 1}
"""How many periods of a grain make a year, for those that follow the year's start."""

_MONTHS: Final[dict[Grain, int]] = {"month": 1, "quarter": 3, "tertial": 4, "half": 6, "year": 12}
_INITIAL: Final[dict[Grain, str]] = {"quarter": "Q", "tertial": "T", "half": "H"}


def as_grain(text: str) -> Grain:
    """The grain of that name.

    >>> as_grain("quarter")
    'quarter'
    """
    if text not in GRAINS:
        raise UnknownName(f"no grain named {text!r}", hint=nearest(str(text), GRAINS))
    return text


@lru_cache(maxsize=64)
def year_start(text: str) -> tuple[int, int]:
    """The month and day on which every year begins, read from ``MM-DD``.

    >>> year_start("07-01")
    (7, 1)
    """
    match = re.fullmatch(r"([0-9]{2})-([0-9]{2})", text) if isinstance(text, str) else None
    try:
        if match:
            # 2021 has no leap day: a year that began on one would not begin every year.
            begins = date(2021, int(match[1]), int(match[2]))
            return begins.month, begins.day
    except ValueError:
        pass
    raise PlanError(f"{text!r} is no day on which every year begins", hint="write month and day: '07-01'")


def number(day: date, grain: Grain, *, year_starts: str = "01-01") -> int:
    """The number of the period of `grain` that holds `day`; consecutive periods have consecutive numbers.

    >>> number(date(2022, 4, 1), "month") - number(date(2022, 1, 31), "month")
    3
    """
    if grain == "day":
        return day.toordinal()
    if grain == "week":
        return (day.toordinal() - 1) // 7
    if grain == "month":
        return day.year * 12 + day.month - 1
    month, first = year_start(year_starts)
    year = day.year if (day.month, day.day) >= (month, first) else day.year - 1
    if year < 1:
        raise PlanError(f"{day} is before the first year that begins on {year_starts}")
    part = PARTS[grain] - 1
    while part and _part_start(year, part, grain, year_starts) > day:
        part -= 1
    return year * PARTS[grain] + part


def bounds(index: int, grain: Grain, *, year_starts: str = "01-01") -> tuple[date, date]:
    """The first and the last day of the period with that number.

    >>> bounds(2022 * 4, "quarter", year_starts="07-01")
    (datetime.date(2022, 7, 1), datetime.date(2022, 9, 30))
    """
    try:
        if grain == "day":
            return date.fromordinal(index), date.fromordinal(index)
        if grain == "week":
            return date.fromordinal(index * 7 + 1), date.fromordinal(index * 7 + 7)
        return _start(index, grain, year_starts), _start(index + 1, grain, year_starts) - timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise PlanError(f"the {grain} with number {index} is outside the calendar (years 1 to 9998)") from error


def label(index: int, grain: Grain) -> str:
    """How the period with that number is written.

    >>> label(2022 * 3 + 1, "tertial"), label(date(2022, 1, 1).toordinal() // 7, "week")
    ('2022-T2', '2021-W52')
    """
    if grain == "day":
        return date.fromordinal(index).isoformat()
    if grain == "week":
        year, week, _ = date.fromordinal(index * 7 + 1).isocalendar()
        return f"{year:04}-W{week:02}"
    if grain == "month":
        return f"{index // 12:04}-{index % 12 + 1:02}"
    if grain == "year":
        return f"{index:04}"
    return f"{index // PARTS[grain]:04}-{_INITIAL[grain]}{index % PARTS[grain] + 1}"


def nests(inner: Grain, outer: Grain, *, year_starts: str = "01-01") -> bool:
    """Whether every period of `inner` lies in one period of `outer`.

    >>> nests("month", "tertial"), nests("week", "month"), nests("quarter", "tertial")
    (True, False, False)
    >>> nests("month", "year", year_starts="04-06")
    False
    """
    if inner == outer or inner == "day":
        return True
    if inner == "week" or outer in ("day", "week"):
        return False
    if inner == "month":
        return year_start(year_starts)[1] == 1
    return outer != "month" and PARTS[inner] % PARTS[outer] == 0


def require_nesting(inner: Grain, outer: Grain, *, year_starts: str = "01-01") -> None:
    """Refuse to put periods of `inner` into periods of `outer` that would cut them.

    >>> require_nesting("week", "month")
    Traceback (most recent call last):
    hgplan.errors.PlanError: weeks do not nest in months: a week can lie in two of them
      what nests in months: days
    """
    if not nests(inner, outer, year_starts=year_starts):
        finer = [_plural(grain) for grain in GRAINS if grain != outer and nests(grain, outer, year_starts=year_starts)]
        what = f"{_plural(inner)} do not nest in {_plural(outer)}: a {inner} can lie in two of them"
        raise PlanError(what, hint=f"what nests in {_plural(outer)}: {', '.join(finer)}" if finer else None)


def whole_periods(duration: Duration, grain: Grain) -> int:
    """How many periods of the grain make the duration; refused when it is no whole number of them.

    >>> whole_periods(Duration.parse("1y"), "quarter")
    4
    """
    unit = {"day": Duration(days=1), "week": Duration(days=7)}.get(grain) or Duration(months=_MONTHS[grain])
    whole, rest = divmod(duration.months, unit.months) if unit.months else divmod(duration.days, unit.days)
    other = duration.days if unit.months else duration.months
    if rest or other or not whole:
        raise PlanError(f"'{duration}' is no whole number of {_plural(grain)}", hint=f"one {grain} is '{unit}'")
    return whole


def _plural(grain: Grain) -> str:
    return "halves" if grain == "half" else f"{grain}s"


def _start(index: int, grain: Grain, year_starts: str) -> date:
    if grain == "month":
        return date(index // 12, index % 12 + 1, 1)
    return _part_start(index // PARTS[grain], index % PARTS[grain], grain, year_starts)


def _part_start(year: int, part: int, grain: Grain, year_starts: str) -> date:
    return add_months(date(year, *year_start(year_starts)), part * _MONTHS[grain])
