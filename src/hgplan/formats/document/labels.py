"""Headings that say what kind of text follows, and are no part of the plan's own content: "Mål", "Background"."""

from __future__ import annotations

import re
from typing import Final, Literal

__all__ = ["Label", "label_of", "leading_label"]

Label = Literal["goals", "activities", "group", "description", "situation", "history", "budget", "admin", "vision"]

_ANY: Final = (
    r"(?:(?:vårt?|våra|kårens|klubbens|föreningens|förbundets|distriktets|regionens|årets|nämndens|nämndernas"
    r"|församlingens"
    r"|verksamhetens|övergripande|strategiska|mätbara|konkreta|kort|långsiktiga|kortsiktiga|prioriterade"
    r"|kvantitativa|kvalitativa"
    r"|årsspecifika|specifika|externa|interna|gemensamma|our|the|club|annual|strategic|key|main|overarching|measurable"
    r"|specific|smart|long-term|short-term|performance|strategic)\s+)*"
)
_TAIL: Final = (
    r"(?:\s+(?:för|under|för år|inför|till|till år|år|for|in|by|of|to)?\s*(?:perioden\s+|året\s+|the\s+year\s+"
    r"|verksamhetsåret\s+)?"
    r"(?:\d{4}(?:\s?[–—/-]\s?\d{2,4})?|året|perioden|läsåret|terminen|säsongen|verksamhetsåret|the year|the season"
    r"|plan period|mandatperioden))?"
)
_LABELS: Final[dict[Label, str]] = {
    "goals": (
        r"(?:mål|målen|delmål|delmålen|målsättning|målsättningar|målsättningen|effektmål|resultatmål"
        r"|verksamhetsmål|huvudmål"
        r"|nyckeltal|indikator|indikatorer|mått|målvärden?|målnivåer|kpi|kpi:er|kpier|kpis|goals?|targets?"
        r"|objectives?|aims?"
        r"|sub-?goals?|outcomes?|key results?|indicators?|performance indicators|milestones|milstolpar|measures"
        r"|success measures"
        r"|önskat läge|förväntat resultat|förväntade resultat|expected results)"
        r"(?:\s*(?:och|and|&|/|,)\s*(?:mål|delmål|syfte|indikatorer|nyckeltal|mått|strategier|targets?|indicators?"
        r"|kpis?|outcomes?|measures|goals?))*"
        r"|mål (?:för )?vision(?:en)? \d{4}|mål från (?:de |den )?[\w ]{1,40}|mål och strategier(?: till \d{4})?"
        r"|vad vi vill uppnå|det(?:ta)? vill vi(?: uppnå)?"
        r"|how (?:we(?:'ll|’ll| will)? )?(?:measure|know)[\w ]{0,30}|så mäter vi[\w ]{0,30}"
        r"|what we want to achieve|where we want to be"
    ),
    "activities": (
        r"(?:övergripande\s+)?(?:aktivitet|aktiviteter|delaktiviteter|insatser|åtgärder|genomförande|handlingsplan"
        r"|arbetssätt|så gör vi"
        r"|så når vi målen|så arbetar vi|hur|hur når vi målet|hur når vi målen|activities|actions|action plan"
        r"|initiatives|tasks|how|how we will"
        r" do it|what we will do|att göra|strategi för att nå målen|planerade aktiviteter|metod|metoder|methods"
        r"|tillvägagångssätt)"
    ),
    "group": (
        r"(?:strategier|strategierna|strategiska områden|fokusområden|målområden|insatsområden|utvecklingsområden"
        r"|verksamhetsområden"
        r"|prioriterade områden|prioriteringar|områden|huvudstrategier|strategies|priorities|strategic priorities"
        r"|focus areas|themes|pillars|areas)"
    ),
    "description": (
        r"(?:beskrivning|beskrivande text|beskrivning av [\w ]{1,40}|syfte|bakgrund och syfte|inledning"
        r"|introduktion|sammanfattning|om planen|om oss|förord|kort om [\w ]{1,30}"
        r"|description|introduction|purpose|summary|executive summary|overview|about(?: us| this plan)?|foreword"
        r"|preface|mission"
        r"|verksamhetsidé|ändamål|värdegrund|värderingar|values|vårt uppdrag|uppdrag|kontext|context|motivering"
        r"|rationale)"
    ),
    "situation": (
        r"(?:bakgrund|läget|nuläge|nuläget|nuläget i [\w ]{1,30}|läget idag|nulägesanalys|nulägesbeskrivning"
        r"|omvärld|omvärldsanalys|omvärldsbevakning och analys|utgångsläge|förutsättningar"
        r"|swot|swot-analys|statistik|historik|risker|riskanalys|background|current (?:situation|position|state)"
        r"|where we are(?: now| today)?|baseline"
        r"|situation|context analysis|history|statistics|risks|organisation idag|fakta)"
    ),
    "history": (
        r"(?:utfall|resultat|resultat föregående år|måluppfyllelse|uppföljning av föregående år"
        r"|verksamhetsberättelse|året som gick"
        r"|what we (?:did|achieved)|results|outcome last year|achievements|progress|review of \d{4}|last year)"
    ),
    "budget": (
        r"(?:budget|kostnader|intäkter och kostnader|finansiering|resurser|ekonomisk ram|ekonomiska ramar|investeringar"
        r"|costs?|funding|resources|financial plan|expenditure|income and expenditure)"
    ),
    "admin": (
        r"(?:innehåll|innehållsförteckning|revidering|versionshistorik|bilagor?|ordlista|definitioner|kontakt"
        r"|kontaktuppgifter|dagordning|styrelsen?|styrelse \d{4}|ansvar|ansvarig|tidplan|tidsplan"
        r"|uppföljning|utvärdering|uppföljning och utvärdering|beslut|beslutad|table of contents|contents|appendix"
        r"|appendices|glossary|definitions|contact|responsible|timeline|timetable"
        r"|evaluation|monitoring|follow-up|references|referenser|källor|sources|förkortningar|årshjul|kalendarium"
        r"|calendar)"
    ),
    "vision": (
        r"(?:vision|visionen|målbild|målbilden|vision och mål|framtidsbild|our vision|the vision|vision statement)"
    ),
}  # fmt: skip
_WHOLE: Final[dict[Label, re.Pattern[str]]] = {
    label: re.compile(rf"{_ANY}(?:{words}){_TAIL}\s*[:.]?", re.I) for label, words in _LABELS.items()
}
_VISION: Final = re.compile(
    r"(?:[\w:]+(?:\s[\w:]+){0,3}\svision(?:en)?|(?:vår |our )?vision(?:en)?(?: för| for)? \d{4}\b.*"
    r"|\d{4} års (?:vision|målbild).*)",
    re.I,
)
_LEADING: Final = re.compile(r"([^:\n]{2,60}):\s+(?=\S)")


def label_of(heading: str) -> Label | None:
    """The kind of text that a heading announces; None for one that is content itself.

    >>> label_of("Kårens mål 2025:"), label_of("Beskrivande text:"), label_of("Fler medlemmar")
    ('goals', 'description', None)
    """
    words = " ".join(heading.split())
    for label, pattern in _WHOLE.items():
        if pattern.fullmatch(words):
            return label
    return "vision" if _VISION.fullmatch(words) else None


def leading_label(text: str) -> tuple[Label, int] | None:
    """The label that a paragraph begins with, and where the rest of it begins.

    >>> leading_label("Mål: 500 medlemmar")
    ('goals', 5)
    """
    match = _LEADING.match(text)
    if match and (label := label_of(re.sub(r"\s+\d{1,2}(?:\.\d)?$", "", match[1]))):
        return label, match.end()
    return None
