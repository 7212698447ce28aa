"""Coverage of a table: which words of its columns its rows have, where and among each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import attrs
import polars as pl

from hgplan.engine import Clocks, Facts, Tree
from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.followup.axes import Axis, declared_words, open_units
from hgplan.followup.coverage import filled
from hgplan.followup.pools import Pools
from hgplan.followup.reference_rows import counted_on
from hgplan.metrics import Dimension, Events, Measure, Metric, Snapshots, Spells
from hgplan.metrics.tables import Asked
from hgplan.model import Period, Plan

__all__ = ["TableAxes", "column_of", "table_cells"]


class Figures(Protocol):
    """The engine's question of figures by groups."""

    def __call__(
        self,
        facts: Facts,
        metrics: Sequence[Metric],
        *,
        units: Sequence[str],
        periods: Sequence[Period],
        clocks: Clocks,
        tree: Tree,
        pools: Mapping[str, tuple[str, ...]],
        by: Sequence[str],
    ) -> pl.DataFrame:
        """One row for each metric, unit, period and group."""
        ...


def column_of(name: str, facts: Facts) -> tuple[str, str] | None:
    """The table and the column that an axis names as `table.column`; None where it names no table."""
    table, dot, column = name.partition(".")
    return (table, column) if dot and table in facts.tables else None


@attrs.frozen(eq=False)
class TableAxes:
    """The two sides of a table's matrix: each a level of the organisation, "unit", or a column of the one table."""

    table: Dimension | Events | Snapshots | Spells
    rows: str
    columns: str

    @classmethod
    def of(cls, rows: str, columns: str, facts: Facts) -> TableAxes:
        """The sides that the names mean; raises PlanError where they belong to several tables or to none."""
        named = [found for name in (rows, columns) if (found := column_of(name, facts)) is not None]
        tables = list(dict.fromkeys(table for table, _ in named))
        if len(tables) != 1:
            raise PlanError(f"{rows!r} and {columns!r} are of two tables", hint="both sides count the same rows")
        table, sides = facts.tables[tables[0]], list[str]()
        for name in (rows, columns):
            found = column_of(name, facts)
            known = [*facts.organisation.levels, "unit"]
            if found is None and name not in known:
                raise UnknownName(f"nothing to cover is named {name!r}", hint=nearest(name, known))
            if found is None and isinstance(table, Dimension):
                what = f"{name!r} can't be held against {table.name!r}, whose rows stand in no unit"
                raise PlanError(what, hint="both sides are columns of it")
            sides.append(name if found is None else f".{found[1]}")
        return cls(table, *sides)

    @property
    def by(self) -> tuple[str, ...]:
        """The columns by which rows are grouped."""
        return tuple(dict.fromkeys(side[1:] for side in (self.rows, self.columns) if side.startswith(".")))

    @property
    def level(self) -> str | None:
        """The level that is one of the sides."""
        return next((side for side in (self.rows, self.columns) if not side.startswith(".")), None)

    def measure(self, where: Asked | None, distinct: str | None) -> Measure:
        """What is counted: rows of events or of reference data, or different values of a column of theirs; who is in a
        state on the day; the rows last reported."""
        table = Events(self.table.name, at="day") if isinstance(self.table, Dimension) else self.table
        if isinstance(table, Spells | Snapshots):
            if distinct is not None:
                hint = f"{table.name!r} is {type(table).__name__.lower()}, and counts who stands on the last day"
                raise PlanError(f"distinct={distinct!r} asks of events", hint=hint)
            rows = table if where is None else table.where(where)
            return rows.active() if isinstance(rows, Spells) else rows.last("1")
        events = table if where is None else table.where(where)
        return events.count() if distinct is None else events.distinct(distinct)


def table_cells(
    axes: TableAxes,
    facts: Facts,
    plan: Plan | None,
    *,
    measure: Measure,
    within: Collection[str] | None,
    days: Period,
    clocks: Clocks,
    ask: Figures,
) -> tuple[Axis, Axis, pl.DataFrame, int]:
    """Both axes, every cell with its count, and how many are in none, for they say no word or one that isn't listed."""
    organisation = facts.organisation
    if isinstance(axes.table, Dimension):
        if within is not None:
            what = f"units can't be asked of {axes.table.name!r}, whose rows stand in none"
            raise PlanError(what, hint="leave units out")
        table, facts = counted_on(axes.table, facts, days.end)
        axes = attrs.evolve(axes, table=table)
    if axes.level is None:
        asked: Sequence[str] = [organisation.root] if within is None else list(within)
    else:
        at = organisation.units if axes.level == "unit" else organisation.units_at(axes.level)
        asked = list(open_units(organisation, at, within, days))
    pools = Pools(organisation)
    # Two columns are counted for all the units together, a level for each of its units.
    names = [pools.name(tuple(asked))] if axes.level is None else asked
    metric = Metric(name="covered", measure=measure)
    figures = ask(
        facts, [metric], units=names, periods=[days], clocks=clocks, tree=days.end, pools=pools.of(names), by=axes.by
    )
    counts = figures.select(
        "unit", *(pl.col(column).cast(pl.String) for column in axes.by), pl.col("value").cast(pl.Int64).alias("count")
    ).filter(pl.col("count") > 0)
    sides = [_axis(side, axes, counts, plan, asked, facts) for side in (axes.rows, axes.columns)]
    told = counts.select(
        pl.col(_source(axes.rows)).alias("row"), pl.col(_source(axes.columns)).alias("column"), "count"
    )
    known = pl.col("row").is_in(list(sides[0].words)) & pl.col("column").is_in(list(sides[1].words))
    unplaced = told.filter(~known.fill_null(False))["count"].sum()
    return sides[0], sides[1], filled(sides[0], sides[1], told.filter(known)), int(unplaced)


def _source(side: str) -> str:
    return side[1:] if side.startswith(".") else "unit"


def _axis(
    side: str, axes: TableAxes, counts: pl.DataFrame, plan: Plan | None, units: Sequence[str], facts: Facts
) -> Axis:
    if not side.startswith("."):
        return Axis(side, {unit: facts.organisation.title(unit) for unit in units}, True)
    column = side[1:]
    name = f"{axes.table.name}.{column}"
    words = declared_words(plan, column.rpartition(".")[2])
    kind = axes.table.columns.get(column)
    if words is None and kind is not None and kind.kind == "enum":
        words = dict(zip(kind.values, kind.values, strict=True))
    if words is not None:
        return Axis(name, words, True)
    said = counts[column].drop_nulls().unique().sort().to_list()
    return Axis(name, dict(zip(said, said, strict=True)), False)
