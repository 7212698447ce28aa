"""Asking the engine so that a broken plugin costs only its own answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import polars as pl

from hgplan.engine import Clocks, Facts, Reader, Tree, figures, unknown_figures
from hgplan.errors import DataError, PlanError, PluginError, UnreadableError
from hgplan.metrics import Aggregate, Metric
from hgplan.metrics.counts import Aggregated
from hgplan.metrics.reads import measures_in, tables_read
from hgplan.model import Period, Plan
from hgplan.plugins import METRICS, SOURCES, Fault, Offer, Plugin, Plugins, attempt, attempt_on_data

__all__ = ["Blame"]

_T = TypeVar("_T")


class Blame:
    """Whose code a metric runs, and the faults that came of running it; what a plugin breaks is kept as values."""

    def __init__(self, plan: Plan | None, plugins: Plugins, own: Collection[str] = ()) -> None:
        # The host's own kinds of counting stand before any that plugins brought by the same name.
        self._plan, self._plugins, self._own = plan, plugins, frozenset(own)
        self._faults: dict[Fault, None] = {}

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

    def figures(
        self,
        facts: Facts,
        metrics: Sequence[Metric],
        *,
        units: Sequence[str],
        periods: Sequence[Period],
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

        blamed = [self.plugin_of(metric) for metric in metrics]
        if not any(blamed):
            return ask(metrics)
        try:
            return ask(metrics)
        except UnreadableError:
            pass
        except (KeyboardInterrupt, PlanError, DataError):
            raise
        except BaseException:  # a panic in polars is no Exception; whose fault it is, is found out below
            pass
        parts = []
        for metric, found in zip(metrics, blamed, strict=True):
            if found is None:
                parts.append(ask([metric]))
                continue
            told = self._kept(attempt_on_data(*found, partial(_read, partial(ask, [metric]), found[1])))
            lost = unknown_figures(metric, units=units, periods=periods, by=how.get("by", ()))
            parts.append(lost if told is None else told)
        return pl.concat(parts, how="vertical_relaxed")

    def _kept(self, done: _T | Fault) -> _T | None:
        if isinstance(done, Fault):
            self._faults[done] = None
            return None
        return done


def _read(ask: Callable[[], pl.DataFrame], hook: str) -> pl.DataFrame:
    """Ask; what a plugin's source can't give to the end is the plugin's fault, not the data's."""
    try:
        return ask()
    except UnreadableError as error:
        if hook != "hgplan_sources":
            raise
        raise PluginError(error.what) from None
