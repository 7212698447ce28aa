"""What makes rows of units one dated tree, and what they must not do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import date
from itertools import pairwise

import attrs

from hgplan.errors import DataError, nearest
from hgplan.model.units import Rows, Unit

__all__ = ["Placement", "faults_of", "placements_of", "rows_by_unit"]


@attrs.frozen(kw_only=True)
class Placement:
    """Under which parent a unit stands from a day on and up to, but not on, another; None means without end."""

    unit: str
    parent: str | None
    start: date | None = None
    end: date | None = None


def rows_by_unit(rows: Sequence[Unit]) -> dict[str, list[Unit]]:
    """The rows of each unit from the earliest to the latest; units in the order in which they were declared."""
    found: dict[str, list[Unit]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)
    for history in found.values():
        if len(history) > 1:
            history.sort(key=lambda row: (row.begins, row.closed or date.max))
    return found


def placements_of(history: Sequence[Unit]) -> list[Placement]:
    """The parents of one unit over all time, without gaps.

    Before its first row a unit stands under its first parent; in a gap and after closing it keeps its last one.
    """
    spans: list[tuple[str | None, date | None]] = []
    for row in history:
        start = row.begins if spans else None
        if spans and spans[-1][1] == start and len(spans) > 1:
            spans.pop()
        if not spans or spans[-1][0] != row.parent:
            spans.append((row.parent, start))
    ends = [start for _, start in spans[1:]] + [None]
    return [
        Placement(unit=history[0].id, parent=parent, start=start, end=end)
        for (parent, start), end in zip(spans, ends, strict=True)
    ]


def faults_of(
    rows: Sequence[Unit], numbers: Sequence[int], *, told: Rows, unread: Set[str] = frozenset()
) -> list[DataError]:
    """Everything that keeps the rows from being one dated tree with one root.

    `unread` are units whose rows could not be read: they are told elsewhere, and nothing is concluded from them.
    """
    if not rows and not unread:
        return [DataError(f"{told.name} has no rows: an organisation has at least a root")]
    lines: dict[str, list[int]] = defaultdict(list)
    for row, line in zip(rows, numbers, strict=True):
        lines[row.id].append(line)
    histories = rows_by_unit(rows)
    faults = _overlaps(rows, numbers, told)
    faults += _orphans(rows, numbers, {*histories, *unread}, told)
    faults += _roots(histories, lines, told, certain=not unread)
    for day, cycle in _cycles(histories):
        ring = " -> ".join([*cycle, cycle[0]] if len(cycle) <= 12 else [*cycle[:6], "...", *cycle[-5:], cycle[0]])
        when = f" from {day} on" if day else ""
        where = told.at([line for unit in cycle for line in lines[unit]])
        faults.append(DataError(f"the organisation has a cycle{when}: {ring}", where=where, hint="cut one of them"))
    return faults


def _overlaps(rows: Sequence[Unit], numbers: Sequence[int], told: Rows) -> list[DataError]:
    faults: list[DataError] = []
    numbered: dict[str, list[tuple[Unit, int]]] = defaultdict(list)
    for row, line in zip(rows, numbers, strict=True):
        numbered[row.id].append((row, line))
    for unit, history in numbered.items():
        history.sort(key=lambda item: (item[0].begins, item[0].closed or date.max))
        for (earlier, first), (later, second) in pairwise(history):
            if earlier.closed is None or later.begins < earlier.closed:
                faults.append(
                    DataError(
                        f"two rows of unit {unit!r} overlap: one is closed {earlier.closed or 'never'},"
                        f" the next is opened {later.opened or 'always'}",
                        where=told.at([first, second], joint=" and "),
                        hint="a move closes the earlier row on the day on which the later one opens",
                    )
                )
    return faults


def _orphans(rows: Sequence[Unit], numbers: Sequence[int], known: Set[str], told: Rows) -> list[DataError]:
    faults: list[DataError] = []
    hints: dict[str, str | None] = {}
    for row, line in zip(rows, numbers, strict=True):
        if row.parent is None or row.parent in known:
            continue
        # A close match over many units takes long, so only the first few orphans get one.
        if row.parent not in hints:
            hints[row.parent] = nearest(row.parent, known) if len(hints) < 5 else None
        what = f"unit {row.id!r} has parent {row.parent!r}, which is no unit"
        faults.append(DataError(what, where=told.at([line]), hint=hints[row.parent]))
    return faults


def _roots(
    histories: Mapping[str, Sequence[Unit]], lines: Mapping[str, Sequence[int]], told: Rows, *, certain: bool
) -> list[DataError]:
    faults: list[DataError] = []
    roots = [unit for unit, history in histories.items() if any(row.parent is None for row in history)]
    for unit in roots:
        parents = [row.parent for row in histories[unit] if row.parent is not None]
        if parents:
            what = f"unit {unit!r} has no parent in one row and parent {parents[0]!r} in another"
            faults.append(DataError(what, where=told.at(lines[unit])))
    if len(roots) > 1:
        shown = ", ".join(map(repr, roots[:8])) + (f" and {len(roots) - 8} more" if len(roots) > 8 else "")
        what = f"the organisation has {len(roots)} roots: {shown}"
        where = told.at([line for unit in roots for line in lines[unit]])
        faults.append(DataError(what, where=where, hint="only the topmost unit has no parent"))
    if not roots and certain:
        faults.append(DataError("the organisation has no root", where=told.name, hint="the topmost unit has no parent"))
    return faults


def _cycles(histories: Mapping[str, Sequence[Unit]]) -> list[tuple[date | None, list[str]]]:
    """Each cycle with the day from which it stands, None for always."""
    parents: dict[str, str | None] = {}
    moves: dict[date, list[tuple[str, str | None]]] = defaultdict(list)
    for unit, history in histories.items():
        first, *later = placements_of(history)
        parents[unit] = first.parent
        for placement in later:
            assert placement.start is not None
            moves[placement.start].append((unit, placement.parent))
    found: dict[frozenset[str], tuple[date | None, list[str]]] = {}
    for cycle in _walk_up(parents, list(parents)):
        found[frozenset(cycle)] = (None, cycle)
    for day in sorted(moves):
        parents.update(moves[day])
        # Only a unit that moved can close a cycle, so only those are walked from.
        for cycle in _walk_up(parents, [unit for unit, _ in moves[day]]):
            found.setdefault(frozenset(cycle), (day, cycle))
    return list(found.values())


def _walk_up(parents: Mapping[str, str | None], starts: Sequence[str]) -> list[list[str]]:
    """The cycles met on the ways up; no recursion, each unit passed once."""
    done: set[str] = set()
    cycles: list[list[str]] = []
    for start in starts:
        way: dict[str, int] = {}
        unit: str | None = start
        while unit is not None and unit not in done and unit not in way:
            way[unit] = len(way)
            unit = parents.get(unit)
        if unit is not None and unit in way:
            cycles.append(list(way)[way[unit] :])
        done.update(way)
    return cycles
