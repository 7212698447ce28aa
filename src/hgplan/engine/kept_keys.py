"""Kept keys: what different ones were counted from, kept to count what rows that come or go change.

Somebody new in a unit and a stretch of time changes only the steps to there and from there, so nobody else is looked
at, nor any row that was there before.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final

import attrs
import polars as pl

from hgplan.engine.dense import blank
from hgplan.engine.grown import OWNER, grown
from hgplan.engine.keepers import AskedKeys
from hgplan.engine.key_names import Names
from hgplan.engine.key_runs import KEY, Coding, KeyRun, N, between
from hgplan.engine.steps import Steps
from hgplan.engine.visible import DAY, ENTITY, UNIT
from hgplan.metrics.counts import Converted
from hgplan.metrics.reads import tables_read
from hgplan.metrics.rows import RowSet, SpellRows, Where

__all__ = ["KeptKeys", "KeyStore", "by_rows", "known_by", "named", "numbered", "packed"]

_TASTED: Final = 1 << 12  # keys that tell whether many were there before


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
        counted = earlier is not None or any(run.less for run in self.runs) or bool((came[N] < 0).any())
        runs = self._near(came[KEY], counted=counted)
        if not counted:
            came = self._new(asked, came, runs)
        shift = self.coding.shift
        whose = came[KEY] // (1 << shift)
        begins = whose.filter((whose != whose.shift(1)).fill_null(True)) * (1 << shift)
        ends = begins + ((1 << shift) - 1)
        came = came.with_columns(_turns(whose))
        held = [between(run, begins, ends) for run in runs]
        none = pl.DataFrame(schema={OWNER: pl.UInt64, KEY: pl.UInt64, N: pl.Int64})
        if not counted:
            base = pl.concat(held) if held else none.drop(N)
            return grown(self._placed(base), self._placed(came), asked.places, asked.ticks)
        if earlier is not None and len(begins):
            owned = self._owned(earlier, begins)
            at = owned[OWNER]
            held.append(owned.filter((owned[KEY] >= begins.gather(at)) & (owned[KEY] <= ends.gather(at))))
        # Without those that go, which are then what there was more.
        held.append(came.filter(pl.col(N) < 0))
        summed = pl.concat(part.select(OWNER, KEY, N) for part in (none, *held))
        base = summed.group_by(OWNER, KEY).agg(pl.col(N).sum()).filter(pl.col(N) != 0)
        if (base[N] < 0).any():
            return None
        return grown(self._placed(base), self._placed(came), asked.places, asked.ticks)

    def _near(self, keys: pl.Series, *, counted: bool) -> list[pl.DataFrame]:
        """The runs that may hold somebody of those whose ascending keys these are."""
        if keys.is_empty():
            return []
        shift = self.coding.shift
        first, last = int(keys[0]) >> shift, int(keys[-1]) >> shift
        near = [run for run in self.runs if run.last >> shift >= first and run.first >> shift <= last]
        return [run.keys(counted=counted) for run in near]

    def _new(self, asked: AskedKeys, came: pl.DataFrame, runs: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """What came without most of those who were there in the same stretch of time, where there are many of them."""
        if len(came) > _TASTED:
            taste = came.gather_every(len(came) // _TASTED)
            if len(self._unseen(asked, taste, runs)) > len(taste) // 2:
                return came
        return self._unseen(asked, came, runs)

    def _unseen(self, asked: AskedKeys, came: pl.DataFrame, runs: Sequence[pl.DataFrame]) -> pl.DataFrame:
        for run in runs:
            keys = run[KEY]
            lo = int(came[KEY].search_sorted(int(keys[0]), side="left"))
            hi = int(came[KEY].search_sorted(int(keys[-1]), side="right"))
            within = came.slice(lo, hi - lo)
            own, at = self._stretch(asked, within[KEY]), keys.search_sorted(within[KEY], side="left").cast(pl.Int64)
            seen = pl.repeat(False, len(within), eager=True)
            for near in (at - 1, at):
                other = self._stretch(asked, keys.gather(near.clip(0, len(keys) - 1)))
                seen |= own.select(pl.all_horizontal(pl.col(name) == other[name] for name in own.columns)).to_series()
            came = pl.concat([came.head(lo), within.filter(~seen), came.slice(hi)])
        return came

    def _stretch(self, asked: AskedKeys, keys: pl.Series) -> pl.DataFrame:
        """Who stood in which unit, and the place and the tick of that."""
        rows = self.coding.standing(keys)
        place, tick = asked.places.of(rows), asked.ticks.at(rows[DAY])
        return pl.DataFrame({"whose": keys // (1 << self.coding.day_bits), "place": place, "tick": tick})

    def _owned(self, keys: pl.DataFrame, begins: pl.Series) -> pl.DataFrame:
        """The keys with the numbers of those whose keys begin so."""
        owner = begins.search_sorted(keys[KEY], side="right").cast(pl.Int64) - 1
        return keys.with_columns(owner.clip(0, None).cast(pl.UInt64).alias(OWNER))

    def _placed(self, keys: pl.DataFrame) -> pl.DataFrame:
        return keys.select(OWNER).hstack(self.coding.standing(keys[KEY]))


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
    numbers = _numbers_of_names(asked, whose, names) if coding.named else _numbers(asked, whose)
    return None if numbers is None else coding.packed(numbers, unit, day)


def _numbers(asked: AskedKeys, whose: pl.Series) -> pl.Series | None:
    return None if named(asked, whose.head(0)) is not None else numbered(whose)


def _numbers_of_names(asked: AskedKeys, whose: pl.Series, names: Names) -> pl.Series | None:
    if isinstance(whose.dtype, pl.String):
        return names.numbers(whose)
    different = whose.unique()
    texts = named(asked, different)
    if texts is None:
        # Numbers that are too far apart have names, too.
        found = numbered(whose)
        return None if found is None else names.numbers(whose.cast(pl.String))
    # Who is told by a code is looked up once, however many rows are about him.
    codes = blank(int(different.max() or 0) + 1, pl.Int64())  # type: ignore[arg-type]  # whole numbers
    return codes.scatter(different, names.numbers(texts)).gather(whose)


def named(asked: AskedKeys, whose: pl.Series) -> pl.Series | None:
    """The names of those who are told by names."""
    if isinstance(whose.dtype, pl.String):
        return whose
    return asked.names(whose) if asked.key == ENTITY and whose.dtype == pl.UInt32 else None


def numbered(whose: pl.Series) -> pl.Series | None:
    """The numbers of those who are told by numbers, or by what is told by numbers."""
    if whose.dtype.is_integer():
        return whose
    return whose.to_physical().cast(pl.Int64) if isinstance(whose.dtype, pl.Date | pl.Boolean) else None
