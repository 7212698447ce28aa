"""Amounts that are not one number: half of something, a doubling, nine out of ten, between 40 and 60 per cent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import attrs

from hgplan.formats.document.bounds import bound_before
from hgplan.formats.document.quantities import Amount, Span, overlaps

__all__ = ["fractions_in", "joined", "multiples_in"]

_FRACTIONS: Final = {
    "hälften": 50, "half": 50, "en fjärdedel": 25, "tre fjärdedelar": 75, "a quarter": 25, "three quarters": 75,
    "en femtedel": 20, "en tiondel": 10, "a fifth": 20, "a tenth": 10,
}  # fmt: skip
_ONE_IN: Final[dict[str, int]] = {
    "one in four": 25, "one in five": 20, "one in ten": 10, "en av fyra": 25, "en av fem": 20,
    "en av tio": 10, "var fjärde": 25, "var femte": 20, "var tionde": 10, "varannan": 50,
}  # fmt: skip
_SHARES: Final = {**_FRACTIONS, **_ONE_IN}
_FRACTION: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(_FRACTIONS)})(?=\s+(?:av|of)\s)|(?:(?<=med )|(?<=by ))(?:{'|'.join(_FRACTIONS)})(?!\w)"
    r"|(?<=varav )hälften|(?<=of which )half|(?<=of whom )half"
    rf"|(?<!\w)(?:{'|'.join(_ONE_IN)})(?!\w)",
    re.I,
)
_MULTIPLE: Final = re.compile(
    r"(?<!\w)(?:(tredubbl\w+|tripl(?:e[ds]?|ing))|fördubbl(?:a|ar|as|ing|ats|at)|doubl(?:e[ds]?|ing))(?!\w)", re.I
)
_OUT_OF: Final = re.compile(r"\s+(?:av|of|out of|in)\s+", re.I)
_WHOLES: Final = (4, 5, 10, 100)
_BETWEEN: Final = re.compile(r"(?<!\w)(?:mellan|between)\s+$", re.I)
_AND: Final = re.compile(r"\s+(?:och|and|till|to)\s+", re.I)


def fractions_in(text: str, taken: Sequence[Span]) -> Iterator[Amount]:
    """Find the fractions that a text names of something, in per cent.

    >>> [str(amount.value) for amount in fractions_in("minst hälften av ledarna", ())]
    ['50']
    """
    for match in _FRACTION.finditer(text):
        start, end = match.span()
        if not overlaps(start, end, taken):
            bound, length = bound_before(text, start)
            if match[0].casefold().startswith("var") and bound == "plain":
                continue
            value = Decimal(_SHARES[" ".join(match[0].casefold().split())])
            yield Amount(start=start, end=end, begin=start - length, value=value, unit="%", bound=bound, spelled=True)


def multiples_in(text: str) -> Iterator[Amount]:
    """Find doublings and triplings, as growth in per cent."""
    for match in _MULTIPLE.finditer(text):
        growth = Decimal(200 if match[1] else 100)
        start, end = match.span()
        yield Amount(start=start, end=end, begin=start, value=growth, unit="%", spelled=True, multiplies=True)


def joined(text: str, found: Sequence[Amount]) -> Iterator[Amount]:
    """Join the amounts that are two ends of one range, or a part and its whole.

    "mellan 40 och 60 procent" is one range, whose first number takes the unit of its second; "nine out of ten members"
    is a share.
    """
    place = 0
    while place < len(found):
        amount, following = found[place], found[place + 1] if place + 1 < len(found) else None
        whole = following and (_share(text, amount, following) or _range(text, amount, following))
        place += 2 if whole else 1
        yield whole or amount


def _share(text: str, part: Amount, whole: Amount) -> Amount | None:
    if part.unit or whole.unit or whole.value not in _WHOLES or part.value >= whole.value:
        return None
    if not _OUT_OF.fullmatch(text[part.end : whole.start]) or 100 * part.value % whole.value:
        return None
    return attrs.evolve(part, end=whole.end, value=100 * part.value / whole.value, unit="%")


def _range(text: str, first: Amount, last: Amount) -> Amount | None:
    opening = _BETWEEN.search(text[max(0, first.start - 12) : first.start])
    if opening is None or last.value <= first.value or not _AND.fullmatch(text[first.end : last.start]):
        return None
    begin = first.start - len(opening[0])
    return attrs.evolve(first, begin=begin, end=last.end, upper=last.value, unit=last.unit, bound="between")
