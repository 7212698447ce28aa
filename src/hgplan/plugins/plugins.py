"""The plugins that a host works with, as one value: no registry stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import getattr_static
from typing import Literal, TypeVar

import attrs

from hgplan.errors import PluginError, PluginErrors, nearest
from hgplan.hookspecs import HOOKS, Example, Output, Pace, Phrase, PlanFormat, SourceKind
from hgplan.metrics import Aggregate, Metric, Table
from hgplan.metrics.reads import tables_read
from hgplan.plugins.answers import Answer, Answers
from hgplan.plugins.faults import Fault, attempt, in_order
from hgplan.plugins.installed import Plugin, claimed_twice, installed, is_namespace, load
from hgplan.plugins.isolated import tried
from hgplan.plugins.isolation import Limits
from hgplan.plugins.offers import Conflict, Offer, agreed, resolve
from hgplan.plugins.receipt import (
    EXAMPLES,
    FORMATS,
    LANGUAGES,
    METRICS,
    OUTPUTS,
    PACES,
    PHRASES,
    PROMISES,
    SOURCES,
    TABLES,
    Promise,
)
from hgplan.plugins.registration import Implementation, admit, register

__all__ = ["Description", "Plugins"]

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Description:
    """A plugin as `hgplan plugins` lists it: a row."""

    name: str
    version: str
    distribution: str
    hooks: tuple[str, ...]
    status: Literal["ok", "faulty", "refused"]
    faults: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Plugins:
    """The plugins at hand and what they answer; a value that a host holds, with nothing global behind it.

    Hooks are asked when their answer is first wanted, each plugin's alone and in the order of the plugins' names, and
    asked once. What fails is absent from that hook, whole, and stands in `faults`; with `strict` it is raised, all of
    it together, as :class:`~hgplan.errors.PluginErrors`.

    >>> Plugins.none().metrics()
    ()
    """

    plugins: tuple[Plugin, ...] = ()
    strict: bool = False
    isolation: Limits | None = None
    _implementations: tuple[Implementation, ...] = attrs.field(default=(), repr=False, alias="implementations")
    _found: tuple[Fault, ...] = attrs.field(default=(), repr=False, alias="found")
    _answers: Answers = attrs.field(factory=Answers, eq=False, repr=False, init=False)

    @classmethod
    def none(cls) -> Plugins:
        """No plugins at all: what a host without surprises asks for."""
        return cls()

    @classmethod
    def of(cls, given: Mapping[str, object] | None = None, /, **named: object) -> Plugins:
        """The host's own plugins: modules or objects with marked functions, under the names that are said.

        >>> from hgplan.hookspecs import Phrase, hookimpl
        >>> class Ours:
        ...     @hookimpl
        ...     def hgplan_phrases(self, language):
        ...         yield Phrase(language="en", text="new members", metric="new_members")
        >>> [phrase.text for phrase in Plugins.of(ours=Ours()).phrases("en")]
        ['new members']
        """
        bodies = {**(given or {}), **named}
        plugins = tuple(Plugin(name=name, version=_version(bodies[name])) for name in sorted(bodies))
        return _assembled(plugins, lambda plugin: bodies[plugin.name], strict=False, isolation=None)

    @classmethod
    def discover(
        cls, *, strict: bool = False, isolate: bool = False, timeout: float = 60.0, memory: int | None = None
    ) -> Plugins:
        """The installed plugins, found by entry points of the group `hgplan`, and imported now.

        With `isolate`, every plugin is first tried in a child process, so that one that hangs, exits or crashes is a
        fault here and not our end; its sources and its metrics' functions then run in children only. `timeout` is what
        a child may take, in seconds, `memory` what it may use, in bytes (where the system can hold it to that).
        """
        isolation = Limits(seconds=timeout, memory=memory) if isolate else None
        plugins = _assembled(installed(), load, strict=strict, isolation=isolation)
        if strict:
            plugins.check()
        return plugins

    def tables(self, *, prefer: Mapping[str, str] | None = None) -> tuple[Table, ...]:
        """The declared tables; one that several plugins declare alike stands once, one in conflict not at all.

        `prefer` says which plugin's declaration holds.
        """
        return agreed(self.offers(TABLES), prefer)[0]

    def conflicts(self, *, prefer: Mapping[str, str] | None = None) -> tuple[Conflict, ...]:
        """The tables that plugins declare differently, and that no preference settles."""
        return agreed(self.offers(TABLES), prefer)[1]

    def metrics(self) -> tuple[Metric, ...]:
        """The metrics, each under its plugin's namespace: `tenants.new_members`."""
        return tuple(offer.item for offer in self._metrics())

    def aggregates(self) -> tuple[Aggregate, ...]:
        """The kinds of counting that plugins add."""
        return tuple(offer.item for offer in self._aggregates())

    def sources(self) -> tuple[SourceKind, ...]:
        """The kinds of source."""
        return tuple(offer.item for offer in self.offers(SOURCES))

    def phrases(self, language: str) -> tuple[Phrase, ...]:
        """The phrases of a language; those of `sv` serve `sv-FI` too."""
        spoken = {language.casefold(), language.partition("-")[0].casefold()}
        offers = self.offers(PHRASES, language=language)
        return tuple(offer.item for offer in offers if offer.item.language.casefold() in spoken)

    def formats(self) -> tuple[PlanFormat, ...]:
        """The plan formats."""
        return tuple(offer.item for offer in self.offers(FORMATS))

    def outputs(self) -> tuple[Output, ...]:
        """The outputs."""
        return tuple(offer.item for offer in self.offers(OUTPUTS))

    def paces(self) -> tuple[Pace, ...]:
        """The pace curves."""
        return tuple(offer.item for offer in self.offers(PACES))

    def examples(self) -> tuple[Example, ...]:
        """The examples that `hgplan demo` can write."""
        return tuple(offer.item for offer in self.offers(EXAMPLES))

    def metric(self, name: str, *, prefer: Mapping[str, str] | None = None) -> Metric:
        """The metric of a name, full (`tenants.new_members`) or short where that is clear.

        `prefer` says which plugin a short name means. Raises UnknownName, or PlanError when several plugins offer it.
        """
        return resolve("metric", name, self._metrics(), prefer).item

    def aggregate(self, name: str) -> Aggregate:
        """The aggregate of a name; raises as `metric` does."""
        return resolve("aggregate", name, self._aggregates()).item

    def source(self, name: str) -> SourceKind:
        """The kind of source of a name; raises as `metric` does."""
        return resolve("kind of source", name, self.offers(SOURCES)).item

    def format(self, name: str) -> PlanFormat:
        """The plan format of a name; raises as `metric` does."""
        return resolve("plan format", name, self.offers(FORMATS)).item

    def output(self, name: str) -> Output:
        """The output of a name; raises as `metric` does."""
        return resolve("output", name, self.offers(OUTPUTS)).item

    def pace(self, name: str) -> Pace:
        """The pace curve of a name; raises as `metric` does."""
        return resolve("pace", name, self.offers(PACES)).item

    def example(self, name: str) -> Example:
        """The example of a name; raises as `metric` does."""
        return resolve("example", name, self.offers(EXAMPLES)).item

    def offers(self, promise: Promise[T], **arguments: str) -> tuple[Offer[T], ...]:
        """What a hook brings, each item with its plugin: who is to blame when using it fails."""
        answer = self._answer(promise, **arguments)
        if self.strict and answer.faults:
            raise _together(answer.faults)
        return answer.offers

    def _answer(self, promise: Promise[T], **arguments: str) -> Answer[T]:
        return self._answers.get(promise, self._implementations, arguments, self.isolation)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What plugins broke so far: in loading, and in the hooks that have been asked."""
        return in_order((*self._found, *self._answers.faults()))

    def check(self) -> None:
        """Ask every hook of every plugin; raises PluginErrors with all faults when there are any."""
        faults = self._asked()
        if faults:
            raise _together(faults)

    def describe(self) -> tuple[Description, ...]:
        """A row for each plugin that was found, with its hooks and what is wrong with it; asks every hook."""
        faults = self._asked()
        untold = self._untold()
        return tuple(
            attrs.evolve(_described(plugin, self._implementations, faults), warnings=tuple(untold.get(plugin.name, ())))
            for plugin in self.plugins
        )

    def _untold(self) -> dict[str, list[str]]:
        """Of each plugin, what its metrics read that no plugin declares: only a plan that does can be followed up."""
        declared = {offer.name for offer in self._answer(TABLES).offers}
        untold: dict[str, list[str]] = {}
        for offer in self._answer(METRICS).offers:
            for table in tables_read(offer.item.measure) if isinstance(offer.item, Metric) else ():
                if table not in declared:
                    hint = nearest(table, declared)
                    told = f"metric {offer.id!r} reads the table {table!r}, which no plugin declares; a plan has to"
                    near = f" ({hint})" if hint and hint.startswith("did") else ""
                    untold.setdefault(offer.plugin.name, []).append(told + near)
        return untold

    def _asked(self) -> tuple[Fault, ...]:
        for promise in PROMISES:
            if promise is not PHRASES:
                self._answer(promise)
        for language in LANGUAGES:
            self._answer(PHRASES, language=language)
        return self.faults

    def _metrics(self) -> tuple[Offer[Metric], ...]:
        return tuple(
            Offer(offer.plugin, offer.name, offer.item)
            for offer in self.offers(METRICS)
            if isinstance(offer.item, Metric)
        )

    def _aggregates(self) -> tuple[Offer[Aggregate], ...]:
        return tuple(
            Offer(offer.plugin, offer.name, offer.item)
            for offer in self.offers(METRICS)
            if isinstance(offer.item, Aggregate)
        )


def _assembled(
    plugins: tuple[Plugin, ...], body_of: Callable[[Plugin], object], *, strict: bool, isolation: Limits | None
) -> Plugins:
    implementations: list[Implementation] = []
    faults: list[Fault] = []
    claimed = claimed_twice(plugins)
    for name, claimants in claimed.items():
        who = " and ".join(plugin.origin for plugin in claimants)
        error = PluginError(f"plugin name {name!r} is claimed by {who}", hint="uninstall one of them; none is used")
        faults.append(Fault(name, "", None, error))
    for plugin in plugins:
        if plugin.name in claimed:
            continue
        admitted = attempt(plugin, None, partial(_admitted, plugin, body_of, isolation))
        if isinstance(admitted, Fault):
            faults.append(admitted)
            continue
        body, lost = admitted
        registered, wrong = register(plugin, body, without={died.hook for died in lost if died.hook})
        implementations.extend(registered)
        faults.extend((*lost, *wrong))
    return Plugins(
        plugins=plugins,
        strict=strict,
        isolation=isolation,
        implementations=tuple(implementations),
        found=in_order(faults),
    )


def _admitted(
    plugin: Plugin, body_of: Callable[[Plugin], object], isolation: Limits | None
) -> tuple[object, tuple[Fault, ...]]:
    """The plugin's module, imported, with the faults of hooks that only a child process found."""
    if not is_namespace(plugin.name):
        raise PluginError("its name can't be a namespace", hint="letters, digits, _ and -, starting with a letter")
    lost = () if isolation is None else tried(plugin, isolation)
    body = body_of(plugin)
    admit(plugin, body)
    return body, lost


def _version(body: object) -> str:
    version = getattr_static(body, "__version__", "")
    return version if isinstance(version, str) else ""


def _described(plugin: Plugin, implementations: Iterable[Implementation], faults: Iterable[Fault]) -> Description:
    mine = [one for one in faults if one.plugin == plugin.name]
    failed = {one.hook for one in mine}
    hooks = [one.hook for one in implementations if one.plugin == plugin and one.hook not in failed]
    return Description(
        name=plugin.name,
        version=plugin.version,
        distribution=plugin.distribution,
        hooks=tuple(hook for hook in HOOKS if hook in hooks),
        status="refused" if None in failed else "faulty" if mine else "ok",
        faults=tuple(str(one) for one in mine),
    )


def _together(faults: tuple[Fault, ...]) -> PluginErrors:
    count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    return PluginErrors(f"plugins: {count}", [one.error for one in faults])
