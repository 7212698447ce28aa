"""Attributes of dimensions, as they were on each row's day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.facts import Facts
from hgplan.engine.typed import as_day, cast_column, check_plain, numbered, row_numbers
from hgplan.engine.visible import DAY, FAR
from hgplan.errors import DataError, PlanError, UnknownName, nearest, raise_all
from hgplan.metrics.columns import ColumnType
from hgplan.metrics.tables import Dimension, FactTable

__all__ = ["attribute_columns", "attributes"]

_KEY, _VALUE, _FROM, _TO, _INDEX = "@key", "@value", "@valid_from", "@valid_to", "@attribute_index"


def attribute_columns(facts: Facts, table: str, names: Iterable[str]) -> tuple[str, ...]:
    """The columns of a fact table that are needed for `names`: themselves, or the keys of the dimensions they reach."""
    declared, schema = facts.table(table), facts.frame(table).collect_schema()
    found: dict[str, None] = {}
    for name in sorted(names):
        if name.startswith("@"):
            continue
        if name in schema or name in declared.columns:
            # What is declared and isn't there is told with all that is lacking, where the table is read.
            found[name] = None
        elif "." in name:
            found[_reached(facts, declared, name)[0]] = None
        else:
            raise UnknownName(f"table {table!r} has no column {name!r}", hint=nearest(name, schema.names()))
    return tuple(found)


def _reached(facts: Facts, table: FactTable, name: str) -> tuple[str, Dimension, str]:
    """The key column, the dimension and the attribute that a dotted name stands for."""
    head, _, attribute = name.rpartition(".")
    keys = {column: kind.table for column, kind in table.columns.items() if kind.kind == "ref" and kind.table}
    if head in keys:
        return head, facts.dimension(keys[head]), attribute
    ways = [column for column, dimension in keys.items() if dimension == head]
    if len(ways) == 1:
        return ways[0], facts.dimension(head), attribute
    if ways:
        choices = " or ".join(f"{column}.{attribute}" for column in ways)
        raise PlanError(f"{name!r} can be reached from {table.name!r} in {len(ways)} ways", hint=f"write {choices}")
    raise UnknownName(
        f"table {table.name!r} has no column {name!r} and reaches no dimension {head!r}",
        hint=nearest(head, [*keys, *keys.values()]) or f"declare a column of it as ref({head})",
    )


def attributes(facts: Facts, table: FactTable, frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The frame with a column for each dotted name: the attribute valid on the row's day, null where none was."""
    for name in names:
        key, dimension, attribute = _reached(facts, table, name)
        valid = _dimension(facts, dimension, attribute).rename({_VALUE: name})
        kind = frame.schema[key]
        if valid.schema[_KEY] != kind:
            frame_key, valid = pl.col(key).cast(pl.String), valid.with_columns(pl.col(_KEY).cast(pl.String))
        else:
            frame_key = pl.col(key)
        rows = frame.with_row_index(_INDEX)
        pairs = rows.select(_INDEX, DAY, frame_key.alias(_KEY)).join(valid, on=_KEY, how="inner")
        found = pairs.filter((pl.col(_FROM) <= pl.col(DAY)) & (pl.col(DAY) < pl.col(_TO)))
        # Where no ends are declared, the row that began last is the one in force.
        newest = found.sort(_FROM).unique(_INDEX, keep="last").select(_INDEX, name)
        frame = rows.join(newest, on=_INDEX, how="left", maintain_order="left").drop(_INDEX)
    return frame


def _dimension(facts: Facts, dimension: Dimension, attribute: str) -> pl.DataFrame:
    lazy = facts.frame(dimension.name)
    schema = lazy.collect_schema()
    named = dict.fromkeys([dimension.key, dimension.start, dimension.end, attribute, *dimension.columns])
    lacking = [
        UnknownName(f"dimension {dimension.name!r} has no column {column!r}", hint=nearest(column, schema.names()))
        for column in named
        if column is not None and column not in schema
    ]
    if lacking:
        raise_all(f"the data of {dimension.name!r} lack columns", lacking)
    check_plain(dimension.name, schema, [column for column in named if column is not None])
    value = cast_column(attribute, schema[attribute], dimension.columns.get(attribute), facts.timezone)
    key = cast_column(dimension.key, schema[dimension.key], _as_key(dimension), facts.timezone)
    days = {
        alias: (as_day(column, schema[column], facts.timezone) if column else None)
        for alias, column in ((_FROM, dimension.start), (_TO, dimension.end))
    }
    frame = collect(
        lazy.select(
            key.value.alias(_KEY),
            value.value.alias(_VALUE),
            key.broken.alias("@broken:key"),
            value.broken.alias("@broken:value"),
            *(cast.value.alias(alias) for alias, cast in days.items() if cast),
            *(cast.broken.alias(f"@broken:{alias}") for alias, cast in days.items() if cast),
        )
    )
    faults: list[DataError] = []
    broken = ((key, "@broken:key"), (value, "@broken:value"))
    for cast, column in (*broken, *((c, f"@broken:{a}") for a, c in days.items() if c)):
        what = f"column {cast.column!r} holds what is not {cast.wanted}"
        faults += [fault for fault in [row_numbers(facts, frame[column], dimension.name, what)] if fault]
    never = pl.lit(None, dtype=pl.Date)
    first, last = (pl.col(day) if column else never for day, column in ((_FROM, dimension.start), (_TO, dimension.end)))
    valid = frame.select(
        _KEY, _VALUE, first.fill_null(pl.date(1, 1, 1)).alias(_FROM), last.fill_null(pl.lit(FAR)).alias(_TO)
    )
    unread = [column for column in frame.columns if column.startswith("@broken:") and column != "@broken:value"]
    faults += _ambiguous(facts, valid, frame.select(pl.any_horizontal(unread)).to_series(), dimension)
    if faults:
        raise_all(f"the data of {dimension.name!r} are not as declared", faults)
    return valid.filter(pl.col(_KEY).is_not_null())


def _ambiguous(facts: Facts, valid: pl.DataFrame, unread: pl.Series, dimension: Dimension) -> list[DataError]:
    """The rows that end before they begin, and those of one key of which two would be valid on a day."""
    rows = valid.with_row_index(_INDEX).filter(pl.col(_KEY).is_not_null() & ~unread)
    if dimension.start is None and dimension.end is None:
        twice = rows.filter(pl.col(_KEY).is_duplicated())[_INDEX]
        told = numbered(facts, twice, dimension.name, f"column {dimension.key!r} holds a key more than once",
                        "say with start and end when each row was valid")  # fmt: skip
        return [told] if told else []
    backward = rows.filter(pl.col(_TO) < pl.col(_FROM))[_INDEX]
    if dimension.end is None:
        # Each row is in force until the next one begins.
        together = rows.filter(pl.struct(_KEY, _FROM).is_duplicated())[_INDEX]
    else:
        ordered = rows.filter(pl.col(_TO) > pl.col(_FROM)).sort(_KEY, _FROM, _TO)
        into_next = pl.col(_FROM).shift(-1).over(_KEY) < pl.col(_TO)
        from_before = pl.col(_TO).cum_max().shift(1).over(_KEY) > pl.col(_FROM)
        together = ordered.filter(into_next.fill_null(False) | from_before.fill_null(False))[_INDEX]
    found = [
        numbered(facts, backward, dimension.name, f"column {dimension.end!r} is before {dimension.start!r}"),
        numbered(facts, together, dimension.name, f"column {dimension.key!r} holds a key with two rows for one day",
                 "each row is valid up to, and not with, the day on which it ends" if dimension.end else None),
    ]  # fmt: skip
    return [fault for fault in found if fault]


def _as_key(dimension: Dimension) -> ColumnType | None:
    return dimension.columns.get(dimension.key)
