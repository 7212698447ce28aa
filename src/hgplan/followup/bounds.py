"""The least and the greatest that an incomplete figure can turn out to be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, TypeAlias

import polars as pl

from hgplan.followup.progress import finite, way
from hgplan.metrics import FactTable, Measure, Table
from hgplan.metrics.counts import Active, Converted, Count, Coverage, Distinct, Retained, Survival, Units
from hgplan.metrics.monotone import cannot_fall

__all__ = ["Possible", "bounds", "greatest", "least", "possible"]

Possible: TypeAlias = Literal["more", "more_of_whole", "unripe_share", "share", "count", "any"]
"""What further reports and ripening entries can make of a figure.

- `more`: a count that can't fall. What is missing only adds: the least is the figure itself, above it nothing is known.
- `more_of_whole`: a coverage, a count over units that are known: from the figure itself to 1.
- `unripe_share`: a retention where every report is in, so that only unripe entries are missing, and how many they are
  is known: the least if none of them is kept, the greatest if all are.
- `share`: another share of people: from 0 to 1.
- `count`: another count, of a stock for example, which a missing report may raise or lower: from 0 on.
- `any`: nothing is known.
"""


def possible(measure: Measure, tables: Mapping[str, Table]) -> Possible:
    """What an incomplete figure of the measure can turn out to be.

    >>> from hgplan.metrics import parse
    >>> possible(parse("contacts.count()"), {}), possible(parse("contacts.sum(cost)"), {})
    ('more', 'any')
    """
    if cannot_fall(measure, tables):
        return "more"
    match measure:
        case Coverage():
            return "more_of_whole"
        case Retained(rows=rows, immature="exclude"):
            return "share" if _owes_reports(tables.get(rows.table)) else "unripe_share"
        case Retained() | Survival():
            return "share"
        case Converted(count="entities", attribution="latest" | "first"):
            return "share"
        case Converted() | Active() | Count() | Distinct() | Units():
            return "count"
        case _:
            return "any"


def _owes_reports(table: Table | None) -> bool:
    return isinstance(table, FactTable) and table.expected is not None


def least(kind: pl.Expr) -> pl.Expr:
    """The least that the row's figure can turn out to be; minus infinity where nothing is known."""
    value, numerator = pl.col("value"), pl.col("numerator")
    return (
        pl.when(kind.is_in(["more", "more_of_whole"]))
        .then(value)
        .when(kind == "unripe_share")
        .then(numerator / _entries())
        .when(kind.is_in(["share", "count"]))
        .then(0.0)
        .otherwise(-math.inf)
    )


def greatest(kind: pl.Expr) -> pl.Expr:
    """The greatest that the row's figure can turn out to be; infinity where nothing is known."""
    numerator, denominator = pl.col("numerator"), pl.col("denominator")
    return (
        pl.when(kind.is_in(["more_of_whole", "share"]))
        .then(1.0)
        .when(kind == "unripe_share")
        .then((numerator + _entries() - denominator) / _entries())
        .otherwise(math.inf)
    )


def bounds() -> list[pl.Expr]:
    """What an incomplete value, and the attainment by it, can turn out to be; null where no end is known.

    Of a complete figure all that it can be is what it is.
    """
    value, incomplete = pl.col("value"), (pl.col("completeness") < 1).fill_null(False)
    low = pl.when(incomplete).then(pl.col("least")).otherwise(value)
    high = pl.when(incomplete).then(pl.col("greatest")).otherwise(value)
    known = value.is_not_null()
    # Where less is better, the least value is the greatest attainment.
    either = way(low), way(high)
    ends = {
        "value_least": low,
        "value_greatest": high,
        "attainment_least": pl.min_horizontal(either),
        "attainment_greatest": pl.max_horizontal(either),
    }
    return [pl.when(known).then(finite(end)).alias(name) for name, end in ends.items()]


def _entries() -> pl.Expr:
    """All entries of a cohort: the ripe ones over their share, which is what completeness then is."""
    return (pl.col("denominator") / pl.col("completeness")).round()
