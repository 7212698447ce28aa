"""The way that is left to a target: what each remaining month or year must bring, from where the goal stands today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import attrs
import polars as pl

from hgplan.followup.pace import months_left
from hgplan.model import Grain
from hgplan.model.periods import periods_between

__all__ = ["PATH", "Way", "ends_between", "path"]

PATH: Final = pl.Schema(
    {
        "goal": pl.String(),
        "unit": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "until": pl.Date(),
        "value": pl.Float64(),
        "target": pl.Float64(),
        "needed": pl.Float64(),
        "expected": pl.Float64(),
    }
)
"""The columns of a path, in their order."""


@attrs.frozen(kw_only=True)
class Way:
    """From a goal's figure on a day to the edge of its target: `value` to `low` or `high` (null: no such edge).

    `dues` are the shares of the target that are due when `start` has not begun yet and on each end after it, of what
    comes in over a period; None of a level, and where the pace can't say: then the way is a straight line by months.
    """

    goal: str
    unit: str
    until: date
    start: date
    ends: tuple[date, ...]
    value: float | None
    low: float | None
    high: float | None
    dues: tuple[float, ...] | None = None


def ends_between(start: date, end: date, grain: Grain, *, year_starts: str = "01-01") -> tuple[date, ...]:
    """The last days of the periods of a grain from one day to another, the last of them that other day.

    >>> [str(day) for day in ends_between(date(2027, 11, 15), date(2027, 12, 20), "month")]
    ['2027-11-30', '2027-12-20']
    """
    parts = periods_between(start, end, grain, year_starts=year_starts)
    return tuple(min(part.end, end) for part in parts)


def path(way: Way) -> pl.DataFrame:
    """A row for each part of the way: what it must bring, and where the figure is when it is over.

    A satisfied target needs nothing more. A level's parts are net: what leaves it in the meantime comes on top.

    >>> way = Way(goal="g", unit="club", until=date(2026, 12, 31), start=date(2027, 1, 1), value=180.0, low=240.0,
    ...     high=None, ends=ends_between(date(2027, 1, 1), date(2027, 12, 31), "quarter"))
    >>> path(way).select("period_end", "needed", "expected").rows()[-1]
    (datetime.date(2027, 12, 31), 15.0, 240.0)
    """
    starts = [way.start, *(end + timedelta(days=1) for end in way.ends[:-1])]
    edge, shares = _edge(way), _shares(way)
    rows: list[tuple[object, ...]] = []
    for start, end, (before, after) in zip(starts, way.ends, pairwise([0.0, *shares]), strict=True):
        left = None if way.value is None or edge is None else edge - way.value
        needed = None if left is None else left * (after - before)
        expected = None if left is None or way.value is None else way.value + left * after
        target = way.high if way.low is None else way.low
        rows.append((way.goal, way.unit, start, end, way.until, way.value, target, needed, expected))
    return pl.DataFrame(rows, schema=PATH, orient="row")


def _edge(way: Way) -> float | None:
    """The figure to come to: the nearer edge, or where the goal stands when it is between them."""
    if way.value is None or (way.low is None and way.high is None):
        return None
    if way.low is not None and way.value < way.low:
        return way.low
    return way.high if way.high is not None and way.value > way.high else way.value


def _shares(way: Way) -> Sequence[float]:
    """The part of the way that is behind when each part is over; all of it at the end."""
    if way.dues is not None and way.dues[0] < 1:
        due, *dues = way.dues
        return [*((later - due) / (1 - due) for later in dues[:-1]), 1.0]
    return list(_straight(way.start, way.ends))


def _straight(start: date, ends: Sequence[date]) -> Iterable[float]:
    whole = months_left(start - timedelta(days=1), ends[-1])
    return (months_left(start - timedelta(days=1), end) / whole for end in ends)
