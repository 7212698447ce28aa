"""The data of a workspace's tables, opened when they are first read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from hgplan.sources import frame

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Data", "Opener"]

Opener = Callable[[], "pl.LazyFrame"]


class Data(Mapping[str, "pl.LazyFrame"]):
    """Lazy frames by table; what a host gives stands before what the plan's files hold."""

    def __init__(self, given: Mapping[str, object], openers: Mapping[str, Opener]) -> None:
        self._given = dict(given)
        self._openers = {name: opener for name, opener in openers.items() if name not in self._given}
        self._opened: dict[str, pl.LazyFrame] = {}

    def __getitem__(self, name: str) -> pl.LazyFrame:
        # Two threads may open the same file at once; both get the same rows, and one frame is kept.
        if name not in self._opened:
            if name in self._given:
                self._opened[name] = frame(self._given[name], name=name)
            else:
                self._opened[name] = self._openers[name]()
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._given, *self._openers])

    def __len__(self) -> int:
        return len(self._given) + len(self._openers)

    def __contains__(self, name: object) -> bool:
        return name in self._given or name in self._openers

    def given(self) -> Mapping[str, object]:
        """What the host gave, as it was given."""
        return self._given

    def openers(self) -> Mapping[str, Opener]:
        """How the other tables are opened."""
        return self._openers
