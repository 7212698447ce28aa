"""The rows behind a figure, back in the table that they came from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import attrs
import polars as pl

from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.formulas import first_day
from hgplan.engine.grid import Grid, in_windows
from hgplan.engine.picks import chosen
from hgplan.engine.reading import reader_for
from hgplan.engine.rowsets import Reader
from hgplan.engine.stocks import standing_rows
from hgplan.engine.tree import Nodes
from hgplan.engine.visible import ROW
from hgplan.engine.windows import Periods, Windows
from hgplan.metrics.counts import Active, Average, Picked, Retained, RowMeasure, Survival
from hgplan.metrics.measures import Measure, Previous, Shift, ToDate, Trailing, children
from hgplan.model.grains import Grain
from hgplan.model.periods import Period

__all__ = ["rows_behind"]

NUMBER = "row"


def rows_behind(
    facts: Facts,
    measure: Measure,
    *,
    unit: str,
    period: Period,
    clocks: Clocks,
    tree: Tree = "day",
    grain: Grain | None = None,
) -> dict[str, pl.LazyFrame]:
    """The fact rows behind a measure's figure, by table, as they came, with their number from 1 as `row`.

    They are internal: rows of people.
    """
    reader = reader_for(facts, [measure], clocks, tree, numbered=True)
    nodes = Nodes(facts.organisation, (unit,), tree)
    windows = Windows.of([Periods((period,), grain)], until=clocks.until, year_starts=facts.year_starts)
    numbers: dict[str, list[pl.Series]] = {}
    for grid, leaf in _leaves(reader, Grid(nodes, windows), measure):
        numbers.setdefault(leaf.rows.table, []).append(_numbers(reader, grid, leaf))
    return {
        table: facts.frame(table)
        .with_row_index(NUMBER, offset=1)
        .filter((pl.col(NUMBER).cast(pl.Int64) - 1).is_in(pl.concat(found).unique().sort().implode()))
        for table, found in numbers.items()
    }


def _leaves(reader: Reader, grid: Grid, measure: Measure) -> Iterator[tuple[Grid, RowMeasure]]:
    match measure:
        case RowMeasure():
            yield grid, measure
        case Shift(of=of, offset=offset, to=to):
            yield from _leaves(reader, attrs.evolve(grid, windows=grid.windows.shifted(offset, to)), of)
        case Previous(of=of, offset=offset):
            yield from _leaves(reader, attrs.evolve(grid, windows=grid.windows.previous(offset)), of)
        case ToDate(of=of, grain=grain):
            windows = grid.windows.to_date(grain, partial(first_day, reader, of))
            yield from _leaves(reader, attrs.evolve(grid, windows=windows), of)
        case Trailing(of=of, window=window):
            yield from _leaves(reader, attrs.evolve(grid, windows=grid.windows.trailing(window)), of)
        case _:
            for child in children(measure):
                yield from _leaves(reader, grid, child)


def _numbers(reader: Reader, grid: Grid, leaf: RowMeasure) -> pl.Series:
    match leaf:
        case Active():
            return standing_rows(reader, grid, leaf)[ROW]
        case Retained() | Survival():
            rows = reader.spells(leaf.rows, grid.nodes)
            return in_windows(reader.starts(rows, grid.nodes, leaf.scope), grid.windows)[ROW]
        case Picked() | Average():
            return chosen(reader, grid, leaf)[ROW]
        case _:
            return in_windows(reader.on(reader.events(leaf.rows, grid.nodes), grid.nodes), grid.windows)[ROW]
