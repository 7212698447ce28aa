"""Kinds of counting that somebody else brought: rows to states at the leaves, states to the figure of every cell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from hgplan.engine.counting import rows_in
from hgplan.engine.facts import Facts
from hgplan.engine.grid import Figures, Grid, in_windows
from hgplan.engine.roads import AGGREGATE
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.rowwise import Typed, lower
from hgplan.engine.tree import NODE
from hgplan.engine.visible import DAY, RANK, STAND, UNIT
from hgplan.engine.windows import WINDOW
from hgplan.errors import PluginError, UnknownName, nearest
from hgplan.metrics.aggregates import Aggregate
from hgplan.metrics.counts import Aggregated
from hgplan.metrics.nodes import columns_of
from hgplan.plugins import run_on_data

__all__ = ["aggregated"]

_X, _N, _STATE, _LAST = "@x", "@n", "@state", "@last"


def aggregated(reader: Reader, grid: Grid, measure: Aggregated) -> Figures:
    """A state for each leaf (a unit's rows of one day), and of them the figure of every node, window and group.

    A row is taken to a state once, however many cells it counts in; a day that counts twice counts its states twice.
    """
    reader.took(measure, AGGREGATE)
    aggregate = measure.aggregate or _known(reader.facts, measure.name)
    leaves, states = _leaves(reader, grid, measure, aggregate)
    cells = in_windows(reader.on(leaves, grid.nodes), grid.windows)
    if aggregate.over_time == "last":
        cells = _of_last_days(reader, grid, measure, cells)
    figures: list[dict[str, object]] = []
    gathered = cells.sort(_STATE).group_by(grid.keys, maintain_order=True).agg(_STATE, pl.col(_N).sum())
    for *key, numbers, behind in gathered.iter_rows():
        figure = _figure(aggregate, [states[number] for number in numbers])
        figures.append({**dict(zip(grid.keys, key, strict=True)), _N: behind, _X: figure})
    schema = {name: cells.schema[name] for name in grid.keys} | {_N: pl.Int64(), _X: pl.Float64()}
    laid = grid.laid(pl.DataFrame(figures, schema=schema))
    finite = pl.when(pl.col(_X).is_finite()).then(pl.col(_X))
    return Figures.of(laid, finite, numbers="derived", rows=pl.col(_N))


def _leaves(reader: Reader, grid: Grid, measure: Aggregated, aggregate: Aggregate) -> tuple[Rows, list[Any]]:
    """One row a leaf, with how many rows it holds and the number of its state."""
    names = [f"{_X}{index}" for index in range(len(measure.columns))]
    read = sorted(frozenset[str]().union(*map(columns_of, measure.columns)))
    rows = reader.events(measure.rows, grid.nodes)
    frame = reader.with_columns(rows, [*grid.by, *read])
    values = [lower(column, frame.schema) for column in measure.columns]
    valued = frame.with_columns(value.expr.alias(name) for name, value in zip(names, values, strict=True))
    places = [name for name in (NODE, UNIT, STAND, DAY) if name in frame.columns]
    leaf = list(dict.fromkeys([*places, *grid.by]))
    held = valued.sort([*places, RANK]).group_by(leaf, maintain_order=True)
    leaves = held.agg(*names, pl.len().cast(pl.Int64).alias(_N)).with_row_index(_STATE)
    came = [_as_came(leaves[name], value) for name, value in zip(names, values, strict=True)]
    taken = [list(zip(*columns, strict=True)) for columns in zip(*came, strict=True)]
    if not names:
        taken = [[()] * length for length in leaves[_N]]
    hint = None if names else f"it was given no column: write aggregate({measure.name!r}, column)"
    states = run_on_data(_in(aggregate, "partial"), lambda: [aggregate.partial(held) for held in taken], hint=hint)
    return Rows(leaves.drop(names), rows.table, rows.kind, rows.placed), states


def _figure(aggregate: Aggregate, states: list[Any]) -> float | None:
    """What the author's code makes of the states of one cell: a number, or None."""
    state = run_on_data(_in(aggregate, "combine"), lambda: aggregate.combine(states))
    figure = run_on_data(_in(aggregate, "final"), lambda: aggregate.final(state))
    if figure is None:
        return None
    if not hasattr(figure, "__float__"):
        raise PluginError(
            f"aggregate {aggregate.name!r} {aggregate.version} gave {type(figure).__name__} as its figure",
            hint="final gives a number, or None",
        )
    return run_on_data(_in(aggregate, "final"), lambda: float(figure))


def _in(aggregate: Aggregate, step: str) -> str:
    return f"aggregate {aggregate.name!r} {aggregate.version} failed in {step}"


def _of_last_days(reader: Reader, grid: Grid, measure: Aggregated, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of each window's last day with a row: one day for all units and groups, so that units still combine."""
    _, everywhere = rows_in(reader, Grid(reader.root, grid.windows), measure)
    last = everywhere.group_by(WINDOW).agg(pl.col(DAY).max().alias(_LAST))
    return cells.join(last, on=WINDOW, how="inner").filter(pl.col(DAY) == pl.col(_LAST)).drop(_LAST)


def _as_came(lists: pl.Series, value: Typed) -> list[list[Any]]:
    """Each leaf's values as Python's own: exact numbers whole, or decimals of their scale."""
    if value.kind != "exact" or not value.scale:
        return lists.to_list()
    return [[None if one is None else Decimal(one).scaleb(-value.scale) for one in held] for held in lists]


def _known(facts: Facts, name: str) -> Aggregate:
    known = facts.aggregates
    if name not in known:
        raise UnknownName(f"no aggregate named {name!r}", hint=nearest(name, known))
    return known[name]
