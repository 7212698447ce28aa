"""Coverage: which cells of a matrix have activities in them, and how varied and how recruiting activities are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import polars as pl

from hgplan.followup.axes import Axis
from hgplan.followup.belonging import Owners
from hgplan.model import Activity

__all__ = ["CELLS", "MARKERS", "VARIETY", "cells", "filled", "markers", "variety"]

CELLS: Final = pl.Schema(
    {
        "row": pl.String(), "row_title": pl.String(), "column": pl.String(), "column_title": pl.String(),
        "count": pl.Int64(), "covered": pl.Boolean(),
    }
)  # fmt: skip
"""The columns of cells."""

VARIETY: Final = pl.Schema(
    {
        "unit": pl.String(), "level": pl.String(), "until": pl.Date(), "axis": pl.String(), "activities": pl.Int64(),
        "used": pl.Int64(), "declared": pl.Int64(), "share": pl.Float64(), "unused": pl.List(pl.String()),
    }
)  # fmt: skip
"""The columns of variety."""

MARKERS: Final = pl.Schema(
    {
        "unit": pl.String(), "level": pl.String(), "until": pl.Date(), "activities": pl.Int64(), "marked": pl.Int64(),
        "marked_share": pl.Float64(), "recruiting": pl.Int64(), "recruiting_share": pl.Float64(),
    }
)  # fmt: skip
"""The columns of recruiting markers."""


def cells(rows: Axis, columns: Axis, counted: Sequence[Activity]) -> tuple[pl.DataFrame, int]:
    """Every cell with the number of activities in it, and the activities that stand in none.

    An activity with several words counts once in the cell of each.
    """
    pairs = [
        (row, column)
        for one in counted
        for row in dict.fromkeys(rows.of(one))
        for column in dict.fromkeys(columns.of(one))
        if row in rows.words and column in columns.words
    ]
    placed = sum(
        any(row in rows.words for row in rows.of(one)) and any(column in columns.words for column in columns.of(one))
        for one in counted
    )
    counts = pl.DataFrame(pairs, schema={"row": pl.String, "column": pl.String}, orient="row")
    return filled(rows, columns, counts.group_by("row", "column").agg(pl.len().alias("count"))), len(counted) - placed


def filled(rows: Axis, columns: Axis, counts: pl.DataFrame) -> pl.DataFrame:
    """All cells in the order of the axes, those that are not among the counts (row, column, count) with 0."""
    left = pl.DataFrame(list(rows.words.items()), schema={"row": pl.String, "row_title": pl.String}, orient="row")
    top = pl.DataFrame(
        list(columns.words.items()), schema={"column": pl.String, "column_title": pl.String}, orient="row"
    )
    whole = left.join(top, how="cross").join(counts, on=["row", "column"], how="left", maintain_order="left")
    count = pl.col("count").cast(pl.Int64).fill_null(0)
    return whole.select("row", "row_title", "column", "column_title", count, (count > 0).alias("covered")).cast(CELLS)


def variety(axis: Axis, counted: Sequence[Activity], owners: Owners, units: Collection[str]) -> pl.DataFrame:
    """How many different words of an axis the activities of each unit and below it use, of those declared."""
    rows = []
    for unit, own in owners.by_unit(counted, units).items():
        used = {word for one in own for word in axis.of(one)} & axis.words.keys()
        unused = [word for word in axis.words if word not in used] if axis.declared else None
        declared = len(axis.words) if axis.declared else None
        share = len(used) / declared if declared else None
        level = owners.organisation.level(unit)
        rows.append((unit, level, owners.day, axis.name, len(own), len(used), declared, share, unused))
    return pl.DataFrame(rows, schema=VARIETY, orient="row")


def markers(counted: Sequence[Activity], owners: Owners, units: Collection[str]) -> pl.DataFrame:
    """How many activities of each unit and below it say whether they recruit, and how many of those do."""
    rows = []
    for unit, own in owners.by_unit(counted, units).items():
        marked = sum(one.recruiting is not None for one in own)
        recruiting = sum(one.recruiting is True for one in own)
        shares = (marked / len(own) if own else None, recruiting / marked if marked else None)
        level = owners.organisation.level(unit)
        rows.append((unit, level, owners.day, len(own), marked, shares[0], recruiting, shares[1]))
    return pl.DataFrame(rows, schema=MARKERS, orient="row")
