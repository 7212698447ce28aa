"""The tables of a workspace as attributes: `ws.facts.memberships.starts().count()`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hgplan.errors import UnknownName, nearest
from hgplan.metrics import Dimension, FactTable, Table

__all__ = ["SymbolicFacts"]


class SymbolicFacts:
    """Declared tables by attribute, to write measures with.

    >>> from hgplan.metrics import Events
    >>> facts = SymbolicFacts({"contacts": Events("contacts", at="day")})
    >>> print(facts.contacts.count())
    contacts.count()
    """

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = {name: table for name, table in tables.items() if not isinstance(table, Dimension)}

    # Which kind a name is, no checker can know; a metric's own function says it by its annotations.
    def __getattr__(self, name: str) -> Any:
        tables: dict[str, FactTable] = self.__dict__.get("_tables", {})
        if name not in tables:
            # AttributeError too, so that hasattr, copy and completion work as for any object.
            raise _NoTableError(f"no table named {name!r}", hint=nearest(name, tables))
        return tables[name]

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __dir__(self) -> list[str]:
        return sorted(self._tables)

    def __repr__(self) -> str:
        return f"facts: {', '.join(sorted(self._tables))}"


class _NoTableError(UnknownName, AttributeError):
    """No such table."""
