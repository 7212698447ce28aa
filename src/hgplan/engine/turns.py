"""In which turn measures are worked on: the longest work first, and last what waits for what another one makes.

Work on a measure begins when the tables that it reads are there, while others are still being read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed, wait
from threading import Lock
from typing import TypeVar

from hgplan.metrics.counts import Count, Mean, RowMeasure, Sum
from hgplan.metrics.measures import Measure
from hgplan.metrics.reads import measures_in, tables_read

__all__ = ["in_turns"]

_T = TypeVar("_T")

_LONGER = 10  # how much longer it takes to tell who is who than to add up


def in_turns(
    workers: Executor, measures: Sequence[Measure], reading: Mapping[str, Future[int]], work: Callable[[int], _T]
) -> list[_T]:
    """What the work makes of each measure, told by number, while tables are read; their reading gives how many rows
    they have.

    Raises what the first of the tables, or of the measures, raised.
    """
    turns: list[Future[_T]] = []
    taken: dict[int, int] = {}
    needed = [{name for name in tables_read(measure) if name in reading} for measure in measures]
    waiting, ready = set(range(len(measures))), list[int]()
    rows: dict[str, int] = {}
    turn = Lock()

    def begin() -> None:
        came = [number for number in sorted(waiting) if needed[number] <= rows.keys()]
        waiting.difference_update(came)
        with turn:
            some = [*ready, *came]
            ready[:] = [some[place] for place in reversed(_turns([measures[number] for number in some], rows))]
        turns.extend(workers.submit(next_one, place) for place in range(len(turns), len(turns) + len(came)))

    def next_one(place: int) -> _T:
        with turn:
            number = ready.pop()
        taken[number] = place
        return work(number)

    begin()
    names = {future: name for name, future in reading.items()}
    for future in as_completed(names):
        if future.exception() is not None:
            break
        rows[names[future]] = future.result()
        begin()
    for future in reading.values():
        future.result()
    wait(turns)
    return [turns[taken[number]].result() for number in range(len(measures))]


def _turns(measures: Sequence[Measure], rows: Mapping[str, int]) -> list[int]:
    """The measures, by number, in the order in which to begin with them; `rows` tells how many each table has."""
    lengths = [max((_length(part, rows) for part in _parts(measure)), default=0) for measure in measures]
    longest = sorted(range(len(measures)), key=lambda number: -lengths[number])
    met: set[Measure] = set()
    first: list[int] = []
    later: list[int] = []
    for number in longest:
        parts = set(_parts(measures[number]))
        (later if parts <= met else first).append(number)
        met |= parts
    return first + later


def _parts(measure: Measure) -> list[RowMeasure]:
    return [part for part in measures_in(measure) if isinstance(part, RowMeasure)]


def _length(part: RowMeasure, rows: Mapping[str, int]) -> int:
    length = rows.get(part.rows.table, 0)
    return length if isinstance(part, Count | Sum | Mean) else length * _LONGER
