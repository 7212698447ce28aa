"""The words of the calendar, Swedish and English."""

from __future__ import annotations

from typing import Final

__all__ = ["EVERY", "MONTH", "MONTHS", "ORDINALS", "SEASON", "month_of"]

MONTHS: Final[dict[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "mars march mar", "april apr", "maj may", "juni june jun",
            "juli july jul", "augusti august aug", "september sept sep", "oktober october okt oct",
            "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""The number of each month by its names."""

MONTH: Final = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
"""A pattern for the name of a month."""

ORDINALS: Final[dict[str, int]] = {
    "första": 1, "andra": 2, "tredje": 3, "fjärde": 4, "first": 1, "second": 2, "third": 3, "fourth": 4,
    "1:a": 1, "2:a": 2, "3:e": 3, "4:e": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "sista": -1, "last": -1,
}  # fmt: skip
"""The number of each ordinal word that parts of a year are named by; the last is -1."""

SEASON: Final = r"vår(?:en)?|sommar(?:en)?|höst(?:en)?|vinter(?:n)?|spring|summer|autumn|fall|winter"
"""A pattern for a season: no stretch of days that everybody agrees on."""

EVERY: Final[dict[str, str]] = {
    "år": "year", "året": "year", "årligen": "year", "year": "year", "yearly": "year", "annum": "year",
    "annually": "year", "annual": "year", "verksamhetsår": "year", "kalenderår": "year",
    "halvår": "half", "halvåret": "half", "half-year": "half", "termin": "half", "terminen": "half", "term": "half",
    "semester": "half", "tertial": "tertial", "tertialen": "tertial",
    "kvartal": "quarter", "kvartalet": "quarter", "kvartalsvis": "quarter", "quarter": "quarter",
    "quarterly": "quarter", "månad": "month", "månaden": "month", "månadsvis": "month", "månatligen": "month",
    "month": "month", "monthly": "month", "vecka": "week", "veckan": "week", "week": "week", "weekly": "week",
    "dag": "day", "dagen": "day", "dagligen": "day", "day": "day", "daily": "day",
}  # fmt: skip
"""The grain of each word that says how often."""


def month_of(name: str) -> int:
    """The number of a month by its name or its beginning.

    >>> month_of("Maj"), month_of("sept.")
    (5, 9)
    """
    return MONTHS[name.casefold().rstrip(".")]
