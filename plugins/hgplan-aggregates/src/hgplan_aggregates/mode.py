"""The most frequent value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from hgplan import Aggregate

__all__ = ["MODE"]

Number: TypeAlias = int | float | Decimal
Often: TypeAlias = dict[Number, int]


def _often(rows: Sequence[tuple[Number | None]]) -> Often:
    return dict(Counter(value for (value,) in rows if value is not None))


def _added(states: Sequence[Often]) -> Often:
    total: Counter[Number] = Counter()
    for state in states:
        total.update(state)
    return dict(total)


def _most_often(state: Often) -> float | None:
    if not state:
        return None
    most = max(state.values())
    return float(min(value for value, times in state.items() if times == most))


MODE: Final = Aggregate("mode", "1", partial=_often, combine=_added, final=_most_often)
"""The value of a column of numbers that most rows have; of several, the least.

Exact: a state holds how often each value occurs, so it grows with the number of different values, not of rows. Rows
without a value count for nothing; where no row has one there is no figure.

>>> MODE.final(MODE.combine([MODE.partial([(3,), (2,)]), MODE.partial([(3,), (None,), (2,)])]))
2.0
"""
