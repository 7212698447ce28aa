"""Targets: what a goal's metric is to reach in a period, as adopted and as later revised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal, cast, get_args

import attrs

from hgplan.model.faults import Faults

__all__ = ["COMPARATORS", "Comparator", "Number", "Target", "Threshold", "adopted_target", "current_target",
           "in_measure", "target_series"]  # fmt: skip

Comparator = Literal["at_least", "at_most", "between", "equals", "increase_by", "increase_by_percent"]
"""How a figure is held against a target."""

COMPARATORS: Final[tuple[Comparator, ...]] = get_args(Comparator)

Number = int | float
"""A figure as a plan writes it; a whole one stays whole."""

_SCALES: Final = {"%": 100, "‰": 1000}


def _pair(value: Iterable[Number] | None) -> tuple[Number, Number] | None:
    if value is None or isinstance(value, str | int | float):
        return cast("tuple[Number, Number] | None", value)
    return cast("tuple[Number, Number]", tuple(value))


@attrs.frozen(kw_only=True)
class Threshold:
    """One figure, or two, that a metric is held against; the last two kinds count from a baseline."""

    at_least: Number | None = None
    at_most: Number | None = None
    between: tuple[Number, Number] | None = attrs.field(default=None, converter=_pair)
    equals: Number | None = None
    increase_by: Number | None = None
    increase_by_percent: Number | None = None

    @property
    def comparator(self) -> Comparator | None:
        """Which of the six ways of comparing is asked; None where no figure is given."""
        return next((word for word in COMPARATORS if getattr(self, word) is not None), None)

    @property
    def value(self) -> Number | None:
        """The figure as the plan writes it; of a range the lower one."""
        word = self.comparator
        if word is None:
            return None
        return self.between[0] if self.between is not None else cast(Number, getattr(self, word))

    @property
    def value_to(self) -> Number | None:
        """The upper figure of a range."""
        return self.between[1] if self.between is not None else None

    def _check_threshold(self, faults: Faults) -> None:
        given = [word for word in COMPARATORS if getattr(self, word) is not None]
        if len(given) > 1:
            faults.add(f"{faults.subject} is given twice: {' and '.join(given)}", at=given[1], hint="keep one of them")
        for word in given:
            if word == "between":
                self._check_between(faults)
            elif word == "at_most" or word == "equals":
                faults.number(word, getattr(self, word))
            else:
                faults.number(word, getattr(self, word), least=0, hint="a decrease is written with at_most")

    def _check_between(self, faults: Faults) -> None:
        pair = self.between
        if not isinstance(pair, tuple) or len(pair) != 2:
            faults.add(f"between of {faults.subject} is two figures, got {pair!r}", at="between", hint="[40, 60]")
        elif all(faults.number("between", figure) for figure in pair) and pair[0] > pair[1]:
            faults.add(f"between of {faults.subject} goes from {pair[0]} down to {pair[1]}", at="between")


@attrs.frozen(kw_only=True)
class Target(Threshold):
    """What is to be reached in a period, by a unit or (unsaid) the whole organisation.

    A revision is a further target for the same period and unit with a later day of adoption and a reason.

    >>> target = Target(period="2022", at_least=27000)
    >>> target.comparator, target.value, target.value_to
    ('at_least', 27000, None)
    """

    period: str
    unit: str | None = None
    adopted: date | None = None
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"the target of {self.period}")
        faults.text("period", self.period)
        faults.text("unit", self.unit, optional=True)
        faults.day("adopted", self.adopted, optional=True)
        faults.text("reason", self.reason, optional=True)
        self._check_threshold(faults)
        if self.comparator is None:
            faults.add(f"{faults.subject} has no figure", at="", hint=f"give one of {', '.join(COMPARATORS)}")
        faults.close()


def target_series(targets: Iterable[Target], period: str, unit: str | None = None) -> tuple[Target, ...]:
    """The targets of one period and unit, from the adopted one to the newest revision."""
    own = [target for target in targets if target.period == period and target.unit == unit]
    return tuple(sorted(own, key=lambda target: target.adopted or date.min))


def adopted_target(targets: Iterable[Target], period: str, unit: str | None = None) -> Target | None:
    """The target as it was first adopted.

    >>> first = Target(period="2022", at_least=27000)
    >>> second = Target(period="2022", at_least=25000, adopted=date(2022, 5, 3), reason="fewer doors opened")
    >>> adopted_target([second, first], "2022").value, current_target([second, first], "2022").value
    (27000, 25000)
    """
    series = target_series(targets, period, unit)
    return series[0] if series else None


def current_target(
    targets: Iterable[Target], period: str, unit: str | None = None, *, on: date | None = None
) -> Target | None:
    """The target as it stands on a day, or (unsaid) now: the newest one that was adopted by then."""
    series = target_series(targets, period, unit)
    valid = [target for target in series if on is None or target.adopted is None or target.adopted <= on]
    return valid[-1] if valid else None


def in_measure(value: Number, unit: str | None) -> Number:
    """A figure written in a unit as the plain number that measures hold: 51 in % is 0.51.

    >>> in_measure(51, "%"), in_measure(27000, "people")
    (0.51, 27000)
    """
    scale = _SCALES.get((unit or "").strip())
    return value if scale is None else value / scale
