"""Setting aside what is wrong in a plan file, so that the rest can still be checked in the same reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from hgplan.formats.flaws import Flaw, Path

__all__ = ["Pruned", "pruned", "unforeseen", "without_placeholders"]

_PLACEHOLDER: Final = "(nameless {})"
_SHOWN: Final = re.compile(r"'?\(nameless [0-9]+\)'?")
_NAMES: Final = frozenset({("id",), ("title",)})


class _Gone:
    """Stands for an item of a list that was set aside."""


_GONE: Final = _Gone()


@attrs.frozen
class Pruned:
    """The rest of a plan file, and what was set aside of it."""

    rest: dict[str, Any]
    lost: frozenset[str]
    kept: dict[Path, list[int]]

    def original(self, path: Path) -> Path:
        """The path in the whole file of a path in the rest."""
        whole: list[str | int] = []
        for index, step in enumerate(path):
            numbers = self.kept.get(path[:index])
            whole.append(numbers[step] if numbers is not None and isinstance(step, int) else step)
        return tuple(whole)

    def follows_from_loss(self, flaw: Flaw) -> bool:
        """Whether a flaw speaks of something that was only set aside."""
        return any(repr(name) in flaw.what for name in self.lost)


def pruned(raw: dict[str, Any], flaws: Iterable[Flaw], tables: Iterable[Flaw] = ()) -> Pruned:
    """Set aside the key of each of `flaws`, and of each of `tables` the table in which it is.

    What has a wrong id or title gets another one instead, so that what it holds is checked too.
    """
    rest = _copy(raw)
    lost: set[str] = set()
    for number, flaw in enumerate(flaws):
        if flaw.whole or flaw.path[-1:] in _NAMES:
            _rename(rest, flaw, _PLACEHOLDER.format(number))
        else:
            lost.update(_remove(rest, flaw.path))
    for flaw in tables:
        lost.update(_remove(rest, _table_of(flaw)))
    kept: dict[Path, list[int]] = {}
    return Pruned(_compact(rest, (), kept), frozenset(lost), kept)


def unforeseen(further: Iterable[Flaw], flaws: Iterable[Flaw]) -> list[Flaw]:
    """Those of the further flaws that do not merely follow from a key that was set aside."""
    touched = {_table_of(flaw) for flaw in flaws if not flaw.whole and flaw.path[-1:] not in _NAMES}
    return [flaw for flaw in further if _table_of(flaw) not in touched]


def without_placeholders(flaw: Flaw) -> Flaw:
    """The flaw in words that don't name what only this reading named so."""
    hint = None if flaw.hint is None else re.sub(rf"{_SHOWN.pattern}(, )?", "", flaw.hint)
    return attrs.evolve(flaw, what=_SHOWN.sub("without a name", flaw.what), hint=hint)


def _table_of(flaw: Flaw) -> Path:
    return flaw.path if flaw.whole else flaw.path[:-1]


def _rename(rest: dict[str, Any], flaw: Flaw, name: str) -> None:
    for (key,) in _NAMES:
        if flaw.path and flaw.path[-1] == key:
            owner = _at(rest, flaw.path[:-1])
        elif flaw.what.endswith(f"key {key!r}"):
            owner = _at(rest, flaw.path)
        else:
            continue
        if isinstance(owner, dict):
            owner[key] = name


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _remove(rest: dict[str, Any], path: Path) -> Iterator[str]:
    """Take a value out and tell the ids in it; a list keeps its length until all are out."""
    if not path:
        return
    owner, last = _at(rest, path[:-1]), path[-1]
    if isinstance(owner, dict) and last in owner:
        yield from _ids(owner.pop(last))
        yield str(last)
        if path == ("plan", "period"):
            yield "plan"
    elif isinstance(owner, list) and isinstance(last, int) and last < len(owner):
        yield from _ids(owner[last])
        owner[last] = _GONE


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for item in value.values():
            yield from _ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _compact(value: Any, path: Path, kept: dict[Path, list[int]]) -> Any:
    if isinstance(value, dict):
        return {key: _compact(item, (*path, key), kept) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    stay = [index for index, item in enumerate(value) if item is not _GONE]
    if len(stay) < len(value):
        kept[path] = stay
    return [_compact(value[index], (*path, number), kept) for number, index in enumerate(stay)]
