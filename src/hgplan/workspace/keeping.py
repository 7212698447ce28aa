"""What a workspace keeps: the states of a question, to be asked again at once and to follow the facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from hgplan.engine import Clocks, Facts, Keeping, Progress, Tree
from hgplan.metrics import Metric
from hgplan.model import Organisation, Plan
from hgplan.workspace.catalogue import Asked, listed
from hgplan.workspace.questions import Day, Several, Units, as_tree, asked_calendars, asked_periods, asked_units
from hgplan.workspace.states import KeptStates, kept, opened

__all__ = ["States"]


class Asking(Protocol):
    """What of a workspace is needed to answer."""

    organisation: Organisation
    _plan: Plan | None

    @property
    def _known(self) -> Facts: ...

    def metric(self, name: Asked) -> Metric:
        """A metric by its name, or made of a measure or a formula."""
        ...

    def metrics(self) -> tuple[str, ...]:
        """The names of all metrics that can be asked for."""
        ...

    def _all_metrics(self, asked: Sequence[Asked]) -> list[Metric]: ...

    def _clocks(self, until: Day | None, known_on: Day | None) -> Clocks: ...

    def _start(self, start: Day | None, until: date) -> date: ...


class States:
    """The verbs of a workspace that keep states."""

    def save_states(
        self: Asking,
        folder: str | Path,
        metrics: Asked | Sequence[Asked] | None = None,
        *,
        units: Units = "all",
        every: Several = ("month", "quarter", "year"),
        start: Day | None = None,
        until: Day | None = None,
        known_on: Day | None = None,
        tree: Tree | str = "day",
        memory: str | int | None = None,
        progress: Progress | None = None,
    ) -> KeptStates:
        """Keep the answer to a question in a folder, with the rows that it was counted from (unsaid: all metrics).

        What adds up over people is kept as such, so that it follows rows that are appended, corrected or deleted; what
        doesn't (quantiles, survival, aggregates, floats) is worked out from the kept rows when it is asked. What an
        earlier call kept in the folder is replaced when all of it is written.
        """
        asked = list(self.metrics()) if metrics is None else listed(metrics)
        clocks = self._clocks(until, known_on)
        first, facts = self._start(start, clocks.until), self._known
        periods = [
            asked_periods(one, first, clocks.until, self._plan, facts.year_starts) for one in asked_calendars(every)
        ]
        question = Keeping(
            facts=facts,
            metrics=tuple(self._all_metrics(asked)),
            units=asked_units(units, self.organisation),
            periods=tuple(periods),
            clocks=clocks,
            tree=as_tree(tree),
        )
        return kept(Path(folder), facts, question, memory=memory, progress=progress)

    def kept_states(self: Asking, folder: str | Path) -> KeptStates:
        """The states that are kept in a folder.

        Raises PlanError where nothing is kept there, and, all together, for what was defined otherwise when they were.
        """
        return opened(Path(folder), self._known, self.metric)
