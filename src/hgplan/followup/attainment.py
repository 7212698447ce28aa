"""Attainment: the targets of a plan held against figures, one row a goal, unit and target period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import polars as pl

import hgplan.followup.lines as _lines
import hgplan.followup.schedule as _schedule
from hgplan.engine import Clocks, Facts, Tree, figures, reader_for
from hgplan.errors import UnknownName, nearest, raise_all
from hgplan.followup.asking import Figures, answers, metric_numbers, questions
from hgplan.followup.bounds import bounds, greatest, least
from hgplan.followup.bounds import possible as _possible
from hgplan.followup.conditions import conditions, states
from hgplan.followup.course import expected, needed, wanted
from hgplan.followup.followed import ConditionMetric, Followed, GoalMetric, follow
from hgplan.followup.pools import Pools
from hgplan.followup.progress import attainment as _attainment
from hgplan.followup.progress import distance, edges, finite
from hgplan.followup.status import status
from hgplan.followup.stretches import Ends, ends_of
from hgplan.followup.targets import Standing
from hgplan.hookspecs import Pace
from hgplan.metrics import Metric, Table
from hgplan.metrics.additive import adds_over_time
from hgplan.metrics.monotone import cannot_fall
from hgplan.model import FrozenMapping, Organisation, Plan

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

_GOALS: Final = pl.Schema(
    {
        "goal_number": pl.Int32(),
        "strategy": pl.String(),
        "goal": pl.String(),
        "title": pl.String(),
        "metric": pl.String(),
        "metric_number": pl.Int32(),
        "commitment": pl.String(),
        "owner": pl.String(),
        "from_baseline": pl.Boolean(),
        "adds": pl.Boolean(),
        "cannot_fall": pl.Boolean(),
        "possible": pl.String(),
    }
)
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
) -> pl.DataFrame:
    """How far the goals have come: one row a goal, unit and target period.

    With `every`, one row an end of that grain (or calendar, or `phase`) inside each target period, and one of the
    period itself: the value to date, against the whole period's target.
    `targets` chooses between those that stand by `known_on` (unsaid: by `until`) and those first adopted. `possible`
    adds four columns: the least and the greatest that an incomplete value, and so the attainment, can turn out to be.
    `ask` answers for figures, the engine itself unless said.

    What is not known stays null, and the row stays. A goal without a metric or a target is `unquantified`, and shows
    the one that it has; so is a unit that has neither a target of its own nor one below it. A goal whose metric nothing
    answers to has `no_data`, and no availability; so has a period that has not begun by `until`.

    >>> from datetime import date
    >>> from hgplan.metrics import Events
    >>> from hgplan.model import Goal, Target
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
    organisation, ends = facts.organisation, ends_of(every, plan)
    schema = pl.Schema({**COLUMNS, **BOUNDS}) if possible else COLUMNS
    _check_units(units, organisation)
    followed = follow(plan, organisation, metric_of, condition_metric_of, goals)
    pools = Pools(organisation)
    every_line = list(_lines.lines(followed, units, plan, pools, clocks=clocks, tree=tree, which=targets))
    schedule = _schedule.schedule(
        every_line, followed, until=clocks.until, every=ends, year_starts=plan.calendar.year_starts
    )
    numbers = metric_numbers(followed)
    asked = questions(every_line, schedule, followed)
    engine = ask or _reading_once(facts, numbers, clocks, tree)
    told = answers(asked, numbers, pools, engine, facts, clocks=clocks, tree=tree)
    rows = (
        _lines.frame(every_line, organisation)
        .join(_goals(followed, numbers, facts.tables), on="goal_number", maintain_order="left")
        .join(
            _schedule.frame(schedule, followed, paces),
            on=["goal_number", "target_start", "target_end"],
            maintain_order="left_right",
        )
        .with_row_index("row")
    )
    held = states(rows, conditions(followed, numbers, facts.tables), told)
    return (
        _with_figures(rows, told)
        .join(held, on="row", how="left", maintain_order="left")
        .pipe(_with_progress)
        .with_columns(
            status(plan.status).alias("status"),
            pl.col("start").alias("period_start"),
            pl.col("end").alias("period_end"),
            pl.lit(clocks.until, pl.Date).alias("until"),
            pl.lit(clocks.known_on, pl.Date).alias("known_on"),
            *(pl.lit(None, pl.Float64).alias(name) for name in COLUMNS if name.startswith(("forecast", "probability"))),
        )
        .with_columns(bounds())
        .select(schema.names())
        .cast(schema)
    )


def _reading_once(facts: Facts, metrics: Iterable[Metric], clocks: Clocks, tree: Tree) -> Figures:
    """The engine, with tables that are read once for all that it is asked."""
    return partial(figures, reader=reader_for(facts, [metric.measure for metric in metrics], clocks, tree))


def _check_units(units: Sequence[str], organisation: Organisation) -> None:
    unknown = [
        UnknownName(f"no unit named {unit!r}", hint=nearest(str(unit), organisation.units))
        for unit in units
        if unit not in organisation
    ]
    if unknown:
        raise_all("the attainment can't be worked out", unknown)


def _goals(followed: Sequence[Followed], numbers: Mapping[Metric, int], tables: Mapping[str, Table]) -> pl.DataFrame:
    """What the rows of a goal share."""
    rows = [
        {
            "goal_number": number,
            "strategy": one.strategy,
            "goal": one.goal.id,
            "title": one.goal.title,
            "metric": one.metric.id if one.metric else one.goal.metric,
            "metric_number": numbers[one.metric] if one.metric else None,
            "commitment": one.goal.commitment,
            "owner": one.goal.owner,
            "from_baseline": one.goal.measured_from == "baseline",
            "adds": adds_over_time(one.metric.measure) if one.metric else None,
            "cannot_fall": one.metric is not None and cannot_fall(one.metric.measure, tables),
            "possible": _possible(one.metric.measure, tables) if one.metric else None,
        }
        for number, one in enumerate(followed)
    ]
    return pl.DataFrame(rows, schema=_GOALS)


def _with_figures(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The rows with the figure of their own days, and that of their baseline's.

    What has not begun has no figure, even where the same days were asked for as somebody's baseline.
    """
    at = ["metric_number", "asked", "start", "end", "begun"]
    baselines = told.select(
        "metric_number",
        "asked",
        pl.col("start").alias("baseline_start"),
        pl.col("end").alias("baseline_end"),
        pl.col("value").alias("measured"),
    )
    return (
        rows.join(told.with_columns(pl.lit(True).alias("begun")), on=at, how="left", maintain_order="left")
        .join(
            baselines,
            on=["metric_number", "asked", "baseline_start", "baseline_end"],
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.coalesce("stated", "measured").alias("baseline"))
    )


def _with_progress(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with everything that follows from value, target and baseline."""
    value, kind = pl.col("value"), pl.col("possible")
    return (
        rows.with_columns(edges())
        .with_columns(wanted())
        .with_columns(
            distance(value).alias("gap"),
            _attainment(value).alias("attainment"),
            expected().alias("expected"),
            finite(value - expected()).alias("ahead"),
            finite(needed(value)).alias("needed"),
            least(kind).alias("least"),
            greatest(kind).alias("greatest"),
        )
    )
