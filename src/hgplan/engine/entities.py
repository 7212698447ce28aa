"""The same person in two tables: entities that can be joined."""

from __future__ import annotations

import polars as pl

from hgplan.engine.visible import ENTITY
from hgplan.errors import PlanError
from hgplan.metrics.tables import FactTable

__all__ = ["joinable"]


def joinable(
    left: pl.DataFrame, right: pl.DataFrame, one: FactTable, other: FactTable
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two frames whose entities have one type.

    Raises PlanError when a table has no entity, or when one names people by text and the other by number.
    """
    for table in (one, other):
        if table.entity is None:
            raise PlanError(
                f"table {table.name!r} doesn't say whose its rows are", hint="declare its column with entity="
            )
    kinds = left.schema[ENTITY], right.schema[ENTITY]
    if kinds[0] == kinds[1]:
        return left, right
    numbers = [kind.is_integer() for kind in kinds if not isinstance(kind, pl.Null)]
    if any(numbers) and not all(numbers):
        raise PlanError(
            f"tables {one.name!r} and {other.name!r} name their entities by {kinds[0]} and {kinds[1]}",
            hint="give both the same type",
        )
    kind = pl.Int128() if any(numbers) else next(kind for kind in kinds if not isinstance(kind, pl.Null))
    cast = pl.col(ENTITY).cast(kind)
    return left.with_columns(cast), right.with_columns(cast)
