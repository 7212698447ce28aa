"""What an amount is before anybody asks whether it is a goal: a name, an age, a length of time, a comparison."""

from __future__ import annotations

import re
from typing import Final

from hgplan.formats.document.nouns import names_people
from hgplan.formats.document.quantities import Amount
from hgplan.formats.document.words import words

__all__ = ["baseline_before", "other_role"]

_REACH: Final = 60

_NAMED: Final = re.compile(
    r"""(?<!\w)(?:projekt|project|nr\.?|nummer|number|no\.|punkt(?:en)?|§+|paragraf|bilaga|appendix|annex|sid(?:a|an|orna)?\.?
      |pages?|p\.|s\.|fas|phase|steg|step|etapp|stage|version|v|artikel|article|avsnitt|section|kapitel|kap\.?|chapter|tabell
      |table|figur|figure|fig\.|årskurs(?:erna)?|åk|klass|grade|rum|sal|room|kl|klockan|telefon|tel\.?|phone|diarienummer|dnr
      |org\.?\s?nr\.?|agenda|vision|covid|lag\s\(|sfs|motion(?:erna)?|proposition|prop\.?|pelare|pillar|del|part
      |id|kod|code|ref\.?|post|box|top|topp|route|linje|riksväg|länsväg|highway|gatan|vägen)\s*[:#]?\s*$""",
    re.I | re.X,
)
_NUMBERED_GOAL: Final = re.compile(
    r"(?<!\w)(?:mål(?:et)?|delmål(?:et)?|goal|objective|target|aim|strategi|strategy|priority|prioritet|insats"
    r"|aktivitet|activity|område|area|kpi|grupp|group|krets|lokal|line|avdelning|distrikt|stadsdel|kvarter|nivå|level"
    r"|year|years|lag|team)\s*$",
    re.I,
)
_SEPARATED: Final = re.compile(r"\s*(?:[,;:.]|$|–|—|och\b|and\b|till\b|to\b|som\b|där\b|that\b|which\b|where\b)")
_AGE: Final = re.compile(
    r"\s*(?:-?\s?(?:år(?:en|s|ingar(?:na)?)?|åringar(?:na)?)(?!\w)(?!\s+(?:19|20)\d\d)|year[s-]*\s?old|years?\b"
    r"|yrs?\b|\+?\s*-?åring)",
    re.I,
)
_TIME: Final = re.compile(
    r"\s*-?(?:dagar(?:na|s)?|dag|dygn|timmars?|timme|tim|h|minuters?|minuter(?:na)?|min|sekunder|veckor(?:na|s)?"
    r"|vecka|månader(?:na|s)?"
    r"|månad|terminer|säsonger|working days?|business days?|calendar days?|days?|hours?|hrs?|minutes?|mins?"
    r"|seconds?|weeks?|months?|terms?|seasons?)(?!\w)",
    re.I,
)
_HOURS: Final = re.compile(r"\s*(?:timmars?|timme|tim|h|hours?|hrs?)$", re.I)
_MANY_HOURS: Final = 100
_CHANGED_TO: Final = re.compile(
    r"(?<!\w)(?:minska|korta|sänka|öka|reduce|cut|shorten|lower|increase)(?:r|s)?(?!\w)[^.;]{0,80}\s(?:till|to)\s+$",
    re.I,
)
_STRUCTURE: Final = re.compile(
    r"\s+(?:(?:övergripande|strategiska|prioriterade|globala|gemensamma|olika|viktiga|långsiktiga|övriga"
    r"|huvudsakliga|strategic"
    r"|main|overarching|key|core|priority|global|common|guiding|different)\s+){0,2}"
    r"(?:målområden(?:a)?|mål(?:en)?|delmål(?:en)?|strategier(?:na)?|fokusområden(?:a)?|områden(?:a)?|delar(?:na)?"
    r"|steg(?:en)?|faser(?:na)?"
    r"|pelare|perspektiv|teman|principer|punkter(?:na)?|rubriker|nivåer|insatsområden|utvecklingsområden"
    r"|verksamhetsområden|huvudområden"
    r"|indikatorer|nyckeltal|frågor|saker|sätt|exempel|skäl|anledningar|huvudmålgrupper|ben|kategorier|målgrupper"
    r"|goals?|objectives?|strategies|pillars?|areas?|parts?"
    r"|phases?|stages?"
    r"|steps|themes?|principles|priorities|levels?|sections?|dimensions|outcomes|things|ways|reasons|examples|kpis"
    r"|indicators|aims|values"
    r"|strands|perspectives)(?!\w)",
    re.I,
)
_DEFINITE: Final = re.compile(
    r"(?<!\w)(?:av de|av dessa|de|dessa|dom|of the|of these|the|these|those|vår(?:a)?|våra|deras|sina|our|their"
    r"|its|alla|samtliga|all)\s+(?:första\s+|senaste\s+|last\s+|first\s+)?$",
    re.I,
)
_REMAINDER: Final = re.compile(r"(?<!\w)(?:resterande|övriga|återstående|remaining|other|the rest)\s+$", re.I)
_PREMISE: Final = re.compile(
    r"(?<!\w)(?:med andelen|givet|utifrån|baserat på|med (?:en |ett )?(?:andel|snitt|genomsnitt) (?:på|av)"
    r"|with a share of|given|based on|assuming|out of|av totalt|of a total of)\s+$|(?:^|[,.(]\s*|(?<!\w)(?:att"
    r"|that)\s)(?:av|of|out of)\s+$",
    re.I,
)
_COMPARED: Final = re.compile(
    r"(?<!\w)(?:jämfört med|jämfört mot|i jämförelse med|istället för|i stället för|än|i förhållande till"
    r"|från(?: (?:dagens|nuvarande|cirka|ca\.?|omkring))?"
    r"|dagens|nuvarande|compared (?:to|with)|than|versus|up from|from(?: (?:today's|the current|about|around))?"
    r"|instead of|today's|the current|current"
    r"|baseline:?(?: of)?|nuläge:?|idag:?|utgångsläge:?|utfall(?: \d{4})?:?|today:?|currently:?|now:?"
    r"|nu:?)\s+(?:cirka |ca\.? |about |på )?$",
    re.I,
)
_WITHIN: Final = re.compile(
    r"(?<!\w)(?:inom|within|efter|after|in|för|ago|sedan|under|during|i|på|om|for|var|every|första|senaste|last"
    r"|next)\s+(?:de\s+|the\s+)?$",
    re.I,
)
_EACH: Final = re.compile(
    r"(?<!\w)(?:(?:var och en|vardera|each|apiece)(?: som)? (?:har |with |med |having |making |completing |makes "
    r"|gör |gjort )?)(?:minst |at least |cirka |högst |om )*$",
    re.I,
)
_APIECE: Final = re.compile(
    r"(?:\s+[\w-]+){1,4}?\s+(?:vardera|var|each|apiece|per (?:person|deltagare|medlem|styck|head|participant"
    r"|capita))(?=\s*[,.;)]|\s*$)",
    re.I,
)
_RATIO: Final = re.compile(
    r"(?<!\w)(?:\d+|en|ett|one|två|two)\s+[\w-]+\s+(?:på|per|för|for every|to every|per every)\s+(?:varje\s+"
    r"|every\s+)?$|\d\s*(?:%\s*)?(?:av|of|out of)\s+(?:totalt\s+|\w+s\s+)?(?:[€£$]\s?)?$",
    re.I,
)
_AGED: Final = re.compile(
    r"(?<!\w)(?P<who>[^\W\d_]{2,})\s+(?:som är\s+|who are\s+|were\s+|are\s+)?"
    r"(?:under|över|mellan|below|over|above|aged|between)\s+$",
    re.I,
)
_WHO: Final = words("unga män de those anyone adults girls boys folk alla everyone")
_FOLLOWED: Final = re.compile(
    r"\s+(?!(?:och|and|eller|or|in|to|from|by|på|till|från|the|som|ska|will)(?!\w))[^\W\d_]{2,}",
    re.I,
)
_SPEED: Final = re.compile(r"\s*(?:mph|km/h|kph|kmph|volt|watt|°)", re.I)
_RELATIVE: Final = re.compile(r"(?<!\w)(?:som|vilka|who|that)\s+(?:\w+\s+){0,4}$", re.I)
_A_PIECE: Final = re.compile(r"\s[áàÁÀ]\s+(?:ca\.?\s+|cirka\s+)?$")
_TO_EACH: Final = re.compile(r"\s+[\w-]+\s+(?:på|per|for every|to every)\s+(?:varje\s+)?\d", re.I)
_EXAMPLE: Final = re.compile(
    r"(?<!\w)(?:från|mellan|ålder(?:n|sgrupp\w*)?|aged?|ages|age group|över|under|fyllda|fyller|turned?|at)\s+$", re.I
)
_SCALE: Final = re.compile(
    r"(?<!\w)(?:på en|on a|skala(?:n)?|scale)\s+(?:of\s+|från\s+|from\s+|mellan\s+|between\s+)?$", re.I
)
_ON_SCALE: Final = re.compile(
    r"\s*(?:(?:eller|or|till|to|–|-)\s*\d+\s*)?(?:på|on|av|of|i)\s+(?:en|a|den|the)?\s*\S{0,12}\s*(?:skala|scale"
    r"|gradig)",
    re.I,
)


def other_role(text: str, amount: Amount) -> str | None:
    """What else than a goal the words right around an amount make of it; None when they leave it open.

    >>> from hgplan.formats.document.amounts import amounts_in
    >>> text = "projekt 3101 för ungdomar 13–25 år"
    >>> [other_role(text, amount) for amount in amounts_in(text, language="sv")]
    ['a name or a number of something', 'an age or a length of time']
    """
    before = text[max(0, amount.begin - _REACH) : amount.begin]
    near = text[max(0, amount.start - _REACH) : amount.start]
    counts = amount.unit == ""
    if counts and _is_name(text, amount, near):
        return "a name or a number of something"
    if counts and (
        _AGE.match(text, amount.end)
        or (amount.bound == "at_least" and text[amount.end - 1] == "+" and _EXAMPLE.search(near))
    ):
        return "an age or a length of time"
    if counts and _is_age(text, amount) and _FOLLOWED.match(text, amount.end) is None:
        return "an age or a length of time"
    if counts and (time := _TIME.match(text, amount.end)):
        is_sum = _HOURS.match(time[0]) is not None and amount.value >= _MANY_HOURS
        changes = _CHANGED_TO.search(text[: amount.begin]) is not None
        if _WITHIN.search(before) or (amount.bound in ("plain", "about", "between") and not is_sum and not changes):
            return "a length of time"
    if counts and amount.bound in ("plain", "about") and _STRUCTURE.match(text, amount.end):
        return "a part of the plan itself"
    if _PREMISE.search(before):
        return "what something is worked out from"
    if _is_in_a_condition(text, amount, before):
        return "a condition on what counts"
    if _COMPARED.search(before):
        return "what is compared with"
    if _A_PIECE.search(near) or (counts and _TO_EACH.match(text, amount.end)):
        return "a part of a ratio or a scale"
    if _RATIO.search(before) or _SCALE.search(near) or _ON_SCALE.match(text, amount.end):
        return "a part of a ratio or a scale"
    if _DEFINITE.search(near) and counts:
        return "named before"
    if (_EACH.search(near) and _follows_amount(text, amount)) or _APIECE.match(text, amount.end):
        return "a condition on what counts"
    return None


def baseline_before(text: str, amount: Amount) -> bool:
    """Whether the amount is where a change begins: "from 300", "today's 300"."""
    return _COMPARED.search(text[max(0, amount.begin - _REACH) : amount.begin]) is not None


def _is_age(text: str, amount: Amount) -> bool:
    told = _AGED.search(text[max(0, amount.start - _REACH) : amount.start])
    return told is not None and (names_people(told["who"]) or told["who"].casefold() in _WHO)


def _is_in_a_condition(text: str, amount: Amount, before: str) -> bool:
    # "Andelen som besökt minst ett arrangemang ska vara 70 %": one visit is who counts, the share is the goal.
    return (
        amount.value == 1 and _RELATIVE.search(before) is not None and "%" in text[amount.end :].replace("procent", "%")
    )


def _is_name(text: str, amount: Amount, near: str) -> bool:
    if _SPEED.match(text, amount.end):
        return True
    if amount.spelled or amount.bound in ("at_least", "at_most"):
        return False
    if _NUMBERED_GOAL.search(near):
        return amount.value < 30 and _SEPARATED.match(text, amount.end) is not None
    return _NAMED.search(near) is not None


def _follows_amount(text: str, amount: Amount) -> bool:
    # "100 experts, each with at least 1 edit": there must be something before that the condition is on.
    return re.search(r"\w", text[: amount.begin][:-5]) is not None
