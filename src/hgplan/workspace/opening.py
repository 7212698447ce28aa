"""Opening a plan file: its organisation, its targets and activities, and where its tables' rows are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from os import PathLike
from pathlib import Path

from hgplan.formats import load_plan, with_locations
from hgplan.hookspecs import Source
from hgplan.metrics import Table
from hgplan.metrics.declared import table_of
from hgplan.model import Organisation, Plan
from hgplan.plugins import SOURCES, Plugins
from hgplan.sources import open_sources, rows, scan_declared
from hgplan.workspace.data import Opener
from hgplan.workspace.plan_rows import with_activities, with_assessments, with_targets
from hgplan.workspace.workspace import Workspace

__all__ = ["open_plan"]


def open_plan(path: str | PathLike[str], *, plugins: Plugins | None = None) -> Workspace:
    """Open a plan file with everything that it names; plugins are discovered unless given.

    Tables are read when they are first asked for. Raises PlanError with all faults of the plan file, DataError with
    those of its units, targets and activities.
    """
    file = Path(path)
    found = Plugins.discover() if plugins is None else plugins
    plan = load_plan(file)
    base = file.resolve().parent
    origins, faults = open_sources(plan.sources, found.offers(SOURCES))
    organisation = _organisation(plan, base, origins)
    plan = _with_rows(plan, base, origins)
    return Workspace(
        plan,
        organisation,
        plugins=found,
        openers=_openers(plan, base, origins, {table.name: table for table in found.tables(prefer=plan.prefer_tables)}),
        faults=faults,
        locate=lambda told: with_locations(told, file),
    )


def _organisation(plan: Plan, base: Path, origins: Mapping[str, Source]) -> Organisation | None:
    if plan.unit_rows is None:
        return None
    read = rows(plan.unit_rows, base=base, origins=origins)
    name = plan.unit_rows.source.path or "units"
    return Organisation.from_rows(({k: v for k, v in row.items() if k != "@line"} for row in read), name=name)


def _with_rows(plan: Plan, base: Path, origins: Mapping[str, Source]) -> Plan:
    if plan.target_rows is not None:
        plan = with_targets(plan, rows(plan.target_rows, base=base, origins=origins), plan.target_rows.source.path)
    if plan.activity_rows is not None:
        plan = with_activities(
            plan, rows(plan.activity_rows, base=base, origins=origins), plan.activity_rows.source.path
        )
    if plan.assessment_rows is not None:
        read = rows(plan.assessment_rows, base=base, origins=origins)
        plan = with_assessments(plan, read, plan.assessment_rows.source.path)
    return plan


def _openers(plan: Plan, base: Path, origins: Mapping[str, Source], known: Mapping[str, Table]) -> dict[str, Opener]:
    openers: dict[str, Opener] = {}
    for name, declaration in plan.tables.items():
        if declaration.source is None:
            continue
        table = table_of(name, declaration) or known.get(name)
        openers[name] = partial(scan_declared, declaration, table=table, base=base, origins=origins)
    return openers
