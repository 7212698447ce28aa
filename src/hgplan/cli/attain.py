"""`hgplan attain`: goals held against facts."""

from __future__ import annotations

import argparse

from hgplan.cli.answers import ended, goal_wording, opened
from hgplan.cli.console import progress
from hgplan.cli.delivery import asked_form, deliver
from hgplan.cli.question import add_clocks, add_delivery, add_plan, add_span, asked_units
from hgplan.outputs import attainment_text

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_plan(parser)
    parser.add_argument("--goals", metavar="GOAL", nargs="+", help="ids of goals; unsaid: all")
    add_clocks(parser)
    add_span(parser)
    add_delivery(parser)


def run(options: argparse.Namespace) -> int:
    """Work out the attainment and hand it over."""
    asked_form(options)
    workspace = opened(options.plan, options.output)
    with progress("working out attainment"):
        frame = workspace.attainment(
            goals=options.goals,
            units=asked_units(options.units),
            every=options.every,
            until=options.until,
            known_on=options.known_on,
        )
    wording = goal_wording(workspace, options.language)
    deliver(frame, options, lambda width: attainment_text(frame, wording, width=width))
    return ended(workspace)
