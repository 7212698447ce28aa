"""What is known by name: metrics and tables of the host, the plan and the plugins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

import attrs

from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.metrics import Aggregate, Measure, Metric, Table, parse
from hgplan.metrics.declared import table_of
from hgplan.metrics.measures import Named
from hgplan.metrics.metric import Parameter
from hgplan.metrics.parse import verbs
from hgplan.metrics.resolved import resolved
from hgplan.model import FrozenMapping, Plan
from hgplan.plugins import METRICS, Plugins

__all__ = ["Asked", "Catalogue", "listed"]

NONE: FrozenMapping[str, Parameter] = FrozenMapping()

Asked: TypeAlias = str | Metric | Measure


@attrs.frozen(eq=False)
class Catalogue:
    """Metrics and tables by name: the host's come before the plan's, the plan's before the plugins'."""

    plan: Plan | None
    plugins: Plugins
    own_tables: Mapping[str, Table]
    own_metrics: Mapping[str, Metric]
    own_aggregates: Mapping[str, Aggregate]

    @classmethod
    def of(
        cls,
        plan: Plan | None,
        plugins: Plugins,
        tables: Sequence[Table],
        metrics: Sequence[Metric | Aggregate],
    ) -> Catalogue:
        """A catalogue; raises PlanError when the host gives one name to two unequal things."""
        own_tables = _by_name("table", [(table.name, table) for table in tables])
        own_metrics = _by_name("metric", [(m.id, m) for m in metrics if isinstance(m, Metric)])
        aggregates = _by_name("aggregate", [(a.name, a) for a in metrics if isinstance(a, Aggregate)])
        return cls(plan, plugins, own_tables, own_metrics, aggregates)

    def tables(self) -> dict[str, Table]:
        """Every declared table. Raises PlanError where plugins disagree about one and the plan doesn't say."""
        prefer = self.plan.prefer_tables if self.plan else {}
        found = {table.name: table for table in self.plugins.tables(prefer=prefer)}
        for name, declaration in self.plan.tables.items() if self.plan else ():
            declared = table_of(name, declaration)
            if declared is not None:
                found[name] = declared
        found.update(self.own_tables)
        for conflict in self.plugins.conflicts(prefer=prefer):
            if conflict.table not in found:
                raise conflict.error
        return found

    def aggregates(self) -> dict[str, Aggregate]:
        """Every kind of counting that somebody brought: the host's, and the plugins' by full name.

        A plugin's short name is known too, where no other plugin has one of that name.
        """
        brought = [(offer, item) for offer in self.plugins.offers(METRICS) if isinstance(item := offer.item, Aggregate)]
        often = Counter(offer.name for offer, _ in brought)
        return {
            **{offer.id: item for offer, item in brought},
            **{offer.name: item for offer, item in brought if often[offer.name] == 1},
            **self.own_aggregates,
        }

    def metric(self, asked: Asked, parameters: Mapping[str, Parameter] = NONE) -> Metric:
        """A metric by its name, itself, or made of a measure or a formula; every metric it names put in its place.

        Raises UnknownName, PlanError for a name that several plugins offer or a parameter that the metric hasn't.
        """
        found = self._found(asked).bind(parameters)
        return attrs.evolve(found, measure=resolved(found.measure, self._measure_of, (found.id,)))

    def _found(self, asked: Asked) -> Metric:
        if isinstance(asked, Metric):
            return asked
        if isinstance(asked, Measure):
            return Metric(name=str(asked), measure=asked)
        named = self._named(asked)
        if named is not None:
            return named
        try:
            measure = parse(asked)
        except PlanError:
            if "(" in asked:
                raise
            raise self._unknown(asked) from None
        if isinstance(measure, Named):
            raise self._unknown(measure.name)
        return Metric(name=str(measure), measure=measure)

    def _named(self, name: str) -> Metric | None:
        if name in self.own_metrics:
            return self.own_metrics[name]
        declared = self.plan.metrics.get(name) if self.plan else None
        if declared is not None:
            return attrs.evolve(
                Metric.formula(
                    name,
                    declared.formula,
                    unit=declared.unit,
                    title=declared.title,
                    definition=declared.description or declared.formula,
                ),
                version=declared.version,
                since=declared.since,
            )
        try:
            return self.plugins.metric(name, prefer=self.plan.prefer_metrics if self.plan else {})
        except UnknownName:
            return None

    def _measure_of(self, named: Named) -> Measure:
        metric = self._named(named.name)
        if metric is None:
            raise self._unknown(named.name)
        return metric.bind(named.parameters).measure

    def _unknown(self, name: str) -> UnknownName:
        owner, _, last = name.rpartition(".")
        tables = {*self.own_tables, *(self.plan.tables if self.plan else ())}
        if owner in tables.union(table.name for table in self.plugins.tables()):
            return UnknownName(f"table {owner!r} is asked {last!r}, which is no verb", hint=nearest(last, verbs()))
        broken = [fault for fault in self.plugins.faults if fault.plugin == owner]
        if broken:
            # What it would have offered can't be known, so no other name is nearer than that.
            return UnknownName(f"no metric named {name!r}", hint=f"the plugin {owner!r} is broken: hgplan plugins")
        return UnknownName(f"no metric named {name!r}", hint=nearest(name, self.names()))

    def names(self) -> tuple[str, ...]:
        """The names of all metrics that can be asked for."""
        declared = tuple(self.plan.metrics) if self.plan else ()
        return (*self.own_metrics, *declared, *(metric.id for metric in self.plugins.metrics()))


_T = TypeVar("_T")


def _by_name(what: str, items: Sequence[tuple[str, _T]]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for name, item in items:
        if name in found and found[name] != item:
            raise PlanError(f"two {what}s are named {name!r} and differ", hint="leave one of them out")
        found[name] = item
    return found


def listed(asked: Asked | Sequence[Asked]) -> Sequence[Asked]:
    """What is asked for as several; one metric may be asked for as it is."""
    return [asked] if isinstance(asked, str | Metric) or not isinstance(asked, Sequence) else asked
