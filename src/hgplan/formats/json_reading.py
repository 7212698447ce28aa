"""JSON text to the same plain tables as TOML gives."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from hgplan.errors import Location, PlanError, raise_all
from hgplan.formats.json_positions import json_positions
from hgplan.formats.places import Places
from hgplan.formats.structuring import WrittenFloat

__all__ = ["read_json"]

_HALF_LETTER: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_LONG_NUMBER: Final = re.compile(r"[0-9]{4000,}")


class _TwiceError(Exception):
    """A key is given twice in one table."""


def read_json(text: str, *, name: str) -> dict[str, Any]:
    """The tables of a JSON text; null is the same as leaving the key out."""
    try:
        found = json.loads(text, object_pairs_hook=_table, parse_float=_number, parse_constant=WrittenFloat)
    except json.JSONDecodeError as error:
        what = f"cannot read this: {error.msg[:1].lower()}{error.msg[1:]}"
        raise PlanError(what, where=Location(name, error.lineno, error.colno)) from None
    except _TwiceError:
        _refuse_duplicates(json_positions(text), name)
    except ValueError:
        offset = _LONG_NUMBER.search(text)
        where = Places(text=text, found={}).location(offset.start() if offset else 0, name)
        raise PlanError("a number has thousands of digits", where=where, hint="a figure has at most 18") from None
    if not isinstance(found, dict):
        raise PlanError("a plan in JSON is one object in braces", where=Location(name, 1, 1))
    found.pop("$schema", None)
    half = _HALF_LETTER.search(text)
    if half is not None and not _is_text(found):
        where = Places(text=text, found={}).location(half.start(), name)
        raise PlanError(f"{half.group()} is half a letter, which no text can hold", where=where)
    return found


def _is_text(found: dict[str, Any]) -> bool:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise _TwiceError
    return {key: value for key, value in table.items() if value is not None}


def _number(written: str) -> float:
    # A program writes 12.375 as it is, while 27.000 comes from a hand that meant thousands.
    return WrittenFloat(written) if written != repr(float(written)) else float(written)


def _refuse_duplicates(places: Places, name: str) -> NoReturn:
    faults = [
        PlanError(
            f"{twice.name!r} was already given at line {places.line_and_column(twice.first)[0]}",
            where=places.location(twice.at, name),
        )
        for twice in places.duplicates
    ]
    raise_all(f"{name} gives keys twice", faults)
