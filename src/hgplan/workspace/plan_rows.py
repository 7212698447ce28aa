"""Targets and assessments that come as tables, made by many hands: all rows checked, all faults told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeVar

import attrs

from hgplan.errors import DataError, HgplanError, Location, PlanError, UnknownName, nearest, raise_all
from hgplan.model import Assessment, Goal, Organisation, Plan, Strategy, Target
from hgplan.model.targets import COMPARATORS
from hgplan.workspace.cells import LINE, Row, day_in, number_in, text_in

__all__ = ["with_assessments", "with_targets"]

_T = TypeVar("_T")
_OF_TARGETS: Final = ("goal", "unit", "period", "comparator", "value", "value_to", "adopted", "reason")


@attrs.define
class _Cells:
    """A row that is read to its end, whatever is wrong with it."""

    row: Row
    of: str
    faults: list[HgplanError] = attrs.field(factory=list)

    def text(self, at: str) -> str | None:
        return text_in(self.row, at)

    def read(self, work: Callable[..., _T], *given: object) -> _T | None:
        """What the work gives; what it refuses is kept."""
        try:
            return work(*given)
        except PlanError as group:
            self.faults.extend(group.faults)
            return None

    def needed(self, work: Callable[[Row, str], _T | None], at: str) -> _T | None:
        """A cell that must not be empty."""
        before = len(self.faults)
        found = self.read(work, self.row, at)
        if found is None and len(self.faults) == before:
            self.faults.append(PlanError(f"{self.of} needs a {at}"))
        return found

    def known(self, at: str, name: str | None, names: Collection[str] | None) -> None:
        """A name, if there is one, is among those known."""
        if name is not None and names is not None and name not in names:
            self.faults.append(UnknownName(f"no {at} named {name!r}", hint=nearest(name, names)))


def with_targets(
    plan: Plan, rows: Sequence[Row], name: str | None, *, organisation: Organisation | None = None
) -> Plan:
    """The plan with the targets of a table (goal, unit, period, comparator, value, value_to, adopted, reason).

    Raises DataError with everything that is wrong in any row; without an organisation units aren't looked up.
    """
    goals = {goal.id for _, goal in plan.goals()}
    found: dict[str, list[Target]] = {}

    def read(cells: _Cells) -> None:
        goal, period = cells.needed(text_in, "goal"), cells.needed(text_in, "period")
        comparator, unit = cells.text("comparator") or "at_least", cells.text("unit")
        cells.known("goal", goal, goals)
        cells.known("comparator", comparator, COMPARATORS)
        cells.known("unit", unit, None if organisation is None else organisation.units)
        if period is not None:
            cells.read(plan.parse_period, period)
        value, to = cells.needed(number_in, "value"), cells.read(number_in, cells.row, "value_to")
        adopted = cells.read(day_in, cells.row, "adopted")
        if to is not None and comparator != "between":
            cells.faults.append(PlanError(f"value_to is for between, not for {comparator}", hint="leave it empty"))
        if cells.faults or goal is None or period is None or value is None:
            return
        figure = {comparator: (value, value if to is None else to) if comparator == "between" else value}
        said = {"period": period, "unit": unit, "adopted": adopted, "reason": cells.text("reason"), **figure}
        target = cells.read(lambda: Target(**said))  # type: ignore[arg-type]  # cells of many kinds, each read as its own
        if target is not None:
            found.setdefault(goal, []).append(target)

    _every(rows, name or "targets", _OF_TARGETS, "a target", read)

    def extended(goal: Goal) -> Goal:
        return attrs.evolve(goal, targets=(*goal.targets, *found[goal.id])) if goal.id in found else goal

    def whole(strategy: Strategy) -> Strategy:
        return attrs.evolve(strategy, goals=tuple(extended(goal) for goal in strategy.goals))

    vision = plan.vision and attrs.evolve(plan.vision, goals=tuple(extended(goal) for goal in plan.vision.goals))
    return attrs.evolve(
        plan,
        strategies=tuple(whole(strategy) for strategy in plan.strategies),
        direct_goals=tuple(extended(goal) for goal in plan.direct_goals),
        vision=vision,
        target_rows=None,
    )


def with_assessments(
    plan: Plan,
    rows: Sequence[Row],
    name: str | None,
    *,
    organisation: Organisation | None = None,
    whole: bool = True,
) -> Plan:
    """The plan with the judgements of a table, whose columns are an assessment's.

    Raises DataError with everything that is wrong in any row. Where the plan isn't `whole`, for its activities couldn't
    be read, the rows are checked and left out: what they judge may not be there.
    """
    goals = {goal.id for _, goal in plan.goals()}
    activities = {activity.id for _, activity in plan.activities()} if whole else None
    found: list[Assessment] = []

    def read(cells: _Cells) -> None:
        words = {at: cells.text(at) for at in ("goal", "activity", "unit", "reason", "remedy", "by")}
        cells.known("goal", words["goal"], goals)
        cells.known("activity", words["activity"], activities)
        cells.known("unit", words["unit"], None if organisation is None else organisation.units)
        if (words["goal"] is None) == (words["activity"] is None):
            cells.faults.append(PlanError("an assessment is of a goal or of an activity, one of the two"))
        day, judgement = cells.needed(day_in, "day"), cells.needed(text_in, "judgement")
        if not cells.faults and day is not None and judgement is not None:
            found.append(Assessment(day=day, judgement=judgement, **words))

    fields = [field.name for field in attrs.fields(Assessment)]
    _every(rows, name or "assessments", fields, "an assessment", read)
    if not whole:
        return plan
    return attrs.evolve(plan, assessments=(*plan.assessments, *found), assessment_rows=None)


def _every(rows: Sequence[Row], name: str, fields: Collection[str], of: str, read: Callable[[_Cells], None]) -> None:
    """Read every row; raises DataError with the faults of all, each with its line."""
    columns = dict.fromkeys(column for row in rows for column in row if column != LINE)
    faults = [
        DataError(f"unknown column {column!r}", where=Location(name, 1), hint=nearest(column, fields))
        for column in columns
        if column not in fields
    ]
    for number, row in enumerate(rows, 1):
        cells = _Cells(row, of)
        read(cells)
        place = Location(name, int(str(row.get(LINE, number))))
        faults += [DataError(fault.what, where=place, hint=fault.hint) for fault in cells.faults]
    if faults:
        raise_all(f"{name} can't be read", faults)
