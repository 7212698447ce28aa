"""An amount that a text names, as a value; and stretches of a text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import attrs

__all__ = ["Amount", "Bound", "Span", "overlaps"]

Bound = Literal["at_least", "at_most", "between", "equals", "about", "plain"]
"""What the words around an amount say that it bounds."""

Span = tuple[int, int]
"""A stretch of text: its first character and the one after its last."""


@attrs.frozen(kw_only=True)
class Amount:
    """An amount that a text names: where, how much, in what unit, and whether it is a bound.

    `unit` is `%`, `points` (of a percentage), a currency's code, or empty for a count. `upper` is the end of a range.
    `begin` is where its bound's words begin: of `at least 500 members` it is `at least`. `multiplies` marks a
    doubling, told as its growth in per cent.
    """

    start: int
    end: int
    begin: int
    value: Decimal
    upper: Decimal | None = None
    unit: str = ""
    bound: Bound = "plain"
    spelled: bool = False
    multiplies: bool = False

    @property
    def is_money(self) -> bool:
        """Whether it is a sum of money."""
        return len(self.unit) == 3


def overlaps(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether a stretch of text shares a character with any of the spans.

    >>> overlaps(3, 5, [(0, 3)]), overlaps(3, 5, [(4, 9)])
    (False, True)
    """
    return any(start < last and first < end for first, last in spans)
