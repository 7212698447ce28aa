"""Keys that qualify by a figure of their own: `distinct(having=contacts.count() > 2)`."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from hgplan.engine.exact import as_float
from hgplan.engine.grid import Figures, Grid, grouping
from hgplan.engine.rowsets import Reader
from hgplan.engine.visible import ENTITY
from hgplan.engine.windows import WINDOW
from hgplan.metrics.counts import Distinct
from hgplan.metrics.measures import Comparison, Having, Joined, Measure

__all__ = ["qualified"]

Evaluate = Callable[[Reader, Grid, Measure], Figures]


def qualified(evaluate: Evaluate, reader: Reader, grid: Grid, measure: Distinct, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows whose key passes the question in the same period, anywhere in the organisation."""
    key = measure.key or ENTITY
    by = grouping(key)
    keys = rows.select(pl.col(key).alias(by)).unique().sort(by)
    whole = Grid(reader.root, grid.windows, (by,), keys)
    passed = _passed(evaluate, reader, whole, measure.having)  # type: ignore[arg-type]  # asked only where there is one
    cells = whole.cells.with_columns(passed.alias("@passed")).filter("@passed")
    named = keys.with_row_index("@group").with_columns(pl.col("@group").cast(pl.Int32))
    good = cells.select(WINDOW, "@group").join(named, on="@group").select(WINDOW, pl.col(by).alias(key))
    return rows.join(good, on=[WINDOW, key], how="semi")


def _passed(evaluate: Evaluate, reader: Reader, grid: Grid, having: Having) -> pl.Series:
    if isinstance(having, Joined):
        one, other = (_passed(evaluate, reader, grid, side) for side in (having.left, having.right))
        return one & other if having.sign == "&" else one | other
    assert isinstance(having, Comparison)
    left, right = (_values(evaluate(reader, grid, side)) for side in (having.left, having.right))
    frame = pl.DataFrame({"a": left, "b": right})
    a, b = pl.col("a"), pl.col("b")
    asked = {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[having.sign]
    return frame.select(asked.fill_null(False)).to_series()


def _values(figures: Figures) -> pl.Series:
    return figures.frame.select(as_float(pl.col("x"), figures.numbers, figures.scale)).to_series()
