"""What a workspace measures: metrics for units, periods and groups, as one answer or metric by metric."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import polars as pl

from hgplan.engine import BUDGET, Clocks, Facts, Progress, Tree, reader_for
from hgplan.errors import PlanError, raise_all
from hgplan.metrics import Metric
from hgplan.model import Organisation, Plan
from hgplan.workspace.blame import Blame
from hgplan.workspace.catalogue import Asked, listed
from hgplan.workspace.questions import Day, Several, Units, all_periods, as_tree, asked_units

__all__ = ["Measuring"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _plan: Plan | None
    _blame: Blame

    @cached_property
    def _known(self) -> Facts: ...

    def metric(self, name: Asked) -> Metric:
        """A metric by its name, or made of a measure or a formula."""
        ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...

    def _start(self, start: Day | None, until: date) -> date: ...

    def _all_metrics(self, asked: Sequence[Asked]) -> list[Metric]: ...

    def _question(
        self,
        metrics: Sequence[Metric],
        units: Units,
        by: str | Sequence[str],
        every: Several,
        start: Day | None,
        until: Day | None,
        known_on: Day | None,
        tree: Tree | str,
    ) -> dict[str, Any]: ...


class Measuring:
    """The verbs of a workspace that measure."""

    def measure(
        self: Asking,
        metrics: Asked | Sequence[Asked],
        *,
        units: Units = "root",
        by: str | Sequence[str] = (),
        every: Several = None,
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        memory: str | int | None = BUDGET,
        progress: Progress | None = None,
    ) -> pl.DataFrame:
        """Metrics for every unit, period and group, each counted from rows.

        `units` is "root", a level, "all", or ids; `every` a grain, a Calendar, "phase", several of these, or None for
        one figure over the whole range. Unsaid, `start` is the plan's first day (without a plan, that of the data) and
        `until` the last day of the data. Where there are too many for a budget of `memory` ("2GB", or bytes; None:
        whatever it takes), people are counted some at a time, from data that are read again for each part, and
        `progress` is told how many parts are done, of how many; the answer is the same, byte for byte.

        Columns: metric, unit, level, grain, period_start, period_end, by..., value, numerator, denominator, rows,
        availability, completeness.
        """
        found = self._all_metrics(listed(metrics))
        question = self._question(found, units, by, every, start, until, known_on, tree)
        return self._blame.figures(self._known, found, **question, memory=memory, progress=progress)

    def measure_each(
        self: Asking,
        metrics: Asked | Sequence[Asked],
        *,
        units: Units = "root",
        by: str | Sequence[str] = (),
        every: Several = None,
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        memory: str | int | None = BUDGET,
        progress: Progress | None = None,
    ) -> Iterator[pl.DataFrame]:
        """The same question answered metric by metric, a frame each, where the whole answer is more than memory holds.

        The tables are read once, and what several metrics need is counted once, as by `measure`; only a few metrics'
        figures are there at a time. Put together, `pl.concat(frames, how="vertical_relaxed")`, they are its answer:
        numerators and denominators are whole numbers, or decimals where those of the metric are. A question that
        can't be asked raises at once, and data that are not as declared when the metric that reads them is taken.

        >>> from hgplan import Events, Workspace
        >>> contacts = Events("contacts", at="day", entity="person")
        >>> rows = pl.DataFrame({"day": ["2022-01-03", "2022-01-09"], "person": [7, 7]})
        >>> ws = Workspace(tables=[contacts], data={"contacts": rows})
        >>> for figures in ws.measure_each([contacts.count(), contacts.distinct()], every="month"):
        ...     print(figures["metric"].item(), figures["value"].item())
        contacts.count() 2.0
        contacts.distinct() 1.0
        """
        found = self._all_metrics(listed(metrics))
        question = self._question(found, units, by, every, start, until, known_on, tree)
        return self._blame.figures_each(self._known, found, **question, memory=memory, progress=progress)

    def _question(
        self: Asking,
        metrics: Sequence[Metric],
        units: Units,
        by: str | Sequence[str],
        every: Several,
        start: Day | None,
        until: Day | None,
        known_on: Day | None,
        tree: Tree | str,
    ) -> dict[str, Any]:
        """What is asked of the metrics, as the engine takes it."""
        groups = (by,) if isinstance(by, str) else tuple(by)
        clocks = self._clocks(until, known_on)
        facts, asked_tree = self._known, as_tree(tree)
        first, nodes = self._start(start, clocks.until), asked_units(units, self.organisation)
        periods = all_periods(every, first, clocks.until, self._plan, facts.year_starts)
        measures = [metric.measure for metric in self._blame.sound(facts, metrics)]
        reader = reader_for(facts, measures, clocks, asked_tree, groups)
        return {
            "units": nodes,
            "periods": periods,
            "by": groups,
            "clocks": clocks,
            "tree": asked_tree,
            "reader": reader,
        }

    def _all_metrics(self: Asking, asked: Sequence[Asked]) -> list[Metric]:
        found: list[Metric] = []
        faults: list[PlanError] = []
        for one in asked:
            try:
                found.append(self.metric(one))
            except PlanError as fault:
                faults.append(fault)
        if faults:
            raise_all("the metrics can't be asked", faults)
        return found
