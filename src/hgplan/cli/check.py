"""`hgplan check`: all that is wrong with a plan and its data, at once."""

from __future__ import annotations

import argparse

from hgplan.cli.answers import opened
from hgplan.cli.console import progress, say, tell_faults
from hgplan.cli.exits import FAULTS, FINE
from hgplan.cli.question import add_plan
from hgplan.outputs import printable

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_plan(parser)


def run(options: argparse.Namespace) -> int:
    """Read everything; what is wrong is raised and told by whoever called."""
    workspace = opened(options.plan)
    with progress("reading the data"):
        workspace.check()
    plan = workspace.plan
    goals = [goal for _, goal in plan.goals()]
    unquantified = [goal for goal in goals if not goal.is_quantified]
    counts = [
        _counted(len(plan.strategies), "strategy", "strategies"),
        _counted(len(goals), "goal", "goals"),
        _counted(sum(1 for _ in plan.activities()), "activity", "activities"),
        _counted(len(workspace.organisation), "unit", "units"),
    ]
    say(f"{options.plan}: in order: {', '.join(counts)}")
    for goal in unquantified:
        lacks = "no metric" if goal.metric is None else "no target"
        say(f"{options.plan}: goal {printable(repr(goal.id))} has {lacks}: it is shown as unquantified")
    return FAULTS if tell_faults(workspace.faults) else FINE


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
