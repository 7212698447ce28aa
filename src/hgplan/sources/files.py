"""A file as a lazy frame, by what its name says that it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

import attrs
import polars as pl

from hgplan.errors import PlanError, raise_all
from hgplan.metrics import Table
from hgplan.model import SourceReference
from hgplan.sources.columns import with_points
from hgplan.sources.delimited import open_delimited, scan_delimited
from hgplan.sources.ndjson import scan_ndjson
from hgplan.sources.parquet import scan_parquet
from hgplan.sources.workbooks import read_workbook

__all__ = ["Form", "Reading", "form_of", "scan_file", "scan_raw"]

Form: TypeAlias = Literal["csv", "ndjson", "parquet", "excel"]

_FORMS: Final[dict[str, Form]] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".ndjson": "ndjson", ".jsonl": "ndjson", ".xlsx": "excel", ".xlsm": "excel",
}  # fmt: skip
_HINTS: Final = {
    ".json": "write an object a line and call it .ndjson",
    ".xls": "save it as .xlsx",
    ".xlsb": "save it as .xlsx",
    ".ods": "save it as .xlsx or CSV",
    ".zip": "unpack it; a CSV file may be packed with gzip",
}
_PACKED: Final = ("csv", "ndjson")
_MEANT: Final[dict[str, tuple[Form, ...]]] = {
    "encoding": ("csv", "ndjson"), "separator": ("csv",), "decimal": ("csv",), "sheet": ("excel",),
}  # fmt: skip


@attrs.frozen(kw_only=True)
class Reading:
    """How a file is to be read, where that isn't the usual way."""

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None

    @classmethod
    def of(cls, reference: SourceReference) -> Reading:
        """What a plan says of a file."""
        return cls(**{field.name: getattr(reference, field.name) for field in attrs.fields(cls)})

    def check(self, form: Form, path: Path) -> None:
        """Raise PlanError, all together, for what means nothing for a file of this form."""
        faults = [
            PlanError(
                f"{name} = {getattr(self, name)!r} means nothing for {path.name!r}",
                hint=f"it is for {' and '.join(meant)}",
            )
            for name, meant in _MEANT.items()
            if getattr(self, name) is not None and form not in meant
        ]
        if self.decimal not in (None, ".", ","):
            faults.append(PlanError(f"decimal = {self.decimal!r} is no decimal sign", hint="say '.' or ','"))
        if faults:
            raise_all(f"the reading of {path.name}", faults)


def scan_file(
    path: Path,
    *,
    table: Table | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
) -> pl.LazyFrame:
    """The rows of a file: CSV, NDJSON, Parquet (a file or a folder of them) or Excel, by the ending of its name.

    Types are what `table` declares: CSV and Excel give text, NDJSON gives what is declared as text, and the engine
    casts. The file is looked through once, now; its rows are read when they are wanted. Raises PlanError for a file of
    another kind, and DataError with the lines of all that is wrong in it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "fees.csv")
    ...     _ = file.write_text("unit;fee\\n0101;12,50\\n")
    ...     scan_file(file, separator=";").collect().rows()
    [('0101', '12,50')]
    """
    reading = Reading(encoding=encoding, separator=separator, decimal=decimal, sheet=sheet)
    rows = scan_raw(path, reading, table)
    return with_points(rows, rows.collect_schema().names(), table, decimal)


def scan_raw(path: Path, reading: Reading, table: Table | None) -> pl.LazyFrame:
    """The rows of a file as they stand in it."""
    form = form_of(path)
    reading.check(form, path)
    match form:
        case "csv":
            file = open_delimited(path, table=table, encoding=reading.encoding, separator=reading.separator)
            return scan_delimited(file)
        case "ndjson":
            return scan_ndjson(path, table=table, encoding=reading.encoding)
        case "parquet":
            return scan_parquet(path)
        case "excel":
            return read_workbook(path, sheet=reading.sheet, table=table).lazy()


def form_of(path: Path) -> Form:
    """What kind of file it is by its name; a folder is one of Parquet files. Raises PlanError for any other.

    >>> form_of(Path("members.csv.gz")), form_of(Path("reports.XLSX"))
    ('csv', 'excel')
    """
    if path.is_dir():
        return "parquet"
    name = path.name.lower()
    packed = name.endswith(".gz")
    suffix = Path(name.removesuffix(".gz")).suffix
    form = _FORMS.get(suffix)
    if form is None or (packed and form not in _PACKED):
        hint = _HINTS.get(suffix, f"it ends in one of {', '.join(_FORMS)}; CSV and NDJSON also packed, as in .csv.gz")
        raise PlanError(f"{path.name!r} is no kind of file that is read", hint=hint)
    return form
