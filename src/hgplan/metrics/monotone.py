"""Which figures cannot fall as the days of a period pass."""

from __future__ import annotations

from collections.abc import Mapping

from hgplan.metrics.counts import Count, Coverage, Distinct, Retained, Units
from hgplan.metrics.measures import Comparison, Default, Formula, Having, Joined, Measure, Number, Part, ToDate
from hgplan.metrics.nodes import columns_of
from hgplan.metrics.rows import Bridged, During, Ends, RowSet, Where
from hgplan.metrics.tables import Spells, Table
from hgplan.model.mappings import FrozenMapping

__all__ = ["cannot_fall"]

_NONE: Mapping[str, Table] = FrozenMapping()


def cannot_fall(measure: Measure, tables: Mapping[str, Table] = _NONE) -> bool:
    """Whether a figure, read from a period's first day to a later and later one, can only stay or grow.

    Counts of rows, of different keys and of units can't fall, nor can their sums and their products with a number that
    is not negative. Sums can (a row may be negative), and so can stocks, shares, differences and windows. `tables`
    tells which column ends a spell: a row chosen by an end may leave again, since an end to come is not known. In doubt
    the answer is no. A correction of what was recorded is no passing of days: it can lower any figure.

    >>> from hgplan.metrics import parse
    >>> cannot_fall(parse("memberships.starts().distinct()")), cannot_fall(parse("memberships.active()"))
    (True, False)
    """
    match measure:
        case Number():
            return True
        case Count() | Units():
            return _rows_stay(measure.rows, tables)
        case Distinct(having=having):
            return _rows_stay(measure.rows, tables) and (having is None or _stays_true(having, tables))
        case Formula(sign="+", left=left, right=right):
            return cannot_fall(left, tables) and cannot_fall(right, tables)
        case Formula(sign="-", left=left, right=Number()):
            return cannot_fall(left, tables)
        case Formula(sign="*", left=Number(value=factor), right=other) if factor >= 0:
            return cannot_fall(other, tables)
        case Formula(sign="*" | "/", left=other, right=Number(value=factor)) if factor > 0:
            return cannot_fall(other, tables)
        case Default(of=Count() | Distinct() | Units() as of, value=value):
            # A figure for "no row" that is above the first row's own would fall when that row comes.
            return (value is None or value <= 0) and cannot_fall(of, tables)
        case ToDate(of=of, grain=None, at="last"):
            return cannot_fall(of, tables)
        case (
            Part(side="numerator", of=Formula(sign="/", left=side))
            | Part(side="denominator", of=Formula(sign="/", right=side))
        ):
            return cannot_fall(side, tables)
        case Part(of=Retained(rows=rows) | Coverage(rows=rows)):
            # Matured starts, those of them kept, units heard of and units open: each is only ever added to.
            return _rows_stay(rows, tables)
        case _:
            return False


def _rows_stay(rows: RowSet, tables: Mapping[str, Table]) -> bool:
    """Whether a row that was there on an earlier day is there on every later one."""
    table = tables.get(rows.table)
    endings = {table.end, table.censored} if isinstance(table, Spells) else set()
    bridged = False
    for step in rows.steps:
        match step:
            case Where(predicate=predicate) if columns_of(predicate) & endings:
                return False
            case During(spells=spells) if not _rows_stay(spells, tables):
                return False
            case Bridged():
                bridged = True
            case Ends() if bridged:
                # Who returns within the gap was never away.
                return False
    return True


def _stays_true(having: Having, tables: Mapping[str, Table]) -> bool:
    match having:
        case Joined(left=left, right=right):
            return _stays_true(left, tables) and _stays_true(right, tables)
        case Comparison(sign=">" | ">=", left=left, right=Number()):
            return cannot_fall(left, tables)
        case _:
            return False
