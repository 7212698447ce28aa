"""What should be known of a figure beside it: rows left out or merged, and sums that no two machines need agree on."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.reading import reader_for
from hgplan.engine.rowsets import Reader
from hgplan.engine.rowwise import lower
from hgplan.engine.typed import rows_of
from hgplan.engine.visible import DAY, END, ENTITY, ROW, UNIT
from hgplan.metrics.counts import Average, Extreme, Mean, Picked, Quantile, RowMeasure, Sum
from hgplan.metrics.measures import Measure
from hgplan.metrics.nodes import columns_of
from hgplan.metrics.reads import measures_in, row_sets, tables_read
from hgplan.metrics.rows import SpellRows
from hgplan.metrics.tables import Spells

__all__ = ["notes"]

_VALUED = Sum | Mean | Extreme | Quantile | Picked | Average


def notes(facts: Facts, measure: Measure, clocks: Clocks, tree: Tree = "day") -> tuple[str, ...]:
    """Remarks on the figures of a measure, without a cell's content: undated rows, merged spells, float sums."""
    reader = reader_for(facts, [measure], clocks, tree, numbered=True)
    told = [*_undated(reader, measure), *_overlaps(reader, measure), *_floats(reader, measure)]
    return tuple(dict.fromkeys(told))


def _undated(reader: Reader, measure: Measure) -> Iterator[str]:
    for name in tables_read(measure):
        table, rows = reader.facts.table(name), reader.table(name).undated
        if not isinstance(table, Spells) and len(rows):
            said = "1 row has" if len(rows) == 1 else f"{len(rows)} rows have"
            left = "is" if len(rows) == 1 else "are"
            where = rows_of(reader.facts, rows, name)
            yield f"table {name!r}: {said} no {table.at!r} and {left} left out: {where}"


def _overlaps(reader: Reader, measure: Measure) -> Iterator[str]:
    """Entities that are in a state twice at once, which is counted once; the raw rows of spells are not merged."""
    merged = [rows.table for rows in row_sets(measure) if not any(isinstance(step, SpellRows) for step in rows.steps)]
    for name in dict.fromkeys(merged):
        if not isinstance(reader.facts.table(name), Spells):
            continue
        frame = reader.table(name).frame.select(ENTITY, UNIT, DAY, END, ROW).drop_nulls(ENTITY)
        twice, alone = _overlapping(frame, ENTITY), _overlapping(frame, ENTITY, UNIT)
        if len(twice):
            many = twice[ENTITY].n_unique()
            who = "1 entity overlap" if many == 1 else f"{many} entities overlap"
            within = f"{alone[ENTITY].n_unique()} within one unit" if len(alone) else "none within one unit"
            first = twice.filter(pl.col(ENTITY) == pl.col(ENTITY).get(pl.col(ROW).arg_min()))
            where = rows_of(reader.facts, first[ROW], name)
            yield f"table {name!r}: spells of {who} and are merged ({within}); first {where}"


def _overlapping(spells: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """The spells that share a day with another one of the same keys."""
    ordered = spells.sort(*keys, DAY, END)
    into_next = pl.col(DAY).shift(-1).over(keys) < pl.col(END)
    from_before = pl.col(END).cum_max().shift(1).over(keys) > pl.col(DAY)
    return ordered.filter(into_next.fill_null(False) | from_before.fill_null(False))


def _floats(reader: Reader, measure: Measure) -> Iterator[str]:
    for part in measures_in(measure):
        if isinstance(part, RowMeasure) and isinstance(part, _VALUED):
            frame = reader.table(part.rows.table).frame
            if columns_of(part.of) <= set(frame.columns) and lower(part.of, frame.schema).kind == "float":
                yield (
                    f"{part.of} of table {part.rows.table!r} is a float: its sums are not reproducible to the last "
                    "bit; declare it as int or decimal(n)"
                )
