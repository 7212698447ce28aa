"""Aggregates that others bring: rows to state, states to state, state to figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import attrs

from hgplan.errors import PlanError

__all__ = ["Aggregate", "Value"]

Value: TypeAlias = Any
"""What a row holds in a column: text, a whole number, a decimal, a float, a day, True, False or None."""


@attrs.frozen
class Aggregate:
    """A kind of counting of one's own, in the shape of databases' user-defined aggregates.

    `partial` takes the rows of one group (a tuple of column values each) to a state, `combine` takes states to a state,
    `final` takes the state to the figure, or None. A state is any value that compares. Laws that the engine rests on,
    checked by :mod:`hgplan.testing`: `combine` is associative and commutative, `partial([])` is its identity, and rows
    split anyhow combine to the state of all rows. `over_time="last"` counts only the rows of the last day in a period.

    >>> spread = Aggregate("spread", "1", partial=lambda rows: sorted({row[0] for row in rows}),
    ...     combine=lambda states: sorted(set().union(*states)), final=lambda s: s[-1] - s[0] if s else None)
    >>> spread.final(spread.combine([spread.partial([(3,)]), spread.partial([(9,), (4,)])]))
    6
    """

    name: str
    version: str
    partial: Callable[[Sequence[tuple[Value, ...]]], Any] = attrs.field(kw_only=True)
    combine: Callable[[Sequence[Any]], Any] = attrs.field(kw_only=True)
    final: Callable[[Any], float | None] = attrs.field(kw_only=True)
    over_time: Literal["combine", "last"] = attrs.field(default="combine", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.over_time not in ("combine", "last"):
            raise PlanError(f"over_time={self.over_time!r} is not known", hint="choose from 'combine', 'last'")
        if not self.name or not self.version:
            raise PlanError("an aggregate needs a name and a version", hint="its states carry both")
