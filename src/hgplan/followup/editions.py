"""Where a changed definition breaks a series: figures of two spans of days that mean the same, or don't."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

__all__ = ["Edition", "comparable", "edition"]

Edition: TypeAlias = Literal["now", "before", "both"]
"""Which definition a span of days was recorded by: the one that holds now, an earlier one, or each in a part of it."""


def edition(since: date | None, start: date, end: date) -> Edition:
    """By which definition the facts of a span were recorded, where it has held `since` a day (None: always).

    >>> edition(date(2022, 3, 1), date(2022, 1, 1), date(2022, 12, 31))
    'both'
    """
    if since is None or since <= start:
        return "now"
    return "before" if end < since else "both"


def comparable(since: date | None, one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Whether the figures of two spans mean the same: both are recorded by one definition, from first day to last."""
    editions = edition(since, *one), edition(since, *other)
    return editions[0] == editions[1] != "both"
