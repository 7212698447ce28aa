"""Collecting what is wrong with a value, so that all of it is told at once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from unicodedata import normalize

from hgplan.errors import PlanError, nearest, raise_all

__all__ = ["Faults", "as_texts", "path", "same_name"]

_LARGEST: Final = 2**63 - 1


def path(*keys: str | int) -> str:
    """Where something stands inside a value, as one would write it in Python.

    >>> path("strategies", 0, "goals", 1, "title")
    'strategies[0].goals[1].title'
    >>> path("dimensions", "age group", "values", 0)
    "dimensions['age group'].values[0]"
    """
    found = ""
    for key in keys:
        if isinstance(key, int) or not key.isidentifier():
            found += f"[{key!r}]"
        else:
            found += f".{key}" if found else key
    return found


def as_texts(values: Iterable[str]) -> tuple[str, ...]:
    """A list of texts as a tuple; a single text is left as it is, to be refused instead of cut into letters."""
    return values if isinstance(values, str) else tuple(values)  # type: ignore[return-value]  # refused by texts()


class Faults:
    """The faults of one value under construction; `close` raises them together, if there are any."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.found: list[PlanError] = []

    def add(self, what: str, *, at: str, hint: str | None = None) -> None:
        """Keep a fault of the part that `at` names."""
        self.found.append(PlanError(what, where=at, hint=hint))

    def text(self, at: str, value: object, *, optional: bool = False) -> None:
        """The value is text that is not empty."""
        if optional and value is None:
            return
        if not isinstance(value, str):
            self.add(f"{at} of {self.subject} is text, got {type(value).__name__} {value!r}", at=at)
        elif not value.strip():
            self.add(f"{at} of {self.subject} is empty", at=at)

    def texts(self, at: str, values: object) -> None:
        """The value is a list of texts."""
        if not isinstance(values, tuple):
            self.add(f"{at} of {self.subject} is a list of texts, got {type(values).__name__} {values!r}", at=at)
            return
        for index, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                self.add(f"{at} of {self.subject} holds texts, got {value!r}", at=path(at, index))

    def number(
        self,
        at: str,
        value: object,
        *,
        optional: bool = False,
        least: float | None = None,
        above: float | None = None,
        hint: str | None = None,
    ) -> bool:
        """The value is a finite number, not below `least` and above `above`; says whether it is."""
        if optional and value is None:
            return True
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(f"{at} of {self.subject} is a number, got {type(value).__name__} {value!r}", at=at)
            return False
        if isinstance(value, int) and abs(value) > _LARGEST:
            self.add(f"{at} of {self.subject} is larger than a figure can be (64 bits)", at=at)
            return False
        if not math.isfinite(value):
            self.add(f"{at} of {self.subject} is {value}, which is no figure", at=at, hint="leave it out if unknown")
            return False
        if least is not None and value < least:
            self.add(f"{at} of {self.subject} is {value}; it cannot be below {least}", at=at, hint=hint)
            return False
        if above is not None and value <= above:
            self.add(f"{at} of {self.subject} is {value}; it must be above {above}", at=at, hint=hint)
            return False
        return True

    def day(self, at: str, value: object, *, optional: bool = False) -> None:
        """The value is a date without a time of day."""
        if optional and value is None:
            return
        if not isinstance(value, date) or isinstance(value, datetime):
            self.add(f"{at} of {self.subject} is a date, got {type(value).__name__} {value!r}", at=at)

    def order(self, start: object, end: object) -> None:
        """The end does not come before the start; nothing is said when one of them is no date."""
        plain = isinstance(start, date) and isinstance(end, date)
        if plain and not isinstance(start, datetime) and not isinstance(end, datetime) and end < start:  # type: ignore[operator]  # both are dates
            self.add(f"{self.subject} ends {end}, before its start {start}", at="end")

    def choice(self, at: str, value: object, options: Iterable[str]) -> None:
        """The value is one of the words."""
        options = tuple(options)
        if value not in options:
            self.add(f"{at} of {self.subject} is {value!r}", at=at, hint=nearest(str(value), options))

    def instances(self, at: str, values: object, kind: type) -> None:
        """The value is a tuple of values of that class."""
        if not isinstance(values, tuple):
            self.add(f"{at} of {self.subject} is a list, got {type(values).__name__}", at=at)
            return
        for index, value in enumerate(values):
            if not isinstance(value, kind):
                self.add(f"{at} of {self.subject} holds {value!r}, which is no {kind.__name__}", at=path(at, index))

    def instance(self, at: str, value: object, kind: type) -> None:
        """The value is nothing or one of that class."""
        if value is not None and not isinstance(value, kind):
            self.add(f"{at} of {self.subject} is {value!r}, which is no {kind.__name__}", at=at)

    def close(self) -> None:
        """Raise what was found."""
        if self.found:
            raise_all(f"{self.subject} is not right", self.found)


def same_name(text: str) -> str:
    """A text by which two names are the same to a reader: without regard to case or Unicode form.

    >>> same_name("MÅL") == same_name("ma\\u030al")
    True
    """
    return text if text.isascii() and text.islower() else _folded(text)


def _folded(text: str) -> str:
    return normalize("NFC", normalize("NFKD", text).casefold())
