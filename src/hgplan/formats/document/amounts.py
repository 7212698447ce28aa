"""Amounts in prose, Swedish and English: digits in every grouping, words, ranges, per cent, money and bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, Literal

import attrs

from hgplan.formats.document.numerals import NUMERAL, is_one, numeral

__all__ = ["Amount", "Bound", "Span", "amounts_in", "overlaps"]

Bound = Literal["at_least", "at_most", "between", "equals", "about", "plain"]
Span = tuple[int, int]

_SPACE: Final = r"[ \u00a0\u2007\u2009\u202f]"
_DIGITS: Final = (
    rf"(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+(?:,\d{{1,2}})?|\d{{1,3}}(?:'\d{{3}}|’\d{{3}})+"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?)(?!\d)"
)
_DASH: Final = r"\s?[–—‒−-]\s?"
_SCALES: Final[dict[str, tuple[int, bool]]] = {
    "tusen": (1000, False), "thousand": (1000, False), "tkr": (1000, True), "kkr": (1000, True), "ksek": (1000, True),
    "k": (1000, False), "miljon": (10**6, False), "miljoner": (10**6, False), "milj": (10**6, False),
    "mn": (10**6, False), "million": (10**6, False), "millions": (10**6, False), "m": (10**6, False),
    "mnkr": (10**6, True), "mkr": (10**6, True), "msek": (10**6, True), "miljard": (10**9, False),
    "miljarder": (10**9, False), "billion": (10**9, False), "bn": (10**9, False), "mdkr": (10**9, True),
}  # fmt: skip
_CURRENCIES: Final = {
    "kr": "SEK", "kronor": "SEK", "sek": "SEK", ":-": "SEK", "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "pounds": "GBP", "$": "USD", "usd": "USD", "dollars": "USD", "dollar": "USD",
    "nok": "NOK", "dkk": "DKK",
}  # fmt: skip
_POINTS: Final = r"procentenhet(?:er)?|procentpoäng|%-enhet(?:er)?|percentage[ -]points?|per[ ]cent[ ]points?|p\.p\.|pp\b"
_PERCENT: Final = r"%|procent(?:iga?)?\b|per[ -]?cent\b|pct\b"
_AMOUNT: Final = re.compile(
    rf"""(?<![\w.,:/§\#&@=*-])
    (?P<sign>(?:>=|<=|=>|[<>≥≤])\s?)?
    (?P<plus>\+\s?)?
    (?P<before>[€£$]\s?|(?:SEK|EUR|GBP|USD|kr)\s(?=\d))?
    (?P<first>{_DIGITS}|\b{NUMERAL}\b)
    (?:{_SPACE}?(?:{_PERCENT})?{_DASH}(?P<last>{_DIGITS})(?![-–/.:]?\d|[-–]\w))?
    (?P<more>\+(?!\d))?
    (?:\s?(?P<scale>{"|".join(sorted(_SCALES, key=len, reverse=True))})\b\.?)?
    (?:\s?(?P<unit>{_POINTS}|{_PERCENT}|(?:kronor|kr|SEK|EUR|euros?|GBP|pounds|USD|dollars?|NOK|DKK)\b|:-|[€£$]))?
    """,
    re.X | re.I,
)
_GLUED: Final = re.compile(r"[-–/:.,]?[\w]|[-–]\w|[/:]\d")
_LEAST: Final = (
    r"minst|åtminstone|lägst|minimum(?: of| på)?|fler än|mer än|över|överstiga|överstiger|inte (?:under|färre än|mindre än)"
    r"|at least|a minimum of|no (?:fewer|less) than|not less than|more than|over|above|exceed(?:ing|s)?"
)
_MOST: Final = (
    r"högst|max(?:imalt|imum)?(?: of| på)?|som mest|mindre än|färre än|lägre än|inte (?:över|överstiga|fler än|mer än)"
    r"|understiga|understiger|upp till|at most|no more than|not (?:more than|exceed)|fewer than|less than|below|up to"
    r"|a maximum of"
)
_EXACT: Final = r"exakt|precis|exactly"
_ABOUT: Final = (
    r"cirka|ca\.?|c:a|omkring|runt|ungefär|drygt|knappt|närmare|uppemot|nästan|kring"
    r"|around|about|approximately|roughly|nearly|almost|circa|some(?= \d)"
)
_FILLER: Final = r"(?:(?:totalt|sammanlagt|en|ett|på|till|of|the|a|total|in total|olika|cirka|ca\.?|about)\s+){0,2}"
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:(?P<at_most>{_MOST})|(?P<at_least>{_LEAST})|(?P<equals>{_EXACT})|(?P<about>{_ABOUT}))\s+{_FILLER}$",
    re.I,
)
_AFTER: Final = re.compile(
    r"(?:\s+[\w-]+){0,3}?\s+(?:(?P<at_least>eller (?:fler|mer|högre)|or (?:more|higher|above))"
    r"|(?P<at_most>eller (?:färre|mindre|lägre)|or (?:fewer|less|lower|below)))\b",
    re.I,
)
_BETWEEN: Final = re.compile(r"(?<!\w)(?:mellan|between)\s+$", re.I)
_AND: Final = re.compile(r"\s+(?:och|and|till|to)\s+", re.I)
_FRACTIONS: Final = {
    "hälften": 50, "half": 50, "en fjärdedel": 25, "tre fjärdedelar": 75, "a quarter": 25, "three quarters": 75,
    "en femtedel": 20, "en tiondel": 10,
}  # fmt: skip
_FRACTION: Final = re.compile(r"(?<!\w)(?:" + "|".join(_FRACTIONS).replace(" ", r"\s") + r")(?=\s+(?:av|of)\s)", re.I)
_MULTIPLE: Final = re.compile(r"(?<!\w)(?:(tredubbl\w+|tripl(?:e[ds]?|ing))|fördubbl(?:a|ar|as|ing|ats|at)|doubl(?:e[ds]?|ing))(?!\w)", re.I)
_OUT_OF: Final = re.compile(r"\s+(?:av|of|out of|in)\s+", re.I)
_WHOLES: Final = (4, 5, 10, 100)
_REACH: Final = 48
_UNDER: Final = re.compile(r"\bunder\s+$", re.I)
_PHONE: Final = re.compile(r"0\d")


@attrs.frozen(kw_only=True)
class Amount:
    """An amount that a text names: where, how much, in what unit, and whether it is a bound.

    `unit` is `%`, `points` (of a percentage), a currency's code, or empty for a count. `upper` is the end of a range.
    `multiplies` marks a doubling, told as its growth in per cent. `begin` is where its bound's words begin: of `at least 500 members` it is `at least`.
    """

    start: int
    end: int
    begin: int
    value: Decimal
    upper: Decimal | None = None
    unit: str = ""
    bound: Bound = "plain"
    spelled: bool = False
    multiplies: bool = False

    @property
    def is_money(self) -> bool:
        """Whether it is a sum of money."""
        return len(self.unit) == 3


def overlaps(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether a stretch of text shares a character with any of the spans."""
    return any(start < last and first < end for first, last in spans)


def amounts_in(text: str, *, language: str, taken: Sequence[Span] = ()) -> tuple[Amount, ...]:
    """Find the amounts of a text, left to right, outside the spans that are taken (dates, addresses).

    >>> [(str(a.value), a.unit, a.bound) for a in amounts_in("minst 1,5 % av 27 000 medlemmar", language="sv")]
    [('1.5', '%', 'at_least'), ('27000', '', 'plain')]
    """
    found = [*_single(text, language, taken), *_fractions(text, taken), *_multiples(text)]
    return tuple(_joined(text, sorted(found, key=lambda amount: amount.start)))


def _single(text: str, language: str, taken: Sequence[Span]) -> Iterator[Amount]:
    for match in _AMOUNT.finditer(text):
        start, end = match.start("first"), match.end()
        if overlaps(start, end, taken) or (_GLUED.match(text, end) and not match["unit"]):
            continue
        if _PHONE.match(match["first"]):
            continue
        word = numeral(match["first"])
        before = text[max(0, match.start() - _REACH) : match.start()]
        bound, begin = _bound(match, before, text)
        if word is not None and is_one(match["first"]) and bound == "plain" and not _ONE_TIME.match(text, end):
            continue
        value = Decimal(word) if word is not None else _value(match["first"], language)
        upper = _value(match["last"], language) if match["last"] else None
        if upper is not None and upper <= value:
            continue
        unit, scale = _unit(match)
        if unit is None:
            end = match.end("last") if match["last"] else match.end("first")
        yield Amount(
            start=match.start("before") if match["before"] else start,
            end=end,
            begin=match.start() - begin,
            value=value * scale,
            upper=None if upper is None else upper * scale,
            unit=unit or "",
            bound="between" if upper is not None else bound,
            spelled=word is not None,
        )


def _fractions(text: str, taken: Sequence[Span]) -> Iterator[Amount]:
    for match in _FRACTION.finditer(text):
        if overlaps(match.start(), match.end(), taken):
            continue
        words = _BEFORE.search(text[max(0, match.start() - _REACH) : match.start()])
        begin = len(words[0]) if words else 0
        yield Amount(
            start=match.start(),
            end=match.end(),
            begin=match.start() - begin,
            value=Decimal(_FRACTIONS[" ".join(match[0].casefold().split())]),
            unit="%",
            bound="at_most" if words and words["at_most"] else "at_least" if words and words["at_least"] else "plain",
            spelled=True,
        )


def _multiples(text: str) -> Iterator[Amount]:
    for match in _MULTIPLE.finditer(text):
        growth = Decimal(200 if match[1] else 100)
        begin, end = match.span()
        yield Amount(start=begin, end=end, begin=begin, value=growth, unit="%", spelled=True, multiplies=True)


_ONE_TIME: Final = re.compile(r"\s+(?:gång|gånger|time|times)\b", re.I)


def _bound(match: re.Match[str], before: str, text: str) -> tuple[Bound, int]:
    words = _BEFORE.search(before)
    begin = len(before) - words.start() if words else 0
    sign = (match["sign"] or "").strip()
    if sign:
        return ("at_least" if ">" in sign or "≥" in sign else "at_most"), begin
    if not words and _UNDER.search(before) and (match["unit"] or "") in ("%", "procent"):
        return "at_most", begin
    if words:
        bound: Bound
        for bound in ("at_most", "at_least", "equals", "about"):
            if words[bound]:
                return bound, begin
    if match["more"]:
        return "at_least", begin
    if after := _AFTER.match(text, match.end()):
        return ("at_least" if after["at_least"] else "at_most"), begin
    return "plain", begin


def _unit(match: re.Match[str]) -> tuple[str | None, int]:
    scale, is_money = _SCALES[match["scale"].casefold()] if match["scale"] else (1, False)
    written = (match["unit"] or match["before"] or "").strip().casefold()
    if match["scale"] and match["scale"].casefold() in ("k", "m") and not (match["before"] or match["scale"] == "k"):
        return None, 1
    if is_money:
        return "SEK", scale
    if written in _CURRENCIES:
        return _CURRENCIES[written], scale
    if not written:
        return "", scale
    return ("points" if re.fullmatch(_POINTS, written, re.I) else "%"), scale


def _value(written: str, language: str) -> Decimal:
    digits = re.sub(rf"{_SPACE}|['’]", "", written)
    if language == "en":
        digits = re.sub(r",(?=\d{3}(?!\d))", "", digits)
    else:
        digits = re.sub(r"\.(?=\d{3}(?!\d))", "", digits)
        if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", digits):
            digits = digits.replace(",", "")
    return Decimal(digits.replace(",", "."))


def _joined(text: str, found: list[Amount]) -> Iterator[Amount]:
    # "mellan 40 och 60 procent" is one range, and "nine out of ten members" is a share: two numbers make one amount.
    place = 0
    while place < len(found):
        amount = found[place]
        place += 1
        if place < len(found) and (share := _share(text, amount, found[place])):
            place += 1
            yield share
            continue
        opening = _BETWEEN.search(text[max(0, amount.start - 12) : amount.start])
        if opening and place < len(found):
            other = found[place]
            if _AND.fullmatch(text[amount.end : other.start]) and other.value > amount.value:
                place += 1
                amount = attrs.evolve(
                    amount,
                    begin=amount.start - len(opening[0]),
                    end=other.end,
                    upper=other.value,
                    unit=other.unit,
                    bound="between",
                )
        yield amount


def _share(text: str, part: Amount, whole: Amount) -> Amount | None:
    if part.unit or whole.unit or whole.value not in _WHOLES or part.value >= whole.value:
        return None
    if not _OUT_OF.fullmatch(text[part.end : whole.start]) or 100 * part.value % whole.value:
        return None
    return attrs.evolve(part, end=whole.end, value=100 * part.value / whole.value, unit="%")
