"""Whatever is done to a plan file, it is read or refused in hgplan's own words, with a place that exists."""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from drawn.plans import plans
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import Location, PlanError, UnknownName
from hgplan.formats import JSON, TOML, PlanText, dump_plan, with_locations
from hgplan.formats.planfile import key_path, steps
from hgplan.formats.positions import positions
from hgplan.formats.toml_writing import write_toml
from hgplan.model import Plan

odd = st.sampled_from(["", '"', "'", "[", "]", "{", "}", "=", ",", "\n", "#", '"""', "27.000", "nan", "é", "\x00", "."])
kinds = st.sampled_from(
    [None, 3, 2.5, True, "x", "27 000", [], {}, [1], {"id": "x"}, float("nan"), -1, 10**30, [{}], "\ud800"]
)


def is_read_or_refused(form: PlanText, content: bytes) -> None:
    try:
        form.read(content, name="plan")
    except PlanError as error:
        lines = content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
        for fault in error.faults:
            assert isinstance(fault.where, Location), fault
            assert 1 <= fault.where.line <= len(lines), fault
            assert 1 <= fault.where.column <= len(lines[fault.where.line - 1]) + 1, fault


@given(plans(), st.data(), st.sampled_from(["toml", "json"]))
def test_a_text_with_signs_put_in_or_taken_out(plan: Plan, data: st.DataObject, form: Any) -> None:
    text = dump_plan(plan, form)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(odd) + text[at + data.draw(st.integers(0, 3)) :]
    is_read_or_refused(TOML if form == "toml" else JSON, text.encode())


@given(plans(), st.data())
def test_bytes_that_were_damaged(plan: Plan, data: st.DataObject) -> None:
    content = bytearray(dump_plan(plan).encode())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    is_read_or_refused(TOML, bytes(content[: data.draw(st.integers(1, len(content)))]))


@given(plans(), st.data(), st.booleans())
def test_values_of_other_kinds(plan: Plan, data: st.DataObject, quoted: bool) -> None:
    document = json.loads(dump_plan(plan, "json")) if quoted else tomllib.loads(dump_plan(plan))
    for _ in range(data.draw(st.integers(1, 4))):
        owner: Any = document
        while True:
            keys = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(owner[key], dict | list) and owner[key] and data.draw(st.integers(0, 3)):
                owner = owner[key]
                continue
            value = deepcopy(data.draw(kinds))
            if value is None or (not quoted and value == "\ud800"):
                del owner[key]
            else:
                owner[key] = value
            break
    if quoted:
        is_read_or_refused(JSON, json.dumps(document).encode())
    else:
        is_read_or_refused(TOML, write_toml(document).encode())


@given(plans())
def test_every_title_is_found_afterwards_by_its_place_in_the_plan(plan: Plan) -> None:
    text = dump_plan(plan)
    places = positions(text)
    for outer, strategy in enumerate(plan.strategies):
        for inner, goal in enumerate(strategy.goals):
            path = key_path(steps(f"strategies[{outer}].goals[{inner}].title"))
            assert _value_at(text, places.found[path].value) == goal.title


def _value_at(text: str, place: int) -> object:
    """What is written from a place on, over as many lines as it takes."""
    lines = text[place:].splitlines(keepends=True)
    for count in range(1, len(lines) + 1):
        with suppress(tomllib.TOMLDecodeError):
            return tomllib.loads(f"value = {''.join(lines[:count])}")["value"]
    raise AssertionError(f"no value stands at {place}")


@pytest.mark.parametrize("form", ["toml", "json"])
def test_what_is_found_later_gets_its_place_in_the_file(form: Any, tmp_path: Path) -> None:
    text = 'hgplan = 1\n[plan]\nid = "p"\ntitle = "P"\n[[goal]]\nid = "g"\ntitle = "G"\nmetric = "newmembers"\n'
    plan = TOML.read(text.encode()).plan
    path = tmp_path / f"plan.{form}"
    path.write_text(text if form == "toml" else dump_plan(plan, form), encoding="utf-8")
    later = UnknownName("no metric 'newmembers'", where="direct_goals[0].metric", hint="did you mean 'new_members'?")
    (told,) = with_locations([later], path)
    place = "plan.toml:8:10" if form == "toml" else "plan.json:11:17"
    assert isinstance(told, UnknownName)
    assert str(told) == f"no metric 'newmembers'\n  in {place}\n  did you mean 'new_members'?"
