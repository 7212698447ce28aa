"""What adds up: rows and exact values counted once by place and tick, then rolled up the tree and over the windows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hgplan.engine.places import PLACE, Places
from hgplan.engine.ticks import Range
from hgplan.engine.tree import NODE

__all__ = ["TICK", "cells", "over_windows"]

TICK, _CELL = "@tick", "@cell"


def cells(places: pl.Series, ticks: pl.Series, count: int, values: pl.Series | None = None) -> pl.DataFrame:
    """Place, tick and `n` (the sum of the values; without any, how many rows); `count` is how many ticks there are."""
    coded = pl.DataFrame({PLACE: places, TICK: ticks}).select(
        (pl.col(PLACE).cast(pl.UInt64) * count + pl.col(TICK)).alias(_CELL)
    )
    if values is None:
        counted = coded.group_by(_CELL).agg(pl.len().cast(pl.Int64).alias("n"))
    else:
        counted = coded.with_columns(values.alias("n")).group_by(_CELL).agg(pl.col("n").sum())
    return counted.select(
        (pl.col(_CELL) // count).cast(pl.UInt32).alias(PLACE), (pl.col(_CELL) % count).alias(TICK), "n"
    )


def over_windows(leaf: pl.DataFrame, places: Places, ticks: int, windows: Sequence[Sequence[Range]]) -> pl.Series:
    """The sums of cells for every node and window, node by node: a day counts as often as a window's ranges hold it."""
    nodes = len(places.nodes.ids)
    kind = leaf.schema["n"]
    known = places.rolled(leaf).group_by(NODE, TICK).agg(pl.col("n").sum())
    dense = pl.zeros(nodes * ticks + 1, kind, eager=True)
    # The running sum goes through all nodes; what lies between two ticks of one node is that node's alone.
    at = known.select(pl.col(NODE).cast(pl.Int64) * ticks + pl.col(TICK).cast(pl.Int64) + 1).to_series()
    running = dense.scatter(at, known["n"]).cum_sum()
    total: pl.Series | None = None
    for place in range(max((len(ranges) for ranges in windows), default=0)):
        lo = [ranges[place][0] if place < len(ranges) else 0 for ranges in windows]
        after = [ranges[place][1] + 1 if place < len(ranges) else 0 for ranges in windows]
        part = running.gather(_places(nodes, ticks, after)) - running.gather(_places(nodes, ticks, lo))
        total = part if total is None else total + part
    return pl.zeros(nodes * len(windows), kind, eager=True) if total is None else total


def _places(nodes: int, ticks: int, at: Sequence[int]) -> pl.Series:
    """Where the running sum of each node stands before each of the ticks."""
    node = pl.int_range(nodes * len(at), dtype=pl.Int64, eager=True)
    offsets = pl.Series(at, dtype=pl.Int64)
    return (node // len(at)) * ticks + offsets.gather(node % len(at))
