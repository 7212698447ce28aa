"""The engine's answer: one long frame of figures for metrics, units and periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from functools import partial

import attrs
import polars as pl

from hgplan.engine.availability import unless_closed
from hgplan.engine.demands import demands
from hgplan.engine.exact import as_float
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.formulas import evaluate, first_day
from hgplan.engine.grid import Figures, Grid, Numbers, State, grouped, grouping
from hgplan.engine.parts import Progress, parts_for
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.sweeps import Demand, divided, sweep
from hgplan.engine.tree import NODE
from hgplan.engine.turns import in_turns
from hgplan.engine.windows import WINDOW, Periods, Windows
from hgplan.errors import DataError, PlanError, UnknownName
from hgplan.metrics.measures import Measure
from hgplan.metrics.metric import Metric
from hgplan.metrics.nodes import Node
from hgplan.metrics.reads import choices_read, columns_read, tables_counted, tables_ordered, tables_read
from hgplan.model.periods import Period

__all__ = ["AVAILABILITY", "figures", "reader_for", "unknown_figures"]

AVAILABILITY = pl.Enum([state.name for state in State])
_STATES = pl.Series([state.name for state in State], dtype=AVAILABILITY)
_LARGEST = 2**63 - 1
_WORKERS = 2


def figures(
    facts: Facts,
    metrics: Sequence[Metric],
    *,
    units: Sequence[str],
    periods: Sequence[Period | Periods],
    clocks: Clocks,
    by: Sequence[str] = (),
    tree: Tree = "day",
    pools: Mapping[str, tuple[str, ...]] | None = None,
    reader: Reader | None = None,
    memory: str | int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Every metric for every unit and period (and group of `by` that occurs), from rows, in the order asked.

    Periods may overlap and leave gaps, and be of several grains; each is worked out up to `clocks.until`. `pools` names
    sets of units that are asked for as if they were one unit. A `reader` made for the same facts and clocks (and for
    all that is read) spares reading the tables again. Within a budget of `memory` people are counted some at a time,
    as many as it takes, and `progress` is told of the parts that are done.
    Columns: metric, unit, level, grain, period_start, period_end, by..., value, numerator, denominator, rows,
    availability, completeness.
    """
    reading = reader or reader_for(facts, [metric.measure for metric in metrics], clocks, tree, by)
    nodes = reading.nodes(tuple(units), pools)
    asked = _asked(periods)
    groups = tuple(grouping(column) for column in _groupable(by))
    whole = Grid(nodes, Windows.of(asked, until=clocks.until, year_starts=facts.year_starts))

    grains = [one.name or one.grain for one in asked for _ in one.each]
    labels = None if by else _labels(whole, grains)

    def answer(metric: Metric) -> tuple[pl.DataFrame, Figures]:
        grid = attrs.evolve(whole, by=groups, groups=_groups(reading, metric.measure, groups)) if by else whole
        found = unless_closed(reading, grid, evaluate(reading, grid, metric.measure))
        return _told(metric, _labels(grid, grains) if labels is None else labels, found), found

    # polars works outside Python's lock; what two metrics both need is made by the first that asks.
    with ThreadPoolExecutor(min(_WORKERS, pl.thread_pool_size())) as workers:
        tables = dict.fromkeys(name for metric in metrics for name in tables_read(metric.measure))
        parts = 1 if memory is None or by else parts_for(facts, tables, memory)
        if parts > 1:
            reading = attrs.evolve(reading, parted=True)
        begun = {} if reading.parted else {name: workers.submit(_read, reading, name) for name in tables}
        foreseen = _foreseen(reading, metrics, whole)
        if parts > 1:
            sweep(reading, divided(reading, foreseen), parts, progress)
        answers = in_turns(workers, metrics, begun, answer)
    sides = _sides([found for _, found in answers])
    frames = [_beside(metric, frame, found, sides) for metric, (frame, found) in zip(metrics, answers, strict=True)]
    return pl.concat(frames, how="vertical_relaxed") if frames else _empty(by)


def _read(reader: Reader, table: str) -> int:
    """Read a table; how many rows it has. Who asks it for what it hasn't is told when he asks."""
    with suppress(PlanError):
        return len(reader.table(table).frame)
    return 0


def _asked(periods: Iterable[Period | Periods]) -> list[Periods]:
    return [one if isinstance(one, Periods) else Periods((one,)) for one in periods]


def _foreseen(reader: Reader, metrics: Iterable[Metric], grid: Grid) -> list[Demand]:
    """What the metrics will ask to be counted; the reader knows of it then."""
    first = partial(first_day, reader)
    found = [demand for metric in metrics for demand in demands(reader, grid, metric.measure, first)]
    reader.expect([wanted.windows for _, wanted in found], [metric.measure for metric in metrics])
    return found


def reader_for(
    facts: Facts,
    measures: Iterable[Measure],
    clocks: Clocks,
    tree: Tree,
    by: Sequence[str] = (),
    *,
    numbered: bool = False,
) -> Reader:
    """A reader that knows every column that the measures (and the groups of `by`) read.

    `numbered` rows can be told by their number.
    """
    wanted: dict[str, set[str]] = {}
    choices: dict[str, dict[Node, None]] = {}
    ordered: set[str] = set()
    for measure in measures:
        ordered |= tables_ordered(measure)
        for table, columns in columns_read(measure, chosen=False).items():
            wanted.setdefault(table, set()).update(columns)
        for table, asked in choices_read(measure).items():
            choices.setdefault(table, {}).update(dict.fromkeys(asked))
        for table in tables_counted(measure):
            wanted[table].update(by)
    return Reader(
        facts,
        clocks,
        tree,
        columns={table: frozenset(columns) for table, columns in wanted.items()},
        ordered=frozenset(ordered),
        choices={table: tuple(asked) for table, asked in choices.items()},
        numbered=numbered,
    )


def _groupable(by: Sequence[str]) -> Sequence[str]:
    """The columns to group by; raises PlanError for those that the answer has already."""
    taken = set(_empty(()).columns)
    for column in by:
        if column in taken:
            raise PlanError(
                f"by={column!r}: the answer has a column {column!r} of its own", hint="give the table's another name"
            )
    return list(dict.fromkeys(by))


def _groups(reader: Reader, measure: Measure, by: Sequence[str]) -> pl.DataFrame:
    """The groups that occur in the data of a measure's tables; null is a group."""
    found = []
    for name in tables_counted(measure):
        table = reader.facts.table(name)
        try:
            frame = reader.with_columns(Rows(reader.table(name).frame, table, type(table)), by)
        except UnknownName as fault:
            told = ", ".join(map(grouped, by))
            raise PlanError(f"{measure} can't be split by {told}: {fault.what}", hint=fault.hint) from None
        found.append(frame.select(by).unique())
    return pl.concat(found, how="vertical_relaxed").unique().sort(by, nulls_last=True)


def _sides(answers: Sequence[Figures]) -> pl.DataType:
    """One type for the numerators and denominators of an answer: whole numbers, or decimals."""
    kinds = [side for found in answers for side in (found.numerator, found.denominator) if side is not None]
    scale = max((scale for numbers, scale in kinds if numbers == "exact"), default=0)
    return pl.Decimal(38, scale) if scale else pl.Int64()


def _labels(grid: Grid, grains: Sequence[str | None]) -> pl.DataFrame:
    """What each cell is called: unit, level, grain, period_start, period_end and by..., in the grid's order."""
    organisation = grid.nodes.organisation
    units = pl.Series(grid.nodes.ids, dtype=pl.String)
    levels = [None if id in grid.nodes.pools else organisation.level(id) for id in grid.nodes.ids]
    labels = [window.label for window in grid.windows.each]
    starts = pl.Series([label.start for label in labels], dtype=pl.Date)
    ends = pl.Series([label.end for label in labels], dtype=pl.Date)
    cells = grid.cells
    named = cells.select(
        units[cells[NODE]].alias("unit"),
        pl.Series(levels, dtype=pl.String)[cells[NODE]].alias("level"),
        pl.Series(grains, dtype=pl.String)[cells[WINDOW]].alias("grain"),
        starts[cells[WINDOW]].alias("period_start"),
        ends[cells[WINDOW]].alias("period_end"),
    )
    if grid.groups is None:
        return named
    return named.hstack([grid.groups[name][cells["@group"]].alias(grouped(name)) for name in grid.by])


def _told(metric: Metric, labels: pl.DataFrame, found: Figures) -> pl.DataFrame:
    """The metric's rows of the answer, without what stands above and below the line of its figures."""
    frame = found.frame
    names = pl.Series("metric", [metric.id], dtype=pl.String).new_from_index(0, len(labels))
    if found.numbers == "exact" and not found.scale:
        value = _whole(metric, frame["x"]).cast(pl.Float64)
    else:
        value = frame.select(as_float(pl.col("x"), found.numbers, found.scale)).to_series()
    told = [
        value.alias("value"),
        frame["rows"],
        _STATES[frame["state"].cast(pl.UInt32)].alias("availability"),
        frame["complete"].alias("completeness"),
    ]
    return pl.DataFrame([names, *labels.get_columns(), *told])


def _beside(metric: Metric, told: pl.DataFrame, found: Figures, sides: pl.DataType) -> pl.DataFrame:
    """The rows with what stands above and below the line."""
    place = told.get_column_index("value") + 1
    both = [
        _side(metric, found.frame, "numerator", found.numerator, sides),
        _side(metric, found.frame, "denominator", found.denominator, sides),
    ]
    columns = told.get_columns()
    return pl.DataFrame([*columns[:place], *both, *columns[place:]])


def _side(
    metric: Metric, frame: pl.DataFrame, side: str, kind: tuple[Numbers, int] | None, wanted: pl.DataType
) -> pl.Series:
    column = frame[side]
    if kind is None or kind[0] != "exact":  # a quotient, or a sum of floats, is neither a whole number nor a decimal
        return pl.Series(side, [None], dtype=wanted).new_from_index(0, len(column))
    scale = kind[1]
    if isinstance(wanted, pl.Decimal):
        finest = wanted.scale or 0
        lift = 10 ** (finest - scale)
        _hold(metric, column, (10**38 - 1) // lift)
        told = [None if unit is None else Decimal(f"{unit * lift}E-{finest}") for unit in column.to_list()]
        return pl.Series(side, told, dtype=wanted)
    return _whole(metric, column)


def _whole(metric: Metric, column: pl.Series) -> pl.Series:
    """Whole numbers in 64 bits, refused where these can't hold them."""
    _hold(metric, column, _LARGEST)
    # That all of them fit is known, so none is asked again.
    return column.cast(pl.Int64, strict=False, wrap_numerical=True)


def _hold(metric: Metric, column: pl.Series, most: int) -> None:
    """Refuse what is more than whole numbers can hold: it would be rounded, or worse, without a word."""
    low, high = column.min(), column.max()
    over = max(-low, high) if isinstance(low, int) and isinstance(high, int) else 0
    if over > most:
        limit = "a whole number can hold (2**63 - 1)" if most == _LARGEST else f"can be told beside it ({most})"
        raise DataError(f"metric {metric.id!r} counts to {over}, more than {limit}")


def unknown_figures(
    metric: Metric, *, units: Sequence[str], periods: Sequence[Period | Periods], by: Sequence[str] = ()
) -> pl.DataFrame:
    """The rows of a metric that nobody can work out: no figure, and no availability either."""
    each = [(one.name or one.grain, period) for one in _asked(periods) for period in one.each]
    rows = [(metric.id, unit, grain, period.start, period.end) for unit in units for grain, period in each]
    columns = {
        "metric": pl.String,
        "unit": pl.String,
        "grain": pl.String,
        "period_start": pl.Date,
        "period_end": pl.Date,
    }
    named = pl.DataFrame(rows, schema=columns, orient="row")
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
