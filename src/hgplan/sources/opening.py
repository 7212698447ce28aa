"""Opening the sources that a plan names, each by the plugin that offers its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final, TypeVar

import attrs
import polars as pl

from hgplan.errors import PlanError, PluginError, UnknownName, raise_all
from hgplan.hookspecs import Schema, Source, SourceKind
from hgplan.model import SourceDeclaration
from hgplan.plugins import Fault, Offer, Plugin, attempt_on_data, resolve
from hgplan.sources.declared import Querying, lazy_rows

__all__ = ["open_sources"]

T = TypeVar("T")
_HOOK: Final = "hgplan_sources"


def open_sources(
    declared: Mapping[str, SourceDeclaration], kinds: Iterable[Offer[SourceKind]]
) -> tuple[Mapping[str, Source], tuple[Fault, ...]]:
    """Open the sources of a plan by the kinds that plugins offer, and give them with the plugins' faults.

    Settings go to the plugin as they are; it is the plugin that looks into the environment (`uri_env`) for what is
    secret. A source whose plugin fails is there all the same, and raises that plugin's PluginError when it is read, so
    that only its own tables are lost. Raises PlanError, all together, for unknown kinds and for settings that a plugin
    refuses.
    """
    offers = tuple(kinds) if declared else ()
    opened: dict[str, Source] = {}
    faults: list[Fault] = []
    wrong: list[PlanError] = []
    for name, declaration in declared.items():
        where = f"[source.{name}]"
        try:
            offer = resolve("kind of source", declaration.plugin, offers)
            source = attempt_on_data(offer.plugin, _HOOK, partial(_opened, offer.item, declaration))
        except UnknownName as error:
            wrong.append(UnknownName(error.what, where=error.where or where, hint=error.hint))
        except PlanError as error:
            wrong.append(PlanError(error.what, where=error.where or where, hint=error.hint))
        else:
            if isinstance(source, Fault):
                faults.append(source)
                opened[name] = _Failed(name, source)
            else:
                guarded = _GuardedQuerying if isinstance(source, Querying) else _Guarded
                opened[name] = guarded(name, offer.plugin, source)
    if wrong:
        raise_all("the sources of the plan", wrong)
    return opened, tuple(faults)


def _opened(kind: SourceKind, declaration: SourceDeclaration) -> Source:
    source = kind.open(declaration.settings)
    if not isinstance(source, Source):
        raise PluginError(
            f"open gave a {type(source).__name__}, which is no Source", hint="a Source has tables() and scan(...)"
        )
    return source


@attrs.frozen
class _Guarded:
    """A source that blames its plugin for what it raises, without repeating a cell or a secret."""

    name: str
    plugin: Plugin
    source: Source = attrs.field(repr=False)

    def tables(self) -> Mapping[str, Schema]:
        def work() -> Mapping[str, Schema]:
            tables = self.source.tables()
            if not isinstance(tables, Mapping):
                raise PluginError(f"tables gave a {type(tables).__name__}, not a mapping of names to schemas")
            return dict(tables)

        return self._blamed(work)

    def scan(
        self, table: str, *, columns: Sequence[str] | None = None, start: date | None = None, until: date | None = None
    ) -> pl.LazyFrame:
        work = partial(self.source.scan, table, columns=columns, start=start, until=until)
        return self._blamed(lambda: lazy_rows(work(), "scan"))

    def _blamed(self, work: Callable[[], T]) -> T:
        answer = attempt_on_data(self.plugin, _HOOK, work)
        if isinstance(answer, Fault):
            error = answer.error
            place = f"source {self.name!r}" if error.where is None else f"source {self.name!r}, {error.where}"
            raise PluginError(error.what, where=place, hint=error.hint)
        return answer


class _GuardedQuerying(_Guarded):
    """The same of a source that takes queries."""

    def query(self, text: str) -> pl.LazyFrame:
        source = self.source
        if not isinstance(source, Querying):
            raise PluginError(f"source {self.name!r} takes no queries")
        return self._blamed(lambda: lazy_rows(source.query(text), "query"))


@attrs.frozen
class _Failed:
    """A source that couldn't be opened: whoever reads it is told why."""

    name: str
    fault: Fault

    def tables(self) -> Mapping[str, Schema]:
        raise self._error()

    def scan(
        self, table: str, *, columns: Sequence[str] | None = None, start: date | None = None, until: date | None = None
    ) -> pl.LazyFrame:
        raise self._error()

    def _error(self) -> PluginError:
        error = self.fault.error
        return PluginError(error.what, where=error.where or f"source {self.name!r}", hint=error.hint)
