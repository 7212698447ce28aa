"""Metrics that break one law each, made where other processes find them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import attrs

from hgplan import Aggregate, Events, Measure, Metric, Spells, metric

_TICKS = count()

# The mean of means, and a count of how often somebody asked.
MEAN = Aggregate(
    "mean_of_means", "1",
    partial=lambda rows: sum(row[0] or 0 for row in rows) / max(len(rows), 1),
    combine=lambda states: sum(states) / len(states),
    final=lambda state: state,
)  # fmt: skip
TICKING = Aggregate(
    "ticking", "1", partial=lambda rows: len(rows), combine=sum, final=lambda state: next(_TICKS),
)  # fmt: skip


def _year(rows: Sequence[tuple[Any, ...]]) -> int:
    return max((row[0].year for row in rows if row[0] is not None), default=0)


LATEST = Aggregate("latest_year", "1", partial=_year, combine=max, final=lambda state: state)


@metric(unit="people")
def undefined(visits: Events) -> Measure:
    return visits.distinct()


@metric()
def hasty(visits: Events) -> Measure:
    """Visits longer than some number of minutes that is another one each time."""
    return visits.where(f"minutes > {next(_TICKS)}").count()


@metric()
def personal(visits: Events) -> Measure:
    """Visits of everybody but one."""
    return visits.where("entity != 'k1'").count()


@metric()
def ticking(visits: Events) -> Measure:
    """How often somebody asked."""
    return visits.aggregate(TICKING)


@metric()
def latest(visits: Events) -> Measure:
    """The newest year, which no calendar's cycle leaves."""
    return visits.aggregate(LATEST, "at")


@metric()
def averaged(visits: Events) -> Measure:
    """The mean of the minutes, as a mean of the means of units and days."""
    return visits.aggregate(MEAN, "minutes")


@metric()
def impossible(visits: Events) -> Measure:
    """Minutes of text."""
    return visits.where("minutes.starts_with('a')").sum("minutes * 2 + at")


@attrs.frozen
class Riddle(Measure):
    """A measure that no text says."""

    def __str__(self) -> str:
        return "what has it got in its pocketses?"


riddle = Metric(name="riddle", measure=Riddle(), definition="A riddle.")


@metric()
def retained(members: Spells, *, horizon: str = "1mo") -> Measure:
    """The share of those who joined who are still there."""
    return members.retained(horizon)
