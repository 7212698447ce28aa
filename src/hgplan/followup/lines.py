"""The lines of a follow-up before any figure: goal by unit by target period, and what each is held to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import attrs
import polars as pl

from hgplan.engine import Clocks, Tree
from hgplan.followup.baselines import Baseline, baseline_of
from hgplan.followup.followed import Followed, target_periods
from hgplan.followup.pools import Pools
from hgplan.followup.targets import Held, Standing, held_to
from hgplan.model import Organisation, Period, Plan, Target

__all__ = ["LINES", "Line", "frame", "lines"]

LINES: Final = pl.Schema(
    {
        "goal_number": pl.Int32(),
        "unit": pl.String(),
        "level": pl.String(),
        "asked": pl.String(),
        "target_start": pl.Date(),
        "target_end": pl.Date(),
        "comparator": pl.String(),
        "target": pl.Float64(),
        "target_to": pl.Float64(),
        "stated": pl.Float64(),
        "baseline_start": pl.Date(),
        "baseline_end": pl.Date(),
    }
)


@attrs.frozen(kw_only=True)
class Line:
    """A goal, by its number, at a unit in a target period: what it is held to, and whose figure answers for it.

    `asked` is the unit itself, or the name of a pool of the units below it that have targets of their own.
    """

    goal: int
    unit: str
    asked: str
    period: Period
    held: Held | None = None
    baseline: Baseline | None = None


def lines(
    followed: Sequence[Followed],
    units: Sequence[str],
    plan: Plan,
    pools: Pools,
    *,
    clocks: Clocks,
    tree: Tree = "day",
    which: Standing = "current",
) -> Iterator[Line]:
    """Every line, by goal, then unit, then target period."""
    organisation = pools.organisation
    for number, goal in enumerate(followed):
        held = {
            period: _held(goal, period, versions, organisation, clocks=clocks, tree=tree, which=which)
            for period, versions in target_periods(goal, plan, organisation, until=clocks.until).items()
        }
        baseline = baseline_of(goal.goal, plan, organisation, until=clocks.until, unit=goal.unit)
        for unit in units:
            for period, by_unit in held.items():
                own = by_unit.get(unit)
                asked = pools.name(own.pool) if own and own.pool else unit
                yield Line(goal=number, unit=unit, asked=asked, period=period, held=own, baseline=baseline)


def _held(
    followed: Followed,
    period: Period,
    versions: Mapping[str, Sequence[Target]],
    organisation: Organisation,
    *,
    clocks: Clocks,
    tree: Tree,
    which: Standing,
) -> dict[str, Held]:
    return held_to(
        versions,
        organisation,
        on=clocks.known_on or clocks.until,
        tree=tree if isinstance(tree, date) else min(clocks.until, period.end),
        which=which,
        unit=followed.unit,
        adds=followed.adds_over_units,
    )


def frame(lines: Iterable[Line], organisation: Organisation) -> pl.DataFrame:
    """The lines as a table."""
    return pl.DataFrame([_row(line, organisation) for line in lines], schema=LINES, orient="row")


def _row(line: Line, organisation: Organisation) -> tuple[object, ...]:
    held, baseline = line.held, line.baseline
    # A stated figure of the whole unit says nothing of a pool of some of its parts.
    holds = baseline is not None and baseline.unit == line.asked
    measured = baseline.measured if baseline else None
    return (
        line.goal,
        line.unit,
        organisation.level(line.unit),
        line.asked,
        line.period.start,
        line.period.end,
        held.comparator if held else None,
        held.target if held else None,
        held.target_to if held else None,
        baseline.stated if baseline and holds else None,
        measured.start if measured else None,
        measured.end if measured else None,
    )
