"""Groups of units that are asked for like one."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hgplan.model import Organisation

__all__ = ["Pools"]


@attrs.define
class Pools:
    """Names, borne by no unit, for groups of units whose figure is wanted together; grows as groups are named.

    >>> pools = Pools(Organisation.single("club"))
    >>> pools.name(("north", "south")), pools.name(("north",))
    ('pool 1', 'north')
    >>> pools.of(["pool 1", "club"])
    {'pool 1': ('north', 'south')}
    """

    organisation: Organisation
    _names: dict[tuple[str, ...], str] = attrs.field(factory=dict, init=False)

    def name(self, members: tuple[str, ...]) -> str:
        """What to ask for to get the figure of these units together; of a single one the unit itself."""
        if len(members) == 1:
            return members[0]
        if members not in self._names:
            number = len(self._names) + 1
            while f"pool {number}" in self.organisation:
                number += 1_000_000  # far from the numbers still to be given
            self._names[members] = f"pool {number}"
        return self._names[members]

    def of(self, asked: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The members of those of the asked names that are groups."""
        wanted = set(asked)
        return {name: members for members, name in self._names.items() if name in wanted}
