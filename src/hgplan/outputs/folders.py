"""Folders that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hgplan.errors import PlanError

__all__ = ["new_folder"]


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which takes its name only when that is done; one that holds anything already is refused.

    >>> with tempfile.TemporaryDirectory() as place:
    ...     with new_folder(Path(place, "demo")) as beside:
    ...         _ = Path(beside, "plan.toml").write_text("hgplan = 1")
    ...     os.listdir(Path(place, "demo"))
    ['plan.toml']
    """
    target = Path(os.path.realpath(path))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise PlanError(f"{str(path)!r} is there already", hint="give a folder that is new or empty")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
            filled = Path(beside, target.name)
            filled.mkdir()
            yield filled
            if target.is_dir():
                target.rmdir()
            filled.rename(target)
    except OSError as error:
        raise PlanError(f"cannot write {str(path)!r}: {error.strerror or type(error).__name__}") from error
