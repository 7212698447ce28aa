"""Goals are bound to metrics by phrases, by inflection and case, and never by a guess."""

from __future__ import annotations

import pytest

from hgplan.formats.document import read_document
from hgplan.hookspecs import Phrase, Reading


def phrase(text: str, metric: str, **more: object) -> Phrase:
    return Phrase(language="sv", text=text, metric=metric, **more)  # type: ignore[arg-type]  # the fields of a phrase


def read(item: str, *phrases: Phrase) -> Reading:
    text = f"# Verksamhetsplan 2025\n\n## Medlemmar\n\n- {item}\n"
    return read_document(text.encode(), name="plan.md", phrases=phrases)


def metric(item: str, *phrases: Phrase) -> str | None:
    (goal,) = [goal for _, goal in read(item, *phrases).plan.goals()]
    return goal.metric


NEW = phrase("nya medlemmar", "new_members")


@pytest.mark.parametrize(
    "item",
    [
        "Vi ska värva 500 nya medlemmar",
        "500 NYA MEDLEMMAR ska värvas",
        "Minst 500 nya medlemmar i hela regionen",
        "Värva 500 nya medlemmarna",
        "Nya medlemmar: 500",
        "Antalet nya medlemmar ska bli 500",
        "500 st nya medlemmar",
    ],
)
def test_a_phrase_is_found_in_whatever_form_it_stands(item: str) -> None:
    assert metric(item, NEW) == "new_members"


@pytest.mark.parametrize(
    "item",
    [
        "Värva 500 unga nya medlemmar",
        "Värva 500 nya betalande medlemmar",
        "Värva 500 medlemmar",
        "Värva 500 nya medlemmar under 30 år",
        "Utbilda 500 ledare för nya medlemmar",
    ],
)
def test_a_goal_that_counts_something_else_stays_unbound(item: str) -> None:
    assert metric(item, NEW) is None


def test_the_longest_phrase_is_meant() -> None:
    phrases = phrase("nya aktiva", "a"), phrase("nya aktiva medlemmar", "b")
    assert metric("Värva 50 nya aktiva medlemmar", *phrases) == "b"


def test_two_phrases_that_disagree_bind_nothing_and_are_named() -> None:
    reading = read("Värva 50 nya medlemmar", NEW, phrase("nya medlemmar", "recruits"))
    (goal,) = [goal for _, goal in reading.plan.goals()]
    assert goal.metric is None
    assert "the goal has no metric: could be new_members or recruits" in {piece.reason for piece in reading.unplaced}


def test_two_phrases_that_agree_are_one() -> None:
    assert metric("Värva 50 nya medlemmar", NEW, phrase("nya medlemmar", "new_members")) == "new_members"


def test_a_phrase_of_another_language_is_not_looked_for() -> None:
    assert metric("Värva 50 nya medlemmar", Phrase(language="en", text="nya medlemmar", metric="x")) is None


def test_a_phrase_brings_its_parameters_and_unit() -> None:
    told = phrase("nya medlemmar", "new_members", parameters={"gap": "12mo"}, unit="people")
    (goal,) = [goal for _, goal in read("Värva 50 nya medlemmar", told).plan.goals()]
    assert (goal.metric, dict(goal.parameters), goal.unit) == ("new_members", {"gap": "12mo"}, "people")


def test_the_thing_before_a_share_is_looked_up_too() -> None:
    density = phrase("organisationsgrad", "density", unit="%")
    assert metric("Organisationsgraden ska öka till 70 procent", density) == "density"


def test_a_condition_is_bound_by_the_words_inside_it() -> None:
    kept = phrase("stannar kvar", "retention", parameters={"horizon": "12mo"}, kind="condition")
    (goal,) = [goal for _, goal in read("Värva 50 medlemmar som stannar kvar minst ett år", kept).plan.goals()]
    (condition,) = goal.conditions
    assert (condition.title, condition.metric) == ("som stannar kvar minst ett år", "retention")
    assert dict(condition.parameters) == {"horizon": "12mo"}
    assert condition.comparator is None


def test_a_condition_that_no_phrase_names_is_kept_and_says_so() -> None:
    reading = read("Värva 50 medlemmar som vi behåller över tid")
    (goal,) = [goal for _, goal in reading.plan.goals()]
    (condition,) = goal.conditions
    assert (condition.title, condition.metric) == ("som vi behåller över tid", None)
    assert any(piece.text == "som vi behåller över tid" and "no metric" in piece.reason for piece in reading.unplaced)
