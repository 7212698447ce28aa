"""The rows of an answer: figures with what each cell is called, and with what stands above and below the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import attrs
import polars as pl

from hgplan.engine.exact import as_float
from hgplan.engine.grid import Figures, Grid, Numbers, State, grouped
from hgplan.engine.tree import NODE
from hgplan.engine.windows import WINDOW, Periods
from hgplan.errors import DataError
from hgplan.metrics.metric import Metric
from hgplan.model.periods import Period

__all__ = ["AVAILABILITY", "Told", "beside", "empty", "labels", "sides", "told", "unknown_figures"]

AVAILABILITY = pl.Enum([state.name for state in State])
_STATES = pl.Series([state.name for state in State], dtype=AVAILABILITY)
_LARGEST = 2**63 - 1


@attrs.frozen(eq=False)
class Told:
    """A metric's rows of the answer, and what stands above and below the line; what has no such thing keeps none."""

    metric: Metric
    rows: pl.DataFrame
    above: tuple[pl.Series, int] | None
    below: tuple[pl.Series, int] | None


def sides(answers: Iterable[Told]) -> pl.DataType:
    """One type for the numerators and denominators of answers: whole numbers, or decimals."""
    scale = max((side[1] for one in answers for side in (one.above, one.below) if side is not None), default=0)
    return pl.Decimal(38, scale) if scale else pl.Int64()


def labels(grid: Grid, grains: Sequence[str | None]) -> pl.DataFrame:
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


def told(metric: Metric, named: pl.DataFrame, found: Figures) -> Told:
    """The metric's rows of the answer, which keep no more of its figures than they tell."""
    frame = found.frame
    names = pl.Series("metric", [metric.id], dtype=pl.String).new_from_index(0, len(named))
    if found.numbers == "exact" and not found.scale:
        value = _whole(metric, frame["x"]).cast(pl.Float64)
    else:
        value = frame.select(as_float(pl.col("x"), found.numbers, found.scale)).to_series()
    figures = [
        value.alias("value"),
        frame["rows"],
        _STATES[frame["state"].cast(pl.UInt32)].alias("availability"),
        frame["complete"].alias("completeness"),
    ]
    above = _exact(frame["numerator"], found.numerator)
    below = _exact(frame["denominator"], found.denominator)
    return Told(metric, pl.DataFrame([names, *named.get_columns(), *figures]), above, below)


def _exact(column: pl.Series, kind: tuple[Numbers, int] | None) -> tuple[pl.Series, int] | None:
    """What is a whole number or a decimal, with its scale: a quotient, or a sum of floats, is neither."""
    return None if kind is None or kind[0] != "exact" else (column, kind[1])


def beside(one: Told, wanted: pl.DataType) -> pl.DataFrame:
    """The rows with what stands above and below the line, as the type of `sides`."""
    place, columns = one.rows.get_column_index("value") + 1, one.rows.get_columns()
    both = [_side(one, name, side, wanted) for name, side in (("numerator", one.above), ("denominator", one.below))]
    return pl.DataFrame([*columns[:place], *both, *columns[place:]])


def _side(one: Told, name: str, side: tuple[pl.Series, int] | None, wanted: pl.DataType) -> pl.Series:
    if side is None:
        return pl.Series(name, [None], dtype=wanted).new_from_index(0, len(one.rows))
    column, scale = side
    if isinstance(wanted, pl.Decimal):
        finest = wanted.scale or 0
        lift = 10 ** (finest - scale)
        _hold(one.metric, column, (10**38 - 1) // lift)
        units = [None if unit is None else Decimal(f"{unit * lift}E-{finest}") for unit in column.to_list()]
        return pl.Series(name, units, dtype=wanted)
    return _whole(one.metric, column)


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
    asked = [one if isinstance(one, Periods) else Periods((one,)) for one in periods]
    each = [(one.name or one.grain, period) for one in asked for period in one.each]
    rows = [(metric.id, unit, grain, period.start, period.end) for unit in units for grain, period in each]
    columns = {
        "metric": pl.String,
        "unit": pl.String,
        "grain": pl.String,
        "period_start": pl.Date,
        "period_end": pl.Date,
    }
    named = pl.DataFrame(rows, schema=columns, orient="row")
    return pl.concat([empty(by), named], how="diagonal_relaxed")


def empty(by: Sequence[str]) -> pl.DataFrame:
    """An answer without rows."""
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
