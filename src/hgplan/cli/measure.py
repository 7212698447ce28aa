"""`hgplan measure`: metrics worked out, by unit, period and group."""

from __future__ import annotations

import argparse

from hgplan.cli.answers import ended, metric_wording, opened
from hgplan.cli.console import progress
from hgplan.cli.delivery import asked_form, deliver
from hgplan.cli.question import add_clocks, add_delivery, add_plan, add_span, asked_units, day
from hgplan.outputs import figures_text

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_plan(parser)
    parser.add_argument("metrics", metavar="METRIC", nargs="+", help="a metric's name, or a formula in quotes")
    add_span(parser)
    parser.add_argument(
        "--by", metavar="COLUMN", action="append", default=[], help="split by a column of the facts; may be repeated"
    )
    parser.add_argument("--from", metavar="DAY", dest="start", type=day, help="the day whose period is the first")
    add_clocks(parser)
    parser.add_argument("--tree", metavar="DAY", type=day, help="the organisation as of a day; unsaid: of each day")
    add_delivery(parser)


def run(options: argparse.Namespace) -> int:
    """Work out the figures and hand them over."""
    asked_form(options)
    workspace = opened(options.plan, options.output)
    with progress("working out figures"):
        frame = workspace.measure(
            options.metrics,
            units=asked_units(options.units),
            by=[column for asked in options.by for column in asked.split(",")],
            every=options.every,
            start=options.start,
            until=options.until,
            known_on=options.known_on,
            tree=options.tree or "day",
        )
    wording = metric_wording(workspace, options.metrics, options.language)
    deliver(frame, options, lambda width: figures_text(frame, wording, width=width))
    return ended(workspace)
