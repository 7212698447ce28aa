"""How a command ends, and what the exit codes mean."""

from __future__ import annotations

from typing import Final

__all__ = ["FAULTS", "FINE", "INTERRUPTED", "PIPE_CLOSED", "USAGE", "WRONG", "UsageError"]

FINE: Final = 0
WRONG: Final = 1
"""The plan or the data is wrong."""
USAGE: Final = 2
FAULTS: Final = 3
"""Delivered, but plugins had faults."""
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""Nobody reads what we write, as when `head` has seen enough: what the system's own tools end with."""


class UsageError(Exception):
    """The command line asks for what can't be, and argparse could not tell."""
