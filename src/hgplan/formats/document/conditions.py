"""What a goal says besides its figure: whom it is to keep, and what each one counted must do."""

from __future__ import annotations

import re
from typing import Final

import attrs

from hgplan.formats.document.quantities import Amount

__all__ = ["Clause", "kept_in", "qualifier_at"]

_KEPT: Final = re.compile(
    r"(?<!\w)(?:som|vilka|och som|who|whom|that|which)\s+(?:[\w-]+\s+){0,4}?"
    r"(?:behåll(?:a|er|s|its)?|stanna(?:r|t)?|(?:är|finns|blir|vara|bli) kvar|kvarstår|fortsätter|förblir|keep"
    r"|kept|stay|remain|retain(?:ed)?|continue)"
    r"(?!\w)[^,.;:()]*",
    re.I,
)
_MAIN: Final = re.compile(r"\s+(?:samt|och|and)\s+(?:att|to|ska|skall|will)\s.*$", re.I)
_BEGIN: Final = re.compile(r"(?:^|[,(;–—-]\s*|\s(?=(?:var och en|each|vardera|som|med|with|who|that)\s))", re.I)
_END: Final = re.compile(r"[,.;:()\[\]]|$")


@attrs.frozen
class Clause:
    """The words of a condition, and where in the sentence they begin."""

    text: str
    start: int


def kept_in(text: str) -> tuple[Clause, ...]:
    """The clauses that say that what was won is to be kept.

    >>> kept_in("värva 500 medlemmar som vi behåller över tid, samt utbilda")[0].text
    'som vi behåller över tid'
    """
    return tuple(Clause(_MAIN.sub("", match[0]).strip(), match.start()) for match in _KEPT.finditer(text))


def qualifier_at(text: str, amount: Amount) -> Clause:
    """The clause around an amount that is a condition on what counts.

    >>> from hgplan.formats.document.amounts import amounts_in
    >>> text = "100 experter ska bidra, var och en med minst 1 redigering."
    >>> qualifier_at(text, amounts_in(text, language="sv")[1]).text
    'var och en med minst 1 redigering'
    """
    starts = [match.end() for match in _BEGIN.finditer(text, 0, amount.begin)]
    start = starts[-1] if starts else 0
    if each := re.search(
        r"(?:var och en|each)(?:\s\w+){0,4}\s+$", text[max(0, amount.begin - 60) : amount.begin], re.I
    ):
        start = max(0, amount.begin - 60) + each.start()
    stop = _END.search(text, amount.end)
    return Clause(text[start : stop.start() if stop else len(text)].strip(), start)
