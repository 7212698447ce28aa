"""States as sets of days: on which days each entity is in the state at each unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import attrs

from oracle.days import ONE_DAY, before, days_between
from oracle.facts import Fact
from oracle.trees import Tree


@attrs.frozen
class Run:
    """A stretch in the state without a gap, on [start, end); without an end while it still holds."""

    start: date
    end: date | None


class State:
    """The days in the state of every entity at every unit, from the spells that make it."""

    def __init__(self, spells: Iterable[Fact], tree: Tree, until: date, bridges: Sequence[str] = ()) -> None:
        self._tree, self._until, self._bridges = tree, until, bridges
        # reading: a spell of nobody (a null entity) is in no state.
        self.spells = [spell for spell in spells if spell.entity is not None]
        self._days: dict[tuple[str, Any], set[date]] = defaultdict(set)
        self._points: dict[tuple[str, Any], set[date]] = defaultdict(set)
        self._runs: dict[tuple[str, Any], list[Run]] = {}
        for spell in self.spells:
            if spell.end == spell.day:
                for unit in tree.up(spell.unit, spell.day):
                    self._points[unit, spell.entity].add(spell.day)
            else:
                last = until if spell.end is None else spell.end - ONE_DAY
                for day in days_between(spell.day, last):
                    for unit in tree.up(spell.unit, day):
                        self._days[unit, spell.entity].add(day)

    def entities(self, unit: str) -> list[Any]:
        """Everybody who is ever in the state at the unit, or begins and ends there on one day."""
        return list(dict.fromkeys(entity for at, entity in [*self._days, *self._points] if at == unit))

    def runs(self, unit: str, entity: Any) -> list[Run]:
        """An entity's merged runs at a unit, the earliest first."""
        if (unit, entity) not in self._runs:
            self._runs[unit, entity] = self._bridge(self._merged(unit, entity))
        return self._runs[unit, entity]

    def _merged(self, unit: str, entity: Any) -> list[Run]:
        days = self._days.get((unit, entity), set())
        points = self._points.get((unit, entity), set())
        runs = []
        for first in sorted(days):
            if first - ONE_DAY not in days:
                last = first
                while last + ONE_DAY in days:
                    last += ONE_DAY
                runs.append(Run(first, None if last == self._until else last + ONE_DAY))
        alone = [Run(point, point) for point in points if point not in days and point - ONE_DAY not in days]
        return sorted(runs + alone, key=lambda run: run.start)

    def _bridge(self, runs: list[Run]) -> list[Run]:
        for gap in self._bridges:
            joined: list[Run] = []
            for run in runs:
                if joined and joined[-1].end is not None and before(run.start, gap) <= joined[-1].end:
                    joined[-1] = Run(joined[-1].start, run.end)
                else:
                    joined.append(run)
            runs = joined
        return runs

    def holds(self, unit: str, entity: Any, day: date) -> bool:
        """Whether the entity is in the state at the unit on the day; what holds at `until` holds on."""
        return any(run.start <= day and (run.end is None or day < run.end) for run in self.runs(unit, entity))

    def covering(self, unit: str, entity: Any, day: date) -> list[Fact]:
        """The spells that hold the entity in the state at the unit on the day."""
        return [
            spell
            for spell in self.spells
            if spell.entity == entity
            and spell.day <= day
            and (spell.end is None or day < spell.end)
            and unit in self._tree.up(spell.unit, day)
        ]

    def points(self, unit: str, entity: Any, day: date) -> list[Fact]:
        """The spells of no length on the day."""
        return [
            spell
            for spell in self.spells
            if spell.entity == entity and spell.day == spell.end == day and unit in self._tree.up(spell.unit, day)
        ]
