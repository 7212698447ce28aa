"""How a running figure is read at a coarser grain: on the last or first day that has one, or as the days' mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs
import polars as pl

from hgplan.engine.grid import Figures, Grid, Numbers
from hgplan.engine.held import unscaled
from hgplan.engine.rowsets import Reader
from hgplan.engine.tree import NODE
from hgplan.engine.windows import WINDOW, Windows
from hgplan.metrics.measures import Reading

__all__ = ["read", "to_date", "trailing"]

_OWNER, _PLACE = "@owner", "@place"


def trailing(reader: Reader, windows: Windows, window: str) -> Windows:
    """The windows over so long before the days on which these are read: the same ones whatever is asked of them."""
    return reader.once(("trailing", windows, window), lambda: windows.trailing(window))


def to_date(reader: Reader, windows: Windows, grain: str | None, first: Callable[[], date]) -> Windows:
    """The windows from the start of the grain, or from the `first` day, to the days on which these are read."""
    if grain is None:
        return windows.to_date(None, first)
    return reader.once(("to date", windows, grain), lambda: windows.to_date(grain, first))


def read(grid: Grid, at: Reading, evaluate: Callable[[Grid], Figures]) -> Figures:
    """The running figure of each window; `evaluate` gives it on the day that a window is read."""
    last = evaluate(grid)
    count = len(grid.windows.each)
    if at == "last":
        # The last day nearly always has a figure; only where it hasn't are the days before it looked at.
        if not last.frame["x"].null_count():
            return last
        bare = grid.cells.hstack(last.frame.select("x")).filter(pl.col("x").is_null())[WINDOW].unique().sort().to_list()
        only = [index for index in bare if _length(grid, index) > 1]
        return _replaced(grid, last, _by_day(grid, only, evaluate, at)) if only else last
    # A mean has no sides, be it of a single day: what is told of a window may not hang on those asked beside it.
    if at == "first" and all(_length(grid, index) == 1 for index in range(count)):
        return last
    return _replaced(grid, last, _by_day(grid, range(count), evaluate, at), whole=True)


def _length(grid: Grid, index: int) -> int:
    return sum((hi - lo).days + 1 for lo, hi in grid.windows.each[index].days)


def _by_day(
    grid: Grid, only: range | list[int], evaluate: Callable[[Grid], Figures], at: Reading
) -> tuple[pl.DataFrame, Figures]:
    windows, owners = grid.windows.daily(list(only))
    daily = Grid(grid.nodes, windows, grid.by, grid.groups)
    figures = evaluate(daily)
    owner = pl.DataFrame({WINDOW: range(len(owners)), _OWNER: owners}, schema={WINDOW: pl.Int32, _OWNER: pl.Int32})
    days = daily.cells.hstack(figures.frame).join(owner, on=WINDOW, how="left", maintain_order="left")
    known = days.filter(pl.col("x").is_not_null())
    keys = [NODE, _OWNER, "@group"]
    if at == "mean":
        mean = unscaled(pl.col("x").cast(pl.Float64).sort_by(WINDOW).sum() / pl.col("x").count(), figures.scale)
        # With no day's figure it is as available as the worst day.
        told = pl.when(pl.col("x").count() > 0).then(pl.lit(0, dtype=pl.Int8)).otherwise(pl.col("state").max())
        found = days.group_by(keys).agg(
            pl.when(pl.col("x").count() > 0).then(mean).alias("x"),
            pl.col("rows").sum(),
            pl.col("complete").min(),
            told.alias("state"),
        )
    else:
        # Where no day has a figure, a first reading stays that of the first day.
        read = known if at == "last" else pl.concat([known.sort(WINDOW), days.sort(WINDOW)])
        ordered = read.sort(WINDOW, descending=True) if at == "last" else read
        found = ordered.unique(keys, keep="first", maintain_order=True)
    return found.rename({WINDOW: _PLACE} if WINDOW in found.columns else {}).rename({_OWNER: WINDOW}), figures


def _replaced(grid: Grid, last: Figures, found: tuple[pl.DataFrame, Figures], *, whole: bool = False) -> Figures:
    """The figures with those found day by day in the place of what they have not (or of all)."""
    days, daily = found
    mean = "numerator" not in days.columns
    numbers: Numbers = "derived" if mean else daily.numbers
    scale = 0 if mean else daily.scale
    columns = [name for name in last.frame.columns if name in days.columns]
    named = days.select(NODE, WINDOW, "@group", *(pl.col(name).alias(f"{name}_2") for name in columns))
    both = grid.cells.hstack(last.frame).join(named, on=[NODE, WINDOW, "@group"], how="left", maintain_order="left")
    have = pl.col("state_2").is_not_null()
    kind = pl.Float64 if numbers != "exact" else pl.Int128
    state = pl.when(have).then("state_2").otherwise("state")
    taken = {"x": "x_2", **{name: f"{name}_2" for name in columns if name != "x"}}
    frame = both.with_columns(
        state.alias("state"),
        *(
            pl.when(have)
            .then(pl.col(other))
            .otherwise(pl.lit(None) if name == "x" and whole else pl.col(name))
            .cast(kind if name == "x" else last.frame.schema[name])
            .alias(name)
            for name, other in taken.items()
            if name != "state"
        ),
    )
    if mean:
        void = pl.lit(None, dtype=pl.Int128)
        frame = frame.with_columns(void.alias("numerator"), void.alias("denominator"))
        return Figures(frame.select(last.frame.columns), "derived")
    return attrs.evolve(last, frame=frame.select(last.frame.columns), numbers=numbers, scale=scale)
