"""What a workspace answers of registers: chains that are followed, and milestones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

import polars as pl

from hgplan.engine import Tree
from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.followup.chains import chain_faults, funnel
from hgplan.followup.milestones import milestones
from hgplan.workspace.following import Asking as Goals
from hgplan.workspace.following import follow_goal
from hgplan.workspace.funnels import Funnel
from hgplan.workspace.questions import Day, Units, as_tree, asked_days, asked_units

__all__ = ["Registering"]


class Asking(Goals, Protocol):
    """What of a workspace is needed to answer."""

    _locate: Callable[[Sequence[PlanError]], Sequence[PlanError]]

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
        answer are the single ones. Raises UnknownName for a chain that the plan doesn't have, or a table or column that
        it names and isn't there, and DataError with the rows for a step that is dated before an earlier one.

        >>> from hgplan import Chain, ChainStep, Events, Plan, Workspace
        >>> steps = [ChainStep(id=id, title=id, column=f"{id}_on") for id in ("noticed", "acted")]
        >>> plan = Plan(id="p", title="P", chains={"signals": Chain(title="Signals", table="signals", steps=steps)})
        >>> rows = pl.DataFrame({"noticed_on": ["2022-01-03", "2022-01-09"], "acted_on": ["2022-01-10", None]})
        >>> ws = Workspace(plan, tables=[Events("signals", at="noticed_on")], data={"signals": rows})
        >>> ws.chain("signals", until="2022-01-31").steps.select("step", "reached", "days_median", "waiting").rows()
        [('noticed', 2, None, 0), ('acted', 1, 7.0, 1)]
        """
        chains = self.plan.chains
        if id not in chains:
            raise UnknownName(f"no chain named {id!r}", where=f"plan {self.plan.id!r}", hint=nearest(id, chains))
        faults = list(chain_faults({id: chains[id]}, self._known))
        if faults:
            raise_all(f"chain {id!r} can't be followed", list(self._locate(faults)))
        clocks = self._clocks(until, known_on)
        days = asked_days(period, self.plan, self._start(None, clocks.until), clocks.until)
        steps, rows, undated = funnel(
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
            undated=undated,
            rows=rows,
        )

    def milestones(
        self: Asking,
        until: Day | None = None,
        *,
        goals: Sequence[str] | None = None,
        unit: str | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
    ) -> pl.DataFrame:
        """When the milestones of goals were reached, for a unit (unsaid the root): one row each.

        One with a share or a value is reached on the first day on which the goal's figure to date is there; one with a
        title alone on the day that the plan tells. Columns: strategy, goal, unit, milestone, due, share, value, until,
        reached_on, days_late, status (reached, reached_late, late, to_come, no_data).

        >>> from datetime import date
        >>> from hgplan import Goal, Milestone, Plan, Workspace
        >>> app = Milestone(day=date(2022, 6, 30), title="The app is there", reached=date(2022, 7, 4))
        >>> plan = Plan(id="p", title="P", direct_goals=[Goal(id="easy", title="Easy", milestones=[app])])
        >>> Workspace(plan).milestones("2022-12-31").select("milestone", "days_late", "status").row(0)
        ('The app is there', 4, 'reached_late')
        """
        clocks, plan = self._clocks(until, known_on), self.plan
        known = {goal.id for _, goal in plan.goals()}
        unknown = [
            UnknownName(f"no goal named {id!r}", hint=nearest(id, known)) for id in goals or () if id not in known
        ]
        if unknown:
            raise_all("the milestones can't be told", unknown)
        asked = [(strategy, goal) for strategy, goal in plan.goals() if goals is None or goal.id in goals]
        where = self.organisation.root if unit is None else asked_units([unit], self.organisation)[0]
        daily = {
            goal.id: follow_goal(self, goal.id, where, clocks, as_tree(tree), every="day").rows
            for _, goal in asked
            if any(stone.has_figure for stone in goal.milestones)
        }
        return milestones(asked, daily, where, clocks.until)
