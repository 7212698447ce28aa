"""Laws: sentences with a name that hold whatever the example, and what is said of one that is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from hgplan.errors import PluginError, PluginErrors

__all__ = ["Counterexample", "Law", "LawBroken", "held", "raise_broken"]

T = TypeVar("T")


class LawBroken(PluginError):
    """A law that a metric, an aggregate or a plugin breaks; `law` is its name."""

    def __init__(self, what: str, *, where: Any = None, hint: str | None = None, law: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.law = law

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.what, self.where, self.hint, self.law)


def _rebuild(what: str, where: Any, hint: str | None, law: str) -> LawBroken:
    return LawBroken(what, where=where, hint=hint, law=law)


class Counterexample(Exception):  # what a law meets, no error of the law
    """What was found that breaks a law, in words."""


@attrs.frozen
class Law:
    """A law that something is held to: call it, and it raises LawBroken with the smallest example that breaks it.

    >>> law = Law("order", "rows in another order are the same rows", subject="aggregate 'last'", hold=lambda: None)
    >>> law(), str(law)
    (None, 'order')
    """

    name: str
    says: str
    subject: str = attrs.field(kw_only=True)
    hold: Callable[[], None] = attrs.field(kw_only=True, eq=False, repr=False)
    # Where it is broken the laws after it have nothing to say.
    first: bool = attrs.field(default=False, kw_only=True)

    def __call__(self) -> None:
        """Hold the subject to the law; raises LawBroken."""
        with _Held(self):
            self.hold()

    def __str__(self) -> str:
        return self.name


@attrs.define
class _Held:
    """While it lasts, whatever goes wrong goes wrong under the law's name."""

    law: Law

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, LawBroken):
            return
        law = self.law
        found = str(error) if isinstance(error, Counterexample) else f"{type(error).__name__}: {error}"
        raise LawBroken(
            f"{law.subject} breaks the law {law.name!r}: {law.says}", where=found.replace("\n", "\n    "), law=law.name
        ) from error


def held(examples: SearchStrategy[T], check: Callable[[T], None], many: int) -> None:
    """Check so many drawn examples, always the same ones; what fails is shrunk to the smallest that does."""
    chosen = settings(
        max_examples=many,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )

    def example(example: T) -> None:
        check(example)

    chosen(given(examples)(example))()


def raise_broken(subject: str, laws: Sequence[Law]) -> None:
    """Hold the subject to all of its laws; raises the only one that is broken as it is, several as one group."""
    broken: list[LawBroken] = []
    for law in laws:
        found = _broken(law)
        if found is not None:
            broken.append(found)
            if law.first:
                break
    if len(broken) == 1:
        raise broken[0]
    if broken:
        raise PluginErrors(f"{subject} breaks {len(broken)} laws", broken)


def _broken(law: Law) -> LawBroken | None:
    try:
        law()
    except LawBroken as broken:
        return broken
    return None
