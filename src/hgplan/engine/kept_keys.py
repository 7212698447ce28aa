"""Kept keys: what different ones were counted from, kept to count what rows that come or go change.

Somebody new in a unit and a stretch of time changes only the steps to there and from there, so nobody else is looked
at, nor any row that was there before.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import attrs
import polars as pl

from hgplan.engine.grown import OWNER, grown
from hgplan.engine.keepers import AskedKeys
from hgplan.engine.key_names import Names
from hgplan.engine.key_runs import KEY, Coding, KeyRun, N
from hgplan.engine.steps import Steps
from hgplan.engine.visible import DAY, ENTITY, UNIT
from hgplan.metrics.counts import Converted
from hgplan.metrics.reads import tables_read
from hgplan.metrics.rows import RowSet, SpellRows, Where

__all__ = ["KeptKeys", "KeyStore", "by_rows", "known_by", "named", "numbered", "packed"]

_WORKERS: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class KeptKeys:
    """The keys of some rows in runs, how they are coded, and the tables on which they hang."""

    coding: Coding
    tables: tuple[str, ...]
    runs: tuple[KeyRun, ...]

    def changed(self, asked: AskedKeys, came: pl.DataFrame, earlier: pl.DataFrame | None) -> tuple[Steps, Steps] | None:
        """The steps that there are with some keys, less those without them; `earlier` are keys that went before.

        Keys come where n is more than nought, and go where it is less. None where some went that weren't there.
        """
        low = 1 << self.coding.shift
        begins = came[KEY] // low * low
        begins = begins.filter((begins != begins.shift(1)).fill_null(True))
        less = (came[N] < 0).any()
        counted = len(begins) > 0 and (less or earlier is not None or any(run.less for run in self.runs))
        held, came = self._held(begins, counted=counted), came.with_columns(_turns(came[KEY] // low))
        if counted:
            ends = begins + (low - 1)
            parts = [held]
            if earlier is not None:
                owned = self._owned(earlier, begins)
                theirs = (owned[KEY] >= begins.gather(owned[OWNER])) & (owned[KEY] <= ends.gather(owned[OWNER]))
                parts.append(owned.filter(theirs))
            if less:
                parts.append(came)
            held = pl.concat(part.select(OWNER, KEY, N) for part in parts)
            held = held.group_by(OWNER, KEY).agg(pl.col(N).sum()).filter(pl.col(N) != 0)
            if (held[N] < 0).any():
                return None
        return grown(self._placed(held), self._placed(came), asked.places, asked.ticks)

    def _owned(self, keys: pl.DataFrame, begins: pl.Series) -> pl.DataFrame:
        """The keys with the numbers of those whose keys begin so."""
        owner = begins.search_sorted(keys[KEY], side="right").cast(pl.Int64) - 1
        return keys.with_columns(owner.clip(0, None).cast(pl.UInt64).alias(OWNER))

    def _placed(self, keys: pl.DataFrame) -> pl.DataFrame:
        return keys.select(OWNER).hstack(self.coding.standing(keys[KEY]))

    def _held(self, begins: pl.Series, *, counted: bool) -> pl.DataFrame:
        """Owner, key and how many rows (one, unless `counted`) of those whose keys begin so."""
        ends = begins + ((1 << self.coding.shift) - 1)
        with ThreadPoolExecutor(_WORKERS) as workers:
            parts = workers.map(lambda run: run.between(begins, ends, counted=counted), self.runs)
            return pl.concat([pl.DataFrame(schema={OWNER: pl.UInt64, KEY: pl.UInt64, N: pl.Int64}), *parts])


def _turns(whose: pl.Series) -> pl.Series:
    """By how many others each is preceded, of those who stand side by side."""
    return ((whose != whose.shift(1)).fill_null(False).cast(pl.UInt64).cum_sum()).alias(OWNER)


@attrs.frozen(eq=False)
class KeyStore:
    """All keys that are kept, by what they are known by, and the numbers of names."""

    kept: Mapping[str, KeptKeys] = attrs.field(factory=dict)
    names: Names = attrs.field(factory=Names)


def by_rows(rows: RowSet) -> bool:
    """Whether each row is of the row set or isn't, whatever other rows its table has."""
    return all(isinstance(step, Where | SpellRows) for step in rows.steps)


def known_by(asked: AskedKeys) -> tuple[str, tuple[str, ...]] | None:
    """What keys are known by, and the tables they hang on; None where they hang on other rows of their own table."""
    if asked.strays or not isinstance(asked.rows, tuple):
        return None
    name, choice = asked.rows
    for part in (choice, name):
        match part:
            # Contacts that are credited (or have matured), each by itself where all of them are.
            case (str() as what, Converted() as measure):
                every = by_rows(measure.rows) and measure.attribution == "all"
                return (f"{asked.key} {what} by {measure}", tuple(sorted(tables_read(measure)))) if every else None
    rows = _rows(name, choice, asked.key)
    return (f"{asked.key} of {rows}", (rows.table,)) if rows is not None and by_rows(rows) else None


def _rows(name: Hashable, choice: Hashable, key: str) -> RowSet | None:
    match name:
        case RowSet(table=table, steps=steps) if choice is None or isinstance(choice, tuple):
            return RowSet(table, (*steps, *(Where(one) for one in choice or ())))
        # The same rows but those of nobody, who isn't counted.
        case ("contacts", RowSet() as rows, _) if choice is None and key == ENTITY:
            return rows
    return None


def packed(asked: AskedKeys, coding: Coding, names: Names) -> pl.Series | None:
    """The keys of the rows that are about somebody; None where one can't be told so."""
    whose, unit, day = (asked.column(name) for name in (asked.key, UNIT, DAY))
    if whose.null_count():
        known = whose.is_not_null()
        whose, unit, day = whose.filter(known), unit.filter(known), day.filter(known)
    if whose.is_empty():
        return pl.Series(KEY, dtype=pl.UInt64)
    told, numbers = named(asked, whose), numbered(whose)
    if coding.named:
        # Numbers that are too far apart have names, too.
        texts = whose.cast(pl.String) if told is None and numbers is not None else told
        numbers = None if texts is None else names.numbers(texts)
    elif told is not None:
        return None
    return None if numbers is None else coding.packed(numbers, unit, day)


def named(asked: AskedKeys, whose: pl.Series) -> pl.Series | None:
    """The names of those who are told by names."""
    if isinstance(whose.dtype, pl.String):
        return whose
    return asked.names().gather(whose) if asked.key == ENTITY and whose.dtype == pl.UInt32 else None


def numbered(whose: pl.Series) -> pl.Series | None:
    """The numbers of those who are told by numbers, or by what is told by numbers."""
    if whose.dtype.is_integer():
        return whose
    return whose.to_physical().cast(pl.Int64) if isinstance(whose.dtype, pl.Date | pl.Boolean) else None
