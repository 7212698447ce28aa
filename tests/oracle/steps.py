"""Row sets at a unit: the rows that are left after the steps, each on its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import attrs

from hgplan.metrics import Spells
from hgplan.metrics.rows import Bridged, During, Ends, First, RowSet, SpellRows, Starts, Where
from oracle.days import ONE_DAY, before
from oracle.expressions import worth
from oracle.facts import Fact, Facts, QuestionError
from oracle.states import Run, State
from oracle.trees import Tree


@attrs.define(eq=False)
class Happening:
    """A row that counts on a day, placed by the tree of `place_day`."""

    fact: Fact
    day: date
    place_day: date
    run: Run | None = None

    @property
    def entity(self) -> Any:
        return self.fact.entity

    @property
    def unit(self) -> str:
        return self.fact.unit


class Rows:
    """Works out the rows of every row set of one question."""

    def __init__(self, facts: Facts, tree: Tree, until: date) -> None:
        self.facts, self.tree, self.until = facts, tree, until
        self.state = cache(self._state)
        self.at = cache(self._at)

    def spells(self, rowset: RowSet) -> tuple[list[Fact], list[str]]:
        """The spells that make a state, and the gaps that are bridged in it."""
        facts, bridges = self.facts.of(rowset.table), []
        for step in rowset.steps:
            if isinstance(step, Where):
                facts = [fact for fact in facts if self.holds(step, fact, fact.day)]
            elif isinstance(step, Bridged):
                # reading: `where` chooses spells, before or after `bridged` alike; gaps are closed in what is left.
                bridges.append(step.gap)
            else:
                raise AssertionError(step)
        return facts, bridges

    def _state(self, rowset: RowSet) -> State:
        spells, bridges = self.spells(rowset)
        return State(spells, self.tree, self.until, bridges)

    def holds(self, step: Where, fact: Fact, day: date) -> bool:
        """Whether the predicate is true of the row; the unknown is not."""
        return worth(step.predicate, lambda name: self.facts.read(fact.table, fact.row, day, name)) is True

    def value(self, happening: Happening, name: str) -> Any:
        """A column of the row, as it was on the row's day."""
        return self.facts.read(happening.fact.table, happening.fact.row, happening.day, name)

    def _at(self, rowset: RowSet, node: str) -> list[Happening]:
        """The rows of a row set at a unit, of all days until the last one asked."""
        table = self.facts.tables[rowset.table]
        steps = list(rowset.steps)
        if isinstance(table, Spells):
            turn = next((i for i, step in enumerate(steps) if isinstance(step, Starts | Ends | SpellRows)), None)
            if turn is None:
                raise QuestionError(f"{rowset} are spells, which happen on no day")
            rows = self._turned(RowSet(rowset.table, tuple(steps[:turn])), steps[turn], node)
            steps = steps[turn + 1 :]
        else:
            rows = [Happening(fact, fact.day, fact.day) for fact in self.facts.of(rowset.table)]
        if not any(isinstance(step, First) and step.scope == "organisation" for step in steps):
            rows = self.placed(rows, node)
        for step in steps:
            rows = self._after(step, rows, rowset, node)
        return self.placed(rows, node)

    def placed(self, rows: list[Happening], node: str) -> list[Happening]:
        """The rows that stand in the unit's subtree, each by the tree of its day."""
        return [row for row in rows if node in self.tree.up(row.unit, row.place_day)]

    def _turned(self, spells: RowSet, step: object, node: str) -> list[Happening]:
        match step:
            case Starts(scope=scope, gap=gap):
                return list(self._starts(self.state(spells), node, scope, gap))
            case Ends(scope=scope):
                return list(self._ends(self.state(spells), node, scope))
            case SpellRows(edge=edge):
                facts = self.spells(spells)[0]
                if edge == "start":
                    return [Happening(fact, fact.day, fact.day) for fact in facts]
                return [Happening(fact, fact.end, last_day(fact)) for fact in facts if fact.end is not None]
        raise AssertionError(step)

    def _starts(self, state: State, node: str, scope: str, gap: str | None) -> Iterable[Happening]:
        where = node if scope == "unit" else self.tree.root
        for entity in state.entities(where):
            previous: Run | None = None
            for run in state.runs(where, entity):
                away = previous is None or gap is None or (previous.end or date.max) <= before(run.start, gap)
                opening = state.covering(node, entity, run.start) + state.points(node, entity, run.start)
                if scope == "organisation":
                    # Credited to each unit with a spell that begins that day.
                    opening = [spell for spell in opening if spell.day == run.start]
                if away and opening:
                    yield Happening(min(opening, key=lambda s: s.precedence), run.start, run.start, run)
                previous = run

    def _ends(self, state: State, node: str, scope: str) -> Iterable[Happening]:
        where = node if scope == "unit" else self.tree.root
        for entity in state.entities(where):
            for run in state.runs(where, entity):
                if run.end is None:
                    continue
                closing = state.covering(node, entity, run.end - ONE_DAY) + state.points(node, entity, run.end)
                if scope == "organisation":
                    closing = [spell for spell in closing if spell.end == run.end]
                if closing:
                    spell = min(closing, key=lambda s: s.precedence)
                    # reading: an end of no length stands in the tree of its own day, there being no last day in.
                    placed = run.end if spell.end == spell.day else run.end - ONE_DAY
                    yield Happening(spell, run.end, placed, run)

    def _after(self, step: object, rows: list[Happening], rowset: RowSet, node: str) -> list[Happening]:
        match step:
            case Where():
                return [row for row in rows if self.holds(step, row.fact, row.day)]
            case First(scope=scope):
                pool = rows if scope == "unit" else self._pool(step, rowset, rows)
                first: dict[Any, Happening] = {}
                for row in sorted(pool, key=lambda row: (row.day, row.fact.precedence)):
                    if row.entity is not None:
                        first.setdefault(row.entity, row)
                return list(first.values())
            case During(spells=spells, scope=scope):
                state = self.state(spells)
                where = node if scope == "unit" else self.tree.root
                return [row for row in rows if row.entity is not None and state.holds(where, row.entity, row.day)]
        raise AssertionError(step)

    def _pool(self, step: First, rowset: RowSet, rows: list[Happening]) -> list[Happening]:
        """The rows among which the first of the whole organisation is found."""
        before_it = rowset.steps[: next(i for i, one in enumerate(rowset.steps) if one is step)]
        if any(isinstance(one, Starts | Ends) for one in before_it):
            # reading: of starts and ends, the first is the first of the whole organisation's own runs; the unit has it
            # if its own run begins (ends) with it.
            whole = self.at(RowSet(rowset.table, before_it), self.tree.root)
            own = {(row.entity, row.day): row for row in rows}
            return [own.get((row.entity, row.day), row) for row in whole]
        return rows


def last_day(spell: Fact) -> date:
    """The last day in the state; of a spell of no length its own day."""
    assert spell.end is not None
    return spell.day if spell.end == spell.day else spell.end - ONE_DAY
