"""Cohorts followed, worked out by hand: retention, survival, conversion."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from drawn.worked import Tell, question

from hgplan.metrics import Events, Measure, Spells

CONTACTS = Events("contacts", at="day", unit="unit", entity="person", id="number", columns={"channel": "text"})
MEMBERS = Spells("members", start="joined", end="left", entity="person", unit="unit", id="number", censored="lost",
                 observed_from="watched", columns={"channel": "text"})  # fmt: skip

REGISTER = """
    number person unit joined     left       lost watched    channel
    m1     p1     a1   2024-01-31 2024-02-29 -    -          door
    m2     p2     a1   2024-01-31 2024-03-01 -    -          web
    m3     p3     a1   2024-01-10 2024-01-20 -    -          door
    m4     p3     a2   2024-02-05 -          -    -          door
    m5     p4     a1   2024-12-15 -          -    -          web
"""


def test_retained_are_those_in_the_state_a_horizon_after_their_start(tell: Tell) -> None:
    # p1 and p2 are due on 29 February, p3 on 10 February (back by then, in another unit) and for the second time on
    # 5 March; p4 not before the year is over.
    told = tell(question(MEMBERS.retained("1mo"), {MEMBERS: REGISTER}))
    cell = {unit: told[(unit,)] for unit in ("a1", "a2", "north", "union")}
    assert [(cell[unit].numerator, cell[unit].denominator) for unit in cell] == [(2, 3), (1, 1), (3, 4), (3, 4)]
    assert cell["a1"].rows == 4
    assert cell["a1"].completeness == 0.75
    told = tell(question(MEMBERS.retained("1mo", scope="unit"), {MEMBERS: REGISTER}))
    assert [(told[(u,)].numerator, told[(u,)].denominator) for u in ("a1", "a2", "north")] == [(1, 3), (1, 1), (3, 4)]


def test_a_cohort_with_none_mature_is_immature_and_an_empty_one_undefined(tell: Tell) -> None:
    told = tell(question(MEMBERS.retained("1mo"), {MEMBERS: REGISTER}, every="quarter"))
    last, third = told[("a1", date(2024, 10, 1))], told[("a1", date(2024, 7, 1))]
    assert (last.availability, last.value, last.completeness) == ("immature", None, 0)
    assert (third.availability, third.value, third.numerator, third.denominator) == ("undefined", None, 0, 0)
    told = tell(question(MEMBERS.retained("1mo", "include"), {MEMBERS: REGISTER}, every="quarter"))
    last = told[("a1", date(2024, 10, 1))]
    assert (last.availability, last.value, last.completeness) == ("available", 1, 0)


def test_retention_is_grouped_by_the_row_that_opens(tell: Tell) -> None:
    told = tell(question(MEMBERS.retained("1mo"), {MEMBERS: REGISTER}, by=("channel",)))
    cells = {key[1]: (one.numerator, one.denominator) for key, one in told.items() if key[0] == "union"}
    assert cells == {"door": (2, 3), "web": (1, 1)}


CURVE = """
    number person unit joined     left       lost watched
    m1     p1     a1   2024-01-01 2024-01-06 -    -
    m2     p2     a1   2024-01-01 2024-01-09 yes  -
    m3     p3     a1   2024-01-01 2024-01-09 -    -
    m4     p4     a1   2024-01-01 -          -    2024-01-06
    m5     p5     a1   2024-01-01 -          -    -
    m6     p6     a1   2024-01-01 2024-01-11 no   2024-01-10
"""


@pytest.mark.parametrize(
    ("horizon", "until", "value", "denominator"),
    [
        # Day 5: p1 leaves of p1, p2, p3, p5; p4 is watched only after day 5, p6 after day 9.
        ("5d", date(2024, 12, 31), 3 / 4, 4),
        # Day 8: p3 leaves of p2 (lost that day), p3, p4, p5.
        ("8d", date(2024, 12, 31), 3 / 4 * 3 / 4, 4),
        # Day 10: p6 leaves of p4, p5, p6.
        ("10d", date(2024, 12, 31), 3 / 4 * 3 / 4 * 2 / 3, 3),
        ("1mo", date(2024, 12, 31), 3 / 4 * 3 / 4 * 2 / 3, 2),
        # Seen up to day 7 only, the horizon of day 7 is reached.
        ("7d", date(2024, 1, 8), 3 / 4, 4),
    ],
)
def test_survival_is_the_product_over_leaving_days(
    tell: Tell, horizon: str, until: date, value: float, denominator: int
) -> None:
    told = tell(question(MEMBERS.survival(horizon), {MEMBERS: CURVE}, until=until))
    assert told[("a1",)].value == pytest.approx(value, rel=1e-15)
    assert (told[("a1",)].numerator, told[("a1",)].denominator) == (None, denominator)


def test_survival_before_anybody_s_horizon_is_immature(tell: Tell) -> None:
    told = tell(question(MEMBERS.survival("1mo"), {MEMBERS: CURVE}, until=date(2024, 1, 31)))
    assert (told[("a1",)].availability, told[("a1",)].value) == ("immature", None)
    told = tell(question(MEMBERS.survival("30d"), {MEMBERS: CURVE}, until=date(2024, 1, 31)))
    assert told[("a1",)].availability == "available"


TALKS = """
    number day        unit person channel
    c1     2024-01-01 a1   p1     door
    c2     2024-01-05 a2   p1     web
    c3     2024-01-01 a1   p2     door
    c4     2024-01-01 a1   p3     -
    c5     2024-12-20 a1   p4     door
    c6     2024-01-02 a1   -      door
"""
JOINS = """
    number person unit joined     left lost watched channel
    m1     p1     a4   2024-01-20 -    -    -       web
    m2     p2     a1   2024-01-31 -    -    -       door
    m3     p3     a1   2023-01-01 -    -    -       -
    m4     p4     a1   2024-12-21 -    -    -       door
"""
JOINING = MEMBERS.starts("organisation")


@pytest.mark.parametrize(
    ("measure", "a1", "a2", "north"),
    [
        # c1 to c4 are mature; p1 joins on day 20, p2 on the day after the window, p3 was in already.
        (CONTACTS.converted(JOINING, "30d"), (0, 3), (1, 1), (1, 3)),
        (CONTACTS.converted(JOINING, "31d"), (1, 3), (1, 1), (2, 3)),
        (CONTACTS.converted(JOINING, "30d", attribution="first"), (1, 3), (0, 1), (1, 3)),
        (CONTACTS.converted(JOINING, "30d", attribution="all"), (1, 3), (1, 1), (1, 3)),
        (CONTACTS.converted(JOINING, "30d", immature="include"), (1, 4), (1, 1), (2, 4)),
        (CONTACTS.converted(JOINING), (2, 4), (1, 1), (3, 4)),
        (CONTACTS.converted(JOINING, "30d", count="rows"), (0, 3), (1, 1), (1, 4)),
        (CONTACTS.converted(JOINING, "31d", same="channel"), (1, 3), (1, 1), (2, 3)),
        (CONTACTS.converted(JOINING, "31d", attribution="first", same="channel"), (1, 3), (1, 1), (2, 3)),
        (CONTACTS.converted(MEMBERS.starts(), "31d", scope="unit"), (1, 3), (0, 1), (1, 3)),
    ],
)
def test_conversion_counts_people_by_the_contact_that_has_the_credit(
    tell: Tell, measure: Measure, a1: tuple[int, int], a2: tuple[int, int], north: tuple[int, int]
) -> None:
    told = tell(question(measure, {CONTACTS: TALKS, MEMBERS: JOINS}))
    assert [(told[(u,)].numerator, told[(u,)].denominator) for u in ("a1", "a2", "north")] == [a1, a2, north]


@pytest.mark.parametrize(("attribution", "credited"), [("latest", "web"), ("first", "door")])
def test_conversion_is_grouped_by_the_contact_that_has_the_credit(
    tell: Tell, attribution: Literal["latest", "first"], credited: str
) -> None:
    measure = CONTACTS.converted(JOINING, "30d", attribution=attribution)
    told = tell(question(measure, {CONTACTS: TALKS, MEMBERS: JOINS}, by=("channel",)))
    cells = {key[1]: one.numerator for key, one in told.items() if key[0] == "union"}
    assert cells == {"door": 0, "web": 0, None: 0} | {credited: 1}


def test_contacts_whose_windows_are_all_open_are_immature(tell: Tell) -> None:
    told = tell(question(CONTACTS.converted(JOINING, "30d"), {CONTACTS: TALKS, MEMBERS: JOINS}, every="half"))
    second = told[("a1", date(2024, 7, 1))]
    assert (second.availability, second.value, second.numerator, second.completeness) == ("immature", None, 0, 0)
    assert told[("a1", date(2024, 1, 1))].completeness == 1
