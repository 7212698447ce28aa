"""The cells of a plan's own tables: text, lists, numbers, days and truths as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias

from hgplan.errors import PlanError
from hgplan.model.days import read_day

__all__ = ["LINE", "Row", "day_in", "list_in", "number_in", "text_in", "truth_in"]

Row: TypeAlias = Mapping[str, object]
"""A row by its columns; an empty cell is None."""

LINE: Final = "@line"
"""The key of the line on which a row stands."""

_YES, _NO = ("true", "yes", "ja", "1"), ("false", "no", "nej", "0")


def text_in(row: Row, name: str) -> str | None:
    """The text of a cell without the blanks around it, None where it holds nothing else.

    >>> text_in({"title": " Doors "}, "title"), text_in({"title": " "}, "title"), text_in({}, "title")
    ('Doors', None, None)
    """
    value = row.get(name)
    return None if value is None or str(value).strip() == "" else str(value).strip()


def list_in(row: Row, name: str) -> tuple[str, ...]:
    """The words of a cell, with `;` or `|` between them, or those of a real list; a word said twice counts once.

    >>> list_in({"themes": "legal; education;"}, "themes"), list_in({"themes": ["legal", None]}, "themes")
    (('legal', 'education'), ('legal',))
    """
    value = row.get(name)
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        words = [str(word).strip() for word in value if word is not None]
    else:
        words = [word.strip() for word in str(value).replace("|", ";").split(";")]
    return tuple(dict.fromkeys(word for word in words if word))


def number_in(row: Row, name: str) -> int | float | None:
    """The number of a cell; raises PlanError for what is none."""
    value = row.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = text_in(row, name)
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise PlanError(f"column {name!r} holds {text!r}, which is no number", hint="write 27000 or 51.5") from None


def day_in(row: Row, name: str) -> date | None:
    """The day of a cell; raises PlanError for what is none."""
    value = row.get(name)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_in(row, name)
    try:
        return None if text is None else read_day(text)
    except ValueError:
        raise PlanError(f"column {name!r} holds {text!r}, which is no day", hint="write it like 2022-08-31") from None


def truth_in(row: Row, name: str) -> bool | None:
    """Yes or no; raises PlanError for what is neither."""
    value = row.get(name)
    if isinstance(value, bool):
        return value
    text = text_in(row, name)
    if text is None or text.casefold() in (*_YES, *_NO):
        return None if text is None else text.casefold() in _YES
    raise PlanError(f"column {name!r} holds {text!r}", hint="write true or false")
