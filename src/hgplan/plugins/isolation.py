"""A plugin's code in a process of its own: what hangs, exits, crashes or eats memory there comes back as an error.

The child is a fresh interpreter: a fork of a process with polars' threads can hang, and multiprocessing's own children
import the host's main script again. What goes in are plain names and JSON on standard input; what comes out is one line
of JSON and the bytes that the task made (Arrow, text), never a pickle, which would run code here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Final

import attrs

from hgplan.errors import DataError, HgplanError, PlanError, PluginError

__all__ = ["Limits", "run"]

# The path is the host's before anything of hgplan is imported; settings may hold secrets, so none of it is an argument.
_START: Final = (
    "import json, sys; request = json.loads(sys.stdin.buffer.read()); sys.path[:] = request['path'];"
    "from hgplan.plugins.child import answer; answer(request)"
)
_BRANCHES: Final[Mapping[str, type[HgplanError]]] = {"PlanError": PlanError, "DataError": DataError}


@attrs.frozen(kw_only=True)
class Limits:
    """What a child process may take: seconds, and bytes of memory where the system holds it to that."""

    seconds: float = 60.0
    memory: int | None = None


def run(task: str, settings: Mapping[str, object], limits: Limits) -> bytes:
    """Run a task, `module:function`, in a child process and give the bytes that it answers.

    Raises PluginError when the child hangs, dies or raises; a PlanError or DataError that it raised comes back as one.
    """
    request = {"path": sys.path, "task": task, "settings": dict(settings), "memory": limits.memory}
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # A group of its own: what the plugin started ends with it, and a person's Ctrl-C is ours to handle.
        start_new_session=True,
    ) as child:
        try:
            written, _ = child.communicate(json.dumps(request, default=_encoded).encode(), timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            raise PluginError(f"no answer within {limits.seconds:g} seconds", hint="it was stopped") from None
        finally:
            if child.returncode is None:
                _end(child)
    return _read(written, child.wait())


def _end(child: subprocess.Popen[bytes]) -> None:
    """Stop the child and what it started."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    # Whatever became of its group, the child itself must not be waited for.
    child.kill()


def _read(written: bytes, code: int) -> bytes:
    line, found, answer = written.partition(b"\n")
    if not found:
        raise PluginError(f"its process ended with code {code} and no answer")
    try:
        head = json.loads(line)
        size, error = head["size"], head["error"]
    except (ValueError, TypeError, KeyError):
        raise PluginError("its process wrote over its own answer") from None
    if error is not None:
        raise _BRANCHES.get(error["branch"], PluginError)(error["what"], where=error["where"], hint=error["hint"])
    if size != len(answer):
        raise PluginError(f"its process ended with code {code} within its answer")
    return answer


def _encoded(value: object) -> dict[str, str]:
    """Days and times, which a plan file may hold and JSON has no form for."""
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise PlanError(f"a setting of type {type(value).__name__} can't be sent to a child process")
