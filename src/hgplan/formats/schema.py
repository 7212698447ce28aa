"""The JSON Schema of a plan file, made from the same classes that read it."""

from __future__ import annotations

import inspect
from datetime import date
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import attrs

from hgplan.formats.planfile import RENAMED, PlanFile
from hgplan.model.declarations import SourceDeclaration, SourceReference
from hgplan.model.mappings import FrozenMapping
from hgplan.model.targets import COMPARATORS, Target

__all__ = ["plan_schema"]

_SIMPLE: Final[dict[Any, dict[str, Any]]] = {
    str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"}, Any: {}, object: {},
}  # fmt: skip


def plan_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a plan file, for editors that complete and check while one writes.

    >>> plan_schema()["required"]
    ['hgplan', 'plan']
    """
    definitions: dict[str, Any] = {}
    _reference(PlanFile, definitions)
    root = definitions.pop(PlanFile.__name__)
    root["properties"]["hgplan"] = {"const": 1}
    root["properties"] = {"$schema": {"type": "string"}, **root["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hgplan plan",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _reference(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; a class is defined once and referred to."""
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _object(kind, definitions)
    own = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [{"type": "string"}, own]} if kind is SourceReference else own


def _object(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    attrs.resolve_types(kind)
    renamed = RENAMED.get(kind, {})
    fields = attrs.fields(kind)
    schema: dict[str, Any] = {
        "type": "object",
        "description": inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " "),
        "properties": {renamed.get(field.name, field.name): _schema(field.type, definitions) for field in fields},
        "required": [renamed.get(field.name, field.name) for field in fields if field.default is attrs.NOTHING],
        "additionalProperties": False,
    }
    if kind is SourceDeclaration:
        # The settings of a source stand beside its plugin, and are that plugin's own.
        del schema["properties"]["settings"]
        schema["additionalProperties"] = True
    if kind is Target:
        schema["oneOf"] = [{"required": [word]} for word in COMPARATORS]
    return schema


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    origin, members = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(members)}
    if origin in (Union, UnionType):
        return _either([member for member in members if member is not NoneType], definitions)
    if origin is FrozenMapping:
        return {"type": "object", "additionalProperties": _schema(members[1], definitions)}
    if origin is tuple and members[-1] is Ellipsis:
        return {"type": "array", "items": _schema(members[0], definitions)}
    if origin is tuple:
        size = len(members)
        return {"type": "array", "items": _schema(members[0], definitions), "minItems": size, "maxItems": size}
    return _reference(kind, definitions)


def _either(members: list[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if float in members and int in members:
        members.remove(int)
    schemas = [_schema(member, definitions) for member in members]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
