"""Chains: what happens one thing after the other, such as a signal that is noticed, acted on, and bears fruit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from hgplan.model.faults import Faults, path, same_name

__all__ = ["Chain", "ChainStep"]

_TAKEN: Final = ("row", "unit", "reached", "waiting_days")


def _steps(values: Iterable[ChainStep]) -> tuple[ChainStep, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class ChainStep:
    """One link of a chain: the column that says on which day it happened.

    A link in another `table` than the chain's is found by its column `key`, which names the row that the chain began
    with; of several such rows the earliest counts.

    >>> ChainStep(id="joined", title="Became a member", column="joined_on", table="memberships", key="signal_id").table
    'memberships'
    """

    id: str
    title: str
    column: str
    table: str | None = None
    key: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"step {self.id!r}")
        for at in ("id", "title", "column"):
            faults.text(at, getattr(self, at))
        for at in ("table", "key"):
            faults.text(at, getattr(self, at), optional=True)
        if self.id in _TAKEN:
            faults.add(f"a step cannot have the id {self.id!r}: that is told of every row", at="id")
        if (self.table is None) != (self.key is None):
            lacking = "key" if self.key is None else "table"
            hint = "a step in another table has both: table, and key, its column that names the first table's row"
            faults.add(f"{faults.subject} has no {lacking}", at=lacking, hint=hint)
        faults.close()


@attrs.frozen(kw_only=True)
class Chain:
    """Steps that follow on each other, each row of a table going through them.

    `table` holds the rows that begin, `key` the column by which rows of other tables name them (unsaid the table's own
    `id`). A row has come as far as the last step that it and all steps before it have a day for.

    >>> steps = [ChainStep(id=id, title=id, column=f"{id}_on") for id in ("noticed", "acted")]
    >>> Chain(title="From signal to value", table="signals", steps=steps).steps[0].column
    'noticed_on'
    """

    title: str
    table: str
    steps: tuple[ChainStep, ...] = attrs.field(converter=_steps)
    key: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults("the chain")
        faults.text("title", self.title)
        faults.text("table", self.table)
        faults.text("key", self.key, optional=True)
        faults.instances("steps", self.steps, ChainStep)
        steps = [step for step in self.steps if isinstance(step, ChainStep)]
        if len(self.steps) < 2:
            faults.add("a chain has nothing to follow: it needs two steps or more", at="steps")
        seen: dict[str, int] = {}
        for index, step in enumerate(steps):
            first = seen.setdefault(same_name(step.id), index)
            if first != index:
                hint = f"first at {path('steps', first, 'id')}"
                faults.add(f"step {step.id!r} is named twice", at=path("steps", index, "id"), hint=hint)
        if steps and steps[0].table is not None:
            faults.add("the first step stands in the chain's own table", at=path("steps", 0, "table"))
        faults.close()
