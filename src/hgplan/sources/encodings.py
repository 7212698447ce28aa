"""From a file's bytes to UTF-8, whatever it was written in, as long as that is said."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hgplan.errors import DataError, Location, PlanError, nearest
from hgplan.sources.packed import CHUNK, pieces

__all__ = ["codec", "text_pieces"]

_MARK: Final = codecs.BOM_UTF8
_WIDE: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_KNOWN: Final = ("utf-8", "utf-16", "cp1252", "iso-8859-1", "iso-8859-15", "cp850", "mac-roman", "ascii")
# What these make of bytes may be no text: halves of characters.
_ESCAPING: Final = ("unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode")
_LIKE_WIDE: Final = 0.2


def codec(encoding: str | None) -> str:
    """Python's name of an encoding; raises PlanError for one that is unknown.

    >>> codec("Windows-1252"), codec("UTF8"), codec(None)
    ('cp1252', 'utf-8', 'utf-8')
    """
    try:
        name = codecs.lookup(encoding or "utf-8").name
        # Some codecs pack or rotate bytes and are no encodings of text; this refuses them too.
        "a".encode(name)
        known = name not in _ESCAPING
    except (LookupError, ValueError):
        known, name = False, ""
    if not known:
        raise PlanError(f"no encoding {encoding!r}", hint=nearest(str(encoding), _KNOWN))
    return "utf-8" if name in ("utf-8-sig", "ascii") else name


def text_pieces(path: Path, encoding: str | None = None, *, size: int = CHUNK) -> Iterator[bytes]:
    """The text of a file in pieces of UTF-8, without its byte order mark.

    Raises DataError with the line and the byte when the file isn't written in `encoding` (unsaid: UTF-8), and when it
    holds NUL characters, which no text does.
    """
    name = codec(encoding)
    decoder = codecs.getincrementaldecoder(name)()
    offset, lines, start = 0, 1, True
    for piece in pieces(path, size=size):
        if start:
            _refuse_wide(piece, name, path)
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError as error:
            raise _unreadable(error, offset - waiting, lines, name, path) from None
        # ASCII and UTF-8 need no second form; a character that is cut by the piece's end waits in the decoder.
        whole = piece if piece.isascii() and name == "utf-8" and not waiting else text.encode()
        if start and whole:
            whole, start = whole.removeprefix(_MARK), False
        if b"\x00" in whole:
            raise _nul(whole, lines, path)
        offset += len(piece)
        lines += whole.count(b"\n")
        if whole:
            yield whole
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _unreadable(error, offset - len(error.object), lines, name, path) from None


def _refuse_wide(piece: bytes, name: str, path: Path) -> None:
    for mark, wide in _WIDE:
        if piece.startswith(mark) and not name.startswith(("utf-16", "utf-32")):
            what = f"{path.name} is {wide.upper()}, not {name.upper()}"
            raise DataError(what, where=Location(path.name, 1), hint=f"say encoding = {wide!r}, or save it as UTF-8")


def _unreadable(error: UnicodeDecodeError, base: int, lines: int, name: str, path: Path) -> DataError:
    bad = error.object[error.start]
    line = lines + error.object[: error.start].count(b"\n")
    what = f"{path.name} is not {name.upper()} (byte 0x{bad:02X} at offset {base + error.start})"
    hint = "say the encoding that it is written in: encoding = ..."
    if name == "utf-8":
        try:
            error.object.decode("cp1252")
            hint = 'it looks like Windows-1252: say encoding = "cp1252", or save it as UTF-8'
        except UnicodeDecodeError:
            pass
    return DataError(what, where=Location(path.name, line), hint=hint)


def _nul(piece: bytes, lines: int, path: Path) -> DataError:
    first = piece.index(b"\x00")
    line = lines + piece[:first].count(b"\n")
    if piece.count(b"\x00") > _LIKE_WIDE * len(piece):
        hint = "it looks like UTF-16: say encoding = 'utf-16-le', or save it as UTF-8"
    else:
        hint = "no text holds them; export the file again"
    return DataError(f"{path.name} holds NUL characters", where=Location(path.name, line), hint=hint)
