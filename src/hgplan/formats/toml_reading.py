"""TOML text to plain tables; what tomllib refuses is told in a plan author's words, with its place."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final, NoReturn

from hgplan.errors import Location, PlanError, raise_all
from hgplan.formats.places import Places
from hgplan.formats.positions import positions
from hgplan.formats.structuring import WrittenFloat

__all__ = ["read_toml"]

_PART: Final = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
# tomllib takes quadratic time for a key of very many parts, so such a text never reaches it.
_LONG_KEY: Final = re.compile(rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{64}}")
_LONG_NUMBER: Final = re.compile(r"[0-9_]{4000,}")
_PLACE: Final = re.compile(r"(.*) \(at line ([0-9]+), column ([0-9]+)\)", re.DOTALL)
_WORD: Final = re.compile(r"[^\s,\]}#=]+")


def read_toml(text: str, *, name: str) -> dict[str, Any]:
    """The tables of a TOML text; numbers with a point keep how they were written."""
    long_key = _LONG_KEY.search(text)
    if long_key is not None:
        raise PlanError("a key has more than 64 parts", where=_at(text, long_key.start(), name))
    try:
        return tomllib.loads(text, parse_float=WrittenFloat)
    except tomllib.TOMLDecodeError as error:
        _refuse(text, str(error), positions(text), name)
    except ValueError:
        # Python refuses to read a number of more than some thousand digits, and says so without a place.
        found = _LONG_NUMBER.search(text)
        where = _at(text, found.start() if found else 0, name)
        raise PlanError("a number has thousands of digits", where=where, hint="a figure has at most 18") from None


def _at(text: str, offset: int, name: str) -> Location:
    return Places(text=text, found={}).location(offset, name)


def _refuse(text: str, message: str, places: Places, name: str) -> NoReturn:
    if places.duplicates:
        faults = [
            PlanError(
                f"{twice.name!r} was already given at line {places.line_and_column(twice.first)[0]}",
                where=places.location(twice.at, name),
                hint="a list of tables is written with two brackets: [[...]]" if text[twice.at] == "[" else None,
            )
            for twice in places.duplicates
        ]
        raise_all(f"{name} gives keys twice", faults)
    found = _PLACE.fullmatch(message)
    lines = text.split("\n")
    line, column = (int(found[2]), int(found[3])) if found else (len(lines), len(lines[-1]) + 1)
    what, hint = _explained(found[1] if found else message.removesuffix(" (at end of document)"), lines, line, column)
    raise PlanError(what, where=Location(name, line, column), hint=hint)


def _explained(message: str, lines: list[str], line: int, column: int) -> tuple[str, str | None]:
    written = lines[line - 1]
    before, _, value = written.partition("=")
    value = value.split("#")[0].strip()
    grouped = re.fullmatch(r"[+-]?[0-9]{1,3}([ ,'\u00a0\u202f][0-9]{3})+", value)
    if message.startswith("Expected newline or end of document after a statement") and value:
        if grouped:
            return f"{value!r} is no number", f"write {re.sub(r'[^0-9+-]', '', value)}"
        if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", value):
            return f"{value!r} is no number", f"write {value.replace(',', '.')}"
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return f"{value!r} is no day of the calendar", None
        if re.fullmatch(r"0[0-9]+", value):
            return (
                f"{value!r} is no number: it begins with 0",
                f'write {value.lstrip("0") or "0"}, or "{value}" for text',
            )
        return f"cannot read {value!r}", "text stands in quotes, and a key and its value on a line of their own"
    if message == "Invalid date or datetime":
        return f"{_word(written, column)!r} is no day of the calendar", None
    if message == "Invalid value":
        word = _word(written, column)
        if not word:
            return f"{before.strip()!r} has no value", "leave the line out if there is none to give"
        return f"cannot read {word!r}", "text stands in quotes"
    if message == "Invalid statement" and re.match(r"\s*[^\W\d]", written):
        key = before.strip()
        return f"cannot read the key {key!r}", f'a key with other letters than a to z stands in quotes: "{key}"'
    if message.startswith("Expected '=' after a key"):
        return f"cannot read {written.strip()!r}", "a key is followed by = and its value"
    if message.startswith(("Found invalid character", "Illegal character")):
        return "a text in quotes ends on its own line", 'a longer one stands between """ and """'
    return f"cannot read this: {message[:1].lower()}{message[1:]}", None


def _word(written: str, column: int) -> str:
    found = _WORD.match(written, column - 1)
    return found.group() if found else ""
