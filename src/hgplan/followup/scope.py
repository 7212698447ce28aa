"""Which activities a question is about: whose, part of what, of which kind, in which days, and for which it is true."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cached_property
from typing import Literal

import attrs

from hgplan.followup.activities import activities, chosen
from hgplan.followup.axes import Axis, activity_axis
from hgplan.followup.belonging import Belonging, Owners
from hgplan.metrics.nodes import Node
from hgplan.model import Activity, Organisation, Period, Plan

__all__ = ["Counted", "Scope"]

Counted = Literal["sub", "overarching", "all"]
"""Which activities are counted."""


@attrs.frozen(eq=False, kw_only=True)
class Scope:
    """A plan's activities on a day, as far as a question asks for them.

    Without `period` all of them count, with one those that touch it; a day unsaid is no reason to leave one out.
    """

    plan: Plan
    organisation: Organisation
    day: date
    units: Collection[str] | None = None
    under: str | None = None
    where: Node | None = None
    kind: Counted = "sub"
    period: Period | None = None

    @cached_property
    def belonging(self) -> Belonging:
        """What the activities are part of."""
        return Belonging(self.plan)

    @cached_property
    def owners(self) -> Owners:
        """For which units they count."""
        return Owners(self.organisation, self.day)

    @property
    def days(self) -> Period:
        """The days on which a unit must be open to be there: the day itself, or the period as far as it."""
        if self.period is None:
            return Period(id=str(self.day), start=self.day, end=self.day)
        return Period(
            id=self.period.id, start=self.period.start, end=max(self.period.start, min(self.day, self.period.end))
        )

    def counted(self, *, cancelled: bool = False) -> list[Activity]:
        """The activities themselves; what was cancelled is left out unless asked for."""
        top = frozenset(self.belonging.overarching)
        return [
            one
            for one in self._asked()
            if (self.kind == "all" or (one.id in top) == (self.kind == "overarching"))
            and (cancelled or one.status != "cancelled")
            and self._touches(one)
        ]

    def axis(self, name: str, counted: Sequence[Activity]) -> Axis:
        """The axis of that name; raises UnknownName for one that there isn't."""
        under = None if self.under is None else self.belonging.under(self.under)
        return activity_axis(name, self.belonging, self.owners, counted, within=self.units, under=under, days=self.days)

    def _asked(self) -> list[Activity]:
        found = chosen(self.belonging, self.owners, units=self.units, under=self.under)
        if self.where is None:
            return found
        # What is worked out of the days and dependencies can be asked as well.
        rows = activities(self.plan, self.organisation, day=self.day, where=self.where)
        true_of = frozenset(rows["activity"].to_list())
        return [one for one in found if one.id in true_of]

    def _touches(self, one: Activity) -> bool:
        if self.period is None:
            return True
        begun = one.start is None or one.start <= self.period.end
        return begun and (one.end is None or one.end >= self.period.start)
