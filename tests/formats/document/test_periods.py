"""When something is to be: years, parts of years, days, deadlines, rhythms, and what is not meant."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.formats.document.deadlines import Span, period_text, periods_of
from hgplan.formats.document.periods import times_in
from hgplan.formats.document.rhythms import Rhythm
from hgplan.model import Period


def mention(text: str) -> tuple[str, str]:
    (found,) = times_in(text).mentions
    return period_text(Span(found.first, found.last)), found.role


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("år 2022", "2022"),
        ("under 2022 – 2023", "2022-01-01/2023-12-31"),
        ("2022-2023", "2022-01-01/2023-12-31"),
        ("2024 to 2027", "2024-01-01/2027-12-31"),
        ("läsåret 2024/25", "2024-07-01/2025-06-30"),
        ("Q3 2024", "2024-Q3"),
        ("kvartal 3 2024", "2024-Q3"),
        ("tredje kvartalet 2024", "2024-Q3"),
        ("third quarter of 2024", "2024-Q3"),
        ("första halvåret 2024", "2024-H1"),
        ("T2 2024", "2024-T2"),
        ("maj 2024", "2024-05"),
        ("January–March 2024", "2024-Q1"),
        ("1 mars–30 juni 2024", "2024-03-01/2024-06-30"),
        ("2024-03-01 – 2024-06-30", "2024-03-01/2024-06-30"),
    ],
)
def test_a_time_is_read_in_every_form(text: str, period: str) -> None:
    assert mention(text) == (period, "in")


@pytest.mark.parametrize(
    "text",
    ["till 2027", "senast 2027", "by 2027", "by the end of 2027", "före utgången av 2027", "vid utgången av 2027"],
)
def test_a_deadline_is_told_from_a_time(text: str) -> None:
    assert mention(text) == ("2027", "by")


@pytest.mark.parametrize("text", ["jämfört med 2021", "sedan 2021", "2021 års nivå", "than in 2021"])
def test_a_year_that_is_compared_with_is_no_time_of_a_goal(text: str) -> None:
    assert mention(text) == ("2021", "since")


@pytest.mark.parametrize(
    ("text", "grain", "step"),
    [
        ("två gånger per år", "year", 1),
        ("varje månad", "month", 1),
        ("en gång i veckan", "week", 1),
        ("var tredje månad", "month", 3),
        ("varannan vecka", "week", 2),
        ("1 kurs/år", "year", 1),
        ("twice a year", "year", 1),
        ("every second month", "month", 2),
        ("quarterly", "quarter", 1),
    ],
)
def test_a_rhythm_is_read(text: str, grain: str, step: int) -> None:
    (found,) = times_in(text).rhythms
    assert (found.grain, found.step) == (grain, step)


@pytest.mark.parametrize("text", ["within a year", "half a year", "den 31 februari 2024", "2024-13-01"])
def test_what_is_no_time_is_left(text: str) -> None:
    found = times_in(text)
    assert not found.rhythms
    assert not [mention for mention in found.mentions if mention.first == mention.last]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 900))
def test_a_stretch_of_days_is_written_as_a_period_that_means_it(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    period = Period.parse(period_text(Span(first, last)))
    assert (period.start, period.end) == (first, last)


@given(
    st.integers(2000, 2080),
    st.integers(1, 4),
    st.sampled_from(["year", "half", "tertial", "quarter", "month", "week"]),
    st.integers(1, 6),
)
def test_the_periods_of_a_rhythm_lie_in_the_time_apart(year: int, years: int, grain: str, step: int) -> None:
    span = Span(date(year, 1, 1), date(year + years - 1, 12, 31))
    found = [Period.parse(text) for text in periods_of(span, Rhythm(start=0, end=0, grain=grain, step=step))]
    assert all(span.first <= period.start and period.end <= span.last for period in found)
    assert all(one.end < two.start for one, two in pairwise(found))


@given(st.text(max_size=200))
def test_any_text_gives_times_inside_it(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in times_in(text).spans)
