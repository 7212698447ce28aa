"""What the commands that compute share: the workspace of a plan, and the words its answers are shown in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import hgplan
from hgplan.cli.console import note_internal, progress, tell_faults
from hgplan.cli.delivery import spare
from hgplan.cli.exits import FAULTS, FINE
from hgplan.model.periods import grain_of
from hgplan.outputs import Wording, as_language

if TYPE_CHECKING:
    from hgplan import Plan, Workspace

__all__ = ["ended", "goal_wording", "metric_wording", "opened"]


def opened(path: Path, output: Path | None = None) -> Workspace:
    """The workspace of a plan file, of whose files none may be the one that the answer is written to."""
    spare(output, [path])
    with progress(f"reading {path}"):
        workspace = hgplan.open(path)
    spare(output, [path.parent / name for name in _files(workspace.plan)])
    return workspace


def _files(plan: Plan) -> Iterator[str]:
    for rows in (plan.unit_rows, plan.target_rows, plan.activity_rows, plan.assessment_rows, *plan.tables.values()):
        if rows is not None and rows.source is not None and rows.source.path is not None:
            yield rows.source.path


def goal_wording(workspace: Workspace, language: str | None) -> Wording:
    """How the plan's goals are written: figures in each goal's own unit, or in that of its metric."""
    return _wording(workspace, language, {goal.id: workspace.unit_of(goal) for _, goal in workspace.plan.goals()})


def metric_wording(workspace: Workspace, metrics: Iterable[str], language: str | None) -> Wording:
    """How metrics are written, each in its own unit; a formula has none."""
    found = [workspace.metric(name) for name in metrics]
    return _wording(workspace, language, {metric.id: metric.unit for metric in found})


def ended(workspace: Workspace) -> int:
    """The exit code after an answer was delivered, with its remarks on standard error."""
    note_internal()
    return FAULTS if tell_faults(workspace.faults) else FINE


def _wording(workspace: Workspace, language: str | None, measured_in: Mapping[str, str | None]) -> Wording:
    plan = workspace.plan
    own = plan.period
    # A plan of one year is followed up for that year; only a time that no grain names is called the plan's.
    is_named = own is not None and grain_of(own, year_starts=plan.calendar.year_starts) is None
    spans = [*plan.dated_phases, *([own] if own is not None and is_named else [])]
    return Wording(
        language=as_language(language or plan.language),
        unit_title=workspace.organisation.title,
        measured_in=measured_in,
        year_starts=plan.calendar.year_starts,
        named={(span.start, span.end): span.id for span in spans},
    )
