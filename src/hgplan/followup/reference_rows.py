"""Reference data as rows that can be counted: what a dimension holds on a day."""

from __future__ import annotations

from collections import ChainMap
from datetime import date

import attrs
import polars as pl

from hgplan.engine import Facts
from hgplan.engine.typed import as_day
from hgplan.metrics import Dimension, Events

__all__ = ["counted_on"]


def counted_on(dimension: Dimension, facts: Facts, day: date) -> tuple[Events, Facts]:
    """The dimension as events of a day, one for each row that is in force on it, and facts that hold them.

    Where no end is declared, the row of a key that began last is the one in force.
    """
    lazy = facts.frame(dimension.name)
    schema = lazy.collect_schema()
    on = f"{dimension.name} on the day"
    begun, ended = (
        None if column is None or column not in schema else as_day(column, schema[column], facts.timezone).value
        for column in (dimension.start, dimension.end)
    )
    if begun is not None:
        lazy = lazy.filter((begun <= day).fill_null(True))
    if ended is not None:
        lazy = lazy.filter((ended > day).fill_null(True))
    elif begun is not None:
        lazy = lazy.sort(begun, nulls_last=False, maintain_order=True).unique(
            dimension.key, keep="last", maintain_order=True
        )
    table = Events(dimension.name, at=on, entity=dimension.key, columns=dimension.columns)
    rows = lazy.with_columns(pl.lit(day).alias(on))
    known = attrs.evolve(
        facts,
        tables={**facts.tables, dimension.name: table},
        data=ChainMap({dimension.name: rows}, facts.data),  # type: ignore[arg-type]  # only the first map is written to
    )
    return table, known
