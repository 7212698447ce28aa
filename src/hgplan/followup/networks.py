"""Networks of activities that wait for each other: what is done first, where there is slack, and what is critical."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

import attrs

from hgplan.model import Activity

__all__ = ["CLOSED", "Scheduled", "in_order", "late_ones", "scheduled", "waits"]

_DAY: Final = timedelta(days=1)
CLOSED: Final = frozenset({"done", "cancelled"})
"""Statuses after which nothing is left to do."""


@attrs.frozen(kw_only=True)
class Scheduled:
    """When an activity can be at the earliest, and by how many days it may slip before its network ends later.

    `slack` is None outside networks, and where days that it hangs on are unsaid.
    """

    start: date | None = None
    end: date | None = None
    slack: int | None = None

    @property
    def critical(self) -> bool:
        """Whether any slip of it lets its network end later."""
        return self.slack is not None and self.slack <= 0


def in_order(after: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids so that each comes after all that it names; there is no circle (the plan has refused them).

    >>> in_order({"campaign": ["messages"], "messages": ["facts"], "facts": []})
    ['facts', 'messages', 'campaign']
    """
    waiting = {id: sum(name in after for name in names) for id, names in after.items()}
    next_ones: dict[str, list[str]] = {id: [] for id in after}
    for id, names in after.items():
        for name in names:
            if name in after:
                next_ones[name].append(id)
    free = deque(id for id, count in waiting.items() if count == 0)
    found: list[str] = []
    while free:
        id = free.popleft()
        found.append(id)
        for later in next_ones[id]:
            waiting[later] -= 1
            if waiting[later] == 0:
                free.append(later)
    return found


def late_ones(activities: Iterable[Activity], day: date) -> frozenset[str]:
    """The activities whose last day is over on a day, and that are neither done nor cancelled."""
    return frozenset(one.id for one in activities if one.end is not None and one.end < day and one.status not in CLOSED)


def waits(activities: Sequence[Activity]) -> dict[str, tuple[str, ...]]:
    """What each activity still waits for, in the order in which it must be done: all that it depends on, directly or
    through others, as far as it is not done.

    What is done or cancelled waits for nothing and holds nobody up, so nothing is waited for through it.

    >>> facts = Activity(id="facts", title="Facts", status="ongoing")
    >>> waits([facts, Activity(id="talks", title="Talks", depends_on=["facts"])])
    {'facts': (), 'talks': ('facts',)}
    """
    left = {one.id: one.depends_on for one in activities if one.status not in CLOSED}
    order = in_order(left)
    place = {id: number for number, id in enumerate(order)}
    found: dict[str, frozenset[str]] = {}
    for id in order:
        direct = [name for name in left[id] if name in left]
        found[id] = frozenset(direct).union(*(found[name] for name in direct))
    return {id: tuple(sorted(names, key=place.__getitem__)) for id, names in found.items()}


def scheduled(activities: Sequence[Activity]) -> dict[str, Scheduled]:
    """The earliest days and the slack of every activity, by the critical path method.

    An activity lasts from its first day to its last, both in, begins no earlier than its own first day, and only when
    all that it depends on is over. Its slack (total float) is by how many days it can end later without the last
    activity of its network doing so; a network is what hangs together by dependencies, and an activity that neither
    waits nor is waited for is in none. Cancelled ones are left out, and what hangs on days that are unsaid has none.
    Days are those that the plan says, whatever was done by now.

    Source: J. E. Kelley, "Critical-Path Planning and Scheduling: Mathematical Basis", Operations Research 9(3), 1961.

    >>> facts = Activity(id="facts", title="Facts", start=date(2022, 1, 1), end=date(2022, 1, 10))
    >>> talks = Activity(id="talks", title="Talks", start=date(2022, 1, 5), end=date(2022, 1, 8), depends_on=["facts"])
    >>> scheduled([facts, talks])["talks"]
    Scheduled(start=datetime.date(2022, 1, 11), end=datetime.date(2022, 1, 14), slack=0)
    """
    known = {one.id: one for one in activities if one.status != "cancelled"}
    after = {id: [name for name in one.depends_on if name in known] for id, one in known.items()}
    order = in_order(after)
    earliest = _earliest(known, after, order)
    latest = _latest(known, after, order, earliest)
    found = {one.id: Scheduled() for one in activities}
    for id, span in earliest.items():
        if span is not None:
            last = latest.get(id)
            found[id] = Scheduled(start=span[0], end=span[1], slack=None if last is None else (last - span[1]).days)
    return found


def _earliest(
    known: Mapping[str, Activity], after: Mapping[str, Sequence[str]], order: Sequence[str]
) -> dict[str, tuple[date, date] | None]:
    found: dict[str, tuple[date, date] | None] = {}
    for id in order:
        one, before = known[id], [found[name] for name in after[id]]
        found[id] = None
        if one.start is not None and one.end is not None and None not in before:
            # Beyond the calendar's last day there is nothing to say.
            with suppress(OverflowError):
                start = max([one.start, *(span[1] + _DAY for span in before if span is not None)])
                found[id] = (start, start + (one.end - one.start))
    return found


def _latest(
    known: Mapping[str, Activity],
    after: Mapping[str, Sequence[str]],
    order: Sequence[str],
    earliest: Mapping[str, tuple[date, date] | None],
) -> dict[str, date | None]:
    """The last day on which each activity of a network may end."""
    network = _networks(after)
    last: dict[str, date] = {}
    for id, span in earliest.items():
        if span is not None and id in network:
            last[network[id]] = max(span[1], last.get(network[id], span[1]))
    next_ones: dict[str, list[str]] = {id: [] for id in after}
    for id, names in after.items():
        for name in names:
            next_ones[name].append(id)
    found: dict[str, date | None] = {}
    for id in reversed(order):
        if id not in network:
            continue
        ends: list[date | None] = [last.get(network[id])]
        for later in next_ones[id]:
            end, span = found[later], earliest[later]
            ends.append(None if end is None or span is None else end - (span[1] - span[0]) - _DAY)
        sure = [end for end in ends if end is not None]
        found[id] = min(sure) if len(sure) == len(ends) and earliest[id] is not None else None
    return found


def _networks(after: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A name for the network of each activity that waits or is waited for: joined sets, found without recursion."""
    parent: dict[str, str] = {}

    def top(id: str) -> str:
        while parent.setdefault(id, id) != id:
            parent[id] = parent[parent[id]]
            id = parent[id]
        return id

    for id, names in after.items():
        for name in names:
            parent[top(id)] = top(name)
    return {id: top(id) for id in list(parent)}
