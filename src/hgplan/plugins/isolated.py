"""Sources and metrics of a plugin that is not trusted to run here: each use is a task in a child process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import attrs

from hgplan.errors import DataError, PlanError, PluginError
from hgplan.hookspecs import HOOKS, Schema, Setting
from hgplan.metrics import FactTable, Measure, Metric, parse
from hgplan.metrics.parameters import Parameter
from hgplan.model.mappings import FrozenMapping, thaw
from hgplan.plugins.faults import Fault, attempt, fault
from hgplan.plugins.installed import Plugin
from hgplan.plugins.isolation import Limits, run

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")

__all__ = ["IsolatedKind", "IsolatedSource", "isolated_metric", "tried"]


def tried(plugin: Plugin, limits: Limits) -> tuple[Fault, ...]:
    """Load the plugin and ask its hooks in a child; give the hooks that it did not survive.

    Raises PluginError when it does not survive being loaded. What a plugin merely raises is no matter here: it is found
    again, and named better, where the hook is asked.
    """
    try:
        _try(plugin, HOOKS, limits)
    except PluginError:
        _try(plugin, (), limits)
    else:
        return ()
    alone = [attempt(plugin, hook, partial(_try, plugin, (hook,), limits)) for hook in HOOKS]
    return tuple(died for died in alone if isinstance(died, Fault))


def _try(plugin: Plugin, hooks: Sequence[str], limits: Limits) -> None:
    run("hgplan.plugins.tasks:try_hooks", {"name": plugin.name, "target": plugin.target, "hooks": hooks}, limits)


def isolated_metric(plugin: Plugin, metric: Metric, limits: Limits) -> Metric:
    """The same metric, whose function runs in a child when it is asked with other parameters or tables."""
    if metric.function is None:
        return metric
    return attrs.evolve(metric, function=_Function(plugin, metric.name, limits))


@attrs.frozen
class IsolatedKind:
    """A kind of source whose sources run in children."""

    plugin: Plugin
    name: str
    limits: Limits

    def open(self, settings: Mapping[str, Setting]) -> IsolatedSource:
        """A source with these settings; the plugin sees them when a table is first asked for."""
        return IsolatedSource(self, FrozenMapping(settings))


@attrs.frozen
class IsolatedSource:
    """A source that names and reads its tables in a child, one for every call."""

    kind: IsolatedKind
    # Settings may hold secrets, so they are never shown.
    settings: FrozenMapping[str, Setting] = attrs.field(repr=False)

    def tables(self) -> Mapping[str, Schema]:
        """The tables that can be read; raises PluginError where the child finds no answer."""
        return {table: Schema(columns) for table, columns in json.loads(self._run("tables")).items()}

    def scan(
        self, table: str, *, columns: Sequence[str] | None = None, start: date | None = None, until: date | None = None
    ) -> pl.LazyFrame:
        """The rows of a table, read now; raises PluginError where the child finds no answer."""
        import polars as pl  # heavy, and this method alone reads rows

        read = self._run("scan", table=table, columns=columns, start=start, until=until)
        return _answered(self.kind.plugin, "hgplan_sources", partial(pl.read_ipc_stream, io.BytesIO(read))).lazy()

    def _run(self, task: str, **asked: object) -> bytes:
        plugin, limits = self.kind.plugin, self.kind.limits
        settings = {
            "name": plugin.name,
            "target": plugin.target,
            "kind": self.kind.name,
            "settings": thaw(self.settings),
            **asked,
        }
        return _answered(plugin, "hgplan_sources", partial(run, f"hgplan.plugins.tasks:{task}", settings, limits))


@attrs.frozen
class _Function:
    """A metric's function, run in a child; only the text of its measure comes back."""

    plugin: Plugin
    metric: str
    limits: Limits

    def __call__(self, *tables: FactTable, **parameters: Parameter) -> Measure:
        if any(table.steps for table in tables):
            raise PluginError(f"metric {self.metric!r} runs in a child process, over whole tables only")
        settings = {
            "name": self.plugin.name,
            "target": self.plugin.target,
            "metric": self.metric,
            "over": [(type(table).__name__, table.name) for table in tables],
            "parameters": parameters,
        }
        task = partial(run, "hgplan.plugins.tasks:measure", settings, self.limits)
        return parse(_answered(self.plugin, "hgplan_metrics", task).decode())


def _answered(plugin: Plugin, hook: str, work: Callable[[], T]) -> T:
    """The answer, or the plugin's fault as an error that names it; others' faults pass."""
    try:
        return work()
    except (PlanError, DataError):
        raise
    except PluginError as error:
        where = None if error.where is None else str(error.where)
        raise fault(plugin, hook, error.what, where=where, hint=error.hint).error from None
