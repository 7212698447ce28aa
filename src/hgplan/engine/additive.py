"""What adds up: rows and exact values counted once by place and tick, then rolled up the tree and over the windows."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import polars as pl

from hgplan.engine.collecting import worked
from hgplan.engine.places import PLACE
from hgplan.engine.ticks import Range
from hgplan.engine.tree import NODE

__all__ = ["TICK", "Running", "cells", "edges"]

TICK, _CELL = "@tick", "@cell"


def cells(places: pl.Series, ticks: pl.Series, count: int, values: pl.Series | None = None) -> pl.DataFrame:
    """Place, tick and `n` (the sum of the values; without any, how many rows); `count` is how many ticks there are."""
    highest = int(places.max() or 0) + 1  # type: ignore[arg-type]  # whole numbers
    kind = pl.UInt32 if highest * count < 2**32 else pl.UInt64
    cell = pl.col(PLACE).cast(kind) * pl.lit(count, dtype=kind) + pl.col(TICK).cast(kind)
    rows = pl.DataFrame({PLACE: places, TICK: ticks} | ({} if values is None else {"n": values}))
    wanted = pl.len().cast(pl.Int64).alias("n") if values is None else pl.col("n").sum()
    counted = worked(rows.lazy().group_by(cell.alias(_CELL)).agg(wanted), len(rows))
    place, tick = (pl.col(_CELL) // count).cast(pl.UInt32), (pl.col(_CELL) % count).cast(pl.UInt32)
    return counted.select(place.alias(PLACE), tick.alias(TICK), "n")


@attrs.frozen(eq=False)
class Running:
    """The running sum of cells through the ticks of one node after the other; before each tick its sum so far."""

    sums: pl.Series

    @classmethod
    def of(cls, counted: pl.DataFrame, nodes: int, ticks: int) -> Running:
        """Node, tick and `n`, summed. What lies between two ticks of one node is that node's alone."""
        known = counted.group_by(NODE, TICK).agg(pl.col("n").sum())
        dense = pl.zeros(nodes * ticks + 1, counted.schema["n"], eager=True)
        at = known.select(pl.col(NODE).cast(pl.Int64) * ticks + pl.col(TICK).cast(pl.Int64) + 1).to_series()
        return cls(dense.scatter(at, known["n"]).cum_sum())

    def over(self, edges: Sequence[tuple[pl.Series, pl.Series]]) -> pl.Series | None:
        """The sums between edges, for every node and window; None where there are none."""
        total: pl.Series | None = None
        for before, after in edges:
            part = self.sums.gather(after) - self.sums.gather(before)
            total = part if total is None else total + part
        return total


def edges(windows: Sequence[Sequence[Range]], nodes: int, ticks: int) -> list[tuple[pl.Series, pl.Series]]:
    """Where the running sums stand before and after each range, for every node and window, node by node.

    A day counts as often as a window's ranges hold it, so there are as many pairs as a window has ranges.
    """
    crossed = pl.DataFrame({"node": pl.int_range(nodes, dtype=pl.Int64, eager=True) * ticks})
    found = []
    for place in range(max((len(ranges) for ranges in windows), default=0)):
        some = [ranges[place] if place < len(ranges) else (0, -1) for ranges in windows]
        at = pl.DataFrame(some, schema={"lo": pl.Int64, "hi": pl.Int64}, orient="row")
        both = crossed.join(at, how="cross", maintain_order="left_right")
        before, after = pl.col("node") + pl.col("lo"), pl.col("node") + pl.col("hi") + 1
        pair = both.select(before.alias("before"), after.alias("after"))
        found.append((pair["before"], pair["after"]))
    return found
