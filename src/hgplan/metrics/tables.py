"""The kinds of fact table, their declarations, and the verbs that each kind has.

:class:`Events`, :class:`Spells` and :class:`Snapshots` are declarations and, at the same time, what a metric is written
against: their verbs return rows or measures, which keep of the declaration the table's name alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self, TypeAlias

import attrs

from hgplan.errors import PlanError
from hgplan.metrics.aggregates import Aggregate
from hgplan.metrics.columns import ColumnType, column_type
from hgplan.metrics.counts import (
    Active,
    Aggregated,
    Average,
    Converted,
    Count,
    Coverage,
    Distinct,
    Extreme,
    Immature,
    Mean,
    Picked,
    Quantile,
    Retained,
    Sum,
    Survival,
    Units,
)
from hgplan.metrics.duties import Duty, duty
from hgplan.metrics.expressions import Expression, Predicate, node_of
from hgplan.metrics.measures import Having, Measure
from hgplan.metrics.nodes import Column
from hgplan.metrics.parse import parse_expression, parse_having, parse_predicate
from hgplan.metrics.rows import (
    Bridged,
    CarryForward,
    During,
    Ends,
    First,
    RowSet,
    Scope,
    SpellRows,
    Starts,
    Step,
    Where,
)
from hgplan.model.mappings import FrozenMapping

__all__ = ["Dimension", "Duty", "Events", "FactTable", "Snapshots", "Spells", "Table"]

Asked: TypeAlias = "Predicate | Expression | str"
Valued: TypeAlias = "Expression | str"


def _columns(
    declared: Mapping[str, ColumnType] | Mapping[str, str] | Mapping[str, ColumnType | str],
) -> FrozenMapping[str, ColumnType]:
    return FrozenMapping({name: column_type(kind) for name, kind in declared.items()})


@attrs.frozen
class _Facts:
    """What the three kinds of fact table share."""

    name: str

    steps: tuple[Step, ...] = attrs.field(default=(), kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        RowSet(self.name)

    @property
    def rowset(self) -> RowSet:
        """The rows as a value that a measure can keep."""
        return RowSet(self.name, self.steps)

    def _then(self, step: Step) -> Self:
        return attrs.evolve(self, steps=(*self.steps, step))

    def where(self, predicate: Asked) -> Self:
        """Keep the rows for which the predicate is true; null is not true."""
        return self._then(Where(parse_predicate(predicate).node))

    def __str__(self) -> str:
        return str(self.rowset)


@attrs.frozen
class Events(_Facts):
    """Something happened on a day.

    `at`, `unit`, `entity`, `id` and `recorded` name columns; `unit=None` means the organisation itself. `id` with
    `recorded`: the latest version recorded by the day asked replaces the earlier ones. `expected` is a reporting duty.

    >>> contacts = Events("contacts", at="occurred_on", unit="association_id", entity="person_id")
    >>> print(contacts.where("channel == 'door'").distinct())
    contacts.where(channel == 'door').distinct()
    """

    at: str
    unit: str | None = None
    entity: str | None = None
    id: str | None = None
    recorded: str | None = None
    expected: Duty | str | None = attrs.field(default=None, converter=duty)
    columns: FrozenMapping[str, ColumnType] = attrs.field(factory=FrozenMapping, converter=_columns)

    def count(self) -> Measure:
        """How many rows."""
        return Count(self.rowset)

    def sum(self, of: Valued) -> Measure:
        """The sum of a column or an expression; null adds nothing."""
        return Sum(self.rowset, parse_expression(of).node)

    def mean(self, of: Valued) -> Measure:
        """The sum over the number of rows that have a value."""
        return Mean(self.rowset, parse_expression(of).node)

    def min(self, of: Valued) -> Measure:
        """The least value."""
        return Extreme(self.rowset, parse_expression(of).node, "min")

    def max(self, of: Valued) -> Measure:
        """The greatest value."""
        return Extreme(self.rowset, parse_expression(of).node, "max")

    def quantile(self, of: Valued, q: float) -> Measure:
        """The value below which the share `q` of the rows lies, linear between two values."""
        return Quantile(self.rowset, parse_expression(of).node, q)

    def distinct(self, key: str | Expression | None = None, having: Having | str | None = None) -> Measure:
        """How many different entities, or values of the column `key`; `having` asks each key's own figure."""
        return Distinct(self.rowset, _key(key), parse_having(having) if isinstance(having, str) else having)

    def first(self, scope: Scope = "organisation") -> Events:
        """Keep each entity's first row ever, in the whole organisation or in the unit's subtree."""
        return self._then(First(scope))

    def during(self, spells: Spells, scope: Scope = "organisation") -> Events:
        """Keep the rows whose entity is in the state of `spells` on the row's day.

        The first day of a spell counts, its end does not.

        >>> print(Events("attendances", at="day").during(Spells("memberships", start="a", end="b", entity="member")))
        attendances.during(memberships)
        """
        return self._then(During(_rowset(spells, Spells, "during"), scope))

    def converted(
        self,
        to: Events,
        within: str | None = None,
        attribution: Literal["latest", "first", "all"] = "latest",
        count: Literal["entities", "rows"] = "entities",
        same: tuple[str, ...] | list[str] | str = (),
        immature: Immature = "exclude",
        scope: Scope = "organisation",
    ) -> Measure:
        """Of the entities with a row here, the share with a row of `to` in [day, day + within).

        `same` names columns that both rows must share. A row whose window hasn't closed by `until` leaves both sides
        unless `immature="include"`. Credit is given once in the whole organisation, to the latest row here unless said.
        """
        return Converted(
            self.rowset,
            _rowset(to, Events, "converted"),
            within=within,
            attribution=attribution,
            count=count,
            same=(same,) if isinstance(same, str) else tuple(same),
            immature=immature,
            scope=scope,
        )

    def units(self, level: str | None = None) -> Measure:
        """How many units of `level` (unsaid: those with none below) have at least one row."""
        return Units(self.rowset, level)

    def coverage(self, level: str | None = None) -> Measure:
        """The same over the units of that level that are open in the period."""
        return Coverage(self.rowset, level)

    def aggregate(self, aggregate: Aggregate | str, *columns: Valued) -> Measure:
        """A counting that somebody else brought, over the values of `columns`."""
        known = None if isinstance(aggregate, str) else aggregate
        name = aggregate if isinstance(aggregate, str) else aggregate.name
        return Aggregated(self.rowset, name, tuple(parse_expression(c).node for c in columns), known)


@attrs.frozen
class Spells(_Facts):
    """A state held on [start, end): a membership, a role. An empty end is a state that still holds.

    `censored` names a column that says that `end` is the end of watching, not of the state; `observed_from` one that
    says from when the spell was watched (late entry).

    >>> memberships = Spells("memberships", start="joined_on", end="left_on", entity="member_id", unit="association_id")
    >>> print(memberships.starts(scope="organisation").distinct() / memberships.active())
    memberships.starts(scope='organisation').distinct() / memberships.active()
    """

    start: str
    end: str
    entity: str
    unit: str | None = None
    id: str | None = None
    recorded: str | None = None
    censored: str | None = None
    observed_from: str | None = None
    expected: Duty | str | None = attrs.field(default=None, converter=duty)
    columns: FrozenMapping[str, ColumnType] = attrs.field(factory=FrozenMapping, converter=_columns)

    def _events(self, step: Step, at: str) -> Events:
        return Events(
            self.name,
            at,
            unit=self.unit,
            entity=self.entity,
            id=self.id,
            recorded=self.recorded,
            expected=self.expected,
            columns=self.columns,
            steps=(*self.steps, step),
        )

    def starts(self, scope: Scope = "unit", gap: str | None = None) -> Events:
        """One row for each merged run that begins: in the unit's subtree, or in the whole organisation.

        With `gap`, only after at least so long out of the state; a first-ever start satisfies any gap.
        """
        return self._events(Starts(scope, gap), self.start)

    def ends(self, scope: Scope = "unit") -> Events:
        """One row for each merged run that ends, on the first day out of the state."""
        return self._events(Ends(scope), self.end)

    def rows(self, edge: Literal["start", "end"]) -> Events:
        """The raw rows as events, on the day of their start or of their end."""
        return self._events(SpellRows(edge), self.start if edge == "start" else self.end)

    def active(self, at: Literal["end", "start"] = "end") -> Measure:
        """How many entities are in the state on the period's last day, or on the day before its first."""
        return Active(self.rowset, at)

    def retained(self, horizon: str, immature: Immature = "exclude", scope: Scope = "organisation") -> Measure:
        """Of the starts in the period whose horizon has passed, the share in the state on start + horizon."""
        return Retained(self.rowset, horizon, immature=immature, scope=scope)

    def survival(self, horizon: str, scope: Scope = "organisation") -> Measure:
        """The share still in the state after `horizon`: Kaplan-Meier, right-censored and left-truncated."""
        return Survival(self.rowset, horizon, scope=scope)

    def bridged(self, gap: str) -> Spells:
        """The same spells with gaps of at most this length closed."""
        return self._then(Bridged(gap))


@attrs.frozen
class Snapshots(_Facts):
    """A stock as somebody reported it on a day.

    >>> print(Snapshots("reports", at="day", unit="association_id").last("members"))
    reports.last(members)
    """

    at: str
    unit: str | None = None
    entity: str | None = None
    id: str | None = None
    recorded: str | None = None
    expected: Duty | str | None = attrs.field(default=None, converter=duty)
    columns: FrozenMapping[str, ColumnType] = attrs.field(factory=FrozenMapping, converter=_columns)

    def last(self, of: Valued, per: str | None = "entity") -> Measure:
        """The rows of each entity's last day in the period, added; `per=None` picks one day for all."""
        return Picked(self.rowset, parse_expression(of).node, "last", per)

    def first(self, of: Valued, per: str | None = "entity") -> Measure:
        """The rows of each entity's first day in the period, added; `per=None` picks one day for all."""
        return Picked(self.rowset, parse_expression(of).node, "first", per)

    def average(self, of: Valued, every: str = "day") -> Measure:
        """The mean of `last` over the ends of the grain `every` that have a figure."""
        return Average(self.rowset, parse_expression(of).node, every)

    def carry_forward(self, max_age: str) -> Snapshots:
        """Let a row stand until the next one or until it is older than `max_age`."""
        return self._then(CarryForward(max_age))


@attrs.frozen
class Dimension:
    """What something is: an activity's theme, a person's age group; dated where it changes, on [start, end).

    >>> Dimension("activities", key="activity_id", columns={"theme": "text"}).key
    'activity_id'
    """

    name: str
    key: str
    start: str | None = None
    end: str | None = None
    columns: FrozenMapping[str, ColumnType] = attrs.field(factory=FrozenMapping, converter=_columns)

    def __attrs_post_init__(self) -> None:
        RowSet(self.name)


FactTable: TypeAlias = Events | Spells | Snapshots
Table: TypeAlias = Events | Spells | Snapshots | Dimension


def _key(key: str | Expression | None) -> str | None:
    if key is None or isinstance(key, str):
        return key
    node = node_of(key)
    if not isinstance(node, Column):
        raise PlanError(f"distinct counts the values of a column, not of {node}", hint="let a source compute it")
    return node.name


def _rowset(given: object, kind: type[Events] | type[Spells], verb: str) -> RowSet:
    if not isinstance(given, kind):
        hint = "memberships.starts() are events" if kind is Events and isinstance(given, Spells) else None
        raise PlanError(f"{verb} takes {kind.__name__}, got {type(given).__name__}", hint=hint)
    return given.rowset
