"""The words that tell a goal from a fact: intent, hope, past, present state, possibility, money set aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

import attrs

from hgplan.formats.document.words import words

__all__ = ["Cue", "Mood", "begins_with_intent", "bracket_of", "clause_of", "cues_in", "is_outcome", "states_an_aim"]

Mood = Literal["aim", "intent", "past", "now", "state", "can", "follows", "budget", "plan"]

_SWEDISH: Final[dict[Mood, str]] = {
    "aim": (
        r"strävar|sträva|eftersträva\w*|ambition(?:en|er)?|hoppas|önskar|önskvärt|försöker?|siktar|sikta|bör|borde"
        r"|förhoppning\w*|verka(?:r)? för"
    ),
    "intent": (
        r"ska|skall|skulle(?! ha\b| kunna\b)|vill|målet|målen|mål(?:sättning(?:en|ar)?|talet|värdet?|nivån?)?"
        r"|delmål(?:et|en)?"
        r"|ämnar|avser|planera(?:r|s)|tänker|behöver|måste|kommer att|kommer under|syftet|åtar sig|uppdrag(?:et)? är"
        r"|nyckeltal(?:et)?|indikator(?:n|er)?|riktmärke|räknar (?:\w+ )?med att"
    ),
    "past": (
        r"var(?! (?:och|tredje|fjärde|femte|sjätte|annan|\d{1,2}:))|hade|fanns|fick|blev|gick|låg (?:på|vid|runt)"
        r"|uppgick|kom|gjorde|höll(?:s|it)?|nådde[s]?|ökade(?!s? (?:kunskap|antal))|minskade"
        r"|sjönk|steg (?:till|med|från)|växte|tappade|förlorade|värvade[s]?|rekryterade[s]?|deltog|genomförde[s]?"
        r"|anordnade[s]?|arrangerade[s]?"
        r"|startade[s]?|antog(?:s)?|beslut(?:ade|ades|at)|besökte[s]?|utbildade[s]|omfattade|kostade|avsatte[s]?|visade"
        r"|redovisade[s]?|\w{3,}ades|har (?:\w+ ){0,2}?(?:\w+(?:at|it|tt)s?|haft|varit|blivit|fått|gått|kommit|gjort)"
    ),
    "now": (
        r"nu|idag|i dag|för närvarande|i nuläget|i dagsläget|just nu|nuläge(?:t)?|föregående"
        r"|förra året|i fjol|tidigare|utfall(?:et)?|hittills"
    ),
    "state": r"är|har|finns|uppgår|ligger|utgör|består|omfattar|får|innebär|motsvarar|kostar|ingår|räknar",
    "can": r"kan|kunde|skulle kunna|möjligen|kanske|exempelvis|t\.ex\.|till exempel",
    "follows": (
        r"(?:det|detta|vilket) (?:betyder|innebär|motsvarar|ger|blir|gör|handlar om)|(?:betyder|innebär|motsvarar"
        r"|blir|ger) det(?:ta)?"
        r"|det vill säga|d\.?v\.?s\.?|varav|fördelat på"
    ),
    "budget": (
        r"avs(?:atte|attes|ätta|ätts|ätter|atta|att)|budget\w*|anslag\w*|kostnad(?:en|er|erna)?|kostar|satsa[rts]?"
        r"|satsning\w*"
        r"|bidrag(?:et)?|eget kapital|medlemsavgift\w*|avgift(?:en|er)?|arvode\w*|investera[rs]?|finansiera[rs]?"
        r"|lön(?:er)?"
    ),
    "plan": (
        r"anordnar?|anordnas|arrangerar?|arrangeras|genomför(?:a|s)?|håll(?:a|er|s)|erbjud(?:a|er|s)|utbildar?|utbildas"
        r"|rekryter(?:a|ar|as)|värvar?|värvas|startar?|startas|bjud(?:a|er) in|ordnar?|ordnas|skapa[rs]?|producera[rs]?"
        r"|publicera[rs]?|ge(?:r|s)? ut|deltar?|delar? ut|plantera[rs]?|bygg(?:a|er|s)|samla[rs]? in|nå[rs]?"
        r"|öka[rs]?|ökning"
        r"|växa|växer|minska[rs]?|minskning|bli|uppnå[rs]?|höj(?:a|er|s)|sänk(?:a|er|s)|involvera[rs]?|engagera[rs]?"
        r"|tillför(?:a|s)?|utöka[rs]?|lanser(?:a|ar|as)|ta(?:r|s)? fram|uppnås|nås genom|sker genom|öppna[rs]?"
        r"|fördubbla[rs]?|stiga|stiger|stödj(?:a|er|s)|säkerställ(?:a|er|s)"
    ),
}  # fmt: skip
_ENGLISH: Final[dict[Mood, str]] = {
    "aim": (
        r"strives?|striving|aspir(?:e|es|ation)|hopes?|hoping|ambition|endeavou?rs?|seeks? to|try to|aims?(?: to)?"
        r"|aiming|should"
    ),
    "intent": (
        r"will|shall|must|we'll|targets?|targeted|goals?|objectives?|plans? to|planned|intends? to|wants? to|needs? to"
        r"|expects? to|commit(?:s|ted)? to|is to|are to|would(?! have)|benchmark|kpis?|indicators?|by the end of"
    ),
    "past": (
        r"was|were|had|did|rose|grew|fell|dropped|reached|recruited|attended|held|ran|delivered|gained|lost|won"
        r"|increased|decreased|raised|spent|founded|opened|started|launched|became|adopted|decided|welcomed"
        r"|ha(?:s|ve) (?:\w+ )?(?:\w+ed|grown|been|had|risen|fallen|become|seen|won|lost|run|held)"
    ),
    "now": (
        r"now|today|currently|at present|presently|at the moment|as of|last year|previous(?:ly)?"
        r"|so far|to date|in the past"
    ),
    "state": (
        r"is|are|has|have|stands at|amounts to|consists of|means|equals|there (?:is|are)|include[sd]?|run|runs"
        r"|cover[s]?|serves?|reach(?:es)"
    ),
    "can": r"can|could|may|might|perhaps|possibly|for example|e\.g\.|such as",
    "follows": r"(?:this|that|which) (?:means|gives|equals|makes|comes to)|i\.e\.|that is|of which|of whom",
    "budget": (
        r"budget\w*|costs?|costing|allocat\w+|set aside|spend(?:ing)?|invest\w*|grant funding|fees?|salar(?:y|ies)"
        r"|funded by"
    ),
    "plan": (
        r"run|hold|deliver|train|recruit|organi[sz]e|host|publish|launch|open|raise|reach|increase[sd]?|grow"
        r"|reduce|cut|achieve"
        r"|attract|enrol|engage|provide|offer|plant|build|create|double|halve|welcome|support|establish|maintain"
        r"|keep|retain"
        r"|secure|sign|visit|involve|extend|develop|produce|complete|lower|expand|improve|rise|achieved"
    ),
}  # fmt: skip
_STARTERS: Final[dict[str, frozenset[str]]] = {
    "sv": words(
        """
    få nå ge se ta gå bli stå sy bo bero delta bestå förstå fortgå ingå uppnå tillgodose förse skapa ha vara
    verka arbeta öka minska stärka utveckla förbättra
    """
    ),
    "en": words(
        """
    achieve add adopt attract be become begin bring build campaign carry celebrate complete consult continue
    create cut deliver design develop double educate embed empower enable encourage engage enhance ensure
    establish evaluate expand explore extend finish foster gain get give grow have help hold host identify
    implement improve increase influence introduce invest involve keep launch lead lower maintain make offer
    open organise organize plan plant prepare prevent produce promote protect provide publish put raise reach
    recruit redesign reduce renew replace review run secure set share sign simplify spread start strengthen
    support sustain test train update upgrade use visit welcome win work write
    """
    ),
}
_NOT_VERBS: Final = words(
    """
    alla andra bra bara båda dessa dagliga de denna detta egna era extra fria flera få första förra gamla goda
    hela höga inga kända korta lika lilla låga långa många mera minsta nya nästa olika rätta samma sista själva
    små snabba stora sanna sena skarpa starka tidiga trygga unga vackra vanliga viktiga våra vilka åtta
    elva ena fyra några fina kloka breda svaga aktiva attraktiva effektiva positiva sociala lokala digitala
    globala nationella regionala centrala ideella kulturella professionella traditionella aktuella våra bästa
    största främsta
    """
)
_ADJECTIVE_ENDINGS: Final = (
    "iga",
    "iska",
    "ella",
    "ala",
    "iva",
    "erade",
    "bara",
    "fulla",
    "lösa",
    "ande",
    "ösa",
    "ära",
)
_OUTCOME: Final[dict[str, str]] = {
    "sv": (
        r"påverka|öka|minska|stärka|förbättra|bli|nå|uppnå|få|säkerställa|utveckla|främja|höja|sänka|synas|verka"
        r"|värna|bidra"
        r"|skapa|behålla|möjliggöra|underlätta|förenkla|bryta|motverka|förändra|fördjupa|bredda|växa|vara|ha"
        r"|leda till|förebygga"
        r"|garantera|tydliggöra|synliggöra|uppmuntra|inspirera|utöka|verka för|arbeta för|jobba för"
    ),
    "en": (
        r"increase|improve|become|reduce|ensure|influence|strengthen|grow|promote|enhance|raise|reach|achieve|be"
        r"|have|build"
        r"|create|protect|support|empower|prevent|encourage|develop|expand|maintain|make|keep|help|give|enable"
        r"|work (?:for|to)"
    ),
}  # fmt: skip
_CUES: Final = {
    language: re.compile(
        r"(?<![\w-])(?:"
        + "|".join(
            f"(?P<{mood}>{moods[mood]})"
            for mood in ("follows", "aim", "budget", "intent", "past", "can", "now", "state", "plan")
        )
        + r")(?![\w-])",
        re.I,
    )
    for language, moods in (("sv", _SWEDISH), ("en", _ENGLISH))
}
_OUTCOMES: Final = {
    "sv": re.compile(
        rf"(?<!\w)(?:ska|skall|vill|kommer att|siktar på att|strävar efter att|målet är att"
        rf"|syftet är att)(?:\s+[\w-]+){{0,4}}?\s+(?:{_OUTCOME['sv']})s?(?!\w)",
        re.I,
    ),
    "en": re.compile(
        rf"(?<!\w)(?:will|shall|aims? to|want to|seek to|strive to|intend to|plan to|goal is to"
        rf"|aim is to)(?:\s+[\w-]+){{0,3}}?\s+(?:{_OUTCOME['en']})(?!\w)",
        re.I,
    ),
}
_AIM: Final = re.compile(
    r"(?<!\w)(?:(?:vårt |kårens |det övergripande )?(?:mål(?:et|en|sättningen)?|syftet|ambitionen) (?:är|med)"
    r"|(?:our|the) (?:\w+ )?(?:goal|aim|objective|ambition)s? (?:is|are))(?!\w)",
    re.I,
)
_PASSIVE: Final = re.compile(
    r"(?<!\w)(?:ses över|tas fram|görs|ges|hålls|förs|genomförs|tas|byggs|sätts|läggs|\w{3,}(?:as|eras))(?!\w)", re.I
)
# "will be held", "to have reached": a participle after a word of intent tells no past.
_FUTURE: Final = re.compile(
    r"(?<!\w)(?:is|are|being)(?: \w+ly)? $|(?<!\w)(?:will|shall|should|must|to|ska|skall|vill|bör)(?: \w+)? (?:be"
    r"|have|have been|ha|vara|bli)(?: \w+ly)? $",
    re.I,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BOUNDARY: Final = re.compile(
    r"\s(?:men|medan|utan att|där (?:det|den|de)|samtidigt som|but|while|whereas|although|trots att|även om"
    r"|dock)\s|[;:]\s|\s[–—]\s",
    re.I,
)
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


@attrs.frozen
class Cue:
    """A word that sets the mood of what stands near it, and where it is."""

    mood: Mood
    start: int
    end: int


def cues_in(text: str, *, language: str) -> tuple[Cue, ...]:
    """Find the words of a sentence that tell a goal from a fact, left to right.

    >>> [cue.mood for cue in cues_in("År 2021 var vi 778 och vi ska bli 1 000", language="sv")]
    ['past', 'intent', 'plan']
    """
    return tuple(_found(text, language))


def _found(text: str, language: str) -> Iterator[Cue]:
    for match in _CUES[language].finditer(text):
        mood: Mood = match.lastgroup  # type: ignore[assignment]  # the groups are the moods
        if mood == "past" and _FUTURE.search(text, max(0, match.start() - 30), match.start()):
            continue
        yield Cue(mood, match.start(), match.end())


def bracket_of(text: str, place: int) -> tuple[int, int] | None:
    """The inside of the bracket that a place of a sentence stands in; None outside of all.

    >>> bracket_of("400 (idag 300)", 10)
    (5, 13)
    """
    for bracket in _BRACKETS.finditer(text):
        if bracket.start() < place < bracket.end():
            return bracket.start(1), bracket.end(1)
    return None


def clause_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause of a sentence, or the bracket in it, that holds a stretch of it."""
    if bracket := bracket_of(text, start):
        return bracket
    first, last = 0, len(text)
    for boundary in _BOUNDARY.finditer(text):
        if boundary.end() <= start:
            first = boundary.end()
        elif boundary.start() >= end:
            last = boundary.start()
            break
    return first, last


def begins_with_intent(text: str, *, language: str) -> bool:
    """Whether an item or heading begins with a verb that says what is to be done.

    >>> begins_with_intent("Öka synligheten", language="sv"), begins_with_intent("Nya former", language="sv")
    (True, False)
    """
    words = [match[0] for match in _WORD.finditer(text[:80])][:2]
    if not words:
        return False
    first = words[0].casefold()
    if first in ("att", "to", "att:") and len(words) > 1:
        return True
    if language == "en":
        return first in _STARTERS["en"]
    if first in _STARTERS["sv"]:
        return True
    return (
        len(first) > 3
        and first.endswith(("a", "as"))
        and first not in _NOT_VERBS
        and not first.endswith(_ADJECTIVE_ENDINGS)
        and len(words) > 1
    )


def is_outcome(text: str, *, language: str) -> bool:
    """Whether a sentence says what somebody wants to become true, and not only what will be done.

    >>> is_outcome("Vi ska påverka beslutsfattare.", language="sv"), is_outcome("Vi ska anordna mässor.", language="sv")
    (True, False)
    """
    return _OUTCOMES[language].search(text) is not None or _AIM.search(text) is not None


def states_an_aim(text: str, *, language: str) -> bool:
    """Whether an item of a plan says what is to be: by a modal verb, an aim, a passive or its first word.

    >>> states_an_aim("Formerna för medlemskap ses över.", language="sv")
    True
    """
    if begins_with_intent(text, language=language):
        return True
    moods = {cue.mood for cue in cues_in(text, language=language)}
    if moods & {"aim", "intent"}:
        return True
    return language == "sv" and "past" not in moods and _PASSIVE.search(text) is not None
