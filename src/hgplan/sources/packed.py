"""The bytes of a file, unpacked where it is packed, and never more of them than is likely in good faith."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hgplan.errors import DataError

__all__ = ["CHUNK", "LARGEST_UNPACKED", "LIKELY_RATIO", "check_zip", "is_gzip", "pieces"]

LARGEST_UNPACKED: Final = 100 * 2**20
"""What a packed file may unpack to, in bytes, however small it is itself."""

LIKELY_RATIO: Final = 50
"""A larger file may unpack to so many times its own size: tables shrink to a tenth, bombs to a thousandth."""

CHUNK: Final = 1 << 22
_GZIP: Final = b"\x1f\x8b"


def is_gzip(path: Path) -> bool:
    """Whether the file's first bytes are those of gzip; its name is not asked."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def pieces(path: Path, *, size: int = CHUNK) -> Iterator[bytes]:
    """The bytes of a file in pieces, unpacked from gzip; raises DataError for one that is torn or grows too large."""
    if not is_gzip(path):
        with path.open("rb") as file:
            while piece := file.read(size):
                yield piece
        return
    limit, read = _limit(path), 0
    try:
        with gzip.open(path) as packed:
            while piece := packed.read(size):
                read += len(piece)
                if read > limit:
                    what = f"{path.name} unpacks to more than {_megabytes(limit)}"
                    raise DataError(what, where=path.name, hint="unpack it first if it is meant to be so large")
                yield piece
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(f"{path.name} is no whole gzip file", where=path.name, hint="pack or copy it again") from None


def check_zip(path: Path) -> None:
    """Look through a zip archive, such as a workbook; raises DataError where it is torn or unpacks to too much."""
    limit = _limit(path)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > limit:
                what = f"{path.name} unpacks to {_megabytes(size)} (limit {_megabytes(limit)})"
                raise DataError(what, where=path.name, hint="save the sheet as CSV if it is meant to be so large")
            # An archive's own list can lie of sizes; reading every entry can't.
            torn = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        torn = "its list of entries"
    if torn is not None:
        raise DataError(f"{path.name} is torn", where=path.name, hint="save or copy it again")


def _limit(path: Path) -> int:
    return max(LARGEST_UNPACKED, LIKELY_RATIO * path.stat().st_size)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"
