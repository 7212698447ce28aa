"""Names that are counted by the numbers they got when they were first met."""

from __future__ import annotations

from threading import RLock
from typing import Any

import attrs
import polars as pl

from hgplan.engine.collecting import collect

__all__ = ["NAME", "Names"]

NAME = "name"
_CODE, _ASKED = "@code", "@asked"


@attrs.define(eq=False, repr=False)
class Names:
    """Names in the order of their numbers; those that come are numbered on."""

    frame: pl.LazyFrame | None = None
    count: int = 0
    _came: list[pl.DataFrame] = attrs.field(factory=list, init=False)
    _lock: Any = attrs.field(factory=RLock, init=False)

    @property
    def came(self) -> pl.DataFrame:
        """The names that weren't known before, in the order of their numbers."""
        return pl.concat([pl.DataFrame(schema={NAME: pl.String}), *(some.select(NAME) for some in self._came)])

    def numbers(self, names: pl.Series) -> pl.Series:
        """The number of each name; who is new gets the next one."""
        different = pl.DataFrame({NAME: names.unique()})
        with self._lock:
            known = self._known(different)
            new = different.join(known, on=NAME, how="anti").sort(NAME)
            if len(new):
                since = self.count + sum(map(len, self._came))
                numbered = new.with_row_index(_CODE, since).select(NAME, pl.col(_CODE).cast(pl.Int64))
                self._came.append(numbered)
                known = pl.concat([known, numbered])
        return pl.DataFrame({NAME: names}).join(known, on=NAME, how="left", maintain_order="left")[_CODE]

    def _known(self, different: pl.DataFrame) -> pl.DataFrame:
        parts = [pl.DataFrame(schema={NAME: pl.String, _CODE: pl.Int64})]
        parts += [some.join(different, on=NAME, how="semi") for some in self._came]
        if self.frame is not None:
            numbered = self.frame.with_row_index(_CODE).select(NAME, pl.col(_CODE).cast(pl.Int64))
            parts.append(collect(numbered.join(different.lazy(), on=NAME, how="semi")))
        return pl.concat(parts)
