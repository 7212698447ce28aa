"""Asking a hook of every plugin: each alone, its answer drained inside the guard, whole or absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from threading import RLock
from typing import Any, Generic, TypeVar, cast

import attrs

from hgplan.plugins.faults import Fault, attempt
from hgplan.plugins.offers import Offer
from hgplan.plugins.receipt import Promise, receive
from hgplan.plugins.registration import Implementation

__all__ = ["Answer", "Answers", "ask"]

T = TypeVar("T")


@attrs.frozen
class Answer(Generic[T]):
    """What all plugins brought to one hook, by plugin name and in each plugin's own order; and who failed."""

    offers: tuple[Offer[T], ...]
    faults: tuple[Fault, ...]


def ask(promise: Promise[T], implementations: Iterable[Implementation], arguments: Mapping[str, object]) -> Answer[T]:
    """Call the hook's implementations one by one; a failing one is absent whole and costs no other its answer."""
    offers: list[Offer[T]] = []
    faults: list[Fault] = []
    for one in implementations:
        if one.hook != promise.hook:
            continue
        items = attempt(one.plugin, one.hook, partial(_call, promise, one, arguments))
        if isinstance(items, Fault):
            faults.append(items)
        else:
            name = promise.named or _nameless
            offers.extend(Offer(one.plugin, name(item), item) for item in items)
    return Answer(tuple(offers), tuple(faults))


def _call(promise: Promise[T], one: Implementation, arguments: Mapping[str, object]) -> tuple[T, ...]:
    return receive(promise, one(arguments))


def _nameless(_item: object) -> str:
    return ""


class Answers:
    """The answers that were given so far; a hook is asked once for each set of arguments, by one thread."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._given: dict[tuple[object, ...], Answer[Any]] = {}

    def get(
        self, promise: Promise[T], implementations: Iterable[Implementation], arguments: Mapping[str, str]
    ) -> Answer[T]:
        """The answer to a hook, asked now if it was not before."""
        key = (promise.hook, *sorted(arguments.items()))
        with self._lock:
            if key not in self._given:
                self._given[key] = ask(promise, implementations, arguments)
            return cast("Answer[T]", self._given[key])

    def faults(self) -> tuple[Fault, ...]:
        """All faults in the answers given so far."""
        with self._lock:
            return tuple(fault for answer in self._given.values() for fault in answer.faults)
