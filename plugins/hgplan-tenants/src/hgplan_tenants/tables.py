"""The tables of a tenants' union: who belongs, who is spoken to, what is held, who takes part in running it.

A unit is the unit that the row stands in: the association itself, or one of its local associations.
"""

from __future__ import annotations

from typing import Final

from hgplan import Dimension, Events, Snapshots, Spells, enum, ref

__all__ = [
    "ACTIVITIES",
    "ASSIGNMENTS",
    "CONTACTS",
    "HOUSEHOLDS",
    "MATERIALS",
    "MEMBERSHIPS",
    "OCCASIONS",
    "REPORTS",
    "ROLES",
    "SIGNALS",
    "SUCCESSES",
    "TABLES",
    "TELLINGS",
    "TOOL_ACCESS",
    "TOOL_USES",
    "TRAININGS",
]

MEMBERSHIPS: Final = Spells(
    "memberships",
    start="joined_on",
    end="left_on",
    entity="member_id",
    unit="association_id",
    recorded="recorded_on",
    columns={
        "member_id": "int",
        "association_id": "text",
        "joined_on": "date",
        "left_on": "date",
        "channel": enum("door", "phone", "digital", "event", "office", "member", "transfer"),
        "recruited_by_activity": ref("activities"),
        "recorded_on": "date",
    },
)
"""Who was a member where, from the first day to the first day no longer; who moves has a row for each place.

`channel` tells how the membership was won; `transfer` is a row that carries a membership on in another place.
"""

CONTACTS: Final = Events(
    "contacts",
    at="occurred_on",
    unit="unit_id",
    entity="person_id",
    id="contact_id",
    recorded="recorded_on",
    columns={
        "contact_id": "int",
        "person_id": "int",
        "unit_id": "text",
        "occurred_on": "date",
        "theme": "text",
        "channel": "text",
        "audience": enum("tenant", "member", "public"),
        "activity_id": ref("activities"),
        "phase": "text",
        "seconds": "int",
        "recorded_on": "date",
    },
)
"""Every time that somebody was spoken to or written to; `seconds` is empty where nobody spoke, `person_id` where nobody
asked for a name."""

ACTIVITIES: Final = Dimension(
    "activities",
    key="activity_id",
    columns={
        "activity_id": "text",
        "title": "text",
        "overarching": "text",
        "campaign": "bool",
        "owner": "text",
        "theme": "text",
        "channel": "text",
        "audience": "text",
        "recruiting": "bool",
        "budget": "int",
        "hours": "int",
    },
)
"""What each sub-activity is: part of which overarching activity, whose, about what and through which channel."""

OCCASIONS: Final = Events(
    "occasions",
    at="held_on",
    unit="unit_id",
    id="occasion_id",
    recorded="recorded_on",
    columns={
        "occasion_id": "int",
        "activity_id": ref("activities"),
        "unit_id": "text",
        "held_on": "date",
        "theme": "text",
        "channel": "text",
        "audience": "text",
        "phase": "text",
        "recruiting": "bool",
        "by_regional_board": "bool",
        "by_association": "bool",
        "by_local_association": "bool",
        "by_employees": "bool",
        "partners": "int",
        "participants": "int",
        "minutes": "int",
        "recorded_on": "date",
    },
)
"""Each time that a sub-activity was held, by which kinds of doer, with how many other actors and participants.

`recruiting` marks whether recruiting was part of it; empty is a gap, not a no.
"""

ROLES: Final = Spells(
    "roles",
    start="started_on",
    end="ended_on",
    entity="person_id",
    unit="unit_id",
    recorded="recorded_on",
    columns={
        "person_id": "int",
        "unit_id": "text",
        "role": enum("elected", "active", "employee"),
        "started_on": "date",
        "ended_on": "date",
        "recorded_on": "date",
    },
)
"""Who was elected, active or employed where, from a day to a day; one person may be several at once."""

TRAININGS: Final = Events(
    "trainings",
    at="held_on",
    unit="unit_id",
    entity="person_id",
    recorded="recorded_on",
    columns={
        "person_id": "int",
        "unit_id": "text",
        "held_on": "date",
        "course": "text",
        "hours": "int",
        "recorded_on": "date",
    },
)
"""Who was trained in what, and when."""

ASSIGNMENTS: Final = Events(
    "assignments",
    at="assigned_on",
    unit="unit_id",
    entity="person_id",
    columns={"person_id": "int", "unit_id": "text", "assigned_on": "date", "experiment": "text", "arm": "text"},
)
"""Who was assigned to which arm of an experiment, and when; nobody twice in one experiment."""

REPORTS: Final = Snapshots(
    "reports",
    at="counted_on",
    unit="association_id",
    id="report_id",
    recorded="recorded_on",
    expected={"every": "month", "level": "association"},
    columns={
        "report_id": "text",
        "association_id": "text",
        "counted_on": "date",
        "members": "int",
        "recorded_on": "date",
    },
)
"""The members that each association counts at the end of a month; a corrected report replaces the first one."""

HOUSEHOLDS: Final = Snapshots(
    "households",
    at="counted_on",
    unit="association_id",
    columns={"association_id": "text", "counted_on": "date", "households": "int"},
)
"""Households of tenants in each association's area, at the end of a year."""

MATERIALS: Final = Spells(
    "materials",
    start="published_on",
    end="replaced_on",
    entity="material_id",
    unit="unit_id",
    columns={
        "material_id": "text",
        "unit_id": "text",
        "kind": enum("fact-base", "proposal", "message", "argument"),
        "message": "text",
        "audience": "text",
        "version": "int",
        "relevance": "int",
        "published_on": "date",
        "replaced_on": "date",
    },
)
"""Each version of the facts, proposals, messages and arguments, from the day it was published to that of the next one.

A version of a message says of which message and for which audience it is; `relevance`, from 1 to 5, is how much an
argument is worth to those who use it.
"""

SUCCESSES: Final = Events(
    "successes",
    at="happened_on",
    unit="unit_id",
    entity="success_id",
    id="success_id",
    columns={"success_id": "int", "unit_id": "text", "happened_on": "date", "theme": "text"},
)
"""What was won for members: lower rents, a repaired yard, a case in court."""

TELLINGS: Final = Events(
    "tellings",
    at="told_on",
    unit="unit_id",
    entity="success_id",
    columns={"success_id": "int", "unit_id": "text", "told_on": "date", "channel": "text", "audience": "text"},
)
"""Each time that a success was told: through which channel, to whom."""

SIGNALS: Final = Events(
    "signals",
    at="noticed_on",
    unit="unit_id",
    id="signal_id",
    columns={
        "signal_id": "int",
        "unit_id": "text",
        "noticed_on": "date",
        "theme": "text",
        "source": enum("landlord", "municipality", "media", "members"),
        "acted_on": "date",
        "value_on": "date",
        "recruited_on": "date",
    },
)
"""What was noticed in the world around, when it was acted on, gave members something, and won the first new member."""

TOOL_ACCESS: Final = Spells(
    "tool_access",
    start="given_on",
    end="ended_on",
    entity="person_id",
    unit="unit_id",
    columns={
        "person_id": "int",
        "unit_id": "text",
        "tool": enum("recruiting-app", "member-register", "door-map"),
        "given_on": "date",
        "ended_on": "date",
    },
)
"""Who can use which digital tool, from a day to a day."""

TOOL_USES: Final = Events(
    "tool_uses",
    at="used_on",
    unit="unit_id",
    entity="person_id",
    columns={
        "person_id": "int",
        "unit_id": "text",
        "tool": enum("recruiting-app", "member-register", "door-map"),
        "used_on": "date",
    },
)
"""The days on which somebody used a tool."""

TABLES: Final = (
    ACTIVITIES, ASSIGNMENTS, CONTACTS, HOUSEHOLDS, MATERIALS, MEMBERSHIPS, OCCASIONS, REPORTS, ROLES, SIGNALS,
    SUCCESSES, TELLINGS, TOOL_ACCESS, TOOL_USES, TRAININGS,
)  # fmt: skip
