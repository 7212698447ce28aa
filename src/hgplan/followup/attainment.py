"""Attainment: the targets of a plan held against figures, one row a goal, unit and target period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from hgplan.engine import Clocks, Facts, Tree
from hgplan.followup.asking import Figures
from hgplan.followup.bounds import bounds
from hgplan.followup.earlier import Begun
from hgplan.followup.followed import ConditionMetric, GoalMetric
from hgplan.followup.rows import follow_up
from hgplan.followup.stretches import Ends
from hgplan.followup.targets import Standing
from hgplan.hookspecs import Pace
from hgplan.model import FrozenMapping, Plan

__all__ = ["BOUNDS", "COLUMNS", "attainment"]

COLUMNS: Final = pl.Schema(
    {
        "strategy": pl.String(),
        "goal": pl.String(),
        "title": pl.String(),
        "metric": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "until": pl.Date(),
        "known_on": pl.Date(),
        "value": pl.Float64(),
        "numerator": pl.Float64(),
        "denominator": pl.Float64(),
        "target": pl.Float64(),
        "target_to": pl.Float64(),
        "comparator": pl.String(),
        "commitment": pl.String(),
        "baseline": pl.Float64(),
        "gap": pl.Float64(),
        "attainment": pl.Float64(),
        "expected": pl.Float64(),
        "ahead": pl.Float64(),
        "needed": pl.Float64(),
        "forecast": pl.Float64(),
        "forecast_low": pl.Float64(),
        "forecast_high": pl.Float64(),
        "probability": pl.Float64(),
        "status": pl.String(),
        "conditions": pl.String(),
        "owner": pl.String(),
        "availability": pl.String(),
        "completeness": pl.Float64(),
    }
)
"""The columns of an attainment frame, in their order."""

BOUNDS: Final = pl.Schema(
    dict.fromkeys(["value_least", "value_greatest", "attainment_least", "attainment_greatest"], pl.Float64())
)
"""The columns of what is possible, where it is asked for."""

_NO_PACES: Final[Mapping[str, Pace]] = FrozenMapping()


def attainment(
    plan: Plan,
    facts: Facts,
    metric_of: GoalMetric,
    condition_metric_of: ConditionMetric,
    *,
    goals: Sequence[str] | None = None,
    units: Sequence[str],
    clocks: Clocks,
    every: Ends = None,
    tree: Tree = "day",
    paces: Mapping[str, Pace] = _NO_PACES,
    targets: Standing = "current",
    possible: bool = False,
    ask: Figures | None = None,
    begun: Begun | None = None,
) -> pl.DataFrame:
    """How far the goals have come: one row a goal, unit and target period.

    With `every`, one row an end of that grain (or calendar, or `phase`) inside each target period, and one of the
    period itself: the value to date, against the whole period's target.
    `targets` chooses between those that stand by `known_on` (unsaid: by `until`) and those first adopted. `possible`
    adds four columns: the least and the greatest that an incomplete value, and so the attainment, can turn out to be.
    `ask` answers for figures, the engine itself unless said; `begun` tells from when on the data know of a metric.

    What is not known stays null, and the row stays. A goal without a metric or a target is `unquantified`, and shows
    the one that it has; so is a unit that has neither a target of its own nor one below it. A goal whose metric nothing
    answers to has `no_data`, and no availability; so has a period that has not begun by `until`.

    >>> from datetime import date
    >>> from hgplan.metrics import Events, Metric
    >>> from hgplan.model import Goal, Organisation, Target
    >>> contacts = Events("contacts", at="day")
    >>> talks = Metric(name="talks", measure=contacts.count())
    >>> goal = Goal(id="talk", title="Talk with more", metric="talks", targets=[Target(period="2022-01", at_least=4)])
    >>> facts = Facts(organisation=Organisation.single("club"), tables={"contacts": contacts},
    ...     data={"contacts": pl.LazyFrame({"day": [date(2022, 1, 3), date(2022, 1, 9)]})})
    >>> told = attainment(Plan(id="p", title="Plan", direct_goals=[goal]), facts, lambda goal: talks,
    ...     lambda condition: None, units=["club"], clocks=Clocks(until=date(2022, 1, 31)))
    >>> told.select("value", "target", "attainment", "status").row(0)
    (2.0, 4.0, 0.5, 'not_reached')
    """
    schema = pl.Schema({**COLUMNS, **BOUNDS}) if possible else COLUMNS
    found = follow_up(
        plan,
        facts,
        metric_of,
        condition_metric_of,
        goals=goals,
        units=units,
        clocks=clocks,
        every=every,
        tree=tree,
        paces=paces,
        targets=targets,
        ask=ask,
        begun=begun,
    )
    return found.rows.with_columns(bounds()).select(schema.names()).cast(schema)
