"""JSON, an object a line: what is declared is read as text and cast as declared, the rest as JSON says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from hgplan.errors import DataError, Location
from hgplan.metrics import Table
from hgplan.sources.columns import wanted
from hgplan.sources.encodings import text_pieces
from hgplan.sources.records import lines_of

__all__ = ["ndjson_records", "scan_ndjson"]

_SHOWN: Final = 5


def scan_ndjson(path: Path, *, table: Table | None = None) -> pl.LazyFrame:
    """The rows of a file; raises DataError with the lines that hold no object."""
    for _ in text_pieces(path):
        pass
    if path.stat().st_size == 0:
        return pl.LazyFrame(schema=dict.fromkeys(sorted(wanted(table)), pl.String))
    try:
        # All rows, for a key may come late, and a number in row 1 may be a text in row 200 000.
        schema = pl.scan_ndjson([path], infer_schema_length=None).collect_schema()
    except (PolarsError, PanicException):
        schema = _slowly(path)
    declared = wanted(table)
    kinds = {
        name: pl.String() if name in declared or kind.is_nested() or kind == pl.Null else kind
        for name, kind in schema.items()
    }
    return pl.scan_ndjson([path], schema=kinds)


def ndjson_records(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """The objects one by one, each with its line; raises DataError at the first line that holds none."""
    for number, line in enumerate(lines_of(text_pieces(path)), start=1):
        if line.strip():
            row = _object(line)
            if row is None:
                raise _no_object(path, [number])
            yield number, row


def _slowly(path: Path) -> pl.Schema:
    """The keys of a file that polars can't make out, every column as text; raises DataError with its bad lines."""
    names: dict[str, None] = {}
    bad: list[int] = []
    for number, line in enumerate(lines_of(text_pieces(path)), start=1):
        if line.strip():
            row = _object(line)
            if row is None:
                bad.append(number)
            else:
                names.update(dict.fromkeys(row))
    if bad:
        raise _no_object(path, bad)
    return pl.Schema(dict.fromkeys(names, pl.String()))


def _no_object(path: Path, lines: list[int]) -> DataError:
    shown = ", ".join(map(str, lines[:_SHOWN])) + (", ..." if len(lines) > _SHOWN else "")
    what = f"{path.name} holds no JSON object in line {shown}"
    return DataError(what, where=Location(path.name, lines[0]), hint="every line is an object: {...}")


def _object(line: bytes) -> dict[str, object] | None:
    try:
        row = json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _refused(constant: str) -> object:
    raise ValueError(constant)
