"""Handing over a frame: as a table to the terminal, or as a file or a stream of CSV, JSON or Parquet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from hgplan import outputs
from hgplan.cli.console import say, table_width
from hgplan.cli.exits import UsageError

if TYPE_CHECKING:
    import polars as pl

    from hgplan.outputs import FrameFormat

__all__ = ["asked_form", "deliver", "spare"]

_SUFFIXES: Final = {".json": "json", ".csv": "csv", ".parquet": "parquet", ".txt": "table"}


def asked_form(options: argparse.Namespace) -> str:
    """The form of the answer, known before anything is worked out; raises UsageError where it can't be."""
    path: Path | None = options.output
    form: str | None = options.format
    if form is None:
        form = "table" if path is None else _SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"{path} doesn't say its form; say --format, or end it in .csv, .json or .parquet")
    if form == "parquet" and path is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for the eye; give a file with -o, or another --format")
    return form


def spare(output: Path | None, read: Iterable[Path]) -> None:
    """Raise UsageError where the answer would be written over a file that the question is read from."""
    if output is None or not output.exists():
        return
    for path in read:
        if path.exists() and output.samefile(path):
            raise UsageError(f"{output} is what is read here, and would be lost; give another file with -o")


def deliver(frame: pl.DataFrame, options: argparse.Namespace, table: Callable[[int | None], str]) -> None:
    """Write the frame in the form that was asked for; `table` makes its text for a width."""
    form = asked_form(options)
    if form == "table" and options.output is None:
        say(table(table_width()))
        return
    # Whole before the first byte: what can't be written is told before half of it is read.
    whole = BytesIO()
    if form == "table":
        whole.write(f"{table(None)}\n".encode())
    else:
        outputs.write_frame(frame, whole, cast("FrameFormat", form))
    if options.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(whole.getbuffer())
        sys.stdout.buffer.flush()
    else:
        with outputs.written_whole(options.output) as file:
            file.write(whole.getbuffer())
