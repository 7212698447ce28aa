"""`hgplan check`: all that is wrong with a plan and its data, at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from hgplan.cli.answers import opened
from hgplan.cli.console import complain, progress, say, tell_faults
from hgplan.cli.exits import FAULTS, FINE, WRONG
from hgplan.cli.question import add_plan
from hgplan.errors import HgplanError
from hgplan.outputs import printable

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_plan(parser)


def run(options: argparse.Namespace) -> int:
    """Read everything, and tell all that is wrong at once."""
    workspace = opened(options.plan)
    # A plan without data yet is in order; one that names data is asked, so that every table of a goal is read.
    period = workspace.plan.period
    attain = partial(workspace.attainment, until=period.end if period else None)
    asked: list[Callable[[], object]] = [workspace.check, *([attain] if workspace.plan.tables else [])]
    with progress("reading the data"):
        wrong = {str(fault): fault for work in asked for fault in _faults(work)}
    for fault in wrong.values():
        complain(fault)
    if wrong:
        return WRONG
    plan = workspace.plan
    goals = [goal for _, goal in plan.goals()]
    counts = [
        _counted(len(plan.strategies), "strategy", "strategies"),
        _counted(len(goals), "goal", "goals"),
        _counted(sum(1 for _ in plan.activities()), "activity", "activities"),
        _counted(len(workspace.organisation), "unit", "units"),
    ]
    say(f"{options.plan}: in order: {', '.join(counts)}")
    for goal in goals:
        if not goal.is_quantified:
            lacks = "no metric" if goal.metric is None else "no target"
            say(f"{options.plan}: goal {printable(repr(goal.id))} has {lacks}: it is shown as unquantified")
    return FAULTS if tell_faults(workspace.faults) else FINE


def _faults(work: Callable[[], object]) -> tuple[HgplanError, ...]:
    try:
        work()
    except HgplanError as error:
        return error.faults
    return ()


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
