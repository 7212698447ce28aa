"""Merged runs: an entity's spells at one node, with overlaps, repeats and touching ends made one."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.dense import doubled
from hgplan.engine.ordering import in_order
from hgplan.engine.tree import NODE, Nodes, placed
from hgplan.engine.visible import DAY, END, ENTITY, FAR, LASTING, RANK, STAND
from hgplan.model.durations import Duration

__all__ = [
    "BEFORE",
    "RUN",
    "RUN_END",
    "RUN_START",
    "closing",
    "ends_in",
    "merged",
    "opening",
    "opening_at",
    "runs",
    "spans",
]

RUN, RUN_START, RUN_END, BEFORE = "@run", "@run_start", "@run_end", "@before"
_LEADS, _BEGINS, _ABOVE, _REACHED = "@leads", "@begins", "@above", "@reached"
_LIMIT = 4_000_000  # more than there are days in the calendar
_DAWN = 719_163  # from the calendar's first day to the one that polars counts from, so that no day is below zero


def merged(spells: pl.DataFrame, keys: Sequence[str], gap: Duration | None = None) -> pl.DataFrame:
    """The spells with their run's number, first day and end, and the end of the group's run before it.

    Runs of one group of `keys` never touch. They follow each other, group by group in the order of time.
    With `gap`, a silence of at most that length is part of the run. Rows without an entity belong to no run.
    """
    found = _Runs.of(spells, keys, gap)
    before = found.ends.shift(1).scatter(found.leads.arg_true(), None)
    told = {RUN_START: found.starts, RUN_END: found.ends, BEFORE: before}
    each = [column[found.run].alias(name) for name, column in told.items()]
    return found.spells.hstack([found.run.alias(RUN), *each])


def spans(spells: pl.DataFrame, keys: Sequence[str], gap: Duration | None = None) -> pl.DataFrame:
    """The runs alone: their keys, first day and the day after the last, as days of spells again."""
    found = _Runs.of(spells, keys, gap)
    held = [found.spells[key][found.first] for key in keys]
    return pl.DataFrame([*held, found.starts.alias(DAY), found.ends.alias(END)])


@attrs.frozen(eq=False)
class _Runs:
    """Spells in the order of their runs, with the run of each; and by run its first spell, and whether it is the first
    of its group."""

    spells: pl.DataFrame
    run: pl.Series
    first: pl.Series
    leads: pl.Series
    ends: pl.Series

    @property
    def starts(self) -> pl.Series:
        """The first day of each run."""
        return self.spells[DAY][self.first]

    @classmethod
    def of(cls, spells: pl.DataFrame, keys: Sequence[str], gap: Duration | None) -> _Runs:
        """The runs of each group of `keys`; rows without an entity belong to none."""
        known = spells.drop_nulls(ENTITY) if spells[ENTITY].null_count() else spells
        ordered = known[in_order(known, [*keys, DAY])]
        changed = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift(1)) for key in keys).alias(_LEADS)
        # Groups follow each other, so one running maximum serves all when each group's days stand above the last one's.
        above = pl.col(_LEADS).cum_sum().cast(pl.Int64) * _LIMIT + _DAWN
        reached = (above + pl.col(END).to_physical()).cum_max()
        bridged = reached if gap is None else (above + _bridged(gap).to_physical()).cum_max()
        begins = pl.col(_LEADS) | (above + pl.col(DAY).to_physical() > bridged.shift(1))
        told = (
            ordered.lazy()
            .with_columns(changed)
            .select(_LEADS, begins.fill_null(True).alias(_BEGINS), above.alias(_ABOVE), reached.alias(_REACHED))
        )
        marks = collect(told.with_columns((pl.col(_BEGINS).cum_sum().cast(pl.UInt32) - 1).alias(RUN)))
        first = marks[_BEGINS].arg_true()
        # Who begins a run begins after everything before it, so the latest end so far is the run's own.
        last = pl.concat([first.slice(1), pl.Series([len(ordered)], dtype=first.dtype)]) - 1 if len(first) else first
        ends = (marks[_REACHED][last] - marks[_ABOVE][last]).cast(pl.Int32).cast(pl.Date)
        return cls(ordered, marks[RUN], first, marks[_LEADS][first], ends)


def _bridged(gap: Duration) -> pl.Expr:
    """Up to when the silence after each spell is part of its run."""
    end = pl.col(END)
    bridged = end.dt.offset_by(f"{gap.months}mo").dt.offset_by(f"{gap.days}d")
    # A lasting one lasts, and none lasts longer.
    return pl.when(end.dt.year() > LASTING).then(end).otherwise(pl.min_horizontal(bridged, pl.lit(FAR)))


def runs(members: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """One row a run: its keys, number, first day and end; `members` in the order of their runs."""
    first = members[RUN].ne_missing(members[RUN].shift(1))
    return members.select(*keys, RUN, RUN_START, RUN_END).filter(first)


def opening(members: pl.DataFrame) -> pl.DataFrame:
    """The row that opens each run: of several the first in rank; `members` by run."""
    once, several = _openings(members)
    return once if several.is_empty() else pl.concat([once, _foremost(several, [RUN])])


def opening_at(members: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    """The row that opens each run of the whole organisation, at every node where one does; `members` by run."""
    once, several = _openings(members)
    alone = placed(once, nodes)
    return alone if several.is_empty() else pl.concat([alone, _foremost(placed(several, nodes), [RUN, NODE])])


def _openings(members: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that open a run alone, as nearly all do, and those that open one together."""
    first = members.filter(members[DAY] == members[RUN_START])
    together = doubled(first[RUN])
    if not together.any():
        return first, first.clear()
    return first.filter(~together), first.filter(together)


def closing(members: pl.DataFrame, keys: Sequence[str] = (), *, every: bool = False) -> pl.DataFrame:
    """The row that closes each run that has ended: of several the first in rank, or every one."""
    last = members.filter((pl.col(END) == pl.col(RUN_END)) & (pl.col(RUN_END) != pl.lit(FAR)))
    return last if every else _foremost(last, [RUN, *keys])


def _foremost(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Of the rows with the same keys, the first in rank."""
    best = rows.group_by(keys).agg(pl.col(RANK).min())
    # Nearly always each row stands alone, and then nothing has to be chosen.
    return rows if len(best) == len(rows) else rows.join(best, on=[*keys, RANK], how="semi")


def ends_in(ended: pl.DataFrame) -> pl.DataFrame:
    """Ended runs as events on the first day out, which stand in the tree of the last day in."""
    inside = pl.max_horizontal(DAY, pl.col(RUN_END).dt.offset_by("-1d"))
    return ended.with_columns(inside.alias(STAND), pl.col(RUN_END).alias(DAY))
