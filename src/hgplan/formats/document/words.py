"""Lists of words, written so that a person can read them."""

from __future__ import annotations

__all__ = ["words"]


def words(text: str) -> frozenset[str]:
    """The words of a text, each once.

    >>> sorted(words("och  att och"))
    ['att', 'och']
    """
    return frozenset(text.split())
