"""What can go wrong, told by whose fault it is.

One root, :class:`HgplanError`, and three branches: :class:`PlanError` (the asker's), :class:`DataError` (the data's)
and :class:`PluginError` (the plugin author's). A message says what is wrong with the value in it, then where, then the
nearest right thing. Faults that were found together are raised together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn, Self, TypeVar, cast

import attrs

__all__ = [
    "DataError",
    "DataErrors",
    "HgplanError",
    "Location",
    "PlanError",
    "PlanErrors",
    "PluginError",
    "PluginErrors",
    "UnknownName",
    "UnreadableError",
    "nearest",
    "raise_all",
]

_OFFERED: Final = 4


@attrs.frozen
class Location:
    """A place in a text that somebody wrote; lines and columns count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class HgplanError(Exception):
    """The root of everything that hgplan raises on purpose.

    >>> print(HgplanError("no goal named 'g9'", where="plan.toml:4:1", hint="did you mean 'g1'?"))
    no goal named 'g9'
      in plan.toml:4:1
      did you mean 'g1'?
    """

    def __init__(self, what: str, *, where: Location | str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    @property
    def faults(self) -> tuple[HgplanError, ...]:
        """The single faults: this one, or those of a group."""
        return (self,)

    def __str__(self) -> str:
        lines = [self.what]
        if self.where is not None:
            lines.append(f"  in {self.where}")
        if self.hint is not None:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not survive the pickling that Exception brings.
        return _rebuild, (type(self), self.what, self.where, self.hint)


def _rebuild(kind: type[HgplanError], what: str, where: Location | str | None, hint: str | None) -> HgplanError:
    return kind(what, where=where, hint=hint)


class PlanError(HgplanError, ValueError):
    """The asker's fault: a plan, a metric or a question that cannot be right."""


class UnknownName(PlanError, LookupError):
    """A name that nothing answers to: a metric, a unit, a table, a column, a format."""


class DataError(HgplanError, ValueError):
    """The data's fault: rows or files that break what was declared of them."""


class UnreadableError(DataError):
    """Data that no engine can read: a torn file, a source that broke in the middle."""


class PluginError(HgplanError, RuntimeError):
    """A plugin author's fault."""


class _Together(ExceptionGroup[HgplanError], HgplanError):
    """Several faults found in one reading."""

    what: str
    where: Location | str | None
    hint: str | None

    def __new__(cls, what: str, faults: Sequence[HgplanError]) -> Self:
        group = super().__new__(cls, what, faults)
        group.what, group.where, group.hint = what, None, None
        return group

    def __init__(self, what: str, faults: Sequence[HgplanError]) -> None:
        # ExceptionGroup keeps its arguments in __new__; HgplanError's own __init__ takes others.
        pass

    @property
    def faults(self) -> tuple[HgplanError, ...]:
        return tuple(self.exceptions)  # type: ignore[arg-type]  # groups are never nested here

    def derive(self, excs: Sequence[Any], /) -> Any:
        return type(self)(self.what, excs)

    def __str__(self) -> str:
        return "\n".join([self.what, *(str(fault) for fault in self.faults)])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.what, list(self.faults))


class PlanErrors(_Together, PlanError):
    """All faults of a plan or a question at once, as an exception group."""


class DataErrors(_Together, DataError):
    """All faults of the data at once, as an exception group."""


class PluginErrors(_Together, PluginError):
    """All faults of the plugins at once, as an exception group."""


_Fault = TypeVar("_Fault", PlanError, DataError)


def raise_all(what: str, faults: Sequence[_Fault]) -> NoReturn:
    """Raise the only fault as it is, several as one group; there must be one."""
    first = cast(HgplanError, faults[0])
    if len(faults) == 1:
        raise first
    kind = DataErrors if isinstance(first, DataError) else PlanErrors
    raise kind(f"{what}: {len(faults)} faults", list(faults))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known word, else those that begin with it, else the first few.

    >>> nearest("perod", ["period", "id"])
    "did you mean 'period'?"
    >>> nearest("bot", ["salem", "botkyrka-fittja", "botkyrka-alby"])
    "did you mean 'botkyrka-alby' or 'botkyrka-fittja'?"
    >>> nearest("x", ["period", "id"])
    'known: id, period'
    >>> nearest("x", []) is None
    True
    """
    names = sorted(set(known))
    close = get_close_matches(word, names, n=1, cutoff=0.6) or get_close_matches(
        word.casefold(), [name for name in names if name.casefold() == word.casefold()], n=1
    )
    if close:
        return f"did you mean {close[0]!r}?"
    begun = [name for name in names if len(word) > 1 and name.casefold().startswith(word.casefold())]
    if begun:
        *others, last = map(repr, begun[:_OFFERED])
        return f"did you mean {', '.join(others)} or {last}?" if others else f"did you mean {last}?"
    if not names:
        return None
    return f"known: {', '.join(names[:8])}{', ...' if len(names) > 8 else ''}"
