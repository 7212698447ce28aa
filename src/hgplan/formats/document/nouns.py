"""What an amount counts: the words after it, or before it, that name the thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from hgplan.formats.document.cues import Cue, begins_with_intent, clause_of
from hgplan.formats.document.quantities import Amount
from hgplan.formats.document.words import words

__all__ = ["counted_after", "counted_before", "names_people", "title_of", "unit_of"]

_WORD: Final = re.compile(r"[^\W\d_](?:[\w’'.&-]*\w)?(?:/[^\W\d_][\w-]*)*\.?|[\"“”»«]|[^\s\w]")
_LONGEST: Final = 8
_LONGEST_PHRASE: Final = 14
_ADVERBS: Final = words(
    """
    också även därför dessutom inte alltid i genomsnitt snitt ett att to also not be have been therefore even then
    sedan nu åter samt minst ha vara bli på
    """
)
_QUOTES: Final = frozenset("\"“”»«'’")
_STOPS: Final = words(
    """
    i på under till för som med via genom från av hos vid inom utan mot om att ska skall är har kan får varje
    per senast innan år samt eller varav där när så därför medan vilket vilka så kring runt utöver enligt
    utifrån inklusive totalt sammanlagt deltar bidrar anser upplever uppger tycker är ha vara ingår den det in
    on at by for with of from to that which who whom whose per each every before until during through via across
    over within as is are will shall be has have can may by and/or or so including at-least annually yearly
    monthly weekly quarterly plus exkl inkl including contribute contributes join attend complete say
    participate omfattas svarar á à than utanför innanför outside inside older younger into back tillbaka
    under this next redan already också also igen again compared jämfört inneha
    utgör att-göra genomför genomförs hålls anordnas arrangeras erbjuds utbildas rekryteras värvas
    """
)
_JOINS: Final = frozenset(("och", "and", "&", "samt"))
_SKIPS: Final = words(
    """
    st stycken s.k st. styck pcs av of the olika totalt nya-
    """
)
_ARTICLES: Final = re.compile(
    r"^(?:(?:att|en|ett|the|a|an|our|vår|vårt|våra|den|det|de|hela|total|totala|en total|och|samt|and|also|även"
    r"|också|dessutom|därför|to|från|"
    r"i|på|för|med|om|of|in|för att|so that|så att|en genomsnittlig|ha|vara|bli|blir|reach|have|nå)\s+)+",
    re.I,
)
_TRAILING: Final = re.compile(
    r"(?:[\s,:;–—-]|(?<!\w)(?:på|om|till|upp|med|by|to|of|at|som|is|är|vara|blir|bli|uppgå|uppgår|ligga|ligger|nå"
    r"|når|ha|minst|i|från|up|be|reach|"
    r"stand|in|over|rise|öka|ökar|ökas|minska|totalt|sammanlagt|genomsnitt|snitt|target|mål|målvärde|målet"
    r"|motsvara|cirka|ca|equal|utgöra|utgör|further|kvar|under|below|ytterligare|another|additional|en|ett|a|an"
    r"|stället|instead"
    r"|dessutom|därför|också|även|also|therefore|sedan|maximalt|åter|ha\s+\w+(?:at|it|tt)|have\s+\w+ed)(?!\w))+$",
    re.I,
)
_BRACKET: Final = re.compile(r"\([^()]*\)")
_NEW_SUBJECT: Final = re.compile(r"\s(?:och|samt|and)\s(?=(?:de|den|det|the|våra|our|antalet|andelen)\s)", re.I)
_TIMES: Final = re.compile(r"\s+(?:gång|gånger|times?)\b", re.I)
_GENERIC: Final = re.compile(r"(?:personer|individer|people|persons|individuals|st|stycken)", re.I)
_ENUMERATED: Final = re.compile(r",[^,]*\s(?:och|samt|and)\s+$", re.I)
_DANGLING: Final = re.compile(r"\s+(?:och|samt|and|or|eller)$", re.I)
_NO_NAME: Final = re.compile(
    r"\d|(?:vi|we|år vi|år vill|\w+ års sikt|sikt|målet|målvärdet|mål|the target|target|inte|not|de|they|it|det"
    r"|den|this|that"
    r"|average|total|genomsnitt|snitt|ett genomsnitt)(?!\w)|(?:average"
    r"|totalt?)$",
    re.I,
)
_PASSIVE: Final = re.compile(r"(?!areas|ideas)[a-zåäö]{3,}(?:as|jas)", re.I)
_RATE: Final = re.compile(
    r"\s(?:per|för varje|for every|a head)\s|medelvärde|genomsnitt|index|betyg|poäng|average|mean|score|rating", re.I
)
_MEASURE: Final = re.compile(
    r"(?:arbetsdagar|vardagar|dagar|dag|timmar|timme|minuter|sekunder|veckor|vecka|månader|working days"
    r"|business days|days?|hours?|minutes?"
    r"|seconds|weeks?|months?|kwh|mwh|gwh|kg|ton|tonnes|liter|litres|km|kilometer|kilometres|meter|metres|mil|m2"
    r"|m²|kvm|kvadratmeter|hektar|hectares"
    r"|grader|degrees|gram|mw|gw|poäng|points)(?!\w)",
    re.I,
)
_MEASURED: Final = re.compile(rf"\s*(?:{_MEASURE.pattern})(?:\s+(?:of|av)(?!\w))?", re.I)
_AFTER_CHANGE: Final = re.compile(r"(?:(?<!\w)(?:till|to|på|at)|:)\s*$", re.I)
_BEING: Final = re.compile(r"\s*(?:vara|är|bli|be|are)\s+(?=\w)", re.I)
_DOES: Final = re.compile(r"\s*(?:ha|vara|delta|be|have|take part|attend|känna|uppleva|feel)\s+\w[^,.;:()]{2,60}")
_COUNT_OF: Final = re.compile(
    r"^(?:antalet|antal|det totala antalet|number of|the number of|total number of|no\. of)\s+", re.I
)
_SHARE_OF: Final = re.compile(r"\s*(?:av|of)\s+(?:(?:alla|the|all|our|våra|de)\s+)?", re.I)
_SHARE_END: Final = re.compile(
    r"[,;.()\[\]]|\s[–—-]\s|\s(?:och|samt|and)\s(?:vi|ska|skall|att|antalet|andelen|we|will|to|the)\s", re.I
)
_SHARE_TAIL: Final = re.compile(r"(?:(?<!\d)\s+(?:år|i|under|in|by|till|senast|the|end|of|before|innan|före))+$", re.I)
_MANY: Final = re.compile(r"\w{3,}(?:ar|er|or|ade|nden|ngen|[^su]s)", re.I)
_IS_SHARE: Final = re.compile(r"(?:andel|share|proportion|percentage|procent)", re.I)
_PERSON: Final = re.compile(
    r"(?:medlem|ledare|förtroendevald|expert|person|politiker|ungdom|kvinn|män\b|tjej|kill|flick|pojk|volontär"
    r"|deltagare|besökare"
    r"|elev|funktionär|ombud\b|aktiv(?:a|ister)|barn\b|spelare|tränare|domare|scout|konfirmand|frivillig|anställd"
    r"|student|företrädare|\bboende(?:n|na)?\b"
    r"|hyresgäst|invånare|givare|donator|praktikant|lärare|föräldr|seniorer|pensionär|körsångare|användare"
    r"|skribent|faddrar|mentor|chefer"
    r"|members?\b|people|persons?\b|volunteer|leaders?\b|coach|participant|visitor|students?\b|pupils?\b|donors?\b"
    r"|women|\bmen\b|girls|boys|child"
    r"|adults?\b|players?\b|trustee|officers?\b|representative|\breps?\b|residents?\b|tenants?\b|attendees"
    r"|learners|apprentice|teacher|parent|trainees|users?\b|referees|umpires|stewards|\w{3,}are\b)",
    re.I,
)


def _stops(cues: Iterable[Cue]) -> list[int]:
    return [cue.start for cue in cues if cue.mood in ("intent", "aim", "past", "state", "can", "follows")]


def counted_after(text: str, amount: Amount, end: int, cues: Sequence[Cue]) -> str:
    """The words right after an amount that name what it counts, up to `end`; empty when there are none.

    >>> from hgplan.formats.document.amounts import amounts_in
    >>> text = "värva 500 nya medlemmar som stannar"
    >>> counted_after(text, amounts_in(text, language="sv")[0], len(text), ())
    'nya medlemmar'
    """
    if amount.unit == "%" and (share := _SHARE_OF.match(text[:end], amount.end)):
        return _share_of(text, share.end(), end)
    if amount.unit == "%" and (being := _BEING.match(text[:end], amount.end)):
        return _share_of(text, being.end(), end)
    begin = amount.end
    if measured := _MEASURED.match(text[:end], begin):
        # "25 km of protected lanes" counts lanes, in kilometres.
        begin = measured.end()
    verbs = frozenset(_stops(cues))
    words: list[re.Match[str]] = []
    for word in _WORD.finditer(text, begin, end):
        plain = word[0].casefold().rstrip(".")
        if plain in _QUOTES:
            continue
        if not words and (plain in _SKIPS or plain in ("fler", "more")):
            continue
        if not word[0][0].isalpha() or plain in _STOPS or (word.start() in verbs and words) or len(words) == _LONGEST:
            break
        if word.start() in verbs:
            break
        words.append(word)
        if word[0].endswith("."):
            break
    while words and (words[-1][0].casefold() in _JOINS or _PASSIVE.fullmatch(words[-1][0])):
        words.pop()
    words = _before_join(words, text, end, frozenset(cue.start for cue in cues))
    found = text[words[0].start() : words[-1].end()].strip(' ."“”»«') if words else ""
    if not found and amount.unit == "" and (does := _DOES.match(text[:end], amount.end)):
        return " ".join(does[0].split()[:_LONGEST])
    if _GENERIC.fullmatch(found) and _AFTER_CHANGE.search(text[: amount.begin]):
        return ""
    return found


def _before_join(words: list[re.Match[str]], text: str, end: int, verbs: frozenset[int]) -> list[re.Match[str]]:
    # "kurser och läger" is one thing; in "kurser och fler ..." the words after "och" begin something else.
    for place, word in enumerate(words):
        if word[0].casefold() in _JOINS:
            rest = words[place + 1 :]
            ends_well = (
                not rest
                or rest[-1].end() >= end - 1
                or text[rest[-1].end() : rest[-1].end() + 1] in (".", ",", " ", "")
            )
            words_after = text[rest[0].start() : rest[-1].end() + 12] if rest else ""
            verb = any(begins_with_intent(words_after, language=language) for language in ("sv", "en"))
            verb = verb or (bool(rest) and rest[0].start() in verbs)
            if verb or not rest or len(rest) > 3 or not ends_well or rest[0][0].casefold() in ("en", "ett", "a"):
                return words[:place]
    return words


def _share_of(text: str, start: int, end: int) -> str:
    stop = _SHARE_END.search(text, start, end)
    words = text[start : stop.start() if stop else end].split()[:12]
    return _SHARE_TAIL.sub("", " ".join(words))


def counted_before(text: str, amount: Amount, cues: Sequence[Cue]) -> str:
    """The words before an amount that name what it counts: the object of its verb, else the verb's subject.

    >>> from hgplan.formats.document.cues import cues_in
    >>> from hgplan.formats.document.amounts import amounts_in
    >>> text = "Målet är att öka antalet medlemmar till 1 500"
    >>> counted_before(text, amounts_in(text, language="sv")[0], cues_in(text, language="sv"))
    'antalet medlemmar'
    """
    first, _ = clause_of(text, amount.begin, amount.end)
    if first and not re.search(r"[^\W\d_]", text[first : amount.begin]):
        first = 0
    own = [cue for cue in cues if first <= cue.start and cue.end <= amount.begin and cue.mood != "now"]
    if not own:
        thing = _phrase(text[first : amount.begin])
        told = any(begins_with_intent(text, language=language) for language in ("sv", "en"))
        # "Get 3 of the 4 candidates": a verb alone names nothing.
        return "" if told and len(thing.split()) == 1 else thing
    if thing := _phrase(text[own[-1].end : amount.begin]):
        return thing
    # "Till 2030 ska antalet öka till 500": the subject between a modal verb and its main verb.
    modal = own[-2] if len(own) > 1 and own[-2].mood in ("intent", "aim", "can") else None
    if modal and (thing := _phrase(text[modal.end : own[-1].start])):
        return thing
    # "Andelen elever som når målet ska öka till 90 %": nothing between the verbs, so what stands before them all.
    group = len(own) - 1
    while group and _ADVERBS.issuperset(text[own[group - 1].end : own[group].start].casefold().split()):
        group -= 1
    subject = re.split(r"(?:\satt\s|\sthat\s|[:;]\s)", text[first : own[group].start])[-1]
    return _phrase(subject) or (_phrase(text[first : own[0].start]) if group else "")


def _phrase(piece: str) -> str:
    if _ENUMERATED.search(piece):
        return ""
    piece = re.sub(r"(?:^|\s)(?:från|from)\s.*$", "", _BRACKET.sub(" ", piece).strip())
    piece = _TRAILING.sub("", _NEW_SUBJECT.split(re.split(r"[;]|,\s", piece)[-1])[-1])
    piece = _ARTICLES.sub("", piece.strip() + " ").strip(' :,."“”»«–-')
    piece = _DANGLING.sub("", piece)
    fits = (
        len(piece) > 2
        and not _NO_NAME.match(piece)
        and len(piece.split()) <= _LONGEST_PHRASE
        and not re.search(r"(?<!\S)\d{4}(?!\S)", piece)
        and re.search(r"[^\W\d_]{3}", piece) is not None
    )
    return piece if fits else ""


def names_people(word: str) -> bool:
    """Whether a word is one for people.

    >>> names_people("deltagare"), names_people("läger")
    (True, False)
    """
    return _PERSON.search(word) is not None or word.casefold().endswith("ers")


def title_of(counted: str, *, share: str | None, language: str) -> str:
    """A goal's title, made of the words that name what it counts.

    `share` is what stood between per cent and the words, "av" or nothing; None when it is no share of them.

    >>> title_of("antalet medlemmar", share=None, language="sv"), title_of("kvinnor", share="", language="sv")
    ('Medlemmar', 'Andel kvinnor')
    """
    words = _COUNT_OF.sub("", " ".join(counted.split()))
    # "90 % nöjda gäster" is a share of guests; "85 % beläggning" is no share of anything that it names.
    is_part = share or any(names_people(word) or _MANY.fullmatch(word) for word in words.split())
    if share is not None and is_part and not _IS_SHARE.match(words):
        words = f"Share of {words}" if language == "en" else " ".join(filter(None, ("Andel", share, words)))
    return words[:1].upper() + words[1:]


def unit_of(text: str, amount: Amount, counted: str) -> str | None:
    """The unit in which a goal's figures are written: per cent, money, a measure, people, or what is counted."""
    if amount.unit in ("%", "points"):
        return "%"
    if amount.is_money:
        return amount.unit
    if _TIMES.match(text, amount.end):
        return "times"
    following = re.compile(r"\s*").match(text, amount.end)
    if following and (measure := _MEASURE.match(text, following.end())):
        return measure[0].casefold()
    words = _COUNT_OF.sub("", counted).split()
    if not words or _DOES.fullmatch(counted) or _RATE.search(counted):
        return None
    if any(_PERSON.search(word) for word in words):
        return "people"
    # Only of words that stand right after the amount is the last one surely what is counted.
    return words[-1].strip('.,"“”').casefold() if counted in " ".join(text[amount.end :].split()) else None
