"""Parquet: one file, or a folder of files with the same columns."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from hgplan.errors import DataError, PlanError, raise_all

__all__ = ["parquet_files", "scan_parquet"]

_MARK: Final = b"PAR1"
_SUFFIXES: Final = (".parquet", ".pq")


def scan_parquet(path: Path) -> pl.LazyFrame:
    """The rows of a Parquet file, or of all in a folder by name; raises DataError for a torn or a deviating one."""
    files = parquet_files(path)
    schemas = [_schema(file) for file in files]
    faults = [
        DataError(
            f"{file.name} has other columns than {files[0].name}: {_difference(schema, schemas[0])}", where=path.name
        )
        for file, schema in zip(files, schemas, strict=True)
        if schema != schemas[0]
    ]
    if faults:
        raise_all(f"the files of {path.name} don't fit together", faults)
    return pl.scan_parquet(files, glob=False, hive_partitioning=False)


def parquet_files(path: Path) -> list[Path]:
    """The file itself, or the Parquet files of a folder by name; raises PlanError when there is none."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file())
    if not files:
        raise PlanError(f"the folder {path.name!r} holds no Parquet file", hint="name a file in it instead")
    return files


def _schema(file: Path) -> pl.Schema:
    with file.open("rb") as content:
        start = content.read(len(_MARK))
        content.seek(max(-len(_MARK), -file.stat().st_size), 2)
        end = content.read()
    if start != _MARK:
        raise DataError(f"{file.name} is no Parquet file", where=file.name, hint="it doesn't begin with PAR1")
    if end != _MARK:
        raise DataError(f"{file.name} is cut off", where=file.name, hint="its end is missing; copy it again")
    try:
        return pl.scan_parquet([file], glob=False, hive_partitioning=False).collect_schema()
    except (PolarsError, PanicException):
        raise DataError(f"{file.name} is a torn Parquet file", where=file.name, hint="write it again") from None


def _difference(schema: pl.Schema, first: pl.Schema) -> str:
    names = sorted(name for name in {*schema, *first} if schema.get(name) != first.get(name))
    return ", ".join(map(repr, names)) or "their order"
