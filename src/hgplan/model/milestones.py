"""Milestones: how much of a goal's target is to be there by a day within its period."""

from __future__ import annotations

from datetime import date

import attrs

from hgplan.model.faults import Faults
from hgplan.model.targets import Number

__all__ = ["Milestone"]


@attrs.frozen(kw_only=True)
class Milestone:
    """What is to be there when a day is over: a share of the target of that day's period, or a figure of its own.

    `value` is written in the goal's unit, as its target is.

    >>> Milestone(day=date(2022, 9, 11), share=0.6, title="the election").share
    0.6
    """

    day: date
    share: Number | None = None
    value: Number | None = None
    title: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"the milestone of {self.day}")
        faults.day("day", self.day)
        faults.text("title", self.title, optional=True)
        if faults.number("share", self.share, optional=True, least=0) and self.share is not None and self.share > 1:
            hint = f"write {self.share / 100:g} for {self.share} %" if self.share <= 100 else None
            faults.add(f"share of {faults.subject} is {self.share}; it cannot be above 1", at="share", hint=hint)
        faults.number("value", self.value, optional=True)
        if (self.share is None) == (self.value is None):
            given = "is given twice: share and value" if self.share is not None else "has no figure"
            faults.add(f"{faults.subject} {given}", at="", hint="give a share of the target, or a value")
        faults.close()
