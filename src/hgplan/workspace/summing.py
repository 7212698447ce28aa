"""What a workspace answers of strategies and the whole plan: goals summed up, and what the activities take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from hgplan.engine import Tree
from hgplan.followup import Standing
from hgplan.followup.efforts import efforts
from hgplan.followup.summary import summary
from hgplan.model import Organisation, Plan
from hgplan.outputs.numbers import as_language
from hgplan.workspace.questions import Day, Every, Units, as_day, asked_units
from hgplan.workspace.summaries import with_how

__all__ = ["Summing"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    def attainment(
        self,
        goals: Sequence[str] | None = None,
        units: Units = "root",
        every: Every = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        *,
        targets: Standing = "current",
        possible: bool = False,
    ) -> pl.DataFrame:
        """How far the plan's goals have come: one row a goal, unit and target period."""
        ...


class Summing:
    """The verbs of a workspace that roll goals and activities up over strategies."""

    def summary(
        self: Asking,
        units: Units = "root",
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        *,
        targets: Standing = "current",
        capped: bool = True,
        language: str | None = None,
    ) -> pl.DataFrame:
        """How the goals of each strategy, of the plan and of its vision stand: a row a part, unit and target period.

        Columns: part (strategy, plan, vision), strategy, title, unit, level, period_start, period_end, until, known_on,
        goals, a count for each status (reached, on_course, uncertain, off_course, not_reached, no_data, undefined,
        unquantified), open_conditions (reached goals whose conditions are not met), reached_share with its least and
        greatest, index, index_least, index_greatest, in_index, not_in_index, least_goal, least_attainment, shared,
        akin, how.

        `reached_share` is the weight of the reached among goals with a target. `index` is the mean of the attainments
        by the goals' weights, each counted from 0 to 1 (or as it is, with `capped=False`): an index, never an
        attainment, for different measures can't be added. The least and the greatest say what it can be when reports
        are missing. A goal without a figure is in `not_in_index`, and never counts as 0. `shared` are goals of other
        strategies that the strategy's activities contribute to: they count at each, and once in the plan; `akin` are
        those that activities only align with, and count nowhere. `how` says all this in words, in the plan's language
        or in `language` ("sv", "en").

        Raises PlanError as `attainment` does.
        """
        attained = self.attainment(None, units, None, until, known_on, tree, targets=targets, possible=True)
        rolled = summary(attained, self.plan, capped=capped)
        written = as_language(self.plan.language if language is None else language)
        return with_how(rolled, self.plan, attained, written, capped=capped)

    def efforts(
        self: Asking, units: Units = "root", *, period: str | None = None, tree: Day | None = None
    ) -> pl.DataFrame:
        """What the plan's activities take: a row for the plan, the vision, each strategy, goal and activity, and unit.

        Columns: part (plan, vision, strategy, goal, activity), id, title, unit, level, activities (those that count
        towards the part, itself included), elsewhere (those of them that count at another part of its kind, too), akin
        (those that only align with it, and count nowhere), hours, without_hours, budget, without_budget, recruiting
        (marked as recruiting), without_recruiting (not marked either way).

        Sums go over what `contributes`, each activity once, so an activity that is shared by two strategies
        counts at both and once at the plan. Hours and budgets that are unsaid add nothing and are told by
        number, except where others are part of the activity. What was cancelled takes nothing. An activity
        counts at its owner's unit and those above; with `period`, in the one that it begins in, or in each
        where it has no days.
        """
        whole = None if period is None else self.plan.parse_period(period)
        day = None if tree is None else as_day(tree, "tree")
        nodes = asked_units(units, self.organisation)
        return efforts(self.plan, self.organisation, units=nodes, period=whole, tree=day)
