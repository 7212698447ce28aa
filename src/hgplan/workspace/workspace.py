"""The workspace: a plan, an organisation, tables and metrics, and the questions that can be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Final

import polars as pl

from hgplan.engine import Clocks, Facts, Tree, extent, reader_for
from hgplan.errors import DataError, HgplanError, PlanError, raise_all
from hgplan.followup import Standing, attainment
from hgplan.followup.chains import chain_faults
from hgplan.followup.earlier import Beginnings
from hgplan.followup.followed import written_in
from hgplan.hookspecs import Pace
from hgplan.metrics import Aggregate, Metric, Table
from hgplan.model import Goal, Organisation, Plan
from hgplan.plugins import Fault, Plugins
from hgplan.workspace.bindings import Bindings, bind
from hgplan.workspace.blame import Blame
from hgplan.workspace.catalogue import Asked, Catalogue
from hgplan.workspace.data import Data, Opener
from hgplan.workspace.explanation import Explanation, explained, with_roads
from hgplan.workspace.paces import check_paces, paces
from hgplan.workspace.questions import Day, Every, Several, Units, as_day, as_tree, asked_units
from hgplan.workspace.symbols import SymbolicFacts
from hgplan.workspace.unit_names import unit_faults
from hgplan.workspace.verbs import Verbs

__all__ = ["Workspace"]

_ANY_DAY: Final = date(2000, 1, 1)


class Workspace(Verbs):
    """The one object that a host holds: it reads no files and keeps no globals, and everything may be left out.

    It never changes: `with_data` gives another one with the same plan, so one can serve many requests and threads.

    >>> from hgplan.metrics import Events
    >>> contacts = Events("contacts", at="day")
    >>> ws = Workspace(tables=[contacts], data={"contacts": pl.DataFrame({"day": ["2022-01-03", "2022-01-09"]})})
    >>> ws.measure([contacts.count()], every="month")["value"].to_list()
    [2.0]
    """

    def __init__(
        self,
        plan: Plan | None = None,
        organisation: Organisation | None = None,
        tables: Sequence[Table] = (),
        data: Mapping[str, object] | None = None,
        metrics: Sequence[Metric | Aggregate] = (),
        plugins: Plugins | None = None,
        *,
        openers: Mapping[str, Opener] | None = None,
        faults: Sequence[Fault] = (),
        locate: Callable[[Sequence[PlanError]], Sequence[PlanError]] = list,
    ) -> None:
        self._plan = plan
        self.organisation = organisation or Organisation.single(
            "organisation", title=plan.organisation if plan else None
        )
        self.plugins = plugins or Plugins.none()
        self._catalogue = Catalogue.of(plan, self.plugins, tables, metrics)
        self._blame = Blame(plan, self.plugins, self._catalogue.own_aggregates, locate)
        self._data = Data(data or {}, openers or {})
        self._tables, self._metrics = tuple(tables), tuple(metrics)
        self._faults, self._locate = tuple(faults), locate

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        if self._plan is None:
            raise PlanError("this workspace has no plan", hint="give one: Workspace(plan=hgplan.load_plan(path))")
        return self._plan

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What plugins broke so far, as values."""
        return (*self._faults, *self.plugins.faults, *self._blame.faults)

    @property
    def facts(self) -> SymbolicFacts:
        """The tables, to write measures with."""
        return SymbolicFacts(self._known.tables)

    @cached_property
    def _known(self) -> Facts:
        calendar = self._plan.calendar if self._plan else None
        return Facts(
            organisation=self.organisation,
            tables=self._catalogue.tables(),
            data=self._data,
            aggregates=self._catalogue.aggregates(),
            timezone=calendar.timezone if calendar and calendar.timezone else "UTC",
            year_starts=calendar.year_starts if calendar else "01-01",
            lines=self._data.lines,
        )

    @cached_property
    def _extent(self) -> tuple[date, date] | None:
        return extent(self._known)

    @cached_property
    def _beginnings(self) -> Beginnings:
        return Beginnings(self._known)

    def with_data(self, data: Mapping[str, object]) -> Workspace:
        """The same workspace over other data: frames or paths by table; tables not named keep theirs."""
        return Workspace(
            self._plan,
            self.organisation,
            self._tables,
            {**self._data.given(), **data},
            self._metrics,
            self.plugins,
            openers=self._data.openers(),
            faults=self._faults,
            locate=self._locate,
        )

    def metric(self, name: Asked) -> Metric:
        """A metric by its name, or made of a measure or a formula.

        Raises UnknownName with the nearest name, PlanError for a name that several plugins offer.
        """
        return self._catalogue.metric(name)

    def metrics(self) -> tuple[str, ...]:
        """The names of all metrics that can be asked for."""
        return self._catalogue.names()

    def unit_of(self, goal: Goal) -> str | None:
        """How a goal's figures are written: in its own unit, or in that of its metric; None where nothing says."""
        return written_in(goal, self._metric_of(goal.metric) if goal.metric else None)

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
        """How far the plan's goals have come: one row a goal, unit and target period.

        With `every`, one row a grain end inside each target period: the value to date, against the whole period's
        target. `targets` chooses between those that stand now ("current") and those first adopted ("adopted").
        `possible` adds the least and the greatest that an incomplete value, and the attainment by it, can turn out to
        be: value_least, value_greatest, attainment_least, attainment_greatest. A goal whose metric was lost with a
        broken plugin has no data, and the others their answers.
        """
        bound = self._bound()
        clocks = self._clocks(until, known_on)
        asked = as_tree(tree)
        measures = [metric.measure for metric in self._blame.sound(self._known, bound.metrics)]
        reader = reader_for(self._known, measures, clocks, asked)
        return attainment(
            self.plan,
            self._known,
            bound.of,
            bound.of,
            goals=goals,
            units=asked_units(units, self.organisation),
            every=every,
            clocks=clocks,
            tree=asked,
            targets=targets,
            possible=possible,
            paces=self._paces(),
            begun=self._beginnings.of,
            ask=partial(self._blame.figures, reader=reader),
        )

    def explain(
        self,
        metric: Asked,
        *,
        unit: str | None = None,
        period: str | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        plan: bool = False,
        units: Units | None = None,
        by: str | Sequence[str] = (),
        every: Several = None,
    ) -> Explanation:
        """What a figure is made of, and with `plan` how it is counted: as asked, or of `units`, `by` and `every`."""
        found, facts = self._catalogue.metric(metric), self._known
        clocks, asked = self._clocks(until, known_on), as_tree(tree)
        self._blame.whole(facts, found)
        first = self._start(None, clocks.until)
        told = explained(facts, self._plan, found, unit=unit, period=period, first=first, clocks=clocks, tree=asked)
        if not (plan or units or by or every):
            return told
        return with_roads(told, facts, self._plan, units=units, by=by, every=every, clocks=clocks, tree=asked)

    def check(self) -> None:
        """Read everything; raises with all that is wrong with the plan's metrics, or with the data that they read.

        A plan that has no data yet is in order when its metrics are known.
        """
        bound = self._bound()
        self._paces()
        faults = self._unopened()
        if not faults:
            # Rows of which none has a day that can be read are looked at as well: any day to end with will do.
            until = None if self._extent else self.plan.period.end if self.plan.period else _ANY_DAY
            for metric in bound.metrics if len(self._data) else ():
                try:
                    self.measure(metric, until=until)
                except HgplanError as error:
                    faults += [fault for fault in error.faults if str(fault) not in map(str, faults)]
            named = [*chain_faults(self.plan.chains, self._known), *unit_faults(self.plan, self.organisation)]
            faults += self._locate(named)
        unasked = [fault for fault in faults if isinstance(fault, PlanError)]
        broken = [fault for fault in faults if isinstance(fault, DataError)]
        if unasked:
            raise_all("the plan can't be followed up", unasked)
        if broken:
            raise_all("the data are not as declared", broken)

    def _unopened(self) -> list[HgplanError]:
        """What is wrong with the files of the tables, all of them."""
        faults: list[HgplanError] = []
        for name in self._data:
            try:
                self._data[name]
            except (PlanError, DataError) as error:
                faults += error.faults
        return faults

    def _bound(self) -> Bindings:
        """The metrics of the plan; unknown ones are told together, unless a broken plugin may have had them."""
        bound = bind(self.plan, self._catalogue, self._blame)
        if bound.faults and not self.plugins.faults:
            raise_all("the plan names metrics that can't be asked", list(self._locate(bound.faults)))
        return bound

    def _paces(self) -> Mapping[str, Pace]:
        """The paces that plugins bring; those that the plan names and nobody offers are told together."""
        known = paces(self.plan, self.plugins, self._blame)
        check_paces(self.plan, known, self._locate)
        return known

    def _metric_of(self, name: str) -> Metric | None:
        try:
            return self._catalogue.metric(name)
        except PlanError:
            return None

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks:
        known = None if known_on is None else as_day(known_on, "known_on")
        if until is not None:
            return Clocks(until=as_day(until, "until"), known_on=known)
        told = self._extent
        if told is None:
            raise PlanError(
                "until is unsaid, and no row of the data has a day to end with",
                hint="say until= (or --until); days are dates, or text like 2022-03-01",
            )
        return Clocks(until=told[1], known_on=known)

    def _start(self, start: Day | None, until: date) -> date:
        if start is not None:
            return as_day(start, "start")
        if self._plan is not None and self._plan.period is not None and self._plan.period.start <= until:
            return self._plan.period.start
        told = self._extent
        return min(told[0], until) if told else until

    def __repr__(self) -> str:
        plan = f"plan {self._plan.id!r}" if self._plan else "no plan"
        return f"<Workspace of {plan}: {len(self.organisation)} units, {len(self._known.tables)} tables>"
