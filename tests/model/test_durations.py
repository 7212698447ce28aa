"""Durations: how they are written, and which day they lead to."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import PlanError
from hgplan.model import Duration

days = st.dates(date(1600, 1, 1), date(2400, 1, 1))
durations = st.builds(Duration, st.integers(0, 400), st.integers(0, 400))


@given(durations)
def test_the_text_of_a_duration_reads_as_the_same_one(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [("30d", 0, 30), ("12mo", 12, 0), ("1y", 12, 0), ("2w", 0, 14), ("1q", 3, 0), ("1y6mo", 18, 0), ("0d", 0, 0)],
)
def test_every_unit_is_months_or_days(text: str, months: int, days: int) -> None:
    assert Duration.parse(text) == Duration(months, days)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("12 months", "did you mean '12mo'?"), ("12m", "did you mean '12mo'?"), ("30D", "did you mean '30d'?"),
        ("12 mån", "did you mean '12mo'?"), ("1 år", "did you mean '1y'?"), ("1.5y", None), ("-3d", None), ("", None),
        ("d", None), ("1h", None), ("1d1d", None), ("٣d", None),
    ],
)  # fmt: skip
def test_what_is_no_duration_is_told_with_the_nearest_one(text: str, hint: str | None) -> None:
    with pytest.raises(PlanError) as caught:
        Duration.parse(text)
    assert repr(text) in caught.value.what
    assert hint is None or caught.value.hint == hint


@given(days, durations)
def test_days_are_added_after_months(day: date, duration: Duration) -> None:
    year, month = divmod(day.year * 12 + day.month - 1 + duration.months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    assert duration.after(day) == date(year, month + 1, min(day.day, last)) + timedelta(duration.days)


@given(days, st.integers(1, 600))
def test_a_month_too_short_gives_its_last_day_in_both_directions(day: date, months: int) -> None:
    duration = Duration(months=months)
    for reached in (duration.after(day), duration.before(day)):
        assert reached.day == day.day or (reached + timedelta(1)).day == 1
        assert reached.day <= day.day


def test_a_year_after_29_february_is_28_february() -> None:
    assert Duration.parse("12mo").after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert Duration.parse("1mo").before(date(2024, 3, 31)) == date(2024, 2, 29)


def test_months_and_days_cannot_be_ordered_where_a_month_could_be_either() -> None:
    assert Duration.parse("1mo") < Duration.parse("1mo2d") < Duration.parse("1y2d")
    with pytest.raises(PlanError, match="'1mo' and '30d' cannot be ordered"):
        Duration.parse("1mo") < Duration.parse("30d")  # noqa: B015


def test_a_day_outside_the_calendar_is_refused() -> None:
    with pytest.raises(PlanError, match="outside the calendar"):
        Duration.parse("9999y").after(date(2022, 1, 1))
    with pytest.raises(PlanError, match="outside the calendar"):
        Duration(days=10**9).after(date(2022, 1, 1))
