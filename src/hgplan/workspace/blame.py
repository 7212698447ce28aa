"""Asking the engine so that a broken plugin costs only its own answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

import polars as pl

from hgplan.engine import (
    Clocks,
    Facts,
    Periods,
    Reader,
    Tree,
    check_tables,
    figures,
    figures_each,
    unknown_figures,
    unnamed,
)
from hgplan.errors import DataError, HgplanError, PlanError, PluginError, UnreadableError, raise_all
from hgplan.metrics import Aggregate, Metric
from hgplan.metrics.counts import Aggregated
from hgplan.metrics.reads import measures_in, tables_read
from hgplan.model import Period, Plan
from hgplan.model.grains import Grain
from hgplan.model.periods import period_of
from hgplan.plugins import METRICS, SOURCES, Fault, Offer, Plugin, Plugins, attempt, attempt_on_data, fault
from hgplan.workspace.naming import Locate, where_named

__all__ = ["Blame"]

_T = TypeVar("_T")
# One of them suits every `previous`, so a formula that fails in all of them is wrong whatever is asked.
_GRAINS: Final[tuple[Grain, ...]] = ("day", "week", "month", "year")


class Blame:
    """Whose code a metric runs, and the faults that came of running it; what a plugin breaks is kept as values."""

    def __init__(self, plan: Plan | None, plugins: Plugins, own: Collection[str] = (), locate: Locate = list) -> None:
        # The host's own kinds of counting stand before any that plugins brought by the same name.
        self._plan, self._plugins, self._own, self._locate = plan, plugins, frozenset(own), locate
        self._faults: dict[Fault, None] = {}
        # Of each metric that was looked at: the fault of the plugin that brought a formula which can't be right.
        self._looked: dict[Metric, Fault | None] = {}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What plugins broke while figures were asked."""
        return tuple(self._faults)

    def plugin_of(self, metric: Metric) -> tuple[Plugin, str] | None:
        """The plugin whose code the metric runs, and the hook that brought it; None where none does."""
        named = {plugin.name: plugin for plugin in self._plugins.plugins}
        if metric.namespace in named:
            return named[metric.namespace], METRICS.hook
        counted = [part for part in measures_in(metric.measure) if isinstance(part, Aggregated)]
        for brought in self._plugins.offers(METRICS) if counted else ():
            if isinstance(brought.item, Aggregate) and any(self._is_of(part, brought) for part in counted):
                return brought.plugin, METRICS.hook
        for table in tables_read(metric.measure) if self._plan else ():
            declared = self._plan.tables.get(table) if self._plan else None
            origin = declared.source.origin if declared and declared.source else None
            if origin is None or self._plan is None or origin not in self._plan.sources:
                continue
            kind = self._plan.sources[origin].plugin
            for offer in self._plugins.offers(SOURCES):
                if kind in (offer.name, offer.id):
                    return offer.plugin, "hgplan_sources"
        return None

    def _is_of(self, part: Aggregated, offer: Offer[Metric | Aggregate]) -> bool:
        """Whether the kind of counting that a measure names, or holds, is the one that a plugin offers."""
        if part.aggregate is not None:
            return bool(part.aggregate == offer.item)
        return part.name in (offer.id, offer.name) and part.name not in self._own

    def attempt(self, metric: Metric, work: Callable[[], _T]) -> _T | None:
        """Do what runs a metric's own function; None where its plugin fails. The plan's own faults pass."""
        blamed = self.plugin_of(metric)
        if blamed is None:
            return work()
        plugin, hook = blamed

        def guarded() -> _T | PlanError:
            try:
                return work()
            except PlanError as error:
                return error

        done = attempt(plugin, hook, guarded)
        if isinstance(done, PlanError):
            raise done
        return self._kept(done)

    def guarded(self, plugin: Plugin, hook: str, work: Callable[[], _T]) -> _T | None:
        """Do what runs the code that a hook brought; None where it fails, and the fault is kept."""
        return self._kept(attempt(plugin, hook, work))

    def sound(self, facts: Facts, metrics: Sequence[Metric]) -> list[Metric]:
        """The metrics whose formula names what is there; a plugin's that doesn't is kept as that plugin's fault.

        Raises PlanError, all together, for those of the plan and of the asker, with the metric and its place.
        """
        faults = [fault for metric in dict.fromkeys(metrics) for fault in self._named_wrong(facts, metric)]
        if faults:
            raise_all("the metrics can't be worked out", faults)
        return [metric for metric in metrics if self._looked[metric] is None]

    def whole(self, facts: Facts, metric: Metric) -> None:
        """Raise what is wrong with a metric that is asked alone: PluginError where a plugin brought it."""
        self.sound(facts, [metric])
        lost = self._looked[metric]
        if lost is not None:
            raise lost.error

    def figures(
        self,
        facts: Facts,
        metrics: Sequence[Metric],
        *,
        units: Sequence[str],
        periods: Sequence[Period | Periods],
        clocks: Clocks,
        tree: Tree,
        pools: Mapping[str, tuple[str, ...]] | None = None,
        reader: Reader | None = None,
        **how: Any,
    ) -> pl.DataFrame:
        """The engine's figures; where a plugin breaks the asking, its metrics have none, and the others theirs."""

        def ask(some: Sequence[Metric]) -> pl.DataFrame:
            return figures(
                facts, some, units=units, periods=periods, clocks=clocks, tree=tree, pools=pools, reader=reader, **how
            )

        def lost(metric: Metric) -> pl.DataFrame:
            return unknown_figures(metric, units=units, periods=periods, by=how.get("by", ()))

        sound = self.sound(facts, metrics)
        blamed = self._blamed(sound)
        if len(sound) == len(metrics):
            told = self._together(partial(ask, metrics), blamed)
            if told is not None:
                return told
        parts = []
        for metric in metrics:
            told = None
            if self._looked[metric] is None:
                told = self._asked(facts, metric, partial(ask, [metric]), clocks, blamed.get(metric))
            parts.append(lost(metric) if told is None else told)
        return pl.concat(parts, how="vertical_relaxed")

    def figures_each(
        self,
        facts: Facts,
        metrics: Sequence[Metric],
        *,
        units: Sequence[str],
        periods: Sequence[Period | Periods],
        clocks: Clocks,
        tree: Tree,
        reader: Reader | None = None,
        **how: Any,
    ) -> Iterator[pl.DataFrame]:
        """The same metric by metric; what is wrong with a formula is raised before any of them is worked out."""

        def ask(some: Sequence[Metric]) -> Iterator[Callable[[], pl.DataFrame]]:
            return figures_each(
                facts, some, units=units, periods=periods, clocks=clocks, tree=tree, reader=reader, **how
            )

        def alone(metric: Metric) -> pl.DataFrame:
            return next(ask([metric]))()

        sound = self.sound(facts, metrics)
        blamed = self._blamed(sound)
        begun = self._together(partial(ask, sound), blamed)
        works = (partial(alone, metric) for metric in sound) if begun is None else begun

        def told() -> Iterator[pl.DataFrame]:
            for metric in metrics:
                found = None
                if self._looked[metric] is None:
                    found = self._asked(facts, metric, next(works), clocks, blamed.get(metric))
                if found is None:
                    found = unknown_figures(metric, units=units, periods=periods, by=how.get("by", ()))
                yield found

        return told()

    def _blamed(self, metrics: Sequence[Metric]) -> dict[Metric, tuple[Plugin, str]]:
        """The metrics that run a plugin's code, with the plugin and the hook that brought it."""
        return {metric: found for metric in dict.fromkeys(metrics) if (found := self.plugin_of(metric)) is not None}

    def _together(self, work: Callable[[], _T], blamed: Mapping[Metric, tuple[Plugin, str]]) -> _T | None:
        """Ask for all metrics at once; None where the fault is to be found metric by metric."""
        try:
            return work()
        except (PlanError, UnreadableError):
            return None
        except (KeyboardInterrupt, DataError):
            raise
        except BaseException:  # a panic in polars is no Exception; whose fault it is, is found out metric by metric
            if not blamed:
                raise
            return None

    def _asked(
        self,
        facts: Facts,
        metric: Metric,
        ask: Callable[[], pl.DataFrame],
        clocks: Clocks,
        blamed: tuple[Plugin, str] | None,
    ) -> pl.DataFrame | None:
        """The figures of one metric, or None where a plugin broke them."""
        told: pl.DataFrame | None = None
        faults: list[PlanError] = []
        try:
            told = ask() if blamed is None else self._kept(attempt_on_data(*blamed, partial(_read, ask, blamed[1])))
        except PlanError as error:
            brought = self._brought(metric)
            if brought is not None and _is_wrong(facts, metric, clocks):
                self._kept(_formula_fault(brought, metric, error.faults))
            else:
                faults = self._in_plan(metric, error.faults)
        if faults:
            raise_all("the metrics can't be worked out", faults)
        return told

    def _named_wrong(self, facts: Facts, metric: Metric) -> list[PlanError]:
        if metric in self._looked:
            return []
        try:
            check_tables(facts, metric.measure)
        except KeyboardInterrupt:
            raise
        except BaseException:  # a source may panic: what is wrong with the data is told where they are read
            self._looked[metric] = None
            return []
        wrong = unnamed(facts, metric.measure)
        brought = self._brought(metric)
        if wrong and brought is None:
            return self._in_plan(metric, wrong)
        self._looked[metric] = found = _formula_fault(brought, metric, wrong) if wrong and brought else None
        if found is not None:
            self._kept(found)
        return []

    def _brought(self, metric: Metric) -> Plugin | None:
        """The plugin that wrote the metric's formula."""
        return next((plugin for plugin in self._plugins.plugins if plugin.name == metric.namespace), None)

    def _in_plan(self, metric: Metric, faults: Sequence[HgplanError]) -> list[PlanError]:
        """Faults of the plan or the asker, with the metric and the place where they don't say any."""
        where = where_named(self._plan, metric, self._locate)
        return [
            type(fault)(fault.what, where=fault.where or where, hint=fault.hint)
            for fault in faults
            if isinstance(fault, PlanError)
        ]

    def _kept(self, done: _T | Fault) -> _T | None:
        if isinstance(done, Fault):
            self._faults[done] = None
            return None
        return done


def _is_wrong(facts: Facts, metric: Metric, clocks: Clocks) -> bool:
    """Whether a metric's formula can't be worked out whatever is asked, with the tables that it reads in order."""
    try:
        check_tables(facts, metric.measure)
    except (PlanError, DataError):
        return False
    for grain in _GRAINS:
        try:
            figures(
                facts,
                [metric],
                units=[facts.organisation.root],
                periods=[Periods((period_of(clocks.until, grain, year_starts=facts.year_starts),), grain)],
                clocks=Clocks(until=clocks.until),
                tree="day",
            )
        except PlanError:
            continue
        except (DataError, PluginError):
            pass
        return False
    return True


def _formula_fault(plugin: Plugin, metric: Metric, faults: Sequence[HgplanError]) -> Fault:
    what = "; ".join(one.what for one in faults)
    hint = next((one.hint for one in faults if one.hint is not None), None)
    return fault(plugin, METRICS.hook, f"metric {metric.id!r} can't be worked out: {what}", hint=hint)


def _read(ask: Callable[[], pl.DataFrame], hook: str) -> pl.DataFrame:
    """Ask; what a plugin's source can't give to the end is the plugin's fault, not the data's."""
    try:
        return ask()
    except UnreadableError as error:
        if hook != "hgplan_sources":
            raise
        raise PluginError(error.what) from None
