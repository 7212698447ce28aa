"""The goals that are followed: each with what it counts and the periods for which it has targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

import attrs

from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.metrics import Metric
from hgplan.metrics.additive import adds_over_units
from hgplan.model import Condition, Goal, Organisation, Period, Plan, Target
from hgplan.model.periods import period_of

__all__ = ["ConditionMetric", "Followed", "GoalMetric", "follow", "target_periods", "written_in"]

GoalMetric: TypeAlias = Callable[[Goal], Metric | None]
"""What a goal counts, with the goal's own parameters; None where nothing answers to it."""

ConditionMetric: TypeAlias = Callable[[Condition], Metric | None]


@attrs.frozen(kw_only=True)
class Followed:
    """A goal in its place in the plan, with its metric and those of its conditions, where they have one."""

    goal: Goal
    strategy: str | None = None
    in_vision: bool = False
    metric: Metric | None = None
    conditions: tuple[Metric | None, ...] = ()

    @property
    def unit(self) -> str | None:
        """How the goal's figures are written: as it says itself, else as its metric is."""
        return written_in(self.goal, self.metric)

    @property
    def adds_over_units(self) -> bool:
        """Whether targets of parts make one of the whole; without a metric the unit of the figures tells."""
        return adds_over_units(self.metric.measure) if self.metric else self.unit not in ("%", "‰")


def written_in(goal: Goal, metric: Metric | None) -> str | None:
    """How a goal's figures are written: as it says itself, else as its metric is.

    The per cent of a goal that wants nothing but growth in per cent is that of the growth: what grows is written as its
    metric is, and a number that adds up is no share.

    >>> from hgplan.metrics import parse
    >>> recruits = Metric(name="recruits", measure=parse("memberships.starts().distinct()"), unit="people")
    >>> growth = Target(period="2022", increase_by_percent=10)
    >>> written_in(Goal(id="more", title="More", unit="%", targets=[growth]), recruits)
    'people'
    """
    if goal.unit is None or metric is None:
        return goal.unit or (metric.unit if metric else None)
    grows = bool(goal.targets) and all(target.comparator == "increase_by_percent" for target in goal.targets)
    counts = metric.unit is not None or adds_over_units(metric.measure)
    return metric.unit if grows and goal.unit in ("%", "‰") and counts else goal.unit


def follow(
    plan: Plan,
    organisation: Organisation,
    metric_of: GoalMetric,
    condition_metric_of: ConditionMetric,
    goals: Sequence[str] | None = None,
) -> list[Followed]:
    """The asked goals in the asked order, all of the plan's and its vision's unless said.

    Raises UnknownName for goals that the plan doesn't have and for units that its targets name and nobody knows, all at
    once.
    """
    placed = {goal.id: (strategy, goal) for strategy, goal in plan.goals()}
    asked = list(placed) if goals is None else list(dict.fromkeys(goals))
    faults: list[PlanError] = [
        UnknownName(f"no goal named {id!r}", where=f"plan {plan.id!r}", hint=nearest(str(id), placed))
        for id in asked
        if id not in placed
    ]
    vision = {goal.id for goal in plan.vision.goals} if plan.vision else set()
    found: list[Followed] = []
    for strategy, goal in (placed[id] for id in asked if id in placed):
        faults += _unknown_units(goal, organisation)
        found.append(
            Followed(
                goal=goal,
                strategy=strategy.id if strategy else None,
                in_vision=goal.id in vision,
                metric=metric_of(goal),
                conditions=tuple(condition_metric_of(condition) for condition in goal.conditions),
            )
        )
    if faults:
        raise_all("the attainment can't be worked out", faults)
    return found


def _unknown_units(goal: Goal, organisation: Organisation) -> list[PlanError]:
    where, known = f"a target of goal {goal.id!r}", organisation.units
    named = dict.fromkeys(target.unit for target in goal.targets if target.unit is not None)
    return [
        UnknownName(f"no unit named {unit!r}", where=where, hint=nearest(unit, known))
        for unit in named
        if unit not in organisation
    ]


def target_periods(
    followed: Followed, plan: Plan, organisation: Organisation, *, until: date
) -> dict[Period, Mapping[str, Sequence[Target]]]:
    """The periods for which a goal has targets, in the plan's order, each with the versions of every unit's target.

    A goal without targets is followed over the plan's period, one of the vision over the vision's year, and where the
    plan says neither over the plan's year that holds `until`.
    """
    if not followed.goal.targets:
        return {_whole(followed, plan, until): {}}
    found: dict[Period, dict[str, list[Target]]] = {}
    read = _read(dict.fromkeys(target.period for target in followed.goal.targets), plan)
    for target in followed.goal.targets:
        by_unit = found.setdefault(read[target.period], {})
        by_unit.setdefault(target.unit or organisation.root, []).append(target)
    return dict(found)


def _read(texts: Iterable[str], plan: Plan) -> dict[str, Period]:
    """The period of each text; days that are written in two ways are one period, its targets versions of each other."""
    same: dict[tuple[date, date], Period] = {}
    read = {text: plan.parse_period(text) for text in texts}
    return {text: same.setdefault((period.start, period.end), period) for text, period in read.items()}


def _whole(followed: Followed, plan: Plan, until: date) -> Period:
    if followed.in_vision and plan.vision is not None and plan.vision.year is not None:
        return plan.parse_period(f"{plan.vision.year:04}")
    return plan.period or period_of(until, "year", year_starts=plan.calendar.year_starts)
