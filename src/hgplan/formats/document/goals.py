"""The goals of a sentence: its amounts that are to be reached, each with what it counts, when, and in whose words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import attrs

from hgplan.formats.document.amounts import amounts_in
from hgplan.formats.document.conditions import Clause, kept_in, qualifier_at
from hgplan.formats.document.cues import bracket_of, cues_in
from hgplan.formats.document.deadlines import Span, rhythm_of, time_of
from hgplan.formats.document.directions import Comparison, change_words, comparison_of, number
from hgplan.formats.document.figures import Context, Figure, Found, Left
from hgplan.formats.document.intents import shortened
from hgplan.formats.document.money import is_collecting, is_earned
from hgplan.formats.document.moods import governing, refusal
from hgplan.formats.document.nouns import counted_after, counted_before, title_of, unit_of
from hgplan.formats.document.periods import Mention, Times, times_in
from hgplan.formats.document.quantities import Amount
from hgplan.formats.document.rhythms import Rhythm
from hgplan.formats.document.roles import baseline_before, other_role
from hgplan.formats.document.sentences import Sentence
from hgplan.formats.document.timing import spans_of, targets_of
from hgplan.model.goals import Commitment
from hgplan.model.targets import Number, Target

__all__ = ["commitment_of", "goals_in"]

_HOPE: Final = re.compile(
    r"(?<!\w)(?:strävar|sträva|eftersträva\w*|ambition(?:en|er)?|hoppas|önskar|försöker?|siktar|sikta"
    r"|förhoppning\w*|bör|borde"
    r"|strives?|aspir\w+|hopes?|ambition|endeavou?rs?|seeks? to|aims? to|try to|should)(?!\w)",
    re.I,
)
_SHARE: Final = re.compile(r"\s*(av(?=\s)|of(?=\s)|)", re.I)
_STATUS: Final = re.compile(r"\s*\[[^\[\]]{1,20}\]\s*$")
_COMPARED_WITH: Final = re.compile(
    r"(?<!\w)(?:jämfört med|i jämförelse med|compared (?:to|with)|up from|istället för|instead of)\s+\S{0,12}\s?$", re.I
)
_BESIDE: Final = re.compile(r"(?:\s+(?:st|stycken|procent))?\s*,?\s*(?:år|in|under)?\s*", re.I)
_GOAL_IS: Final = re.compile(r"(?<!\w)(?:mål(?:et|sättningen)?|goal|target)\s*(?:är|is|:)\s*(?:att nå\s*)?$", re.I)
_OF_THOSE: Final = re.compile(r"(?<!\w)(?:varav|of which|of whom|including)\s+$", re.I)
_RESPECTIVELY: Final = re.compile(r"\s+(?:respektive|resp\.?)\s+", re.I)
_ONLY_PEOPLE: Final = re.compile(r"personer|people|individer", re.I)
_FEW_WORDS: Final = re.compile(r"(?:\s*[^\s.;()]{1,40}(?=[\s.;(),]|$)){0,5}")


def commitment_of(text: str) -> Commitment:
    """Whether a sentence promises or hopes.

    >>> commitment_of("Vi strävar efter att värva fler"), commitment_of("Vi ska värva fler")
    ('aspiration', 'firm')
    """
    return "aspiration" if _HOPE.search(text) else "firm"


def goals_in(sentence: Sentence, context: Context) -> Found:
    """Read the goals of one sentence, and list its other amounts with the reason why they are none."""
    times = times_in(sentence.text)
    amounts = amounts_in(sentence.text, language=context.language, taken=times.spans)
    return _Reading(sentence, context, times, amounts).found() if amounts else Found()


@attrs.frozen(kw_only=True)
class _Place:
    """An amount between its neighbours."""

    amount: Amount
    previous: Amount | None
    next_begin: int

    @property
    def previous_end(self) -> int:
        return self.previous.end if self.previous else 0


class _Reading:
    """The reading of one sentence from left to right: later amounts lean on earlier ones."""

    def __init__(self, sentence: Sentence, context: Context, times: Times, amounts: Sequence[Amount]) -> None:
        self.text, self.start, self.context, self.times = sentence.text, sentence.start, context, times
        begins = [*(amount.begin for amount in amounts[1:]), len(self.text)]
        befores: list[Amount | None] = [None, *amounts[:-1]]
        self.places = [
            _Place(amount=amount, previous=before, next_begin=begin)
            for amount, before, begin in zip(amounts, befores, begins, strict=True)
        ]
        self.cues = cues_in(self.text, language=context.language)
        self.figures: list[Figure] = []
        self.left: list[Left] = []
        self.last: Amount | None = None
        self.adds = False
        self.rhythm: Rhythm | None = None
        self.baseline: Number | None = None

    def found(self) -> Found:
        for place in self.places:
            amount = place.amount
            role = other_role(self.text, amount)
            earlier = "told for an earlier year" if self._told_for_an_earlier_year(place) else None
            reason = role or earlier or self._refusal(amount)
            if reason is None:
                self._accept(place)
                continue
            if earlier or baseline_before(self.text, amount):
                self._baseline(amount)
            if role == "a condition on what counts":
                self._condition(qualifier_at(self.text, amount))
            if not (amount.spelled and amount.value == 1):
                self.left.append(Left(self._piece(amount), reason, self.start + amount.begin))
        for clause in kept_in(self.text):
            self._condition(clause)
        return Found(tuple(self.figures), tuple(self.left))

    def _told_for_an_earlier_year(self, place: _Place) -> bool:
        # "400 (2023: 380)", or "312 stycken 2023, ska minska till 250": last year's figure stands beside the goal.
        plan, amount = self.context.plan, place.amount
        here = bracket_of(self.text, amount.begin)
        beside = [
            mention
            for mention in self.times.mentions
            if (here and bracket_of(self.text, mention.start) == here)
            or (mention.end <= amount.begin and self.text[mention.end : amount.begin].strip() == ":")
            or (
                amount.end <= mention.start < place.next_begin
                and _BESIDE.fullmatch(self.text[amount.end : mention.start])
            )
        ]
        return bool(beside and plan and all(mention.last < plan.first for mention in beside))

    def _baseline(self, amount: Amount) -> None:
        # "öka från 300 till 400" tells it before the goal, "400 (idag 300)" after it.
        value = number(amount.value)
        if (
            self.figures
            and self.figures[-1].baseline is None
            and (bracket_of(self.text, amount.begin) or _COMPARED_WITH.search(self.text[: amount.begin]))
        ):
            self.figures[-1] = attrs.evolve(self.figures[-1], baseline=value)
        else:
            self.baseline = value

    def _piece(self, amount: Amount) -> str:
        # So much of what follows that a reader finds the place again.
        rest = _FEW_WORDS.match(self.text, amount.end)
        return " ".join(self.text[amount.begin : rest.end() if rest else amount.end].split())

    def _refusal(self, amount: Amount) -> str | None:
        if amount.is_money and not self._earns(amount) and not self._bounds_money(amount):
            return "money set aside, no goal"
        standing = self.context.standing
        due = any(mention.role == "by" for mention in self.times.mentions)
        plan = self.context.plan
        later = plan is not None and any(
            mention.role != "since" and mention.first.year > plan.first.year for mention in self.times.mentions
        )
        standing = attrs.evolve(
            standing,
            after_goal=standing.after_goal or bool(self.figures),
            after_figure=amount is not self.places[0].amount,
            due=due,
            later=standing.later or later,
        )
        if amount.spelled and amount.bound == "plain" and standing.kind == "situation":
            return "a figure of the situation, no goal"
        return refusal(self.text, amount, self.cues, standing, language=self.context.language)

    def _earns(self, amount: Amount) -> bool:
        before = self.text[self.last.end if self.last else 0 : amount.begin]
        if (self.last is not None and _OF_THOSE.search(before)) or _GOAL_IS.search(before):
            return True
        return is_earned(before)

    def _bounds_money(self, amount: Amount) -> bool:
        # "Investeringarna ska uppgå till högst 200 miljoner": a bound that is promised, and nothing spent.
        is_bound = amount.bound in ("at_least", "at_most", "between")
        return is_bound and governing(self.text, amount, self.cues) == "intent"

    def _accept(self, place: _Place) -> None:
        amount = place.amount
        leans = self.last is not None and self.last is place.previous
        comparison = comparison_of(self.text, amount, self.last, previous_adds=self.adds and leans)
        times = self._times_for(amount)
        own, shared = time_of(self.text, amount, place.previous_end, place.next_begin, times)
        rhythm = rhythm_of(self.text, amount, place.previous_end, place.next_begin, times)
        if rhythm is None and leans and _OF_THOSE.search(self.text[place.previous_end : amount.begin]):
            rhythm = self.rhythm
        self.rhythm = rhythm
        ends = [begin for begin, _ in self.times.spans]
        if amount.unit == "%":
            # "90 % ska få svar inom tre dagar": the length of time belongs to the share.
            ends = [*(mention.start for mention in times.mentions), *(rhythm.start for rhythm in times.rhythms)]
        end = min([place.next_begin, *(begin for begin in ends if begin >= amount.end)])
        counted = counted_after(self.text, amount, end, self.cues)
        if pair := self._pair(place):
            counted, own = pair
        if unit_of(self.text, amount, "") == "times":
            counted = ""
        follows = governing(self.text, amount, self.cues) == "follows"
        # A rhythm of its own has the time of the whole sentence or of the plan, not that of another amount.
        leading = all(mention.end <= self.places[0].amount.begin for mention in shared)
        mentions = own or (shared if leading or not (rhythm and self.context.plan) else ())
        spans = spans_of(self.text, self.times, mentions, self.context, follows=follows)
        targets = targets_of(comparison, spans, rhythm)
        same = leans and bool(own) and (not counted or counted == self.figures[-1].counted)
        self.last, self.adds = amount, comparison.adds
        if same and self._goes_on(amount, targets):
            return
        is_share = amount.unit == "%" and not comparison.adds and not amount.multiplies
        share = _SHARE.match(self.text, amount.end) if counted and is_share else None
        if not counted and leans and self.figures:
            if own and not self._says_more(place):
                counted = self.figures[-1].counted
            elif _OF_THOSE.search(self.text[place.previous_end : amount.begin]):
                rest = _FEW_WORDS.match(self.text, amount.end)
                counted = f"{self.figures[-1].counted} {re.split('[,;]', rest[0])[0].strip() if rest else ''}".strip()
                share = _SHARE.match("") if amount.unit == "%" else None
        counted = counted or self.context.title or counted_before(self.text, amount, self.cues)
        if (amount.is_money and is_collecting(self.text)) or _ONLY_PEOPLE.fullmatch(counted):
            title = ""
        else:
            title = title_of(counted, share=share[1] if share else None, language=self.context.language)
        self._add(place, comparison, counted, title, targets, spans)

    def _says_more(self, place: _Place) -> bool:
        between = (place.previous_end, place.amount.begin)
        return any(between[0] <= cue.start < between[1] for cue in self.cues)

    def _times_for(self, amount: Amount) -> Times:
        # "420 (2023: 398)": a year beside another amount in brackets is that amount's own.
        here = bracket_of(self.text, amount.begin)
        others = {bracket_of(self.text, place.amount.begin) for place in self.places} - {here, None}
        plan = self.context.plan
        mentions = [m for m in self.times.mentions if bracket_of(self.text, m.start) not in others]
        return attrs.evolve(self.times, mentions=tuple(m for m in mentions if not plan or m.last >= plan.first))

    def _pair(self, place: _Place) -> tuple[str, tuple[Mention, ...]] | None:
        # "500 respektive 600 medlemmar 2025 respektive 2026": first goes with first, second with second.
        at = self.places.index(place)
        around = [(at, at + 1, 0), (at - 1, at, 1)]
        for first, second, which in around:
            if first < 0 or second >= len(self.places):
                continue
            one, two = self.places[first], self.places[second]
            if not _RESPECTIVELY.fullmatch(self.text[one.amount.end : two.amount.begin]):
                continue
            said = [mention for mention in self.times.mentions if two.amount.end <= mention.start < two.next_begin]
            end = said[0].start if said else two.next_begin
            counted = counted_after(self.text, two.amount, end, self.cues)
            return counted, (said[which],) if len(said) == 2 else tuple(said[:1])
        return None

    def _goes_on(self, amount: Amount, targets: tuple[Target, ...]) -> bool:
        # "27 000 nya medlemmar år 2022 och 25 000 år 2023": the second amount counts what the first did.
        figure = self.figures[-1]
        alike = {target.comparator for target in (*figure.targets, *targets)}
        again = {target.period for target in targets} & {target.period for target in figure.targets}
        if (
            not targets
            or len(alike) != 1
            or again
            or figure.unit != (unit_of(self.text, amount, figure.counted) or figure.unit)
        ):
            return False
        self.figures[-1] = attrs.evolve(figure, targets=(*figure.targets, *targets))
        return True

    def _add(
        self,
        place: _Place,
        comparison: Comparison,
        counted: str,
        title: str,
        targets: tuple[Target, ...],
        spans: tuple[Span, ...],
    ) -> None:
        amount = place.amount
        written = " ".join(self.text[amount.begin : amount.end].split())
        notes: list[str] = []
        untimed = comparison if comparison.comparator and not targets else None
        if comparison.comparator is None:
            notes.append(f"{written}: a change for which the text tells no figure to hold it against, so no target")
        elif not targets:
            notes.append(f"{written}: the text tells no time for it, so no target")
        quote = _STATUS.sub("", self.text)
        self.figures.append(
            Figure(
                title=title or self._measure(amount) or shortened(quote),
                counted=counted,
                after=" ".join(self.text[amount.end : place.next_begin].split()),
                unit=unit_of(self.text, amount, counted),
                targets=targets,
                quote=quote,
                start=self.start + amount.begin,
                commitment=commitment_of(self.text),
                baseline=self.baseline,
                conditions=() if comparison.comparator else (change_words(self.text, amount),),
                notes=tuple(notes),
                bounded=amount.bound != "plain",
                untimed=(self._told(amount, written, counted), untimed) if untimed else None,
                time=spans,
            )
        )
        self.baseline = None

    def _measure(self, amount: Amount) -> str:
        # "en fest och minst 2 arbetsdagar": nothing else names them.
        unit = unit_of(self.text, amount, "")
        is_measure = unit not in (None, "%", "times") and not amount.is_money
        return unit.capitalize() if unit and is_measure and self.text[amount.end :].strip(" .").isalpha() else ""

    def _told(self, amount: Amount, written: str, counted: str) -> str:
        follows = " ".join(self.text[amount.end :].split()).startswith(counted)
        return f"{written} {counted}" if counted and follows else written

    def _condition(self, clause: Clause) -> None:
        before = [place for place, figure in enumerate(self.figures) if figure.start - self.start < clause.start]
        if before:
            figure = self.figures[before[-1]]
            self.figures[before[-1]] = attrs.evolve(figure, conditions=(*figure.conditions, clause.text))
