"""For what time an amount is meant: what is said for it, else what is known around its sentence."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from hgplan.formats.document.deadlines import Span, periods_of
from hgplan.formats.document.directions import Comparison
from hgplan.formats.document.figures import Context, target_of
from hgplan.formats.document.periods import Mention, Times
from hgplan.formats.document.rhythms import Rhythm
from hgplan.model.targets import Target

__all__ = ["spans_of", "targets_of"]

# What adds up over time: a deadline for it counts from the plan's beginning, not from its last New Year.
_FLOW: Final = re.compile(
    r"(?<!\w)(?:värv\w*|rekryter\w*|utbild\w*|genomför\w*|anordna\w*|arrangera\w*|samla\w* in|hålla|recruit\w*"
    r"|train\w*|deliver\w*"
    r"|raise\w*|run|hold|host|organi[sz]e|publish|plant\w*|build|bygg\w*|publicera\w*|nya|new)(?!\w)",
    re.I,
)


def targets_of(comparison: Comparison, spans: tuple[Span, ...], rhythm: Rhythm | None) -> tuple[Target, ...]:
    """The targets that a comparison makes in stretches of days, one a period of the rhythm."""
    if comparison.comparator is None:
        return ()
    periods = [text for span in spans for text in periods_of(span, rhythm)]
    return tuple(target_of(comparison, period) for period in dict.fromkeys(periods))


def spans_of(
    text: str, times: Times, mentions: tuple[Mention, ...], context: Context, *, follows: bool
) -> tuple[Span, ...]:
    """The stretches of days that an amount of a sentence is meant for.

    What the sentence says comes first, then a length of time from a year that it names, the time of the heading, that
    of the goal before (where the amount `follows` from it, or the plan tells none), and the plan's own.
    """
    if mentions:
        return tuple(_span(text, mention, context.plan) for mention in mentions)
    if lasting := _lasting(times):
        return lasting
    if context.time:
        return context.time
    if context.before and (context.plan is None or follows):
        return context.before
    return (context.plan,) if context.plan else ()


def _span(text: str, mention: Mention, plan: Span | None) -> Span:
    last = mention.last
    whole_year = (mention.first.month, mention.first.day, last.month, last.day) == (1, 1, 12, 31)
    if mention.role != "by" and mention.first != last:
        return Span(mention.first, last)
    first = mention.first if whole_year else (last - timedelta(days=1)).replace(month=1, day=1)
    adds_up = not whole_year or _FLOW.search(text) is not None
    if plan and adds_up and plan.first < first and last <= plan.last:
        first = plan.first
    return Span(first, last)


def _lasting(times: Times) -> tuple[Span, ...]:
    begun = [mention.first for mention in times.mentions if mention.role != "by"]
    for lasting in times.lastings:
        if begun and lasting.months and lasting.months % 12 == 0 and (begun[0].month, begun[0].day) == (1, 1):
            return (Span(begun[0], begun[0].replace(year=begun[0].year + lasting.months // 12, month=12, day=31)),)
    return ()
