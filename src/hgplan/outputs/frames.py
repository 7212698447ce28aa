"""Frames as files that programs read: CSV, JSON and Parquet."""

from __future__ import annotations

import re
from typing import BinaryIO, Final, Literal, TypeAlias, get_args

import polars as pl
from polars import selectors

__all__ = ["FRAME_FORMATS", "FrameFormat", "write_frame"]

FrameFormat: TypeAlias = Literal["csv", "json", "parquet"]
"""The name of a form that a frame is written in."""

FRAME_FORMATS: Final[tuple[FrameFormat, ...]] = get_args(FrameFormat)

# A spreadsheet takes a text that begins like this for a formula and runs it (OWASP ASVS 1.2.10, CWE-1236).
_FORMULA: Final = r"^[=+\-@\t\r\n\x00]"


def write_frame(frame: pl.DataFrame, file: BinaryIO, frame_format: FrameFormat) -> None:
    r"""Write the frame to an open file.

    CSV is that of RFC 4180, and a text that a spreadsheet would run as a formula gets an apostrophe before it. JSON is
    a list of row objects; days are ISO text, and what is no number (NaN, infinity) is null, in CSV an empty field.

    >>> from io import BytesIO
    >>> file = BytesIO()
    >>> write_frame(pl.DataFrame({"unit": ["=1+1", None], "value": [-1.5, float("nan")]}), file, "csv")
    >>> file.getvalue()
    b"unit,value\r\n'=1+1,-1.5\r\n,\r\n"
    """
    if frame_format == "parquet":
        frame.write_parquet(file)
    elif frame_format == "json":
        _write_json(frame, file)
    else:
        _write_csv(frame, file)


def _write_json(frame: pl.DataFrame, file: BinaryIO) -> None:
    # Decimals as numbers like any other: polars would write them as text. A row a line, so that two files compare.
    lines = _finite(frame).with_columns(selectors.decimal().cast(pl.Float64)).write_ndjson().removesuffix("\n")
    file.write(b"[" + lines.replace("\n", ",\n").encode() + b"]\n")


def _write_csv(frame: pl.DataFrame, file: BinaryIO) -> None:
    text = pl.col(pl.String)
    flat = _finite(frame).with_columns(
        *(_as_json(column) for column, kind in frame.schema.items() if kind.is_nested()),
        selectors.by_dtype(pl.Categorical, pl.Enum).cast(pl.String),
    )
    guarded = flat.with_columns(
        pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )
    headings = [f"'{heading}" if re.match(_FORMULA, heading) else heading for heading in guarded.columns]
    guarded.rename(dict(zip(guarded.columns, headings, strict=True))).write_csv(file, line_terminator="\r\n")


def _finite(frame: pl.DataFrame) -> pl.DataFrame:
    number = selectors.float()
    return frame.with_columns(pl.when(number.is_finite()).then(number).name.keep())


def _as_json(column: str) -> pl.Expr:
    # Only a struct can be written as JSON, so the column goes in as its only field, whose name is cut off again.
    field = pl.struct(pl.col(column).alias("v")).struct.json_encode()
    return pl.when(pl.col(column).is_not_null()).then(field.str.slice(5, field.str.len_chars() - 6)).alias(column)
