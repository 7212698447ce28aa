"""What may be added: over the days of a period (a flow, not a stock or a rate), and over units."""

from __future__ import annotations

from hgplan.metrics.counts import (
    Active,
    Average,
    Converted,
    Count,
    Coverage,
    Distinct,
    Mean,
    Picked,
    Retained,
    Sum,
    Units,
)
from hgplan.metrics.measures import (
    Default,
    Formula,
    MeanOfUnits,
    Measure,
    Number,
    Part,
    Previous,
    Shift,
    ToDate,
    Trailing,
)

__all__ = ["adds_over_time", "adds_over_units"]


def adds_over_time(measure: Measure) -> bool:
    """Whether a figure begins at nothing and comes in as the days of a period pass, as recruits do and members don't.

    A flow over what does not pass is one too (dialogues per member), while of two flows over each other nothing but a
    level is left (recruits per dialogue).

    >>> from hgplan.metrics import parse
    >>> adds_over_time(parse("contacts.count()")), adds_over_time(parse("memberships.active()"))
    (True, False)
    >>> adds_over_time(parse("contacts.count() / memberships.active()"))
    True
    """
    match measure:
        case Count() | Sum() | Distinct() | Units() | Coverage():
            return True
        case Formula(sign="/", left=left, right=right):
            return adds_over_time(left) and not adds_over_time(right)
        case Formula(sign="*", left=left, right=right):
            return adds_over_time(left) != adds_over_time(right)
        case Formula(left=left, right=right):
            flows = [adds_over_time(side) for side in (left, right) if not isinstance(side, Number)]
            return bool(flows) and all(flows)
        case Default(of=of) | Shift(of=of) | MeanOfUnits(of=of):
            return adds_over_time(of)
        case (
            Part(side="numerator", of=Formula(sign="/", left=side))
            | Part(side="denominator", of=Formula(sign="/", right=side))
        ):
            return adds_over_time(side)
        case Part(side="numerator", of=Coverage()) | Part(of=Mean() | Retained() | Converted()):
            return True
        case _:
            return False


def adds_over_units(measure: Measure) -> bool:
    """Whether the figures of units that share nothing add up to the figure of them together, as shares never do.

    >>> from hgplan.metrics import parse
    >>> adds_over_units(parse("memberships.active()")), adds_over_units(parse("memberships.retained('12mo')"))
    (True, False)
    """
    match measure:
        case Count() | Sum() | Distinct() | Units() | Active() | Picked() | Average() | Part():
            return True
        case Formula(sign="+" | "-", left=left, right=right):
            return adds_over_units(left) and adds_over_units(right)
        case Formula(sign="*", left=Number(), right=of) | Formula(sign="*" | "/", left=of, right=Number()):
            return adds_over_units(of)
        case Default(of=of) | Shift(of=of) | Previous(of=of) | ToDate(of=of) | Trailing(of=of):
            return adds_over_units(of)
        case _:
            return False
