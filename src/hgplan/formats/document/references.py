"""What a text builds on outside itself: a vision with its year, a strategy, another document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

import attrs

__all__ = ["Outside", "outsides_in"]

_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_VISION: Final = re.compile(
    rf"(?<!\w)(?:{_YEAR} års (?:målbild|vision)(?:en)?|(?:målbild|vision)(?:en)?(?: för| till"
    rf"| for)?(?: år)? (?P<after>(?:19|20)\d\d)|(?P<before>(?:19|20)\d\d) vision)(?!\w)",
    re.I,
)
_DOCUMENT: Final = (
    r"(?:strategi|styr|mål|plan|program|inriktnings|vision)?"
    r"(?:dokument|program|strategi|plan|vision|inriktning|policy)(?:et|en|n)?"
)
_WORTH_A_LOOK: Final = re.compile(
    r"strateg|dokument|document|program|polic|bygger|utgår|grundar|vilar|linje|based|builds|draws|set out|contributes"
    r"|framework|målbild|vision|inriktning|follows from",
    re.I,
)
_NAME: Final = r"[A-ZÅÄÖ][\w&’'-]*(?:\s+(?:[\w&’'-]+)){0,9}?"
_PROPER: Final = (
    r"[A-ZÅÄÖ][\w&’'-]*(?:\s+(?:[A-ZÅÄÖ0-9][\w&’'-]*|(?:och|and)\s+[A-ZÅÄÖ][\w&’'-]*"
    r"|(?:i|för|på|for|of|in)\s+(?:the\s+)?[\w&’'-]+))*"
)
_RULES: Final[tuple[re.Pattern[str], ...]] = (
    re.compile(
        rf"\b(?:i|på|av|från|in|on|from)\s+(?P<name>{_NAME})\s*,\s*(?:vilket|vilken|som|which|that)\s+(?:är|utgör"
        rf"|is)\s+(?:\w+\s+){{0,4}}?{_DOCUMENT}\b"
    ),
    re.compile(
        rf"\b(?:in|on|from)\s+(?P<name>{_NAME})\s*,\s*(?:which|that)\s+(?:is"
        rf"|forms)\s+(?:\w+\s+){{0,4}}?(?:strategy|strategic plan|programme|policy|framework|plan"
        rf"|strategy document)\b"
    ),
    re.compile(
        r"\b(?:[Dd]okumentet|[Ss]trategidokumentet|[Ss]tyrdokumentet|[Ss]trategin|[Pp]rogrammet"
        r"|[Hh]andlingsprogrammet|[Mm]åldokumentet"
        r"|[Ii]nriktningen|[Pp]olicyn|[Ff]ramtidsprogrammet|[Ss]trategy|[Dd]ocument|[Pp]olicy|[Ff]ramework)\s+"
        rf"(?:[\"”“»](?P<quoted>[^\"”“»«\n]{{3,100}})[\"”“«]|(?P<name>{_PROPER}))"
    ),
    re.compile(rf"\b(?:[Bb]ygger (?:vidare )?på|[Uu]tgår (?:från|ifrån)|[Ii] linje med)\s+(?P<name>{_PROPER})"),
    re.compile(
        r"\b(?:[Bb]ygger (?:vidare )?på|[Uu]tgår (?:från|ifrån)|[Gg]rundar sig på|[Vv]ilar på|[Ii] linje med"
        r"|[Bb]ased on|[Bb]uilds on|[Ii]n line with|[Dd]raws on|[Ff]ollows from)"
        r"\s+(?:(?:den|det|de|vår|vårt|our|the|its|förbundets|kommunens"
        r"|[A-ZÅÄÖ]\w+s)\s+){0,2}(?:\w+\s+){0,2}?[\"”“»](?P<quoted>[^\"”“»«\n]{3,100})[\"”“«]"
    ),
    re.compile(
        r"\b(?:[Bb]ased on|[Bb]uilds on|[Ii]n line with|[Dd]raws on|[Ss]et out in|[Cc]ontributes to)\s+(?:our|the"
        r"|its)\s+"
        r"(?P<name>(?:[A-Z][\w&’'-]*\s+){0,6}(?:Strategy|Plan|Programme|Framework|Charter|Vision)(?:\s+(?:19"
        r"|20)\d\d(?:\s?[–-]\s?\d{2,4})?)?)"
    ),
)

Kind = Literal["vision", "strategy"]


@attrs.frozen(kw_only=True)
class Outside:
    """Something outside the plan that it names: its title, its kind, a vision's year, and where it is named."""

    title: str
    kind: Kind
    start: int
    year: int | None = None


def outsides_in(text: str) -> tuple[Outside, ...]:
    """Find the visions and documents that a sentence says the plan builds on.

    >>> text = "Planen följer strategierna i Nära alla, vilket är vårt strategidokument för att nå 2030 års vision."
    >>> [(outside.kind, outside.title, outside.year) for outside in outsides_in(text)]
    [('strategy', 'Nära alla', None), ('vision', '2030 års vision', 2030)]
    """
    if not _WORTH_A_LOOK.search(text):
        return ()
    return tuple(sorted(_found(text), key=lambda outside: outside.start))


def _found(text: str) -> Iterator[Outside]:
    seen: set[str] = set()
    for match in _VISION.finditer(text):
        year = match["year"] or match["after"] or match["before"]
        yield Outside(title=match[0], kind="vision", start=match.start(), year=int(year))
    for rule in _RULES:
        for match in rule.finditer(text):
            groups = match.groupdict()
            name = (groups.get("quoted") or groups.get("name") or "").strip(" ,.")
            if len(name) > 2 and name.casefold() not in seen:
                seen.add(name.casefold())
                yield Outside(title=name, kind="strategy", start=match.start())
