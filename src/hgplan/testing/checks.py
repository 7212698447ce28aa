"""What a plugin's author calls: all laws of a metric, an aggregate or a plugin, one by one or all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from hypothesis.strategies import SearchStrategy

from hgplan.hookspecs import Setting
from hgplan.metrics import Aggregate, Metric, Table
from hgplan.testing.aggregate_laws import VALUES, aggregate_laws
from hgplan.testing.laws import Law, raise_broken
from hgplan.testing.metric_laws import metric_laws
from hgplan.testing.plugin_laws import plugin_laws

__all__ = ["check_aggregate", "check_metric", "check_plugin", "each_law", "laws_of"]

Test = TypeVar("Test", bound=Callable[..., Any])


Values: TypeAlias = "SearchStrategy[Any] | Mapping[str, SearchStrategy[Any]]"
"""What draws the values that an aggregate counts: a row's tuple, or the value of its only column."""


def laws_of(
    subject: object,
    *,
    tables: Sequence[Table] = (),
    beside: Sequence[Metric | Aggregate] = (),
    values: Values = VALUES,
    settings: Mapping[str, Mapping[str, Setting]] | None = None,
    examples: int = 20,
) -> tuple[Law, ...]:
    """The laws that a metric, an aggregate or a plugin (a module, or an object with hooks) is held to.

    `tables` are the declarations that a metric is written over; a table that nobody declares is taken to have the
    columns that the metric's text reads. `beside` are other metrics and the aggregates that it names. `values` draws
    what an aggregate counts; for a plugin, by the aggregate's name. `settings`, by the name of a kind of source, are
    what a plugin's sources are opened with; one without settings is left alone.

    >>> from hgplan import Metric
    >>> visits = Metric.formula("visits", "visits.where(minutes > 5).count()")
    >>> [law.name for law in laws_of(visits)][:4]
    ['definition', 'text form', 'another process', 'same again']
    """
    if isinstance(subject, Metric):
        return metric_laws(subject, tables, beside, examples)
    if isinstance(subject, Aggregate):
        return aggregate_laws(subject, VALUES if isinstance(values, Mapping) else values, examples)
    drawn = values if isinstance(values, Mapping) else {}
    return plugin_laws(subject, settings=settings or {}, values=drawn, examples=examples)


def check_metric(
    metric: Metric, *, tables: Sequence[Table] = (), beside: Sequence[Metric | Aggregate] = (), examples: int = 20
) -> None:
    """Hold a metric to every law that applies to it, over drawn organisations and rows.

    Raises LawBroken with the law's name and the smallest example that breaks it, PluginErrors where several are broken.

    >>> from hgplan import Metric
    >>> check_metric(Metric.formula("long_visits", "visits.where(minutes > 5).count()"), examples=3)
    """
    raise_broken(f"metric {metric.id!r}", laws_of(metric, tables=tables, beside=beside, examples=examples))


def check_aggregate(aggregate: Aggregate, *, values: SearchStrategy[Any] = VALUES, examples: int = 50) -> None:
    """Hold an aggregate to its laws: associative, commutative, identity, partition, and some more.

    `values` draws a row's tuple, or the value of its only column. Raises as `check_metric` does.

    >>> from hgplan import Aggregate
    >>> total = Aggregate("total", "1", partial=lambda rows: sum(row[0] or 0 for row in rows), combine=sum,
    ...                   final=lambda state: state)
    >>> check_aggregate(total, examples=10)
    """
    raise_broken(f"aggregate {aggregate.name!r}", laws_of(aggregate, values=values, examples=examples))


def check_plugin(
    plugin: object,
    *,
    values: Mapping[str, SearchStrategy[Any]] | None = None,
    settings: Mapping[str, Mapping[str, Setting]] | None = None,
    examples: int = 5,
) -> None:
    """Hold a plugin to its laws: every hook answers, its items are right, its metrics and aggregates obey theirs.

    A plugin is a module, or an object with marked functions. Raises as `check_metric` does.

    >>> from hgplan import Metric, hookimpl
    >>> class Visits:
    ...     @hookimpl
    ...     def hgplan_metrics(self):
    ...         yield Metric.formula("visits", "visits.count()")
    >>> check_plugin(Visits(), examples=2)
    """
    raise_broken("the plugin", laws_of(plugin, values=values or {}, settings=settings, examples=examples))


def each_law(
    subject: object,
    *,
    tables: Sequence[Table] = (),
    beside: Sequence[Metric | Aggregate] = (),
    values: Values = VALUES,
    settings: Mapping[str, Mapping[str, Setting]] | None = None,
    examples: int = 20,
) -> Callable[[Test], Test]:
    """Make a test of each law, named so, out of a pytest function that takes `law` and calls it.

    ::

        @each_law(new_members, tables=TABLES)
        def test_new_members(law):
            law()
    """
    import pytest  # a test runner, which only tests have

    laws = laws_of(subject, tables=tables, beside=beside, values=values, settings=settings, examples=examples)
    return pytest.mark.parametrize("law", laws, ids=str)
