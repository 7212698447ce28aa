"""A mapping that does not change: a value like a tuple is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

__all__ = ["FrozenMapping", "freeze", "thaw"]

K = TypeVar("K")
V = TypeVar("V")


class FrozenMapping(Mapping[K, V]):
    """A mapping that keeps its order, never changes, and can be hashed when its values can.

    Two are equal when they hold the same keys and values, in whatever order.

    >>> horizon = FrozenMapping({"horizon": "12mo", "scope": "unit"})
    >>> horizon == {"scope": "unit", "horizon": "12mo"}
    True
    >>> list(horizon)
    ['horizon', 'scope']
    """

    __slots__ = ("_hash", "_items")

    _items: dict[K, V]
    _hash: int | None

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = (), /) -> None:
        object.__setattr__(self, "_items", dict(items))
        object.__setattr__(self, "_hash", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change: {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change: {name!r}")

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMapping):
            return self._items == other._items
        if isinstance(other, Mapping):
            return self._items == dict(other)
        return NotImplemented

    def __hash__(self) -> int:
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(frozenset(self._items.items())))
        return self._hash  # type: ignore[return-value]  # set on the line above

    def __reduce__(self) -> tuple[Any, ...]:
        # The hash of text differs from process to process, so it never travels.
        return type(self), (self._items,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"


def freeze(value: object) -> Any:
    """The same value with mappings and lists made unchangeable, all the way down.

    >>> freeze({"arms": ["call", "letter"]})
    FrozenMapping({'arms': ('call', 'letter')})
    """
    if isinstance(value, Mapping):
        return FrozenMapping({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value


def thaw(value: object) -> Any:
    """The same value as plain dictionaries and lists: what TOML and JSON are written from.

    >>> thaw(FrozenMapping({"arms": ("call", "letter")}))
    {'arms': ['call', 'letter']}
    """
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [thaw(item) for item in value]
    return value
