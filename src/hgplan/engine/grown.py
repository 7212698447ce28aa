"""What some more keys change: only the steps to and from them, in their place and at every node above it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import attrs
import polars as pl

from hgplan.engine.dense import blank
from hgplan.engine.places import PLACE, Places
from hgplan.engine.steps import BEFORE, TICK, Steps
from hgplan.engine.ticks import Ticks
from hgplan.engine.tree import NODE
from hgplan.engine.visible import DAY

__all__ = ["OWNER", "grown"]

OWNER = "@owner"
_AT = "@at"
_WORKERS: Final = 2


def grown(base: pl.DataFrame, more: pl.DataFrame, places: Places, ticks: Ticks) -> tuple[Steps, Steps]:
    """The steps of all rows less those of the base: of owners with one place by place, of the others by node.

    Rows tell an owner (a number from 0), a unit and a day. A step that is no more counts less than nought.
    """
    width, count = len(places), len(ticks)
    old = _packed(base, places, ticks)
    new = _Among.of(_packed(more, places, ticks), old)
    several = _several(old, new.keys, width, count)
    with ThreadPoolExecutor(_WORKERS) as workers:
        alone = workers.submit(lambda: new.chosen(several, width * count, moving=False).steps(width, count))
        moving = workers.submit(lambda: _moving(old, new, several, places, count))
        return (
            Steps(alone.result(), PLACE, width, count),
            Steps(moving.result(), PLACE, len(places.nodes.ids), count),
        )


def _packed(rows: pl.DataFrame, places: Places, ticks: Ticks) -> pl.Series:
    """Owner, place and tick as one number, ascending, of rows in ticks that some window may hold."""
    tick = ticks.at(rows[DAY])
    told = rows.select(OWNER).with_columns(places.of(rows).alias(PLACE), tick.alias(TICK))
    # The first and the last tick are what lies before and after all windows.
    inside = (pl.col(TICK) > 0) & (pl.col(TICK) < len(ticks) - 1)
    at = (pl.col(OWNER).cast(pl.UInt64) * len(places) + pl.col(PLACE).cast(pl.UInt64)) * len(ticks)
    return _ascending(told.lazy().filter(inside).select((at + pl.col(TICK).cast(pl.UInt64)).alias(_AT)).collect()[_AT])


def _ascending(keys: pl.Series) -> pl.Series:
    ordered = (keys.shift(1) <= keys).all()
    return keys if ordered else keys.sort()


@attrs.frozen(eq=False)
class _Among:
    """Different keys that some old ones don't hold, ascending as they do: the old ones around, and before which."""

    keys: pl.Series
    old: pl.Series
    at: pl.Series

    @classmethod
    def of(cls, new: pl.Series, old: pl.Series) -> _Among:
        """Those of some ascending keys."""
        different = new.filter((new != new.shift(1)).fill_null(True))
        at = old.search_sorted(different, side="left").cast(pl.Int64)
        unlike = pl.concat([old, blank(1, old.dtype)]).gather(at) != different
        unlike |= at == len(old)
        return cls(different.filter(unlike), old, at.filter(unlike))

    def chosen(self, several: pl.Series, size: int, *, moving: bool) -> _Among:
        """The keys of owners who have several places, or of the others."""
        mask = several.gather(self.keys // size)
        mask = mask if moving else ~mask
        return attrs.evolve(self, keys=self.keys.filter(mask), at=self.at.filter(mask))

    def steps(self, rows: int, count: int) -> pl.DataFrame:
        """Row, tick before, tick and how many steps more there are with the new keys.

        There is a step to each new one, and one from the last of some between two old ones; that between the two goes.
        """
        none = blank(1, self.old.dtype)
        around = pl.concat([none, self.old, none])
        columns = {"new": self.keys, "at": self.at, "last": around.gather(self.at), "next": around.gather(self.at + 1)}
        key, standing = pl.col("new"), pl.col("new") // count
        follows = (pl.col("at") == pl.col("at").shift(1)) & (standing == standing.shift(1))
        lasting = (pl.col("last") // count == standing) & (pl.col("at") > 0)
        goes_on = (pl.col("next") // count == standing) & (pl.col("at") < len(self.old))
        # One more than the tick, so that nought is none.
        known = pl.when(lasting).then(pl.col("last") % count + 1).otherwise(0)
        before = pl.when(follows.fill_null(False)).then(key.shift(1) % count + 1).otherwise(known)
        step = (standing % rows) * ((count + 1) * count)
        ends = goes_on & ~follows.shift(-1).fill_null(False)
        to, onward = before * count + key % count, pl.col("next") % count
        told = (
            pl.LazyFrame(columns)
            .select(
                (step + to).alias("to"),
                pl.when(ends).then(step + (key % count + 1) * count + onward).alias("from"),
                pl.when(ends).then(step + known * count + onward).alias("gone"),
            )
            .collect()
        )
        counted = [(told["to"], 1), (told["from"].drop_nulls(), 1), (told["gone"].drop_nulls(), -1)]
        steps = [pl.DataFrame({_AT: keys}).with_columns(pl.lit(n, dtype=pl.Int64).alias("n")) for keys, n in counted]
        summed = pl.concat(steps).group_by(_AT).agg(pl.col("n").sum()).filter(pl.col("n") != 0)
        row, pair = pl.col(_AT) // ((count + 1) * count), pl.col(_AT) % ((count + 1) * count)
        return summed.select(
            row.cast(pl.UInt32).alias(PLACE),
            ((pair // count).cast(pl.Int64) - 1).alias(BEFORE),
            (pair % count).cast(pl.UInt32).alias(TICK),
            "n",
        )


def _several(old: pl.Series, new: pl.Series, width: int, count: int) -> pl.Series:
    """Whether each owner has several places, old and new together."""
    owners = 1 + max((int(keys[-1]) // (width * count) for keys in (old, new) if len(keys)), default=0)
    none = blank(owners, pl.Boolean())
    several, first = none, []
    for keys in (old, new):
        place = keys // count
        owner = place // width
        other, begins = (place != place.shift(1)).fill_null(True), (owner != owner.shift(1)).fill_null(True)
        several = several.scatter(owner.filter(other & ~begins), True)
        places = pl.Series([None], dtype=pl.UInt64).new_from_index(0, owners)
        first.append(places.scatter(owner.filter(begins), place.filter(begins)))
    return several | (first[0] != first[1]).fill_null(False)


def _moving(old: pl.Series, new: _Among, several: pl.Series, places: Places, count: int) -> pl.DataFrame:
    """The steps of owners with several places, by node."""
    size = len(places) * count
    theirs = _at_nodes(old.filter(several.gather(old // size)), places, count)
    came = _at_nodes(new.chosen(several, size, moving=True).keys, places, count)
    return _Among.of(came, theirs).steps(len(places.nodes.ids), count)


def _at_nodes(keys: pl.Series, places: Places, count: int) -> pl.Series:
    """The same by node in the place of place, ascending: each at every asked node above its place."""
    width, nodes, key = len(places), len(places.nodes.ids), pl.col(_AT)
    owner, place = key // (width * count), (key // count % width).cast(pl.UInt32)
    told = pl.LazyFrame({_AT: keys}).select(owner.alias(OWNER), place.alias(PLACE), (key % count).alias(TICK))
    standing = pl.col(OWNER) * nodes + pl.col(NODE).cast(pl.UInt64)
    rolled = told.join(places.above.lazy(), on=PLACE, how="inner").select((standing * count + pl.col(TICK)).alias(_AT))
    return rolled.collect()[_AT].sort()
