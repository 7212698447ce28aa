"""Strategies and the vision that they serve."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hgplan.model.activities import Activity
from hgplan.model.faults import Faults
from hgplan.model.goals import Goal, Quote

__all__ = ["Reference", "Strategy", "Vision"]


def _goals(values: Iterable[Goal]) -> tuple[Goal, ...]:
    return tuple(values)


def _activities(values: Iterable[Activity]) -> tuple[Activity, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class Reference:
    """A document outside the plan that it builds on."""

    title: str
    id: str | None = None
    kind: str | None = None
    address: str | None = None
    quote: Quote | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"reference {self.title!r}")
        faults.text("title", self.title)
        for at in ("id", "kind", "address"):
            faults.text(at, getattr(self, at), optional=True)
        faults.instance("quote", self.quote, Quote)
        faults.close()


@attrs.frozen(kw_only=True)
class Vision:
    """Where the organisation wants to be in a later year, with goals of its own.

    >>> Vision(title="The picture of 2027", year=2027).goals
    ()
    """

    title: str
    year: int | None = None
    document: str | None = None
    description: str | None = None
    goals: tuple[Goal, ...] = attrs.field(default=(), converter=_goals)
    quote: Quote | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults("the vision")
        faults.text("title", self.title)
        faults.text("document", self.document, optional=True)
        faults.text("description", self.description, optional=True)
        whole = isinstance(self.year, int) and not isinstance(self.year, bool)
        if self.year is not None and not (whole and 1 <= self.year <= 9998):
            faults.add(f"year of the vision is a year like 2027, got {self.year!r}", at="year")
        faults.instances("goals", self.goals, Goal)
        faults.instance("quote", self.quote, Quote)
        faults.close()


@attrs.frozen(kw_only=True)
class Strategy:
    """A way chosen to come nearer the vision, with the goals and the overarching activities that belong to it."""

    id: str
    title: str
    statement: str | None = None
    description: str | None = None
    goals: tuple[Goal, ...] = attrs.field(default=(), converter=_goals)
    activities: tuple[Activity, ...] = attrs.field(default=(), converter=_activities)
    quote: Quote | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"strategy {self.id!r}")
        faults.text("id", self.id)
        faults.text("title", self.title)
        # A heading without text under it is common in documents, so an empty statement is no fault.
        for at in ("statement", "description"):
            value = getattr(self, at)
            if value is not None and not isinstance(value, str):
                faults.text(at, value)
        faults.instances("goals", self.goals, Goal)
        faults.instances("activities", self.activities, Activity)
        faults.instance("quote", self.quote, Quote)
        faults.close()
