"""JSON, an object a line: what is declared is read as text and cast as declared, the rest as JSON says."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Final

import polars as pl

from hgplan.errors import DataError, Location
from hgplan.metrics import Table
from hgplan.sources.columns import wanted
from hgplan.sources.encodings import codec, text_pieces
from hgplan.sources.packed import pieces
from hgplan.sources.records import lines_of

__all__ = ["ndjson_records", "scan_ndjson"]

_SHOWN: Final = 5
# The most digits of a whole number that polars reads from JSON.
_LONGEST: Final = 38


def scan_ndjson(path: Path, *, table: Table | None = None, encoding: str | None = None) -> pl.LazyFrame:
    """The rows of a file; raises DataError with the lines that hold no object.

    Every line is looked at once, for what JSON says of a column's type is said by all its values together.
    """
    declared = wanted(table)
    kinds = {
        name: pl.String() if name in declared else _kind(found, widest)
        for name, (found, widest) in _keys(path, encoding).items()
    }
    if not kinds:
        return pl.LazyFrame()
    # Polars reads UTF-8 alone, and a mark before the first row is no JSON to it.
    is_plain = codec(encoding) == "utf-8" and next(pieces(path, size=len(BOM_UTF8)), b"") != BOM_UTF8
    return pl.scan_ndjson([path] if is_plain else b"".join(text_pieces(path, encoding)), schema=kinds)


def _keys(path: Path, encoding: str | None) -> dict[str, tuple[set[type], int]]:
    """The keys of all objects, each with the types of its values and the largest of its whole numbers."""
    keys: dict[str, tuple[set[type], int]] = {}
    for _, row in ndjson_records(path, encoding):
        for name, value in row.items():
            found, widest = keys.get(name, (set(), 0))
            found.add(type(value))
            keys[name] = found, max(widest, abs(value)) if isinstance(value, int) else widest
    return keys


def _kind(found: Iterable[type], widest: int) -> pl.DataType:
    kinds = set(found) - {type(None)}
    if kinds == {bool}:
        return pl.Boolean()
    if kinds == {int}:
        return pl.Int64() if widest < 2**63 else pl.String()
    return pl.Float64() if kinds and kinds <= {int, float} else pl.String()


def ndjson_records(path: Path, encoding: str | None = None) -> Iterator[tuple[int, dict[str, object]]]:
    """The objects one by one, each with its line; raises DataError, at the end, with the lines that hold none."""
    bad: list[int] = []
    for number, line in enumerate(lines_of(text_pieces(path, encoding)), start=1):
        if line.strip():
            row = _object(line)
            if row is None:
                bad.append(number)
            else:
                yield number, row
    if bad:
        shown = ", ".join(map(str, bad[:_SHOWN])) + (", ..." if len(bad) > _SHOWN else "")
        what = f"{path.name} holds no JSON object in line{'s' if len(bad) > 1 else ''} {shown}"
        hint = "every line is an object, {...}, with each key once and finite numbers"
        raise DataError(what, where=Location(path.name, bad[0]), hint=hint)


def _object(line: bytes) -> dict[str, object] | None:
    try:
        row = json.loads(line, object_pairs_hook=_once, parse_constant=_refused, parse_float=_finite, parse_int=_whole)
        if b"\\u" in line:
            # Half of a character can be written as an escape, and no text can hold it.
            json.dumps(row, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a key stands twice")
    return row


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("a number is too large")
    return number


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST:
        raise ValueError("a number is too long")
    return int(text)


def _refused(constant: str) -> object:
    raise ValueError(constant)
