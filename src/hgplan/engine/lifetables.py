"""Life tables: day by day of their stay, how many of a cohort are still there to leave, and how many do."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hgplan.engine.cohorts import LIFE, life_table, lives
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.grid import Grid, grouping
from hgplan.engine.reading import reader_for
from hgplan.engine.windows import Periods, Windows
from hgplan.metrics.counts import Survival

__all__ = ["life_tables"]


def life_tables(
    facts: Facts,
    measure: Survival,
    *,
    units: Sequence[str],
    periods: Periods,
    by: Sequence[str],
    clocks: Clocks,
    tree: Tree,
) -> pl.DataFrame:
    """Life tables of all cohorts with somebody in them: unit, level, grain, period_start, period_end, by..., and a row
    for each day of the stay on which somebody leaves, is censored or comes into sight, up to the horizon.

    The first row is day 0. Columns after the cohort's: day, at_risk, left, censored.
    """
    reader = reader_for(facts, [measure], clocks, tree, by)
    windows = Windows.of([periods], until=clocks.until, year_starts=facts.year_starts)
    grid = Grid(reader.nodes(tuple(units)), windows, tuple(grouping(column) for column in by))
    followed = lives(reader, grid, measure)
    kinds = {name: followed.schema[grouping(name)] for name in by}
    rows: list[tuple[object, ...]] = []
    for key, cell in followed.sort(grid.keys, nulls_last=True).group_by(grid.keys, maintain_order=True):
        node, window, *groups = key
        period = periods.each[int(str(window))]
        unit = grid.nodes.ids[int(str(node))]
        cohort = (unit, facts.organisation.level(unit), periods.name, period.start, period.end, *groups)
        days = list(life_table(cell.select(LIFE).iter_rows()))
        if not days or days[0][0] > 0:
            rows.append((*cohort, 0, days[0][1] if days else 0, 0, 0))
        rows += [(*cohort, *day) for day in days]
    schema: dict[str, pl.DataType] = {
        "unit": pl.String(),
        "level": pl.String(),
        "grain": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        **kinds,
        **dict.fromkeys(("day", "at_risk", "left", "censored"), pl.Int64()),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
