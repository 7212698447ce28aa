"""The rows of a plan's own tables (units, targets, activities) as dicts, each with the line that it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from hgplan.errors import Location
from hgplan.hookspecs import Source
from hgplan.model import RowsDeclaration
from hgplan.sources.declared import new_names, scan_origin
from hgplan.sources.delimited import delimited_records, open_delimited
from hgplan.sources.files import Reading, form_of
from hgplan.sources.ndjson import ndjson_records
from hgplan.sources.parquet import scan_parquet
from hgplan.sources.paths import inside
from hgplan.sources.workbooks import workbook_records

__all__ = ["LINE", "rows"]

LINE: Final = "@line"
"""The key of a row's line in its file (where there are no lines: of its number), from 1."""

_COMMA_NUMBER: Final = re.compile(r"[+-]?\d+,\d+")


def rows(declaration: RowsDeclaration, *, base: Path, origins: Mapping[str, Source]) -> list[dict[str, object]]:
    """The rows of a table of a plan in the folder `base`, whose opened sources are `origins`; an empty cell is None.

    Cells of CSV and Excel are text. The key "@line" of a row says where it stands, for the faults that a reader of the
    rows finds. Raises as :func:`scan_declared`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "units.csv").write_text("unit,parent\\nregion,\\nnorth,region\\n")
    ...     rows(RowsDeclaration(source="units.csv"), base=Path(folder), origins={})
    [{'@line': 2, 'unit': 'region', 'parent': None}, {'@line': 3, 'unit': 'north', 'parent': 'region'}]
    """
    reference = declaration.source
    where: Location | str
    if reference.path is None:
        where = f"source {reference.origin!r}"
        found = _numbered(scan_origin(reference, reference.table, origins))
    else:
        path = inside(reference.path, base)
        where = Location(path.name, 1)
        found = _records(path, Reading.of(reference))
    read = [_said(row, line) for line, row in found]
    names = list(dict.fromkeys(name for row in read for name in row if name != LINE))
    if not read:
        return []
    after = new_names(names, declaration, where)
    return [_declared(row, after, declaration) for row in read]


def _records(path: Path, reading: Reading) -> Iterator[tuple[int, Mapping[str, object]]]:
    form = form_of(path)
    reading.check(form, path)
    match form:
        case "csv":
            file = open_delimited(path, encoding=reading.encoding, separator=reading.separator)
            for line, row in delimited_records(file):
                yield line, {name: _pointed(text, reading.decimal) for name, text in row.items()}
        case "ndjson":
            yield from ndjson_records(path, reading.encoding)
        case "excel":
            yield from workbook_records(path, sheet=reading.sheet)
        case "parquet":
            yield from _numbered(scan_parquet(path))


def _numbered(frame: pl.LazyFrame) -> Iterator[tuple[int, Mapping[str, object]]]:
    return enumerate(frame.collect().iter_rows(named=True), start=1)


def _pointed(text: str, decimal: str | None) -> str:
    return text.replace(",", ".") if decimal == "," and _COMMA_NUMBER.fullmatch(text) else text


def _said(row: Mapping[str, object], line: int) -> dict[str, object]:
    empty = {name: None if isinstance(value, str) and not value.strip() else value for name, value in row.items()}
    return {LINE: line, **empty}


def _declared(row: Mapping[str, object], names: Mapping[str, str], declaration: RowsDeclaration) -> dict[str, object]:
    renamed = {names.get(name, name): value for name, value in row.items()}
    for column, words in declaration.values.items():
        value = renamed.get(column)
        if value is not None:
            renamed[column] = words.get(str(value), value)
    return renamed
