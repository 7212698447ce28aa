"""What a measure asks to be counted, on which grids: known beforehand, so that rows are coded once for all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import attrs

from hgplan.engine.coverage import counted_at, level_units
from hgplan.engine.grid import Grid
from hgplan.engine.roads import Way
from hgplan.engine.rowsets import Reader
from hgplan.engine.running import to_date, trailing
from hgplan.engine.windows import Windows
from hgplan.metrics.counts import Count, Coverage, RowMeasure, Units
from hgplan.metrics.measures import MeanOfUnits, Measure, Previous, Shift, ToDate, Trailing, children

__all__ = ["demands"]


def demands(
    reader: Reader, grid: Grid, measure: Measure, first: Callable[[Measure], date]
) -> Iterator[tuple[RowMeasure, Grid]]:
    """The counts of rows that make a measure's figures; all time begins with `first`.

    A running figure that is read day by day isn't foreseen: its windows are cut when they are asked.
    """

    def over(windows: Windows, of: Measure) -> Iterator[tuple[RowMeasure, Grid]]:
        return demands(reader, attrs.evolve(grid, windows=windows), of, first)

    match measure:
        case Shift(of=of, offset=offset, to=to):
            yield from over(grid.windows.shifted(offset, to), of)
        case Previous(of=of, offset=offset):
            yield from over(grid.windows.previous(offset), of)
        case ToDate(of=of, grain=grain):
            yield from over(to_date(reader, grid.windows, grain, lambda: first(of)), of)
        case Trailing(of=of, window=window):
            yield from over(trailing(reader, grid.windows, window), of)
        case MeanOfUnits(of=of, level=level):
            below = reader.nodes(level_units(reader.facts.organisation, level, reader.tree))
            yield from demands(reader, attrs.evolve(grid, nodes=below), of, first)
        case Units(rows=rows) | Coverage(rows=rows):
            counted = counted_at(reader, grid, measure)
            yield (measure, grid) if isinstance(counted, Way) else (Count(rows), counted)
        case RowMeasure():
            yield measure, grid
        case _:
            for part in children(measure):
                yield from demands(reader, grid, part, first)
