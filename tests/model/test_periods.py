"""Periods and grains: every day lies in one period of each grain, and its name leads back to it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import PlanError, UnknownName
from hgplan.model import GRAINS, Calendar, Duration, Grain, Period, Phase
from hgplan.model.grains import as_grain, nests, require_nesting, whole_periods
from hgplan.model.periods import grain_of, next_period, period_of, periods_between, previous_period, reads_as_period

days = st.dates(date(1600, 1, 1), date(2400, 1, 1))
grains = st.sampled_from(GRAINS)
starts = st.sampled_from(["01-01", "07-01", "04-06", "12-31", "01-31", "02-28"])


@given(days, grains, starts)
def test_the_name_of_a_period_leads_back_to_it(day: date, grain: Grain, year_starts: str) -> None:
    period = period_of(day, grain, year_starts=year_starts)
    assert day in period
    assert Period.parse(period.id, year_starts=year_starts) == period
    assert reads_as_period(period.id)


@given(days, st.integers(0, 1000), grains, starts)
def test_periods_follow_each_other_without_gap_or_overlap(day: date, length: int, grain: Grain, starts: str) -> None:
    until = day + timedelta(length)
    found = periods_between(day, until, grain, year_starts=starts)
    assert day in found[0]
    assert until in found[-1]
    for earlier, later in pairwise(found):
        assert later.start == earlier.end + timedelta(1)
        assert next_period(earlier, grain, year_starts=starts) == later
        assert previous_period(later, grain, year_starts=starts) == earlier


@given(days, grains, grains, starts)
def test_what_nests_lies_in_one_period_of_the_coarser_grain(day: date, inner: Grain, outer: Grain, starts: str) -> None:
    if nests(inner, outer, year_starts=starts):
        small = period_of(day, inner, year_starts=starts)
        large = period_of(day, outer, year_starts=starts)
        assert large.start <= small.start <= small.end <= large.end


@pytest.mark.parametrize("inner", GRAINS)
@pytest.mark.parametrize("outer", GRAINS)
@pytest.mark.parametrize("starts", ["01-01", "07-01", "04-06"])
def test_what_does_not_nest_is_cut_somewhere(inner: Grain, outer: Grain, starts: str) -> None:
    if not nests(inner, outer, year_starts=starts):
        found = periods_between(date(2000, 1, 1), date(2030, 1, 1), inner, year_starts=starts)
        assert any(
            period_of(period.start, outer, year_starts=starts) != period_of(period.end, outer, year_starts=starts)
            for period in found
        )


def test_weeks_are_those_of_the_iso_calendar_from_1990_to_2060() -> None:
    day = date(1990, 1, 1)
    while day < date(2060, 1, 1):
        year, week, weekday = day.isocalendar()
        period = period_of(day, "week")
        assert period.id == f"{year}-W{week:02}"
        assert period.start == day - timedelta(weekday - 1)
        day += timedelta(1)


def test_tertials_are_four_months_each() -> None:
    day = date(1990, 1, 1)
    while day < date(2030, 1, 1):
        assert period_of(day, "tertial").id == f"{day.year}-T{(day.month + 3) // 4}"
        day += timedelta(1)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2022", "2022-01-01", "2022-12-31"), ("2022-H1", "2022-01-01", "2022-06-30"),
        ("2022-T2", "2022-05-01", "2022-08-31"), ("2022-T3", "2022-09-01", "2022-12-31"),
        ("2022-Q4", "2022-10-01", "2022-12-31"), ("2024-02", "2024-02-01", "2024-02-29"),
        ("2022-W52", "2022-12-26", "2023-01-01"), ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2022-03-01", "2022-03-01", "2022-03-01"), ("2022-03-01/2022-09-11", "2022-03-01", "2022-09-11"),
    ],
)  # fmt: skip
def test_a_text_names_its_days(text: str, start: str, end: str) -> None:
    period = Period.parse(text)
    assert (period.start.isoformat(), period.end.isoformat(), period.id) == (start, end, text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2022", "2022-07-01", "2023-06-30"), ("2022-Q1", "2022-07-01", "2022-09-30"),
        ("2022-Q4", "2023-04-01", "2023-06-30"), ("2022-T3", "2023-03-01", "2023-06-30"),
        ("2022-H2", "2023-01-01", "2023-06-30"), ("2022-03", "2022-03-01", "2022-03-31"),
        ("2022-W01", "2022-01-03", "2022-01-09"),
    ],
)  # fmt: skip
def test_a_broken_year_moves_all_but_months_and_weeks(text: str, start: str, end: str) -> None:
    period = Period.parse(text, year_starts="07-01")
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2022-Q5", "a year has Q1 to Q4"), ("2022-T4", "a year has T1 to T3"), ("2022-H0", "a year has H1 to H2"),
        ("2022-13", "months 01 to 12"), ("2021-W53", "2021 has no week 53"), ("2022-02-30", "no day of the calendar"),
        ("2022-q1", "is no period"), ("22", "is no period"), ("", "is no period"), ("2022 ", "is no period"),
        ("2022-01-31/2022-01-01", "before its start"), ("2022-01/2022-03", "is no period"), ("0000", "outside"),
        ("9999", "outside"), ("plan", "has none of its own"), ("٢٠٢٢", "is no period"),
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_its_text(text: str, what: str) -> None:
    with pytest.raises(PlanError, match=what) as caught:
        Period.parse(text)
    assert repr(text) in caught.value.what or what == "outside"


def test_a_phase_is_a_period_by_its_id() -> None:
    phases = [Phase(id="before", title="Before", start=date(2022, 1, 1), end=date(2022, 9, 10))]
    assert Period.parse("before", phases=phases) == Period(id="before", start=date(2022, 1, 1), end=date(2022, 9, 10))
    with pytest.raises(UnknownName, match="did you mean 'before'"):
        Period.parse("befor", phases=phases)


def test_the_plan_is_a_period() -> None:
    plan = Period(id="plan", start=date(2022, 1, 1), end=date(2023, 12, 31))
    assert Period.parse("plan", plan=plan) == plan


@given(days, grains)
def test_a_whole_period_knows_its_grain(day: date, grain: Grain) -> None:
    found = grain_of(period_of(day, grain))
    assert found is not None
    assert period_of(day, found).start == period_of(day, grain).start
    assert nests(found, grain)


def test_a_stretch_of_its_own_has_no_grain() -> None:
    assert grain_of(Period.parse("2022-01-02/2022-01-31")) is None
    assert grain_of(Period.parse("2022-01-01/2022-01-31")) == "month"


@pytest.mark.parametrize("outer", ["month", "quarter", "tertial", "half", "year"])
def test_weeks_are_refused_in_what_they_do_not_nest_in(outer: Grain) -> None:
    with pytest.raises(PlanError, match="weeks do not nest in"):
        require_nesting("week", outer)


@pytest.mark.parametrize(
    ("duration", "grain", "count"),
    [("1y", "month", 12), ("1y", "quarter", 4), ("2y", "year", 2), ("14d", "week", 2), ("5d", "day", 5),
     ("1y", "tertial", 3), ("6mo", "half", 1)],
)  # fmt: skip
def test_a_duration_is_a_whole_number_of_periods(duration: str, grain: Grain, count: int) -> None:
    assert whole_periods(Duration.parse(duration), grain) == count


@pytest.mark.parametrize(
    ("duration", "grain"),
    [("1mo", "quarter"), ("30d", "month"), ("1y", "week"), ("1mo", "day"), ("8d", "week"), ("0d", "day"),
     ("1mo1d", "month"), ("4mo", "half")],
)  # fmt: skip
def test_a_duration_that_is_no_whole_number_of_periods_is_refused(duration: str, grain: Grain) -> None:
    with pytest.raises(PlanError, match="no whole number"):
        whole_periods(Duration.parse(duration), grain)


def test_an_unknown_grain_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'quarter'"):
        as_grain("quater")


def test_a_calendar_may_overlap_and_leave_gaps() -> None:
    autumn = Period(id="autumn", start=date(2022, 8, 15), end=date(2022, 12, 20))
    election = Period(id="election", start=date(2022, 8, 24), end=date(2022, 9, 11))
    terms = Calendar(name="term", periods=[autumn, election])
    assert terms.holding(date(2022, 9, 1)) == (autumn, election)
    assert terms.holding(date(2022, 7, 1)) == ()


def test_a_calendar_tells_all_that_is_wrong_with_it() -> None:
    day = Period(id="a", start=date(2022, 1, 1), end=date(2022, 1, 1))
    with pytest.raises(PlanError) as caught:
        Calendar(name="month", periods=[day, day])
    assert len(caught.value.faults) == 2
