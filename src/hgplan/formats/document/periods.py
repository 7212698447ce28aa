"""When a text says that something is to be: years, parts of years, days and deadlines."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, Literal

import attrs

from hgplan.formats.document.calendar_words import MONTH, ORDINALS, SEASON, month_of
from hgplan.formats.document.quantities import Span, overlaps
from hgplan.formats.document.rhythms import Lasting, Rhythm, lastings_in, rhythms_in

__all__ = ["Mention", "Times", "times_in"]

Role = Literal["in", "by", "since"]

_D: Final = r"\s?[–—‒−-]\s?"
_Y: Final = r"(?:19|20)\d\d"
_BY: Final = re.compile(
    r"(?:\b(?:till(?: och med| o m| år)?|t\.?o\.?m\.?|fram till|senast|innan|före|intill|inför|by(?: the)?(?: end of)?"
    r"|until|till|before|no later than|not later than|to|on|per|vid|den|av|i|år|for|the|end of|slutet av|utgången av"
    r"|slutet på|in|at|of|end|late|i slutet av|vid utgången av)\s+)+$",
    re.I,
)
_DEADLINE: Final = re.compile(
    r"\b(?:till|t\.?o\.?m|senast|innan|före|slutet|utgången|by|until|before|later than|end)\b", re.I
)
_SINCE: Final = re.compile(
    r"\b(?:sedan|från(?: och med)?|fr\.?o\.?m\.?|jämfört med|i förhållande till|än(?: år)?|mot|since|from"
    r"|compared (?:to|with)"
    r"|than(?: in)?|versus|jmf|nivån?|jämfört med år|i jämförelse med)\s+(?:år\s+|the\s+|in\s+)?$",
    re.I,
)
_LEVEL: Final = re.compile(r"(?:\s+års|'s)?\s+(?:nivå|resultat|utfall|siffr|level|baseline|figure|result)", re.I)
_NOT_YEAR_AFTER: Final = re.compile(r"-?tal|:\d|[-–]\w|[\d/]|\s?%|,\d|\.\d")
_OF_YEAR: Final = re.compile(r"\s+års\b|['’]s\b")
_COUNT_BEFORE: Final = re.compile(
    r"(?:\b(?:minst|högst|cirka|ca\.?|över|drygt|närmare|totalt|at least|at most|over|about|around|nearly|up to"
    r"|upp till|värva|rekrytera|nå|reach|recruit|train|utbilda)|[<>≥≤+])\s*$",
    re.I,
)
_COUNTED: Final = re.compile(
    r"\s+(?:nya |aktiva |fler |more |new |active )?(?:[a-zåäöé]{3,}(?:ar|er|or|are|ies|ees|ors|ers|ents|s)"
    r"|personer|people"
    r"|medlemmar|barn|lag|besök|möten|timmar|hours|st|kr|kronor|procent)\b(?!\s+(?:vi|man|föreningen|we)\b)",
    re.I,
)
_YEAR_BEFORE: Final = re.compile(
    rf"(?:\b(?:år|året|årets|under|sedan|hösten|våren|sommaren|vintern|in|since|during|{MONTH}|kongressen|årsmötet|plan"
    r"|verksamhetsplan(?:en)?|mål|budget|vision|the year|year|perioden|av|valet|stämman|för|for)|\d{4}\s?[-–/,]"
    r"|\()\s*$",
    re.I,
)


@attrs.frozen(kw_only=True)
class Mention:
    """A stretch of days that a text names, and whether it is the time of something, its deadline or its beginning."""

    start: int
    end: int
    first: date
    last: date
    role: Role = "in"
    wide: bool = False


@attrs.frozen(kw_only=True)
class Times:
    """All that a text says of time."""

    mentions: tuple[Mention, ...] = ()
    rhythms: tuple[Rhythm, ...] = ()
    lastings: tuple[Lasting, ...] = ()
    other: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where it says it, so that no number in there is taken for an amount."""
        parts: tuple[Mention | Rhythm | Lasting, ...] = (*self.mentions, *self.rhythms, *self.lastings)
        return (*((part.start, part.end) for part in parts), *self.other)


def times_in(text: str) -> Times:
    """Find what a text says of time.

    >>> mention, = times_in("22 000 aktiva medlemmar till 2027").mentions
    >>> mention.role, mention.last.isoformat()
    ('by', '2027-12-31')
    """
    taken: list[Span] = [match.span() for written in (_ADDRESS, _PHONE) for match in written.finditer(text)]
    rhythms = tuple(rhythms_in(text))
    taken += [(rhythm.start, rhythm.end) for rhythm in rhythms]
    lastings = tuple(lastings_in(text, taken))
    taken += [(lasting.start, lasting.end) for lasting in lastings]
    mentions = sorted(_mentions(text, taken), key=lambda mention: mention.start)
    taken += [match.span() for match in _UNDATED.finditer(text) if not overlaps(*match.span(), taken)]
    return Times(mentions=tuple(mentions), rhythms=rhythms, lastings=lastings, other=tuple(taken))


def _years(found: re.Match[str]) -> tuple[date, date]:
    first, last = int(found["y"]), found["z"]
    if len(last) == 2:
        last = found["y"][:2] + last
    if "/" in found[0] and int(last) == first + 1:
        return date(first, 7, 1), date(int(last), 6, 30)
    return date(first, 1, 1), date(int(last), 12, 31)


def _part(year: int, months: int, index: int) -> tuple[date, date]:
    index = 12 // months if index < 0 else index
    return date(year, months * (index - 1) + 1, 1), _month_end(year, months * index)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _day(year: str, month: str, day: str) -> date:
    return date(int(year), month_of(month), int(day))


def _same_day(day: date) -> tuple[date, date]:
    return day, day


def _ordinal(found: re.Match[str]) -> int:
    text = found["n"].casefold()
    return ORDINALS.get(text) or int(text)


# In groups of two to four figures, of which the last is no year: "08-123 456 78", "020 7946 0958".
_PHONE: Final = re.compile(
    r"(?<![\w.,–-])0\d{1,3}\s?[-–/ ]\s?\d{2,4}(?:[ -](?!(?:19|20)\d\d(?!\d))\d{2,4}){1,3}(?![\d-])"
)
_ADDRESS: Final = re.compile(r"https?://\S{1,500}|www\.\S{1,500}|\S{1,64}@[\w.-]{1,255}")
_UNDATED: Final = re.compile(
    rf"""(?<!\w)(?:(?:den\s+)?\d{{1,2}}(?:{_D}\d{{1,2}})?(?::[ea]|st|nd|rd|th)?\s+{MONTH}
      | {MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?
      | (?:kl(?:ockan|\.)?|at)\s*\d{{1,2}}(?:[.:]\d\d)?(?:{_D}\d{{1,2}}(?:[.:]\d\d)?)?(?![\d%\w]|\s?%|\s\w)
      | \d{{1,2}}[.:]\d\d{_D}\d{{1,2}}[.:]\d\d
      | \d{{1,2}}(?::\d\d)?\s?[ap]\.?m\b
      | (?:vecka|v\.|week)\s*\d{{1,2}}(?:{_D}\d{{1,2}})?(?!\s?%)
      | \d{{1,2}}/\d{{1,2}})(?!\w)""",
    re.I | re.X,
)
_Reader = Callable[[re.Match[str]], tuple[date, date]]
_ORDINAL: Final = "(?P<n>" + "|".join(ORDINALS) + ")"
_PARTS: Final[tuple[tuple[str, int], ...]] = (("kvartal|quarter", 3), ("tertial", 4), ("halvår|half(?: of)?", 6))


def _readers() -> Iterator[tuple[re.Pattern[str], _Reader]]:
    def rule(pattern: str, reader: _Reader) -> tuple[re.Pattern[str], _Reader]:
        return re.compile(rf"(?<![\w/.,-])(?:{pattern})(?![\w/])", re.I), reader

    iso = r"\d{4}-\d\d-\d\d"
    yield rule(
        rf"(?P<a>{iso})\s*(?:/|–|—|-|till|to)\s*(?P<b>{iso})",
        lambda m: (date.fromisoformat(m["a"]), date.fromisoformat(m["b"])),
    )
    yield rule(rf"(?P<a>{iso})", lambda m: _same_day(date.fromisoformat(m["a"])))
    yield rule(
        rf"(?P<a>\d{{1,2}})\s+(?P<m>{MONTH})(?:\s+(?P<x>{_Y}))?(?:{_D}|\s+(?:till"
        rf"|to)\s+)(?P<b>\d{{1,2}})\s+(?P<n>{MONTH})\s+(?P<y>{_Y})",
        lambda m: (_day(m["x"] or m["y"], m["m"], m["a"]), _day(m["y"], m["n"], m["b"])),
    )
    yield rule(
        rf"(?:den\s+)?(?:\d{{1,2}}{_D})?(?P<a>\d{{1,2}})(?::[ea]|st|nd|rd|th)?\s+(?P<m>{MONTH})\s+(?P<y>{_Y})",
        lambda m: _same_day(_day(m["y"], m["m"], m["a"])),
    )
    yield rule(
        rf"(?P<m>{MONTH})\s+(?P<a>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>{_Y})",
        lambda m: _same_day(_day(m["y"], m["m"], m["a"])),
    )
    yield rule(
        rf"(?P<m>{MONTH})(?:\s+(?P<x>{_Y}))?(?:{_D}|\s+(?:till|to|och|and)\s+)(?P<n>{MONTH})\s+(?P<y>{_Y})",
        lambda m: (date(int(m["x"] or m["y"]), month_of(m["m"]), 1), _month_end(int(m["y"]), month_of(m["n"]))),
    )
    yield rule(
        rf"(?P<m>{MONTH})\s+(?:of\s+)?(?P<y>{_Y})",
        lambda m: (date(int(m["y"]), month_of(m["m"]), 1), _month_end(int(m["y"]), month_of(m["m"]))),
    )
    yield rule(
        rf"(?:[QK]|kv\.?\s?)(?P<n>[1-4])(?:{_D}[QK]?(?P<k>[1-4]))?[\s/-]*(?:of\s+)?(?P<y>{_Y})",
        lambda m: (_part(int(m["y"]), 3, int(m["n"]))[0], _part(int(m["y"]), 3, int(m["k"] or m["n"]))[1]),
    )
    yield rule(rf"(?P<y>{_Y})[\s-]?[QK](?P<n>[1-4])", lambda m: _part(int(m["y"]), 3, int(m["n"])))
    for letter, months in (("H", 6), ("T", 4)):
        yield rule(rf"{letter}(?P<n>[1-3])[\s/-]*(?P<y>{_Y})", lambda m, k=months: _part(int(m["y"]), k, int(m["n"])))  # type: ignore[misc]  # the month count is bound early
        yield rule(rf"(?P<y>{_Y})[\s-]?{letter}(?P<n>[1-3])", lambda m, k=months: _part(int(m["y"]), k, int(m["n"])))  # type: ignore[misc]  # as above
    for words, months in _PARTS:
        yield rule(
            rf"{_ORDINAL}\s+(?:{words})(?:et|en)?\s+(?:of\s+)?(?:år\s+)?(?P<y>{_Y})",
            lambda m, k=months: _part(int(m["y"]), k, _ordinal(m)),  # type: ignore[misc]  # as above
        )
        yield rule(
            rf"(?:{words})\s+(?P<n>[1-4])[,\s]+(?:of\s+)?(?:år\s+)?(?P<y>{_Y})",
            lambda m, k=months: _part(int(m["y"]), k, int(m["n"])),  # type: ignore[misc]  # as above
        )
    yield rule(
        rf"(?P<y>{_Y})(?:\s?[–—‒−/-]\s?|\s+(?:till(?: och med)?|t\.?o\.?m\.?|to|through)\s+)(?P<z>{_Y}"
        rf"|\d\d)(?![-–:\d%]|\s?%)",
        _years,
    )
    yield rule(rf"FY\s?(?P<y>{_Y})/(?P<z>\d\d)", _years)
    yield rule(rf"FY\s?(?P<y>{_Y})", lambda m: (date(int(m["y"]), 1, 1), date(int(m["y"]), 12, 31)))
    yield rule(rf"(?:{SEASON})\s+(?P<y>{_Y})", lambda m: (date(int(m["y"]), 1, 1), date(int(m["y"]), 12, 31)))


_READERS: Final = tuple(_readers())
_ANY_YEAR: Final = re.compile(_Y)
_BARE: Final = re.compile(rf"(?<![\w.,/§#-])(?P<y>{_Y})(?!\w)")


def _mentions(text: str, taken: list[Span]) -> Iterator[Mention]:
    # Every way of naming a time here has a year in it, and most sentences have none.
    if not _ANY_YEAR.search(text):
        return
    for pattern, reader in _READERS:
        for match in pattern.finditer(text):
            if overlaps(match.start(), match.end(), taken):
                continue
            try:
                first, last = reader(match)
            except (ValueError, KeyError):
                continue
            if first <= last:
                taken.append(match.span())
                yield _mention(text, match, first, last)
    for match in _BARE.finditer(text):
        if overlaps(match.start(), match.end(), taken) or _is_count(text, match):
            continue
        taken.append(match.span())
        year = int(match["y"])
        yield _mention(text, match, date(year, 1, 1), date(year, 12, 31))


def _mention(text: str, match: re.Match[str], first: date, last: date) -> Mention:
    before = text[max(0, match.start() - 40) : match.start()]
    role: Role = "in"
    if _SINCE.search(before) or _LEVEL.match(text, match.end()):
        role = "since"
    elif (words := _BY.search(before)) and _DEADLINE.search(words[0]):
        role = "by"
    return Mention(start=match.start(), end=match.end(), first=first, last=last, role=role, wide=first.year < last.year)


def _is_count(text: str, match: re.Match[str]) -> bool:
    if _NOT_YEAR_AFTER.match(text, match.end()):
        return True
    if _OF_YEAR.match(text, match.end()):
        return False
    before = text[max(0, match.start() - 24) : match.start()]
    if _COUNT_BEFORE.search(before):
        return True
    return not _YEAR_BEFORE.search(before) and _COUNTED.match(text, match.end()) is not None
