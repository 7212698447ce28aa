"""When each goal's target periods are read, and what is due by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import polars as pl

from hgplan.followup.followed import Followed
from hgplan.followup.lines import Line
from hgplan.followup.pace import due, looks_back, months_left
from hgplan.followup.stretches import Ends, Stretch, stretches
from hgplan.hookspecs import Pace
from hgplan.model import Period

__all__ = ["SCHEDULE", "Schedule", "frame", "schedule"]

Schedule: TypeAlias = Mapping[tuple[int, Period], Sequence[Stretch]]
"""The stretches in which a goal's target period is read, by the goal's number and the period."""

SCHEDULE: Final = pl.Schema(
    {
        "goal_number": pl.Int32(),
        "target_start": pl.Date(),
        "target_end": pl.Date(),
        "start": pl.Date(),
        "end": pl.Date(),
        "day": pl.Date(),
        "begun": pl.Boolean(),
        "over": pl.Boolean(),
        "awaited": pl.Boolean(),
        "due": pl.Float64(),
        "months": pl.Float64(),
    }
)


def schedule(
    lines: Iterable[Line],
    followed: Sequence[Followed],
    *,
    until: date,
    every: Ends = None,
    year_starts: str = "01-01",
) -> Schedule:
    """The stretches of every goal's target periods; a goal without targets is read once, over the whole period."""
    found: dict[tuple[int, Period], list[Stretch]] = {}
    for line in lines:
        if (line.goal, line.period) not in found:
            grain = every if followed[line.goal].goal.targets else None
            read = stretches(line.period, until=until, every=grain, year_starts=year_starts)
            found[line.goal, line.period] = list(read)
    return found


def frame(schedule: Schedule, followed: Sequence[Followed], paces: Sequence[Pace]) -> pl.DataFrame:
    """The schedule as a table, with the share of the target that is due by each day and the months that are left.

    What is due by a pace that looks back differs from unit to unit, and is no part of it.
    """
    rows: list[tuple[object, ...]] = []
    for (number, period), read in schedule.items():
        goal = followed[number].goal
        pace = paces[number]
        same_for_all = not looks_back(pace)
        rows += [
            (
                number,
                period.start,
                period.end,
                stretch.start,
                stretch.end,
                stretch.day,
                stretch.begun,
                stretch.over,
                stretch.day >= stretch.start,
                due(goal, pace, period, stretch.day) if same_for_all else None,
                months_left(stretch.day, period.end),
            )
            for stretch in read
        ]
    return pl.DataFrame(rows, schema=SCHEDULE, orient="row")
