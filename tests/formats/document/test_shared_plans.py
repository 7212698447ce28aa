"""The plan that the project began with, and sample plans with other people's answers, where they are at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hgplan.formats import dump_plan, load_plan
from hgplan.formats.document import read_document
from hgplan.hookspecs import Phrase, Reading
from hgplan.model import Goal, Plan, Target

SHARED = Path(os.environ.get("HGPLAN_SHARED") or Path(__file__).parents[3].parent / "shared")
SEED = SHARED / "seed" / "verksamhetsplan-2022-2023.md"
SAMPLES = SHARED / "plans_sample"

needs_seed = pytest.mark.skipif(not SEED.is_file(), reason="no shared cases beside the checkout or in HGPLAN_SHARED")
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no shared cases beside the checkout or in HGPLAN_SHARED"
)

PHRASES = [
    Phrase(language="sv", text="nya medlemmar", metric="new_members", unit="people"),
    Phrase(language="sv", text="nya förtroendevalda/aktiva medlemmar", metric="newly_engaged", unit="people"),
    Phrase(
        language="sv", text="behåller över tid", metric="retention", parameters={"horizon": "12mo"}, kind="condition"
    ),
]


def seed() -> Reading:
    return read_document(SEED.read_bytes(), name=SEED.name, phrases=PHRASES)


@needs_seed
def test_the_seed_has_its_title_taken_apart() -> None:
    plan = seed().plan
    assert plan.organisation == "Region Stockholm"
    assert plan.period is not None
    assert (plan.period.start, plan.period.end) == (date(2022, 1, 1), date(2023, 12, 31))
    assert plan.language == "sv"


@needs_seed
def test_the_seed_has_three_strategies_each_with_one_overarching_activity() -> None:
    plan = seed().plan
    assert [strategy.title.split()[-1] for strategy in plan.strategies] == [
        "opinionsbildning",
        "medlemsnytta",
        "medlemmar",
    ]
    source = SEED.read_text(encoding="utf-8")
    for strategy in plan.strategies:
        assert strategy.statement is not None
        assert strategy.statement in source
        assert strategy.description is not None
        assert strategy.description in source
        assert strategy.statement != strategy.description
        assert len(strategy.activities) == 1
        assert strategy.activities[0].title in strategy.statement


@needs_seed
def test_the_seed_has_four_targets_and_no_fifth() -> None:
    found = {
        (goal.metric, target.period, target.at_least, goal.unit, goal.commitment)
        for _, goal in seed().plan.goals()
        for target in goal.targets
    }
    assert found == {
        ("new_members", "2022", 27000, "people", "aspiration"),
        ("new_members", "2023", 25000, "people", "aspiration"),
        ("newly_engaged", "2022", 400, "people", "aspiration"),
        ("newly_engaged", "2023", 450, "people", "aspiration"),
    }
    assert sum(len(goal.targets) for _, goal in seed().plan.goals()) == 4


@needs_seed
def test_every_goal_of_the_seed_quotes_its_sentence_and_line() -> None:
    lines = SEED.read_text(encoding="utf-8").split("\n")
    for _, goal in seed().plan.goals():
        assert goal.quote is not None
        assert goal.quote.line is not None
        assert goal.quote.text in lines[goal.quote.line - 1]


@needs_seed
def test_the_retention_condition_of_the_seed_is_bound_and_unset() -> None:
    (condition,) = [condition for _, goal in seed().plan.goals() for condition in goal.conditions]
    assert condition.title == "som vi behåller över tid"
    assert condition.metric == "retention"
    assert dict(condition.parameters) == {"horizon": "12mo"}
    assert condition.comparator is None


@needs_seed
def test_the_seed_names_three_phases_without_their_days() -> None:
    plan = seed().plan
    assert [phase.title for phase in plan.phases] == ["före valet", "under valet", "efter valet"]
    assert not any(phase.is_dated for phase in plan.phases)
    assert plan.strategies[0].activities[0].phases == tuple(phase.id for phase in plan.phases)


@needs_seed
def test_the_seed_points_at_a_vision_and_a_strategy_outside_itself() -> None:
    plan = seed().plan
    assert plan.vision is not None
    assert (plan.vision.title, plan.vision.year) == ("2027 års målbild", 2027)
    assert plan.vision.document == "Folkrörelsen i bostadsområdet"
    assert "Folkrörelsen i bostadsområdet" in {reference.title for reference in plan.references}


@needs_seed
def test_what_the_seed_has_no_place_for_is_listed_with_its_line() -> None:
    left = seed().unplaced
    preamble = [piece for piece in left if piece.text.startswith("Regionens verksamhetsplan bygger på")]
    assert [piece.line for piece in preamble] == [5]
    assert not [piece for piece in left if "no metric" in piece.reason]


@needs_seed
def test_without_plugins_the_goals_of_the_seed_say_that_they_are_unbound() -> None:
    reading = read_document(SEED.read_bytes(), name=SEED.name)
    assert {goal.metric for _, goal in reading.plan.goals()} == {None}
    unbound = {piece.text for piece in reading.unplaced if "no metric" in piece.reason}
    assert unbound == {"Nya medlemmar", "Nya förtroendevalda/aktiva medlemmar", "som vi behåller över tid"}


def cases() -> list[dict[str, Any]]:
    index = SAMPLES / "index.json"
    return json.loads(index.read_text(encoding="utf-8"))["cases"] if index.is_file() else []


def targets(plan: Plan) -> Iterator[tuple[Goal, Target]]:
    for _, goal in plan.goals():
        for target in goal.targets:
            yield goal, target


def values(plan: Plan) -> set[float]:
    return {float(target.value) for _, target in targets(plan) if target.value is not None}


def last_day(plan: Plan, target: Target) -> str:
    return str(plan.parse_period(target.period).end)


@needs_samples
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
class TestSamples:
    def plan(self, case: dict[str, Any]) -> Plan:
        return read_document((SAMPLES / case["file"]).read_bytes(), name=case["file"]).plan

    def test_every_certain_goal_is_found(self, case: dict[str, Any]) -> None:
        certain = {float(goal["value"]) for goal in case["goals"] if goal["certainty"] == "certain"}
        assert certain - values(self.plan(case)) == set()

    def test_nothing_that_is_no_goal_is_found(self, case: dict[str, Any]) -> None:
        plan = self.plan(case)
        wanted = {float(goal["value"]) for goal in case["goals"] if goal["kind"] != "budget"}
        assert values(plan) - wanted == set()

    def test_every_goal_ends_when_the_text_says(self, case: dict[str, Any]) -> None:
        plan = self.plan(case)
        ends = {float(target.value or 0): last_day(plan, target) for _, target in targets(plan)}
        for goal in case["goals"]:
            if goal["certainty"] == "certain" and "end" in goal["period"]:
                assert ends[float(goal["value"])] == goal["period"]["end"]

    def test_changes_and_bounds_are_told_apart(self, case: dict[str, Any]) -> None:
        wanted = {
            (float(goal["value"]), "increase_by" if goal["comparator"].startswith("increase_by") else "at_least")
            for goal in case["goals"]
            if goal["kind"] != "budget"
        }
        for _, target in targets(self.plan(case)):
            assert (float(target.value or 0), target.comparator) in wanted

    def test_goals_without_a_figure_stay_goals(self, case: dict[str, Any]) -> None:
        plan = self.plan(case)
        told = " ".join(goal.quote.text for _, goal in plan.goals() if goal.quote and not goal.targets).casefold()
        for wanted in case["unquantified_goals"]:
            if wanted != "every bullet: none is quantified":
                words = [word for word in wanted.casefold().split() if len(word) > 4]
                assert all(word in told for word in words)

    def test_the_plan_survives_its_file(self, case: dict[str, Any], tmp_path: Path) -> None:
        plan = self.plan(case)
        file = tmp_path / "plan.toml"
        file.write_text(dump_plan(plan), encoding="utf-8")
        assert load_plan(file) == plan


@needs_samples
def test_a_plan_without_a_number_gives_a_goal_an_item_and_no_target() -> None:
    name = "19_dsek_negative_control.txt"
    text = (SAMPLES / name).read_bytes()
    plan = read_document(text, name=name).plan
    items = [line[2:] for line in text.decode().split("\n") if line.startswith("- ")]
    assert not list(targets(plan))
    assert [goal.quote.text for _, goal in plan.goals() if goal.quote] == items
