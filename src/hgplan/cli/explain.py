"""`hgplan explain`: what a figure is made of."""

from __future__ import annotations

import argparse

from hgplan.cli.answers import ended, opened
from hgplan.cli.console import progress, say
from hgplan.cli.question import add_clocks, add_plan
from hgplan.outputs import printable

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_plan(parser)
    parser.add_argument("metric", metavar="METRIC", help="a metric's name, or a formula in quotes")
    parser.add_argument("--unit", metavar="U", required=True, help="the id of a unit")
    parser.add_argument("--period", metavar="P", required=True, help="2022, 2022-Q1, 2022-03, a phase's id, ...")
    add_clocks(parser)
    parser.add_argument("--json", action="store_true", help="an object, for programs")


def run(options: argparse.Namespace) -> int:
    """Explain the figure."""
    workspace = opened(options.plan)
    with progress("working out the figure"):
        explanation = workspace.explain(
            options.metric,
            unit=options.unit,
            period=options.period,
            until=options.until,
            known_on=options.known_on,
        )
    if options.json:
        say(explanation.to_json())
    else:
        say("\n".join(printable(line) for line in str(explanation).splitlines()))
    return ended(workspace)
