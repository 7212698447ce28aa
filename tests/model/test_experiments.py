"""Experiments in a plan: what can be registered, and what cannot."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from hgplan import Experiment, Plan, PlanError
from hgplan.formats.plans import TOML

SOUND = Experiment(
    id="call",
    title="A call to new members",
    hypothesis="More of those who are called come to the meeting",
    arms=["letter", "call", "visit"],
    control="letter",
    start=date(2022, 2, 1),
    end=date(2022, 4, 30),
)


def test_the_arms_that_are_not_the_control_are_held_against_it() -> None:
    assert SOUND.others == ("call", "visit")
    assert hash(attrs.evolve(SOUND, looks=1)) == hash(SOUND)


@pytest.mark.parametrize(
    ("said", "where", "told"),
    [
        ({"hypothesis": " "}, "hypothesis", "hypothesis of experiment 'call' is empty"),
        ({"arms": ["letter"]}, "arms", "experiment 'call' has nothing to compare: it needs two arms or more"),
        ({"arms": ["letter", "call", "call"]}, "arms[2]", "arm 'call' of experiment 'call' is named twice"),
        ({"arms": "letter"}, "arms", "arms of experiment 'call' is a list of texts, got str 'letter'"),
        ({"control": "leter"}, "control", "control of experiment 'call' is 'leter', none of its arms"),
        ({"assigned": "persons"}, "assigned", "assigned of experiment 'call' is 'persons'"),
        ({"end": date(2022, 1, 1)}, "end", "experiment 'call' ends 2022-01-01, before its start 2022-02-01"),
        ({"looks": 0}, "looks", "looks of experiment 'call' counts from 1, got 0"),
        ({"looks": True}, "looks", "looks of experiment 'call' counts from 1, got True"),
        ({"assigned": "units", "within": "30d"}, "within", "within of experiment 'call' follows people, and units"),
        ({"within": "30 parsecs"}, "within", "within of experiment 'call': "),
        (
            {"end": date(2022, 3, 1), "within": "30d"},
            "within",
            "within of experiment 'call' is longer than its window: nobody's time is over by 2022-03-01",
        ),
    ],
)
def test_what_is_no_experiment_is_refused(said: dict[str, object], where: str, told: str) -> None:
    with pytest.raises(PlanError) as caught:
        attrs.evolve(SOUND, **said)  # type: ignore[arg-type]
    [fault] = caught.value.faults
    assert fault.where == where
    assert fault.what.startswith(told)


def test_two_experiments_have_two_ids() -> None:
    with pytest.raises(PlanError, match="experiment id 'CALL' is used twice") as caught:
        Plan(id="p", title="P", experiments=[SOUND, attrs.evolve(SOUND, id="CALL")])
    assert caught.value.faults[0].where == "experiments[1].id"


def test_a_fault_in_a_plan_file_has_its_place() -> None:
    text = b"""hgplan = 1
[plan]
id = "p"
title = "P"
[[experiment]]
id = "call"
title = "A call"
hypothesis = "More come"
arms = ["letter", "call"]
control = "leter"
"""
    with pytest.raises(PlanError, match="did you mean 'letter'") as caught:
        TOML.read(text, name="plan.toml")
    assert str(caught.value.faults[0].where) == "plan.toml:10:11"
