from __future__ import annotations

from datetime import date

import pytest
from followup.asked import attain, plan_of
from followup.scripted import Figure, Script

from hgplan.engine import Clocks
from hgplan.model import Condition, Goal, Target

OVER = Clocks(until=date(2022, 12, 31))


def conditions(figure: Figure, *asked: Condition, until: Clocks = OVER) -> tuple[object, object]:
    goal = Goal(id="g", title="G", metric="recruits", targets=[Target(period="2022", at_least=10)], conditions=asked)
    script = Script(answers={("recruits", "region"): Figure(12), ("retention", "region"): figure})
    row = attain(plan_of(goal), script, clocks=until).row(0, named=True)
    return row["status"], row["conditions"]


def kept(**said: object) -> Condition:
    return Condition(title="kept", metric="retention", **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "figure", "state"),
    [
        (kept(at_least=80), Figure(0.80), "met"),
        (kept(at_least=80), Figure(0.79), "failed"),
        (kept(at_most=20), Figure(0.21), "failed"),
        (kept(between=[70, 90]), Figure(0.8), "met"),
        (kept(equals=80), Figure(0.8), "met"),
        (kept(at_least=0.8, unit="share"), Figure(0.8), "met"),
        # Nobody can say.
        (kept(), Figure(0.99), "unset"),
        (kept(at_least=80), Figure(None, availability="immature", completeness=0.0), "unset"),
        (kept(at_least=80), Figure(float("nan")), "unset"),
        (kept(increase_by=5), Figure(0.9), "unset"),
        (Condition(title="kept", metric="nobody's", at_least=5), Figure(0.9), "unset"),
        (Condition(title="kept"), Figure(0.9), "unset"),
        # 8 of 10 ripe ones, 10 more to ripen: between 8 and 18 of 20.
        (kept(at_least=40), Figure(0.8, 8, 10, completeness=0.5), "met"),
        (kept(at_least=50), Figure(0.8, 8, 10, completeness=0.5), "unset"),
        (kept(at_least=91), Figure(0.8, 8, 10, completeness=0.5), "failed"),
        (kept(between=[95, 99]), Figure(0.8, 8, 10, completeness=0.5), "failed"),
        (kept(equals=60), Figure(0.8, 8, 10, completeness=0.5), "unset"),
    ],
)
def test_a_condition_stands_beside_the_status_and_leaves_it(condition: Condition, figure: Figure, state: str) -> None:
    assert conditions(figure, condition) == ("reached", f"kept: {state}")


def test_several_conditions_stand_in_the_plans_order() -> None:
    asked = [kept(at_least=90), Condition(title="heard", metric="recruits", at_least=12), kept()]
    assert conditions(Figure(0.8), *asked)[1] == "kept: failed; heard: met; kept: unset"


def test_a_goal_without_conditions_has_none() -> None:
    assert conditions(Figure(0.8))[1] is None


def test_nothing_is_said_of_a_condition_before_its_period_begins() -> None:
    early = Clocks(until=date(2021, 12, 31))
    assert conditions(Figure(0.8), kept(at_least=80), until=early) == ("no_data", "kept: unset")
