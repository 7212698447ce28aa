"""What is wrong in a plan file and at which key, before it is known on which line that stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from hgplan.errors import HgplanError, PlanError, nearest
from hgplan.formats.planfile import key_path, steps
from hgplan.formats.structuring import MismatchError, file_keys
from hgplan.model import SourceReference

__all__ = ["Flaw", "Path", "flaw_of", "flaws_in"]

Path = tuple[str | int, ...]


@attrs.frozen(kw_only=True)
class Flaw:
    """A fault at a key of a plan file.

    `at_key`: the key itself is wrong, not its value. `whole`: no single key in the table is, as when one is missing.
    """

    path: Path
    what: str
    hint: str | None = None
    at_key: bool = False
    whole: bool = False
    kind: type[PlanError] = PlanError


def flaws_in(error: Exception, path: Path = ()) -> Iterator[Flaw]:
    """The flaws that a failed structuring tells of, in the order of the file's classes."""
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from flaws_in(inner, path + _step(inner))
    elif isinstance(error, ForbiddenExtraKeysError):
        known = list(file_keys(error.cl)) if attrs.has(error.cl) else []
        for key in sorted(error.extra_fields):
            yield Flaw(
                path=(*key_path(path, rooted=True), key),
                what=f"unknown key {key!r}",
                hint=_beside_the_path(key, known) or nearest(key, known),
                at_key=True,
            )
    elif isinstance(error, MismatchError):
        yield Flaw(path=key_path(path, rooted=True), what=error.what, hint=error.hint, whole=error.whole)
    elif isinstance(error, HgplanError):
        for fault in error.faults:
            yield flaw_of(fault, path)
    elif isinstance(error, KeyError):
        # The note of a missing key names the key itself, which the file doesn't have.
        owner = path[:-1] if path and path[-1] == error.args[0] else path
        yield Flaw(path=key_path(owner, rooted=True), what=f"missing required key {error.args[0]!r}", whole=True)
    else:
        yield Flaw(path=key_path(path, rooted=True), what=str(error))


def _beside_the_path(key: str, known: Iterable[str]) -> str | None:
    """The hint for what is said of a file, written beside the source instead of in it."""
    if "source" not in known or key not in file_keys(SourceReference):
        return None
    return f"it is said of the file: source = {{ path = ..., {key} = ... }}"


def flaw_of(fault: HgplanError, path: Path = ()) -> Flaw:
    """A fault that a value tells of itself, with the key of the file at which that value stands."""
    where = steps(fault.where) if isinstance(fault.where, str) else ()
    inside = key_path((*path, *where), rooted=bool(path))
    kind = type(fault) if isinstance(fault, PlanError) else PlanError
    return Flaw(path=inside, what=fault.what, hint=fault.hint, whole=not where, kind=kind)


def _step(error: Exception) -> Path:
    note: Any
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, IterableValidationNote):
            return (note.index,)
        if isinstance(note, AttributeValidationNote):
            return (note.name,)
    return ()
