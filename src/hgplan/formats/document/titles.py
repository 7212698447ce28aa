"""A plan's title: whose plan it is, what kind of document, and for what time."""

from __future__ import annotations

import re
from typing import Final

import attrs

from hgplan.formats.document.periods import Mention, times_in

__all__ = ["Title", "is_plan_title", "names_organisation", "read_title"]

_KIND: Final = re.compile(
    r"(?<!\w)(?:(?:förslag till |uppföljning av |utkast till )?(?:\w+-\s?och\s)?(?:övergripande\s|gemensam\s"
    r"|strategisk\s|lokal\s)*"
    r"(?:verksamhets|handlings|arbets|aktivitets|mål|styr|utvecklings|års|långtids|flerårs|strategi|mål-\soch\s\w+"
    r"|församlings"
    r"|kommunikations|rekryterings|medlems|\w{2,20})(?:plan|program|inriktning|strategi|dokument|instruktion)(?:en"
    r"|er|et)?"
    r"|ledningsrapport|verksamhetsberättelse|verksamhetsmål|strategi|handlingsprogram|plan"
    r"|(?:annual\s|draft\s|five-year\s|three-year\s)*(?:operational|operating|operations|strategic|business|work"
    r"|action|annual|delivery|development|implementation|corporate|charity|campaign|membership|fundraising|club"
    r"|parish|mission|programme"
    r"|program)\s+"
    r"(?:delivery\s)?(?:plan|strategy|programme|action plan|operational plan|report)|plan of (?:operations|action"
    r"|work)|strategy"
    r"|work ?plan|workplan|okrs?)(?!\w)",
    re.I,
)
_FOR: Final = re.compile(r"^\s*(?:för|av|från|of|for|by)\s+(?:åren?\s+|the\s+)?", re.I)
_AND: Final = re.compile(r"^\s*(?:och|samt|and|&)\s+|\s+(?:och|samt|and|&)\s*$", re.I)
_WHOSE: Final = re.compile(
    r"(?<!\w)(?:\w*(?:förening|klubb|kår|förbund|distrikt|församling|kommun|sektion|krets)(?:en|et)?"
    r"|region\s[A-ZÅÄÖ]\w+"
    r"|avdelning\s\d+|samfund|IF|IFK|IK|SK|BK|FC|AIK|SPF|PRO|club|association|trust|union|church|parish|council|society"
    r"|charity|foundation|federation|scouts?|bank|seniorerna)(?!\w)",
    re.I,
)
_EDGES: Final = " \t,;:|–—-()·"
_NOT_NAMES: Final = re.compile(
    r"^(?:förslag(?: till)?|utkast(?: till)?|vår|våra|övergripande|år|åren|perioden|verksamhetsåret|our|draft|the"
    r"|proposed|bilaga \d+|slutlig|antagen.*|adopted.*|period|budget|regional|lokal|kommunal|nationell|strategisk"
    r"|strategic|local|national|vision|vår vision|målbild)$",
    re.I,
)
_ADJECTIVES: Final = re.compile(
    r"(?:\s+|^)(?:övergripande|gemensamma?|lokala?|strategiska?|årliga|nya|annual|draft|overall)$", re.I
)


@attrs.frozen(kw_only=True)
class Title:
    """A title with the organisation and the time that it names."""

    text: str
    organisation: str | None = None
    period: Mention | None = None


def is_plan_title(text: str) -> bool:
    """Whether a line is the title of a plan: it names such a document, and is no sentence.

    >>> is_plan_title("Verksamhetsplan 2024"), is_plan_title("Planen antogs i maj.")
    (True, False)
    """
    return len(text) <= 160 and not text.endswith((".", ":")) and _KIND.search(text) is not None


def names_organisation(text: str) -> bool:
    """Whether a short line has a word in it that organisations are named by.

    >>> names_organisation("IFK Lindö"), names_organisation("Fler medlemmar")
    (True, False)
    """
    return len(text) <= 60 and not text.endswith((".", ":", "?")) and _WHOSE.search(text) is not None


def read_title(text: str) -> Title:
    """Read the organisation and the time out of a title.

    >>> title = read_title("Region Nords verksamhetsplan 2024 – 2025")
    >>> title.organisation, title.period.first.year, title.period.last.year
    ('Region Nord', 2024, 2025)
    """
    mentions = times_in(text).mentions
    kind = max((match.end() for match in _KIND.finditer(text)), default=0)
    # "Vision 2030 och verksamhetsplan 2025": the plan's own time stands after its name.
    own = [mention for mention in mentions if mention.start >= kind] or list(mentions)
    period = max(own, key=_length) if own else None
    return Title(text=text, organisation=_organisation(text, mentions), period=period)


def _length(mention: Mention) -> int:
    return (mention.last - mention.first).days


def _organisation(text: str, mentions: tuple[Mention, ...]) -> str | None:
    kinds = [match.span() for match in _KIND.finditer(text)]
    if not kinds:
        return None
    letters = list(text)
    for first, last in [*kinds, *((mention.start, mention.end) for mention in mentions)]:
        letters[first:last] = "|" * (last - first)
    place = 0
    for piece in re.split(r"(\||\s[–—-]\s|,|:\s|\s\()", "".join(letters)):
        before_kind = any(first >= place + len(piece) for first, _ in kinds)
        place += len(piece)
        name = _without_adjectives(_FOR.sub("", _AND.sub("", piece)).strip(_EDGES))
        if before_kind:
            name = _without_genitive(name, piece)
        if len(name) > 2 and name[0].isalpha() and not _NOT_NAMES.match(name) and any(c.isupper() for c in name):
            return name
    return None


def _without_adjectives(name: str) -> str:
    shorter = _ADJECTIVES.sub("", name)
    while shorter != name:
        name, shorter = shorter, _ADJECTIVES.sub("", shorter)
    return name


def _without_genitive(name: str, piece: str) -> str:
    # "Region Nords verksamhetsplan" is Region Nord's; "Friskis & Svettis – verksamhetsplan" keeps its own s.
    for ending in ("'s", "’s", "'", "’"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    attached = piece.endswith(" ") or re.search(r"\w\s+(?:[a-zåäö]+\s+)*$", piece) is not None
    return name.removesuffix("s") if attached and not name.endswith("ss") else name
