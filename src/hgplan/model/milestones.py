"""Milestones: how much of a goal's target, or what, is to be there by a day."""

from __future__ import annotations

from datetime import date

import attrs

from hgplan.model.faults import Faults
from hgplan.model.targets import Number

__all__ = ["Milestone"]


@attrs.frozen(kw_only=True)
class Milestone:
    """What is to be there when a day is over: a share of the target of that day's period, or a figure of its own.

    `value` is written in the goal's unit, as its target is. A milestone with a title alone is something that is there
    or isn't; `reached` tells the day on which it was.

    >>> Milestone(day=date(2022, 9, 11), share=0.6, title="the election").share
    0.6
    """

    day: date
    share: Number | None = None
    value: Number | None = None
    title: str | None = None
    reached: date | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"the milestone of {self.day}")
        faults.day("day", self.day)
        faults.text("title", self.title, optional=True)
        if faults.number("share", self.share, optional=True, least=0) and self.share is not None and self.share > 1:
            hint = f"write {self.share / 100:g} for {self.share} %" if self.share <= 100 else None
            faults.add(f"share of {faults.subject} is {self.share}; it cannot be above 1", at="share", hint=hint)
        faults.number("value", self.value, optional=True)
        faults.day("reached", self.reached, optional=True)
        if self.share is not None and self.value is not None:
            hint = "give a share of the target, or a value"
            faults.add(f"{faults.subject} is given twice: share and value", at="", hint=hint)
        if not self.has_figure and self.title is None:
            hint = "give a share of the target, a value, or a title for what is there or isn't"
            faults.add(f"{faults.subject} has no figure", at="", hint=hint)
        if self.has_figure and self.reached is not None:
            hint = "leave it out: figures tell when it was"
            faults.add(f"reached of {faults.subject} is said, and so is its figure", at="reached", hint=hint)
        faults.close()

    @property
    def has_figure(self) -> bool:
        """Whether figures tell when it is reached."""
        return self.share is not None or self.value is not None
