"""The child's side of :mod:`hgplan.plugins.isolation`: run one task, write one answer, be gone."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from hgplan.errors import DataError, HgplanError, PlanError
from hgplan.plugins.faults import place_of

__all__ = ["answer"]


def answer(request: Mapping[str, Any]) -> NoReturn:
    """Run the asked task and write its answer to what was standard output; never returns."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a plugin prints would be read as the answer, and might be a person's data.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        _bound(request["memory"])
        given = _task(request["task"])(**_decoded(request["settings"]))
        head: dict[str, object] = {"size": len(given), "error": None}
    except HgplanError as error:
        given = b""
        head = {"size": 0, "error": _told(error)}
    except BaseException as error:  # the whole point of this process
        given = b""
        # The kind and the place, never the message: it may quote the rows that the plugin was reading.
        head = {
            "size": 0,
            "error": {"branch": "", "what": type(error).__name__, "where": place_of(error), "hint": None},
        }
    answers.write(json.dumps(head).encode() + b"\n")
    answers.write(given)
    answers.flush()
    # Not sys.exit: threads and exit handlers of a plugin must not keep the answer back.
    os._exit(0)


def _task(name: str) -> Callable[..., bytes]:
    module, _, function = name.partition(":")
    task: Callable[..., bytes] = getattr(importlib.import_module(module), function)
    return task


def _bound(memory: int | None) -> None:
    if memory is None or sys.platform == "win32":
        return
    import resource  # not there on Windows

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _told(error: HgplanError) -> dict[str, object]:
    branch = (
        "DataError" if isinstance(error, DataError) else "PlanError" if isinstance(error, PlanError) else "PluginError"
    )
    where = place_of(error) if error.where is None else str(error.where)
    return {"branch": branch, "what": error.what, "where": where, "hint": error.hint}


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if isinstance(value, dict):
        match value:
            case {"$date": text, **rest} if not rest:
                return date.fromisoformat(text)
            case {"$datetime": text, **rest} if not rest:
                return datetime.fromisoformat(text)
        return {key: _decoded(item) for key, item in value.items()}
    return value
