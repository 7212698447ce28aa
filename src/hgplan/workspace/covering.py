"""What a workspace answers of coverage: where nothing is done, how varied activities are, and how recruiting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol, get_args

import polars as pl

from hgplan.engine import Clocks, Facts
from hgplan.errors import PlanError
from hgplan.followup.axes import open_units
from hgplan.followup.coverage import cells, markers, variety
from hgplan.followup.scope import Counted, Scope
from hgplan.followup.table_coverage import TableAxes, column_of, table_cells
from hgplan.metrics.parse import parse_predicate
from hgplan.metrics.rows import check_choice
from hgplan.metrics.tables import Asked
from hgplan.model import Organisation, Plan
from hgplan.workspace.blame import Blame
from hgplan.workspace.coverage import Coverage
from hgplan.workspace.questions import Day, Units, asked_days, asked_units

__all__ = ["Covering"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _plan: Plan | None
    _blame: Blame

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    @property
    def _known(self) -> Facts: ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...

    def _start(self, start: Day | None, until: date) -> date: ...


class Covering:
    """The verbs of a workspace that look for what lacks."""

    def coverage(
        self: Asking,
        rows: str,
        columns: str,
        *,
        until: Day | None = None,
        units: Units | None = None,
        under: str | None = None,
        where: Asked | None = None,
        kind: Counted = "sub",
        distinct: str | None = None,
        period: str | None = None,
        known_on: Day | None = None,
    ) -> Coverage:
        """Which cells of a matrix have something in them: of activities, or of the rows of a table.

        A side is a level of the organisation or "unit" (the units open on the day `until`, each with what stands below
        it), "activity" (overarching ones), "strategy", "goal", "phase", "theme", "channel", "audience", "doer",
        "place", "partner" or "status". Counted are different sub-activities that aren't cancelled, or those of another
        `kind`; `under` keeps those that are part of a strategy, an activity or a goal, `where` those for which it is
        true of the columns of `Workspace.activities`. One with several words stands in several cells.

        Or a side is `table.column`, and the other one a column of the same table, or a level: counted are the rows of
        events (or different values of their column `distinct`), of spells those in the state on the last day, of
        snapshots the rows last reported, and of a dimension those in force. Here `where` looks at the columns of the
        table.

        `units` keeps what stands at or below units. `period` keeps activities that touch it and rows of its days, and
        has the units that were open in it; unsaid, every activity counts, and the rows from the plan's first day on.

        Words that a plan declares give the empty cells; where none are declared, the answer says so. Raises UnknownName
        for a side that there isn't.

        >>> from hgplan import Activity, Plan, Strategy, Workspace
        >>> fair, doors = Activity(id="fair", title="Fair"), Activity(id="doors", title="Doors")
        >>> stall = Activity(id="stall", title="A stall", contributes=["fair"], channels=["square"])
        >>> heard = Strategy(id="heard", title="Heard", activities=[fair, doors])
        >>> ws = Workspace(Plan(id="p", title="P", strategies=[heard], sub_activities=[stall]))
        >>> print(ws.coverage("activity", "channel", until="2022-03-31"))
        activity × channel, 31 March 2022: 1 of 2 cells are covered (50.0%)
        Doors: square
        Nobody declared the words of channel: these are those that occur.
        """
        clocks = self._clocks(until, known_on)
        within = None if units is None else asked_units(units, self.organisation)
        if any(column_of(name, self._known) is not None for name in (rows, columns)):
            axes = TableAxes.of(rows, columns, self._known)
            left, top, found, unplaced = table_cells(
                axes,
                self._known,
                self._plan,
                measure=axes.measure(where, distinct),
                within=within,
                days=asked_days(period, self._plan, self._start(None, clocks.until), clocks.until),
                clocks=clocks,
                ask=self._blame.figures,
            )
            counted = axes.table.name
        elif distinct is not None:
            hint = "leave it out: activities are counted once each"
            raise PlanError(f"distinct={distinct!r} is for the rows of a table", hint=hint)
        else:
            scope = _scope(self, clocks, units, under, where, kind, period)
            known = scope.counted(cancelled="status" in (rows, columns))
            left, top = scope.axis(rows, known), scope.axis(columns, known)
            (found, unplaced), counted = cells(left, top, known), "activities"
        return Coverage(
            rows=left.name,
            columns=top.name,
            counted=counted,
            until=clocks.until,
            cells=found,
            unplaced=unplaced,
            rows_declared=left.declared,
            columns_declared=top.declared,
        )

    def variety(
        self: Asking,
        axis: str,
        *,
        until: Day | None = None,
        units: Units = "root",
        under: str | None = None,
        where: Asked | None = None,
        kind: Counted = "sub",
        period: str | None = None,
    ) -> pl.DataFrame:
        """How many different words of a side of `coverage` are used, of those declared: one row an open unit.

        Columns: unit, level, until, axis, activities, used, declared, share, unused (list); the last three are null
        where nobody declared the words.

        >>> from hgplan import Activity, Plan, Workspace
        >>> talk = Activity(id="talk", title="A talk", themes=["legal", "school"])
        >>> ws = Workspace(Plan(id="p", title="P", sub_activities=[talk]))
        >>> ws.variety("theme", until="2022-03-31").select("activities", "used", "share").row(0)
        (1, 2, None)
        """
        clocks = self._clocks(until, None)
        scope = _scope(self, clocks, None, under, where, kind, period)
        counted = scope.counted(cancelled=axis == "status")
        return variety(scope.axis(axis, counted), counted, scope.owners, _there(self, units, scope))

    def recruiting_markers(
        self: Asking,
        *,
        until: Day | None = None,
        units: Units = "root",
        under: str | None = None,
        where: Asked | None = None,
        kind: Counted = "sub",
        period: str | None = None,
    ) -> pl.DataFrame:
        """How many activities say at all whether they recruit, and how many of those do: one row an open unit.

        Columns: unit, level, until, activities, marked, marked_share (of activities), recruiting, recruiting_share (of
        those marked); a share of nothing is null.

        >>> from hgplan import Activity, Plan, Workspace
        >>> marks = enumerate([True, False, None, None])
        >>> marked = [Activity(id=str(number), title="A", recruiting=mark) for number, mark in marks]
        >>> told = Workspace(Plan(id="p", title="P", sub_activities=marked)).recruiting_markers(until="2022-03-31")
        >>> told.select("activities", "marked", "marked_share", "recruiting_share").row(0)
        (4, 2, 0.5, 0.5)
        """
        clocks = self._clocks(until, None)
        scope = _scope(self, clocks, None, under, where, kind, period)
        return markers(scope.counted(), scope.owners, _there(self, units, scope))


def _there(asking: Asking, units: Units, scope: Scope) -> Collection[str]:
    """The units asked for: of a level, or of all, those that are open; those that are named, whatever they are."""
    organisation = asking.organisation
    asked = asked_units(units, organisation)
    many = isinstance(units, str) and len(asked) > 1
    return open_units(organisation, asked, None, scope.days) if many else asked


def _scope(
    asking: Asking,
    clocks: Clocks,
    units: Units | None,
    under: str | None,
    where: Asked | None,
    kind: Counted,
    period: str | None,
) -> Scope:
    check_choice(kind, "kind", get_args(Counted))
    return Scope(
        plan=asking.plan,
        organisation=asking.organisation,
        day=clocks.until,
        units=None if units is None else asked_units(units, asking.organisation),
        under=under,
        where=None if where is None else parse_predicate(where).node,
        kind=kind,
        period=None if period is None else asking.plan.parse_period(period),
    )
