"""The organisation: a tree of units that open, close and move on days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property

import attrs

from hgplan.errors import HgplanError, UnknownName, nearest, raise_all
from hgplan.model.trees import Placement, faults_of, placements_of, rows_by_unit
from hgplan.model.units import Rows, Unit, misspelt_columns, read_units

__all__ = ["Organisation"]


def _in_order(rows: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple(rows)


@attrs.frozen(cache_hash=True)
class Organisation:
    """A dated tree of units of any depth, with one root.

    A unit has one row for each stretch of time in one place: a move is a second row, opened on the day of the move, on
    which the earlier row is closed.

    >>> tree = Organisation.from_rows([
    ...     {"unit": "region", "parent": None, "level": "region"},
    ...     {"unit": "north", "parent": "region", "level": "association", "opened": "2022-03-01"},
    ... ])
    >>> tree.root, tree.levels, tree.is_open("north", date(2022, 2, 28))
    ('region', ('region', 'association'), False)
    """

    rows: tuple[Unit, ...] = attrs.field(converter=_in_order)

    def __attrs_post_init__(self) -> None:
        faults = faults_of(self.rows, range(1, len(self.rows) + 1), told=Rows("units"))
        if faults:
            raise_all("the organisation is no tree", faults)

    @classmethod
    def from_rows(
        cls, rows: Iterable[Mapping[str, object]], *, name: str = "units", lines: Sequence[int] | None = None
    ) -> Organisation:
        """Build an organisation from rows with ``unit, parent, title, level, opened, closed``.

        Cycles on any day, orphans, second roots, overlapping rows of a unit and ends before starts are refused by name,
        all at once, with the numbers of their rows; `name` says where the rows come from, and `lines` on which line of
        that file each of them stands.
        """
        told, given = Rows(name, lines is not None), list(rows)
        if given and isinstance(given[0], Mapping) and (misspelt := misspelt_columns(given[0], told)):
            raise_all(f"{name} can't be read", misspelt)
        read = read_units(zip(lines or range(1, len(given) + 1), given, strict=True), told=told)
        units, numbers = [unit for _, unit in read.units], [line for line, _ in read.units]
        tree = None
        if not read.faults:
            with suppress(HgplanError):
                tree = cls(units)
        if tree is None:  # told by the lines that the rows came from
            faults = read.faults + faults_of(units, numbers, told=told, unread=read.unread)
            raise_all("the organisation is no tree", faults)
        return tree

    @classmethod
    def single(cls, id: str = "organisation", *, title: str | None = None, level: str | None = None) -> Organisation:
        """An organisation of one unit, for those who have no tree.

        >>> Organisation.single("club").units
        ('club',)
        """
        return cls([Unit(id=id, title=title, level=level)])

    @cached_property
    def _histories(self) -> dict[str, list[Unit]]:
        return rows_by_unit(self.rows)

    @cached_property
    def _placements(self) -> dict[str, list[Placement]]:
        return {unit: placements_of(history) for unit, history in self._histories.items()}

    @cached_property
    def root(self) -> str:
        """The id of the topmost unit."""
        return next(row.id for row in self.rows if row.parent is None)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The ids of all units, in the order in which they were declared."""
        return tuple(self._histories)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The names of the levels from the top down."""
        return _from_the_top(self)

    def __len__(self) -> int:
        return len(self._histories)

    def __contains__(self, unit: object) -> bool:
        return unit in self._histories

    def history(self, unit: str) -> Sequence[Unit]:
        """The rows of a unit, the earliest first."""
        try:
            return self._histories[unit]
        except KeyError:
            raise UnknownName(f"no unit named {unit!r}", hint=nearest(str(unit), self._histories)) from None

    def title(self, unit: str) -> str:
        """The unit's newest title; its id where it has none."""
        return next((row.title for row in reversed(self.history(unit)) if row.title), unit)

    def level(self, unit: str) -> str | None:
        """The unit's newest level; None where none is said."""
        return next((row.level for row in reversed(self.history(unit)) if row.level), None)

    def units_at(self, level: str) -> tuple[str, ...]:
        """The ids of the units of a level, in declared order."""
        if level not in self.levels:
            raise UnknownName(f"no level named {level!r}", hint=nearest(str(level), self.levels))
        return tuple(unit for unit in self.units if self.level(unit) == level)

    def parent(self, unit: str, day: date) -> str | None:
        """The unit above on that day; a closed unit keeps its last parent, one not yet open has its first."""
        self.history(unit)
        spans = self._placements[unit]
        index = bisect_right(spans, day, key=lambda span: span.start or date.min) - 1
        return spans[max(index, 0)].parent

    def ancestors(self, unit: str, day: date) -> tuple[str, ...]:
        """The unit itself and all above it on that day, up to the root."""
        found = [unit]
        above = self.parent(unit, day)
        while above is not None:
            found.append(above)
            above = self.parent(above, day)
        return tuple(found)

    def is_open(self, unit: str, day: date) -> bool:
        """Whether the unit is open on that day."""
        return any(row.is_open(day) for row in self.history(unit))

    def open_spans(self, unit: str) -> tuple[tuple[date | None, date | None], ...]:
        """The stretches in which the unit is open: first day and the day after the last, None for without end."""
        spans: list[tuple[date | None, date | None]] = []
        for row in self.history(unit):
            if row.opened is not None and row.opened == row.closed:
                continue
            if spans and spans[-1][1] == row.opened:
                spans[-1] = (spans[-1][0], row.closed)
            else:
                spans.append((row.opened, row.closed))
        return tuple(spans)

    def placements(self) -> Iterator[tuple[str, str | None, date | None, date | None]]:
        """Unit, parent, first day and the day after the last, for every unit over all time and without gaps."""
        for spans in self._placements.values():
            for span in spans:
                yield span.unit, span.parent, span.start, span.end


def _from_the_top(organisation: Organisation) -> tuple[str, ...]:
    """Levels ordered so that parents come before children; where two stand above each other, the first declared."""
    level = {unit: organisation.level(unit) for unit in organisation.units}
    names = list(dict.fromkeys(name for name in level.values() if name is not None))
    above: dict[str, set[str]] = {name: set() for name in names}
    for unit, parent, _, _ in organisation.placements():
        own = level[unit]
        higher = level[parent] if parent is not None else None
        if own is not None and higher is not None and higher != own:
            above[own].add(higher)
    ordered: list[str] = []
    while names:
        free = [name for name in names if not above[name] - set(ordered)]
        chosen = free[0] if free else names[0]
        ordered.append(chosen)
        names.remove(chosen)
    return tuple(ordered)
