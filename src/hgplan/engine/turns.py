"""In which turn metrics are worked on: the longest work first, and last what waits for what another one makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hgplan.metrics.counts import Count, Mean, RowMeasure, Sum
from hgplan.metrics.measures import Measure
from hgplan.metrics.metric import Metric
from hgplan.metrics.reads import measures_in

__all__ = ["turns"]

_LONGER = 10  # how much longer it takes to tell who is who than to add up


def turns(metrics: Sequence[Metric], rows: Mapping[str, int]) -> list[int]:
    """The metrics, by number, in the order in which to begin with them; `rows` tells how many each table has."""
    lengths = [max((_length(part, rows) for part in _parts(metric)), default=0) for metric in metrics]
    longest = sorted(range(len(metrics)), key=lambda number: -lengths[number])
    met: set[Measure] = set()
    first: list[int] = []
    later: list[int] = []
    for number in longest:
        parts = set(_parts(metrics[number]))
        (later if parts <= met else first).append(number)
        met |= parts
    return first + later


def _parts(metric: Metric) -> list[RowMeasure]:
    return [part for part in measures_in(metric.measure) if isinstance(part, RowMeasure)]


def _length(part: RowMeasure, rows: Mapping[str, int]) -> int:
    length = rows.get(part.rows.table, 0)
    return length if isinstance(part, Count | Sum | Mean) else length * _LONGER
