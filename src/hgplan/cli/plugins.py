"""`hgplan plugins`: what is installed and what each plugin brings, and how to begin another."""

from __future__ import annotations

import argparse
import json

import attrs

from hgplan.cli import new_plugin
from hgplan.cli.console import say, table_width
from hgplan.cli.exits import FAULTS, FINE
from hgplan.outputs import Column, table_text
from hgplan.plugins import Description, Plugins

__all__ = ["arguments", "run"]

_HEADINGS = ("Plugin", "Version", "From", "State", "Brings")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.usage = "hgplan plugins [-h] [--json] [new NAME [-o DIR]]"
    parser.add_argument("--json", action="store_true", help="a list of objects, for programs")
    actions = parser.add_subparsers(prog="hgplan plugins", metavar="new NAME", dest="action")
    new_plugin.arguments(actions.add_parser("new", description="Write a plugin that works, to begin from."))


def run(options: argparse.Namespace) -> int:
    """List the plugins, with what is wrong with them, or write a new one."""
    if options.action == "new":
        return new_plugin.run(options)
    rows = Plugins.discover().describe()
    if options.json:
        say(json.dumps([attrs.asdict(row) for row in rows], indent=2, ensure_ascii=False))
    else:
        say(_listing(rows))
    return FINE if all(row.status == "ok" for row in rows) else FAULTS


def _listing(rows: tuple[Description, ...]) -> str:
    if not rows:
        return "no plugins are installed"
    table = table_text(
        [Column(heading) for heading in _HEADINGS],
        [[row.name, row.version, row.distribution, row.status, _brings(row)] for row in rows],
        width=table_width(),
    )
    told = [fault for row in rows for fault in row.faults]
    told += [f"warning: {warning}" for row in rows for warning in row.warnings]
    return "\n".join([table, *([""] if told else []), *told])


def _brings(row: Description) -> str:
    return ", ".join(hook.removeprefix("hgplan_") for hook in row.hooks) or "nothing"
