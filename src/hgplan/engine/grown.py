"""What some more keys change: only the steps to and from them, in their place and at every node above it."""

from __future__ import annotations

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


def grown(base: pl.DataFrame, more: pl.DataFrame, places: Places, ticks: Ticks) -> tuple[Steps, Steps]:
    """The steps of all rows less those of the base: of owners with one place by place, of the others by node.

    Rows tell an owner (a number from 0), a unit and a day. A step that is no more counts less than nought.
    """
    width, count = len(places), len(ticks)
    old = _packed(base, places, ticks)
    new = _without(_packed(more, places, ticks), old)
    owner = new // (width * count)
    several = _several(old, new, width, count)
    moves = owner.is_in(several.implode())
    alone = _steps(old, new.filter(~moves), width, count)
    nodes = len(places.nodes.ids)
    theirs = _of(old, several, width * count)
    at_nodes = _at_nodes(theirs, places, count), _at_nodes(new.filter(moves), places, count)
    moving = _steps(at_nodes[0], _without(at_nodes[1], at_nodes[0]), nodes, count)
    return Steps(alone, PLACE, width, count), Steps(moving, PLACE, nodes, count)


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


def _without(new: pl.Series, old: pl.Series) -> pl.Series:
    """The different ones that the old ones don't hold; both ascend."""
    different = new.filter((new != new.shift(1)).fill_null(True))
    if old.is_empty() or different.is_empty():
        return different
    at = old.search_sorted(different, side="left").clip(0, len(old) - 1)
    return different.filter(old.gather(at) != different)


def _several(old: pl.Series, new: pl.Series, width: int, count: int) -> pl.Series:
    """The owners among the new ones who have several places, old and new together; ascending."""
    if new.is_empty():
        return new
    owner = new // (width * count)
    begins = (owner != owner.shift(1)).fill_null(True).arg_true()
    ends = pl.concat([begins.slice(1), pl.Series([len(new)], dtype=begins.dtype)]) - 1
    owners = owner.gather(begins)
    # Of one owner the places ascend, so the first and the last tell whether there are others.
    low, high = (new.gather(at) // count % width for at in (begins, ends))
    several = low != high
    if len(old):
        first, after = _between(old, owners, width * count)
        ends = (first.clip(0, len(old) - 1), (after - 1).clip(0, len(old) - 1))
        least, most = (old.gather(at) // count % width for at in ends)
        several |= (after > first) & ((least != low) | (most != low))
    return owners.filter(several)


def _between(keys: pl.Series, owners: pl.Series, size: int) -> tuple[pl.Series, pl.Series]:
    """Where the keys of each owner begin, and where those after them do."""
    first, after = (keys.search_sorted((owners + more) * size, side="left") for more in (0, 1))
    return first.cast(pl.Int64), after.cast(pl.Int64)


def _of(keys: pl.Series, owners: pl.Series, size: int) -> pl.Series:
    """The keys of some owners."""
    first, after = _between(keys, owners, size)
    held = pl.DataFrame({"first": first, "after": after}).filter(pl.col("after") > pl.col("first"))
    at = held.select(pl.int_ranges("first", "after", dtype=pl.UInt32).alias("at")).explode("at")["at"]
    return keys.gather(at)


def _at_nodes(keys: pl.Series, places: Places, count: int) -> pl.Series:
    """The same by node in the place of place, ascending: each at every asked node above its place."""
    width, nodes, key = len(places), len(places.nodes.ids), pl.col(_AT)
    owner, place = key // (width * count), (key // count % width).cast(pl.UInt32)
    told = pl.LazyFrame({_AT: keys}).select(owner.alias(OWNER), place.alias(PLACE), (key % count).alias(TICK))
    standing = pl.col(OWNER) * nodes + pl.col(NODE).cast(pl.UInt64)
    rolled = told.join(places.above.lazy(), on=PLACE, how="inner").select((standing * count + pl.col(TICK)).alias(_AT))
    return rolled.collect()[_AT].sort()


def _steps(old: pl.Series, new: pl.Series, rows: int, count: int) -> pl.DataFrame:
    """Row, tick before, tick and how many steps more there are with the new keys; both ascend, new ones are different.

    There is a step to each new one, and one from the last of some between two old ones; that between the two goes.
    """
    at, none = old.search_sorted(new, side="left").cast(pl.Int64), blank(1, old.dtype)
    around = pl.concat([none, old, none])
    frame = pl.LazyFrame({"new": new, "at": at, "last": around.gather(at), "next": around.gather(at + 1)})
    key, standing = pl.col("new"), pl.col("new") // count
    follows = (pl.col("at") == pl.col("at").shift(1)) & (standing == standing.shift(1))
    lasting = (pl.col("last") // count == standing) & (pl.col("at") > 0)
    goes_on = (pl.col("next") // count == standing) & (pl.col("at") < len(old))
    # One more than the tick, so that nought is none.
    known = pl.when(lasting).then(pl.col("last") % count + 1).otherwise(0)
    before = pl.when(follows.fill_null(False)).then(key.shift(1) % count + 1).otherwise(known)
    step = (standing % rows) * ((count + 1) * count)
    ends = goes_on & ~follows.shift(-1).fill_null(False)
    to, onward = before * count + key % count, pl.col("next") % count
    told = frame.select(
        (step + to).alias("to"),
        pl.when(ends).then(step + (key % count + 1) * count + onward).alias("from"),
        pl.when(ends).then(step + known * count + onward).alias("gone"),
    ).collect()
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
