"""The command line: `hgplan COMMAND`, one module a command.

A command's module is imported when the command is asked for, and polars by those that compute, when they do.
"""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from typing import Final, Protocol, cast

from hgplan.cli.console import complain, note, quiet_end
from hgplan.cli.exits import FINE, INTERRUPTED, PIPE_CLOSED, USAGE, WRONG, UsageError
from hgplan.errors import HgplanError, nearest

__all__ = ["main"]

# command: (module, what it does)
_COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("demo", "write an example organisation with its plan and data, and print how far it has come"),
    "import": ("document", "read a plan document and write its plan file"),
    "check": ("check", "say all that is wrong with a plan and its data"),
    "attain": ("attain", "hold the plan's goals against its data"),
    "measure": ("measure", "work out metrics, by unit, period and group"),
    "explain": ("explain", "show what a figure is made of"),
    "plugins": ("plugins", "list the plugins and what each brings"),
    "schema": ("schema", "print the JSON schema of plan files"),
    "doctor": ("doctor", "look at the installation: versions, plugins, rights"),
}

# What standard output says when it leads to a full disk.
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO)

_EPILOG: Final = "exit codes: 0 fine, 1 the plan or the data is wrong, 2 usage, 3 delivered, but plugins had faults"


class Command(Protocol):
    """What a command's module has."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        ...

    def run(self, options: argparse.Namespace) -> int:
        """Do it, and give the exit code."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit code: 0 fine, 1 plan or data wrong, 2 usage, 3 delivered with faults.

    >>> main(["--version"])  # doctest: +ELLIPSIS
    hgplan ...
    0
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except SystemExit as left:
        # argparse leaves this way, for --help and for what it can't read.
        return left.code if isinstance(left.code, int) else FINE
    except UsageError as error:
        note(f"error: {error}")
        return USAGE
    except HgplanError as error:
        complain(error)
        return WRONG
    except BrokenPipeError:
        quiet_end()
        return PIPE_CLOSED
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        quiet_end()
        note(f"error: cannot write the answer: {error.strerror}")
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="hgplan", description="Goal attainment of operational plans, from the facts.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"hgplan {metadata.version('hgplan')}")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="command")
    asked = next((word for word in words if not word.startswith("-")), None)
    if asked is not None and asked not in _COMMANDS:
        parser.error(f"no command named {asked!r}; {nearest(asked, _COMMANDS)}")
    command: Command | None = None
    for name, (module, summary) in _COMMANDS.items():
        inner = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == asked:
            command = cast("Command", import_module(f"hgplan.cli.{module}"))
            command.arguments(inner)
    options = parser.parse_args(words)
    if command is None:
        raise AssertionError(f"argparse let {words!r} through without a command")
    code = command.run(options)
    sys.stdout.flush()
    return code
