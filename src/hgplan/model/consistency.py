"""What must be right between the parts of a plan: ids, names that point somewhere, periods, and no circles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import attrs

from hgplan.errors import PlanError, UnknownName, nearest
from hgplan.model.activities import KINDS_OF_LIST, Activity, Assessment, Phase
from hgplan.model.declarations import DimensionList, SourceReference
from hgplan.model.faults import path, same_name
from hgplan.model.goals import Goal
from hgplan.model.periods import Period
from hgplan.model.strategies import Strategy, Vision

__all__ = ["Named", "Words", "assessment_faults", "content_faults", "name_faults", "named_parts", "source_faults"]

_MANY: Final = 1_000
_HINTED: Final = 20


def _frozen(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen(kw_only=True)
class Named:
    """A part of a plan that has an id, and where it stands."""

    kind: Literal["phase", "strategy", "goal", "activity"]
    where: tuple[str | int, ...]
    part: Phase | Strategy | Goal | Activity


@attrs.frozen
class Words:
    """The words of one kind that a plan has, and the nearest of them to one that it doesn't have.

    A close match among many words takes long, so only the first of many faults get one.

    >>> Words("theme", ["legal", "local"]).hint("leagl"), Words("phase", []).hint("spring")
    ("did you mean 'legal'?", 'the plan has no phase')
    """

    kind: str
    ids: frozenset[str] = attrs.field(converter=_frozen)
    _hints: dict[str, str | None] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    def hint(self, word: str) -> str | None:
        """The nearest of the words, or that there is none."""
        if not self.ids:
            return f"the plan has no {self.kind}"
        if word not in self._hints:
            near = len(self.ids) < _MANY or len(self._hints) < _HINTED
            self._hints[word] = nearest(word, self.ids) if near else None
        return self._hints[word]


def named_parts(
    *,
    phases: Sequence[Phase],
    strategies: Sequence[Strategy],
    direct_goals: Sequence[Goal],
    direct_activities: Sequence[Activity],
    sub_activities: Sequence[Activity] = (),
    vision: Vision | None,
) -> list[Named]:
    """Everything in a plan that has an id, in the order of a plan file."""
    found = [
        Named(kind="goal", where=("vision", "goals", index), part=goal)
        for index, goal in enumerate(vision.goals if vision else ())
    ]
    found += [Named(kind="phase", where=("phases", index), part=phase) for index, phase in enumerate(phases)]
    for index, strategy in enumerate(strategies):
        here = ("strategies", index)
        found.append(Named(kind="strategy", where=here, part=strategy))
        found += [Named(kind="goal", where=(*here, "goals", i), part=goal) for i, goal in enumerate(strategy.goals)]
        found += [
            Named(kind="activity", where=(*here, "activities", i), part=activity)
            for i, activity in enumerate(strategy.activities)
        ]
    found += [Named(kind="goal", where=("direct_goals", i), part=goal) for i, goal in enumerate(direct_goals)]
    found += [
        Named(kind="activity", where=("direct_activities", i), part=activity)
        for i, activity in enumerate(direct_activities)
    ]
    found += [
        Named(kind="activity", where=("sub_activities", i), part=activity) for i, activity in enumerate(sub_activities)
    ]
    return found


def content_faults(
    named: Sequence[Named],
    *,
    dimensions: Mapping[str, DimensionList],
    read_period: Callable[[str], Period],
) -> Iterator[PlanError]:
    """Faults of goals and activities: ids used twice, unknown names, unreadable periods, circles."""
    yield from _twice(named)
    goals, activities, phases = (_ids(named, kind) for kind in ("goal", "activity", "phase"))
    words = {"contributes": Words("goal", goals | activities), "aligns": Words("goal", goals | activities)}
    words |= {"depends_on": Words("activity", activities), "phases": Words("phase", phases)}
    words |= {at: Words(kind, dimensions[kind].ids) for at, kind in KINDS_OF_LIST.items() if kind in dimensions}
    sound: set[str] = set()
    for entry in named:
        part = entry.part
        if isinstance(part, Goal):
            yield from _periods(part, entry.where, read_period, sound)
        if isinstance(part, Activity):
            for at, known in words.items():
                asked = getattr(part, at)
                if not known.ids.issuperset(asked):
                    yield from _unknown(asked, known, f"activity {part.id!r}", (*entry.where, at))
    yield from _circles(named, "depends_on", "depend on each other")
    yield from _circles(named, "contributes", "contribute to each other")


def assessment_faults(named: Sequence[Named], assessments: Iterable[Assessment]) -> Iterator[PlanError]:
    """Assessments of goals and activities that the plan doesn't have."""
    known = {"goal": Words("goal", _ids(named, "goal")), "activity": Words("activity", _ids(named, "activity"))}
    for index, assessment in enumerate(assessments):
        for at, words in known.items():
            asked = getattr(assessment, at)
            if asked is not None:
                yield from _unknown((asked,), words, "the assessment", ("assessments", index, at), listed=False)


def source_faults(
    asked: Iterable[tuple[tuple[str, ...], SourceReference | None]], sources: Iterable[str]
) -> Iterator[PlanError]:
    """Tables that are read from a source that the plan doesn't name."""
    known = set(sources)
    for where, reference in asked:
        if reference is not None and reference.origin is not None and reference.origin not in known:
            what = f"no source named {reference.origin!r}"
            hint = nearest(reference.origin, known) or "the plan has none: write [source.NAME] with its plugin"
            yield UnknownName(what, where=path(*where, "source", "origin"), hint=hint)


def name_faults(at: str, names: Iterable[str]) -> Iterator[PlanError]:
    """Names of tables and metrics that a formula could not write."""
    for name in names:
        if not name.isidentifier():
            what = f"{name!r} cannot be the name of a {at.removesuffix('s')}"
            yield PlanError(what, where=path(at, name), hint="letters, digits and _, not beginning with a digit")


def _twice(named: Sequence[Named]) -> Iterator[PlanError]:
    seen: dict[str, Named] = {}
    for entry in named:
        first = seen.setdefault(same_name(entry.part.id), entry)
        if first is entry:
            continue
        own, other = entry.part.id, first.part.id
        what = (
            f"{entry.kind} id {own!r} is used twice"
            if own == other
            else f"{entry.kind} id {own!r} differs from {other!r} only in case or in how its letters are stored"
        )
        whose = "" if first.kind == entry.kind else f" for a {first.kind}"
        yield PlanError(what, where=path(*entry.where, "id"), hint=f"first{whose} at {path(*first.where, 'id')}")


def _periods(
    goal: Goal, where: tuple[str | int, ...], read_period: Callable[[str], Period], sound: set[str]
) -> Iterator[PlanError]:
    for index, target in enumerate(goal.targets):
        if target.period in sound:
            continue
        try:
            read_period(target.period)
            sound.add(target.period)
        except PlanError as fault:
            here = path(*where, "targets", index, "period")
            yield type(fault)(f"goal {goal.id!r}: {fault.what}", where=here, hint=fault.hint)


def _ids(named: Sequence[Named], kind: str) -> frozenset[str]:
    return frozenset(entry.part.id for entry in named if entry.kind == kind)


def _unknown(
    asked: Sequence[str], known: Words, subject: str, where: tuple[str | int, ...], *, listed: bool = True
) -> Iterator[PlanError]:
    for index, name in enumerate(asked):
        if name not in known.ids:
            here = path(*where, index) if listed else path(*where)
            what = f"{subject} names {known.kind} {name!r}, which the plan doesn't have"
            yield UnknownName(what, where=here, hint=known.hint(name))


def _circles(named: Sequence[Named], at: str, how: str) -> Iterator[PlanError]:
    """Each circle once, found without recursion so that a long chain is no trouble."""
    entries = {entry.part.id: entry for entry in named if entry.kind == "activity"}
    after = {id: [name for name in getattr(entry.part, at) if name in entries] for id, entry in entries.items()}
    done: set[str] = set()
    for start in entries:
        way, on_way, steps = [start], {start}, [iter(after[start])]
        while way and start not in done:
            step = next(steps[-1], None)
            if step is None:
                steps.pop()
                on_way.discard(way[-1])
                done.add(way.pop())
            elif step in on_way:
                ring = way[way.index(step) :]
                # An activity that names itself was told when it was made.
                if len(ring) > 1:
                    what = f"activities {how}: {' -> '.join([*ring, step])}"
                    last = entries[ring[-1]]
                    here = path(*last.where, at, getattr(last.part, at).index(step))
                    yield PlanError(what, where=here, hint="cut one of them")
            elif step not in done:
                way.append(step)
                on_way.add(step)
                steps.append(iter(after[step]))
