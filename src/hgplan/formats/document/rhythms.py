"""How often and how long: "per år", "every second month", "in five years"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from hgplan.formats.document.calendar_words import EVERY
from hgplan.formats.document.numerals import NUMERAL, numeral
from hgplan.formats.document.quantities import Span, overlaps

__all__ = ["Lasting", "Rhythm", "lastings_in", "rhythms_in"]


@attrs.frozen(kw_only=True)
class Rhythm:
    """How often a text says that something recurs: once in every so many of a grain."""

    start: int
    end: int
    grain: str
    step: int = 1


@attrs.frozen(kw_only=True)
class Lasting:
    """A length of time, "in five years", in months where it can be told in them."""

    start: int
    end: int
    months: int | None


_GRAIN: Final = "(?:" + "|".join(sorted(EVERY, key=len, reverse=True)) + ")"
_STEPS: Final = {
    "annan": 2, "annat": 2, "other": 2, "second": 2, "tredje": 3, "third": 3, "fjärde": 4, "fourth": 4, "femte": 5,
    "fifth": 5, "sjätte": 6, "sixth": 6,
}  # fmt: skip
_STEP: Final = "(?P<step>" + "|".join(_STEPS) + rf"|\d{{1,2}}(?::[ea])?|{NUMERAL})"
_RHYTHM: Final = re.compile(
    rf"""(?<!\w)(?:
        (?:var|vart|every)\s*{_STEP}\s+(?P<a>{_GRAIN})s?
      | (?:var|vart)(?P<other>annan|annat)\s+(?P<b>{_GRAIN})
      | (?:per|varje|each|every)\s+(?P<c>{_GRAIN})
      | (?P<d>årligen|månatligen|månadsvis|kvartalsvis|dagligen|annually|yearly|monthly|weekly|quarterly)
      | i\s+(?P<e>månaden|veckan|kvartalet|terminen)
      | om\s+(?P<f>året|dagen)
      | (?<!\bin\s)(?<!\bof\s)(?<!\bfor\s)(?<!half\s)(?<!within\s)(?<!over\s)
        an?\s+(?P<g>year|quarter|month|week|day|term)
    )(?!\w)|(?<=[\w.])\s?/\s?(?P<h>år|kvartal|månad|mån|vecka|termin|year|month|week|quarter)(?!\w)""",
    re.I | re.X,
)


def rhythms_in(text: str) -> Iterator[Rhythm]:
    """Find how often a text says that things recur.

    >>> [(rhythm.grain, rhythm.step) for rhythm in rhythms_in("två gånger per år och var tredje månad")]
    [('year', 1), ('month', 3)]
    """
    for match in _RHYTHM.finditer(text):
        word = next(match[name] for name in "abcdefgh" if match[name])
        step = 2 if match["other"] else _step(match["step"])
        grain = EVERY.get(word.casefold(), "month" if word.casefold() == "mån" else "year")
        yield Rhythm(start=match.start(), end=match.end(), grain=grain, step=step)


def _step(written: str | None) -> int:
    if written is None:
        return 1
    word = written.casefold()
    return _STEPS.get(word) or numeral(word) or int(word.partition(":")[0])


# "svarstid under 12 minuter" is a bound on the time, no stretch of it.
_TIME_THING: Final = re.compile(r"(?:tid|tiden|tider|tiderna|time|times|period)\s+(?:till\s+|to\s+)?$", re.I)
_LENGTHS: Final = {
    "år": 12, "åren": 12, "year": 12, "years": 12, "månaderna": 1, "months": 1, "month": 1, "månader": 1, "månad": 1,
    "mån": 1,
}  # fmt: skip
_LASTING: Final = re.compile(
    rf"""(?<!\w)(?:(?:på|inom|under|i|över|efter|om|over|within|in|during|for|after|next|närmaste|kommande|first|första)
        \s+(?:de\s+|the\s+|en\s+period\s+(?:på|om)\s+)?(?:(?:närmaste|kommande|next|coming|following|första|first)\s+)?)
        (?P<n>\d{{1,3}}(?:\s?[–-]\s?\d{{1,3}})?|{NUMERAL}|några|several)[\s-]*
        (?P<unit>år(?:en)?|månader(?:na)?|månad|mån|veckor(?:na)?|vecka|dagar(?:na)?|dag|dygn|timmar|timme|minuter
            |terminer(?:na)?|säsonger(?:na)?
            |years?|months?|weeks?|(?:working\s|business\s)?days?|hours?|minutes?|terms?|seasons?)(?:s)?(?!\w)""",
    re.I | re.X,
)


def lastings_in(text: str, taken: Sequence[Span] = ()) -> Iterator[Lasting]:
    """Find the lengths of time that a text names.

    >>> [lasting.months for lasting in lastings_in("på fyra år och inom en vecka")]
    [48, None]
    """
    for match in _LASTING.finditer(text):
        if overlaps(match.start(), match.end(), taken):
            continue
        if match[0].casefold().startswith(("under", "over", "över")) and _TIME_THING.search(
            text[max(0, match.start() - 24) : match.start()]
        ):
            continue
        count = numeral(match["n"]) or (int(match["n"]) if match["n"].isdigit() else None)
        length = _LENGTHS.get(match["unit"].casefold())
        months = count * length if count and length else None
        yield Lasting(start=match.start(), end=match.end(), months=months)
