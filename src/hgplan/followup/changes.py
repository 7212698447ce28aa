"""Two plans side by side: what came, what went, what is another now, and why, where the plan says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Final, Literal, TypeAlias

import attrs
import polars as pl

from hgplan.errors import PlanError
from hgplan.model import COMPARATORS, Activity, Goal, Period, Phase, Plan, Strategy, Target, current_target
from hgplan.model.targets import Threshold

__all__ = ["CHANGES", "compare_plans"]

Part: TypeAlias = Literal["plan", "vision", "phase", "strategy", "goal", "target", "condition", "activity"]

CHANGES: Final = pl.Schema(
    {
        "part": pl.String(),
        "id": pl.String(),
        "of": pl.String(),
        "change": pl.String(),
        "field": pl.String(),
        "from": pl.String(),
        "to": pl.String(),
        "reason": pl.String(),
        "adopted": pl.Date(),
        "like": pl.String(),
    }
)
"""The columns of a comparison, in their order."""

_ALIKE: Final = 0.75
"""How alike two titles must be for one to be taken as the other's new name (Ratcliff and Obershelp's measure)."""

_MANY: Final = 10_000
"""Beyond so many pairs only what bears the same title is taken for the same."""


@attrs.frozen(kw_only=True)
class _Entry:
    """A part of a plan as its fields in text, and whose it is."""

    part: Part
    id: str
    of: str | None
    fields: Mapping[str, str | None]
    metric: str | None = None
    reason: str | None = None
    adopted: date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """By what an entry is found again in the other plan: of targets and conditions the goal says so, too."""
        return self.part, self.id, self.of or "" if self.part in ("target", "condition") else ""


def compare_plans(earlier: Plan, later: Plan) -> pl.DataFrame:
    """What changed from one plan to the next: a row a part that came or went, and one a field that is another now.

    Parts are the same when their ids are; targets when goal, period and unit are, each as it stands at last. What the
    tables of plan files hold is in the plans of open workspaces, `ws.plan`, and not in those of `load_plan`. Columns:
    part (plan, vision, phase, strategy, goal, target, condition, activity), id (of a target its period, and unit), of
    (the strategy, or the goal), change (added, removed, changed), field, from, to (as text), reason and adopted (of the
    later target, where it says them), like (of what went, the id of what came and measures or is called much the same:
    it may only be renamed; and the reverse).

    >>> old = Plan(id="p", title="2022", direct_goals=[
    ...     Goal(id="new", title="New members", targets=[Target(period="2022", at_least=270)])])
    >>> new = Plan(id="p", title="2022", direct_goals=[Goal(id="new", title="New members", targets=[
    ...     Target(period="2022", at_least=250, adopted=date(2022, 5, 1), reason="fewer doors opened")])])
    >>> compare_plans(old, new).select("part", "id", "of", "change", "from", "to", "reason").rows()
    [('target', '2022', 'new', 'changed', 'at_least 270', 'at_least 250', 'fewer doors opened')]
    """
    for plan in (earlier, later):
        if not isinstance(plan, Plan):
            what = f"plans are held against each other, got {type(plan).__name__}"
            raise PlanError(what, hint='hgplan.load_plan("plan.toml"), or hgplan.open("plan.toml").plan')
    before, after = ({entry.key: entry for entry in _entries(plan)} for plan in (earlier, later))
    gone = [entry for key, entry in before.items() if key not in after]
    come = [entry for key, entry in after.items() if key not in before]
    like = _alike(gone, come)
    rows: list[tuple[object, ...]] = []
    for key, entry in before.items():
        if key in after:
            rows += _changes(entry, after[key])
        else:
            rows.append(_row(entry, "removed", like))
    rows += [_row(entry, "added", like) for entry in come]
    return pl.DataFrame(rows, schema=CHANGES, orient="row")


def _changes(before: _Entry, after: _Entry) -> Iterator[tuple[object, ...]]:
    for field in dict.fromkeys([*before.fields, *after.fields]):
        was, now = before.fields.get(field), after.fields.get(field)
        if was != now:
            why = (after.reason, after.adopted) if after.part == "target" else (None, None)
            yield (after.part, after.id, after.of, "changed", field, was, now, *why, None)


def _row(entry: _Entry, change: str, like: Mapping[tuple[str, str, str], str]) -> tuple[object, ...]:
    text = next((entry.fields[name] for name in ("title", "target") if entry.fields.get(name) is not None), None)
    field = next((name for name in ("title", "target") if entry.fields.get(name) is not None), None)
    sides = (None, text) if change == "added" else (text, None)
    return (entry.part, entry.id, entry.of, change, field, *sides, entry.reason, entry.adopted, like.get(entry.key))


def _entries(plan: Plan) -> Iterator[_Entry]:
    head = ("title", "organisation", "language", "period", "version", "adopted")
    yield _Entry(part="plan", id="plan", of=None, fields={"id": plan.id, **_texts(plan, head)})
    if plan.vision is not None:
        fields = _texts(plan.vision, ("title", "year", "document", "description"))
        yield _Entry(part="vision", id="vision", of=None, fields=fields)
    for phase in plan.phases:
        yield _named("phase", phase, None)
    for strategy in plan.strategies:
        fields = _texts(strategy, ("title", "statement", "description"))
        yield _Entry(part="strategy", id=strategy.id, of=None, fields=fields)
    in_vision = {goal.id for goal in plan.vision.goals} if plan.vision else set()
    for strategy_of, goal in plan.goals():
        home = strategy_of.id if strategy_of else "vision" if goal.id in in_vision else None
        yield _named("goal", goal, home)
        yield from _of_goal(goal)
    for strategy_of, activity in plan.activities():
        yield _named("activity", activity, strategy_of.id if strategy_of else None)


def _named(part: Part, one: Phase | Goal | Activity | Strategy, home: str | None) -> _Entry:
    """A part with all its fields but those that have rows of their own, or only say where it was found."""
    left_out = {"id", "targets", "conditions", "quote"}
    names = [field.name for field in attrs.fields(type(one)) if field.name not in left_out]
    fields = {"strategy": home, **_texts(one, names)} if part in ("goal", "activity") else _texts(one, names)
    return _Entry(part=part, id=one.id, of=home, fields=fields, metric=one.metric if isinstance(one, Goal) else None)


def _of_goal(goal: Goal) -> Iterator[_Entry]:
    for period, unit in dict.fromkeys((target.period, target.unit) for target in goal.targets):
        target = current_target(goal.targets, period, unit)
        assert target is not None  # there is one of this period and unit
        id = period if unit is None else f"{period} {unit}"
        yield _target(target, id, goal.id)
    for condition in goal.conditions:
        fields = {**_texts(condition, ("metric", "parameters", "unit")), "threshold": _threshold(condition)}
        yield _Entry(part="condition", id=condition.title, of=goal.id, fields=fields)


def _target(target: Target, id: str, goal: str) -> _Entry:
    return _Entry(
        part="target",
        id=id,
        of=goal,
        fields={"target": _threshold(target)},
        reason=target.reason,
        adopted=target.adopted,
    )


def _threshold(threshold: Threshold) -> str | None:
    word = next((word for word in COMPARATORS if getattr(threshold, word) is not None), None)
    return None if word is None else f"{word} {_text(getattr(threshold, word))}"


def _texts(one: object, names: Iterable[str]) -> dict[str, str | None]:
    return {name: _text(getattr(one, name)) for name in names}


def _text(value: object) -> str | None:
    """A field as text; what is unsaid or empty is nothing."""
    if isinstance(value, Period):
        return f"{value.start}/{value.end}"
    if isinstance(value, tuple):
        return "; ".join(text for one in value if (text := _text(one)) is not None) or None
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={value[key]}" for key in sorted(value)) or None
    if isinstance(value, bool):
        return str(value).lower()
    if attrs.has(type(value)):
        told = attrs.asdict(value)  # type: ignore[arg-type]  # seen to be one
        return ", ".join(f"{name}={text}" for name in told if (text := _text(told[name])) is not None)
    return None if value is None or value == "" else str(value)


def _alike(gone: Sequence[_Entry], come: Sequence[_Entry]) -> dict[tuple[str, str, str], str]:
    """What went and what came in its place: the same metric first, then the most alike titles; each once."""
    pairs = sorted(
        (-likeness, number, other)
        for number, other in _candidates(gone, come)
        if (likeness := _likeness(gone[number], come[other])) >= _ALIKE
    )
    found: dict[tuple[str, str, str], str] = {}
    taken: set[tuple[str, int]] = set()
    for _, number, other in pairs:
        if ("gone", number) not in taken and ("come", other) not in taken:
            taken |= {("gone", number), ("come", other)}
            found[gone[number].key], found[come[other].key] = come[other].id, gone[number].id
    return found


def _candidates(gone: Sequence[_Entry], come: Sequence[_Entry]) -> Iterator[tuple[int, int]]:
    """Which entries to hold against which: those of one kind, and where they are many those that bear one title."""
    by_part: dict[str, list[int]] = {}
    by_title: dict[tuple[str, str], list[int]] = {}
    for other, new in enumerate(come):
        by_part.setdefault(new.part, []).append(other)
        by_title.setdefault((new.part, _title(new)), []).append(other)
    olds = Counter(old.part for old in gone)
    for number, old in enumerate(gone):
        few = olds[old.part] * len(by_part.get(old.part, ())) <= _MANY
        others = by_part.get(old.part, []) if few else by_title.get((old.part, _title(old)), [])
        yield from ((number, other) for other in others)


def _title(entry: _Entry) -> str:
    return (entry.fields.get("title") or entry.id).casefold()


def _likeness(old: _Entry, new: _Entry) -> float:
    if old.part == "target":
        return 0.0  # a target for another period is another target
    was, now = _title(old), _title(new)
    same = old.metric is not None and old.metric == new.metric
    same = same and old.fields.get("parameters") == new.fields.get("parameters")
    return same + SequenceMatcher(None, was, now).ratio()
