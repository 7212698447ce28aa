"""Places in a text: of keys and values by their path, as offsets that become lines and columns when asked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property

import attrs

from hgplan.errors import Location

__all__ = ["Duplicate", "Place", "Places"]


@attrs.frozen
class Place:
    """The offsets at which a key and its value begin."""

    key: int
    value: int


@attrs.frozen
class Duplicate:
    """A key that was given already: its name, where it stands, and where it stood first."""

    name: str
    at: int
    first: int


@attrs.frozen(kw_only=True)
class Places:
    """What is known of where things stand in a text."""

    text: str
    found: Mapping[tuple[str | int, ...], Place]
    duplicates: tuple[Duplicate, ...] = ()

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(index + 1 for index, sign in enumerate(self.text) if sign == "\n")]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def location(self, offset: int, file: str) -> Location:
        """The place of an offset in the file of that name."""
        return Location(file, *self.line_and_column(offset))

    def of(self, path: tuple[str | int, ...], file: str, *, at_key: bool = False) -> Location:
        """The place of a path; of what holds it where the path itself is not in the text."""
        for length in range(len(path), 0, -1):
            place = self.found.get(path[:length])
            if place is not None:
                return self.location(place.key if at_key or length < len(path) else place.value, file)
        return Location(file, 1, 1)
