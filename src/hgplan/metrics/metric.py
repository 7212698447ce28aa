"""Metrics: named measures with a definition, as functions of facts or as a formula."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from datetime import date
from pickle import PicklingError
from typing import Any, Final, Protocol, TypeAlias

import attrs

from hgplan.errors import PlanError, PluginError, nearest
from hgplan.metrics.measures import Measure
from hgplan.metrics.parameters import Parameter, frozen
from hgplan.metrics.parse import parse
from hgplan.metrics.tables import Events, FactTable, Snapshots, Spells
from hgplan.model.mappings import FrozenMapping

__all__ = ["Metric", "Parameter", "metric"]

Function: TypeAlias = Callable[..., Measure]

# What a metric's function is run on: a table of its parameter's name, whose columns don't matter, because a measure
# keeps of a table its name alone.
_SYMBOLS: Final[Mapping[str, Callable[[str], FactTable]]] = {
    "Events": lambda name: Events(name, at="at"),
    "Spells": lambda name: Spells(name, start="start", end="end", entity="entity"),
    "Snapshots": lambda name: Snapshots(name, at="at"),
}


@attrs.frozen(kw_only=True)
class Metric:
    """A measure with a name, a definition that every report shows, and a unit that says how it is written.

    `parameters` are the metric's own, with their values; `bind` gives the metric with others. Called with tables, a
    metric gives its measure on them, so metrics compose. A definition that was changed carries its `version` and the
    day `since` which facts are recorded by it: the series is broken there, and earlier years are not compared with it.

    >>> print(Metric.formula("recruits", "memberships.starts().distinct()", unit="people").measure)
    memberships.starts().distinct()
    """

    name: str
    measure: Measure
    unit: str | None = None
    title: str | None = None
    definition: str = ""
    version: str | None = None
    since: date | None = None
    namespace: str | None = None
    tables: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping)
    parameters: FrozenMapping[str, Parameter] = attrs.field(factory=FrozenMapping, converter=frozen)
    function: Function | None = attrs.field(default=None, eq=False, repr=False)

    @classmethod
    def formula(
        cls, name: str, formula: str, *, unit: str | None = None, title: str | None = None, definition: str = ""
    ) -> Metric:
        """A metric without Python: its measure is read from the text form.

        Raises PlanError when the text can't be read.
        """
        return cls(name=name, measure=parse(formula), unit=unit, title=title, definition=definition or formula)

    @property
    def id(self) -> str:
        """The full name: with the plugin's namespace before it where it has one."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    def bind(self, parameters: Mapping[str, Parameter]) -> Metric:
        """The same metric with other values of its parameters.

        Raises PlanError for a parameter that the metric doesn't have.
        """
        for name in parameters:
            if name not in self.parameters:
                raise PlanError(
                    f"metric {self.id!r} has no parameter {name!r}",
                    hint=nearest(name, self.parameters) or "it takes none",
                )
        merged = FrozenMapping({**self.parameters, **parameters})
        if merged == self.parameters or self.function is None:
            return self
        symbols = [_SYMBOLS[kind](table) for table, kind in self.tables.items()]
        return attrs.evolve(self, parameters=merged, measure=_run(self.name, self.function, symbols, merged))

    def __call__(self, *tables: FactTable, **parameters: Parameter) -> Measure:
        """The metric's measure on these tables, in the order of its parameters; unsaid: on its own."""
        bound = self.bind(parameters)
        if not tables:
            return bound.measure
        if self.function is None or len(tables) != len(self.tables):
            raise PlanError(f"metric {self.id!r} takes {len(self.tables)} tables, got {len(tables)}")
        for given, (table, kind) in zip(tables, self.tables.items(), strict=True):
            if type(given).__name__ != kind:
                raise PlanError(f"metric {self.id!r} takes {kind} as {table!r}, got {type(given).__name__}")
        return _run(self.name, self.function, list(tables), bound.parameters)

    def __str__(self) -> str:
        return self.id

    def __reduce__(self) -> tuple[Any, ...]:
        # A decorated function's name is bound to the metric, so the function itself can't be found by name; the metric
        # is found there instead, and takes its namespace and parameters again.
        if self.function is None:
            return _restore, (attrs.asdict(self, recurse=False),)
        if "<locals>" in self.function.__qualname__:
            raise PicklingError(f"metric {self.id!r} is made inside a function, where nobody finds it again")
        return _find, (self.function.__module__, self.function.__qualname__, self.namespace, self.parameters)


def _restore(fields: dict[str, Any]) -> Metric:
    return Metric(**fields)


def _find(module: str, name: str, namespace: str | None, parameters: Mapping[str, Parameter]) -> Metric:
    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, Metric):
        raise PluginError(f"{module}.{name} is no longer a metric")
    return attrs.evolve(found.bind(parameters), namespace=namespace)


class _Decorator(Protocol):
    def __call__(self, function: Function, /) -> Metric: ...


def metric(
    *,
    unit: str | None = None,
    title: str | None = None,
    name: str | None = None,
    version: str | None = None,
    since: date | None = None,
) -> _Decorator:
    """Make a metric of a function: its positional parameters name tables, its keyword-only ones are the metric's own.

    The function's name is the metric's, its docstring the definition shown in every report; `unit` is how figures are
    written ("%", "people"). The function runs once, on symbolic facts. `version` and `since` are those of the
    definition: the day from which on facts are recorded by it.

    >>> @metric(unit="people")
    ... def new_members(memberships: Spells) -> Measure:
    ...     "People who became members in the period."
    ...     return memberships.starts(scope="organisation").distinct()
    >>> print(new_members.measure)
    memberships.starts(scope='organisation').distinct()
    """

    def decorate(function: Function, /) -> Metric:
        called = name or function.__name__
        tables: dict[str, str] = {}
        parameters: dict[str, Parameter] = {}
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is parameter.KEYWORD_ONLY:
                if parameter.default is parameter.empty:
                    raise PluginError(f"metric {called!r} needs a default for its parameter {parameter.name!r}")
                parameters[parameter.name] = parameter.default
            else:
                tables[parameter.name] = _kind(called, parameter)
        symbols = [_SYMBOLS[kind](table) for table, kind in tables.items()]
        return Metric(
            name=called,
            measure=_run(called, function, symbols, parameters),
            unit=unit,
            title=title,
            definition=inspect.getdoc(function) or "",
            version=version,
            since=since,
            tables=FrozenMapping(tables),
            parameters=FrozenMapping(parameters),
            function=function,
        )

    return decorate


def _kind(name: str, parameter: inspect.Parameter) -> str:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise PluginError(f"metric {name!r} takes {parameter}: a metric names its tables and parameters one by one")
    annotation = parameter.annotation
    written = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    kind = written.strip("'\"").rpartition(".")[2]
    if kind not in _SYMBOLS:
        raise PluginError(
            f"metric {name!r} doesn't say what kind of table {parameter.name!r} is",
            hint=f"annotate it as {', '.join(_SYMBOLS)}; a parameter of the metric's own stands after *",
        )
    return kind


def _run(name: str, function: Function, tables: list[FactTable], parameters: Mapping[str, Parameter]) -> Measure:
    measure = function(*tables, **parameters)
    if not isinstance(measure, Measure):
        raise PluginError(
            f"metric {name!r} gives {type(measure).__name__}, not a measure",
            hint="end with a verb that counts, like .count() or .distinct()",
        )
    return measure
