"""What each hook promises of its items, checked on receipt."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Generic, TypeGuard, TypeVar

import attrs

from hgplan.errors import PluginError
from hgplan.hookspecs import Example, Output, Pace, Phrase, PlanFormat, SourceKind
from hgplan.metrics import Aggregate, Dimension, Events, Metric, Snapshots, Spells, Table
from hgplan.plugins.installed import Plugin
from hgplan.plugins.isolated import IsolatedKind, isolated_metric
from hgplan.plugins.isolation import Limits

__all__ = [
    "EXAMPLES",
    "FORMATS",
    "LANGUAGES",
    "METRICS",
    "OUTPUTS",
    "PACES",
    "PHRASES",
    "PROMISES",
    "SOURCES",
    "TABLES",
    "Promise",
    "receive",
]

T = TypeVar("T")

# An endless generator would take the host's memory; no plugin has this much to declare.
_MOST: Final = 100_000


@attrs.frozen
class Promise(Generic[T]):
    """What a hook's answers are: the hook, what an item is called, and how one is told."""

    hook: str
    item: str
    holds: Callable[[object], TypeGuard[T]] = attrs.field(kw_only=True)
    named: Callable[[T], str] | None = attrs.field(default=None, kw_only=True)
    # What the host makes of an item that it took: a namespace for it, a process of its own when there are limits.
    placed: Callable[[Plugin, T, Limits | None], T] | None = attrs.field(default=None, kw_only=True)


def receive(promise: Promise[T], answer: object) -> tuple[T, ...]:
    """Drain an answer and check every item; raises PluginError when one is not what the hook promises."""
    items = _drained(answer)
    received: list[T] = []
    for number, item in enumerate(items, start=1):
        if not promise.holds(item):
            forgotten = isinstance(item, type)
            raise PluginError(
                f"item {number} is {_described(item)}, not {promise.item}",
                hint="it is a class; have you forgotten the ()?" if forgotten else None,
            )
        received.append(item)
    if promise.named is not None:
        names = [promise.named(item) for item in received]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise PluginError(f"{promise.item} is named {twice[0]!r} twice", hint="give each a name of its own")
    return tuple(received)


def _drained(answer: object) -> list[object]:
    if inspect.iscoroutine(answer):
        answer.close()
        raise PluginError("the hook is a coroutine", hint="write it without async")
    if answer is None:
        raise PluginError("the hook returned None", hint="yield the items; nothing to bring is an empty list")
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise PluginError(f"the hook returned {_described(answer)}", hint="yield the items, or return a list of them")
    items = list(islice(answer, _MOST + 1))
    if len(items) > _MOST:
        raise PluginError(f"the hook gives more than {_MOST} items")
    return items


def _described(item: object) -> str:
    """The kind of an item, never its content."""
    kind = item.__name__ if isinstance(item, type) else type(item).__name__
    return "None" if item is None else f"the class {kind}" if isinstance(item, type) else f"a value of type {kind}"


def _placed_metric(plugin: Plugin, item: Metric | Aggregate, limits: Limits | None) -> Metric | Aggregate:
    if isinstance(item, Aggregate):
        return item
    placed = attrs.evolve(item, namespace=plugin.name)
    return placed if limits is None else isolated_metric(plugin, placed, limits)


def _placed_source(plugin: Plugin, item: SourceKind, limits: Limits | None) -> SourceKind:
    return item if limits is None else IsolatedKind(plugin, item.name, limits)


def _is_table(item: object) -> TypeGuard[Table]:
    # A table with verbs on it is rows of a table, no declaration.
    return isinstance(item, Dimension) or (isinstance(item, Events | Spells | Snapshots) and not item.steps)


def _is_metric(item: object) -> TypeGuard[Metric | Aggregate]:
    return isinstance(item, Metric | Aggregate)


def _is_phrase(item: object) -> TypeGuard[Phrase]:
    return isinstance(item, Phrase)


def _is_source(item: object) -> TypeGuard[SourceKind]:
    return _has_name(item) and isinstance(item, SourceKind)


def _is_format(item: object) -> TypeGuard[PlanFormat]:
    return _has_suffixes(item) and isinstance(item, PlanFormat)


def _is_output(item: object) -> TypeGuard[Output]:
    return _has_suffixes(item) and isinstance(item, Output)


def _is_pace(item: object) -> TypeGuard[Pace]:
    return _has_name(item) and isinstance(item, Pace)


def _is_example(item: object) -> TypeGuard[Example]:
    return _has_name(item) and isinstance(getattr(item, "title", None), str) and isinstance(item, Example)


def _has_name(item: object) -> bool:
    name = getattr(item, "name", None)
    return not isinstance(item, type) and isinstance(name, str) and bool(name.strip())


def _has_suffixes(item: object) -> bool:
    suffixes = getattr(item, "suffixes", None)
    if isinstance(suffixes, str) or not isinstance(suffixes, Sequence):
        return False
    return _has_name(item) and all(isinstance(suffix, str) and suffix.startswith(".") for suffix in suffixes)


def _name(item: Table | Metric | Aggregate | SourceKind | PlanFormat | Output | Pace | Example) -> str:
    return item.name


TABLES: Final = Promise[Table]("hgplan_tables", "a table declaration", holds=_is_table, named=_name)
METRICS: Final = Promise[Metric | Aggregate](
    "hgplan_metrics", "a Metric or Aggregate", holds=_is_metric, named=_name, placed=_placed_metric
)
SOURCES: Final = Promise[SourceKind](
    "hgplan_sources", "a SourceKind (name, open)", holds=_is_source, named=_name, placed=_placed_source
)
PHRASES: Final = Promise[Phrase]("hgplan_phrases", "a Phrase", holds=_is_phrase)
FORMATS: Final = Promise[PlanFormat](
    "hgplan_formats", "a PlanFormat (name, suffixes, read, write)", holds=_is_format, named=_name
)
OUTPUTS: Final = Promise[Output]("hgplan_outputs", "an Output (name, suffixes, write)", holds=_is_output, named=_name)
PACES: Final = Promise[Pace]("hgplan_paces", "a Pace (name, expected)", holds=_is_pace, named=_name)
EXAMPLES: Final = Promise[Example]("hgplan_examples", "an Example (name, title, write)", holds=_is_example, named=_name)

PROMISES: Final[tuple[Promise[Any], ...]] = (TABLES, METRICS, SOURCES, PHRASES, FORMATS, OUTPUTS, PACES, EXAMPLES)
"""All of them, to ask every hook that there is."""

LANGUAGES: Final = ("en", "sv")
"""The languages that texts for people are in: what the phrases are asked for when nobody says."""
