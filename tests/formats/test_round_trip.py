"""A plan that is written and read again is the same plan, in TOML and in JSON."""

from __future__ import annotations

import json
import pickle
import tomllib

import pytest
from drawn.plans import plans
from hypothesis import given

from hgplan.formats import JSON, TOML, dump_plan, load_plan
from hgplan.model import Plan


@given(plans())
def test_a_plan_survives_toml(plan: Plan) -> None:
    assert TOML.read(dump_plan(plan).encode()).plan == plan


@given(plans())
def test_a_plan_survives_json(plan: Plan) -> None:
    assert JSON.read(dump_plan(plan, "json").encode()).plan == plan


@given(plans())
def test_both_forms_hold_the_same_keys_and_values(plan: Plan) -> None:
    toml = tomllib.loads(dump_plan(plan))
    assert json.loads(json.dumps(toml, default=str)) == json.loads(dump_plan(plan, "json"))


@given(plans())
def test_a_plan_hashes_and_pickles_as_its_equal(plan: Plan) -> None:
    again = pickle.loads(pickle.dumps(plan))
    assert again == plan
    assert hash(again) == hash(plan)


@pytest.mark.parametrize("format", ["toml", "json"])
def test_a_written_file_is_read_by_its_ending(format: str, tmp_path) -> None:
    plan = Plan(id="north", title="Norr åt alla")
    path = tmp_path / f"plan.{format.upper()}"
    path.write_text(dump_plan(plan, format), encoding="utf-8")
    assert load_plan(path) == plan
