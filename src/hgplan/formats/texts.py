"""From the bytes of a file to its text: UTF-8, not too large, and told when it is something else."""

from __future__ import annotations

from typing import Final

from hgplan.errors import Location, PlanError

__all__ = ["LARGEST", "text_of"]

LARGEST: Final = 16 * 2**20
"""The largest plan file that is read, in bytes."""

_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
)  # fmt: skip


def text_of(content: bytes, *, name: str, largest: int = LARGEST) -> str:
    """The text of a plan file; a byte order mark is left out.

    >>> text_of(b"\\xef\\xbb\\xbfhgplan = 1", name="plan.toml")
    'hgplan = 1'
    """
    start = Location(name, 1, 1)
    if len(content) > largest:
        size, limit = len(content) / 2**20, largest / 2**20
        what = f"{name} is {size:.1f} MiB; a plan of more than {limit:g} MiB is not read"
        raise PlanError(what, where=start, hint="put sub-activities in a table: [activities] source = 'activities.csv'")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            raise PlanError(f"{name} is {encoding}, not UTF-8", where=start, hint="save it as UTF-8")
    if b"\x00" in content[:200]:
        raise PlanError(f"{name} is no text in UTF-8: it holds NUL bytes", where=start, hint="save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(content, error, name) from None
    return text.replace("\r\n", "\n")


def _not_utf8(content: bytes, error: UnicodeDecodeError, name: str) -> PlanError:
    before = content[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    try:
        content.decode("cp1252")
        hint = "it looks like Windows-1252; save it as UTF-8"
    except UnicodeDecodeError:
        hint = "save it as UTF-8"
    what = f"{name} is not UTF-8 (byte 0x{content[error.start]:02X} at offset {error.start})"
    return PlanError(what, where=Location(name, line, column), hint=hint)
