"""What a reader makes of a sentence's amounts: goals with figures, and what is left of them."""

from __future__ import annotations

from typing import Any

import attrs

from hgplan.formats.document.deadlines import Span
from hgplan.formats.document.directions import Comparison
from hgplan.formats.document.moods import Standing
from hgplan.model.goals import Commitment
from hgplan.model.targets import Number, Target

__all__ = ["Context", "Figure", "Found", "Left", "target_of", "threshold_of"]


@attrs.frozen(kw_only=True)
class Context:
    """What a reader knows before a sentence.

    `plan` is the plan's time, `time` that of the heading or the column, `before` that of the goal before; `title` is
    what a table or a heading says that the amounts count.
    """

    language: str
    plan: Span | None = None
    time: tuple[Span, ...] = ()
    before: tuple[Span, ...] = ()
    title: str = ""
    standing: Standing = attrs.field(factory=Standing)


@attrs.frozen(kw_only=True)
class Figure:
    """A goal with its figures, as a text tells it; `counted` and `after` are the words it can be bound by.

    `bounded` says that the text itself makes its figure a bound. `untimed` is a figure for which the text tells no
    time: it cannot be a target, and is not to be lost.
    """

    title: str
    counted: str
    after: str
    unit: str | None
    targets: tuple[Target, ...]
    quote: str
    start: int
    commitment: Commitment = "firm"
    baseline: Number | None = None
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    bounded: bool = False
    untimed: tuple[str, Comparison] | None = None
    time: tuple[Span, ...] = ()


@attrs.frozen
class Left:
    """A piece of a sentence that is no goal, where it begins, and why it is none."""

    text: str
    reason: str
    start: int


@attrs.frozen
class Found:
    """The goals of a sentence and what is left of its amounts."""

    figures: tuple[Figure, ...] = ()
    left: tuple[Left, ...] = ()


def threshold_of(comparison: Comparison) -> dict[str, Any]:
    """The one field of a threshold that a comparison makes.

    >>> threshold_of(Comparison(comparator="between", value=40, upper=60))
    {'between': (40, 60)}
    """
    if comparison.comparator == "between":
        return {"between": (comparison.value, comparison.upper or comparison.value)}
    return {str(comparison.comparator): comparison.value}


def target_of(comparison: Comparison, period: str) -> Target:
    """The target that a comparison makes in a period.

    >>> target_of(Comparison(comparator="at_least", value=500), "2024").value
    500
    """
    return Target(period=period, **threshold_of(comparison))
