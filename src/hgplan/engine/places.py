"""Places: units, cut into the stretches of time in which they stood under the same of the asked nodes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from functools import cached_property, reduce
from itertools import pairwise
from operator import add
from typing import Any, TypeVar

import attrs
import polars as pl

from hgplan.engine.dense import blank, narrow
from hgplan.engine.tree import NODE, Nodes
from hgplan.engine.visible import DAY, FAR, STAND, UNIT

__all__ = ["PLACE", "Places"]

_T = TypeVar("_T")
PLACE = "@place"
_DAWN = date(1, 1, 1)
_WIDE = 2**23  # more than there are days in the calendar
_EPOCH = 719_163


@attrs.frozen(eq=False)
class Places:
    """Every row stands in one place, and a place lies under the same nodes on all of its days."""

    nodes: Nodes
    _known: dict[Hashable, Any] = attrs.field(factory=dict, init=False)

    @cached_property
    def pieces(self) -> pl.DataFrame:
        """Place, unit, first day and the day after the last, by unit and day."""
        units, frame = len(self.nodes.organisation.units), self.nodes.frame
        cuts: dict[int, set[date]] = {unit: {_DAWN} for unit in range(units)}
        moves = frame.filter((pl.col("@from") != _DAWN) | (pl.col("@to") != FAR))
        for unit, since, till in moves.select(UNIT, "@from", "@to").unique().iter_rows():
            cuts[unit] |= {since, till} - {FAR}
        rows = [(unit, since, till) for unit, found in cuts.items() for since, till in pairwise([*sorted(found), FAR])]
        frame = pl.DataFrame(rows, schema={UNIT: pl.Int32, "@since": pl.Date, "@till": pl.Date}, orient="row")
        return frame.with_row_index(PLACE)

    @cached_property
    def steady(self) -> bool:
        """Whether no unit ever moves, so that a unit is a place."""
        return len(self.pieces) == len(self.nodes.organisation.units)

    @property
    def code(self) -> Hashable:
        """What makes two sets of places the same: units are, whatever is asked of them, where none ever moves."""
        return "units" if self.steady else self.nodes.key

    def __len__(self) -> int:
        return len(self.pieces)

    @cached_property
    def above(self) -> pl.DataFrame:
        """Place and node: every asked node above each place."""
        held = self.pieces.join(self.nodes.frame, on=UNIT, how="inner")
        inside = held.filter((pl.col("@from") <= pl.col("@since")) & (pl.col("@till") <= pl.col("@to")))
        return inside.select(PLACE, NODE)

    @cached_property
    def lone(self) -> list[pl.Series]:
        """The nodes above each place that hold no other: a column for each of the most that a place has."""
        return self._layers(~pl.col(NODE).is_duplicated())

    @cached_property
    def gathering(self) -> list[pl.Series]:
        """The same of the nodes above several places."""
        return self._layers(pl.col(NODE).is_duplicated())

    def _layers(self, which: pl.Expr) -> list[pl.Series]:
        chosen = self.above.filter(which).with_columns(pl.int_range(pl.len()).over(PLACE).alias("@layer"))
        none = pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(self))
        return [none.clone().scatter(one[PLACE], one[NODE]) for one in chosen.partition_by("@layer")]

    def of(self, rows: pl.DataFrame) -> pl.Series:
        """The place of each row, by the tree of the day on which it stands."""
        if self.steady:
            return rows[UNIT]
        day = STAND if STAND in rows.columns else DAY
        key = (pl.col(UNIT).cast(pl.Int64) * _WIDE + pl.col(day).to_physical().cast(pl.Int64) + _EPOCH).alias("@key")
        starts = self.pieces.select(pl.col(UNIT).alias(UNIT), pl.col("@since").alias(day)).select(key).to_series()
        found = starts.search_sorted(rows.select(key).to_series(), side="right")
        return (found.cast(pl.Int64) - 1).cast(narrow(len(self)))

    @cached_property
    def _order(self) -> pl.Series:
        """The places in an order in which those below a node lie side by side, as a tree lets them."""
        sizes = self.above.group_by(NODE).agg(pl.len().alias("@size"))
        sized = self.above.join(sizes, on=NODE).sort(PLACE, "@size", NODE, descending=[False, True, False])
        paths: list[list[int]] = [[] for _ in range(len(self))]
        for place, node in sized.select(PLACE, NODE).iter_rows():
            paths[place].append(node)
        return pl.Series(sorted(range(len(self)), key=paths.__getitem__), dtype=pl.get_index_type())

    @cached_property
    def _positions(self) -> pl.Series:
        """Each place's position in that order."""
        return blank(len(self), pl.UInt32()).scatter(self._order, pl.int_range(len(self), eager=True))

    @cached_property
    def _stretches(self) -> list[tuple[pl.Series, pl.Series]]:
        """For every node the first position below it and the one after the last; further ones where it has gaps."""
        nodes, kind = len(self.nodes.ids), pl.get_index_type()
        below = self.above.select(NODE, self._positions[self.above[PLACE]].alias("@at")).sort(NODE, "@at")
        begins = (pl.col("@at").cast(pl.Int64).diff() != 1) | (pl.col(NODE) != pl.col(NODE).shift(1))
        runs = (
            below.with_columns(begins.fill_null(True).cum_sum().alias("@run"))
            .group_by("@run", maintain_order=True)
            .agg(pl.col(NODE).first(), pl.col("@at").min().alias("@lo"), (pl.col("@at").max() + 1).alias("@hi"))
            .with_columns(pl.int_range(pl.len()).over(NODE).alias("@layer"), pl.col("@lo", "@hi").cast(kind))
        )
        none = blank(nodes, pl.Int64()).cast(kind)
        return [
            (none.clone().scatter(layer[NODE], layer["@lo"]), none.clone().scatter(layer[NODE], layer["@hi"]))
            for layer in runs.sort("@layer").partition_by("@layer", maintain_order=True)
        ]

    def rolled(self, counted: pl.DataFrame, column: str, width: int) -> pl.DataFrame:
        """What was counted by place and one of so many columns, each pair once, summed below every node.

        The answer has a row for every node and column, node by node, and what was counted by its names.
        """
        at = counted[column].cast(pl.Int64) * len(self) + self._positions[counted[PLACE]] + 1
        names = [name for name in counted.columns if name not in (PLACE, column)]
        length = width * len(self) + 1
        # One column after the other: of many units and ticks each is large.
        summed = ((name, blank(length, counted.schema[name]).scatter(at, counted[name]).cum_sum()) for name in names)
        return pl.DataFrame([self._between(sums, width).alias(name) for name, sums in summed])

    def rolled_up(self, counted: pl.Series, width: int) -> pl.Series:
        """The same of one count, which every place has of every column, place by place."""
        sums = pl.concat([blank(1, counted.dtype), counted[self._turned(width)]]).cum_sum()
        return self._between(sums, width)

    def _between(self, sums: pl.Series, width: int) -> pl.Series:
        """What was summed column by column in the order of the tree, below every node, node by node."""
        parts = [sums[after] - sums[first] for first, after in self._edges(width)]
        return reduce(add, parts) if parts else blank(len(self.nodes.ids) * width, sums.dtype)

    def _turned(self, width: int) -> pl.Series:
        """Where in what stands place by place the next one of each column is, in the order of the tree."""

        def made() -> pl.Series:
            rows = pl.DataFrame({"column": pl.int_range(width, dtype=pl.get_index_type(), eager=True)})
            both = rows.join(self._order.to_frame("place") * width, how="cross", maintain_order="left_right")
            return both["place"] + both["column"]

        return self._once(("turned", width), made)

    def _edges(self, width: int) -> list[tuple[pl.Series, pl.Series]]:
        """Where the running sums of places stand before and after each node's stretches, in every column."""

        def made() -> list[tuple[pl.Series, pl.Series]]:
            every = pl.DataFrame({"column": pl.int_range(width, dtype=pl.get_index_type(), eager=True) * len(self)})
            ends = [
                pl.DataFrame({"lo": first, "hi": after}).join(every, how="cross", maintain_order="left_right")
                for first, after in self._stretches
            ]
            return [(both["lo"] + both["column"], both["hi"] + both["column"]) for both in ends]

        return self._once(("edges", width), made)

    def _once(self, name: Hashable, make: Callable[[], _T]) -> _T:
        if name not in self._known:
            self._known[name] = make()
        found: _T = self._known[name]
        return found
