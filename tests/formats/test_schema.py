"""The JSON Schema of plan files: committed, closed, and true of every plan that hgplan writes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import attrs
import pytest
from drawn.plans import plans
from hypothesis import given

from hgplan.errors import PlanError
from hgplan.formats import TOML, dump_plan, plan_schema
from hgplan.metrics import Dimension, Events, Snapshots, Spells
from hgplan.model import Plan, TableDeclaration

COMMITTED = Path(__file__).parents[2] / "docs" / "hgplan.schema.json"
KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list}


def faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "") -> list[str]:
    """What the schema finds wrong: as much of JSON Schema as the plan's own uses, and no more."""
    if "$ref" in schema:
        return faults(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole, at)
    if "anyOf" in schema:
        found = [faults(value, option, whole, at) for option in schema["anyOf"]]
        return [] if [] in found else [f"{at}: none of {len(found)} kinds"]
    if "const" in schema or "enum" in schema:
        allowed = schema.get("enum", [schema.get("const")])
        return [] if value in allowed else [f"{at}: {value!r} is none of {allowed}"]
    kind = KINDS.get(schema.get("type", ""))
    if kind is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        return [f"{at}: {value!r} is no {schema['type']}"]
    if isinstance(value, list) and "items" in schema:
        sized = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        items = [
            fault for index, item in enumerate(value) for fault in faults(item, schema["items"], whole, f"{at}/{index}")
        ]
        return items if sized else [*items, f"{at}: {len(value)} items"]
    if isinstance(value, dict) and schema.get("type") == "object":
        own = schema.get("properties", {})
        found = [f"{at}: {key} is missing" for key in schema.get("required", []) if key not in value]
        others = schema.get("additionalProperties", True)
        for key, item in value.items():
            if key in own:
                found += faults(item, own[key], whole, f"{at}/{key}")
            elif others is False:
                found.append(f"{at}: {key} is unknown")
            elif others is not True:
                found += faults(item, others, whole, f"{at}/{key}")
        options = [all(key in value for key in option["required"]) for option in schema.get("oneOf", [])]
        return found if not options or sum(options) == 1 else [*found, f"{at}: one of {schema['oneOf']}"]
    return []


def test_the_committed_schema_is_the_generated_one() -> None:
    written = json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"
    assert COMMITTED.read_text(encoding="utf-8") == written, "run: hgplan schema > docs/hgplan.schema.json"


@given(plans())
def test_every_plan_that_is_written_satisfies_the_schema(plan: Plan) -> None:
    schema = plan_schema()
    assert faults(json.loads(dump_plan(plan, "json")), schema, schema) == []


@pytest.mark.parametrize(
    "text",
    [
        "[[goal]]\nid = 'g'\n",
        "[[goal]]\nid = 'g'\ntitle = 3\n",
        "[[goal]]\nid = 'g'\ntitle = 'G'\nperod = '2022'\n",
        "[[goal]]\nid = 'g'\ntitle = 'G'\ncommitment = 'soft'\n",
        "[[goal]]\nid = 'g'\ntitle = 'G'\ntargets = [{ period = '2022' }]\n",
        "[[goal]]\nid = 'g'\ntitle = 'G'\ntargets = [{ period = '2022', between = [1] }]\n",
        "[table.a]\nkind = 'spels'\n",
        "[source.a]\nuri_env = 'A'\n",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(text: str) -> None:
    whole = f"hgplan = 1\nplan = {{ id = 'p', title = 'P' }}\n{text}"
    schema = plan_schema()
    assert faults(tomllib.loads(whole), schema, schema)
    with pytest.raises(PlanError):
        TOML.read(whole.encode())


def test_every_table_of_the_schema_is_closed_but_for_the_settings_of_a_source() -> None:
    definitions = plan_schema()["$defs"]
    assert [name for name, schema in definitions.items() if schema["additionalProperties"]] == ["SourceDeclaration"]
    assert all(schema["description"].endswith(".") for schema in definitions.values())


@pytest.mark.parametrize(
    ("kind", "table", "given"),
    [
        ("events", Events, {"at": "a"}),
        ("spells", Spells, {"start": "a", "end": "b", "entity": "c"}),
        ("snapshots", Snapshots, {"at": "a"}),
        ("dimension", Dimension, {"key": "a"}),
    ],
)
def test_a_plan_file_has_every_parameter_of_a_table_and_no_other(kind: str, table: type, given: dict[str, str]) -> None:
    own = {field.name for field in attrs.fields(table) if field.init} - {"name", "steps"}
    others = {field.name for field in attrs.fields(TableDeclaration)} - {"kind", "source", "rename", "values"}
    for name in own:
        value: Any = {"x": "int"} if name == "columns" else "x"
        assert name in TableDeclaration(kind=kind, **{**given, name: value}).constructor
    for name in others - own:
        with pytest.raises(PlanError, match="means nothing"):
            TableDeclaration(kind=kind, **{**given, name: "x"})
