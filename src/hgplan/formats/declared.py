"""What a plan file declares for other layers: column types, formulas, time zones and places of files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final
from zoneinfo import available_timezones

from hgplan.errors import PlanError, nearest
from hgplan.formats.flaws import Flaw, Path
from hgplan.formats.planfile import PlanFile
from hgplan.metrics.columns import column_type
from hgplan.metrics.parse import parse
from hgplan.model.declarations import SourceReference

__all__ = ["declared_flaws"]

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_PATTERN: Final = re.compile(r"[*?\[\]\x00]")


def declared_flaws(file: PlanFile, *, allow_network: bool = False) -> Iterator[Flaw]:
    """Faults of what the file declares, which the plan itself has no way to know."""
    yield from _zone(file.calendar.timezone)
    for name, table in file.table.items():
        for column, written in table.columns.items():
            yield from _unreadable(column_type, written, ("table", name, "columns", column))
    for name, metric in file.metric.items():
        yield from _unreadable(parse, metric.formula, ("metric", name, "formula"))
    for path, reference in _references(file):
        if reference is not None and reference.path is not None:
            yield from _astray(reference.path, path, allow_network)


def _zone(zone: str) -> Iterator[Flaw]:
    # Without a database of time zones, as on a bare Windows, nothing can be said.
    zones = available_timezones()
    if zones and zone not in zones:
        yield Flaw(path=("calendar", "timezone"), what=f"no time zone named {zone!r}", hint=nearest(zone, zones))


def _unreadable(read: Callable[[str], object], written: str, path: Path) -> Iterator[Flaw]:
    try:
        read(written)
    except PlanError as error:
        for fault in error.faults:
            yield Flaw(path=path, what=fault.what, hint=fault.hint)


def _references(file: PlanFile) -> Iterator[tuple[Path, SourceReference | None]]:
    for name, table in file.table.items():
        yield ("table", name, "source"), table.source
    for key in ("units", "targets", "activities", "assessments"):
        rows = getattr(file, key)
        yield (key, "source"), rows.source if rows is not None else None


def _astray(written: str, path: Path, allow_network: bool) -> Iterator[Flaw]:
    """A file's place that no plan file may ask for: elsewhere on the machine, on the network, or many at once."""
    if _ADDRESS.match(written):
        if not allow_network:
            what = f"the plan asks for {written!r}, and the network is off"
            yield Flaw(path=path, what=what, hint="pass allow_network=True, or save the file beside the plan")
        return
    windows = PureWindowsPath(written)
    if ".." in windows.parts or windows.drive or windows.root or PurePosixPath(written).is_absolute():
        what = f"the path {written!r} leaves the plan's folder"
        yield Flaw(path=path, what=what, hint="write it from the plan's folder on, without '..'")
    if _PATTERN.search(written):
        yield Flaw(path=path, what=f"{written!r} is no path of one file", hint="patterns like * are not read")
