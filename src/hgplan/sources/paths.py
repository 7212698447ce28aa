"""Which file a path of a plan means: one inside the plan's folder, and nothing else."""

from __future__ import annotations

import os
import re
from pathlib import Path, PureWindowsPath
from typing import Final

from hgplan.errors import PlanError, UnknownName, nearest

__all__ = ["existing", "inside", "refuse_url"]

_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/@]*@)?([^/?#]*)")
_WILD: Final = re.compile(r"[*?\[\]{}]")


def inside(path: str, base: Path) -> Path:
    """The file or folder that a plan in the folder `base` names; the folder is as far as a plan can see.

    Raises PlanError for what leaves it by `..`, by a link or by an absolute path, and for addresses and wildcards.
    """
    refuse_url(path)
    if "\x00" in path:
        raise PlanError(f"path {path!r} holds a NUL character", hint="name a file beside the plan")
    if Path(path).is_absolute() or PureWindowsPath(path).drive or path.startswith("\\"):
        raise PlanError(f"path {path!r} leaves the plan's folder", hint="name a file beside the plan, without its root")
    folder = base.resolve()
    try:
        found = (folder / path).resolve()
    except (OSError, RuntimeError):
        raise PlanError(f"path {path!r} leads nowhere", hint="it is a link that runs in a circle") from None
    reached = [found, *(found.iterdir() if found.is_relative_to(folder) and os.path.isdir(found) else ())]
    if not all(place.resolve().is_relative_to(folder) for place in reached):
        raise PlanError(f"path {path!r} leaves the plan's folder", hint="put the file beside the plan")
    return existing(found, named=path)


def refuse_url(path: str) -> None:
    """Raise PlanError for an address of the network, of which only scheme and host are told."""
    url = _URL.match(path)
    if url is not None:
        scheme, host = url.groups()
        what = f"{scheme}://{host}{'/...' if len(path) > url.end() else ''} is asked for, and network is off"
        raise PlanError(what, hint="fetch the file beforehand and name it, or read it by a plugin's source")


def existing(path: Path, *, named: str) -> Path:
    """The same path when it is a file or a folder that can be read; raises UnknownName with the nearest that is."""
    # These, unlike the methods of Path, take a name that is too long or holds a NUL for one that isn't there.
    is_readable = os.path.isfile(path) or os.path.isdir(path)
    if is_readable and os.access(path, os.R_OK):
        return path
    if os.path.exists(path):
        what = "may not be read" if is_readable else "is no file and no folder"
        raise PlanError(f"{named!r} {what}", hint="a file, or a folder of Parquet files, that this user may read")
    if _WILD.search(named):
        hint: str | None = "a path names one file or one folder of Parquet files; wildcards are not expanded"
    elif "\\" in named:
        hint = "write / between folders"
    else:
        hint = nearest(path.name, _names(path.parent)) or "there is no file in that folder"
    raise UnknownName(f"no file {named!r}", hint=hint)


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.is_file()] if os.path.isdir(folder) else []
