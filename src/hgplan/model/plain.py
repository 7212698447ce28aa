"""Free values: what a metric's parameters and a source's settings are made of, the same in every plan format."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from hgplan.model.faults import Faults, path
from hgplan.model.mappings import FrozenMapping

__all__ = ["as_plain", "check_plain"]


def as_plain(value: Any) -> Any:
    """The value with mappings and lists frozen, and with days as ISO text, which is what JSON can say too.

    >>> from datetime import date
    >>> as_plain({"since": date(2022, 9, 11), "arms": ["call", "letter"]})
    FrozenMapping({'since': '2022-09-11', 'arms': ('call', 'letter')})
    """
    if isinstance(value, Mapping):
        return FrozenMapping({key: as_plain(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(as_plain(item) for item in value)
    return value.isoformat() if isinstance(value, date | time) else value


def check_plain(faults: Faults, at: str, value: object) -> None:
    """Texts, numbers, true and false, and lists and tables of them; nothing else can be written in a plan."""
    if not isinstance(value, FrozenMapping):
        faults.add(f"{at} of {faults.subject} is a table, got {type(value).__name__}", at=at)
        return
    for where, item in _odd(value, (at,)):
        # The value may be a setting that nobody should read, so only its kind is told.
        found = "a number that is no figure" if isinstance(item, float) else type(item).__name__
        faults.add(f"{at} of {faults.subject} holds {found}", at=path(*where), hint="leave it out if unknown")


def _odd(value: object, where: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if isinstance(value, FrozenMapping):
        for key, item in value.items():
            if isinstance(key, str):
                yield from _odd(item, (*where, key))
            else:
                yield where, key
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _odd(item, (*where, index))
    elif not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
        yield where, value
