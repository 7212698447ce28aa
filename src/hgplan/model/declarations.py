"""What a plan says of tables, sources, metrics and word lists: neutral values that other layers give their meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal, get_args

import attrs

from hgplan.model.faults import Faults, path, same_name
from hgplan.model.grains import GRAINS
from hgplan.model.mappings import FrozenMapping, freeze
from hgplan.model.plain import as_plain, check_plain

__all__ = [
    "DimensionList",
    "DimensionValue",
    "MetricDeclaration",
    "ReportingDuty",
    "RowsDeclaration",
    "SourceDeclaration",
    "SourceReference",
    "TableDeclaration",
    "TableKind",
]

TableKind = Literal["events", "spells", "snapshots", "dimension"]

_REQUIRED: Final[dict[TableKind, tuple[str, ...]]] = {
    "events": ("at",), "spells": ("start", "end", "entity"), "snapshots": ("at",), "dimension": ("key",),
}  # fmt: skip
_SHARED: Final = ("unit", "entity", "id", "recorded", "expected", "columns")
_ALLOWED: Final[dict[TableKind, tuple[str, ...]]] = {
    "events": ("at", *_SHARED),
    "spells": ("start", "end", *_SHARED, "censored", "observed_from"),
    "snapshots": ("at", *_SHARED),
    "dimension": ("key", "start", "end", "columns"),
}


def _frozen(value: Mapping[str, Any]) -> FrozenMapping[str, Any]:
    return freeze(value)  # type: ignore[no-any-return]  # a mapping becomes a frozen one


def _plain(value: Mapping[str, Any]) -> FrozenMapping[str, Any]:
    return as_plain(value)  # type: ignore[no-any-return]  # a mapping becomes a frozen one


def _values(values: Iterable[DimensionValue]) -> tuple[DimensionValue, ...]:
    return tuple(values)


def _given_reference(value: SourceReference | str) -> SourceReference:
    return SourceReference(path=value) if isinstance(value, str) else value


def _reference(value: SourceReference | str | None) -> SourceReference | None:
    return SourceReference(path=value) if isinstance(value, str) else value


@attrs.frozen(kw_only=True)
class SourceReference:
    """Where rows are read: a file beside the plan, or a query or table of one of the plan's sources.

    >>> SourceReference(origin="register", query="select * from members").path is None
    True
    """

    path: str | None = None
    origin: str | None = None
    query: str | None = None
    table: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults("the source")
        for field in attrs.fields(SourceReference):
            # A tab is a separator like any other, though it is white space.
            if field.name != "separator":
                faults.text(field.name, getattr(self, field.name), optional=True)
        if (self.path is None) == (self.origin is None):
            faults.add("a source is a file's path or what is read from a named source, one of the two", at="")
        for at in ("query", "table"):
            if getattr(self, at) is not None and self.origin is None:
                faults.add(f"{at} of the source needs the source that it is read from", at=at)
        if self.query is not None and self.table is not None:
            faults.add("the source is given twice: query and table", at="table", hint="keep one of them")
        for at in ("sheet", "encoding", "separator", "decimal"):
            if getattr(self, at) is not None and self.path is None:
                faults.add(f"{at} of the source tells of a file, and there is none", at=at)
        for at in ("separator", "decimal"):
            value = getattr(self, at)
            if value is not None and (not isinstance(value, str) or len(value) != 1):
                faults.add(f"{at} of the source is one character, got {value!r}", at=at)
        faults.close()


@attrs.frozen(kw_only=True)
class SourceDeclaration:
    """A named source, such as a database: which plugin opens it, and that plugin's own settings."""

    plugin: str
    settings: FrozenMapping[str, Any] = attrs.field(factory=FrozenMapping, converter=_plain)

    def __attrs_post_init__(self) -> None:
        faults = Faults("the source")
        faults.text("plugin", self.plugin)
        check_plain(faults, "settings", self.settings)
        if "plugin" in self.settings:
            faults.add("a source has no setting named 'plugin': that is its plugin", at=path("settings", "plugin"))
        for key, value in self.settings.items():
            if isinstance(value, str) and _holds_password(value):
                # The value itself is a secret, so it is never repeated.
                what = f"{key!r} of the source holds a password"
                hint = "name the environment variable that holds it: uri_env = 'REGISTER_URI'"
                faults.add(what, at=path("settings", key), hint=hint)
        faults.close()


@attrs.frozen(kw_only=True)
class RowsDeclaration:
    """A table that belongs to the plan itself: its units, its targets, its activities or its assessments."""

    source: SourceReference = attrs.field(converter=_given_reference)
    rename: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping, converter=_frozen)
    values: FrozenMapping[str, FrozenMapping[str, str]] = attrs.field(factory=FrozenMapping, converter=_frozen)

    def __attrs_post_init__(self) -> None:
        faults = Faults("the table")
        if not isinstance(self.source, SourceReference):
            faults.add(f"source of the table is {self.source!r}, which is no source", at="source")
        _check_rename(self.rename, faults)
        faults.close()


@attrs.frozen
class ReportingDuty:
    """Who owes a report and how often: every open unit of a level, once in each period of a grain."""

    every: str
    level: str

    def __attrs_post_init__(self) -> None:
        faults = Faults("the reporting duty")
        faults.choice("every", self.every, GRAINS)
        faults.text("level", self.level)
        faults.close()


@attrs.frozen(kw_only=True)
class TableDeclaration:
    """What a plan says of a table of facts: its kind, which column means what, and where its rows are.

    Without a kind the table is declared elsewhere, by a plugin or the host, and only its rows are told here.
    """

    kind: TableKind | None = None
    source: SourceReference | None = attrs.field(default=None, converter=_reference)
    at: str | None = None
    start: str | None = None
    end: str | None = None
    key: str | None = None
    unit: str | None = None
    entity: str | None = None
    id: str | None = None
    recorded: str | None = None
    censored: str | None = None
    observed_from: str | None = None
    expected: ReportingDuty | str | None = None
    columns: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping, converter=_frozen)
    rename: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping, converter=_frozen)
    values: FrozenMapping[str, FrozenMapping[str, str]] = attrs.field(factory=FrozenMapping, converter=_frozen)

    def __attrs_post_init__(self) -> None:
        faults = Faults("the table")
        if self.kind is not None and self.kind not in _ALLOWED:
            faults.choice("kind", self.kind, get_args(TableKind))
            faults.close()
        for at in ("at", "start", "end", "key", "unit", "entity", "id", "recorded", "censored", "observed_from"):
            faults.text(at, getattr(self, at), optional=True)
        if not isinstance(self.expected, ReportingDuty):
            faults.text("expected", self.expected, optional=True)
        faults.instance("source", self.source, SourceReference)
        allowed = () if self.kind is None else _ALLOWED[self.kind]
        for at in self.constructor:
            if at not in allowed:
                what = f"{at!r} means nothing in a table of kind {self.kind!r}" if self.kind else f"{at!r} needs a kind"
                hint = f"it has {', '.join(allowed)}" if self.kind else f"kind is one of {', '.join(_ALLOWED)}"
                faults.add(what, at=at, hint=hint)
        for at in () if self.kind is None else _REQUIRED[self.kind]:
            if getattr(self, at) is None:
                faults.add(f"missing required key {at!r}: a table of kind {self.kind!r} needs it", at="")
        _check_rename(self.rename, faults)
        faults.close()

    @property
    def constructor(self) -> Mapping[str, Any]:
        """What is given of the parameters with which a table of this kind is made, besides its name."""
        skipped = ("kind", "source", "rename", "values")
        fields = [field.name for field in attrs.fields(TableDeclaration) if field.name not in skipped]
        return FrozenMapping({name: getattr(self, name) for name in fields if getattr(self, name)})


@attrs.frozen(kw_only=True)
class MetricDeclaration:
    """A metric that a plan writes as a formula; a changed definition carries a new version and its first day."""

    formula: str
    title: str | None = None
    description: str | None = None
    unit: str | None = None
    version: str | None = None
    since: date | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults("the metric")
        faults.text("formula", self.formula)
        for at in ("title", "description", "unit", "version"):
            faults.text(at, getattr(self, at), optional=True)
        faults.day("since", self.since, optional=True)
        faults.close()


@attrs.frozen(kw_only=True)
class DimensionValue:
    """One word of a declared list, such as a theme, and how it is shown."""

    id: str
    title: str

    def __attrs_post_init__(self) -> None:
        faults = Faults("the value")
        faults.text("id", self.id)
        faults.text("title", self.title)
        faults.close()


@attrs.frozen(kw_only=True)
class DimensionList:
    """A declared list of words, so that one that is never used can be seen as empty."""

    values: tuple[DimensionValue, ...] = attrs.field(converter=_values)
    title: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults("the list")
        faults.instances("values", self.values, DimensionValue)
        faults.text("title", self.title, optional=True)
        seen: dict[str, int] = {}
        for index, value in enumerate(self.values):
            first = seen.setdefault(same_name(value.id), index) if isinstance(value, DimensionValue) else index
            if first != index:
                at, hint = path("values", index, "id"), f"first at {path('values', first, 'id')}"
                faults.add(f"value {value.id!r} is listed twice", at=at, hint=hint)
        faults.close()

    @property
    def ids(self) -> tuple[str, ...]:
        """The words themselves, in their order."""
        return tuple(value.id for value in self.values)


def _check_rename(rename: Mapping[str, str], faults: Faults) -> None:
    seen: dict[str, str] = {}
    for given, wanted in rename.items():
        first = seen.setdefault(wanted, given)
        if first != given:
            faults.add(f"two columns are renamed to {wanted!r}: {first!r} and {given!r}", at=path("rename", given))


def _holds_password(text: str) -> bool:
    scheme, found, rest = text.partition("://")
    user, at, _ = rest.rpartition("@")
    return bool(found and scheme and at and ":" in user)
