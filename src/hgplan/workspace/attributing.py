"""What a workspace answers of attribution: who or what people came by, and what that took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol, get_args

import polars as pl

from hgplan.engine import AttributionModel, Clocks, Deeds, Facts, Periods, Tree, credited
from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.followup.attribution import BY, attribution, results
from hgplan.metrics import Events, Metric, parse
from hgplan.metrics.counts import Count, Distinct, Retained
from hgplan.metrics.measures import Part
from hgplan.metrics.rows import RowSet, check_duration
from hgplan.model import Organisation, Plan
from hgplan.workspace.catalogue import Asked
from hgplan.workspace.questions import Day, Every, Units, as_day, as_tree, asked_periods, asked_units

__all__ = ["Attributing"]

_MODELS: Final[tuple[str, ...]] = get_args(AttributionModel)


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _plan: Plan | None

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


class Attributing:
    """The verbs of a workspace that credit activities with what came of them."""

    def attribution(
        self: Asking,
        of: Asked,
        via: Events | str | None,
        to: str,
        *,
        model: AttributionModel = "latest",
        within: str | None = None,
        units: Units = "root",
        every: Every = None,
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
    ) -> pl.DataFrame:
        """Who or what brought people: each deed credited once, so that the parts add up to the whole.

        `of` counts the deeds: a metric, measure or formula that ends in `count()` or `distinct()`, as recruits are, or
        the kept ones among them, `retained(...).numerator` (and all that matured, `.denominator`).
        `via` are the contacts before them, a table or rows of one (`"contacts.where(seconds >= 30)"`), and `to` the
        column of theirs that is credited: an activity, a channel, a theme. A contact counts when the deed lies in
        [contact day, contact day + within), unsaid ever after, anywhere in the organisation. `model` says how a deed
        with several contacts is credited: to the "latest", to the "first" (of one day, to the smallest id), or in even
        parts to all of them ("linear"). With "stated", `via` is None and `to` is a column of the deed's own row.

        Columns: unit, level, grain, period_start, period_end, credit, to, value, numerator, denominator. `credit` is
        "credited", "unnamed" (the contact names nothing) or "uncredited" (there was no contact; nothing is stated).
        Over these the values of a unit and period add up to the figure of `of` there: exactly so the numerators, whose
        denominator is the same for all of them; `value` is their quotient, rounded once. Deeds stand in their own unit
        and period, wherever the contact was made; where reports are missing, those that are there are credited. A
        person who is counted once in a period is credited by the first deed in it.

        Raises PlanError for a measure that counts nobody, an unknown column or word, and for contacts that don't say
        whose they are.
        """
        counted, rows = _deeds(self, of), _contacts(self, via, model, within)
        clocks = self._clocks(until, known_on)
        periods = asked_periods(
            every, self._start(start, clocks.until), clocks.until, self._plan, self._known.year_starts
        )
        nodes = asked_units(units, self.organisation)
        dealt = _credits(self, counted, rows, to, model, within, nodes, periods, clocks, as_tree(tree))
        return attribution(dealt, self.organisation, units=nodes, periods=periods.each, grain=periods.name)

    def results(
        self: Asking,
        of: Asked,
        via: Events | str | None,
        to: str,
        *,
        by: str = "part",
        model: AttributionModel = "latest",
        within: str | None = None,
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
    ) -> pl.DataFrame:
        """What the plan's activities brought, per hour and per cost: sums over sums, each activity once.

        `of`, `via`, `to`, `model` and `within` are those of `attribution`; `to` holds the ids of the plan's
        activities. `by` is "part" (the plan, its strategies, goals and activities with all that counts towards them),
        "theme", "channel", "audience", "doer", "place", "phase", or "unit" (that of the owner, and those above). An
        activity of two themes stands in both, so groups need not add up; the plan's own row does, with those below it
        that are no part of the plan: "unplanned" (activities that it doesn't know), "unnamed" and "uncredited".

        Columns: part, id, title, activities, results, hours, without_hours, per_hour, budget, without_budget, per_cost,
        cost_each. Counted are all results of the days asked, and the whole hours and budget of the activities that
        overlap them. `per_hour` is the results of the activities whose hours are known over these hours, and null where
        they are 0 or nobody wrote any; `without_hours` says how many activities lack them, and so are left out of both
        sides. Likewise `per_cost` and `cost_each` with the budget. What was cancelled is there only if it is credited,
        and lacks both.

        Raises PlanError as `attribution` does, and UnknownName for what results can't be held against.
        """
        if by not in BY:
            raise UnknownName(
                f"results can't be held by {by!r}", hint=nearest(by, BY) or f"choose from {', '.join(BY)}"
            )
        counted, rows = _deeds(self, of), _contacts(self, via, model, within)
        clocks = self._clocks(until, known_on)
        first = self._start(None if start is None else as_day(start, "start"), clocks.until)
        whole = asked_periods(None, first, clocks.until, self._plan, self._known.year_starts)
        root = (self.organisation.root,)
        dealt = _credits(self, counted, rows, to, model, within, root, whole, clocks, "day")
        return results(dealt, self.plan, self.organisation, by=by, asked=whole.each[0], day=clocks.until)


def _credits(
    asking: Asking,
    deeds: Deeds,
    contacts: RowSet | None,
    to: str,
    model: AttributionModel,
    within: str | None,
    units: Sequence[str],
    periods: Periods,
    clocks: Clocks,
    tree: Tree,
) -> pl.DataFrame:
    return credited(
        asking._known,
        deeds,
        contacts,
        to,
        model=model,
        within=within,
        units=units,
        periods=periods,
        clocks=clocks,
        tree=tree,
    )


def _deeds(asking: Asking, of: Asked) -> Deeds:
    """What is counted, as rows: a count of them, of the different people among them, or a side of a retention."""
    measure = asking.metric(of).measure
    if isinstance(measure, Part) and isinstance(measure.of, Retained):
        return measure
    if isinstance(measure, Count) or (isinstance(measure, Distinct) and measure.key is None and measure.having is None):
        return measure
    raise PlanError(
        f"{measure} counts no deeds that could be credited",
        hint="ask for what ends in .count() or .distinct(): memberships.starts(scope='organisation').distinct()",
    )


def _contacts(asking: Asking, via: Events | str | None, model: str, within: str | None) -> RowSet | None:
    if model not in _MODELS:
        raise PlanError(f"model={model!r} is not known", hint=f"choose from {', '.join(map(repr, _MODELS))}")
    if (via is None) != (model == "stated"):
        raise PlanError(
            f"model={model!r} needs via=, the contacts to credit" if via is None else "stated credit needs no via=",
            hint="with model='stated' the deed's own column is credited, and via is None",
        )
    if within is not None:
        check_duration(within)
    if via is None:
        return None
    counted = parse(f"{via}.count()")
    if not isinstance(counted, Count):
        raise PlanError(f"via={str(via)!r} is no rows of a table", hint="write contacts, or contacts.where(...)")
    return counted.rows
