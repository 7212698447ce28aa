"""How an amount is held against a figure: reached, kept under, or added to what there was."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal

import attrs

from hgplan.formats.document.cues import clause_of
from hgplan.formats.document.quantities import Amount
from hgplan.model.targets import Comparator, Number

__all__ = ["Comparison", "change_words", "comparison_of", "number"]

_GROWTH: Final = re.compile(
    r"(?<!\w)(?:öka\w{0,3}|(?:netto)?ökning(?:en)?|höj\w{0,5}|växa|växer|tillväxt(?:en)?|utöka[rs]?|utökning"
    r"|förbättra[rs]?"
    r"|stärka[rs]?|stiga|stiger|bygga ut|increase[sd]?|increasing|grow(?:s|th|ing)?|raise[sd]?|raising|boost"
    r"|expand|extend|improve|rise)(?!\w)",
    re.I,
)
_DECLINE: Final = re.compile(
    r"(?<!\w)(?:minsk\w{0,5}|sänk\w{0,5}|reducera[rs]?|reducering|sjunka|halvera[rs]?|dra ned?|skära ned?"
    r"|decrease[sd]?|reduc(?:e[sd]?|ing|tion)|lower(?:ed|ing)?|cut(?:ting)?|fall|halve|drop)(?!\w)",
    re.I,
)
# "minska felen genom att rapportera 100 %": what stands after the means is no change of that.
_MEANS: Final = re.compile(r"(?<!\w)(?:genom att|genom|via|through|by \w+ing)(?!\w)", re.I)
_GROWTH_IS: Final = re.compile(
    r"(?:ökning|tillväxt|growth|increase)\w*\s+(?:ska|skall|bör|will|should|shall|to)\s+(?:bli|vara|uppgå till|be"
    r"|reach)\s+$",
    re.I,
)
_UP_TO: Final = re.compile(r"(?:upp till|up to)", re.I)
_NEGATED: Final = re.compile(
    r"(?<!\w)(?:inte|ej|not|no|never|aldrig)(?!\w)(?!\s+(?:under|färre|mindre|less|fewer|below))", re.I
)
_BY: Final = re.compile(
    r"(?:(?<!\w)(?:med|by|with)\s+|(?:ökning|tillväxt|increase|growth|rise)\w*\s+(?:på|of)\s+)"
    r"(?:ytterligare\s+|totalt\s+|another\s+|an additional\s+|a further\s+)?$",
    re.I,
)
_MORE_BEFORE: Final = re.compile(r"(?<!\w)(?:ytterligare|another|additional|a further|further|plus)\s+$|\+\s?$", re.I)
_MORE_AFTER: Final = re.compile(
    r"\s+(?:(?:st|stycken|personer)\s+)?(?:fler|flera|more|additional|extra|högre|higher)(?!\w)(?!\s+(?:än|than))", re.I
)
_ADDED: Final = re.compile(r"[^,.;:]{0,80}?(?:,|\boch\b|\bsamt\b|\band\b)\s+$", re.I)

Way = Literal["reach", "add"]


@attrs.frozen(kw_only=True)
class Comparison:
    """A comparator with its figures; none where a text tells a decrease from a figure that it doesn't tell.

    `adds` says that amounts joined to this one by "and" are added too: "grow by 100 experts and 20 politicians".
    """

    comparator: Comparator | None
    value: Number
    upper: Number | None = None
    adds: bool = False


def comparison_of(text: str, amount: Amount, previous: Amount | None, *, previous_adds: bool) -> Comparison:
    """How an amount is to be held against a figure, by the verb and the preposition before it.

    >>> from hgplan.formats.document.amounts import amounts_in
    >>> text = "öka med minst 10 procentenheter"
    >>> comparison_of(text, amounts_in(text, language="sv")[0], None, previous_adds=False).comparator
    'increase_by'
    """
    value = number(amount.value)
    if amount.multiplies:
        return Comparison(comparator="increase_by_percent", value=value)
    spread = previous_adds and previous is not None and amount.bound == "plain"
    adds, declines, grows = _way(text, amount, previous.end if previous else 0)
    if adds and _NEGATED.search(text[clause_of(text, amount.begin, amount.end)[0] : amount.begin]):
        return Comparison(comparator=None, value=value)
    by_words = _MORE_BEFORE.search(text[: amount.begin]) or _MORE_AFTER.match(text, amount.end)
    if spread and previous is not None and not declines:
        adds = adds or _ADDED.fullmatch(text[previous.end : amount.begin]) is not None
    if adds and declines:
        return Comparison(comparator=None, value=value)
    if adds:
        relative = amount.unit == "%"
        return Comparison(
            comparator="increase_by_percent" if relative else "increase_by", value=value, adds=by_words is None
        )
    if amount.upper is not None:
        return Comparison(comparator="between", value=value, upper=number(amount.upper))
    # "öka upp till 80 %" is how far to come, "upp till 10 deltagare" how many at most.
    if amount.bound == "at_most" and grows and _UP_TO.match(text[amount.begin : amount.start]):
        return Comparison(comparator="at_least", value=value)
    if not value and amount.bound == "plain":
        return Comparison(comparator="at_most", value=value)
    if amount.bound == "at_most" or (declines and amount.bound in ("plain", "about")):
        return Comparison(comparator="at_most", value=value)
    if amount.bound == "equals":
        return Comparison(comparator="equals", value=value)
    return Comparison(comparator="at_least", value=value)


def change_words(text: str, amount: Amount) -> str:
    """The words of a change, from its verb to its amount.

    >>> from hgplan.formats.document.amounts import amounts_in
    >>> text = "Vi ska minska utsläppen med 10 %"
    >>> change_words(text, amounts_in(text, language="sv")[0])
    'minska utsläppen med 10 %'
    """
    before = text[: amount.begin]
    begin = max(_last(_GROWTH, before), _last(_DECLINE, before))
    negated = _last(_NEGATED, before)
    if 0 <= negated < begin:
        begin = negated
    return " ".join(text[begin if begin >= 0 else amount.begin : amount.end].split())


def _way(text: str, amount: Amount, begin: int) -> tuple[bool, bool, bool]:
    first, _ = clause_of(text, amount.begin, amount.end)
    before = _MEANS.split(text[max(first, begin) : amount.begin])[-1]
    grows, falls = _last(_GROWTH, before), _last(_DECLINE, before)
    declines = falls > grows
    more = _MORE_BEFORE.search(before) or _MORE_AFTER.match(text, amount.end)
    if amount.unit == "points":
        return True, declines, grows >= 0
    if max(grows, falls) < 0:
        return more is not None and amount.unit != "%", False, False
    if _GROWTH_IS.search(before):
        return True, False, True
    is_change = _BY.search(before) is not None or (more is not None and not declines)
    return is_change, declines, grows > falls


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def number(value: Decimal) -> Number:
    """An amount as the number that a plan holds: whole where it is whole.

    >>> number(Decimal("27000")), number(Decimal("1.5"))
    (27000, 1.5)
    """
    return int(value) if value == value.to_integral_value() else float(value)
