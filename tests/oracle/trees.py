"""Where a unit stands on a day: under its parents, open or closed."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from hgplan.model import Organisation, Unit


class Tree:
    """The organisation as one question sees it: the tree of each day, or the tree of one day for all days."""

    def __init__(self, organisation: Organisation, tree: Literal["day"] | date) -> None:
        self.histories: dict[str, list[Unit]] = {}
        for row in organisation.rows:
            self.histories.setdefault(row.id, []).append(row)
        for history in self.histories.values():
            history.sort(key=lambda row: (row.opened or date.min, row.closed or date.max))
        self.as_of = None if tree == "day" else tree
        self.root = next(row.id for row in organisation.rows if row.parent is None)
        self.up = cache(self._up)
        self.is_open = cache(self._is_open)

    def __contains__(self, unit: str) -> bool:
        return unit in self.histories

    def parent(self, unit: str, day: date) -> str | None:
        """The unit above; before its first row a unit has its first parent, after its last row its last one."""
        begun = [row for row in self.histories[unit] if (row.opened or date.min) <= day]
        return (begun[-1] if begun else self.histories[unit][0]).parent

    def _up(self, unit: str, day: date) -> tuple[str, ...]:
        """The unit and everything above it."""
        seen = [unit]
        while (parent := self.parent(seen[-1], self.as_of or day)) is not None:
            seen.append(parent)
        return tuple(seen)

    def _is_open(self, unit: str, day: date) -> bool:
        # A unit is open or closed on the day itself, whatever day the tree is of.
        return any(
            (row.opened or date.min) <= day and (row.closed is None or day < row.closed) for row in self.histories[unit]
        )

    def level(self, unit: str) -> str | None:
        """The newest level that is said of a unit."""
        return next((row.level for row in reversed(self.histories[unit]) if row.level), None)

    def has_units_below(self, unit: str) -> bool:
        """Whether any unit names this one as its parent: ever, or in the one tree that is asked."""
        if self.as_of is None:
            return any(row.parent == unit for history in self.histories.values() for row in history)
        return any(self.parent(other, self.as_of) == unit for other in self.histories)

    def of_level(self, level: str | None) -> list[str]:
        """The units of a level; with no level, those that have none below."""
        if level is None:
            return [unit for unit in self.histories if not self.has_units_below(unit)]
        return [unit for unit in self.histories if self.level(unit) == level]
