"""What a goal's figure may come to by the end of its period, row by row, and where that can't be said, why."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, TypeAlias

import attrs

from hgplan.followup.history import Past, foreseeable
from hgplan.followup.outlook import FEWEST, Outlook, Year, by_change, by_share
from hgplan.metrics import Metric
from hgplan.metrics.additive import adds_over_time
from hgplan.model import Period

__all__ = ["LEVEL", "Foresight", "Method", "Unforeseen", "foresee"]

LEVEL: Final = 0.8
"""How likely the figure ends within the interval, unless another level is asked."""

Method: TypeAlias = Literal["seasonal share", "seasonal change"]
"""How a forecast is made: of what comes in by the share of earlier years still to come, of a level by their change."""

Unforeseen: TypeAlias = Literal["over", "not begun", "no metric", "no value", "incomplete", "not a count", "history",
                                "nothing before"]  # fmt: skip
"""Why there is no forecast.

- `over`, `not begun`: the period is past, and its value stands; or it has not come.
- `no metric`, `no value`, `incomplete`: there is nothing to go on from, or reports are missing in it.
- `not a count`: shares and means are not foretold.
- `history`: there are fewer than three earlier periods of which everything is known.
- `nothing before`: earlier periods brought nothing, or less than nothing.
"""


@attrs.frozen(kw_only=True)
class Foresight:
    """An outlook with its method, the earlier periods behind it and whose shape is used; or why there is none."""

    method: Method | None = None
    outlook: Outlook | None = None
    periods: tuple[Period, ...] = ()
    shape_of: str | None = None
    why: Unforeseen | None = None


def foresee(
    metric: Metric | None,
    past: Past,
    *,
    goal: int,
    unit: str,
    period: Period,
    day: date,
    value: float | None,
    complete: bool,
    begun: bool,
    cannot_fall: bool,
) -> Foresight:
    """The foresight of one row: a goal, by its number, at a unit (or pool of units), on a day of its period."""
    if metric is None:
        return Foresight(why="no metric")
    if not begun:
        return Foresight(why="not begun")
    if day >= period.end:
        return Foresight(why="over")
    if not foreseeable(metric.measure):
        return Foresight(why="not a count")
    if value is None:
        return Foresight(why="no value")
    if not complete:
        return Foresight(why="incomplete")
    own, shape = past.courses(goal, unit, period), past.shape(goal, unit, period)
    years = past.years(own, shape, day, period)
    periods = past.periods(goal, unit, period)
    if len(years) < FEWEST:
        return Foresight(why="history", periods=periods)
    whole = _are_whole(value, years)
    if not adds_over_time(metric.measure):
        outlook = by_change(value, years, whole=whole)
        return Foresight(method="seasonal change", outlook=outlook, periods=periods, shape_of=unit)
    found = by_share(value, years, cannot_fall=cannot_fall, whole=whole)
    if found is None:
        return Foresight(why="nothing before", periods=periods)
    return Foresight(method="seasonal share", outlook=found, periods=periods, shape_of=shape.unit)


def _are_whole(value: float, years: list[Year]) -> bool:
    return all(figure.is_integer() for figure in (value, *(figure for year in years for figure in year[:2])))
