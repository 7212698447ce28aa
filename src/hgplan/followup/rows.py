"""The rows of a follow-up with all that is worked out about them, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final

import attrs
import polars as pl

import hgplan.followup.lines as _lines
import hgplan.followup.schedule as _schedule
from hgplan.engine import Clocks, Facts, Tree, figures, reader_for
from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.followup.asking import Figures, answers, metric_numbers, questions
from hgplan.followup.bounds import greatest, least
from hgplan.followup.bounds import possible as _possible
from hgplan.followup.conditions import conditions, states
from hgplan.followup.course import expected, needed, wanted
from hgplan.followup.earlier import Beginnings, Begun
from hgplan.followup.followed import ConditionMetric, Followed, GoalMetric, follow
from hgplan.followup.foresight import LEVEL, Foresight, foresee
from hgplan.followup.history import Past, looked_at, past, past_questions
from hgplan.followup.lines import Line
from hgplan.followup.pace import due, looks_back, pace_of
from hgplan.followup.pools import Pools
from hgplan.followup.progress import attainment as _attainment
from hgplan.followup.progress import distance, edges, finite
from hgplan.followup.schedule import Schedule
from hgplan.followup.status import status
from hgplan.followup.stretches import Ends, ends_of
from hgplan.followup.targets import Standing
from hgplan.hookspecs import Pace
from hgplan.metrics import Metric, Table
from hgplan.metrics.additive import adds_over_time
from hgplan.metrics.monotone import cannot_fall
from hgplan.model import FrozenMapping, Organisation, Period, Plan

__all__ = ["FollowUp", "follow_up"]

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
        "since": pl.Date(),
    }
)
_NO_PACES: Final[Mapping[str, Pace]] = FrozenMapping()


_DUE_ON: Final = ["goal_number", "asked", "target_start", "target_end", "end"]
_DUE: Final = pl.Schema(
    {
        "goal_number": pl.Int32(),
        "asked": pl.String(),
        "target_start": pl.Date(),
        "target_end": pl.Date(),
        "end": pl.Date(),
        "due_by_past": pl.Float64(),
    }
)
_FORESEEN: Final = pl.Schema(dict.fromkeys(["forecast", "forecast_low", "forecast_high", "probability"], pl.Float64()))


@attrs.frozen(kw_only=True, eq=False)
class FollowUp:
    """The rows, each goal with its pace, by the goal's number, and what is known of earlier periods."""

    rows: pl.DataFrame
    followed: Sequence[Followed]
    paces: Sequence[Pace]
    past: Past
    pools: Pools

    def foresight(self, row: Mapping[str, object]) -> Foresight:
        """What the figure of a row may come to."""
        return _foresight(row, self.followed, self.past)


def follow_up(
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
    ask: Figures | None = None,
    begun: Begun | None = None,
) -> FollowUp:
    """Work out all rows; what the words mean is told by `attainment`.

    Earlier periods are asked for only where a pace or a forecast wants them, all together after everything else.
    """
    organisation, ends = facts.organisation, ends_of(every, plan)
    _check_units(units, organisation)
    followed = follow(plan, organisation, metric_of, condition_metric_of, goals)
    chosen = _paces(followed, plan, paces)
    pools = Pools(organisation)
    every_line = list(_lines.lines(followed, units, plan, pools, clocks=clocks, tree=tree, which=targets))
    schedule = _schedule.schedule(
        every_line, followed, until=clocks.until, every=ends, year_starts=plan.calendar.year_starts
    )
    numbers = metric_numbers(followed)
    asked = questions(every_line, schedule, followed)
    engine = ask or _reading_once(facts, numbers, clocks, tree)
    told = answers(asked, numbers, pools, engine, facts, clocks=clocks, tree=tree)
    # What was asked and has no figure anywhere has no past to go by either, or is lost with a broken plugin.
    lost = set(told["metric_number"]) - set(told.filter(pl.col("value").is_not_null())["metric_number"])
    looked = looked_at(
        schedule,
        followed,
        chosen,
        {number for number, one in enumerate(followed) if one.metric is not None and numbers[one.metric] not in lost},
        begun or Beginnings(facts).of,
        clocks.until,
    )
    wanted_of_past = past_questions(looked, every_line, schedule, followed, chosen, organisation.root)
    before = answers(wanted_of_past, numbers, pools, engine, facts, clocks=clocks, tree=tree)
    earlier = past(looked, followed, numbers, before, organisation.root)
    rows = (
        _lines.frame(every_line, organisation)
        .join(_goals(followed, numbers, facts.tables), on="goal_number", maintain_order="left")
        .join(
            _schedule.frame(schedule, followed, chosen),
            on=["goal_number", "target_start", "target_end"],
            maintain_order="left_right",
        )
        .join(
            _due_by_past(every_line, schedule, followed, chosen, earlier), on=_DUE_ON, how="left", maintain_order="left"
        )
        .with_columns(pl.coalesce("due_by_past", "due").alias("due"))
        .with_row_index("row")
    )
    held = states(rows, conditions(followed, numbers, facts.tables), told)
    worked = (
        _with_figures(rows, told)
        .join(held, on="row", how="left", maintain_order="left")
        .pipe(_with_progress)
        .with_columns(
            status(plan.status).alias("status"),
            pl.col("start").alias("period_start"),
            pl.col("end").alias("period_end"),
            pl.lit(clocks.until, pl.Date).alias("until"),
            pl.lit(clocks.known_on, pl.Date).alias("known_on"),
        )
    )
    foreseen = pl.DataFrame([*_foreseen(worked, followed, earlier)], schema=_FORESEEN, orient="row")
    return FollowUp(rows=worked.hstack(foreseen), followed=followed, paces=chosen, past=earlier, pools=pools)


def _paces(followed: Sequence[Followed], plan: Plan, paces: Mapping[str, Pace]) -> list[Pace]:
    found: list[Pace] = []
    faults: list[PlanError] = []
    for one in followed:
        adds = one.metric is None or adds_over_time(one.metric.measure)
        try:
            found.append(pace_of(one.goal, paces, plan.phases, adds=adds))
        except PlanError as fault:
            faults.append(fault)
    if faults:
        raise_all("the attainment can't be worked out", faults)
    return found


def _due_by_past(
    lines: Iterable[Line], schedule: Schedule, followed: Sequence[Followed], paces: Sequence[Pace], past: Past
) -> pl.DataFrame:
    """The shares that are due by curves that look back: they differ from unit to unit."""
    rows: dict[tuple[int, str, date, date, date], float | None] = {}
    for line in lines:
        pace, period = paces[line.goal], line.period
        if not looks_back(pace) or (line.goal, line.asked, period.start, period.end, period.end) in rows:
            continue
        courses = past.shape(line.goal, line.asked, period).courses
        for part in schedule[line.goal, period]:
            share = due(followed[line.goal].goal, pace, period, part.day, courses)
            rows[line.goal, line.asked, period.start, period.end, part.end] = share
    return pl.DataFrame([(*key, share) for key, share in rows.items()], schema=_DUE, orient="row")


def _foreseen(rows: pl.DataFrame, followed: Sequence[Followed], past: Past) -> Iterator[tuple[float | None, ...]]:
    for row in rows.iter_rows(named=True):
        outlook = _foresight(row, followed, past).outlook
        if outlook is None:
            yield None, None, None, None
            continue
        low, high = row["low"], row["high"]
        sure = None if low is None and high is None else outlook.probability(low, high)
        yield outlook.middle, *outlook.interval(LEVEL), sure


def _foresight(row: Mapping[str, object], followed: Sequence[Followed], past: Past) -> Foresight:
    number, start, end, day = row["goal_number"], row["target_start"], row["target_end"], row["day"]
    value, complete = row["value"], row["completeness"]
    assert isinstance(number, int)
    assert isinstance(start, date)
    assert isinstance(end, date)
    assert isinstance(day, date)
    return foresee(
        followed[number].metric,
        past,
        goal=number,
        unit=str(row["asked"]),
        period=Period(id=f"{start}/{end}", start=start, end=end),
        day=day,
        value=value if isinstance(value, float) else None,
        complete=not isinstance(complete, float) or complete >= 1,
        begun=bool(row["begun"]),
        cannot_fall=bool(row["cannot_fall"]),
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
            "since": one.metric.since if one.metric else None,
        }
        for number, one in enumerate(followed)
    ]
    return pl.DataFrame(rows, schema=_GOALS)


def _with_figures(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The rows with the figure of their own days, and that of their baseline's.

    What has not begun has no figure, even where the same days were asked for as somebody's baseline. A baseline that
    was recorded by another definition than the target's days is none.
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
        .with_columns(pl.when(_one_edition()).then("measured").alias("measured"))
        .with_columns(pl.coalesce("stated", "measured").alias("baseline"))
    )


def _one_edition() -> pl.Expr:
    """Whether a row's baseline and target period were recorded by one definition, as `editions.comparable` says."""
    since = pl.col("since")
    after = (pl.col("baseline_start") >= since) & (pl.col("target_start") >= since)
    before = (pl.col("baseline_end") < since) & (pl.col("target_end") < since)
    return since.is_null() | after | before


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
