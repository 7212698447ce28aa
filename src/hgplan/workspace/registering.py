"""What a workspace answers of registers: chains that are followed, and milestones."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from hgplan.engine import Clocks, Facts, Tree
from hgplan.errors import UnknownName, nearest
from hgplan.followup.chains import funnel
from hgplan.model import Organisation, Plan
from hgplan.workspace.funnels import Funnel
from hgplan.workspace.questions import Day, Units, as_tree, asked_days, asked_units

__all__ = ["Registering"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    @property
    def _known(self) -> Facts: ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...

    def _start(self, start: Day | None, until: date) -> date: ...


class Registering:
    """The verbs of a workspace that follow registers."""

    def chain(
        self: Asking,
        id: str,
        *,
        units: Units = "root",
        period: str | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
    ) -> Funnel:
        """How far the rows of one of the plan's chains came by `until`, and how long each step took them.

        Followed are the rows whose first step lies in `period`, unsaid from the plan's first day on. `rows()` of the
        answer are the single ones. Raises UnknownName for a chain that the plan doesn't have, DataError with the rows
        for a step that is dated before an earlier one.
        """
        chains = self.plan.chains
        if id not in chains:
            raise UnknownName(f"no chain named {id!r}", where=f"plan {self.plan.id!r}", hint=nearest(id, chains))
        clocks = self._clocks(until, known_on)
        days = asked_days(period, self.plan, self._start(None, clocks.until), clocks.until)
        steps, rows = funnel(
            id,
            chains[id],
            self._known,
            units=asked_units(units, self.organisation),
            period=days,
            clocks=clocks,
            tree=as_tree(tree),
        )
        return Funnel(
            id=id,
            chain=chains[id],
            period=days,
            until=clocks.until,
            known_on=clocks.known_on,
            steps=steps,
            rows=rows,
        )
