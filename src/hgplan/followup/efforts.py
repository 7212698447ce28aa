"""What a plan takes: hours, budget and number of its activities, rolled up over all that they count towards.

An activity that counts towards two parts is counted at each of them, and once where both meet: sums go over sets of
activities, never over the sums below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import fsum
from typing import Final

import polars as pl

from hgplan.model import Activity, Organisation, Period, Plan
from hgplan.model.contributions import Place, contributions

__all__ = ["EFFORTS", "efforts", "held_by", "is_in"]

EFFORTS: Final = pl.Schema(
    {
        "part": pl.String(),
        "id": pl.String(),
        "title": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "activities": pl.Int64(),
        "elsewhere": pl.Int64(),
        "akin": pl.Int64(),
        "hours": pl.Float64(),
        "without_hours": pl.Int64(),
        "budget": pl.Float64(),
        "without_budget": pl.Int64(),
        "recruiting": pl.Int64(),
        "without_recruiting": pl.Int64(),
    }
)
"""The columns of efforts, in their order."""


def efforts(
    plan: Plan,
    organisation: Organisation,
    *,
    units: Sequence[str],
    period: Period | None = None,
    tree: date | None = None,
) -> pl.DataFrame:
    """Roll activities up: a row a part of the plan and unit, the plan first; `ws.efforts` tells what the columns say.

    >>> plan = Plan(id="p", title="P", direct_activities=[
    ...     Activity(id="spring", title="Spring"), Activity(id="autumn", title="Autumn"),
    ...     Activity(id="fair", title="Fair", hours=8, contributes=["spring", "autumn"])])
    >>> told = efforts(plan, Organisation.single("club"), units=["club"])
    >>> told.select("id", "activities", "elsewhere", "hours").rows()
    [('p', 3, 0, 8.0), ('spring', 2, 1, 8.0), ('autumn', 2, 1, 8.0), ('fair', 1, 0, 8.0)]
    """
    edges = contributions(plan)
    known = {activity.id: activity for _, activity in plan.activities()}
    parts_of = _with_parts(known.values())
    day = tree or (plan.period.end if plan.period else None)
    units_of = {id: held_by(activity, organisation, day) for id, activity in known.items()}
    asked = {
        id
        for id, activity in known.items()
        if activity.status != "cancelled" and (period is None or is_in(activity, period))
    }
    at = {place: frozenset(below) for place, below in edges.below.items()}
    places: dict[tuple[str, str], list[Place]] = {}
    for place, below in edges.below.items():
        for id in below:
            if place.id != id:
                places.setdefault((place.kind, id), []).append(place)

    def beside(place: Place, id: str) -> bool:
        """Whether an activity also counts at another part of the kind that lies neither above nor below this one."""
        return id != place.id and any(
            other.id not in at[place] and place.id not in at[other]
            for other in places[place.kind, id]
            if other != place
        )

    rows = []
    for place, below in edges.below.items():
        for unit in units:
            own = [known[id] for id in below if id in asked and unit in units_of[id]]
            akin = [id for id in edges.akin[place] if id in asked and unit in units_of[id]]
            rows.append(
                {
                    "part": place.kind,
                    "id": place.id,
                    "title": place.title,
                    "unit": unit,
                    "level": organisation.level(unit),
                    "activities": len(own),
                    "elsewhere": sum(beside(place, one.id) for one in own),
                    "akin": len(akin),
                    "hours": _sum(one.hours for one in own),
                    "without_hours": sum(one.hours is None and one.id not in parts_of for one in own),
                    "budget": _sum(one.budget for one in own),
                    "without_budget": sum(one.budget is None and one.id not in parts_of for one in own),
                    "recruiting": sum(one.recruiting is True for one in own),
                    "without_recruiting": sum(one.recruiting is None for one in own),
                }
            )
    return pl.DataFrame(rows, schema=EFFORTS, orient="row")


def held_by(activity: Activity, organisation: Organisation, day: date | None) -> frozenset[str]:
    """The units that an activity is counted at: its owner's and all above on the day it begins, or (unsaid) on `day`.

    What nobody owns, or an owner who is no unit, is the organisation's own.
    """
    if activity.owner is None or activity.owner not in organisation:
        return frozenset({organisation.root})
    return frozenset(organisation.ancestors(activity.owner, activity.start or day or date.max))


def is_in(activity: Activity, period: Period) -> bool:
    """Whether an activity is of a period: the one that it begins in; what has no days is of every one.

    >>> fair = Activity(id="fair", title="Fair", start=date(2022, 12, 1), end=date(2023, 1, 31))
    >>> is_in(fair, Period.parse("2022")), is_in(fair, Period.parse("2023"))
    (True, False)
    """
    begins = activity.start or activity.end
    return begins is None or period.start <= begins <= period.end


def _with_parts(activities: Iterable[Activity]) -> frozenset[str]:
    """Activities that others are part of: they need no hours of their own."""
    return frozenset(name for activity in activities for name in activity.contributes)


def _sum(figures: Iterable[float | None]) -> float | None:
    """What is known, added; None where nothing is."""
    known = [figure for figure in figures if figure is not None]
    return fsum(known) if known else None
