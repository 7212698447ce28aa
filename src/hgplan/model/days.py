"""Days as they are written: year, month and day, and nothing else that ISO 8601 would allow."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

__all__ = ["read_day"]

_WRITTEN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(text: str) -> date:
    """The day that a text like 2022-08-31 says; a week or a day without hyphens is no day, and not taken for one.

    Raises ValueError.

    >>> read_day("2022-08-31")
    datetime.date(2022, 8, 31)
    >>> read_day("2022-W05")
    Traceback (most recent call last):
    ...
    ValueError: '2022-W05' is no day
    """
    if not _WRITTEN.fullmatch(text):
        raise ValueError(f"{text!r} is no day")
    return date.fromisoformat(text)
