"""Who keeps keys: while everything is counted, and while rows come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from threading import RLock
from typing import Any, Final, TypeAlias

import attrs
import polars as pl

from hgplan.engine.keepers import AskedKeys
from hgplan.engine.kept_keys import KeptKeys, KeyStore, known_by, named, numbered, packed
from hgplan.engine.key_names import Names
from hgplan.engine.key_runs import KEY, Coding, N, sorted_runs, summed
from hgplan.engine.roads import Way
from hgplan.engine.steps import Steps
from hgplan.engine.visible import DAY

__all__ = ["UNKEPT", "Differing", "Noting", "Saving", "Write", "together"]

UNKEPT: Final = Way("row by row", "the keys of these rows are not kept")

Write: TypeAlias = Callable[[str, pl.DataFrame], None]
"""Told of each run: what its keys are known by, and the keys."""


@attrs.frozen(kw_only=True, eq=False)
class Saving:
    """Has the keys written of all that is counted; `kept` has None for those that couldn't be."""

    write: Write
    names: Names
    units: int
    until: date
    kept: dict[str, KeptKeys | None] = attrs.field(factory=dict, init=False)
    _lock: Any = attrs.field(factory=RLock, init=False)

    def steps(self, asked: AskedKeys) -> None:
        """None: they are counted of the rows."""
        known = known_by(asked)
        if known is not None:
            asked.once(("saved", known), lambda: self._save(asked, *known))

    def _save(self, asked: AskedKeys, name: str, tables: tuple[str, ...]) -> None:
        # One after the other, for many keys take all processors and much memory.
        with self._lock:
            if name not in self.kept:
                coding = self._coding(asked)
                self.kept[name] = None if coding is None else KeptKeys(coding=coding, tables=tables, runs=())
            kept = self.kept[name]
            keys = None if kept is None else packed(asked, kept.coding, self.names)
            if keys is None:
                self.kept[name] = None
                return
            for run in sorted_runs(keys):
                self.write(name, run)

    def _coding(self, asked: AskedKeys) -> Coding | None:
        whose, days = asked.column(asked.key), asked.column(DAY)
        numbers = None if named(asked, whose.head(0)) is not None else numbered(whose)
        if numbers is not None:
            coding = Coding.of(numbers, days, units=self.units, until=self.until)
            if coding is not None:
                return coding
        elif named(asked, whose.head(0)) is None:
            return None
        coding = Coding.of(pl.Series([0, len(whose)]), days, units=self.units, until=self.until)
        return None if coding is None else attrs.evolve(coding, named=True)


@attrs.frozen(kw_only=True, eq=False)
class _Changing:
    """Notes the kept keys of rows that come (or go: `sign` is less than nought)."""

    store: KeyStore
    sign: int
    noted: dict[str, pl.DataFrame] = attrs.field(factory=dict, init=False)

    def _note(self, asked: AskedKeys) -> tuple[str, KeptKeys, pl.DataFrame] | None:
        known = known_by(asked)
        kept = None if known is None else self.store.kept.get(known[0])
        if known is None or kept is None:
            return None
        found = asked.once(("noted", known), lambda: self._keys(asked, kept))
        if found is None:
            return None
        self.noted[known[0]] = found
        return known[0], kept, found

    def _keys(self, asked: AskedKeys, kept: KeptKeys) -> pl.DataFrame | None:
        keys = packed(asked, kept.coding, self.store.names)
        return None if keys is None else summed(keys.sort()).with_columns(pl.col(N) * self.sign)


@attrs.frozen(kw_only=True, eq=False)
class Noting(_Changing):
    """Notes the keys of rows that are counted as they are."""

    def steps(self, asked: AskedKeys) -> None:
        """None: they are counted of the rows."""
        self._note(asked)


@attrs.frozen(kw_only=True, eq=False)
class Differing(_Changing):
    """Counts what rows that come (or go) change; `earlier` are the keys that went before."""

    earlier: Mapping[str, pl.DataFrame] = attrs.field(factory=dict)

    def steps(self, asked: AskedKeys) -> tuple[Steps, Steps] | Way:
        """The steps with the rows less those without them."""
        noted = self._note(asked)
        if noted is None:
            return UNKEPT
        name, kept, came = noted
        found = kept.changed(asked, came, self.earlier.get(name))
        if found is None:
            self.noted.pop(name)
            return UNKEPT
        return found


def together(noted: Iterable[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """The keys that several noted, in one run each; without those that came and went."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for some in noted:
        for name, keys in some.items():
            parts.setdefault(name, []).append(keys)
    return {name: found[0] if len(found) == 1 else _summed(pl.concat(found)) for name, found in parts.items()}


def _summed(keys: pl.DataFrame) -> pl.DataFrame:
    return keys.group_by(KEY).agg(pl.col(N).sum()).filter(pl.col(N) != 0).sort(KEY)
