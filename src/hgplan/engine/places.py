"""Places: units, cut into the stretches of time in which they stood under the same of the asked nodes."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from itertools import pairwise

import attrs
import polars as pl

from hgplan.engine.tree import NODE, Nodes
from hgplan.engine.visible import DAY, FAR, STAND, UNIT

__all__ = ["PLACE", "Places"]

PLACE = "@place"
_DAWN = date(1, 1, 1)
_WIDE = 2**23  # more than there are days in the calendar
_EPOCH = 719_163


@attrs.frozen(eq=False)
class Places:
    """Every row stands in one place, and a place lies under the same nodes on all of its days."""

    nodes: Nodes

    @cached_property
    def pieces(self) -> pl.DataFrame:
        """Place, unit, first day and the day after the last, by unit and day."""
        units = len(self.nodes.organisation.units)
        cuts: dict[int, set[date]] = {unit: {_DAWN} for unit in range(units)}
        for unit, since, till in self.nodes.frame.select(UNIT, "@from", "@to").unique().iter_rows():
            cuts[unit] |= {since, till} - {FAR}
        rows = [(unit, since, till) for unit, found in cuts.items() for since, till in pairwise([*sorted(found), FAR])]
        frame = pl.DataFrame(rows, schema={UNIT: pl.Int32, "@since": pl.Date, "@till": pl.Date}, orient="row")
        return frame.with_row_index(PLACE)

    @cached_property
    def steady(self) -> bool:
        """Whether no unit ever moves, so that a unit is a place."""
        return len(self.pieces) == len(self.nodes.organisation.units)

    def __len__(self) -> int:
        return len(self.pieces)

    @cached_property
    def above(self) -> pl.DataFrame:
        """Place and node: every asked node above each place."""
        held = self.pieces.join(self.nodes.frame, on=UNIT, how="inner")
        inside = held.filter((pl.col("@from") <= pl.col("@since")) & (pl.col("@till") <= pl.col("@to")))
        return inside.select(PLACE, NODE)

    def of(self, rows: pl.DataFrame) -> pl.Series:
        """The place of each row, by the tree of the day on which it stands."""
        if self.steady:
            return rows[UNIT].cast(pl.UInt32)
        day = STAND if STAND in rows.columns else DAY
        key = (pl.col(UNIT).cast(pl.Int64) * _WIDE + pl.col(day).to_physical().cast(pl.Int64) + _EPOCH).alias("@key")
        starts = self.pieces.select(pl.col(UNIT).alias(UNIT), pl.col("@since").alias(day)).select(key).to_series()
        found = starts.search_sorted(rows.select(key).to_series(), side="right")
        return (found.cast(pl.Int64) - 1).cast(pl.UInt32)

    def rolled(self, leaf: pl.DataFrame) -> pl.DataFrame:
        """Frame with a place turned into one with a node: each row once for every node above its place."""
        return leaf.join(self.above, on=PLACE, how="inner")
