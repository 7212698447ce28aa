"""Why a figure may be missing: units that weren't open, reports that were due and never came."""

from __future__ import annotations

from datetime import date

import attrs
import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.coverage import always_open, open_in_windows
from hgplan.engine.grid import Figures, Grid, State
from hgplan.engine.rowsets import Reader
from hgplan.engine.tree import NODE, Nodes, placed
from hgplan.engine.visible import DAY, UNIT
from hgplan.engine.windows import HI, LO, WINDOW
from hgplan.errors import DataError, UnknownName, nearest, raise_all
from hgplan.metrics.tables import Duty, FactTable
from hgplan.model.days import read_day
from hgplan.model.grains import as_grain
from hgplan.model.periods import Period, periods_between

__all__ = ["judged", "unless_closed"]

_DUE, _GOT, _START, _END = "@due", "@got", "@duty_start", "@duty_end"


def judged(reader: Reader, grid: Grid, table: str, figures: Figures) -> Figures:
    """The figures with what is known of their units and reports: not expected, missing, and how complete."""
    declared = reader.facts.table(table)
    opened = _expected(reader, grid)
    if declared.expected is None:
        return figures if opened is None else _closed(figures, opened)
    reports = grid.laid_alike(_reports(reader, grid, declared)).select(_DUE, _GOT)
    frame = figures.frame.hstack(reports)
    due, got = pl.col(_DUE).fill_null(0), pl.col(_GOT).fill_null(0)
    missing = pl.when((due > 0) & (got == 0)).then(State.missing).otherwise(0).cast(pl.Int8)
    frame = frame.with_columns(
        pl.max_horizontal("state", missing).alias("state"),
        pl.min_horizontal("complete", pl.when(due > 0).then(got / due)).alias("complete"),
    )
    there = pl.col("state") != State.missing
    told = frame.with_columns(
        pl.when(pl.col("state") == State.available).then("x").alias("x"),
        *(pl.when(there).then(name).alias(name) for name in ("numerator", "denominator")),
    )
    reported = attrs.evolve(figures, frame=told.select(figures.frame.columns))
    return reported if opened is None else _closed(reported, opened)


def unless_closed(reader: Reader, grid: Grid, figures: Figures) -> Figures:
    """The figures of units that are open in the period asked; of the others nothing is expected, whatever they read."""
    opened = _expected(reader, grid)
    return figures if opened is None else _closed(figures, opened)


def _closed(figures: Figures, opened: pl.Series) -> Figures:
    """The figures with nothing but their rows where the unit isn't open."""
    there = pl.col("@open")
    closed = figures.frame.with_columns(opened).with_columns(
        *(pl.when(there).then(name).alias(name) for name in ("x", "numerator", "denominator", "complete")),
        pl.when(there).then("state").otherwise(pl.lit(State.not_expected, dtype=pl.Int8)).alias("state"),
    )
    return attrs.evolve(figures, frame=closed.drop("@open"))


def _expected(reader: Reader, grid: Grid) -> pl.Series | None:
    """Whether each cell's node (one of its members) is open on some day of the window; None where all are."""
    own = tuple(window.own for window in grid.windows.each)

    def found() -> pl.Series | None:
        if all(own) and reader.once("always open", lambda: always_open(reader.facts.organisation)):
            return None
        opened = _opened(grid)["@open"]
        return None if opened.all() else opened

    return reader.once(("open", grid.nodes.key, own, grid.width), found)


def _opened(grid: Grid) -> pl.DataFrame:
    nodes = grid.nodes
    members = tuple(dict.fromkeys(member for id in nodes.ids for member in nodes.members(id)))
    held = open_in_windows(nodes.organisation, members, grid.windows)
    place = {unit: number for number, unit in enumerate(nodes.organisation.units)}
    mine = pl.DataFrame(
        [(index, place[member]) for index, id in enumerate(nodes.ids) for member in nodes.members(id)],
        schema={NODE: pl.Int32, UNIT: pl.Int32},
        orient="row",
    )
    opened = mine.join(held, on=UNIT, how="inner").select(NODE, WINDOW).unique()
    opened = opened.with_columns(pl.lit(True).alias("@open"))
    return grid.laid_alike(opened).select(pl.col("@open").fill_null(False))


def _reports(reader: Reader, grid: Grid, table: FactTable) -> pl.DataFrame:
    """Node, window, reports due and reports received."""
    spans = grid.windows.frame()
    if isinstance(table.expected, Duty):
        duties = _of_level(reader, table, table.expected, _first(spans, reader.clocks.until))
    else:
        duties = _of_table(reader, str(table.expected))
    duties = duties.filter(pl.col(_END) <= reader.clocks.until)
    standing = placed(duties.with_columns(pl.col(_START).alias(DAY)), grid.nodes)
    held = standing.join_where(spans, pl.col(_START) <= pl.col(HI), pl.col(_END) >= pl.col(LO)).unique(
        [NODE, WINDOW, UNIT, _START]
    )
    return held.group_by(NODE, WINDOW).agg(
        pl.len().cast(pl.Int64).alias(_DUE), pl.col(_GOT).sum().cast(pl.Int64).alias(_GOT)
    )


def _first(spans: pl.DataFrame, until: date) -> date:
    """The first day asked about: a duty that ended before it concerns no cell."""
    first = spans[LO].min()
    return first if isinstance(first, date) else until


def _of_level(reader: Reader, table: FactTable, duty: Duty, first: date) -> pl.DataFrame:
    """Each open unit of the level, each period of the grain: received when a row stands in its subtree then."""
    organisation, grain = reader.facts.organisation, as_grain(duty.every)
    units = organisation.units_at(duty.level)
    place = {unit: number for number, unit in enumerate(organisation.units)}
    rows = reader.table(table.name).frame
    periods = periods_between(first, reader.clocks.until, grain, year_starts=reader.facts.year_starts)
    due = [
        (place[unit], period.start, period.end)
        for unit in units
        for period in periods
        if organisation.is_open(unit, period.start)
    ]
    owed = pl.DataFrame(due, schema={UNIT: pl.Int32, _START: pl.Date, _END: pl.Date}, orient="row")
    came = placed(rows.select(UNIT, DAY), Nodes(organisation, units, reader.tree))
    spans = pl.DataFrame(
        [(period.start, period.end) for period in periods], schema={_START: pl.Date, _END: pl.Date}, orient="row"
    )
    days = came.select(DAY).unique().join_where(spans, pl.col(DAY) >= pl.col(_START), pl.col(DAY) <= pl.col(_END))
    numbers = pl.Series([place[unit] for unit in units], dtype=pl.Int32)
    got = (
        came.join(days.select(DAY, _START), on=DAY)
        .select(pl.col(NODE).replace_strict(range(len(units)), numbers, return_dtype=pl.Int32).alias(UNIT), _START)
        .unique()
        .with_columns(pl.lit(True).alias(_GOT))
    )
    return owed.join(got, on=[UNIT, _START], how="left").with_columns(pl.col(_GOT).fill_null(False))


def _of_table(reader: Reader, name: str) -> pl.DataFrame:
    """Duties as a table says them: unit, period, received (a day, or true and false)."""
    facts = reader.facts
    frame = collect(facts.frame(name))
    for column in ("unit", "period", "received"):
        if column not in frame.columns:
            raise UnknownName(f"the duties {name!r} have no column {column!r}", hint=nearest(column, frame.columns))
    place = {unit: number for number, unit in enumerate(facts.organisation.units)}
    rows: list[tuple[int, date, date, bool]] = []
    strangers: list[int] = []
    unread: list[int] = []
    for number, (unit, text, received) in enumerate(frame.select("unit", "period", "received").iter_rows(), 1):
        if str(unit) not in place:
            strangers.append(number)
            continue
        period = Period.parse(str(text), year_starts=facts.year_starts)
        try:
            rows.append((place[str(unit)], period.start, period.end, _received(received, reader)))
        except ValueError:
            unread.append(number)
    faults = [
        DataError(f"{what} in rows {', '.join(map(str, found[:5]))}", where=f"table {name!r}")
        for what, found in (("unknown units", strangers), ("column 'received' is no day, true or false", unread))
        if found
    ]
    if faults:
        raise_all(f"the duties {name!r} are not as they should be", faults)
    schema = {UNIT: pl.Int32, _START: pl.Date, _END: pl.Date, _GOT: pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _received(value: object, reader: Reader) -> bool:
    if value is None or value == "" or isinstance(value, bool):
        return bool(value)
    day = value if isinstance(value, date) else read_day(str(value)[:10])
    return day <= (reader.clocks.known_on or date.max)
