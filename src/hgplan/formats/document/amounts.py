"""Amounts in prose, Swedish and English: digits in every grouping, words, ranges, per cent, money and bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from hgplan.formats.document.bounds import bound_after, bound_before, under_before
from hgplan.formats.document.numerals import NUMERAL, is_one, may_hold_numeral, numeral
from hgplan.formats.document.quantities import Amount, Bound, Span, overlaps
from hgplan.formats.document.shares import fractions_in, joined, multiples_in

__all__ = ["amounts_in"]

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
_POINTS: Final = (
    r"procentenhet(?:er)?|procentpoäng|%-enhet(?:er)?|percentage[ -]points?|per[ ]cent[ ]points?|p\.p\.|pp\b"
)
_PERCENT: Final = r"%|procent(?:iga?)?\b|per[ -]?cent\b|pct\b"


def _pattern(first: str) -> re.Pattern[str]:
    return re.compile(
        rf"""(?<![\w.,:/§\#&@=*-])
        (?P<sign>(?:>=|<=|=>|[<>≥≤])\s?)?
        (?P<plus>\+\s?)?
        (?P<before>[€£$]\s?|(?:SEK|EUR|GBP|USD|kr)\s(?=\d))?
        (?P<first>{first})
        (?:{_SPACE}?(?:{_PERCENT})?{_DASH}(?P<last>{_DIGITS})(?![-–/.:]?\d|[-–]\w))?
        (?P<more>\+(?!\d))?
        (?:\s?(?P<scale>{"|".join(sorted(_SCALES, key=len, reverse=True))})\b\.?)?
        (?:\s?(?P<unit>{_POINTS}|{_PERCENT}|(?:kronor|kr|SEK|EUR|euros?|GBP|pounds|USD|dollars?|NOK|DKK)\b|:-|[€£$]))?
        """,
        re.X | re.I,
    )


_IN_DIGITS: Final = _pattern(_DIGITS)
_IN_WORDS: Final = _pattern(rf"{_DIGITS}|\b{NUMERAL}\b")
_GLUED: Final = re.compile(r"[-–/:.,]?[\w]|[-–]\w|[/:]\d")
_PHONE: Final = re.compile(r"0\d")
_ONE_TIME: Final = re.compile(r"\s+(?:gång|gånger|time|times)\b", re.I)


def amounts_in(text: str, *, language: str, taken: Sequence[Span] = ()) -> tuple[Amount, ...]:
    """Find the amounts of a text, left to right, outside the spans that are taken (dates, addresses).

    >>> [(str(a.value), a.unit, a.bound) for a in amounts_in("minst 1,5 % av 27 000 medlemmar", language="sv")]
    [('1.5', '%', 'at_least'), ('27000', '', 'plain')]
    """
    parts = list(fractions_in(text, taken))
    taken = (*taken, *((part.start, part.end) for part in parts))
    found = [*_single(text, language, taken), *parts, *multiples_in(text)]
    return tuple(joined(text, sorted(found, key=lambda amount: amount.start)))


def _single(text: str, language: str, taken: Sequence[Span]) -> Iterator[Amount]:
    pattern = _IN_WORDS if may_hold_numeral(text) else _IN_DIGITS
    for match in pattern.finditer(text):
        start, end = match.start("first"), match.end()
        if overlaps(start, end, taken) or (_GLUED.match(text, end) and not match["unit"]):
            continue
        if _PHONE.match(match["first"]):
            continue
        word = numeral(match["first"])
        bound, length = _bound(match, text)
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
            begin=match.start() - length,
            value=value * scale,
            upper=None if upper is None else upper * scale,
            unit=unit or "",
            bound="between" if upper is not None else bound,
            spelled=word is not None,
        )


def _bound(match: re.Match[str], text: str) -> tuple[Bound, int]:
    bound, length = bound_before(text, match.start())
    sign = (match["sign"] or "").strip()
    if sign:
        return ("at_least" if ">" in sign or "≥" in sign else "at_most"), length
    if bound != "plain":
        return bound, length
    is_share = (match["unit"] or "").casefold() in ("%", "procent", "per cent")
    if under := under_before(text, match.start(), is_share=is_share):
        return "at_most", under
    return ("at_least" if match["more"] else bound_after(text, match.end())), length


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
