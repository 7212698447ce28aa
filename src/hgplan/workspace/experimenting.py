"""What a workspace answers of the plan's experiments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import polars as pl

from hgplan.engine import Clocks, Facts, Tree
from hgplan.errors import UnknownName, nearest, raise_all
from hgplan.followup import experiments as _experiments
from hgplan.model import Period, Plan
from hgplan.workspace.bindings import Bindings
from hgplan.workspace.blame import Blame
from hgplan.workspace.questions import Day, as_tree

__all__ = ["Experimenting"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    _blame: Blame

    @property
    def plan(self) -> Plan:
        """The plan; raises PlanError where there is none."""
        ...

    @property
    def _known(self) -> Facts: ...

    def _bound(self) -> Bindings: ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...

    def _start(self, start: Day | None, until: date) -> date: ...


class Experimenting:
    """The verb of a workspace that follows experiments up."""

    def experiments(
        self: Asking,
        experiments: Sequence[str] | None = None,
        *,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        level: float = 0.95,
    ) -> pl.DataFrame:
        """How the plan's experiments went: one row for each arm, counted from the facts.

        Columns: experiment, title, hypothesis, assigned, metric, start, end, until, known_on, state (planned, running,
        ended), arm, is_control, successes, trials, rate, rate_low, rate_high (Wilson), control_rate, difference,
        difference_low, difference_high (Newcombe), relative, z, p, p_holm, false_positive_risk, cautions (many arms,
        peeking, clusters, few).
        """
        clocks, plan = self._clocks(until, known_on), self.plan
        known = {one.id: one for one in plan.experiments}
        asked = list(known) if experiments is None else list(dict.fromkeys(experiments))
        unknown = [
            UnknownName(f"no experiment named {id!r}", where=f"plan {plan.id!r}", hint=nearest(str(id), known))
            for id in asked
            if id not in known
        ]
        if unknown:
            raise_all("the experiments can't be followed", unknown)
        whole = plan.period or Period(id="data", start=self._start(None, clocks.until), end=clocks.until)
        return _experiments(
            [known[id] for id in asked],
            self._known,
            self._bound().of,
            whole=whole,
            clocks=clocks,
            tree=as_tree(tree),
            level=level,
            ask=self._blame.figures,
        )
