"""Keepers: whoever keeps the keys that different ones are counted from, or counts by those that are kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar

import attrs
import polars as pl

from hgplan.engine.places import Places
from hgplan.engine.roads import Way
from hgplan.engine.steps import Steps
from hgplan.engine.ticks import Ticks

__all__ = ["AskedKeys", "Keeper", "Once"]

_T = TypeVar("_T")


class Once(Protocol):
    """Gives what is made by a key, made once a question."""

    def __call__(self, key: Hashable, make: Callable[[], _T], /) -> _T:
        """What was made by the key, now or earlier."""
        ...


@attrs.frozen(kw_only=True, eq=False)
class AskedKeys:
    """Rows of which the different values of a column are counted, by place and tick.

    `rows` is what they are known by, `names` tells what codes of entities stand for; `strays`: unit and day of a
    row don't say its place.
    """

    rows: Hashable
    key: str
    column: Callable[[str], pl.Series]
    names: Callable[[pl.Series], pl.Series]
    strays: bool
    places: Places
    ticks: Ticks
    once: Once


class Keeper(Protocol):
    """Is told of everything of which different ones are counted."""

    def steps(self, asked: AskedKeys) -> tuple[Steps, Steps] | Way | None:
        """Its steps, as `Keys.steps` tells them; another way to count it; or None, to have them counted of the rows."""
        ...
