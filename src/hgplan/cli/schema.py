"""`hgplan schema`: the JSON schema of plan files, for editors."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from hgplan.cli.console import say
from hgplan.cli.exits import FINE
from hgplan.formats import plan_schema
from hgplan.outputs import written_whole

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="a file, written whole or not at all")


def run(options: argparse.Namespace) -> int:
    """Print or write the schema."""
    text = json.dumps(plan_schema(), indent=2, ensure_ascii=False)
    if options.output is None:
        say(text)
    else:
        with written_whole(options.output) as file:
            file.write(f"{text}\n".encode())
    return FINE
