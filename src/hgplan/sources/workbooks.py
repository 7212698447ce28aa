"""Excel workbooks: a sheet with one header row, every cell as text; days as ISO text."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

import polars as pl

from hgplan.errors import DataError, Location, PlanError, UnknownName, nearest, raise_all
from hgplan.metrics import Dimension, Table
from hgplan.sources.columns import days
from hgplan.sources.packed import check_zip

__all__ = ["first_row", "read_workbook", "workbook_records"]

_ZIP, _OLD, _MARKUP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", (b"<", b"\xef\xbb\xbf<")
_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_TOTALS: Final = r"(?i)^\s*(grand\s+|sub)?(total|totalt|summa|sum|delsumma)\s*:?\s*$"


def read_workbook(path: Path, *, sheet: str | None = None, table: Table | None = None) -> pl.DataFrame:
    """The rows of a sheet (unsaid: the first); raises DataError for a file or a sheet that is no table.

    The first row that isn't empty is the header. With a `table`, a last row that looks like a total is refused.
    """
    header, body = _table(path, sheet)
    if table is not None:
        _check_total(body, table, header + body.height, path)
    return body


def workbook_records(path: Path, *, sheet: str | None = None) -> Iterator[tuple[int, dict[str, object]]]:
    """The rows one by one as text, each with its number in the sheet; empty rows are left out."""
    header, body = _table(path, sheet)
    for number, row in enumerate(body.iter_rows(named=True), start=header + 1):
        if any(value is not None for value in row.values()):
            yield number, row


def first_row(path: Path, *, sheet: str | None = None) -> int:
    """The number in the sheet of the first row below the header."""
    return _table(path, sheet)[0] + 1


def _table(path: Path, sheet: str | None) -> tuple[int, pl.DataFrame]:
    """The number of the header's row, from 1, and the rows below it."""
    cells = _cells(path, sheet)
    cells = cells.select(column for column in cells if column.null_count() < cells.height)
    if not cells.width:
        raise DataError(f"the sheet of {path.name} is empty, without even a header", where=path.name)
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
    first, last = int(filled[0]), int(filled[-1])
    names = cells.row(first)
    _check_header(names, first + 1, path)
    body = cells.slice(first + 1, last - first)
    body.columns = [str(name) for name in names]
    # A cell that is a day comes as the instant of its midnight.
    return first + 1, body.with_columns(pl.all().str.replace(_MIDNIGHT, "$1"))


def _cells(path: Path, sheet: str | None) -> pl.DataFrame:
    reader = _fastexcel()
    _check_archive(path)
    try:
        book = reader.read_excel(path)
        if sheet is not None and sheet not in book.sheet_names:
            raise UnknownName(f"no sheet {sheet!r} in {path.name}", hint=nearest(sheet, book.sheet_names))
        # Every cell as text, the header too: guessed types lose leading zeros, and made-up names are no names.
        loaded = book.load_sheet(0 if sheet is None else sheet, header_row=None, skip_rows=0, dtypes="string")
        return pl.DataFrame(loaded)
    except reader.FastExcelError:
        raise DataError(f"{path.name} can't be read as a workbook", where=path.name, hint="save it again") from None


def _fastexcel() -> ModuleType:
    try:
        return importlib.import_module("fastexcel")
    except ImportError:
        raise PlanError("reading Excel needs fastexcel", hint="pip install 'hgplan[excel]', or save as CSV") from None


def _check_archive(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_ZIP):
        check_zip(path)
        return
    what, hint = f"{path.name} is no Excel workbook", "save it as .xlsx"
    if start.lstrip().startswith(_MARKUP):
        what, hint = f"{path.name} is HTML or XML with the name of a workbook", "open it in Excel and save it as .xlsx"
    elif start.startswith(_OLD):
        what = f"{path.name} is an old or a protected workbook"
        hint = "save it as .xlsx, without a password"
    raise DataError(what, where=path.name, hint=hint)


def _check_header(names: Sequence[object], row: int, path: Path) -> None:
    faults = []
    where = Location(path.name, row)
    unnamed = [number for number, name in enumerate(names, start=1) if name is None]
    if unnamed:
        shown = ", ".join(map(str, unnamed))
        hint = "one row of names, one cell a column; take merged cells and titles out"
        faults.append(DataError(f"{path.name} has columns without a name: {shown}", where=where, hint=hint))
    faults += [
        DataError(f"column {name!r} stands twice in {path.name}", where=where, hint="name each its own")
        for name in sorted({str(name) for name in names if name is not None and names.count(name) > 1})
    ]
    if faults:
        raise_all(f"the header of {path.name}", faults)


def _check_total(body: pl.DataFrame, table: Table, number: int, path: Path) -> None:
    """Refuse a last row that looks like the sum of the others: it would be counted beside them."""
    if body.height < 2:
        return
    roles = list(days(table)) if isinstance(table, Dimension) else [*days(table), table.unit, table.entity]
    kept = [role for role in roles if role is not None and role in body.columns]
    lacks = [role for role in kept if body[role][-1] is None and body[role][:-1].null_count() == 0]
    says = bool(body.tail(1).select(pl.any_horizontal(pl.all().str.contains(_TOTALS)).fill_null(False)).item())
    if lacks or says:
        what = f"row {number} of {path.name} looks like a total row"
        why = f": {lacks[0]!r} is empty there alone" if lacks else ""
        hint = "take it out of the sheet, or save the sheet as CSV if it is none"
        raise DataError(what + why, where=Location(path.name, number), hint=hint)
