"""Activities: what is done, by whom, when, and what it serves; and how it is judged."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, get_args

import attrs

from hgplan.model.faults import Faults, as_texts
from hgplan.model.goals import Quote
from hgplan.model.periods import reads_as_period
from hgplan.model.targets import Number

__all__ = ["KINDS_OF_LIST", "LISTS", "STATUSES", "Activity", "ActivityStatus", "Assessment", "Phase"]

ActivityStatus = Literal["planned", "ongoing", "done", "cancelled"]
"""How far an activity has come, as those who do it tell; another word is declared as one of these, never guessed."""

STATUSES: Final[tuple[ActivityStatus, ...]] = get_args(ActivityStatus)

KINDS_OF_LIST: Final = {
    "themes": "theme", "channels": "channel", "audiences": "audience", "doers": "doer", "places": "place",
    "partners": "partner",
}  # fmt: skip
"""Which of a plan's dimensions each list of an activity takes its words from."""

LISTS: Final = ("phases", *KINDS_OF_LIST, "contributes", "aligns", "depends_on")
"""What of an activity is a list of words."""


def _list() -> tuple[str, ...]:
    found: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    return found


@attrs.frozen(kw_only=True)
class Phase:
    """A named part of the plan's time; its start and its end are both in, unsaid where the plan names it only.

    `share` is the part of a target that falls due in it, beside the shares of the other phases in the target's period;
    a goal's pace "phases" goes by it.

    >>> Phase(id="before", title="Before the election").is_dated
    False
    """

    id: str
    title: str
    start: date | None = None
    end: date | None = None
    share: Number | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"phase {self.id!r}")
        faults.text("id", self.id)
        faults.text("title", self.title)
        faults.day("start", self.start, optional=True)
        faults.day("end", self.end, optional=True)
        faults.order(self.start, self.end)
        faults.number("share", self.share, optional=True, least=0)
        if isinstance(self.id, str) and reads_as_period(self.id):
            faults.add(f"a phase cannot have the id {self.id!r}: that is a period already", at="id")
        if (self.start is None) != (self.end is None):
            lacking = "end" if self.end is None else "start"
            faults.add(f"{faults.subject} has no {lacking}", at=lacking, hint="say both days, or neither yet")
        faults.close()

    @property
    def is_dated(self) -> bool:
        """Whether its days are known, so that figures can be asked for it."""
        return self.start is not None and self.end is not None


@attrs.frozen(kw_only=True)
class Activity:
    """Something that is done for the plan: an overarching activity, or one of those that units make of it.

    It `contributes` to goals (or to the activity that it is part of), which counts, and `aligns` with others, which
    only shows kinship. `recruiting` marks whether recruiting is part of it; unsaid is a gap, not a no. `status` is
    "planned", "ongoing", "done" or "cancelled".

    >>> Activity(id="fair", title="Housing fair", contributes=["new-members"]).recruiting is None
    True
    """

    id: str
    title: str
    owner: str | None = None
    partners: tuple[str, ...] = _list()
    start: date | None = None
    end: date | None = None
    status: ActivityStatus | None = None
    phases: tuple[str, ...] = _list()
    themes: tuple[str, ...] = _list()
    channels: tuple[str, ...] = _list()
    audiences: tuple[str, ...] = _list()
    doers: tuple[str, ...] = _list()
    places: tuple[str, ...] = _list()
    recruiting: bool | None = None
    budget: Number | None = None
    hours: Number | None = None
    contributes: tuple[str, ...] = _list()
    aligns: tuple[str, ...] = _list()
    depends_on: tuple[str, ...] = _list()
    quote: Quote | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"activity {self.id!r}")
        faults.text("id", self.id)
        faults.text("title", self.title)
        faults.text("owner", self.owner, optional=True)
        if self.status is not None:
            faults.choice("status", self.status, STATUSES)
        for at in LISTS:
            faults.texts(at, getattr(self, at))
        faults.day("start", self.start, optional=True)
        faults.day("end", self.end, optional=True)
        faults.order(self.start, self.end)
        faults.number("budget", self.budget, optional=True, least=0)
        faults.number("hours", self.hours, optional=True, least=0)
        if self.recruiting is not None and not isinstance(self.recruiting, bool):
            faults.add(f"recruiting of {faults.subject} is true or false, got {self.recruiting!r}", at="recruiting")
        faults.instance("quote", self.quote, Quote)
        for at in ("contributes", "aligns", "depends_on"):
            if self.id in getattr(self, at):
                faults.add(f"{faults.subject} names itself in {at}", at=at)
        faults.close()


@attrs.frozen(kw_only=True)
class Assessment:
    """A dated judgement of a goal or an activity in a unit; it stands beside the computed status, never over it."""

    goal: str | None = None
    activity: str | None = None
    unit: str | None = None
    day: date
    judgement: str
    reason: str | None = None
    remedy: str | None = None
    by: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults("the assessment")
        for at in ("goal", "activity", "unit", "reason", "remedy", "by"):
            faults.text(at, getattr(self, at), optional=True)
        faults.text("judgement", self.judgement)
        faults.day("day", self.day)
        if (self.goal is None) == (self.activity is None):
            faults.add("an assessment is of a goal or of an activity, one of the two", at="")
        faults.close()
