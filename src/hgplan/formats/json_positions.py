"""Where each key and value of a JSON text stands; made only when something is wrong."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Final

import attrs

from hgplan.formats.places import Duplicate, Place, Places

__all__ = ["json_positions"]

_GAP: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_SCALAR: Final = re.compile(r"[^\s,\]}]+")
_DEEPEST: Final = 64  # twice what a plan may have, so that what lies too deep is still found

Path = tuple[str | int, ...]


class _StopError(Exception):
    """The text cannot be read any further."""


def json_positions(text: str) -> Places:
    """Every path of a JSON text with the places of its key and its value.

    >>> places = json_positions('{"plan": {"id": 3}}')
    >>> places.line_and_column(places.found["plan", "id"].value)
    (1, 17)
    """
    scan = _Scan(text)
    # A text that was refused can hold an escape that is none; what was read before it is kept.
    with suppress(_StopError, ValueError):
        scan.value((), 0)
    return Places(text=text, found=scan.found, duplicates=tuple(scan.duplicates))


@attrs.define
class _Scan:
    text: str
    at: int = 0
    found: dict[Path, Place] = attrs.field(factory=dict)
    duplicates: list[Duplicate] = attrs.field(factory=list)

    def value(self, path: Path, depth: int) -> None:
        self.match(_GAP)
        if depth > _DEEPEST:
            raise _StopError
        opening = self.text[self.at : self.at + 1]
        if opening == "{":
            self.at += 1
            self.members(path, depth)
        elif opening == "[":
            self.at += 1
            self.items(path, depth)
        else:
            self.match(_STRING if opening == '"' else _SCALAR)

    def members(self, path: Path, depth: int) -> None:
        given: dict[str, int] = {}
        while not self.closes("}"):
            start = self.at
            name = str(json.loads(self.match(_STRING), strict=False))
            first = given.setdefault(name, start)
            if first != start:
                self.duplicates.append(Duplicate(name=name, at=start, first=first))
            self.match(_GAP)
            self.expect(":")
            self.match(_GAP)
            self.found[*path, name] = Place(key=start, value=self.at)
            self.value((*path, name), depth + 1)
            self.separated("}")

    def items(self, path: Path, depth: int) -> None:
        index = 0
        while not self.closes("]"):
            self.found[*path, index] = Place(key=self.at, value=self.at)
            self.value((*path, index), depth + 1)
            index += 1
            self.separated("]")

    def closes(self, bracket: str) -> bool:
        self.match(_GAP)
        if self.text.startswith(bracket, self.at):
            self.at += 1
            return True
        return False

    def separated(self, bracket: str) -> None:
        self.match(_GAP)
        if self.text.startswith(",", self.at):
            self.at += 1
        elif not self.text.startswith(bracket, self.at):
            raise _StopError

    def expect(self, sign: str) -> None:
        if not self.text.startswith(sign, self.at):
            raise _StopError
        self.at += 1

    def match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _StopError
        self.at = found.end()
        return found.group()
