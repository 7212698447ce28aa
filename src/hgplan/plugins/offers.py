"""What the plugins offer under a name, and which is meant when several offer the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

import attrs

from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.metrics import Table
from hgplan.plugins.installed import Plugin

__all__ = ["Conflict", "Offer", "agreed", "resolve"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@attrs.frozen
class Offer(Generic[T_co]):
    """Something under a name, and the plugin that brings it."""

    plugin: Plugin
    name: str
    item: T_co

    @property
    def id(self) -> str:
        """The name with the plugin's namespace before it: never two alike."""
        return f"{self.plugin.name}.{self.name}"


@attrs.frozen
class Conflict:
    """One table that several plugins declare differently; until the plan declares it, none of them holds.

    >>> print(Conflict("contacts", (Plugin(name="a"), Plugin(name="b"))))
    table 'contacts' is declared differently by 'a' and 'b'
      declare [table.contacts] in the plan, or prefer = { contacts = "a" }
    """

    table: str
    plugins: tuple[Plugin, ...]

    @property
    def error(self) -> PlanError:
        """The conflict as the error of whoever asks for the table."""
        return PlanError(
            f"table {self.table!r} is declared differently by {_listed(self.plugins)}",
            hint=f'declare [table.{self.table}] in the plan, or prefer = {{ {self.table} = "{self.plugins[0].name}" }}',
        )

    def __str__(self) -> str:
        return str(self.error)


def resolve(what: str, name: str, offers: Sequence[Offer[T]], prefer: Mapping[str, str] | None = None) -> Offer[T]:
    """The one offer that a name means: by its full name, by its own if no other has it, or the preferred plugin's.

    Raises UnknownName where nobody offers it, PlanError where several do and none is preferred.
    """
    for offer in offers:
        if offer.id == name:
            return offer
    found = [offer for offer in offers if offer.name == name]
    if not found:
        known = {offer.id for offer in offers} | {offer.name for offer in offers}
        raise UnknownName(f"no {what} named {name!r}", hint=nearest(name, known))
    if len(found) == 1:
        return found[0]
    names = [offer.plugin.name for offer in found]
    chosen = (prefer or {}).get(name)
    for offer in found:
        if offer.plugin.name == chosen:
            return offer
    asked = "" if chosen is None else f", none of them the preferred {chosen!r}"
    raise PlanError(
        f"{what} {name!r} is offered by {_listed([offer.plugin for offer in found])}{asked}",
        hint=f'write {" or ".join(repr(offer.id) for offer in found)}, or prefer = {{ {name} = "{names[0]}" }}',
    )


def agreed(
    offers: Sequence[Offer[Table]], prefer: Mapping[str, str] | None = None
) -> tuple[tuple[Table, ...], tuple[Conflict, ...]]:
    """The tables that everybody who declares them declares alike or that are preferred, and those in conflict."""
    declared: dict[str, list[Offer[Table]]] = {}
    for offer in offers:
        declared.setdefault(offer.name, []).append(offer)
    tables: list[Table] = []
    conflicts: list[Conflict] = []
    for name, same in declared.items():
        chosen = [offer for offer in same if offer.plugin.name == (prefer or {}).get(name)] or same
        if all(offer.item == chosen[0].item for offer in chosen):
            tables.append(chosen[0].item)
        else:
            conflicts.append(Conflict(name, tuple(offer.plugin for offer in same)))
    return tuple(tables), tuple(conflicts)


def _listed(plugins: Sequence[Plugin]) -> str:
    names = [str(plugin) for plugin in plugins]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
