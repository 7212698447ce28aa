"""The activities of a plan as rows, with what their days, their statuses and their dependencies say on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from hgplan.engine.rowwise import lower
from hgplan.errors import UnknownName, nearest, raise_all
from hgplan.followup.belonging import Belonging, Owners
from hgplan.followup.networks import CLOSED, late_ones, scheduled, waits
from hgplan.metrics.nodes import Node
from hgplan.model import Activity, Organisation, Plan

__all__ = ["ACTIVITIES", "activities", "chosen"]

_WORDS: Final = pl.List(pl.String())
_COPIED: Final = (
    "title", "owner", "partners", "start", "end", "status", "phases", "themes", "channels", "audiences", "doers",
    "places", "recruiting", "budget", "hours", "contributes", "aligns", "depends_on",
)  # fmt: skip
ACTIVITIES: Final = pl.Schema(
    {
        "strategy": pl.String(),
        "parent": pl.String(),
        "overarching": _WORDS,
        "activity": pl.String(),
        "kind": pl.String(),
        "title": pl.String(),
        "owner": pl.String(),
        "level": pl.String(),
        "partners": _WORDS,
        "start": pl.Date(),
        "end": pl.Date(),
        "status": pl.String(),
        "phases": _WORDS,
        "themes": _WORDS,
        "channels": _WORDS,
        "audiences": _WORDS,
        "doers": _WORDS,
        "places": _WORDS,
        "recruiting": pl.Boolean(),
        "budget": pl.Float64(),
        "hours": pl.Float64(),
        "contributes": _WORDS,
        "aligns": _WORDS,
        "depends_on": _WORDS,
        "until": pl.Date(),
        "state": pl.String(),
        "late": pl.Boolean(),
        "days_late": pl.Int64(),
        "waits_for": _WORDS,
        "late_because": _WORDS,
        "earliest_start": pl.Date(),
        "earliest_end": pl.Date(),
        "slack": pl.Int64(),
        "critical": pl.Boolean(),
        "joint": pl.Boolean(),
        "doers_missing": _WORDS,
    }
)
"""The columns of activities."""


def _required(plan: Plan, told: Sequence[str] | None) -> tuple[str, ...]:
    """The kinds of doer that make an activity a joint one: those told, else those that the plan declares.

    Raises UnknownName for kinds that are none of the declared ones: no activity could ever be joint by them.
    """
    declared = plan.dimensions["doer"].ids if "doer" in plan.dimensions else None
    if told is None:
        return declared or ()
    unknown = [
        UnknownName(f"no doer named {kind!r}", where="dimension 'doer'", hint=nearest(kind, declared))
        for kind in dict.fromkeys(told)
        if declared is not None and kind not in declared
    ]
    if unknown:
        raise_all("not all of these kinds of doer are there", unknown)
    return tuple(told)


def chosen(
    belonging: Belonging, owners: Owners, *, units: Collection[str] | None = None, under: str | None = None
) -> list[Activity]:
    """The activities of owners at or below units, as far as they are part of a strategy, an activity or a goal."""
    inside = None if under is None else belonging.under(under)
    found = [one for id, one in belonging.activities.items() if inside is None or id in inside]
    return found if units is None else owners.at_or_below(found, units)


def activities(
    plan: Plan,
    organisation: Organisation,
    *,
    day: date,
    units: Collection[str] | None = None,
    under: str | None = None,
    doers: Sequence[str] | None = None,
    where: Node | None = None,
) -> pl.DataFrame:
    """One row an activity; dependencies are worked out over the whole plan, whatever is asked for.

    `where` keeps the rows for which it is true; raises PlanError for what can't be asked of their columns.
    """
    belonging, owners = Belonging(plan), Owners(organisation, day)
    everything = list(belonging.activities.values())
    late, waiting, schedule = late_ones(everything, day), waits(everything), scheduled(everything)
    top, required = frozenset(belonging.overarching), _required(plan, doers)
    rows = chosen(belonging, owners, units=units, under=under)
    waited = [waiting.get(one.id, ()) for one in rows]
    missing = [[kind for kind in required if kind not in one.doers] for one in rows]
    over = [() if one.id in top else belonging.above[one.id] for one in rows]
    columns: dict[str, list[Any]] = {name: [getattr(one, name) for one in rows] for name in _COPIED}
    columns |= {
        "activity": [one.id for one in rows],
        "strategy": [next(iter(belonging.strategies[one.id]), None) for one in rows],
        "parent": [next(iter(parents), None) for parents in over],
        "overarching": list(over),
        "kind": ["overarching" if one.id in top else "sub" for one in rows],
        "level": [owners.level(one.owner) for one in rows],
        "until": [day] * len(rows),
        "state": [_state(one, day) for one in rows],
        "late": [_late(one, late) for one in rows],
        "days_late": [(day - one.end).days if one.id in late and one.end else None for one in rows],
        "waits_for": list(waited),
        "late_because": [[name for name in names if name in late] for names in waited],
        "earliest_start": [schedule[one.id].start for one in rows],
        "earliest_end": [schedule[one.id].end for one in rows],
        "slack": [schedule[one.id].slack for one in rows],
        "critical": [schedule[one.id].critical for one in rows],
        "joint": [None if not required else not lacking for lacking in missing],
        "doers_missing": list(missing),
    }
    frame = pl.DataFrame(
        [
            _lists(name, columns[name]) if kind == _WORDS else pl.Series(name, columns[name], dtype=kind, strict=False)
            for name, kind in ACTIVITIES.items()
        ]
    )
    return frame if where is None else frame.filter(lower(where, frame.schema).expr.fill_null(False))


def _lists(name: str, values: Sequence[Sequence[str]]) -> pl.Series:
    """Lists of words as a column: many words at once, which polars takes in far faster than many lists."""
    row = [number for number, words in enumerate(values) for _ in words]
    word = [word for words in values for word in words]
    known = pl.DataFrame({"row": row, name: word}, schema={"row": pl.Int64, name: pl.String})
    rows = pl.DataFrame({"row": pl.int_range(len(values), eager=True)})
    lists = rows.join(known.group_by("row").agg(name), on="row", how="left", maintain_order="left")
    return lists[name].fill_null([])


def _state(one: Activity, day: date) -> str | None:
    """Where a day stands to an activity's own days; None where they don't tell."""
    if one.start is not None and day < one.start:
        return "to_come"
    if one.end is not None and day > one.end:
        return "over"
    return None if one.start is None else "under_way"


def _late(one: Activity, late: Collection[str]) -> bool | None:
    """Whether its end has passed without it being done; None where it has no end and isn't closed."""
    return None if one.end is None and one.status not in CLOSED else one.id in late
