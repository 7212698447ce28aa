"""Axes of a coverage matrix: the words of each, whether anybody declared them, and which of them an activity has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import attrs

from hgplan.errors import UnknownName, nearest
from hgplan.followup.belonging import Belonging, Owners
from hgplan.model import STATUSES, Activity, Organisation, Period, Plan
from hgplan.model.activities import KINDS_OF_LIST

__all__ = ["AXES", "Axis", "activity_axis", "declared_words", "open_units"]

_FIELDS: Final = {kind: field for field, kind in KINDS_OF_LIST.items()} | {"phase": "phases"}
AXES: Final = ("unit", "activity", "strategy", "goal", "status", *_FIELDS)
"""What activities can be held against, beside the levels of the organisation."""


@attrs.frozen(eq=False)
class Axis:
    """One side of a matrix: its words with their titles, in order, and which of them an activity has.

    Without a declared list the words are those that occur, so a word that nobody used can't be seen to lack.
    """

    name: str
    words: Mapping[str, str]
    declared: bool
    of: Callable[[Activity], Sequence[str]] = lambda _: ()


def declared_words(plan: Plan | None, name: str) -> dict[str, str] | None:
    """The words that a plan declares under a name, with their titles: its phases, or the values of a dimension."""
    if plan is None:
        return None
    if name == "phase":
        return {phase.id: phase.title for phase in plan.phases} or None
    found = plan.dimensions.get(name)
    return None if found is None else {value.id: value.title for value in found.values}


def open_units(
    organisation: Organisation, units: Collection[str], within: Collection[str] | None, days: Period
) -> dict[str, str]:
    """The units open on any of the days, at or below those of `within` in the last day's tree, with their titles."""
    owners = Owners(organisation, days.end)

    def is_open(unit: str) -> bool:
        return any(
            (opened is None or opened <= days.end) and (closed is None or closed > days.start)
            for opened, closed in organisation.open_spans(unit)
        )

    inside = None if within is None else frozenset(within)
    return {
        unit: organisation.title(unit)
        for unit in units
        if is_open(unit) and (inside is None or not inside.isdisjoint(owners.counted(unit)))
    }


def activity_axis(
    name: str,
    belonging: Belonging,
    owners: Owners,
    counted: Sequence[Activity],
    *,
    within: Collection[str] | None,
    under: Collection[str] | None,
    days: Period,
) -> Axis:
    """The axis of that name over activities; raises UnknownName for one that there isn't."""
    plan, organisation = belonging.plan, owners.organisation
    if name in organisation.levels or name == "unit":
        asked = organisation.units if name not in organisation.levels else organisation.units_at(name)
        open_ones = open_units(organisation, asked, within, days)
        return Axis(name, open_ones, True, lambda one: [u for u in owners.counted(one.owner) if u in open_ones])
    if name == "activity":
        ids = [id for id in belonging.overarching if under is None or id in under]
        return Axis(name, {id: belonging.activities[id].title for id in ids}, True, lambda one: belonging.above[one.id])
    if name == "strategy":
        asked_for = None if under is None else {one for id in under for one in belonging.strategies[id]}
        titles = {one.id: one.title for one in plan.strategies if asked_for is None or one.id in asked_for}
        return Axis(name, titles, True, lambda one: belonging.strategies[one.id])
    if name == "goal":
        return Axis(name, {goal.id: goal.title for _, goal in plan.goals()}, True, lambda one: belonging.goals[one.id])
    if name == "status":
        return Axis(name, {one: one for one in STATUSES}, True, lambda one: [one.status] if one.status else [])
    if name in _FIELDS:
        field = _FIELDS[name]
        words = declared_words(plan, name)
        said = sorted({word for one in counted for word in getattr(one, field)})
        known = dict(zip(said, said, strict=True)) if words is None else words
        return Axis(name, known, words is not None, lambda one: getattr(one, field))
    raise UnknownName(f"nothing to cover is named {name!r}", hint=nearest(name, [*AXES, *organisation.levels]))
