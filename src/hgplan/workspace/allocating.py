"""What a workspace answers of allocation: targets spread over units, and where those of units don't add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import polars as pl

from hgplan.engine import Clocks, Facts
from hgplan.followup import (
    Allocation,
    Amount,
    Bounds,
    Followed,
    Standing,
    allocation_gaps,
    before,
    follow,
    spread,
    target_of,
)
from hgplan.metrics import Metric
from hgplan.model import Organisation, Period, Plan
from hgplan.workspace.bindings import bind
from hgplan.workspace.blame import Blame
from hgplan.workspace.catalogue import Asked, Catalogue
from hgplan.workspace.questions import Day, Units, as_day

__all__ = ["Allocating"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _plan: Plan | None
    _blame: Blame
    _catalogue: Catalogue

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    @property
    def _known(self) -> Facts: ...

    def metric(self, name: Asked) -> Metric:
        """A metric by its name, or made of a measure or a formula."""
        ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...

    def _start(self, start: Day | None, until: date) -> date: ...


class Allocating:
    """The verbs of a workspace that deal targets out, and hold them together again."""

    def allocate(
        self: Asking,
        target: str | Amount,
        by: Asked,
        *,
        units: Units | None = None,
        of: str | None = None,
        period: str | None = None,
        measured: str | None = None,
        step: Amount | None = None,
        floors: Bounds = None,
        caps: Bounds = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Day | None = None,
    ) -> Allocation:
        """Deal a target out over units in proportion to a metric's figures, exact to the sum.

        `target` is a number, or the id of a goal, for its target of `period` (unsaid the only one) and of the unit `of`
        (unsaid the root). `units` is a level, ids, or None for the units right below. The figures are those of
        `measured`, unsaid the period before `period`: last year's recruits, or the members at the turn of the year.
        The units that share are those open in `period`, in the tree of its last day unless `tree` says another; one
        that was not open in `measured` has no figure and gets nothing. `step`, `floors` and `caps` are those of
        `hgplan.allocate`.
        """
        metric, clocks = self.metric(by), self._clocks(until, known_on)
        due = None if period is None else _period(self, period)
        if isinstance(target, str):
            [goal] = _followed(self, [target])
            known = clocks.known_on
            target, due = target_of(goal, self.plan, self.organisation, period=period, unit=of, known_on=known)
        start, year_starts = self._start(None, clocks.until), self._known.year_starts
        whole = before(due, year_starts=year_starts) if due else Period(id="data", start=start, end=clocks.until)
        return spread(
            target,
            metric,
            self._known,
            of=of,
            units=units,
            period=due,
            measured=whole if measured is None else _period(self, measured),
            clocks=clocks,
            tree=None if tree is None else as_day(tree, "tree"),
            step=step,
            floors=floors,
            caps=caps,
            ask=self._blame.figures,
        )

    def allocation_gaps(
        self: Asking,
        goals: Sequence[str] | None = None,
        *,
        known_on: Day | None = None,
        tree: Day | None = None,
        targets: Standing = "current",
    ) -> pl.DataFrame:
        """Where the targets of units don't add up to the target above them: a row each, none where all do.

        Columns: goal, unit, period, comparator, target, allocated, difference. `allocated` is the sum of the nearest
        units below that have a target for the same goal and days, in the tree of the period's last day unless `tree`
        says another; null where they are of different kinds. `difference` is below 0 where a part is nobody's.
        """
        return allocation_gaps(
            _followed(self, goals),
            self.plan,
            self.organisation,
            known_on=None if known_on is None else as_day(known_on, "known_on"),
            tree=None if tree is None else as_day(tree, "tree"),
            which=targets,
        )


def _followed(asking: Asking, goals: Sequence[str] | None) -> list[Followed]:
    """The goals with what they count; what nobody offers is no fault here."""
    bound = bind(asking.plan, asking._catalogue, asking._blame)
    return follow(asking.plan, asking.organisation, bound.of, bound.of, goals)


def _period(asking: Asking, text: str) -> Period:
    return asking._plan.parse_period(text) if asking._plan else Period.parse(text)
