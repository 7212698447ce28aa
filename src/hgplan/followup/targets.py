"""What a unit is held to in a period: its own target, or the sum of the nearest targets below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import fsum
from typing import Literal, TypeAlias

import attrs

from hgplan.model import COMPARATORS, Comparator, Organisation, Target, in_measure

__all__ = ["Held", "Standing", "held_to", "pools_of", "standing"]

Standing: TypeAlias = Literal["current", "adopted"]
"""Which of a target's versions is asked: the one that stands now, or the one first adopted."""

_SUMMED = frozenset(COMPARATORS) - {"increase_by_percent"}


@attrs.frozen(kw_only=True)
class Held:
    """A target as a unit is held to it, in the plain numbers of measures.

    `pool` names the units whose targets were added, where the unit has none of its own: its value is then theirs alone.
    """

    comparator: Comparator
    target: float
    target_to: float | None = None
    pool: tuple[str, ...] | None = None


def standing(versions: Iterable[Target], *, which: Standing = "current", on: date | None = None) -> Target | None:
    """The version that stands among those of one unit and period: the newest adopted by `on`, or the first of all.

    >>> first = Target(period="2022", at_least=27000, adopted=date(2021, 11, 20))
    >>> later = Target(period="2022", at_least=25000, adopted=date(2022, 6, 1), reason="fewer doors opened")
    >>> standing([first, later], on=date(2022, 3, 31)).value, standing([first, later], on=date(2022, 8, 31)).value
    (27000, 25000)
    >>> standing([first, later], which="adopted", on=date(2022, 8, 31)).value
    27000
    """
    ordered = sorted(versions, key=lambda target: target.adopted or date.min)
    if which == "adopted":
        return ordered[0] if ordered else None
    known = [target for target in ordered if on is None or target.adopted is None or target.adopted <= on]
    return known[-1] if known else None


def pools_of(holders: Iterable[str], organisation: Organisation, day: date) -> dict[str, tuple[str, ...]]:
    """For every unit above a holder of a target, and without one itself: the nearest holders below it, on that day.

    >>> tree = Organisation.from_rows([{"unit": "region"}, {"unit": "north", "parent": "region"},
    ...     {"unit": "hill", "parent": "north"}, {"unit": "south", "parent": "region"}])
    >>> pools_of(["hill", "south"], tree, date(2022, 6, 1))
    {'north': ('hill',), 'region': ('hill', 'south')}
    """
    own = dict.fromkeys(holders)
    below: dict[str, list[str]] = {}
    for holder in own:
        for above in organisation.ancestors(holder, day)[1:]:
            if above in own:
                break
            below.setdefault(above, []).append(holder)
    return {unit: tuple(pool) for unit, pool in below.items()}


def held_to(
    versions: Mapping[str, Sequence[Target]],
    organisation: Organisation,
    *,
    on: date,
    tree: date,
    which: Standing = "current",
    unit: str | None = None,
    adds: bool = True,
) -> dict[str, Held]:
    """What each unit is held to, from the versions of the targets that units have for one goal and period.

    `on` is the day by which a version must be adopted, `tree` the day whose tree says who is below whom, `unit` how the
    goal's figures are written. A unit without a target of its own is held to the sum of the nearest ones below it;
    where they can't be added it is held to nothing: shares (`adds` is false), targets of different kinds, and
    percentages of baselines.
    """
    own: dict[str, Held] = {}
    position = {id: index for index, id in enumerate(organisation.units)}
    for holder in sorted(versions, key=position.__getitem__):
        target = standing(versions[holder], which=which, on=on)
        if target is not None:
            own[holder] = _held(target, unit)
    if not adds:
        return own
    for above, pool in pools_of(own, organisation, tree).items():
        summed = _sum([own[member] for member in pool], pool)
        if summed is not None:
            own[above] = summed
    return own


def _held(target: Target, unit: str | None) -> Held:
    comparator, value = target.comparator, target.value
    assert comparator is not None  # a target without a figure can't be built
    assert value is not None
    # A percentage of a baseline is one in whatever unit the goal is written.
    scale = None if comparator == "increase_by_percent" else unit
    upper = target.value_to
    return Held(
        comparator=comparator,
        target=float(in_measure(value, scale)),
        target_to=None if upper is None else float(in_measure(upper, scale)),
    )


def _sum(parts: Sequence[Held], pool: tuple[str, ...]) -> Held | None:
    comparator = parts[0].comparator
    if comparator not in _SUMMED or any(part.comparator != comparator for part in parts):
        return None
    uppers = [part.target_to for part in parts if part.target_to is not None]
    return Held(
        comparator=comparator,
        target=fsum(part.target for part in parts),
        target_to=fsum(uppers) if uppers else None,
        pool=pool,
    )
