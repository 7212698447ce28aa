"""Where the rows of a file stand in it, for the faults that are found in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from hgplan.sources.delimited import delimited_records, open_delimited
from hgplan.sources.files import Reading, form_of
from hgplan.sources.ndjson import ndjson_records
from hgplan.sources.workbooks import first_row

__all__ = ["lines"]


def lines(path: Path, rows: Sequence[int], reading: Reading | None = None) -> tuple[str, tuple[int, ...]] | None:
    """The name of a file, and the lines on which its rows (counted from 0, ascending) begin; of a workbook its rows.

    The file is read again for it. None for Parquet, which has no lines.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "fees.csv")
    ...     _ = file.write_text('unit,fee\\n\\n01,"1\\n2"\\n02,3\\n')
    ...     lines(file, [0, 1])
    ('fees.csv', (3, 5))
    """
    wanted, found = set(rows), list[int]()
    for row, line in enumerate(_places(path, reading or Reading())):
        if row in wanted:
            found.append(line)
        if len(found) == len(wanted):
            return path.name, tuple(found)
    return None


def _places(path: Path, reading: Reading) -> Iterator[int]:
    """The line of every row that is read of a file."""
    match form_of(path):
        case "csv":
            file = open_delimited(path, encoding=reading.encoding, separator=reading.separator)
            for line, row in delimited_records(file):
                # Where empty lines are left out, so are rows of nothing but separators.
                if not file.has_empty_lines or any(row.values()):
                    yield line
        case "ndjson":
            yield from (line for line, _ in ndjson_records(path, reading.encoding))
        case "excel":
            yield from count(first_row(path, sheet=reading.sheet))
        case "parquet":
            return
