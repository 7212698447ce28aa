"""The laws that a whole plugin is held to: every hook answers, what it brings is right, and obeys laws of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import attrs
from hypothesis.strategies import SearchStrategy

from hgplan.hookspecs import HOOKS, Pace, PlanFormat, Schema, Setting, SourceKind
from hgplan.metrics import Aggregate, Dimension, Metric
from hgplan.metrics.parameters import as_parameters
from hgplan.model import Goal, Period, Plan, Strategy, Target
from hgplan.plugins import Plugins
from hgplan.testing.aggregate_laws import VALUES, aggregate_laws
from hgplan.testing.laws import Counterexample, Law
from hgplan.testing.metric_laws import metric_laws
from hgplan.workspace import open as open_plan

__all__ = ["plugin_laws"]

_NAME: Final = "plugin"
_LANGUAGES: Final = ("en", "sv")
_PLAN: Final = Plan(
    id="drawn",
    title="A plan to write",
    language="en",
    period=Period.parse("2022-01-01/2023-12-31"),
    strategies=[
        Strategy(
            id="people",
            title="More people",
            goals=[Goal(id="recruits", title="Recruits", targets=[Target(period="2022", at_least=100)])],
        )
    ],
)


def plugin_laws(
    body: object,
    *,
    settings: Mapping[str, Mapping[str, Setting]],
    values: Mapping[str, SearchStrategy[Any]],
    examples: int,
) -> tuple[Law, ...]:
    """The laws of a plugin, of the metrics and aggregates that it brings, and of each of its other items."""

    def law(name: str, says: str, hold: Callable[[], None]) -> Law:
        return Law(name, says, subject="the plugin", hold=hold)

    found = [
        law("hooks", "every hook is one that there is, and answers with what it promises", partial(_answers, body)),
        law("asked again", "a hook gives the same when it is asked again", partial(_same_again, body)),
    ]
    plugins = Plugins.of({_NAME: body})
    tables, metrics = plugins.tables(), plugins.metrics()
    beside: list[Metric | Aggregate] = [*metrics, *plugins.aggregates()]
    kinds = law("tables", "a metric takes its tables for what they are", partial(_kinds, plugins))
    phrases = law("phrases", "a phrase gives its metric parameters that it takes", partial(_phrases, plugins))
    found += [kinds, phrases]
    for metric in metrics:
        # A namespace is the host's; the author knows the metric without it.
        own = attrs.evolve(metric, namespace=None)
        found += _of(f"metric {metric.name}", metric_laws(own, tables, beside, examples))
    for aggregate in plugins.aggregates():
        drawn = values.get(aggregate.name, VALUES)
        found += _of(f"aggregate {aggregate.name}", aggregate_laws(aggregate, drawn, examples * 4))
    for form in plugins.formats():
        hold = partial(_written_and_read, form)
        found.append(law(f"format {form.name}", "a format reads what it wrote, and writes it again the same", hold))
    for pace in plugins.paces():
        hold = partial(_paced, pace)
        found.append(law(f"pace {pace.name}", "no less is due later, and all of it at the end", hold))
    for source in plugins.sources():
        if source.name in settings:
            hold = partial(_scanned, source, settings[source.name])
            found.append(law(f"source {source.name}", "a source gives the columns that it says it has", hold))
    for example in plugins.examples():
        hold = partial(_written, plugins, example.write)
        found.append(law(f"example {example.name}", "an example's plan is right, and so are its data", hold))
    return tuple(found)


def _of(whose: str, laws: tuple[Law, ...]) -> list[Law]:
    return [attrs.evolve(law, name=f"{whose}: {law.name}") for law in laws]


def _answers(body: object) -> None:
    plugins = Plugins.of({_NAME: body})
    plugins.check()
    (described,) = plugins.describe()
    if not described.hooks:
        raise Counterexample(f"it answers to no hook; mark a function with hookimpl: {', '.join(HOOKS)}")


def _same_again(body: object) -> None:
    first, second = (_brought(Plugins.of({_NAME: body})) for _ in range(2))
    for hook, items in first.items():
        if items != second[hook]:
            raise Counterexample(f"{hook}: first {items}, then {second[hook]}")


def _brought(plugins: Plugins) -> dict[str, list[object]]:
    named: dict[str, list[object]] = {
        "hgplan_sources": [kind.name for kind in plugins.sources()],
        "hgplan_formats": [form.name for form in plugins.formats()],
        "hgplan_outputs": [output.name for output in plugins.outputs()],
        "hgplan_paces": [pace.name for pace in plugins.paces()],
        "hgplan_examples": [example.name for example in plugins.examples()],
    }
    metrics = [(metric.name, metric.measure, metric.parameters) for metric in plugins.metrics()]
    aggregates = [(aggregate.name, aggregate.version) for aggregate in plugins.aggregates()]
    phrases = [phrase for language in _LANGUAGES for phrase in plugins.phrases(language)]
    return {
        **named, "hgplan_tables": [*plugins.tables()], "hgplan_metrics": [*metrics, *aggregates],
        "hgplan_phrases": [*phrases],
    }  # fmt: skip


def _kinds(plugins: Plugins) -> None:
    kinds = {table.name: type(table).__name__ for table in plugins.tables() if not isinstance(table, Dimension)}
    for metric in plugins.metrics():
        for name, kind in metric.tables.items():
            if kinds.get(name, kind) != kind:
                raise Counterexample(f"metric {metric.name!r} takes {name!r} for {kind}, declared are {kinds[name]}")


def _phrases(plugins: Plugins) -> None:
    metrics: dict[str, Metric] = {metric.name: metric for metric in plugins.metrics()}
    for language in _LANGUAGES:
        for phrase in plugins.phrases(language):
            # A phrase may name a metric of another plugin, of which nothing is known here.
            if phrase.metric in metrics:
                metrics[phrase.metric].bind(as_parameters(phrase.parameters))


def _written_and_read(form: PlanFormat) -> None:
    content = form.write(_PLAN)
    name = f"plan{form.suffixes[0] if form.suffixes else ''}"
    again = form.write(form.read(content, name=name).plan)
    if again != content:
        raise Counterexample(f"first {len(content)} bytes, then {len(again)} others")


def _paced(pace: Pace) -> None:
    period = Period.parse("2022")
    goal = next(goal for _, goal in _PLAN.goals())
    days = [period.start + timedelta(days=step) for step in range((period.end - period.start).days + 1)]
    before = 0.0
    for day in days:
        share = pace.expected(goal, period, (), day)
        if share is None:
            continue
        if not isfinite(share) or share < before:
            raise Counterexample(f"{share} is due on {day}, after {before}")
        before = share
    last = pace.expected(goal, period, (), period.end)
    if last is not None and abs(last - 1) > 1e-9:
        raise Counterexample(f"{last} is due on the last day")


def _scanned(kind: SourceKind, settings: Mapping[str, Setting]) -> None:
    source = kind.open(settings)
    for table, said in source.tables().items():
        schema = Schema(said)
        for columns in (None, [*schema][:1]):
            frame = source.scan(table, columns=columns, start=date(2022, 1, 1), until=date(2022, 12, 31))
            had = frame.collect().columns
            missing = [column for column in columns or schema if column not in had]
            if missing:
                raise Counterexample(f"table {table!r} has no {', '.join(missing)}; there are {', '.join(had)}")


def _written(plugins: Plugins, write: Callable[[Path], Path]) -> None:
    with TemporaryDirectory() as folder:
        plan = write(Path(folder))
        if plan.parent != Path(folder) or not plan.is_file():
            raise Counterexample("it gives no plan that it wrote into the folder")
        open_plan(plan, plugins=plugins).check()
