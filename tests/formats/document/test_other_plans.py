"""Plans of other organisations, in other forms: what a careful reader finds in each stands beside them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hgplan.formats.document import read_document
from hgplan.model import Goal, Target

PLANS = Path(__file__).with_name("plans")
ANSWERS: dict[str, Any] = tomllib.loads((PLANS / "answers.toml").read_text(encoding="utf-8"))


def told(goal: Goal) -> str:
    """A goal in one line: its title, its targets with like figures together, its baseline and its conditions."""
    figures: dict[str, list[str]] = {}
    for target in goal.targets:
        figures.setdefault(figure(target), []).append(target.period)
    parts = [goal.title, *(f"{words} in {span(periods)}" for words, periods in figures.items())]
    parts += [goal.unit] if goal.targets and goal.unit else []
    parts += [f"from {goal.baseline}"] if goal.baseline is not None else []
    parts += ["hoped"] if goal.commitment == "aspiration" else []
    parts += [f"if {condition.title}" for condition in goal.conditions]
    return " | ".join(parts)


def figure(target: Target) -> str:
    """A target's comparator and figures."""
    upper = "" if target.value_to is None else f"..{target.value_to}"
    return f"{target.comparator} {target.value}{upper}"


def span(periods: list[str]) -> str:
    """The periods of a rhythm by their first, their last and their number."""
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]} ({len(periods)})"


def answers(name: str) -> dict[str, Any]:
    """What the importer finds in a plan, in the form of the answer key."""
    plan = read_document((PLANS / name).read_bytes(), name=name).plan
    found: dict[str, Any] = {"language": plan.language, "title": plan.title}
    if plan.organisation:
        found["organisation"] = plan.organisation
    if plan.period:
        found["period"] = f"{plan.period.start}/{plan.period.end}"
    if plan.vision:
        found["vision"] = [plan.vision.title, *(told(goal) for goal in plan.vision.goals)]
    if plan.phases:
        found["phases"] = [f"{phase.title}: {phase.start}/{phase.end}" for phase in plan.phases]
    if plan.references:
        found["references"] = [reference.title for reference in plan.references]
    if plan.direct_goals:
        found["goals"] = [told(goal) for goal in plan.direct_goals]
    if plan.direct_activities:
        found["activities"] = [activity.title for activity in plan.direct_activities]
    for strategy in plan.strategies:
        does = [f"does: {activity.title}" for activity in strategy.activities]
        found.setdefault("strategies", {})[strategy.title] = [*map(told, strategy.goals), *does]
    return found


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_plan_is_read_as_a_careful_reader_reads_it(name: str) -> None:
    assert answers(name) == ANSWERS[name]


def test_every_plan_has_its_answers() -> None:
    assert sorted(ANSWERS) == sorted(path.name for path in PLANS.iterdir() if path.suffix != ".toml")
