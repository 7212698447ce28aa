"""Asking a hook of every plugin: each alone, its answer drained inside the guard, whole or absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from threading import RLock
from typing import Any, Generic, TypeVar, cast

import attrs

from hgplan.plugins.faults import Fault, attempt
from hgplan.plugins.isolation import Limits
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


def ask(
    promise: Promise[T],
    implementations: Iterable[Implementation],
    arguments: Mapping[str, object],
    limits: Limits | None = None,
) -> Answer[T]:
    """Call the hook's implementations one by one; a failing one is absent whole and costs no other its answer.

    With `limits`, what an item does later it does in a child process.
    """
    offers: list[Offer[T]] = []
    faults: list[Fault] = []
    for one in implementations:
        if one.hook == promise.hook:
            brought = attempt(one.plugin, one.hook, partial(_offered, promise, one, arguments, limits))
            if isinstance(brought, Fault):
                faults.append(brought)
            else:
                offers.extend(brought)
    return Answer(tuple(offers), tuple(faults))


def _offered(
    promise: Promise[T], one: Implementation, arguments: Mapping[str, object], limits: Limits | None
) -> list[Offer[T]]:
    items = receive(promise, one(arguments))
    name = promise.named or _nameless
    if promise.placed is not None:
        items = tuple(promise.placed(one.plugin, item, limits) for item in items)
    return [Offer(one.plugin, name(item), item) for item in items]


def _nameless(_item: object) -> str:
    return ""


class Answers:
    """The answers that were given so far; a hook is asked once for each set of arguments, by one thread."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._given: dict[tuple[object, ...], Answer[Any]] = {}

    def __reduce__(self) -> tuple[type[Answers], tuple[()]]:
        # A copy in another process asks again: what was answered here may not travel.
        return type(self), ()

    def get(
        self,
        promise: Promise[T],
        implementations: Iterable[Implementation],
        arguments: Mapping[str, str],
        limits: Limits | None,
    ) -> Answer[T]:
        """The answer to a hook, asked now if it was not before."""
        key = (promise.hook, *sorted(arguments.items()))
        with self._lock:
            if key not in self._given:
                self._given[key] = ask(promise, implementations, arguments, limits)
            return cast("Answer[T]", self._given[key])

    def faults(self) -> tuple[Fault, ...]:
        """All faults in the answers given so far."""
        with self._lock:
            return tuple(fault for answer in self._given.values() for fault in answer.faults)
