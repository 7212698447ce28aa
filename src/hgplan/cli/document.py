"""`hgplan import`: a plan file from a plan document."""

from __future__ import annotations

import argparse
from pathlib import Path

from hgplan.cli.console import note, say, tell_faults
from hgplan.cli.delivery import spare
from hgplan.cli.exits import FAULTS, FINE
from hgplan.errors import PlanError
from hgplan.formats import dump_plan
from hgplan.formats.document import read_document
from hgplan.outputs import written_whole
from hgplan.plugins import Plugins
from hgplan.plugins.receipt import LANGUAGES

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("document", metavar="DOCUMENT.md", type=Path, help="the plan document, in Markdown")
    parser.add_argument("-o", "--output", metavar="plan.toml", type=Path, help="the plan file; unsaid: standard output")


def run(options: argparse.Namespace) -> int:
    """Read the document, write the plan, and list what found no place in it."""
    spare(options.output, [options.document])
    plugins = Plugins.discover()
    phrases = [phrase for language in LANGUAGES for phrase in plugins.phrases(language)]
    reading = read_document(_content(options.document), name=options.document.name, phrases=phrases)
    text = dump_plan(reading.plan)
    if options.output is None:
        say(text.removesuffix("\n"))
    else:
        with written_whole(options.output) as file:
            file.write(text.encode())
    for unplaced in reading.unplaced:
        note(f"not placed: {options.document.name}: {unplaced}")
    for _, goal in reading.plan.goals():
        if goal.metric is None:
            note(f"not bound: goal {goal.id!r} has no metric: no plugin's phrase names one in {goal.title!r}")
    return FAULTS if tell_faults(plugins.faults) else FINE


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PlanError(f"cannot read {str(path)!r}: {error.strerror}") from error
