"""What a workspace answers of activities: what is done for the plan, by whom, and where nothing is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from hgplan.engine import Clocks
from hgplan.followup import activities as _activities
from hgplan.metrics.parse import parse_predicate
from hgplan.metrics.tables import Asked
from hgplan.model import Organisation, Plan
from hgplan.workspace.questions import Day, Units, asked_units

__all__ = ["Acting"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...


class Acting:
    """The verbs of a workspace that look at activities."""

    def activities(
        self: Asking,
        until: Day | None = None,
        units: Units | None = None,
        under: str | None = None,
        *,
        doers: Sequence[str] | None = None,
        where: Asked | None = None,
    ) -> pl.DataFrame:
        """The plan's activities as they stand on the day `until`, one row each: overarching ones and sub-activities.

        `units` keeps those whose owner is one of the units ("root", a level, "all", ids) or stands below one in the
        tree of that day; `under` those that are part of a strategy, an activity or a goal. `doers` are the kinds of
        doer that make an activity a joint one, unsaid the declared values of the dimension doer. `where` is a predicate
        over the columns that are no lists.

        Columns: strategy, parent (the first of overarching), overarching (list), activity, kind (overarching, sub),
        title, owner, level (the owner's), partners, start, end, status, phases, themes, channels, audiences, doers,
        places, recruiting, budget, hours, contributes, aligns, depends_on, until, state (to_come, under_way, over by
        its own days), late (its end has passed and it is neither done nor cancelled), days_late, waits_for (what must
        be done before it and isn't, first things first), late_because (which of those are late), earliest_start,
        earliest_end, slack (days) and critical by the critical path method, joint, doers_missing.

        Raises UnknownName for units and names that aren't there.

        >>> from datetime import date
        >>> from hgplan import Activity, Plan, Workspace
        >>> facts = Activity(id="facts", title="Facts", end=date(2022, 3, 1))
        >>> doors = Activity(id="doors", title="Every door", depends_on=["facts"])
        >>> ws = Workspace(Plan(id="p", title="P", sub_activities=[facts, doors]))
        >>> ws.activities("2022-03-31").select("activity", "late", "days_late", "late_because").rows()
        [('facts', True, 30, []), ('doors', None, None, ['facts'])]
        """
        return _activities(
            self.plan,
            self.organisation,
            day=self._clocks(until, None).until,
            units=None if units is None else asked_units(units, self.organisation),
            under=under,
            doers=doers,
            where=None if where is None else parse_predicate(where).node,
        )
