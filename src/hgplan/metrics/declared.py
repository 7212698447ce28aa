"""Tables as a plan file declares them, made into the kinds that metrics are written against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hgplan.errors import PlanError
from hgplan.metrics.tables import Dimension, Duty, Events, Snapshots, Spells, Table
from hgplan.model.declarations import ReportingDuty, TableDeclaration

__all__ = ["table_of"]

_KINDS: Final[Mapping[str, type[Events] | type[Spells] | type[Snapshots] | type[Dimension]]] = {
    "events": Events,
    "spells": Spells,
    "snapshots": Snapshots,
    "dimension": Dimension,
}


def table_of(name: str, declaration: TableDeclaration) -> Table | None:
    """The table that a plan declares; None where it only says where the rows of a known table are.

    >>> table_of("contacts", TableDeclaration(kind="events", at="day", columns={"dialogues": "int"})).at
    'day'
    """
    if declaration.kind is None:
        return None
    given: dict[str, Any] = dict(declaration.constructor)
    duty = given.get("expected")
    if isinstance(duty, ReportingDuty):
        given["expected"] = Duty(every=duty.every, level=duty.level)
    try:
        return _KINDS[declaration.kind](name, **given)
    except PlanError as fault:
        raise PlanError(fault.what, where=f"table {name!r}", hint=fault.hint) from None
