"""Binding the words of a goal to a metric, by the phrases that plugins offer; never by a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

import attrs

from hgplan.formats.document.words import words
from hgplan.hookspecs import Phrase

__all__ = ["Binding", "Phrases", "stems"]

_TOKEN: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "sv": (
        "arnas", "ernas", "ornas", "arna", "erna", "orna", "andes", "heten", "aren", "arens", "ades", "ens", "ets",
        "ande", "are", "ar", "er", "or", "en", "et", "na", "as", "es", "s", "a", "e", "n", "t",
    ),
    "en": ("ies", "ers", "es", "s", "'s"),
}  # fmt: skip
_FAR: Final = 120
_SHORTEST: Final = 3
_NEUTRAL: Final = words("st stycken totalt sammanlagt olika antalet antal the number of in total")
# "nya medlemmar under 30 år" counts fewer than "nya medlemmar" does.
_NARROWED: Final = re.compile(
    r"\s*(?:(?:under|över|mellan|från|i åldern|aged|under the age of|over|between)\s+\d)", re.I
)


@attrs.frozen(kw_only=True)
class Binding:
    """What the words of a goal were found to mean: one phrase, none, or several that don't agree."""

    phrase: Phrase | None = None
    rivals: tuple[str, ...] = ()


def stems(text: str, *, language: str) -> tuple[str, ...]:
    """The words of a text without case and inflection, for comparing; "/" and "-" part words like a space.

    >>> stems("Nya medlemmarna", language="sv") == stems("nya medlemmar", language="sv")
    True
    """
    return tuple(_stem(match[0].casefold(), language) for match in _TOKEN.finditer(text))


def _stem(word: str, language: str) -> str:
    for ending in _ENDINGS.get(language, ()) if word.endswith(_ENDINGS.get(language, ())) else ():
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2] else word


class Phrases:
    """The phrases of one language, looked up by the words that they begin with."""

    def __init__(self, phrases: Iterable[Phrase], *, language: str) -> None:
        self.language = language
        offered = tuple(phrases)
        self._goals = tuple(self._read(offered, "goal"))
        self._conditions = tuple(self._read(offered, "condition"))
        self._fillers = frozenset(_stem(word, language) for word in _NEUTRAL)

    def _read(
        self, phrases: Iterable[Phrase], kind: Literal["goal", "condition"]
    ) -> Iterator[tuple[tuple[str, ...], Phrase]]:
        for phrase in phrases:
            if phrase.language == self.language and phrase.kind == kind:
                yield stems(phrase.text, language=self.language), phrase

    def goal(self, counted: str, after: str) -> Binding:
        """The metric of a goal whose amount counts `counted` and is followed by the words `after`.

        A phrase must begin where the counted thing begins: "unga nya medlemmar" are other people than "nya medlemmar".
        Of several the longest is meant.
        """
        if not self._goals:
            return Binding()
        words = stems(counted, language=self.language)
        followed = self._neutral(stems(after[:_FAR], language=self.language))
        found = [
            (len(phrase_words), phrase)
            for phrase_words, phrase in self._goals
            if self._begins(followed, phrase_words) or words == phrase_words or self._neutral(words) == phrase_words
        ]
        binding = _longest(found)
        if binding.phrase and _NARROWED.search(after):
            return Binding(rivals=(f"{binding.phrase.metric} counts more than these",))
        return binding

    def condition(self, clause: str) -> Binding:
        """The metric of a condition whose clause holds a phrase's words."""
        words = stems(clause, language=self.language)
        found = [
            (len(phrase_words), phrase)
            for phrase_words, phrase in self._conditions
            if any(words[place : place + len(phrase_words)] == phrase_words for place in range(len(words)))
        ]
        return _longest(found)

    def _begins(self, words: Sequence[str], phrase: tuple[str, ...]) -> bool:
        return tuple(words[: len(phrase)]) == phrase

    def _neutral(self, words: Sequence[str]) -> tuple[str, ...]:
        place = 0
        while place < len(words) and words[place] in self._fillers:
            place += 1
        return tuple(words[place:])


def _longest(found: Sequence[tuple[int, Phrase]]) -> Binding:
    if not found:
        return Binding()
    most = max(length for length, _ in found)
    meant = {(phrase.metric, phrase.parameters): phrase for length, phrase in found if length == most}
    if len(meant) == 1:
        return Binding(phrase=next(iter(meant.values())))
    return Binding(rivals=tuple(sorted(metric for metric, _ in meant)))
