"""The sub-activities of a table that many hands fill: every cell of every row checked, and all faults told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Final, TypeVar

import attrs

from hgplan.errors import DataError, HgplanError, Location, PlanError, nearest, raise_all
from hgplan.model import LISTS, STATUSES, Activity, Organisation, Plan
from hgplan.model.activities import KINDS_OF_LIST
from hgplan.model.consistency import Words
from hgplan.workspace.cells import LINE, Row, day_in, list_in, number_in, text_in, truth_in

__all__ = ["with_activities"]

_T = TypeVar("_T")
_FIELDS: Final = tuple(field.name for field in attrs.fields(Activity) if field.name != "quote")
_CELLS: Final[Mapping[str, Callable[[Row, str], object]]] = {
    **dict.fromkeys(LISTS, list_in), **dict.fromkeys(("start", "end"), day_in),
    **dict.fromkeys(("budget", "hours"), number_in), "recruiting": truth_in,
}  # fmt: skip
_ODD: Final = re.compile(r"\s*[,/+&\n]\s*")
_PLACE: Final = re.compile(r"sub_activities\[(\d+)\]")
_HEAD: Final = re.compile(r"[.\[]")


def with_activities(
    plan: Plan, rows: Iterable[Row], name: str | None = None, *, organisation: Organisation | None = None
) -> Plan:
    """The plan with the sub-activities of a table, whose columns are an activity's.

    Words of a list stand with `;` between, the status is one of planned, ongoing, done and cancelled, and an owner is a
    unit of `organisation` (None: nobody knows the units, and owners go unchecked).

    Raises DataError with every fault of every row at its line, circles and ids used twice included.
    """
    table = _Table(plan, list(rows), name or "activities", organisation)
    found = [table.activity(row, number) for number, row in enumerate(table.rows, 1)]
    whole: Plan | None = None
    try:
        whole = attrs.evolve(plan, sub_activities=(*plan.sub_activities, *found), activity_rows=None)
    except PlanError as group:
        table.place(group.faults, len(plan.sub_activities))
    if whole is None or table.faults:
        raise_all(f"{table.name} can't be read", table.faults)
    return whole


class _Table:
    """The rows under reading, with what is known of their words, and the faults so far."""

    def __init__(self, plan: Plan, rows: list[Row], name: str, organisation: Organisation | None) -> None:
        self.rows, self.name = rows, name
        self.faults: list[DataError] = []
        self._lines = [int(str(row.get(LINE, number))) for number, row in enumerate(rows, 1)]
        self._units = None if organisation is None else Words("unit", organisation.units)
        titles = {} if organisation is None else {organisation.title(unit): unit for unit in organisation.units}
        self._titles = {title.casefold(): unit for title, unit in titles.items()}
        activities = {activity.id for _, activity in plan.activities()} | {text_in(row, "id") or "" for row in rows}
        goals = {goal.id for _, goal in plan.goals()}
        self._known: dict[str, Set[str]] = {
            "contributes": activities | goals,
            "aligns": activities | goals,
            "depends_on": activities,
            "phases": {phase.id for phase in plan.phases},
        }
        for column, dimension in KINDS_OF_LIST.items():
            if dimension in plan.dimensions:
                self._known[column] = set(plan.dimensions[dimension].ids)
        for column in dict.fromkeys(column for row in rows for column in row):
            if column != LINE and column not in _FIELDS:
                what = f"unknown column {column!r}"
                self.faults.append(DataError(what, where=Location(self.name, 1), hint=nearest(column, _FIELDS)))

    def activity(self, row: Row, number: int) -> Activity:
        """The activity of a row, as far as it can be read; what can't is told and left out."""
        line = self._lines[number - 1]
        said = [(name, read) for name, read in _CELLS.items() if row.get(name) is not None]
        given: dict[str, object] = {name: self._cell(row, name, read, line) for name, read in said}
        for column in LISTS:
            given[column] = self._parted(column, given.get(column, ()), line)  # type: ignore[arg-type]  # a list of words
        id, title = text_in(row, "id"), text_in(row, "title")
        for column, text in (("id", id), ("title", title)):
            if text is None:
                self._tell(f"an activity needs {'an id' if column == 'id' else 'a title'}", line)
        given["status"] = self._status(text_in(row, "status"), line)
        given["owner"] = self._owner(text_in(row, "owner"), line)
        return self._made(id or f"{self.name}:{line}", title or "?", given, line)

    def place(self, faults: Iterable[HgplanError], before: int) -> None:
        """Tell faults of the plan with its new activities where they stand in the table."""
        for fault in faults:
            at = _PLACE.match(str(fault.where))
            here = Location(self.name, self._line(at, before)) if at else fault.where
            other = _PLACE.search(fault.hint or "")
            hint = f"first at line {self._line(other, before)}" if other else fault.hint
            self.faults.append(DataError(fault.what, where=here, hint=hint))

    def _line(self, found: re.Match[str], before: int) -> int:
        return self._lines[int(found[1]) - before]

    def _tell(self, what: str, line: int, hint: str | None = None) -> None:
        self.faults.append(DataError(what, where=Location(self.name, line), hint=hint))

    def _cell(self, row: Row, name: str, read: Callable[[Row, str], _T], line: int) -> _T | None:
        try:
            return read(row, name)
        except PlanError as fault:
            self._tell(fault.what, line, fault.hint)
            return None

    def _parted(self, column: str, words: tuple[str, ...], line: int) -> tuple[str, ...]:
        """The words of a list; a word that is several known ones with something else than `;` between is told."""
        known = self._known.get(column)
        if known is None or all(word in known for word in words):
            return words
        found: list[str] = []
        for word in words:
            parts = _ODD.split(word)
            if word not in known and len(parts) > 1 and all(part in known for part in parts):
                self._tell(f"column {column!r} holds {word!r}, several words in one", line, f"write {';'.join(parts)}")
                found += parts
            else:
                found.append(word)
        return tuple(dict.fromkeys(found))

    def _status(self, word: str | None, line: int) -> str | None:
        if word is None or word in STATUSES:
            return word
        near = nearest(word, STATUSES) or ""
        hint = near if near.startswith("did") else f'{near}; own words: values = {{ status = {{ "{word}" = "done" }} }}'
        self._tell(f"column 'status' holds {word!r}", line, hint)
        return None

    def _owner(self, owner: str | None, line: int) -> str | None:
        if owner is None or self._units is None or owner in self._units.ids:
            return owner
        titled = self._titles.get(owner.casefold())
        hint = f"did you mean {titled!r}?" if titled else self._units.hint(owner)
        self._tell(f"owner {owner!r} is no unit of the organisation", line, hint)
        return None

    def _made(self, id: str, title: str, given: Mapping[str, object], line: int) -> Activity:
        try:
            return Activity(id=id, title=title, **given)  # type: ignore[arg-type]  # read by column, and checked there
        except PlanError as group:
            for fault in group.faults:
                self._tell(fault.what, line, fault.hint)
            broken = {_HEAD.split(str(fault.where))[0] for fault in group.faults}
        # What is sound of it is looked at further, and others may name it.
        return self._made(id, title, {at: value for at, value in given.items() if at not in broken}, line)
