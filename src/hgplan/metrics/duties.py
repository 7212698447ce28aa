"""Duties to report: who owes a row, and how often."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from hgplan.errors import PlanError
from hgplan.model.grains import as_grain

__all__ = ["Duty", "duty"]


@attrs.frozen
class Duty:
    """A duty to report: every open unit of `level` owes a row in every period of the grain `every`."""

    every: str = attrs.field(converter=as_grain)
    level: str


def duty(value: Duty | str | Mapping[str, str] | None) -> Duty | str | None:
    """A duty as a table declares it: a grain and a level, or the name of a table of duties.

    >>> duty({"every": "month", "level": "association"})
    Duty(every='month', level='association')
    """
    if isinstance(value, Mapping):
        if set(value) != {"every", "level"}:
            raise PlanError(f"expected={value!r} is no duty", hint="write {'every': 'month', 'level': 'association'}")
        return Duty(**value)
    return value
