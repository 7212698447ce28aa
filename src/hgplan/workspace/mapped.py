"""Columns of whole numbers looked at in their file, without being read: what isn't touched costs nothing.

Polars takes columns from whoever offers them as the Arrow C data interface says
(https://arrow.apache.org/docs/format/CDataInterface.html): two structures that say where the numbers lie, and whom to
tell when they are needed no more. Here they lie in a mapped file, where an Arrow file of one batch has its first
column.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
from itertools import count
from pathlib import Path
from typing import Any, Final

import attrs
import polars as pl

__all__ = ["mapped"]

_TRAILER: Final = struct.Struct("<i6s")  # what an Arrow file ends with: how long its footer is, and a mark
_BATCHES: Final = 4 + 2 * 3  # where a footer tells where its batches are


class _Schema(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


class _Array(ctypes.Structure):
    _fields_ = [
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.c_void_p),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


# What was offered and is needed still, by the number in its private data.
_lent: dict[int, object] = {}
_numbers = count(1)


def _released(told: Any) -> None:
    told.contents.release = None


def _taken_back(told: Any) -> None:
    _lent.pop(told.contents.private_data, None)
    told.contents.release = None


_RELEASE_SCHEMA: Final = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))(_released)
_RELEASE_ARRAY: Final = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))(_taken_back)

_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype, _capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


@attrs.define
class _Column:
    """Whole numbers of 64 bits that lie in a file from some byte on."""

    path: Path
    begin: int
    length: int
    # It is looked at while the column is taken, and never after.
    _schema: _Schema = attrs.field(factory=lambda: _Schema(format=b"L", release=_address(_RELEASE_SCHEMA)), init=False)

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """The two structures, as polars asks for them."""
        with self.path.open("rb") as file:
            # A copy only where somebody writes, which nobody does; such a map tells where it lies.
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        first = ctypes.addressof(ctypes.c_char.from_buffer(view)) + self.begin
        buffers = (ctypes.c_void_p * 2)(None, first)
        array = _Array(
            length=self.length,
            n_buffers=2,
            buffers=ctypes.addressof(buffers),
            release=_address(_RELEASE_ARRAY),
            private_data=next(_numbers),
        )
        _lent[array.private_data] = (array, buffers, view)
        return (
            _capsule(ctypes.addressof(self._schema), b"arrow_schema", None),
            _capsule(ctypes.addressof(array), b"arrow_array", None),
        )


def _address(function: Any) -> int | None:
    return ctypes.cast(function, ctypes.c_void_p).value


def mapped(path: Path, name: str, length: int) -> pl.Series:
    """The first column of an Arrow file of one batch: so many whole numbers of 64 bits, without nulls."""
    return pl.Series(_Column(path, _body(path), length)).alias(name)


def _body(path: Path) -> int:
    """Where the numbers of the first batch begin, as the file's footer tells it.

    The footer is a table of flatbuffers, whose fourth field are the batches: each where its head begins, and how long
    that is (https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format).
    """
    with path.open("rb") as file:
        file.seek(-_TRAILER.size, os.SEEK_END)
        (length, _) = _TRAILER.unpack(file.read())
        file.seek(-_TRAILER.size - length, os.SEEK_END)
        footer = file.read(length)
    table = _number("<I", footer, 0)
    fields = table - _number("<i", footer, table)
    at = table + _number("<H", footer, fields + _BATCHES)
    batches = at + _number("<I", footer, at)
    return _number("<q", footer, batches + 4) + _number("<i", footer, batches + 12)


def _number(kind: str, within: bytes, at: int) -> int:
    (found,) = struct.unpack_from(kind, within, at)
    return int(found)
