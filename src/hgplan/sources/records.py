"""The records of a delimited text: where each begins, and how many fields it has."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final, Literal, TypeAlias

import attrs

from hgplan.sources.packed import CHUNK

__all__ = ["Evenness", "Grammar", "Record", "evenness", "fields", "lines_of", "records"]

Evenness: TypeAlias = Literal["even", "gaps", "odd"]
"""All records alike; or with empty lines between them; or something is wrong."""

_ODD_LIMIT: Final = 4 * CHUNK
# A quoted field up to its closing quote; two quotes in it are one.
_INSIDE: Final = rb'"[^"]*+(?:""[^"]*+)*+'
_EMPTY_LINE: Final = re.compile(rb"(?m)^\r?\n")
_QUOTED: Final = re.compile(rb'"[^"]*"')


@attrs.frozen
class Grammar:
    """How fields and records look between a separator: RFC 4180, with LF or CRLF.

    >>> Grammar(";").width(b'1;"a;b";\\r\\n')
    3
    """

    separator: str

    @property
    def record(self) -> re.Pattern[bytes]:
        """One sound record with its line end, which the text's last line may lack."""
        return re.compile(rb"(?>%b%b)*+%b(?>\r?\n)?+" % (self._field, self._comma, self._field))

    @property
    def opened(self) -> re.Pattern[bytes]:
        """The beginning of a record, up to a line end inside a quoted field."""
        return re.compile(rb"(?>%b%b)*+%b" % (self._field, self._comma, _INSIDE))

    def run(self, width: int) -> re.Pattern[bytes]:
        """Sound records of exactly so many fields, as many as follow on each other."""
        # Where there is one column, a lone empty field is no record but an empty line.
        some = rb"(?!\r?\n)" if width == 1 else b""
        return re.compile(rb"(?>%b(?>%b%b){%d}%b\r?\n)*+" % (some, self._field, self._comma, width - 1, self._field))

    def width(self, record: bytes) -> int:
        """How many fields a sound record has."""
        bare = _QUOTED.sub(b"", record) if b'"' in record else record
        return bare.count(self.separator.encode()) + 1

    @property
    def _comma(self) -> bytes:
        return re.escape(self.separator.encode())

    @property
    def _field(self) -> bytes:
        return rb'(?>%b"|[^"\r\n%b]*+)' % (_INSIDE, self._comma)


@attrs.frozen
class Record:
    """A record, the line that it begins on, and what is wrong with its quotes, if anything is."""

    line: int
    content: bytes
    broken: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it is an empty line."""
        return self.content in (b"\n", b"\r\n", b"")


def evenness(pieces: Iterable[bytes], grammar: Grammar, width: int) -> Evenness:
    """Whether every record has exactly `width` fields and sound quotes.

    A text without quotes is compared, with all but its separators and line ends left out, to what it must look like:
    as fast as the file is read. Where there are quotes, a pattern runs over the records.
    """
    others = bytes(sorted(set(range(256)) - {ord(grammar.separator), ord("\n")}))
    skeleton = grammar.separator.encode() * (width - 1) + b"\n"
    run = grammar.run(width)
    rest, has_gaps = b"", False
    for piece in pieces:
        rest += piece
        if b'"' in rest:
            end, gaps = _sound_until(run, rest)
        else:
            end = rest.rfind(b"\n") + 1
            gaps = rest.startswith((b"\n", b"\r\n")) or b"\n\n" in rest or b"\n\r\n" in rest
            lines = _EMPTY_LINE.sub(b"", rest[:end]) if gaps else rest[:end]
            left = lines.translate(None, delete=others)
            if left != skeleton * (len(left) // width):
                return "odd"
        rest, has_gaps = rest[end:], has_gaps or gaps
        if len(rest) > _ODD_LIMIT:
            return "odd"
    if rest and _sound_until(run, rest + b"\n")[0] <= len(rest):
        return "odd"
    return "gaps" if has_gaps else "even"


def _sound_until(run: re.Pattern[bytes], text: bytes) -> tuple[int, bool]:
    """Where the sound records end, and whether there are empty lines between them."""
    at, gaps = 0, False
    while True:
        records_here = run.match(text, at)
        at = records_here.end() if records_here else at
        empty = _EMPTY_LINE.match(text, at)
        if empty is None:
            return at, gaps
        at, gaps = empty.end(), True


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text, each with its line end; a CR alone ends none."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in lines)
    if rest:
        yield rest


def records(lines: Iterable[bytes], grammar: Grammar) -> Iterator[Record]:
    """The records of a text one by one; slower than `evenness`, and exact about what is wrong where."""
    record, opened = grammar.record, grammar.opened
    start, held = 0, list[bytes]()
    for number, line in enumerate(lines, start=1):
        if not held and b'"' not in line:
            yield Record(number, line)
            continue
        if not held:
            start = number
        # What follows on an opened field looks like a record that begins with its quote.
        tail = b'"' + line if held else line
        held.append(line)
        if record.fullmatch(tail):
            yield Record(start, b"".join(held))
        elif not opened.fullmatch(tail):
            yield Record(start, b"".join(held), "a quote stands inside a field")
        else:
            continue
        held = []
    if held:
        yield Record(start, b"".join(held), "a quote is opened and never closed")


def fields(record: bytes, separator: str) -> list[str]:
    """The fields of a sound record as text.

    >>> fields(b'1;"a ""b"" c";\\r\\n', ";")
    ['1', 'a "b" c', '']
    """
    return next(csv.reader(StringIO(record.decode(), newline=""), delimiter=separator), [])
