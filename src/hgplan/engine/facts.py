"""What the engine is asked over: declared tables, their data, the organisation and the two clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

import attrs
import polars as pl

from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.metrics.aggregates import Aggregate
from hgplan.metrics.tables import Dimension, Events, FactTable, Snapshots, Spells, Table
from hgplan.model.organisation import Organisation

__all__ = ["Clocks", "Facts", "Lines", "Tree"]

Tree: TypeAlias = Literal["day"] | date
"""The tree of each fact's own day, or as it stood on one date."""

Lines: TypeAlias = Callable[[str, Sequence[int]], tuple[str, Sequence[int]] | None]
"""The file that a table came from, and the lines on which rows of it (counted from 0) stand; None where it has none."""


@attrs.frozen(kw_only=True)
class Clocks:
    """What had happened by `until`, as far as it was recorded by `known_on` (None: the newest version of all)."""

    until: date
    known_on: date | None = None


@attrs.frozen(kw_only=True, eq=False)
class Facts:
    """Declared tables with their data, placed in an organisation.

    `timezone` turns instants into days; `year_starts` is where the plan's years begin ("07-01" for a broken year).
    `lines` is asked where rows stand that are not as declared.
    """

    organisation: Organisation
    tables: Mapping[str, Table] = attrs.field(factory=dict)
    data: Mapping[str, pl.LazyFrame] = attrs.field(factory=dict)
    aggregates: Mapping[str, Aggregate] = attrs.field(factory=dict)
    timezone: str = "UTC"
    year_starts: str = "01-01"
    lines: Lines = lambda _table, _rows: None

    def table(self, name: str) -> FactTable:
        """The declaration of a fact table; raises UnknownName when there is none."""
        table = self.tables.get(name)
        if isinstance(table, Events | Spells | Snapshots):
            return table
        if isinstance(table, Dimension):
            raise PlanError(f"{name!r} is reference data", hint="reach its columns from a fact column with ref(...)")
        known = [key for key, value in self.tables.items() if not isinstance(value, Dimension)]
        raise UnknownName(f"no table named {name!r}", hint=nearest(name, known))

    def dimension(self, name: str) -> Dimension:
        """The declaration of a table of reference data; raises UnknownName when there is none."""
        table = self.tables.get(name)
        if isinstance(table, Dimension):
            return table
        known = [key for key, value in self.tables.items() if isinstance(value, Dimension)]
        raise UnknownName(f"no dimension named {name!r}", hint=nearest(name, known))

    def frame(self, name: str) -> pl.LazyFrame:
        """The data of a table; raises UnknownName when nobody brought any."""
        if name not in self.data:
            raise UnknownName(f"no data for the table {name!r}", hint=nearest(name, self.data))
        return self.data[name]
