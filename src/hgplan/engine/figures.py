"""The engine's answer: one long frame of figures for metrics, units and periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import polars as pl

from hgplan.engine.availability import unless_closed
from hgplan.engine.exact import as_float
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.formulas import evaluate
from hgplan.engine.grid import Figures, Grid, Numbers, State
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.rowwise import BEYOND
from hgplan.engine.tree import NODE, Nodes
from hgplan.engine.windows import WINDOW, Windows
from hgplan.errors import DataError, PlanError, UnknownName
from hgplan.metrics.measures import Measure
from hgplan.metrics.metric import Metric
from hgplan.metrics.reads import columns_read, tables_counted, tables_ordered
from hgplan.model.grains import Grain
from hgplan.model.periods import Period

__all__ = ["AVAILABILITY", "figures", "reader_for", "unknown_figures"]

AVAILABILITY = pl.Enum([state.name for state in State])
_LARGEST = 2**63 - 1


def figures(
    facts: Facts,
    metrics: Sequence[Metric],
    *,
    units: Sequence[str],
    periods: Sequence[Period],
    clocks: Clocks,
    by: Sequence[str] = (),
    tree: Tree = "day",
    grain: Grain | None = None,
    grain_name: str | None = None,
    pools: Mapping[str, tuple[str, ...]] | None = None,
    reader: Reader | None = None,
) -> pl.DataFrame:
    """Every metric for every unit and period (and group of `by` that occurs), from rows, in the order asked.

    Periods may overlap and leave gaps; each is worked out up to `clocks.until`. `grain` is what their sizes are, where
    they have one. `pools` names sets of units that are asked for as if they were one unit. A `reader` made for the same
    facts and clocks (and for all that is read) spares reading the tables again.
    Columns: metric, unit, level, grain, period_start, period_end, by..., value, numerator, denominator, rows,
    availability, completeness.
    """
    reader = reader or reader_for(facts, [metric.measure for metric in metrics], clocks, tree, by)
    nodes = Nodes(facts.organisation, tuple(units), tree, pools or {})
    windows = Windows.of(periods, until=clocks.until, grain=grain, year_starts=facts.year_starts)
    answers: list[tuple[Metric, Grid, Figures]] = []
    for metric in metrics:
        groups = _groups(reader, metric.measure, by) if by else None
        grid = Grid(nodes, windows, tuple(by), groups)
        answers.append((metric, grid, unless_closed(reader, grid, evaluate(reader, grid, metric.measure))))
    sides = _sides([found for _, _, found in answers])
    frames = [_told(metric, grid, found, sides, grain_name or grain) for metric, grid, found in answers]
    return pl.concat(frames, how="vertical_relaxed") if frames else _empty(by)


def reader_for(facts: Facts, measures: Iterable[Measure], clocks: Clocks, tree: Tree, by: Sequence[str] = ()) -> Reader:
    """A reader that knows every column that the measures (and the groups of `by`) read."""
    wanted: dict[str, set[str]] = {}
    ordered: set[str] = set()
    for measure in measures:
        ordered |= tables_ordered(measure)
        for table, columns in columns_read(measure).items():
            wanted.setdefault(table, set()).update(columns)
        for table in tables_counted(measure):
            wanted[table].update(by)
    read = {table: frozenset(columns) for table, columns in wanted.items()}
    return Reader(facts, clocks, tree, read, frozenset(ordered))


def _groups(reader: Reader, measure: Measure, by: Sequence[str]) -> pl.DataFrame:
    """The groups that occur in the data of a measure's tables; null is a group."""
    found = []
    for name in tables_counted(measure):
        table = reader.facts.table(name)
        try:
            frame = reader.with_columns(Rows(reader.table(name).frame, table, type(table)), by)
        except UnknownName as fault:
            raise PlanError(f"{measure} can't be split by {', '.join(by)}: {fault.what}", hint=fault.hint) from None
        found.append(frame.select(by).unique())
    return pl.concat(found, how="vertical_relaxed").unique().sort(by, nulls_last=True)


def _sides(answers: Sequence[Figures]) -> pl.DataType:
    """One type for the numerators and denominators of an answer: whole numbers, decimals, or floats from the data."""
    kinds = [side for found in answers for side in (found.numerator, found.denominator) if side is not None]
    if any(numbers == "float" for numbers, _ in kinds):
        return pl.Float64()
    scale = max((scale for _, scale in kinds), default=0)
    return pl.Decimal(38, scale) if scale else pl.Int64()


def _told(metric: Metric, grid: Grid, found: Figures, sides: pl.DataType, grain: str | None) -> pl.DataFrame:
    organisation = grid.nodes.organisation
    names = pl.DataFrame(
        {
            NODE: range(len(grid.nodes.ids)),
            "unit": grid.nodes.ids,
            "level": [None if id in grid.nodes.pools else organisation.level(id) for id in grid.nodes.ids],
        },
        schema={NODE: pl.Int32, "unit": pl.String, "level": pl.String},
    )
    labels = [window.label for window in grid.windows.each]
    periods = pl.DataFrame(
        {
            WINDOW: range(len(labels)),
            "period_start": [label.start for label in labels],
            "period_end": [label.end for label in labels],
        },
        schema={WINDOW: pl.Int32, "period_start": pl.Date, "period_end": pl.Date},
    )
    cells = grid.cells.join(names, on=NODE, how="left", maintain_order="left")
    cells = cells.join(periods, on=WINDOW, how="left", maintain_order="left")
    if grid.groups is not None:
        groups = grid.groups.with_row_index("@group").with_columns(pl.col("@group").cast(pl.Int32))
        cells = cells.join(groups, on="@group", how="left", maintain_order="left")
    both = cells.hstack(found.frame)
    if found.numbers == "exact":
        _hold(metric, both["x"], _LARGEST if not found.scale else BEYOND - 1)
    value = as_float(pl.col("x"), found.numbers, found.scale)
    states = pl.Series([state.name for state in State], dtype=AVAILABILITY)
    return both.select(
        pl.lit(metric.id).alias("metric"),
        "unit",
        "level",
        pl.lit(grain, dtype=pl.String).alias("grain"),
        "period_start",
        "period_end",
        *grid.by,
        value.alias("value"),
        _side(metric, both, "numerator", found.numerator, sides),
        _side(metric, both, "denominator", found.denominator, sides),
        "rows",
        states.gather(both["state"].cast(pl.UInt32)).alias("availability"),
        pl.col("complete").alias("completeness"),
    )


def _side(
    metric: Metric, frame: pl.DataFrame, side: str, kind: tuple[Numbers, int] | None, wanted: pl.DataType
) -> pl.Series:
    column = frame[side]
    if kind is None or kind[0] == "derived":  # what is a quotient itself is no whole number
        return pl.Series(side, [None], dtype=wanted).new_from_index(0, len(column))
    numbers, scale = kind
    if isinstance(wanted, pl.Float64):
        return pl.select(as_float(pl.lit(column), numbers, scale).alias(side)).to_series()
    if isinstance(wanted, pl.Decimal):
        finest = wanted.scale or 0
        lift = 10 ** (finest - scale)
        told = [None if unit is None else Decimal(f"{unit * lift}E-{finest}") for unit in column.to_list()]
        return pl.Series(side, told, dtype=wanted)
    _hold(metric, column, _LARGEST)
    return column.cast(pl.Int64)


def _hold(metric: Metric, column: pl.Series, most: int) -> None:
    """Refuse what is more than whole numbers can hold: it would be rounded, or worse, without a word."""
    over = column.abs().max()
    if isinstance(over, int) and over > most:
        raise DataError(f"metric {metric.id!r} counts to {over}, more than a whole number can hold (2**63 - 1)")


def unknown_figures(
    metric: Metric, *, units: Sequence[str], periods: Sequence[Period], by: Sequence[str] = ()
) -> pl.DataFrame:
    """The rows of a metric that nobody can work out: no figure, and no availability either."""
    rows = [(metric.id, unit, period.start, period.end) for unit in units for period in periods]
    named = pl.DataFrame(rows, schema=["metric", "unit", "period_start", "period_end"], orient="row")
    return pl.concat([_empty(by), named], how="diagonal_relaxed")


def _empty(by: Sequence[str]) -> pl.DataFrame:
    schema: dict[str, pl.DataType] = {
        "metric": pl.String(),
        "unit": pl.String(),
        "level": pl.String(),
        "grain": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        **{name: pl.String() for name in by},
        "value": pl.Float64(),
        "numerator": pl.Int64(),
        "denominator": pl.Int64(),
        "rows": pl.Int64(),
        "availability": AVAILABILITY,
        "completeness": pl.Float64(),
    }
    return pl.DataFrame(schema=schema)
