"""Ratios, nothing, what is known when, and what is owed: worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from drawn.worked import UNION, Tell, near, question, tree, values

from hgplan.metrics import Dimension, Events, Measure, Snapshots, Spells

CONTACTS = Events("contacts", at="day", unit="unit", entity="person",
                  columns={"reached": "int", "joined": "int", "fee": "decimal(2)"})  # fmt: skip
TALKS = """
    day        unit person reached joined fee
    2024-01-01 a1   p1     10      5      0.10
    2024-01-01 a2   p2     90      9      0.20
    2024-01-01 a4   p3     40      0      -
"""
RATE = CONTACTS.sum("joined") / CONTACTS.sum("reached")
MONTH = {"start": date(2024, 1, 1), "until": date(2024, 1, 31)}


@pytest.mark.parametrize(
    ("measure", "cells"),
    [
        (RATE, [0.5, 0.1, None, 0, 0.14, 0, 0.1]),
        (RATE.default(0), [0.5, 0.1, 0, 0, 0.14, 0, 0.1]),
        (RATE.numerator, [5, 9, 0, 0, 14, 0, 14]),
        (RATE.denominator, [10, 90, 0, 40, 100, 40, 140]),
        (RATE + 1, [1.5, 1.1, None, 1, 1.14, 1, 1.1]),
        (RATE.mean_of_units("association"), [0.5, 0.1, None, 0, 0.3, 0, 0.2]),
        (RATE.default(0).mean_of_units("association"), [0.5, 0.1, 0, 0, 0.2, 0, 0.15]),
        (CONTACTS.mean("fee"), [0.1, 0.2, None, None, 0.15, None, 0.15]),
        (CONTACTS.sum("fee"), [0.1, 0.2, 0, 0, 0.3, 0, 0.3]),
        (CONTACTS.sum("fee").default(None), [0.1, 0.2, None, 0, 0.3, 0, 0.3]),
        (CONTACTS.min("reached"), [10, 90, None, 40, 10, 40, 10]),
        (CONTACTS.max("reached").default(0), [10, 90, 0, 40, 90, 40, 90]),
        (CONTACTS.quantile("reached", 0.25), [10, 90, None, 40, 30, 40, 25]),
        (CONTACTS.count().default(3), [1, 1, 3, 1, 2, 1, 3]),
        (1 - RATE * 2, [0, 0.8, None, 1, 0.72, 1, 0.8]),
    ],
)
def test_a_ratio_is_a_sum_over_a_sum_and_nothing_over_nothing_is_nothing(
    tell: Tell, measure: Measure, cells: list[float | None]
) -> None:
    told = tell(question(measure, {CONTACTS: TALKS}, every="month", **MONTH))
    asked = values(told, "a1", "a2", "a3", "a4", "north", "south", "union")
    assert near(asked, cells)
    for unit, value in zip(("a1", "a2", "a3", "a4", "north", "south", "union"), asked, strict=True):
        assert told[(unit,)].availability == ("undefined" if value is None else "available")


def test_a_unit_has_no_figure_for_the_time_when_it_is_not_there(tell: Tell) -> None:
    told = tell(question(CONTACTS.count(), {CONTACTS: TALKS}, every="half"))
    first, second = date(2024, 1, 1), date(2024, 7, 1)
    assert told[("a5", first)].availability == told[("a4", second)].availability == "not_expected"
    assert told[("a5", first)].value is None
    assert [told[(unit, second)].value for unit in ("a5", "south")] == [0, 0]


def test_a_running_figure_of_a_unit_that_is_gone_is_not_expected(tell: Tell) -> None:
    contacts = """
        day        unit person
        2024-06-30 a4   p1
    """
    last, second = date(2024, 4, 1), date(2024, 7, 1)
    for measure in (CONTACTS.count().to_date("year"), CONTACTS.count().trailing("12mo").default(0)):
        told = tell(question(measure, {CONTACTS: contacts}, every="quarter"))
        assert (told[("a4", last)].value, told[("a4", last)].availability) == (1, "available")
        assert (told[("a4", second)].value, told[("a4", second)].availability) == (None, "not_expected")
        assert told[("south", second)].value == 1


def test_a_mean_of_units_of_a_unit_that_is_gone_is_not_expected(tell: Tell) -> None:
    told = tell(question(CONTACTS.count().mean_of_units("association"), {CONTACTS: TALKS}, every="half"))
    first, second = date(2024, 1, 1), date(2024, 7, 1)
    # a4 is the south's only open association in January, a3 the one from April on; a5 comes in September.
    assert [told[("south", half)].denominator for half in (first, second)] == [2, 2]
    assert told[("a4", second)].availability == told[("a5", first)].availability == "not_expected"


def test_coverage_counts_no_unit_above_the_line_that_it_does_not_count_below(tell: Tell) -> None:
    organisation = tree("""
        unit  parent level       opened closed
        union -      union       -      -
        a1    union  association -      2024-01-01
        a2    union  association -      -
        l1    a1     local       -      -
    """)
    contacts = """
        day        unit person
        2024-02-01 l1   p1
    """
    asked = question(CONTACTS.coverage("association"), {CONTACTS: contacts}, organisation=organisation)
    told = tell(asked)[("union",)]
    assert (told.value, told.numerator, told.denominator) == (0, 0, 1)


def test_a_report_of_nobody_s_desk_is_its_unit_s(tell: Tell) -> None:
    reports = Snapshots("reports", at="day", unit="unit", entity="desk", columns={"n": "int"})
    stocks = """
        day        unit desk n
        2024-03-01 a1   -    1
        2024-03-02 a2   -    2
        2024-03-03 a1   d1   4
        2024-03-04 a2   d1   8
    """
    told = tell(question(reports.last("n"), {reports: stocks}))
    assert values(told, "a1", "a2", "union") == [1, 10, 11]


def test_an_answer_that_is_nowhere_known_reads_the_day_that_was_asked(tell: Tell) -> None:
    talks = """
        day        unit person
        2024-02-10 a1   p1
    """
    asked = {"every": "quarter", "start": date(2024, 1, 1), "until": date(2024, 3, 31)}
    told = tell(question((CONTACTS.count() / 0).to_date("year", at="first"), {CONTACTS: talks}, **asked))  # type: ignore[arg-type]
    assert (told[("a1",)].rows, told[("a1",)].availability) == (0, "undefined")
    told = tell(question((CONTACTS.count() / 0).to_date("year"), {CONTACTS: talks}, **asked))  # type: ignore[arg-type]
    assert (told[("a1",)].rows, told[("a1",)].availability) == (1, "undefined")


LATE = """
    day        unit person
    2024-09-01 a4   p1
"""


def test_a_closed_unit_s_late_rows_count_above_it(tell: Tell) -> None:
    told = tell(question(CONTACTS.count(), {CONTACTS: LATE}, every="half"))
    second = date(2024, 7, 1)
    assert [told[(unit, second)].value for unit in ("a4", "south", "union")] == [None, 1, 1]


ENTRIES = Events("entries", at="day", unit="unit", id="number", recorded="seen", columns={"n": "int"})
BOOK = """
    number unit day        seen       n
    e1     a1   2024-01-15 2024-01-20 5
    e2     a1   2024-01-28 2024-02-10 3
    e3     a2   2024-01-05 2024-03-02 4
    e1     a1   2024-01-15 2024-02-15 7
    e4     a2   2024-02-01 -          2
    e2     a1   2024-01-28 2024-03-05 0
    e4     a2   -          2024-04-01 2
"""


@pytest.mark.parametrize(
    ("known_on", "january", "february"),
    [
        (date(2024, 1, 1), 0, 2),
        (date(2024, 1, 31), 5, 2),
        (date(2024, 2, 12), 8, 2),
        (date(2024, 2, 28), 10, 2),
        (date(2024, 3, 31), 11, 2),
        (date(2024, 4, 1), 11, 0),
        (None, 11, 0),
    ],
)
def test_a_correction_replaces_what_was_known_before(
    tell: Tell, known_on: date | None, january: int, february: int
) -> None:
    asked = question(
        ENTRIES.sum("n"), {ENTRIES: BOOK}, every="month", until=date(2024, 2, 29), known_on=known_on
    )  # fmt: skip
    told = tell(asked)
    assert [told[("union", date(2024, month, 1))].value for month in (1, 2)] == [january, february]


SHEETS = Events("sheets", at="day", unit="unit", expected={"every": "month", "level": "association"},
                columns={"n": "int"})  # fmt: skip
SENT = """
    day        unit n
    2024-01-10 a1   4
    2024-02-10 a1   0
    2024-03-10 a1   6
    2024-01-10 a2   2
    2024-03-10 a2   3
    2024-02-10 a3   5
    2024-01-10 a4   0
"""


def test_a_report_that_is_missing_is_not_zero(tell: Tell) -> None:
    told = tell(question(SHEETS.sum("n"), {SHEETS: SENT}, every="quarter", until=date(2024, 3, 31)))
    assert values(told, "a1", "a2", "a3", "a4", "north", "south", "union") == [10, 5, 5, 0, 20, 0, 20]
    # Three months of a1, a2 and a3 in the north, of a4 in the south; a5 owes nothing yet.
    assert told[("north",)].completeness == pytest.approx(6 / 9)
    assert told[("south",)].completeness == pytest.approx(1 / 3)
    assert told[("a5",)].completeness is None
    months = tell(question(SHEETS.sum("n").default(7), {SHEETS: SENT}, every="month", until=date(2024, 3, 15)))
    february, march = date(2024, 2, 1), date(2024, 3, 1)
    assert (months[("a2", february)].availability, months[("a2", february)].value) == ("missing", None)
    assert (months[("a1", february)].availability, months[("a1", february)].value) == ("available", 0)
    # March's reports aren't due yet.
    assert (months[("a3", march)].availability, months[("a3", march)].value) == ("available", 7)
    assert months[("a3", march)].completeness is None


def test_a_measure_made_of_others_has_the_worst_of_its_parts(tell: Tell) -> None:
    measure = SHEETS.sum("n") + CONTACTS.mean("reached")
    told = tell(question(measure, {SHEETS: SENT, CONTACTS: TALKS}, every="month", until=date(2024, 2, 29)))
    january, february = date(2024, 1, 1), date(2024, 2, 1)
    found = {key: told[key].availability for key in [("a1", january), ("a1", february), ("a2", february)]}
    assert list(found.values()) == ["available", "undefined", "missing"]


def test_what_a_table_of_duties_lists_is_owed(tell: Tell) -> None:
    sheets = Events("sheets", at="day", unit="unit", expected="duties", columns={"n": "int"})
    asked = question(sheets.count(), {sheets: "day unit n"}, every="quarter", until=date(2024, 6, 30))
    duties = [
        {"unit": "a1", "period": "2024-01", "received": True},
        {"unit": "a1", "period": "2024-02", "received": False},
        {"unit": "a2", "period": "2024-Q2", "received": False},
    ]
    told = tell(asked.but(facts=asked.facts.but(duties=duties)))
    first, second = date(2024, 1, 1), date(2024, 4, 1)
    assert (told[("a1", first)].value, told[("a1", first)].completeness) == (0, 0.5)
    assert [told[(unit, second)].availability for unit in ("a1", "a2", "north")] == ["available", "missing", "missing"]


ACTIVITIES = Dimension("activities", key="activity", start="since", end="till", columns={"theme": "text"})
THEMES = """
    activity since      till       theme
    s1       -          2024-02-01 rent
    s1       2024-02-01 -          repairs
    s2       -          -          rent
"""
MEETINGS = Events("meetings", at="day", unit="unit", columns={"activity": "ref(activities)"})
HELD = """
    day        unit activity
    2024-01-31 a1   s1
    2024-02-01 a1   s1
    2024-02-01 a2   s2
    2024-02-01 a2   s3
    2024-02-01 a2   -
"""


def test_what_an_activity_is_about_is_asked_of_the_row_s_day(tell: Tell) -> None:
    tables = {MEETINGS: HELD, ACTIVITIES: THEMES}
    told = tell(question(MEETINGS.count(), tables, by=("activities.theme",)))
    assert {key[1]: one.value for key, one in told.items() if key[0] == "union"} == {"rent": 2, "repairs": 1, None: 2}
    measure = MEETINGS.where("activity.theme != 'rent'").count()
    assert values(tell(question(measure, tables)), "a1", "a2") == [1, 0]


def test_who_had_not_left_by_the_last_day_is_still_in(tell: Tell) -> None:
    members = Spells("members", start="joined", end="left", entity="person", unit="unit")
    register = """
        person unit joined     left
        p1     a1   2023-01-01 2024-02-01
        p2     a1   2024-02-02 -
    """
    asked = question(members.active() - members.ends().count(), {members: register}, until=date(2024, 1, 31))
    assert values(tell(asked), "a1") == [1]
    assert values(tell(asked.but(until=date(2024, 2, 1))), "a1") == [-1]


def test_an_organisation_of_its_own_has_rows_of_no_unit(tell: Tell) -> None:
    counts = Snapshots("counts", at="day", columns={"n": "int"})
    told = tell(question(counts.last("n"), {counts: "day n\n 2024-03-01 7"}, organisation=UNION))
    assert values(told, "union", "north") == [7, None]
