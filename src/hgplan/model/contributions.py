"""What counts towards what: a plan's activities as they stand below goals, overarching activities and strategies."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Literal, TypeAlias

import attrs

from hgplan.model.activities import Activity
from hgplan.model.mappings import FrozenMapping
from hgplan.model.plan import Plan

__all__ = ["Contributions", "Kind", "Place", "contributions"]

Kind: TypeAlias = Literal["plan", "vision", "strategy", "goal", "activity"]


@attrs.frozen
class Place:
    """A part of a plan that activities count towards."""

    kind: Kind
    id: str | None
    title: str


@attrs.frozen(kw_only=True)
class Contributions:
    """The activities at or below each part of a plan, each once, however many ways lead there; and those only akin.

    `below` counts: by `contributes`, whatever lies between, and by the strategy that an activity stands in. `akin` is
    what `aligns` says, and counts nowhere. `shared` are the goals of other strategies that a strategy's activities, or
    those that are part of them, contribute to.
    """

    below: FrozenMapping[Place, tuple[str, ...]]
    akin: FrozenMapping[Place, tuple[str, ...]]
    shared: FrozenMapping[str, tuple[str, ...]]


def contributions(plan: Plan) -> Contributions:
    """What counts towards what in a plan: its parts in the plan's order, the plan itself first.

    >>> told = contributions(Plan(id="p", title="P", direct_activities=[
    ...     Activity(id="day", title="Theme day"), Activity(id="stand", title="A stand", contributes=["day"])]))
    >>> [(place.kind, activities) for place, activities in told.below.items()]
    [('plan', ('day', 'stand')), ('activity', ('day', 'stand')), ('activity', ('stand',))]
    """
    activities = {activity.id: (strategy, activity) for strategy, activity in plan.activities()}
    above = _above(plan)
    order = {id: number for number, id in enumerate(activities)}
    below: dict[str, list[str]] = {}
    for id in order:
        for part in above[id]:
            below.setdefault(part, []).append(id)
    akin: dict[str, list[str]] = {}
    for id, (_, activity) in activities.items():
        for name in activity.aligns:
            akin.setdefault(name, []).append(id)
    vision = {goal.id for goal in plan.vision.goals} if plan.vision else set()
    places = {Place("plan", plan.id, plan.title): tuple(order)}
    if plan.vision is not None:
        served = [id for id in order if not vision.isdisjoint(above[id])]
        places[Place("vision", None, plan.vision.title)] = tuple(served)
    for strategy in plan.strategies:
        places[Place("strategy", strategy.id, strategy.title)] = tuple(below.get(f"strategy {strategy.id}", ()))
    for _, goal in plan.goals():
        places[Place("goal", goal.id, goal.title)] = tuple(below.get(goal.id, ()))
    for id, (_, activity) in activities.items():
        places[Place("activity", id, activity.title)] = tuple(below.get(id, ()))
    return Contributions(
        below=FrozenMapping(places),
        akin=FrozenMapping({place: tuple(akin.get(place.id or "", ())) for place in places}),
        shared=FrozenMapping(_shared(plan, {id: activity for id, (_, activity) in activities.items()}, below)),
    )


def _above(plan: Plan) -> dict[str, frozenset[str]]:
    """Each activity's own id, all that it counts towards, and the strategies that these stand in."""
    home = {goal.id: f"strategy {strategy.id}" for strategy, goal in plan.goals() if strategy is not None}
    home |= {activity.id: f"strategy {strategy.id}" for strategy, activity in plan.activities() if strategy is not None}
    direct = {activity.id: activity.contributes for _, activity in plan.activities()}
    found: dict[str, frozenset[str]] = {}
    for id in TopologicalSorter(direct).static_order():
        parts = {id}.union(*(found[name] for name in direct.get(id, ())))
        found[id] = frozenset(parts | ({home[id]} if id in home else set()))
    return found


def _shared(plan: Plan, known: Mapping[str, Activity], below: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """By strategy, the goals of others that its own activities, and what is part of them, contribute to."""
    found = {}
    for strategy in plan.strategies:
        mine = {part for activity in strategy.activities for part in below.get(activity.id, ())}
        served = {name for id in mine for name in known[id].contributes}
        own = {goal.id for goal in strategy.goals}
        found[strategy.id] = tuple(goal.id for _, goal in plan.goals() if goal.id in served and goal.id not in own)
    return found
