"""Ids made of titles: plain letters, digits and hyphens, each used once."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import combining, normalize

from hgplan.model.periods import reads_as_period

__all__ = ["Ids", "slug"]

_LONGEST: Final = 48
_LETTERS: Final = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l", "þ": "th", "ð": "d"})


def slug(title: str) -> str:
    """A title as an id; empty when no letter or digit of it can be written plainly.

    >>> slug("Nya förtroendevalda/aktiva medlemmar")
    'nya-fortroendevalda-aktiva-medlemmar'
    """
    plain = "".join(letter for letter in normalize("NFKD", title.casefold()) if not combining(letter))
    words = re.findall(r"[a-z0-9]+", plain.translate(_LETTERS))
    made = ""
    for word in words:
        if made and len(made) + len(word) >= _LONGEST:
            break
        made = f"{made}-{word[:_LONGEST]}" if made else word[:_LONGEST]
    return made


class Ids:
    """The ids of one plan, so that none is given twice."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def make(self, title: str, kind: str) -> str:
        """A new id for a title; `kind` stands in where the title gives none.

        >>> ids = Ids()
        >>> ids.make("Medlemmar", "goal"), ids.make("Medlemmar", "goal"), ids.make("2024", "phase")
        ('medlemmar', 'medlemmar-2', 'phase-2024')
        """
        first = slug(title) or kind
        if first.isdigit() or reads_as_period(first):
            first = f"{kind}-{first}"
        made = first
        while made in self._given:
            self._given[first] = self._given.get(first, 1) + 1
            made = f"{first}-{self._given[first]}"
        self._given[made] = 1
        return made
