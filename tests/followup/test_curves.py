"""The curves by which a target falls due, and the earlier periods that one of them is drawn by."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Course, Goal, Milestone, Period, Phase, PlanError, Target
from hgplan.followup.curves import History, Linear, Milestones, Phases
from hgplan.followup.earlier import MOST, earlier_periods, same_day

YEAR = Period.parse("2022")
PERIODS = st.sampled_from(["2022", "2024", "2022-Q3", "2022-02", "2024-02", "2022-W09", "2022-05-03/2023-02-28"])
PLAIN = Goal(id="g", title="G")


def days(period: Period) -> list[date]:
    return [period.start + timedelta(days=number) for number in range(period.days)]


@st.composite
def curves(draw: st.DrawFn, period: Period) -> tuple[object, Goal, list[Course]]:
    inside = st.dates(period.start, period.end)
    match draw(st.sampled_from(["linear", "history", "milestones", "phases"])):
        case "linear":
            return Linear(), PLAIN, []
        case "history":
            return (
                History(),
                PLAIN,
                draw(st.lists(courses(period), min_size=1, max_size=4, unique_by=lambda c: c.period)),
            )
        case "milestones":
            stones = st.builds(Milestone, day=inside, share=st.floats(0, 1)) | st.builds(
                Milestone, day=inside, value=st.integers(0, 150)
            )
            found = draw(st.lists(stones, max_size=4, unique_by=lambda stone: stone.day))
            target = Target(period=period.id, at_least=100)
            return Milestones(), Goal(id="g", title="G", milestones=found, targets=[target]), []
        case _:
            ends = draw(st.lists(st.tuples(inside, inside).map(sorted), min_size=1, max_size=4))
            shares = [draw(st.none() | st.floats(0.01, 1)) for _ in ends]
            phases = [
                Phase(id=f"p{number}", title="P", start=start, end=end, share=share)
                for number, ((start, end), share) in enumerate(zip(ends, shares, strict=True))
            ]
            return Phases(phases), PLAIN, []


@st.composite
def courses(draw: st.DrawFn, period: Period) -> Course:
    [*earlier] = earlier_periods(period, since=date(2010, 1, 1), until=period.start)
    past = draw(st.sampled_from(earlier))
    told = sorted(draw(st.sets(st.dates(past.start, past.end), max_size=5)) | {past.end})
    values = sorted(draw(st.lists(st.integers(0, 50), min_size=len(told), max_size=len(told))))
    return Course(period=past, values=[(day, value + 1.0) for day, value in zip(told, values, strict=True)])


@given(st.data(), PERIODS)
def test_what_is_due_never_falls_and_all_of_it_is_due_at_the_end(data: st.DataObject, text: str) -> None:
    period = Period.parse(text)
    curve, goal, history = data.draw(curves(period))
    shares = [curve.expected(goal, period, history, day) for day in days(period)]  # type: ignore[attr-defined]
    assert all(0 <= share <= 1 + 1e-12 for share in shares)
    assert all(before <= after + 1e-12 for before, after in itertools.pairwise(shares))
    assert shares[-1] == pytest.approx(1)


@given(PERIODS, st.dates(date(1990, 1, 1), date(2022, 1, 1)))
def test_earlier_periods_are_as_long_lie_apart_and_are_told_of_by_the_data(text: str, since: date) -> None:
    period = Period.parse(text)
    found = earlier_periods(period, since=since, until=period.end)
    assert len(found) <= MOST
    for before, after in zip(found, [*found, period][1:], strict=True):
        assert before.end < after.start
        assert abs(before.days - period.days) <= 1
        assert since <= before.start + timedelta(days=period.days // 50)
        assert [same_day(day, period, before) for day in (period.start, period.end)] == [before.start, before.end]


def test_a_period_longer_than_a_year_has_earlier_ones_that_do_not_overlap() -> None:
    both = Period.parse("2022-01-01/2023-12-31")
    assert [past.start.year for past in earlier_periods(both, since=date(2018, 1, 1), until=both.start)] == [2018, 2020]


def test_a_year_that_has_not_come_is_held_to_those_that_are_over() -> None:
    found = earlier_periods(Period.parse("2027"), since=date(2021, 1, 1), until=date(2023, 12, 31))
    assert [past.start.year for past in found] == [2021, 2022, 2023]


def test_a_year_of_which_the_data_miss_more_than_a_week_does_not_count() -> None:
    assert len(earlier_periods(YEAR, since=date(2020, 1, 8), until=YEAR.end)) == 2
    assert len(earlier_periods(YEAR, since=date(2020, 1, 9), until=YEAR.end)) == 1


def test_years_are_added_before_they_are_divided() -> None:
    small = Course(period=Period.parse("2020"), values=[(date(2020, 6, 30), 9.0), (date(2020, 12, 31), 10.0)])
    large = Course(period=Period.parse("2021"), values=[(date(2021, 6, 30), 21.0), (date(2021, 12, 31), 90.0)])
    assert History().expected(PLAIN, YEAR, [small, large], date(2022, 6, 30)) == 0.3


@pytest.mark.parametrize("values", [[], [(date(2021, 12, 31), 0.0)], [(date(2021, 12, 31), None)]])
def test_earlier_years_that_brought_nothing_say_nothing(values: list[tuple[date, float | None]]) -> None:
    past = Course(period=Period.parse("2021"), values=values)
    assert History().expected(PLAIN, YEAR, [past], date(2022, 6, 30)) is None
    assert History().expected(PLAIN, YEAR, [], date(2022, 6, 30)) is None


def test_a_milestones_own_figure_counts_against_its_periods_target() -> None:
    stones = [Milestone(day=date(2022, 9, 11), value=18000), Milestone(day=date(2023, 6, 30), share=0.9)]
    targets = [Target(period="2022", at_least=24000), Target(period="2023", at_least=25000)]
    goal = Goal(id="g", title="G", milestones=stones, targets=targets)
    assert Milestones().expected(goal, YEAR, (), date(2022, 9, 11)) == 0.75
    assert Milestones().expected(goal, Period.parse("2023"), (), date(2023, 6, 30)) == 0.9


def test_a_milestone_of_a_level_counts_from_the_stated_baseline() -> None:
    goal = Goal(id="g", title="G", baseline=200, milestones=[Milestone(day=date(2022, 6, 30), value=210)],
                targets=[Target(period="2022", at_least=240)])  # fmt: skip
    assert Milestones(adds=False).expected(goal, YEAR, (), date(2022, 6, 30)) == 0.25


def test_phases_without_shares_share_by_their_days() -> None:
    spring = Phase(id="s", title="S", start=date(2022, 4, 1), end=date(2022, 4, 10))
    autumn = Phase(id="a", title="A", start=date(2022, 9, 1), end=date(2022, 9, 30))
    undated = Phase(id="u", title="U")
    paced = Phases([spring, autumn, undated])
    found = [paced.expected(PLAIN, YEAR, (), date(2022, *day)) for day in ((3, 31), (4, 10), (8, 1), (9, 15))]
    assert found == [0, 0.25, 0.25, 0.625]
    assert paced.expected(PLAIN, Period.parse("2023"), (), date(2023, 5, 1)) is None


def test_a_phase_that_goes_on_into_another_year_counts_with_its_days_in_the_period() -> None:
    before = Phase(id="b", title="B", start=date(2022, 7, 1), end=date(2022, 9, 10), share=0.5)
    after = Phase(id="a", title="A", start=date(2022, 12, 22), end=date(2023, 1, 10), share=1)
    # 10 of its 20 days lie in 2022: half of its share, as much as the other phase's.
    assert Phases([before, after]).expected(PLAIN, YEAR, (), date(2022, 10, 1)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (lambda: Milestone(day=date(2022, 1, 1)), "has no figure"),
        (lambda: Milestone(day=date(2022, 1, 1), share=0.5, value=3), "is given twice: share and value"),
        (lambda: Milestone(day=date(2022, 1, 1), share=40), "cannot be above 1"),
        (lambda: Goal(id="g", title="G", pace="milestones"), "goes by milestones and has none"),
        (
            lambda: Goal(id="g", title="G", milestones=[Milestone(day=date(2022, 1, 1), share=0.1)] * 2),
            "two milestones",
        ),
        (lambda: Phase(id="p", title="P", share=-1), "cannot be below 0"),
    ],
)
def test_a_milestone_or_a_share_that_makes_no_sense_is_refused(made: object, what: str) -> None:
    with pytest.raises(PlanError, match=what):
        made()  # type: ignore[operator]


def test_of_a_level_earlier_years_say_nothing() -> None:
    past = Course(period=Period.parse("2021"), values=[(date(2021, 6, 30), 90.0), (date(2021, 12, 31), 100.0)])
    assert History(adds=False).expected(PLAIN, YEAR, [past], date(2022, 6, 30)) is None


def test_the_first_years_of_the_calendar_have_none_before_them() -> None:
    assert earlier_periods(Period.parse("0001"), since=date.min, until=date.max) == ()
    assert len(earlier_periods(Period.parse("0003"), since=date.min, until=date.max)) == 2
