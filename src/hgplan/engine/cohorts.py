"""Cohorts: what became of those who began in a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from hgplan.engine.grid import Figures, Grid, State, in_windows
from hgplan.engine.roads import COHORTS
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.runs import RUN_END, RUN_START, runs
from hgplan.engine.tallies import Tally
from hgplan.engine.tree import NODE
from hgplan.engine.visible import CENSORED, DAY, END, ENTITY, OBSERVED
from hgplan.metrics.counts import Immature, Retained, Survival
from hgplan.model.durations import Duration

__all__ = ["COUNTS", "KEPT", "LIFE", "followed", "life_table", "lives", "product_limit", "rate", "retained", "survival"]

_DUE, _RIPE, _INDEX = "@due", "@ripe", "@index"
KEPT: Final = "@kept"
COUNTS: Final = "@counts"
_EXIT, _LEFT, _ENTRY = "@exit", "@left", "@entry"
LIFE: Final = (_ENTRY, _EXIT, _LEFT)
"""A stay: from which day of it on it was watched (null: from the first), for how many days, and whether it ended."""


def _cohort(reader: Reader, grid: Grid, measure: Retained | Survival) -> tuple[Rows, pl.DataFrame]:
    """Every start at each node, with the attributes of the row that opens it and the day of its horizon."""
    reader.took(measure, COHORTS)
    rows = reader.spells(measure.rows, grid.nodes)
    starts = reader.starts(rows, grid.nodes, measure.scope)
    frame = reader.with_columns(Rows(starts, rows.table, rows.kind, placed=True), grid.by)
    horizon = Duration.parse(measure.horizon)
    due = pl.col(DAY).dt.offset_by(f"{horizon.months}mo").dt.offset_by(f"{horizon.days}d")
    ripe = pl.col(_DUE) <= reader.clocks.until
    return rows, frame.with_columns(due.alias(_DUE)).with_columns(ripe.alias(_RIPE)).with_row_index(_INDEX)


def retained(reader: Reader, grid: Grid, measure: Retained) -> Tally:
    """Kept over ripe, of n that matured: each start followed on its own to its horizon, whatever happened between."""
    counted = (
        followed(reader, grid, measure)
        .group_by(grid.keys)
        .agg(
            pl.len().cast(pl.Int64).alias("n"),
            pl.col(_RIPE).sum().cast(pl.Int64).alias("matured"),
            pl.col(COUNTS).sum().cast(pl.Int64).alias("ripe"),
            (pl.col(KEPT) & pl.col(COUNTS)).sum().cast(pl.Int64).alias("kept"),
        )
    )
    return Tally(grid.laid(counted).with_columns(pl.all().fill_null(0)))


def followed(reader: Reader, grid: Grid, measure: Retained) -> pl.DataFrame:
    """Every start of the cohorts in the grid's windows, with whether it counts (COUNTS) and is kept (KEPT)."""
    rows, cohort = _cohort(reader, grid, measure)
    keys = [ENTITY] if measure.scope == "organisation" else [NODE, ENTITY]
    state = runs(reader.merged(rows, None if measure.scope == "organisation" else grid.nodes), keys)
    # After `until` nothing has happened yet, nor has any unit moved: who is in the state then is still in it.
    read = pl.min_horizontal(_DUE, pl.lit(reader.clocks.until)).alias(_DUE)
    pairs = cohort.select(_INDEX, read, *keys).join(state.select(*keys, RUN_START, RUN_END), on=keys, how="inner")
    kept = pairs.filter((pl.col(RUN_START) <= pl.col(_DUE)) & (pl.col(_DUE) < pl.col(RUN_END)))[_INDEX].unique()
    counts = pl.col(_RIPE) | (measure.immature == "include")
    told = cohort.with_columns(pl.col(_INDEX).is_in(kept.implode()).alias(KEPT), counts.alias(COUNTS))
    return in_windows(told, grid.windows)


def rate(laid: pl.DataFrame, immature: Immature, rows: str = "n") -> Figures:
    """Kept over ripe, of n entries of which so many matured; immature where none of them did and they don't count."""
    unripe = (pl.col("n") > 0) & (pl.col("matured") == 0) & (immature == "exclude")
    quotient = pl.when(pl.col("ripe") > 0).then(pl.col("kept").cast(pl.Float64) / pl.col("ripe").cast(pl.Float64))
    return Figures.of(
        laid,
        quotient,
        numbers="derived",
        rows=pl.col(rows),
        state=pl.when(unripe).then(State.immature).when(pl.col("ripe") == 0).then(State.undefined).otherwise(0),
        complete=pl.when(pl.col("n") > 0).then(pl.col("matured") / pl.col("n")),
        numerator=pl.col("kept").cast(pl.Int128),
        denominator=pl.col("ripe").cast(pl.Int128),
        above=("exact", 0),
        below=("exact", 0),
    )


def survival(reader: Reader, grid: Grid, measure: Survival) -> Figures:
    """Kaplan and Meier's product-limit estimate (1958) of the share still in the state at the horizon.

    The curve falls by (1 - leavers / at risk) at each length of stay on which somebody leaves. Who is censored after u
    days is still at risk at u; who was first watched after o days is at risk from the day after.
    """
    stays = lives(reader, grid, measure)
    figures: list[dict[str, object]] = []
    for key, cell in stays.sort(_INDEX).group_by(grid.keys, maintain_order=True):
        share = product_limit(cell.select(*LIFE).iter_rows())
        # At risk at the horizon: whoever was watched and in the state up to it.
        there = pl.col(_ENTRY).is_null() | (pl.col(_ENTRY) < pl.col(_EXIT))
        at_risk = cell.filter(there & (pl.col(_EXIT) == (pl.col(_DUE) - pl.col(DAY)).dt.total_days())).height
        row = {"n": len(cell), "ripe": int(cell[_RIPE].sum()), "x": share, "d": at_risk}
        figures.append({**dict(zip(grid.keys, key, strict=True)), **row})
    numbers: dict[str, pl.DataType] = {"n": pl.Int64(), "ripe": pl.Int64(), "x": pl.Float64(), "d": pl.Int64()}
    kinds: dict[str, pl.DataType] = {name: stays.schema.get(name, pl.Int32()) for name in grid.keys}
    laid = grid.laid(pl.DataFrame(figures, schema=kinds | numbers))
    some = pl.col("n").fill_null(0) > 0
    return Figures.of(
        laid,
        pl.col("x"),
        numbers="derived",
        rows=pl.col("n"),
        state=pl.when(some & (pl.col("ripe") == 0)).then(State.immature).when(~some).then(State.undefined).otherwise(0),
        complete=pl.when(some).then(pl.col("ripe") / pl.col("n")),
        denominator=pl.col("d").fill_null(0).cast(pl.Int128),
        below=("exact", 0),
    )


def lives(reader: Reader, grid: Grid, measure: Survival) -> pl.DataFrame:
    """Every stay of the cohorts in the grid's windows, with the columns of `LIFE`: how long it was looked at.

    That is up to the horizon, to `until`, or to the day on which nobody watched on; in days from the start.
    """
    _, cohort = _cohort(reader, grid, measure)
    until = pl.lit(reader.clocks.until)
    # A unit may be known to move away later than `until`: its members have not left before it does.
    lasting = pl.col(RUN_END) > until
    watched = pl.when(lasting).then(until).otherwise(pl.col(RUN_END))
    # Beyond its own horizon a stay is not looked at: a month has no fixed number of days.
    seen = pl.min_horizontal(watched, pl.col(_DUE))
    censored = _censored(reader, grid, measure)
    left = ~lasting & (pl.col(RUN_END) <= pl.col(_DUE)) & ~pl.struct(NODE, ENTITY, DAY).is_in(censored.implode())
    entry = (
        (pl.col(OBSERVED) - pl.col(DAY)).dt.total_days() if OBSERVED in cohort.columns else pl.lit(None, dtype=pl.Int64)
    )
    watched_for = (seen - pl.col(DAY)).dt.total_days()
    return in_windows(
        cohort.with_columns(watched_for.alias(_EXIT), left.alias(_LEFT), entry.alias(_ENTRY)), grid.windows
    )


def _censored(reader: Reader, grid: Grid, measure: Survival) -> pl.Series:
    """The runs (node, entity, first day) that end because nobody watched on."""
    rows = reader.spells(measure.rows, grid.nodes)
    ended = reader.merged(rows, grid.nodes if measure.scope == "unit" else None)
    if CENSORED not in ended.columns:
        return pl.Series([], dtype=pl.Struct({NODE: pl.Int32, ENTITY: rows.frame.schema[ENTITY], DAY: pl.Date}))
    last = ended.filter(pl.col(END) == pl.col(RUN_END)).group_by("@run").agg(
        pl.col(ENTITY).first(), pl.col(RUN_START).first().alias(DAY), pl.col(CENSORED).all(),
        *([pl.col(NODE).first()] if measure.scope == "unit" else []),
    ).filter(CENSORED)  # fmt: skip
    if measure.scope == "organisation":
        every = pl.DataFrame({NODE: range(len(grid.nodes.ids))}, schema={NODE: pl.Int32})
        last = last.join(every, how="cross")
    return last.select(pl.struct(NODE, ENTITY, DAY)).to_series()


def product_limit(lives: Iterable[tuple[int | None, int, bool]]) -> float:
    """The estimate after the last exit, of lives as (entry, exit, whether they left then).

    >>> product_limit([(None, 2, True), (None, 3, False), (None, 4, False)])
    0.6666666666666667
    """
    share = 1.0
    for _, at_risk, left, _ in life_table(lives):
        if left:
            share *= 1 - left / at_risk
    return share


def life_table(lives: Iterable[tuple[int | None, int, bool]]) -> Iterator[tuple[int, int, int, int]]:
    """Each day on which somebody leaves, is censored or is first watched: day, at risk, leavers, censored.

    >>> list(life_table([(None, 2, True), (None, 3, False), (2, 4, True)]))
    [(2, 2, 1, 0), (3, 2, 0, 1), (4, 1, 1, 0)]
    """
    exits: dict[int, int] = {}
    leavers: dict[int, int] = {}
    entries: dict[int, int] = {}
    at_risk = 0
    for entry, exit, left in lives:
        # Who is first watched on or after the day of leaving was never at risk.
        if entry is not None and entry >= exit:
            continue
        if entry is None or entry < 0:
            at_risk += 1
        else:
            entries[entry] = entries.get(entry, 0) + 1
        exits[exit] = exits.get(exit, 0) + 1
        if left:
            leavers[exit] = leavers.get(exit, 0) + 1
    for day in sorted({*exits, *entries}):
        gone = leavers.get(day, 0)
        yield day, at_risk, gone, exits.get(day, 0) - gone
        at_risk += entries.get(day, 0) - exits.get(day, 0)
