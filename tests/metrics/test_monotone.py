"""Which figures only stay or grow, by hand; that they do is drawn from facts in the follow-up's tests."""

from __future__ import annotations

import pytest

from hgplan.metrics import Events, Spells, parse
from hgplan.metrics.additive import adds_over_time, adds_over_units
from hgplan.metrics.monotone import cannot_fall

MEMBERSHIPS = Spells("memberships", start="joined", end="left", entity="member", censored="lost")
CONTACTS = Events("contacts", at="day", entity="person")
TABLES = {"memberships": MEMBERSHIPS, "contacts": CONTACTS}


@pytest.mark.parametrize(
    "text",
    [
        "contacts.count()",
        "contacts.where(channel == 'door').distinct()",
        "contacts.distinct(key=channel)",
        "contacts.units('association')",
        "contacts.first().count()",
        "contacts.during(memberships).distinct()",
        "memberships.starts(scope='organisation', gap='12mo').distinct()",
        "memberships.ends().count()",
        "memberships.rows('start').count()",
        "memberships.bridged('30d').starts().distinct()",
        "memberships.where(channel == 'door').starts().distinct()",
        "contacts.count() + memberships.starts().count()",
        "contacts.count() + 3",
        "contacts.count() - 3",
        "2 * contacts.count()",
        "contacts.count() * 0.5 / 4",
        "contacts.count().default(0)",
        "contacts.count().default(None)",
        "contacts.count().to_date()",
        "contacts.distinct(having=contacts.count() > 2)",
        "contacts.distinct(having=(contacts.count() >= 2) & (memberships.starts().count() > 0))",
        "(contacts.count() / memberships.active()).numerator",
        "(memberships.active() / contacts.count()).denominator",
        "memberships.retained('3mo').numerator",
        "memberships.retained('3mo').denominator",
        "contacts.coverage().numerator",
    ],
)
def test_counts_and_what_is_made_of_them_alone_cannot_fall(text: str) -> None:
    assert cannot_fall(parse(text), TABLES)


@pytest.mark.parametrize(
    "text",
    [
        "memberships.active()",
        "memberships.active('start')",
        "contacts.sum(minutes)",
        "contacts.mean(minutes)",
        "contacts.max(minutes)",
        "contacts.coverage()",
        "memberships.retained('3mo')",
        "memberships.survival('3mo')",
        "contacts.converted(memberships.starts())",
        "contacts.converted(memberships.starts()).numerator",
        "contacts.count() / 0",
        "contacts.count() / memberships.active()",
        "(contacts.count() / memberships.active()).denominator",
        "memberships.starts().count() - memberships.ends().count()",
        "5 - contacts.count()",
        "-1 * contacts.count()",
        "contacts.count() * (0 - 1)",
        "contacts.count() + memberships.active()",
        "contacts.count().default(5)",
        "contacts.sum(minutes).default(0)",
        "contacts.count().trailing('30d')",
        "contacts.count().to_date('month')",
        "contacts.count().to_date(at='mean')",
        "contacts.count().previous('1y')",
        "contacts.count().mean_of_units('association')",
        "contacts.distinct(having=contacts.count() == 2)",
        "contacts.distinct(having=contacts.count() < 2)",
        "contacts.distinct(having=contacts.sum(minutes) > 2)",
        "contacts.distinct(having=(contacts.count() > 2) | (contacts.count() < 1))",
        "new_members",
        # An end to come is not known: these rows leave again when it has come.
        "memberships.where(left.is_null()).starts().distinct()",
        "memberships.starts().where(left.is_null()).distinct()",
        "memberships.starts().where(lost.is_null()).distinct()",
        "contacts.during(memberships.where(left.is_null())).count()",
        # Who returns within the gap has not left.
        "memberships.bridged('30d').ends().count()",
    ],
)
def test_what_can_fall_or_is_not_known_not_to_is_said_to_fall(text: str) -> None:
    assert not cannot_fall(parse(text), TABLES)


def test_an_event_may_be_chosen_by_a_column_that_is_another_tables_end() -> None:
    assert cannot_fall(parse("contacts.where(left.is_null()).count()"), TABLES)


@pytest.mark.parametrize(
    ("text", "over_time", "over_units"),
    [
        ("contacts.count()", True, True),
        ("contacts.sum(minutes)", True, True),
        ("memberships.starts().distinct()", True, True),
        ("memberships.starts().count() - memberships.ends().count()", True, True),
        ("contacts.count() * 2", True, True),
        ("contacts.count().default(0)", True, True),
        ("contacts.count().shift('1y')", True, True),
        ("memberships.active()", False, True),
        ("memberships.active() + contacts.count()", False, True),
        ("reports.last(members)", False, True),
        ("contacts.count().to_date()", False, True),
        ("contacts.count().trailing('30d')", False, True),
        ("contacts.count() / memberships.active()", True, False),
        ("contacts.count() / memberships.starts().count()", False, False),
        ("contacts.coverage()", True, False),
        ("contacts.mean(minutes)", False, False),
        ("memberships.retained('12mo')", False, False),
        ("contacts.converted(memberships.starts())", False, False),
        ("contacts.quantile(minutes, 0.5)", False, False),
        ("contacts.count().mean_of_units('association')", True, False),
        ("(contacts.count() / memberships.active()).numerator", True, True),
        ("(contacts.count() / memberships.active()).denominator", False, True),
        ("memberships.retained('12mo').denominator", True, True),
        ("contacts.coverage().denominator", False, True),
        ("new_members", False, False),
    ],
)
def test_what_adds_over_time_and_over_units(text: str, over_time: bool, over_units: bool) -> None:
    measure = parse(text)
    assert (adds_over_time(measure), adds_over_units(measure)) == (over_time, over_units)
