"""From which day to which day the data tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.facts import Facts
from hgplan.engine.typed import as_day
from hgplan.engine.visible import LASTING
from hgplan.metrics.tables import Dimension, Spells

__all__ = ["earliest", "extent"]


def earliest(facts: Facts, name: str, until: date) -> date | None:
    """The first day of a table's rows that is not after `until`, without reading anything else of them."""
    table, lazy = facts.table(name), facts.frame(name)
    column = table.start if isinstance(table, Spells) else table.at
    day = as_day(column, lazy.collect_schema()[column], facts.timezone).value
    first = collect(lazy.select(day.filter(day <= until).min().alias("day")), name).item()
    return first if isinstance(first, date) else None


def extent(facts: Facts, tables: Iterable[str] | None = None) -> tuple[date, date] | None:
    """The first and the last day of the tables that have data (unsaid: all); None where no row has a day."""
    found: list[date] = []
    for name in facts.tables if tables is None else tables:
        table = facts.tables[name]
        if isinstance(table, Dimension) or name not in facts.data:
            continue
        lazy = facts.frame(name)
        schema = lazy.collect_schema()
        columns = [table.start, table.end] if isinstance(table, Spells) else [table.at]
        days = [as_day(column, schema[column], facts.timezone).value for column in columns if column in schema]
        known = [pl.when(day.dt.year() < LASTING).then(day) for day in days]
        ends = [edge for day in known for edge in (day.min(), day.max())]
        if ends:
            row = collect(lazy.select(edge.alias(str(index)) for index, edge in enumerate(ends)), name).row(0)
            found += [day for day in row if isinstance(day, date)]
    return (min(found), max(found)) if found else None
