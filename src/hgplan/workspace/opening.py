"""Opening a plan file: its organisation, its targets and activities, and where its tables' rows are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TypeVar

from hgplan.errors import DataError, DataErrors, HgplanError, PlanError, PlanErrors
from hgplan.formats import load_plan, with_locations
from hgplan.hookspecs import Source
from hgplan.metrics import Table
from hgplan.metrics.declared import table_of
from hgplan.model import Organisation, Plan, RowsDeclaration
from hgplan.plugins import SOURCES, Plugins
from hgplan.sources import LINE, Reading, open_sources, rows, scan_declared
from hgplan.workspace.activity_rows import with_activities
from hgplan.workspace.cells import Row
from hgplan.workspace.data import Opener
from hgplan.workspace.plan_rows import with_assessments, with_targets
from hgplan.workspace.workspace import Workspace

__all__ = ["open_plan"]

_T = TypeVar("_T")


def open_plan(path: str | PathLike[str], *, plugins: Plugins | None = None) -> Workspace:
    """Open a plan file with everything that it names; plugins are discovered unless given.

    Tables are read when they are first asked for. Raises PlanError with all faults of the plan file, or with the files
    that it names and that aren't there, and DataError with those of its units, targets and activities.
    """
    file = Path(path)
    found = Plugins.discover() if plugins is None else plugins
    plan = load_plan(file)
    base = file.resolve().parent
    origins, faults = open_sources(plan.sources, found.offers(SOURCES))
    organisation, whole = _read(plan, file, partial(rows, base=base, origins=origins))
    return Workspace(
        whole,
        organisation,
        plugins=found,
        openers=_openers(plan, file, origins, {table.name: table for table in found.tables(prefer=plan.prefer_tables)}),
        faults=faults,
        locate=lambda told: with_locations(told, file),
    )


def _read(
    plan: Plan, file: Path, rows_of: Callable[[RowsDeclaration], list[dict[str, object]]]
) -> tuple[Organisation | None, Plan]:
    """The plan's own tables, with the faults of all of them together."""
    faults: list[HgplanError] = []

    def attempt(key: str, declared: RowsDeclaration | None, use: Callable[[list[Row], str | None], _T]) -> _T | None:
        if declared is None:
            return None
        try:
            return use([*_placed(partial(rows_of, declared), key, file)], declared.source.path)
        except (PlanError, DataError) as error:
            faults.extend(error.faults)
            return None

    organisation = attempt("units", plan.unit_rows, _organisation)
    whole, read = plan, None
    for key, declared, use in (
        ("targets", plan.target_rows, with_targets),
        ("activities", plan.activity_rows, with_activities),
    ):
        read = attempt(key, declared, partial(use, whole, organisation=organisation))
        whole = read or whole
    # Told as unknown, what is judged and could not be read would hide the faults that kept it away.
    sound = read is not None or plan.activity_rows is None
    judged = partial(with_assessments, whole, organisation=organisation, whole=sound)
    whole = attempt("assessments", plan.assessment_rows, judged) or whole
    if len(faults) == 1:
        raise faults[0]
    if faults:
        kind = DataErrors if all(isinstance(fault, DataError) for fault in faults) else PlanErrors
        raise kind(f"what the plan reads is not in order: {len(faults)} faults", faults)
    return organisation, whole


def _organisation(read: list[Row], path: str | None) -> Organisation:
    given = [{name: value for name, value in row.items() if name != LINE} for row in read]
    lines = None if path is None else [int(str(row[LINE])) for row in read]
    return Organisation.from_rows(given, name=path or "units", lines=lines)


def _openers(plan: Plan, file: Path, origins: Mapping[str, Source], known: Mapping[str, Table]) -> dict[str, Opener]:
    openers: dict[str, Opener] = {}
    for name, declaration in plan.tables.items():
        if declaration.source is None:
            continue
        table = table_of(name, declaration) or known.get(name)
        scan = partial(scan_declared, declaration, table=table, base=file.resolve().parent, origins=origins)
        path, reading = declaration.source.path, Reading.of(declaration.source)
        beside = None if path is None else file.resolve().parent / path
        openers[name] = Opener(partial(_placed, scan, f"table.{name}", file), beside, reading)
    return openers


def _placed(work: Callable[[], _T], key: str, file: Path) -> _T:
    """Do what reads a file of the plan; a path that is wrong is told with its line in the plan."""
    try:
        return work()
    except PlanErrors:
        raise
    except PlanError as error:
        if error.where is not None:
            raise
        (told,) = with_locations([type(error)(error.what, where=f"{key}.source", hint=error.hint)], file)
        raise told from None
