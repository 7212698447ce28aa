"""Merged runs: an entity's spells at one node, with overlaps, repeats and touching ends made one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hgplan.engine.tree import NODE, Nodes, placed
from hgplan.engine.visible import DAY, END, ENTITY, FAR, RANK, STAND
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
_REACH, _GROUP = "@reach", "@group"
_LIMIT = 4_000_000  # more than there are days in the calendar
_DAWN = 719_163  # from the calendar's first day to the one that polars counts from, so that no day is below zero


def merged(spells: pl.DataFrame, keys: Sequence[str], gap: Duration | None = None) -> pl.DataFrame:
    """The spells with their run's number, first day and end, and the end of the group's run before it.

    Runs of one group of `keys` never touch.
    With `gap`, a silence of at most that length is part of the run. Rows without an entity belong to no run.
    """
    numbered = _numbered(spells, keys, gap)
    spans = numbered.group_by(RUN, _GROUP).agg(pl.col(DAY).min().alias(RUN_START), pl.col(END).max().alias(RUN_END))
    spans = spans.sort(RUN).with_columns(
        pl.when(pl.col(_GROUP) == pl.col(_GROUP).shift(1)).then(pl.col(RUN_END).shift(1)).alias(BEFORE)
    )
    return numbered.drop(_GROUP).join(spans.drop(_GROUP), on=RUN, how="left", maintain_order="left")


def spans(spells: pl.DataFrame, keys: Sequence[str], gap: Duration | None = None) -> pl.DataFrame:
    """The runs alone: their keys, first day and the day after the last, as days of spells again."""
    numbered = _numbered(spells, keys, gap)
    return numbered.group_by(RUN).agg(*(pl.col(key).first() for key in keys), pl.col(DAY).min(), pl.col(END).max())


def _numbered(spells: pl.DataFrame, keys: Sequence[str], gap: Duration | None) -> pl.DataFrame:
    ordered = spells.filter(pl.col(ENTITY).is_not_null()).sort([*keys, DAY, END])
    end = pl.col(END)
    if gap is not None:
        lasting = end == pl.lit(FAR)
        bridged = end.dt.offset_by(f"{gap.months}mo").dt.offset_by(f"{gap.days}d")
        end = pl.when(lasting | (end.dt.year() > 9000)).then(end).otherwise(bridged)
    changed = pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift(1)) for key in keys)
    marked = ordered.with_columns(changed.cum_sum().cast(pl.Int64).alias(_GROUP))
    # Groups follow each other, so one running maximum serves all when each group's days stand above the last one's.
    above = pl.col(_GROUP) * _LIMIT + _DAWN
    marked = marked.with_columns((above + end.to_physical().cast(pl.Int64)).cum_max().shift(1).alias(_REACH))
    start = above + pl.col(DAY).to_physical().cast(pl.Int64)
    begins = pl.col(_REACH).is_null() | (pl.col(_REACH) // _LIMIT < start // _LIMIT) | (start > pl.col(_REACH))
    return marked.with_columns(begins.cum_sum().cast(pl.Int64).alias(RUN)).drop(_REACH)


def runs(members: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """One row a run: its keys, number, first day and end; `members` in the order of their runs."""
    first = members.filter(pl.col(RUN).ne_missing(pl.col(RUN).shift(1)))
    return first.select(*keys, RUN, RUN_START, RUN_END)


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
    first = members.filter(pl.col(DAY) == pl.col(RUN_START))
    again = (first[RUN] == first[RUN].shift(1)).fill_null(False)
    if not again.any():
        return first, first.clear()
    together = again | again.shift(-1, fill_value=False)
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
