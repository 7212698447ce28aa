"""Sweeps: everything that adds up is tallied of one part of the people after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from hgplan.engine.adding import ADDING, tallied
from hgplan.engine.formulas import qualifying
from hgplan.engine.grid import Figures, Grid
from hgplan.engine.parts import Cut, Progress, alone, cut_of, readers
from hgplan.engine.reading import rows_read
from hgplan.engine.rowsets import Reader
from hgplan.engine.tallies import Entry, Ledger, Tally
from hgplan.engine.turns import in_turns
from hgplan.errors import DataError
from hgplan.metrics.counts import RowMeasure
from hgplan.metrics.reads import tables_read

__all__ = ["Demand", "divided", "sweep", "tallies"]

Demand = tuple[RowMeasure, Grid]
_WORKERS = 2


def divided(reader: Reader, demands: Iterable[Demand]) -> list[tuple[Cut, list[Demand]]]:
    """The demands that add up over parts of the rows, by how the rows are cut: as few cuts as will do."""
    found: list[tuple[dict[str, str | None], list[Demand]]] = []
    for measure, grid in dict.fromkeys(demands):
        cut = cut_of(reader.facts, measure) if isinstance(measure, ADDING) else None
        if cut is None:
            continue
        for known, some in found:
            if all(known.get(table, column) == column for table, column in cut.items()):
                known.update(cut)
                some.append((measure, grid))
                break
        else:
            found.append((dict(cut), [(measure, grid)]))
    return [(cut, some) for cut, some in found]


def sweep(
    reader: Reader, divisions: Sequence[tuple[Cut, list[Demand]]], parts: int, progress: Progress | None = None
) -> None:
    """Tally all demands into the reader's ledger, part after part.

    What is in it already isn't tallied again: where a metric breaks, the others are asked anew of the same reader.
    """
    known = reader.ledger
    rounds = []
    for cut, demands in _rounds(divisions):
        unknown = [(measure, grid) for measure, grid in demands if known.of(grid, measure) is None]
        if unknown:
            rounds.append((cut, unknown))
    done, total = 0, parts * len(rounds)
    for cut, demands in rounds:
        measures = [measure for measure, _ in demands]
        tables = dict.fromkeys(name for measure in measures for name in tables_read(measure))
        found = Ledger()
        for part in readers(reader, cut, parts, measures):
            try:
                found.count(tallies(part, demands, ahead=tables))
            except DataError:
                # Rows are told by the numbers that they have among all of them.
                for table in tables:
                    reader.table(table)
                raise
            for measure, way in part.taken:
                read = {table: len(part.table(table).frame) for table in tables_read(measure)}
                found.taken.setdefault((measure, way), []).append(read)
            done += 1
            if progress is not None:
                progress(done, total)
        # Only what was tallied of all parts.
        known.tallies.update(found.tallies)
        known.taken.update(found.taken)


def _rounds(divisions: Sequence[tuple[Cut, list[Demand]]]) -> Iterator[tuple[Cut, list[Demand]]]:
    """The divisions, each with what needs its cut, and together what counts each row by itself: it is read once."""
    plain: list[Demand] = []
    for cut, demands in divisions:
        needing = [demand for demand in demands if not alone(demand[0])]
        plain += [demand for demand in demands if alone(demand[0])]
        if needing:
            yield cut, needing
    if plain:
        yield dict.fromkeys(measure.rows.table for measure, _ in plain), plain


def tallies(reader: Reader, demands: Sequence[Demand], ahead: Iterable[str] = ()) -> dict[Entry, Tally]:
    """What adds up of the rows that a reader has; what turns out to be floats is left out.

    Tables that are read `ahead` are read beside each other.
    """
    measures = [measure for measure, _ in demands]
    reader.expect([grid.windows for _, grid in demands], measures)

    def tally(number: int) -> tuple[Entry, Tally | Figures]:
        measure, grid = demands[number]
        return Ledger.entry(grid, measure), tallied(reader, grid, measure, qualifying)

    with ThreadPoolExecutor(min(_WORKERS, pl.thread_pool_size())) as workers:
        begun = {table: workers.submit(rows_read, reader, table) for table in ahead}
        found = in_turns(workers, measures, begun, tally)
    return {entry: told for entry, told in found if isinstance(told, Tally)}
