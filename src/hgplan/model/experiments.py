"""Experiments: methods that are tested, registered before anything is known of how they went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, Literal, get_args

import attrs

from hgplan.errors import PlanError, nearest
from hgplan.model.durations import Duration
from hgplan.model.faults import Faults, as_texts, path, same_name
from hgplan.model.goals import Quote
from hgplan.model.mappings import FrozenMapping
from hgplan.model.plain import as_plain, check_plain

__all__ = ["Assigned", "Experiment", "experiment_faults"]

Assigned = Literal["people", "units"]
"""What is dealt out to the arms: each person for themselves, or whole units."""

_ASSIGNED: Final[tuple[str, ...]] = get_args(Assigned)


def _plain(value: Mapping[str, object]) -> FrozenMapping[str, object]:
    return as_plain(value)  # type: ignore[no-any-return]  # a mapping becomes a frozen one


@attrs.frozen(kw_only=True)
class Experiment:
    """A method that is tested: what it is thought to do, its arms, who is assigned to them, and what is counted.

    `assigned` is the unit of assignment, `table` the table of assignments (entity or unit, day, and the columns
    `experiment` and `arm`). `start` and `end` are the window, both in; `within` follows each person for equally
    long after their assignment, and whose time isn't over by `end` leaves both sides. `looks` is how often the
    result is to be read, the last time included.

    >>> call = Experiment(id="call", title="A call to new members", hypothesis="More come to the meeting",
    ...     arms=["letter", "call"], control="letter", metric="came")
    >>> call.others
    ('call',)
    """

    id: str
    title: str
    hypothesis: str
    arms: tuple[str, ...] = attrs.field(converter=as_texts)
    control: str
    assigned: Assigned = "people"
    metric: str | None = None
    parameters: FrozenMapping[str, object] = attrs.field(factory=FrozenMapping, converter=_plain)
    table: str = "assignments"
    start: date | None = None
    end: date | None = None
    within: str | None = None
    looks: int = 1
    owner: str | None = None
    quote: Quote | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"experiment {self.id!r}")
        for at in ("id", "title", "hypothesis", "control", "table"):
            faults.text(at, getattr(self, at))
        for at in ("metric", "owner"):
            faults.text(at, getattr(self, at), optional=True)
        faults.texts("arms", self.arms)
        faults.choice("assigned", self.assigned, _ASSIGNED)
        check_plain(faults, "parameters", self.parameters)
        faults.day("start", self.start, optional=True)
        faults.day("end", self.end, optional=True)
        faults.order(self.start, self.end)
        faults.instance("quote", self.quote, Quote)
        if isinstance(self.looks, bool) or not isinstance(self.looks, int) or self.looks < 1:
            faults.add(f"looks of {faults.subject} counts from 1, got {self.looks!r}", at="looks")
        self._check_within(faults)
        if isinstance(self.arms, tuple):
            self._check_arms(faults)
        faults.close()

    @property
    def others(self) -> tuple[str, ...]:
        """The arms that are held against the control."""
        return tuple(arm for arm in self.arms if arm != self.control)

    def _check_arms(self, faults: Faults) -> None:
        if len(self.arms) < 2:
            faults.add(f"{faults.subject} has nothing to compare: it needs two arms or more", at="arms")
        for index, arm in enumerate(self.arms):
            if arm in self.arms[:index]:
                faults.add(f"arm {arm!r} of {faults.subject} is named twice", at=path("arms", index))
        if isinstance(self.control, str) and self.control not in self.arms:
            what = f"control of {faults.subject} is {self.control!r}, none of its arms"
            faults.add(what, at="control", hint=nearest(self.control, map(str, self.arms)))

    def _check_within(self, faults: Faults) -> None:
        if self.within is None:
            return
        if self.assigned == "units":
            hint = "leave it out: of units the whole window is counted"
            faults.add(f"within of {faults.subject} follows people, and units are assigned", at="within", hint=hint)
        try:
            followed = Duration.parse(self.within)
        except PlanError as fault:
            faults.add(f"within of {faults.subject}: {fault.what}", at="within", hint=fault.hint)
            return
        if isinstance(self.start, date) and isinstance(self.end, date) and self.start <= self.end:
            last = followed.after(self.start) - timedelta(days=1)
            if last > self.end:
                what = f"within of {faults.subject} is longer than its window: nobody's time is over by {self.end}"
                faults.add(what, at="within", hint=f"end is the last day of following people: {last} or later")


def experiment_faults(experiments: Iterable[Experiment]) -> Iterator[PlanError]:
    """Experiments that have one id between them."""
    seen: dict[str, int] = {}
    for index, one in enumerate(experiments):
        first = seen.setdefault(same_name(one.id), index)
        if first != index:
            here, hint = path("experiments", index, "id"), f"first at {path('experiments', first, 'id')}"
            yield PlanError(f"experiment id {one.id!r} is used twice", where=here, hint=hint)
