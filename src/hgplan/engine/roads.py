"""Roads: how rows become figures. Whoever decides gives a way, with its reason, in the place of what couldn't be made.

What takes a way says so to the reader, which keeps what was taken: an explanation tells that, and decides nothing.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs
import polars as pl

__all__ = [
    "AGGREGATE",
    "COHORTS",
    "CONVERSIONS",
    "CREDITS",
    "CUBES",
    "EXTREMES",
    "FLOATS",
    "GAPS",
    "GROUPS",
    "HAVING",
    "KEYS",
    "MOVES",
    "OPENINGS",
    "PICKS",
    "PLACED",
    "QUANTILES",
    "STOCKS",
    "UNITS",
    "Road",
    "RoadName",
    "Way",
    "uncoded",
]

RoadName: TypeAlias = Literal["packed", "row by row"]


@attrs.frozen
class Way:
    """A road, and why it was taken."""

    road: RoadName
    reason: str


@attrs.frozen(kw_only=True)
class Road:
    """How a part of a metric was counted: "packed" or "row by row", why, and of which tables, with their rows read.

    `parts` is into how many parts the rows were cut, to be counted some at a time.
    """

    measure: str
    road: RoadName
    reason: str
    tables: tuple[tuple[str, int], ...]
    parts: int = 1

    def __str__(self) -> str:
        read = ", ".join(f"{table}: {rows} rows" for table, rows in self.tables)
        told = f"{read}, in {self.parts} parts" if self.parts > 1 else read
        return f"{self.road}  {self.measure}: {self.reason} ({told})"


CUBES: Final = Way("packed", "cubes: rows and whole sums counted by place and tick")
KEYS: Final = Way("packed", "keys: sorted by entity, place and tick")
STOCKS: Final = Way("packed", "stocks: spells begun less spells ended, by place")
UNITS: Final = Way("packed", "cubes: rows counted by place and tick, then the units that have some")
CONVERSIONS: Final = Way("packed", "keys: who was contacted and who was credited, sorted by entity, place and tick")

GROUPS: Final = Way("row by row", "each group is counted apart")
PLACED: Final = Way("row by row", "the rows differ from unit to unit")
FLOATS: Final = Way("row by row", "floats don't add up exactly")
GAPS: Final = Way("row by row", "a period's days have gaps, across which different ones can't be followed")
MOVES: Final = Way("row by row", "a unit moves")
OPENINGS: Final = Way("row by row", "a unit opens, closes or moves")
EXTREMES: Final = Way("row by row", "the least or the greatest value doesn't add up")
QUANTILES: Final = Way("row by row", "quantiles don't add up")
HAVING: Final = Way("row by row", "the ones counted are chosen by a figure of their own, period by period")
AGGREGATE: Final = Way("row by row", "an aggregate of one's own: states for each unit and day")
COHORTS: Final = Way("row by row", "each start is followed on its own to its horizon")
CREDITS: Final = Way("row by row", "every credit is dealt on its own: rows are counted, or each unit's own deeds")
PICKS: Final = Way("row by row", "which reports are read differs from period to period")


def uncoded(kind: pl.DataType) -> Way:
    """That what is counted has a type that can't be coded as whole numbers."""
    return Way("row by row", f"what is of type {kind} can't be coded as whole numbers")
