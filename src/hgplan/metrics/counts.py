"""The measures that look at rows: counts, sums, rates of conversion and retention, stocks, snapshots, coverage."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from hgplan.errors import PlanError
from hgplan.metrics.aggregates import Aggregate
from hgplan.metrics.measures import Having, Measure
from hgplan.metrics.nodes import Column, Node
from hgplan.metrics.rows import RowSet, Scope, call, check_choice, check_duration
from hgplan.model.grains import as_grain

__all__ = [
    "Active",
    "Aggregated",
    "Average",
    "Converted",
    "Count",
    "Coverage",
    "Distinct",
    "Extreme",
    "Immature",
    "Mean",
    "Picked",
    "Quantile",
    "Retained",
    "RowMeasure",
    "Sum",
    "Survival",
    "Units",
]

Immature: TypeAlias = Literal["exclude", "include"]
_SCOPES = ("organisation", "unit")
_IMMATURE = ("exclude", "include")


@attrs.frozen(order=False)
class RowMeasure(Measure):
    """A measure of the rows of one row set."""

    rows: RowSet

    def _said(self, verb: str) -> str:
        return f"{self.rows}.{verb}"


@attrs.frozen(order=False)
class Count(RowMeasure):
    """How many rows."""

    def __str__(self) -> str:
        return self._said("count()")


@attrs.frozen(order=False)
class Sum(RowMeasure):
    """The sum of an expression over the rows; null adds nothing."""

    of: Node

    def __str__(self) -> str:
        return self._said(call("sum", self.of))


@attrs.frozen(order=False)
class Mean(RowMeasure):
    """The sum over the number of rows that have a value."""

    of: Node

    def __str__(self) -> str:
        return self._said(call("mean", self.of))


@attrs.frozen(order=False)
class Extreme(RowMeasure):
    """The least or the greatest value."""

    of: Node
    which: Literal["min", "max"]

    def __str__(self) -> str:
        return self._said(call(self.which, self.of))


@attrs.frozen(order=False)
class Quantile(RowMeasure):
    """The value below which the share `q` of the rows lies, linear between two values (Hyndman and Fan's type 7)."""

    of: Node
    q: float

    def __attrs_post_init__(self) -> None:
        if isinstance(self.q, bool) or not isinstance(self.q, int | float) or not 0 <= self.q <= 1:
            raise PlanError(f"quantile q={self.q!r} is no share", hint="from 0 to 1")

    def __str__(self) -> str:
        return self._said(call("quantile", self.of, self.q))


@attrs.frozen(order=False)
class Distinct(RowMeasure):
    """How many different keys; the table's entity unless another column is named."""

    key: str | None = None
    having: Having | None = None

    def __attrs_post_init__(self) -> None:
        if self.having is not None and not isinstance(self.having, Having):
            raise PlanError(
                f"having={type(self.having).__name__} asks nothing", hint="compare a figure: contacts.count() > 2"
            )

    def __str__(self) -> str:
        key = None if self.key is None else Column(self.key)
        return self._said(call("distinct", key=(key, None), having=(self.having, None)))


@attrs.frozen(order=False)
class Units(RowMeasure):
    """How many units of a level (unsaid: units with none below) have at least one row."""

    level: str | None = None

    def __str__(self) -> str:
        return self._said(call("units", *([] if self.level is None else [self.level])))


@attrs.frozen(order=False)
class Coverage(RowMeasure):
    """The share of the open units of a level that have at least one row."""

    level: str | None = None

    def __str__(self) -> str:
        return self._said(call("coverage", *([] if self.level is None else [self.level])))


@attrs.frozen(order=False)
class Aggregated(RowMeasure):
    """A counting that somebody else brought: see :class:`hgplan.Aggregate`."""

    name: str
    columns: tuple[Node, ...]
    # Resolved by name in the catalogue where the measure came as text; no part of what the measure says.
    aggregate: Aggregate | None = attrs.field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return self._said(call("aggregate", self.name, *self.columns))


@attrs.frozen(order=False)
class Converted(RowMeasure):
    """Of those contacted, the share who did something else within a window."""

    to: RowSet
    within: str | None = attrs.field(default=None, kw_only=True)
    attribution: Literal["latest", "first", "all"] = attrs.field(default="latest", kw_only=True)
    count: Literal["entities", "rows"] = attrs.field(default="entities", kw_only=True)
    same: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    immature: Immature = attrs.field(default="exclude", kw_only=True)
    scope: Scope = attrs.field(default="organisation", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.within is not None:
            check_duration(self.within)
        check_choice(self.attribution, "attribution", ("latest", "first", "all"))
        check_choice(self.count, "count", ("entities", "rows"))
        check_choice(self.immature, "immature", _IMMATURE)
        check_choice(self.scope, "scope", _SCOPES)

    def __str__(self) -> str:
        return self._said(
            call(
                "converted",
                self.to,
                within=(self.within, None),
                attribution=(self.attribution, "latest"),
                count=(self.count, "entities"),
                same=(self.same, ()),
                immature=(self.immature, "exclude"),
                scope=(self.scope, "organisation"),
            )
        )


@attrs.frozen(order=False)
class Active(RowMeasure):
    """How many entities are in the state at the period's end, or at its opening."""

    at: Literal["end", "start"] = "end"

    def __attrs_post_init__(self) -> None:
        check_choice(self.at, "at", ("end", "start"))

    def __str__(self) -> str:
        return self._said(call("active", at=(self.at, "end")))


@attrs.frozen(order=False)
class Retained(RowMeasure):
    """Of the starts in the period whose horizon has passed, the share still in the state then."""

    horizon: str
    immature: Immature = attrs.field(default="exclude", kw_only=True)
    scope: Scope = attrs.field(default="organisation", kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_duration(self.horizon)
        check_choice(self.immature, "immature", _IMMATURE)
        check_choice(self.scope, "scope", _SCOPES)

    def __str__(self) -> str:
        return self._said(
            call(
                "retained",
                self.horizon,
                immature=(self.immature, "exclude"),
                scope=(self.scope, "organisation"),
            )
        )


@attrs.frozen(order=False)
class Survival(RowMeasure):
    """The share still in the state after the horizon, by Kaplan and Meier's product-limit estimate."""

    horizon: str
    scope: Scope = attrs.field(default="organisation", kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_duration(self.horizon)
        check_choice(self.scope, "scope", _SCOPES)

    def __str__(self) -> str:
        return self._said(call("survival", self.horizon, scope=(self.scope, "organisation")))


@attrs.frozen(order=False)
class Picked(RowMeasure):
    """A stock as reported: the last (first) snapshot in the period of each entity, added over units."""

    of: Node
    which: Literal["last", "first"]
    per: str | None = "entity"

    def __str__(self) -> str:
        return self._said(call(self.which, self.of, per=(self.per, "entity")))


@attrs.frozen(order=False)
class Average(RowMeasure):
    """The mean, over the grain's ends in the period, of the stock as reported."""

    of: Node
    every: str = attrs.field(default="day", converter=as_grain)

    def __str__(self) -> str:
        return self._said(call("average", self.of, every=(self.every, "day")))
