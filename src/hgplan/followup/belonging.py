"""What an activity is part of: its overarching activities, strategies and goals; and the units that it counts for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property

import attrs

from hgplan.errors import UnknownName, nearest
from hgplan.followup.networks import in_order
from hgplan.model import Activity, Organisation, Plan

__all__ = ["Belonging", "Owners"]


@attrs.frozen(eq=False)
class Belonging:
    """What the activities of a plan are part of, through what they contribute to, directly or by others.

    Overarching are the activities of strategies, and those of the plan itself that contribute to no other activity;
    all others are sub-activities.
    """

    plan: Plan

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """All activities by their ids, in the order of the plan."""
        return {activity.id: activity for _, activity in self.plan.activities()}

    @cached_property
    def overarching(self) -> tuple[str, ...]:
        """The ids of the overarching activities, in the order of the plan."""
        own = [activity.id for strategy, activity in self.plan.activities() if strategy is not None]
        direct = [
            activity.id
            for activity in self.plan.direct_activities
            if not any(name in self.activities for name in activity.contributes)
        ]
        return (*own, *direct)

    @cached_property
    def above(self) -> dict[str, tuple[str, ...]]:
        """The overarching activities that each activity is part of; an overarching one is part of itself alone."""
        top = frozenset(self.overarching)
        found: dict[str, tuple[str, ...]] = {}
        for id in self._order:
            if id in top:
                found[id] = (id,)
            else:
                named = (name for name in self.activities[id].contributes if name in self.activities)
                found[id] = tuple(dict.fromkeys(over for name in named for over in found[name]))
        return found

    @cached_property
    def goals(self) -> dict[str, tuple[str, ...]]:
        """The goals that each activity contributes to, itself or by what it is part of."""
        found: dict[str, tuple[str, ...]] = {}
        for id in self._order:
            served = (found.get(name, (name,)) for name in self.activities[id].contributes)
            found[id] = tuple(dict.fromkeys(goal for goals in served for goal in goals))
        return found

    @cached_property
    def strategies(self) -> dict[str, tuple[str, ...]]:
        """The strategies of each activity: of what it is part of, else of the goals that it contributes to."""
        of = {activity.id: strategy.id for strategy in self.plan.strategies for activity in strategy.activities}
        of_goal = {goal.id: strategy.id for strategy in self.plan.strategies for goal in strategy.goals}
        return {
            id: tuple(dict.fromkeys(of[one] for one in over if one in of))
            or tuple(dict.fromkeys(of_goal[goal] for goal in self.goals[id] if goal in of_goal))
            for id, over in self.above.items()
        }

    def under(self, name: str) -> frozenset[str]:
        """The activities that are part of a strategy, an activity or a goal, that activity itself included.

        Raises UnknownName for what is none of them.
        """
        if name in self.activities:
            inside = {name}
            for id in self._order:
                if not inside.isdisjoint(self.activities[id].contributes):
                    inside.add(id)
            return frozenset(inside)
        strategies = [strategy.id for strategy in self.plan.strategies]
        goals = [goal.id for _, goal in self.plan.goals()]
        for known, of in ((strategies, self.strategies), (goals, self.goals)):
            if name in known:
                return frozenset(id for id, names in of.items() if name in names)
        known = [*strategies, *self.overarching, *goals]
        raise UnknownName(f"no strategy, activity or goal named {name!r}", hint=nearest(name, known))

    @cached_property
    def _order(self) -> list[str]:
        return in_order({id: activity.contributes for id, activity in self.activities.items()})


@attrs.frozen(eq=False)
class Owners:
    """The units of owners, and all above them, in the tree of a day."""

    organisation: Organisation
    day: date
    _found: dict[str | None, tuple[str, ...]] = attrs.field(factory=dict, init=False)

    def counted(self, owner: str | None) -> tuple[str, ...]:
        """The units for which what an owner does counts: its own and those above; without an owner the root alone.

        An owner that is no unit of the organisation counts for none.
        """
        if owner not in self._found:
            if owner is None:
                self._found[owner] = (self.organisation.root,)
            elif owner in self.organisation:
                self._found[owner] = self.organisation.ancestors(owner, self.day)
            else:
                self._found[owner] = ()
        return self._found[owner]

    def level(self, owner: str | None) -> str | None:
        """The owner's level."""
        return self.organisation.level(owner) if owner is not None and owner in self.organisation else None

    def by_unit(self, activities: Iterable[Activity], units: Iterable[str]) -> dict[str, list[Activity]]:
        """The activities of each of the units and of those below it."""
        found: dict[str, list[Activity]] = {unit: [] for unit in units}
        for one in activities:
            for unit in self.counted(one.owner):
                if unit in found:
                    found[unit].append(one)
        return found

    def at_or_below(self, activities: Iterable[Activity], units: Collection[str]) -> list[Activity]:
        """The activities whose owner is one of the units or stands below one."""
        asked = frozenset(units)
        return [one for one in activities if not asked.isdisjoint(self.counted(one.owner))]
