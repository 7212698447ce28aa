"""The grid of an answer: every node x window x group, and columns of figures laid on it."""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property
from typing import Literal, TypeAlias

import attrs
import polars as pl

from hgplan.engine.dense import blank
from hgplan.engine.tree import NODE, Nodes
from hgplan.engine.visible import DAY
from hgplan.engine.windows import HI, LO, WINDOW, Windows

__all__ = ["CELL", "Figures", "Grid", "Numbers", "State", "counts", "grouped", "grouping", "in_windows"]

CELL, GROUP = "@cell", "@group"
_BY = "@by:"

Numbers: TypeAlias = Literal["exact", "float", "derived"]
"""Whole numbers of `10**-scale`; floats that came as such from the data; floats that a division made."""


class State(IntEnum):
    """The availability of a figure, from the best to the worst."""

    available = 0
    undefined = 1
    missing = 2
    immature = 3
    not_expected = 4


def grouping(column: str) -> str:
    """The name under which a column makes groups, apart from whatever else a frame holds."""
    return f"{_BY}{column}"


def grouped(name: str) -> str:
    """The column that makes groups under a name; any other name stands for itself."""
    return name.removeprefix(_BY)


@attrs.frozen(eq=False)
class Grid:
    """What is asked at once: nodes, windows, and the groups that occur in the data, by the names of `grouping`."""

    nodes: Nodes
    windows: Windows
    by: tuple[str, ...] = ()
    groups: pl.DataFrame | None = None

    @property
    def width(self) -> int:
        """How many groups a node and window have."""
        return 1 if self.groups is None else len(self.groups)

    def __len__(self) -> int:
        return len(self.nodes.ids) * len(self.windows.each) * self.width

    @cached_property
    def cells(self) -> pl.DataFrame:
        """Cell, node, window and group of every place in the grid, in the order of the answer."""
        cell = pl.int_range(len(self), dtype=pl.Int64, eager=True).alias(CELL)
        width, windows = self.width, len(self.windows.each)
        return pl.DataFrame(cell).with_columns(
            (pl.col(CELL) // (width * windows)).cast(pl.Int32).alias(NODE),
            (pl.col(CELL) // width % max(windows, 1)).cast(pl.Int32).alias(WINDOW),
            (pl.col(CELL) % max(width, 1)).cast(pl.Int32).alias(GROUP),
        )

    @property
    def keys(self) -> list[str]:
        """The columns that name a cell in rows that were counted."""
        return [NODE, WINDOW, *self.by]

    def laid(self, counted: pl.DataFrame) -> pl.DataFrame:
        """Counted rows (one a node, window and group) laid on the whole grid; null where nothing was counted."""
        group = pl.lit(0, dtype=pl.Int32)
        if self.groups is not None:
            kinds = {name: self.groups.schema[name] for name in self.by}
            named = self.groups.with_row_index(GROUP).with_columns(pl.col(GROUP).cast(pl.Int32))
            counted = counted.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())
            counted = counted.join(named, on=list(self.by), how="inner", nulls_equal=True).drop(self.by)
            group = pl.col(GROUP)
        place = (pl.col(NODE).cast(pl.Int64) * len(self.windows.each) + pl.col(WINDOW)) * self.width + group
        counted = counted.with_columns(place.alias(CELL)).drop(NODE, WINDOW)
        if GROUP in counted.columns:
            counted = counted.drop(GROUP)
        return self.cells.select(CELL).join(counted, on=CELL, how="left", maintain_order="left").drop(CELL)

    def laid_alike(self, counted: pl.DataFrame) -> pl.DataFrame:
        """The same for what a node and window have whatever the group."""
        return self.cells.join(counted, on=[NODE, WINDOW], how="left", maintain_order="left").drop(
            CELL, NODE, WINDOW, GROUP
        )


@attrs.frozen(eq=False)
class Figures:
    """Figures on a grid: columns x, numerator, denominator, rows, state and complete, in the grid's order.

    `x`, `numerator` and `denominator` are Int128 where they are exact, counted in `10**-scale`, and Float64 elsewhere.
    """

    frame: pl.DataFrame
    numbers: Numbers = "exact"
    scale: int = 0
    numerator: tuple[Numbers, int] | None = None
    denominator: tuple[Numbers, int] | None = None

    @classmethod
    def of(
        cls,
        frame: pl.DataFrame,
        x: pl.Expr,
        *,
        numbers: Numbers = "exact",
        scale: int = 0,
        rows: pl.Expr,
        state: pl.Expr | None = None,
        complete: pl.Expr | None = None,
        numerator: pl.Expr | None = None,
        denominator: pl.Expr | None = None,
        above: tuple[Numbers, int] | None = None,
        below: tuple[Numbers, int] | None = None,
    ) -> Figures:
        """Figures from a laid frame; unsaid, one without a value is undefined and nothing is told of completeness."""
        kind = pl.Int128 if numbers == "exact" else pl.Float64
        void = pl.lit(None, dtype=pl.Int128)
        told = frame.with_columns(
            x.cast(kind).alias("x"),
            (numerator if numerator is not None else void).alias("numerator"),
            (denominator if denominator is not None else void).alias("denominator"),
            rows.fill_null(0).cast(pl.Int64).alias("rows"),
            (state if state is not None else pl.lit(None)).cast(pl.Int8).alias("state"),
            (complete if complete is not None else pl.lit(None)).cast(pl.Float64).alias("complete"),
        )
        # What hangs on what was worked out is told of it, so that it isn't worked out twice.
        x, known = pl.col("x"), pl.col("state")
        if state is None:
            known = pl.when(x.is_null()).then(State.undefined).otherwise(0).cast(pl.Int8).alias("state")
        else:
            x = pl.when(known == State.available).then(x).alias("x")
        figures = told.select(x, "numerator", "denominator", "rows", known, "complete")
        return cls(figures, numbers, scale, above, below)


def counts(x: pl.Series, rows: pl.Series, scale: int = 0) -> Figures:
    """Counts or sums of `10**-scale`, which are always there, with the rows behind them."""
    void = pl.Series([None], dtype=pl.Int128).new_from_index(0, len(x))
    frame = pl.DataFrame(
        [
            x.cast(pl.Int128).alias("x"),
            void.alias("numerator"),
            void.alias("denominator"),
            rows.cast(pl.Int64).alias("rows"),
            blank(len(x), pl.Int8()).alias("state"),
            pl.Series("complete", [None], dtype=pl.Float64).new_from_index(0, len(x)),
        ]
    )
    return Figures(frame, scale=scale)


def in_windows(rows: pl.DataFrame, windows: Windows) -> pl.DataFrame:
    """Each row once for every span of days that it lies in: a day that counts twice gives its rows twice."""
    days = rows.select(DAY).unique()
    spans = windows.frame()
    held = days.join_where(spans, pl.col(DAY) >= pl.col(LO), pl.col(DAY) <= pl.col(HI)).select(DAY, WINDOW)
    return rows.join(held, on=DAY, how="inner")
