"""The data of a workspace's tables, opened when they are first read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from hgplan.sources import Reading, frame, lines

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Data", "Opener"]


@attrs.frozen
class Opener:
    """How a table of a plan is opened, and the file, if it is one, in which its rows stand."""

    open: Callable[[], pl.LazyFrame]
    path: Path | None = None
    reading: Reading = attrs.field(factory=Reading)


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
                self._opened[name] = self._openers[name].open()
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._given, *self._openers])

    def __len__(self) -> int:
        return len(self._given) + len(self._openers)

    def __contains__(self, name: object) -> bool:
        return name in self._given or name in self._openers

    def lines(self, name: str, rows: Sequence[int]) -> tuple[str, Sequence[int]] | None:
        """The file that a table came from, and the lines on which rows of it stand; None where it has none."""
        data = self._given.get(name)
        if isinstance(data, str | Path):
            return lines(Path(data), rows)
        opener = self._openers.get(name)
        return None if opener is None or opener.path is None else lines(opener.path, rows, opener.reading)

    def given(self) -> Mapping[str, object]:
        """What the host gave, as it was given."""
        return self._given

    def openers(self) -> Mapping[str, Opener]:
        """How the other tables are opened."""
        return self._openers
