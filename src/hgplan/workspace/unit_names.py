"""The units that a plan names, held against those that there are."""

from __future__ import annotations

from collections.abc import Iterator

from hgplan.errors import UnknownName
from hgplan.model import Goal, Organisation, Plan
from hgplan.model.consistency import Words, named_parts
from hgplan.model.faults import path

__all__ = ["unit_faults"]


def unit_faults(plan: Plan, organisation: Organisation) -> Iterator[UnknownName]:
    """Units of targets and assessments that the organisation doesn't have.

    >>> from hgplan.model import Target
    >>> goal = Goal(id="more", title="More", targets=[Target(period="2022", unit="nort", at_least=5)])
    >>> [fault] = unit_faults(Plan(id="p", title="P", direct_goals=[goal]), Organisation.single("north"))
    >>> fault.where, fault.hint
    ('direct_goals[0].targets[0].unit', "did you mean 'north'?")
    """
    words = Words("unit", organisation.units)
    parts = named_parts(
        phases=(),
        strategies=plan.strategies,
        direct_goals=plan.direct_goals,
        direct_activities=(),
        vision=plan.vision,
    )
    named = [
        ((*entry.where, "targets", index, "unit"), target.unit)
        for entry in parts
        if isinstance(entry.part, Goal)
        for index, target in enumerate(entry.part.targets)
    ]
    named += [(("assessments", index, "unit"), one.unit) for index, one in enumerate(plan.assessments)]
    for where, unit in named:
        if unit is not None and unit not in words.ids:
            yield UnknownName(f"no unit named {unit!r}", where=path(*where), hint=words.hint(unit))
