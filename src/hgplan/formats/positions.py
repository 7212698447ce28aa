"""Where each key and value of a TOML text stands.

tomllib tells what a document holds, not where. This index is made only when something is wrong, so a sound plan costs
nothing; it reads as far as it can, which is far enough for a text that tomllib refused.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

import attrs

from hgplan.formats.places import Duplicate, Place, Places

__all__ = ["positions"]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_BLANK: Final = re.compile(r"[ \t]*")
_GAP: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_SCALAR: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[^\s,\]}#]*|[^\s,\]}#]+")
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_LETTERS: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
_DEEPEST: Final = 64  # twice what a plan may have, so that what lies too deep is still found

Path = tuple[str | int, ...]


class _StopError(Exception):
    """The text cannot be read any further."""


def positions(text: str) -> Places:
    """Every path of a TOML text with the places of its key and its value.

    >>> places = positions('a = 1\\n[[goal]]\\nid = "x"\\n')
    >>> places.line_and_column(places.found["goal", 0, "id"].value)
    (3, 6)
    """
    scan = _Scan(text)
    # A text that was refused can hold an escape that is none; what was read before it is kept.
    with suppress(_StopError, ValueError):
        while scan.statement():
            pass
    return Places(text=text, found=scan.found, duplicates=tuple(scan.duplicates))


@attrs.define
class _Scan:
    text: str
    at: int = 0
    table: Path = ()
    found: dict[Path, Place] = attrs.field(factory=dict)
    explicit: dict[Path, int] = attrs.field(factory=dict)
    lengths: dict[Path, int] = attrs.field(factory=dict)
    duplicates: list[Duplicate] = attrs.field(factory=list)

    def statement(self) -> bool:
        """Read a header or a pair; false at the end of the text."""
        self.skip(_GAP)
        if self.at >= len(self.text):
            return False
        if self.text.startswith("[[", self.at):
            self.header("]]")
        elif self.text[self.at] == "[":
            self.header("]")
        else:
            self.pair(self.table, 0)
        return True

    def header(self, closing: str) -> None:
        start = self.at
        self.at += len(closing)
        keys = self.keys()
        self.expect(closing)
        *parents, (last, _) = keys
        path = self.inside((), parents)
        if closing == "]]":
            array = (*path, last)
            self.found.setdefault(array, Place(key=start, value=start))
            index = self.lengths[array] = self.lengths.get(array, -1) + 1
            self.table = (*array, index)
        else:
            self.table = (*path, last)
            self.declare(self.table, start, last)
        self.found[self.table] = Place(key=start, value=start)

    def inside(self, table: Path, keys: list[tuple[str, int]]) -> Path:
        """The path of keys under a table; a list of tables means its last one."""
        for key, offset in keys:
            table = (*table, key)
            self.found.setdefault(table, Place(key=offset, value=offset))
            if table in self.lengths:
                table = (*table, self.lengths[table])
        return table

    def pair(self, table: Path, depth: int) -> None:
        *parents, (last, offset) = self.keys()
        self.expect("=")
        path = (*self.inside(table, parents), last)
        self.declare(path, offset, last)
        self.found[path] = Place(key=offset, value=self.at)
        self.value(path, depth)

    def declare(self, path: Path, offset: int, name: str) -> None:
        first = self.explicit.setdefault(path, offset)
        if first != offset:
            self.duplicates.append(Duplicate(name=name, at=offset, first=first))

    def value(self, path: Path, depth: int) -> None:
        if depth > _DEEPEST:
            raise _StopError
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self.at += 1
            index = 0
            while not self.closes("]"):
                item = (*path, index)
                self.found[item] = Place(key=self.at, value=self.at)
                self.value(item, depth + 1)
                index += 1
                self.separated("]")
        elif opening == "{":
            self.at += 1
            while not self.closes("}"):
                self.pair(path, depth + 1)
                self.separated("}")
        elif opening in ('"', "'"):
            self.match(_STRING)
        else:
            self.match(_SCALAR)

    def closes(self, bracket: str) -> bool:
        self.skip(_GAP)
        if self.text.startswith(bracket, self.at):
            self.at += 1
            return True
        return False

    def separated(self, bracket: str) -> None:
        self.skip(_GAP)
        if self.text.startswith(",", self.at):
            self.at += 1
        elif not self.text.startswith(bracket, self.at):
            raise _StopError

    def keys(self) -> list[tuple[str, int]]:
        """The parts of a dotted key, each with its place."""
        found: list[tuple[str, int]] = []
        while True:
            self.skip(_BLANK)
            start = self.at
            if self.text[start : start + 1] in ('"', "'"):
                found.append((_unquoted(self.match(_STRING)), start))
            else:
                found.append((self.match(_BARE), start))
            self.skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return found
            self.at += 1

    def expect(self, sign: str) -> None:
        self.skip(_BLANK)
        if not self.text.startswith(sign, self.at):
            raise _StopError
        self.at += len(sign)
        self.skip(_BLANK)

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _StopError
        self.at = found.end()
        return found.group()


def _unquoted(text: str) -> str:
    if text[0] == "'":
        return text[1:-1]

    def letter(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "uU" and len(code) > 1:
            return chr(int(code[1:], 16))
        return _LETTERS.get(code, code)

    return _ESCAPE.sub(letter, text[1:-1])
