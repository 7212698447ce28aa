"""What a workspace answers of how long people stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol

import polars as pl

from hgplan.engine import Clocks, Facts, Tree, life_tables
from hgplan.errors import PlanError
from hgplan.followup.proportions import check_share
from hgplan.followup.staying import CURVE, KEPT, curve, kept
from hgplan.metrics import Spells, parse
from hgplan.metrics.counts import Retained, Survival
from hgplan.metrics.rows import RowSet, Scope
from hgplan.model import Organisation, Plan
from hgplan.workspace.catalogue import Asked
from hgplan.workspace.questions import Day, Every, Several, Units, as_tree, asked_periods, asked_units

__all__ = ["Staying"]

_TAKEN: Final = frozenset({"unit", "level", "grain", "period_start", "period_end", *CURVE, *KEPT})


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _plan: Plan | None

    @property
    def _known(self) -> Facts: ...

    def measure(
        self,
        metrics: Asked | Sequence[Asked],
        *,
        units: Units = "root",
        by: str | Sequence[str] = (),
        every: Several = None,
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
    ) -> pl.DataFrame:
        """Metrics for every unit, period and group, each counted from rows."""
        ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...

    def _start(self, start: Day | None, until: date) -> date: ...


class Staying:
    """The verbs of a workspace that follow cohorts."""

    def survival(
        self: Asking,
        spells: Spells | str,
        horizon: str = "12mo",
        *,
        units: Units = "root",
        by: str | Sequence[str] = (),
        every: Every = None,
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        scope: Scope = "organisation",
        level: float = 0.95,
    ) -> pl.DataFrame:
        """How those who began stay, day by day up to a horizon: Kaplan and Meier's curve, with an interval.

        A cohort is those who began in a period of `every` (unsaid: in the whole range) in a unit, and in a group of
        `by`: a channel, an activity. `spells` is a table or rows of one (`"memberships.where(channel == 'door')"`).
        Columns: unit, level, grain, period_start, period_end, by..., day (of the stay), at_risk, left, censored (not
        watched any longer: by `until`, the horizon, or the table's own `censored`), survival, survival_low,
        survival_high. A row stands for each day on which somebody leaves or goes out of sight; the first is day 0. A
        cohort of nobody has no rows. The interval is Greenwood's on the scale log(-log S), at `level`; null while
        nobody has left, and when nobody stays.

        Raises PlanError for what are no spells, and for a level that is no probability.
        """
        check_share(level, "level", hint="0.95 for an interval of 95 %")
        measure = Survival(_rows(spells), horizon, scope=scope)
        clocks = self._clocks(until, known_on)
        groups = _groups(by)
        periods = asked_periods(
            every, self._start(start, clocks.until), clocks.until, self._plan, self._known.year_starts
        )
        tables = life_tables(
            self._known,
            measure,
            units=asked_units(units, self.organisation),
            periods=periods,
            by=groups,
            clocks=clocks,
            tree=as_tree(tree),
        )
        return curve(tables, groups, level=level)

    def retention(
        self: Asking,
        spells: Spells | str,
        horizon: str = "12mo",
        *,
        units: Units = "root",
        by: str | Sequence[str] = (),
        every: Every = None,
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        scope: Scope = "organisation",
        level: float = 0.95,
    ) -> pl.DataFrame:
        """How many of those who began are kept at a horizon: by cohort, and by channel, activity or whatever `by` says.

        Columns: unit, level, grain, period_start, period_end, by..., started, matured, kept, retained, retained_low,
        retained_high, survival, survival_low, survival_high, availability. `retained` is kept over matured: of those
        whose horizon has passed by `until`, the share in the state on that day, back or still, with Wilson's interval.
        `survival` is what Kaplan and Meier's curve says of staying that long without a break, from all who started,
        with Greenwood's interval on the scale log(-log S). Null is what can't be said: no one has matured, or left.

        Raises PlanError for what are no spells, and for a level that is no probability.
        """
        groups = _groups(by)
        rows = _rows(spells)
        asked = {"units": units, "every": every, "start": start, "until": until, "known_on": known_on, "tree": tree}
        retained = self.measure(Retained(rows, horizon, scope=scope), by=groups, **asked)  # type: ignore[arg-type]
        curves = Staying.survival(self, spells, horizon, by=groups, scope=scope, level=level, **asked)  # type: ignore[arg-type]
        return kept(retained, curves, groups, level=level)


def _groups(by: str | Sequence[str]) -> tuple[str, ...]:
    """The columns to group by; raises PlanError for those that the answers have already."""
    asked = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    for column in asked:
        if column in _TAKEN:
            raise PlanError(
                f"by={column!r}: the answer has a column {column!r} of its own", hint="give the table's another name"
            )
    return asked


def _rows(spells: Spells | str) -> RowSet:
    measure = parse(f"{spells}.active()")
    rows = getattr(measure, "rows", None)
    if not isinstance(rows, RowSet):
        raise PlanError(f"{str(spells)!r} is no rows of a table", hint="write memberships, or memberships.where(...)")
    return rows
