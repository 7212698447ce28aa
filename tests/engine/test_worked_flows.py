"""Flows and states of people, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from drawn.worked import Tell, question, values

from hgplan.metrics import Events, Measure, Spells

CONTACTS = Events("contacts", at="day", unit="unit", entity="person", id="number", columns={"channel": "text"})
MEMBERS = Spells("members", start="joined", end="left", entity="person", unit="unit", id="number",
                 columns={"channel": "text"})  # fmt: skip

REGISTER = """
    number person unit joined     left
    m1     p1     a1   2023-05-01 2024-06-15
    m2     p1     a2   2024-06-15 -
    m3     p2     a1   2024-02-01 -
    m4     p3     a1   2023-09-01 2024-03-01
    m5     p3     a4   2024-03-01 -
    m6     p4     a2   2024-01-05 2024-08-01
    m7     p5     a4   2023-01-01 2024-11-30
    m8     p6     a1   2020-01-01 2024-01-31
    m9     p6     a2   2024-09-01 -
"""


@pytest.mark.parametrize(
    ("measure", "a1", "a2", "a4", "north", "south", "union"),
    [
        # p1 moves inside the north, p3 from north to south; p6 is away from February to August.
        (MEMBERS.starts().count(), 1, 3, 1, 3, 1, 3),
        (MEMBERS.ends().count(), 3, 1, 1, 3, 1, 3),
        (MEMBERS.active("start"), 3, 0, 1, 3, 1, 4),
        (MEMBERS.active(), 1, 2, 1, 3, 1, 4),
        # New to the whole organisation: neither p1's nor p3's move is.
        (MEMBERS.starts("organisation").count(), 1, 2, 0, 3, 0, 3),
        (MEMBERS.ends("organisation").count(), 1, 1, 1, 2, 1, 3),
        # p6 was away for seven months; in a2 p6 was never before.
        (MEMBERS.starts(gap="1y").count(), 1, 3, 1, 2, 1, 2),
        (MEMBERS.starts(gap="7mo").count(), 1, 3, 1, 3, 1, 3),
        (MEMBERS.starts("organisation", gap="8mo").distinct(), 1, 1, 0, 2, 0, 2),
        (MEMBERS.bridged("1y").starts().count(), 1, 3, 1, 2, 1, 2),
        (MEMBERS.bridged("1y").ends().count(), 3, 1, 1, 2, 1, 2),
        (MEMBERS.bridged("6mo").ends().count(), 3, 1, 1, 3, 1, 3),
        (MEMBERS.rows("start").count(), 1, 3, 1, 4, 1, 5),
        (MEMBERS.rows("end").count(), 3, 1, 1, 4, 1, 5),
    ],
)
def test_moves_inside_a_unit_are_neither_starts_nor_ends(
    tell: Tell, measure: Measure, a1: int, a2: int, a4: int, north: int, south: int, union: int
) -> None:
    told = tell(question(measure, {MEMBERS: REGISTER}))
    assert values(told, "a1", "a2", "a4", "north", "south", "union") == [a1, a2, a4, north, south, union]


def test_people_are_counted_once_at_every_level(tell: Tell) -> None:
    contacts = """
        number day        unit person
        c1     2024-01-10 a1   p1
        c2     2024-01-11 a1   p2
        c3     2024-01-12 a2   p2
        c4     2024-05-02 a3   p3
        c5     2024-02-01 a4   p1
        c6     2024-03-01 -    p4
        c7     2024-03-01 a1   -
    """
    told = tell(question(CONTACTS.distinct(), {CONTACTS: contacts}))
    assert values(told, "a1", "a2", "a3", "a4", "north", "south", "union") == [2, 1, 1, 1, 2, 2, 4]
    assert told[("union",)].rows == 7


@pytest.mark.parametrize(
    ("measure", "a3", "north", "south", "union"),
    [
        (MEMBERS.active("start"), 2, 2, 0, 2),
        (MEMBERS.starts().count(), 0, 0, 1, 0),
        (MEMBERS.ends().count(), 2, 2, 1, 2),
        (MEMBERS.starts("organisation").count(), 0, 0, 0, 0),
        # p2's last day in was the day before the move.
        (MEMBERS.ends("organisation").count(), 2, 1, 1, 2),
        (MEMBERS.rows("end").count(), 2, 1, 1, 2),
        (MEMBERS.active(), 0, 0, 0, 0),
    ],
)
def test_a_unit_that_moves_takes_its_members_along(
    tell: Tell, measure: Measure, a3: int, north: int, south: int, union: int
) -> None:
    register = """
        number person unit joined     left
        m1     p1     a3   2023-06-01 2024-10-01
        m2     p2     a3   2023-06-01 2024-04-01
    """
    told = tell(question(measure, {MEMBERS: register}))
    assert values(told, "a3", "north", "south", "union") == [a3, north, south, union]


def test_in_the_tree_of_one_day_no_unit_has_moved(tell: Tell) -> None:
    register = """
        number person unit joined     left
        m1     p1     a3   2023-06-01 2024-10-01
    """
    for tree, north, south in ((date(2024, 3, 31), 1, 0), (date(2024, 4, 1), 0, 1)):
        told = tell(question(MEMBERS.ends().count(), {MEMBERS: register}, tree=tree))
        assert values(told, "north", "south", "union") == [north, south, 1]
        told = tell(question(MEMBERS.starts().count(), {MEMBERS: register}, tree=tree))
        assert values(told, "north", "south", "union") == [0, 0, 0]


@pytest.mark.parametrize(
    ("measure", "value"), [(MEMBERS.starts().count(), 3), (MEMBERS.ends().count(), 2), (MEMBERS.active(), 1)]
)
def test_a_spell_of_no_length_begins_and_ends_but_is_no_stock(tell: Tell, measure: Measure, value: int) -> None:
    register = """
        number person unit joined     left
        m1     p1     a1   2024-01-10 2024-01-10
        m2     p2     a1   2024-01-01 2024-01-10
        m3     p2     a1   2024-01-10 2024-01-10
        m4     p3     a1   2024-02-01 2024-02-01
        m5     p3     a1   2024-02-01 -
    """
    assert values(tell(question(measure, {MEMBERS: register})), "a1", "union") == [value, value]


def test_overlaps_and_doubles_are_one_run(tell: Tell) -> None:
    register = """
        number person unit joined     left
        m1     p1     a1   2024-01-01 2024-04-01
        m2     p1     a1   2024-03-01 2024-08-01
        m3     p2     a1   2024-07-01 -
        m4     p2     a1   2024-07-01 -
    """
    told = tell(question(MEMBERS.starts().count() - MEMBERS.ends().count(), {MEMBERS: register}))
    assert values(told, "a1", "union") == [1, 1]
    assert told[("a1",)].rows == 3


def test_the_row_that_opens_a_run_has_the_smallest_id_there(tell: Tell) -> None:
    register = """
        number person unit joined     left channel
        m2     p1     a1   2024-02-01 -    web
        m1     p1     a2   2024-02-01 -    door
        m3     p1     a1   2024-02-01 -    phone
    """
    told = tell(question(MEMBERS.starts().count(), {MEMBERS: register}, by=("channel",)))
    assert {key: one.value for key, one in told.items() if one.value} == {
        ("a1", "web"): 1, ("a2", "door"): 1, ("north", "door"): 1, ("union", "door"): 1,
    }  # fmt: skip


def test_where_before_a_start_chooses_the_spells_and_after_it_the_row(tell: Tell) -> None:
    register = """
        number person unit joined     left       channel
        m1     p1     a1   2023-02-01 2024-02-01 door
        m2     p1     a1   2024-02-01 -          web
    """
    before = tell(question(MEMBERS.where("channel == 'web'").starts().count(), {MEMBERS: register}))
    after = tell(question(MEMBERS.starts().where("channel == 'web'").count(), {MEMBERS: register}))
    assert values(before, "a1") == [1]
    assert values(after, "a1") == [0]


def test_the_first_row_ever_is_not_the_first_of_the_period(tell: Tell) -> None:
    contacts = """
        number day        unit person
        c1     2023-12-31 a1   p1
        c2     2024-01-10 a1   p1
        c3     2024-01-05 a2   p2
        c4     2024-01-03 a1   p2
        c5     2024-01-01 a1   -
    """
    told = tell(question(CONTACTS.first().count(), {CONTACTS: contacts}))
    assert values(told, "a1", "a2", "north") == [1, 0, 1]
    told = tell(question(CONTACTS.first("unit").count(), {CONTACTS: contacts}))
    assert values(told, "a1", "a2", "north") == [1, 1, 1]


def test_the_first_of_a_day_has_the_smallest_id(tell: Tell) -> None:
    contacts = """
        number day        unit person
        c2     2024-01-05 a1   p1
        c1     2024-01-05 a2   p1
    """
    assert values(tell(question(CONTACTS.first().count(), {CONTACTS: contacts})), "a1", "a2") == [0, 1]


def test_during_asks_for_the_state_on_the_row_s_day(tell: Tell) -> None:
    contacts = """
        number day        unit person
        c1     2024-01-31 a1   p1
        c2     2024-02-01 a1   p1
        c3     2024-05-31 a1   p1
        c4     2024-06-01 a1   p1
        c5     2024-03-01 a1   p2
        c6     2024-03-01 a1   -
    """
    register = """
        number person unit joined     left
        m1     p1     a2   2024-02-01 2024-06-01
    """
    tables = {CONTACTS: contacts, MEMBERS: register}
    assert values(tell(question(CONTACTS.during(MEMBERS).count(), tables)), "a1", "north") == [2, 2]
    assert values(tell(question(CONTACTS.during(MEMBERS, "unit").count(), tables)), "a1", "north") == [0, 2]


def test_people_with_more_than_two_contacts(tell: Tell) -> None:
    contacts = """
        number day        unit person channel
        c1     2024-01-01 a1   p1     door
        c2     2024-01-02 a2   p1     door
        c3     2024-01-03 a4   p1     web
        c4     2024-01-03 a1   p2     web
        c5     2023-12-31 a1   p2     web
        c6     2023-12-31 a1   p2     web
    """
    measure = CONTACTS.distinct(having=CONTACTS.count() > 2)
    told = tell(question(measure, {CONTACTS: contacts}))
    assert values(told, "a1", "a2", "a4", "union") == [1, 1, 1, 1]
    measure = CONTACTS.distinct(having=(CONTACTS.where("channel == 'door'").count() >= 2) | (CONTACTS.count() < 2))
    assert values(tell(question(measure, {CONTACTS: contacts})), "a1", "a4") == [2, 1]


def test_units_with_rows_and_the_share_of_open_units_that_they_are(tell: Tell) -> None:
    contacts = """
        number day        unit  person
        c1     2024-01-10 a1    p1
        c2     2024-02-10 a1    p1
        c3     2024-02-10 north p1
        c4     2024-08-01 a4    p1
        c5     2024-10-01 a5    p1
    """
    tables = {CONTACTS: contacts}
    # a4 was closed in July: its late row counts as a row, but a4 is no unit with a row of its own time.
    told = tell(question(CONTACTS.units("association"), tables))
    assert values(told, "north", "south", "union") == [1, 1, 2]
    assert [told[(unit,)].rows for unit in ("north", "south", "union")] == [2, 1, 3]
    assert values(tell(question(CONTACTS.units("region"), tables)), "north", "union", "a1") == [1, 2, 0]
    told = tell(question(CONTACTS.coverage("association"), tables))
    assert [(told[(unit,)].numerator, told[(unit,)].denominator) for unit in ("north", "south", "union")] == [
        (1, 3), (1, 3), (2, 5),
    ]  # fmt: skip
