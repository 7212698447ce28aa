"""In which turn metrics are worked on: the longest work first, and last what waits for what another one makes."""

from __future__ import annotations

from collections.abc import Sequence

from hgplan.engine.rowsets import Reader
from hgplan.metrics.counts import Count, Mean, RowMeasure, Sum
from hgplan.metrics.measures import Measure
from hgplan.metrics.metric import Metric
from hgplan.metrics.reads import measures_in

__all__ = ["turns"]

_LONGER = 10  # how much longer it takes to tell who is who than to add up


def turns(reader: Reader, metrics: Sequence[Metric]) -> list[int]:
    """The metrics, by number, in the order in which to begin with them."""
    lengths = [max((_length(reader, part) for part in _parts(metric)), default=0) for metric in metrics]
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


def _length(reader: Reader, part: RowMeasure) -> int:
    rows = len(reader.table(part.rows.table).frame)
    return rows if isinstance(part, Count | Sum | Mean) else rows * _LONGER
