"""Where a plan names its metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hgplan.errors import Location, PlanError
from hgplan.metrics import Metric, parse
from hgplan.model import Condition, Experiment, Goal, Plan

__all__ = ["Locate", "named", "where_named"]

Locate = Callable[[Sequence[PlanError]], Sequence[PlanError]]
"""Gives faults that say a path in the plan the line on which it stands, where the plan has lines."""


def named(plan: Plan) -> Iterator[tuple[str, Goal | Condition | Experiment]]:
    """Every goal, condition and experiment with its place in the plan."""
    lists = [(f"strategies[{index}].goals", strategy.goals) for index, strategy in enumerate(plan.strategies)]
    lists += [("direct_goals", plan.direct_goals), ("vision.goals", plan.vision.goals if plan.vision else ())]
    for where, goals in lists:
        for index, goal in enumerate(goals):
            yield f"{where}[{index}]", goal
            for number, condition in enumerate(goal.conditions):
                yield f"{where}[{index}].conditions[{number}]", condition
    for index, experiment in enumerate(plan.experiments):
        yield f"experiments[{index}]", experiment


def where_named(plan: Plan | None, metric: Metric, locate: Locate) -> str:
    """Which metric it is, for a fault: its name, the first goal that it is for, and the place in the plan.

    >>> from hgplan.metrics import Events
    >>> where_named(None, Metric(name="contacts", measure=Events("contacts", at="day").count()), list)
    "metric 'contacts'"
    """
    told = f"metric {metric.id!r}"
    for where, one in named(plan) if plan else ():
        if one.metric is not None and _means(one.metric, metric):
            goal = f" of goal {one.id!r}" if isinstance(one, Goal) else ""
            key = f"metrics.{metric.id}.formula" if plan and metric.id in plan.metrics else f"{where}.metric"
            place = locate([PlanError("", where=key)])[0].where
            return f"{told}{goal}, {place if isinstance(place, Location) else key}"
    return told


def _means(text: str, metric: Metric) -> bool:
    if text in (metric.id, metric.name):
        return True
    try:
        return str(parse(text)) == metric.id
    except PlanError:
        return False
