"""Measures that add up over people: their tallies, and the figures that are made of them."""

from __future__ import annotations

from typing import Final

from hgplan.engine.cohorts import rate, retained
from hgplan.engine.conversions import converted
from hgplan.engine.counting import Qualified, count, distinct, mean, meant, total
from hgplan.engine.grid import Figures, Grid, counts
from hgplan.engine.rowsets import Reader
from hgplan.engine.stocks import active
from hgplan.engine.tallies import Tally
from hgplan.errors import PlanError
from hgplan.metrics.counts import Active, Converted, Count, Distinct, Mean, Retained, RowMeasure, Sum

__all__ = ["ADDING", "added_up", "tallied"]

ADDING: Final = (Count, Sum, Mean, Distinct, Active, Retained, Converted)


def added_up(reader: Reader, grid: Grid, measure: RowMeasure, qualified: Qualified) -> Figures:
    """The figures of a measure that adds up, from the ledger where they were tallied there."""
    known = reader.ledger.of(grid, measure)
    found = tallied(reader, grid, measure, qualified) if known is None else known
    return found if isinstance(found, Figures) else _told(measure, found)


def tallied(reader: Reader, grid: Grid, measure: RowMeasure, qualified: Qualified) -> Tally | Figures:
    """The tally of a measure; figures, where floats make it that don't add up exactly."""
    match measure:
        case Count():
            return count(reader, grid, measure)
        case Sum():
            return total(reader, grid, measure)
        case Mean():
            return mean(reader, grid, measure)
        case Distinct():
            return distinct(reader, grid, measure, qualified)
        case Active():
            return active(reader, grid, measure)
        case Retained():
            return retained(reader, grid, measure)
        case Converted():
            return converted(reader, grid, measure)
        case _:
            raise PlanError(f"{measure} is a measure that doesn't add up")


def _told(measure: RowMeasure, tally: Tally) -> Figures:
    frame = tally.frame
    match measure:
        case Count():
            return counts(frame["n"], frame["n"])
        case Distinct() | Active():
            return counts(frame["k"], frame["n"])
        case Mean():
            return meant(frame, "exact", tally.scale)
        case Retained(immature=immature):
            return rate(frame, immature)
        case Converted(immature=immature):
            return rate(frame, immature, "n" if immature == "include" else "matured")
        case _:
            return counts(frame["x"], frame["n"], tally.scale)
