"""What is asked of a plugin in a child process: plain names in, bytes out."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from hgplan.errors import PluginError
from hgplan.hookspecs import Setting, Source
from hgplan.metrics import Events, FactTable, Metric, Snapshots, Spells
from hgplan.metrics.parameters import Parameter
from hgplan.plugins.answers import ask
from hgplan.plugins.faults import Fault, attempt
from hgplan.plugins.installed import Plugin, load
from hgplan.plugins.offers import resolve
from hgplan.plugins.receipt import LANGUAGES, METRICS, PROMISES, SOURCES, Promise
from hgplan.plugins.registration import register

__all__ = ["measure", "scan", "tables", "try_hooks"]

T = TypeVar("T")


def try_hooks(*, name: str, target: str, hooks: Sequence[str]) -> bytes:
    """Import a plugin and ask these of its hooks; what they raise is found again outside, so only survival counts."""
    plugin = Plugin(name=name, target=target)
    body = attempt(plugin, None, partial(load, plugin))
    if not isinstance(body, Fault):
        implementations, _ = register(plugin, body)
        for promise in PROMISES:
            if promise.hook in hooks:
                for language in LANGUAGES:
                    ask(promise, implementations, {"language": language})
    return b""


def tables(*, name: str, target: str, kind: str, settings: Mapping[str, Setting]) -> bytes:
    """The tables of a source: JSON of table, column and type."""
    source = _source(name, target, kind, settings)
    schemas = {
        table: {column: str(type_) for column, type_ in schema.items()} for table, schema in source.tables().items()
    }
    return json.dumps(schemas).encode()


def scan(
    *,
    name: str,
    target: str,
    kind: str,
    settings: Mapping[str, Setting],
    table: str,
    columns: Sequence[str] | None,
    start: date | None,
    until: date | None,
) -> bytes:
    """The rows of a source's table: an Arrow stream."""
    import polars as pl  # heavy, and this task alone reads rows

    rows = _source(name, target, kind, settings).scan(table, columns=columns, start=start, until=until)
    stream = io.BytesIO()
    pl.DataFrame(rows.collect()).write_ipc_stream(stream)
    return stream.getvalue()


def measure(
    *, name: str, target: str, metric: str, over: Sequence[tuple[str, str]], parameters: Mapping[str, Parameter]
) -> bytes:
    """A metric's measure with these parameters, over tables of these kinds and names: its text form."""
    found = _offered(METRICS, name, target, metric)
    if not isinstance(found, Metric):
        raise PluginError(f"{metric!r} is no longer a metric")
    return str(found(*(_symbol(kind, table) for kind, table in over), **parameters)).encode()


def _source(name: str, target: str, kind: str, settings: Mapping[str, Setting]) -> Source:
    return _offered(SOURCES, name, target, kind).open(settings)


def _offered(promise: Promise[T], name: str, target: str, wanted: str) -> T:
    plugin = Plugin(name=name, target=target)
    implementations, faults = register(plugin, load(plugin))
    answer = ask(promise, implementations, {})
    for fault in (*faults, *answer.faults):
        if fault.hook == promise.hook:
            raise fault.error
    return resolve(promise.item, wanted, answer.offers).item


def _symbol(kind: str, table: str) -> FactTable:
    match kind:
        case "Events":
            return Events(table, at="at")
        case "Spells":
            return Spells(table, start="start", end="end", entity="entity")
        case "Snapshots":
            return Snapshots(table, at="at")
    raise PluginError(f"no kind of table is called {kind!r}")
