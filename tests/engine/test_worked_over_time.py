"""Figures over time, worked out by hand: running, shifted, earlier, and as reported."""

from __future__ import annotations

from datetime import date

import pytest
from drawn.worked import Tell, near, question, values

from hgplan.metrics import Events, Measure, Snapshots, Spells

CONTACTS = Events("contacts", at="day", unit="unit", entity="person", columns={"minutes": "int"})
MEMBERS = Spells("members", start="joined", end="left", entity="person", unit="unit")
REPORTS = Snapshots("reports", at="day", unit="unit", columns={"members": "int"})

TALKS = """
    day        unit person minutes
    2023-12-31 a1   p1     1
    2024-01-01 a1   p1     2
    2024-01-31 a1   p2     4
    2024-02-29 a1   p1     8
    2024-03-31 a1   p3     16
"""
QUARTER = {"start": date(2024, 1, 1), "until": date(2024, 3, 31)}


def by_month(tell: Tell, measure: Measure, **asked: object) -> list[float | None]:
    told = tell(question(measure, {CONTACTS: TALKS}, every="month", **{**QUARTER, **asked}))  # type: ignore[arg-type]
    return [one.value for key, one in told.items() if key[0] == "a1"]


@pytest.mark.parametrize(
    ("measure", "january", "february", "march"),
    [
        (CONTACTS.sum("minutes").to_date("year"), 6, 14, 30),
        (CONTACTS.sum("minutes").to_date(), 7, 15, 31),
        (CONTACTS.sum("minutes").to_date("month"), 6, 8, 16),
        (CONTACTS.sum("minutes").to_date("year", at="first"), 2, 6, 14),
        (CONTACTS.distinct().to_date("year"), 2, 2, 3),
        # (31 December, 31 January]; (29 January, 29 February]; (29 February, 31 March].
        (CONTACTS.sum("minutes").trailing("1mo"), 6, 12, 16),
        (CONTACTS.sum("minutes").trailing("31d"), 6, 12, 16),
        (CONTACTS.sum("minutes").trailing("32d"), 7, 12, 24),
        (CONTACTS.sum("minutes").trailing("1d"), 4, 8, 16),
        # A ratio of sums, not a mean of months.
        (CONTACTS.mean("minutes").trailing("2mo"), 7 / 3, 15 / 4, 12),
        # No day of February lies a month after 31 January; the last three days of March all lie on 29 February.
        (CONTACTS.sum("minutes").shift("1mo"), 1, 2, 24),
        (CONTACTS.sum("minutes").shift("31d"), 1, 2, 12),
        (CONTACTS.count().shift(to="month"), 31, 0, 0),
        (CONTACTS.sum("minutes").previous("1mo"), 1, 6, 8),
        (CONTACTS.sum("minutes").to_date("year").previous("1mo"), 1, 6, 14),
        (CONTACTS.sum("minutes").trailing("32d").shift("1mo"), 1, 3, 12),
        (CONTACTS.sum("minutes").shift("1mo").trailing("32d"), 1, 3, 24),
        (CONTACTS.sum("minutes") / CONTACTS.sum("minutes").previous("1mo"), 6, 8 / 6, 2),
    ],
)
def test_running_and_shifted_figures(
    tell: Tell, measure: Measure, january: float, february: float, march: float
) -> None:
    assert by_month(tell, measure) == [january, february, march]


def test_a_running_figure_does_not_see_the_asked_range(tell: Tell) -> None:
    march = {"start": date(2024, 3, 1), "until": date(2024, 3, 31)}
    assert by_month(tell, CONTACTS.sum("minutes").to_date("year"), **march) == [30]
    assert by_month(tell, CONTACTS.first().count(), **march) == [1]


def test_a_running_figure_of_a_coarser_grain_is_read_as_asked(tell: Tell) -> None:
    two_days = {"start": date(2024, 1, 1), "until": date(2024, 1, 2)}
    measures = {at: CONTACTS.sum("minutes").trailing("2d", at=at) for at in ("last", "first", "mean")}
    read = {at: by_month(tell, measure, **two_days) for at, measure in measures.items()}
    # (30 December, 1 January] holds 1 + 2, (31 December, 2 January] holds 2.
    assert read == {"last": [2], "first": [3], "mean": [2.5]}


def test_a_running_figure_is_read_on_the_last_day_that_has_one(tell: Tell) -> None:
    # The windows of seven days have a mean only from 29 February to 6 March.
    assert by_month(tell, CONTACTS.where("minutes == 8").mean("minutes").trailing("7d")) == [None, 8, 8]
    assert by_month(tell, CONTACTS.where("minutes == 8").count().trailing("7d")) == [0, 1, 0]


def test_the_period_that_holds_the_last_day_is_worked_out_up_to_it(tell: Tell) -> None:
    asked = {"start": date(2024, 1, 1), "until": date(2024, 2, 28)}
    assert by_month(tell, CONTACTS.sum("minutes"), **asked) == [6, 0]
    assert by_month(tell, CONTACTS.sum("minutes").trailing("29d"), **asked) == [4, 4]
    # 28 days lie a month back of 28 days; 29 January is none of them.
    assert by_month(tell, CONTACTS.sum("minutes").shift("1mo"), **asked) == [1, 2]


REGISTER = """
    person unit joined     left
    p1     a1   2023-01-01 2024-01-15
    p2     a1   2024-02-10 -
    p3     a1   2024-02-20 2024-03-31
"""


@pytest.mark.parametrize(
    ("measure", "months"),
    [
        (MEMBERS.active(), [0, 2, 1]),
        (MEMBERS.active("start"), [1, 0, 2]),
        # 31 December, 29 January, 29 February.
        (MEMBERS.active().shift("1mo"), [1, 0, 2]),
        (MEMBERS.active().shift("15d"), [0, 1, 2]),
        (MEMBERS.active().previous("1mo"), [1, 0, 2]),
        (MEMBERS.active() - MEMBERS.active("start"), [-1, 2, -1]),
        (MEMBERS.active().trailing("30d"), [0, 2, 1]),
    ],
)
def test_stocks_are_read_on_a_day(tell: Tell, measure: Measure, months: list[int]) -> None:
    told = tell(question(measure, {MEMBERS: REGISTER}, every="month", **QUARTER))
    assert [one.value for key, one in told.items() if key[0] == "a1"] == months


STOCKS = """
    unit day        members
    a1   2024-01-31 100
    a1   2024-02-28 110
    a1   2024-03-31 105
    a2   2024-01-31 50
    a2   2024-03-15 60
    a4   2024-01-31 20
    a4   2024-01-31 1
    a3   2024-03-31 9
    a3   2024-04-01 7
"""


@pytest.mark.parametrize(
    ("measure", "quarter"),
    [
        (REPORTS.last("members"), [105, 60, 21, 174, 21, 195]),
        (REPORTS.first("members"), [100, 50, 21, 159, 21, 180]),
        # 31 March, for all.
        (REPORTS.last("members", per=None), [105, None, None, 114, None, 114]),
        # Ends of months: January 171, February 110, March 174.
        (REPORTS.average("members", "month"), [105, 55, 21, 434 / 3, 21, (171 + 110 + 174) / 3]),
        (REPORTS.where("members > 50").last("members"), [105, 60, None, 165, None, 165]),
        (REPORTS.last("members").default(0), [105, 60, 21, 174, 21, 195]),
        # January's reports stand until the last day of February, February's until 28 March.
        (REPORTS.carry_forward("1mo").last("members", per="entity"), [105, 60, 21, 174, 21, 195]),
        (REPORTS.where("members < 30").last("members").default(0), [0, 0, 21, 9, 21, 30]),
    ],
)
def test_reported_stocks_are_picked_in_time_and_added_over_units(
    tell: Tell, measure: Measure, quarter: list[float | None]
) -> None:
    told = tell(question(measure, {REPORTS: STOCKS}, every="quarter", **QUARTER))
    assert near(values(told, "a1", "a2", "a4", "north", "south", "union"), quarter)


def test_a_report_stands_until_the_next_one_or_until_it_is_too_old(tell: Tell) -> None:
    asked = {"start": date(2024, 2, 1), "until": date(2024, 3, 31), "every": "month"}
    bare = tell(question(REPORTS.last("members"), {REPORTS: STOCKS}, **asked))  # type: ignore[arg-type]
    carried = tell(question(REPORTS.carry_forward("1mo").last("members"), {REPORTS: STOCKS}, **asked))  # type: ignore[arg-type]
    february, march = date(2024, 2, 1), date(2024, 3, 1)
    assert [bare[(unit, february)].value for unit in ("a1", "a2", "a4", "union")] == [110, None, None, 110]
    assert [carried[(unit, february)].value for unit in ("a1", "a2", "a4", "union")] == [110, 50, 21, 181]
    assert [carried[(unit, march)].value for unit in ("a1", "a2", "a4", "union")] == [105, 60, None, 174]
    daily = tell(question(REPORTS.carry_forward("1mo").average("members"), {REPORTS: STOCKS}, **asked))  # type: ignore[arg-type]
    # In February a1 has 100 for 27 days and 110 for two, a4 has 21 for all.
    assert daily[("a1", february)].value == pytest.approx((27 * 100 + 2 * 110) / 29)
    assert daily[("a4", february)].value == 21


def test_a_report_stands_in_the_tree_of_its_day(tell: Tell) -> None:
    told = tell(question(REPORTS.last("members"), {REPORTS: STOCKS}, every="half", until=date(2024, 6, 30)))
    # a3's newest report is of April, in the south.
    assert values(told, "north", "south") == [165, 28]


def test_a_day_on_which_a_shift_lands_thrice_is_one_end_of_an_average(tell: Tell) -> None:
    # The last three days of March all lie on 29 February a month earlier.
    reports = """
        day        unit members
        2024-02-28 a1   2
        2024-02-29 a1   8
    """
    measure = REPORTS.average("members", every="day").shift("1mo")
    told = tell(question(measure, {REPORTS: reports}, every="month", start=date(2024, 3, 1), until=date(2024, 3, 31)))
    assert [(one.value, one.rows) for key, one in told.items() if key[0] == "a1"] == [(5, 2)]
