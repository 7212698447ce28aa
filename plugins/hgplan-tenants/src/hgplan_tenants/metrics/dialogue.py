"""Contacts: who is reached, how often it becomes a dialogue, and what a dialogue leads to."""

from __future__ import annotations

from datetime import date

from hgplan import Events, Measure, Spells, metric

__all__ = [
    "channel_share",
    "conversion",
    "dialogue_share",
    "dialogues",
    "member_share_of_contacts",
    "people_reached",
    "theme_share",
]


@metric(unit="dialogues", version="30 s", since=date(2022, 1, 1))
def dialogues(contacts: Events, *, seconds: int = 30) -> Measure:
    """Spoken exchanges in the period from 30 seconds on: the definition of a dialogue since 2022-01-01."""
    return contacts.where(f"seconds >= {seconds}").count()


@metric(unit="%")
def dialogue_share(contacts: Events, *, seconds: int = 30) -> Measure:
    """Of the contacts in the period in which somebody spoke, the share that became a dialogue."""
    return contacts.where(f"seconds >= {seconds}").count() / contacts.where("seconds.is_not_null()").count()


@metric(unit="people")
def people_reached(contacts: Events) -> Measure:
    """Different people contacted in the period; contacts without a name count for nobody."""
    return contacts.distinct()


@metric(unit="%")
def theme_share(contacts: Events, *, theme: str = "renovations") -> Measure:
    """Of the contacts in the period, the share about the theme."""
    return contacts.where(f"theme == {theme!r}").count() / contacts.count()


@metric(unit="%")
def channel_share(contacts: Events, *, channel: str = "housing-area") -> Measure:
    """Of the contacts in the period, the share through the channel."""
    return contacts.where(f"channel == {channel!r}").count() / contacts.count()


@metric(unit="%")
def member_share_of_contacts(contacts: Events, memberships: Spells) -> Measure:
    """Of the contacts in the period with a known person, the share whose person was a member that day."""
    return contacts.during(memberships).count() / contacts.where("person_id.is_not_null()").count()


@metric(unit="%")
def conversion(contacts: Events, memberships: Spells, *, within: str = "30d") -> Measure:
    """Of the people contacted in the period whose window has closed, the share who became members within it."""
    return contacts.converted(memberships.starts(scope="organisation"), within=within)
