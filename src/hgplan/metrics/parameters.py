"""The parameters of metrics: single values by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from hgplan.errors import PlanError
from hgplan.model.mappings import FrozenMapping

__all__ = ["Parameter", "as_parameters", "frozen"]

Parameter: TypeAlias = str | int | float | bool | None


def as_parameters(values: Mapping[str, object]) -> FrozenMapping[str, Parameter]:
    """A metric's parameters as a plan gives them; raises PlanError for what is no single value."""
    for name, value in values.items():
        if value is not None and not isinstance(value, str | int | float | bool):
            raise PlanError(f"parameter {name!r} is {type(value).__name__}", hint="give text, a number, true or false")
    return FrozenMapping(values)  # type: ignore[arg-type]  # single values all, seen above


def frozen(values: Mapping[str, Parameter]) -> FrozenMapping[str, Parameter]:
    """A metric's parameters as a value."""
    return FrozenMapping(values)
