"""What adds up: rows and exact values counted once by place and tick, then rolled up the tree and over the windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

import attrs
import polars as pl

from hgplan.engine.collecting import worked
from hgplan.engine.dense import blank
from hgplan.engine.places import PLACE
from hgplan.engine.steps import TICK
from hgplan.engine.ticks import Range

__all__ = ["Addend", "Running", "cells", "edges"]

_CELL = "@cell"
Addend: TypeAlias = tuple[pl.Series | None, pl.Series | None]
"""Which rows are added up (None: all of them), and what each of them adds (None: one)."""
COUNTED: Final[Mapping[str, Addend]] = MappingProxyType({"n": (None, None)})


def cells(places: pl.Series, ticks: pl.Series, count: int, wanted: Mapping[str, Addend] = COUNTED) -> pl.DataFrame:
    """Place, tick and by its name each sum that is wanted; `count` is how many ticks there are."""
    highest = int(places.max() or 0) + 1  # type: ignore[arg-type]  # whole numbers
    kind = pl.UInt32 if highest * count < 2**32 else pl.UInt64
    cell = pl.col(PLACE).cast(kind) * pl.lit(count, dtype=kind) + pl.col(TICK).cast(kind)
    # A column that several sums look at is there once.
    columns: dict[int, tuple[str, pl.Series]] = {}

    def column(of: pl.Series) -> pl.Expr:
        name, _ = columns.setdefault(id(of), (f"@of:{len(columns)}", of))
        return pl.col(name)

    wide: dict[int, pl.Expr] = {}
    sums: list[pl.Expr] = []
    for name, (chosen, values) in wanted.items():
        sum_kind = pl.Int128() if values is not None and values.dtype == pl.Int128 else pl.Int64()
        if values is None:
            told = pl.len() if chosen is None else column(chosen).sum()
        else:
            # Summed as they came, numbers of 32 bits would wrap round without a word.
            wide[id(values)] = column(values).cast(sum_kind)
            told = (column(values) if chosen is None else pl.when(column(chosen)).then(column(values))).sum()
        sums.append(told.cast(sum_kind).alias(name))
    rows = pl.LazyFrame({PLACE: places, TICK: ticks, **dict(columns.values())}).with_columns(wide.values())
    counted = worked(rows.group_by(cell.alias(_CELL)).agg(sums), len(places))
    place, tick = (pl.col(_CELL) // count).cast(pl.UInt32), (pl.col(_CELL) % count).cast(pl.UInt32)
    return counted.select(place.alias(PLACE), tick.alias(TICK), *wanted)


@attrs.frozen(eq=False)
class Running:
    """The running sum of cells through the ticks of one node after the other; before each tick its sum so far."""

    sums: pl.Series

    @classmethod
    def of(cls, counted: pl.DataFrame) -> dict[str, Running]:
        """Of each column that was counted by node and tick, node by node, by its name.

        What lies between two ticks of one node is its alone.
        """
        columns = ((column.name, pl.concat([blank(1, column.dtype), column])) for column in counted.iter_columns())
        return {name: cls(column.cum_sum()) for name, column in columns}

    def over(self, edges: Sequence[tuple[pl.Series, pl.Series]]) -> pl.Series | None:
        """The sums between edges, for every node and window; None where there are none."""
        total: pl.Series | None = None
        for before, after in edges:
            part = self.sums[after] - self.sums[before]
            total = part if total is None else total + part
        return total


def edges(windows: Sequence[Sequence[Range]], nodes: int, ticks: int) -> list[tuple[pl.Series, pl.Series]]:
    """Where the running sums stand before and after each range, for every node and window, node by node.

    A day counts as often as a window's ranges hold it, so there are as many pairs as a window has ranges.
    """
    kind = pl.get_index_type()
    rows = pl.DataFrame({"node": pl.int_range(nodes, dtype=kind, eager=True) * ticks})
    found = []
    for place in range(max((len(ranges) for ranges in windows), default=0)):
        some = [ranges[place] if place < len(ranges) else (0, -1) for ranges in windows]
        at = pl.DataFrame({"lo": [lo for lo, _ in some], "after": [hi + 1 for _, hi in some]}).cast(kind)
        both = rows.join(at, how="cross", maintain_order="left_right")
        found.append((both["node"] + both["lo"], both["node"] + both["after"]))
    return found
