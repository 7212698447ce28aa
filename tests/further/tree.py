"""Who stands below whom, when: a dated tree in DuckDB's SQL."""

from __future__ import annotations

from datetime import date
from typing import Final

import duckdb

__all__ = ["as_of", "stand"]

_TREE: Final = """
create or replace table placement as
select unit, parent,
    case when lag(unit) over w is null then date '0001-01-01' else opened end as since,
    coalesce(lead(opened) over w, date '9999-12-31') as gone
from units window w as (partition by unit order by opened nulls first, closed nulls last);

create or replace table standing as
with recursive below as (
    select distinct unit, unit as node, date '0001-01-01' as since, date '9999-12-31' as gone from units
    union all
    select below.unit, placement.parent, greatest(below.since, placement.since), least(below.gone, placement.gone)
    from below join placement on placement.unit = below.node
    where placement.parent is not null
        and greatest(below.since, placement.since) < least(below.gone, placement.gone)
)
select below.* from below join nodes using (node);

create or replace table open_span as
select unit, coalesce(opened, date '0001-01-01') as opened, coalesce(closed, date '9999-12-31') as closed from units;
"""


def stand(database: duckdb.DuckDBPyConnection) -> None:
    """Make `standing` and `open_span` of the tables `units` and `nodes`, for the tree of each day.

    A unit's first parent was always its parent, and one that closes keeps its last: its late rows count above it.
    """
    database.execute(_TREE)


def as_of(database: duckdb.DuckDBPyConnection, day: date) -> None:
    """Let every day have the tree of one day."""
    database.execute("delete from standing where not (since <= $1 and $1 < gone)", [day])
    database.execute("update standing set since = date '0001-01-01', gone = date '9999-12-31'")
