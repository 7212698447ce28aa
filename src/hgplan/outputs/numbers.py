"""Numbers and days as people read them, in Swedish and English; rounding is half to even everywhere."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, Literal, TypeAlias

__all__ = ["NBSP", "Language", "as_language", "day_text", "figure_text", "number_text", "percent_text"]

Language: TypeAlias = Literal["sv", "en"]
"""A language that texts for people are written in."""

NBSP: Final = "\u00a0"
_MINUS: Final = "\u2212"
_THOUSANDS: Final[dict[Language, str]] = {"sv": NBSP, "en": ","}
_POINT: Final[dict[Language, str]] = {"sv": ",", "en": "."}
# The widest figure is a 38-digit decimal; the default context of 28 digits would refuse to round it.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


def as_language(code: str | None) -> Language:
    """The language that a code asks for; what is not Swedish is written in English.

    >>> as_language("sv-SE"), as_language("da")
    ('sv', 'en')
    """
    return "sv" if code is not None and code.lower().replace("_", "-").split("-")[0] == "sv" else "en"


def number_text(value: float | Decimal, language: Language, *, decimals: int | None = None) -> str:
    """A number with its thousands apart; unsaid decimals are as many as it has, two at most.

    A number that is none (NaN, infinity) is an empty text, never a figure.

    >>> number_text(27000, "sv").replace(NBSP, "~")
    '27~000'
    >>> number_text(-1234.5, "en"), number_text(0.125, "sv", decimals=2)
    ('−1,234.5', '0,12')
    """
    exact = _exact(value)
    if exact is None:
        return ""
    rounded = exact.quantize(Decimal(1).scaleb(-(2 if decimals is None else decimals)), context=_EXACT)
    if decimals is None:
        whole = rounded.to_integral_value()
        rounded = whole if rounded == whole else rounded.normalize(_EXACT)
    # A value that rounds to nothing has no sign.
    sign = _MINUS if rounded < 0 else ""
    digits, _, fraction = f"{rounded.copy_abs():f}".partition(".")
    grouped = f"{int(digits):,}".replace(",", _THOUSANDS[language])
    return f"{sign}{grouped}{_POINT[language]}{fraction}" if fraction else f"{sign}{grouped}"


def percent_text(share: float | Decimal, language: Language, *, decimals: int = 1) -> str:
    """A share as percent, with the space that Swedish has before the sign.

    >>> percent_text(0.8125, "sv").replace(NBSP, "~"), percent_text(0.8125, "en")
    ('81,2~%', '81.2%')
    """
    return _scaled(share, language, places=2, sign="%", decimals=decimals)


def figure_text(value: float | Decimal | None, unit: str | None, language: Language) -> str:
    """A figure as its unit is written: a share of a metric in `%` as percent, the rest as a number; None is empty.

    >>> figure_text(0.51, "%", "en"), figure_text(22000.0, "people", "en"), figure_text(None, "%", "en")
    ('51.0%', '22,000', '')
    """
    if value is None:
        return ""
    if unit == "%":
        return percent_text(value, language)
    return _scaled(value, language, places=3, sign="‰") if unit == "‰" else number_text(value, language)


def _scaled(share: float | Decimal, language: Language, *, places: int, sign: str, decimals: int = 1) -> str:
    exact = _exact(share)
    if exact is None:
        return ""
    text = number_text(exact.scaleb(places, context=_EXACT), language, decimals=decimals)
    return f"{text}{NBSP}{sign}" if language == "sv" else f"{text}{sign}"


def _exact(value: float | Decimal) -> Decimal | None:
    """The number as it is written shortest; None where it is none."""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return exact if exact.is_finite() else None


def day_text(day: date, language: Language) -> str:
    """A day in words.

    >>> day_text(date(2022, 12, 31), "sv"), day_text(date(2022, 9, 11), "en")
    ('31 december 2022', '11 September 2022')
    """
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "sv": ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
           "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
