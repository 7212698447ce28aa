"""Whether an amount in a sentence is a goal: the nearest word that sets its mood, and where the sentence stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import attrs

from hgplan.formats.document.cues import Cue, Mood, begins_with_intent, bracket_of, clause_of, cues_in
from hgplan.formats.document.labels import Label
from hgplan.formats.document.quantities import Amount

__all__ = ["Standing", "governing", "refusal"]

_REASONS: Final[dict[Mood, str]] = {
    "past": "what has been, no goal",
    "now": "what is or was, no goal",
    "can": "what may be, no goal",
    "budget": "money or means set aside, no goal",
    "state": "what is, and nothing says that it is to be",
    "follows": "worked out from what is no goal",
}
_MONEY: Final = re.compile(r"budget|anslag|kostnad|kostar|avgift|arvode|lön|cost|fee|salar|allocat", re.I)
_AGAIN: Final = re.compile(
    r"(?:(?:^|[,(]\s*)(?:det|detta|vilket|this|that|which) (?:är|innebär|motsvarar|betyder|blir|is|means|represents)"
    r"|,)\s+(?:en|an?) (?:ökning|minskning|tillväxt|increase|decrease|growth|rise)\s+(?:\w+\s+){0,2}?(?:med|på|of"
    r"|by)\s+$",
    re.I,
)
_LARGE: Final = re.compile(r"miljon|miljard|million|billion|(?<![^\W\d])mn", re.I)
_SHUT: Final[dict[Label, str]] = {
    "history": "told as a result, no goal",
    "budget": "a part of a budget, no goal",
    "admin": "in a part that holds no goals",
}


@attrs.frozen(kw_only=True)
class Standing:
    """Where a sentence stands: under what kind of heading, in an item or a paragraph, after what.

    `later` says that its heading names a time after the plan's, `named` that it is a line like "Members: 500", `due`
    that it names a deadline, `in_topic` that it belongs to a strategy, `after_figure` that an amount stands before it.
    """

    kind: Label | None = None
    in_item: bool = False
    intro: str = ""
    after_goal: bool = False
    later: bool = False
    named: bool = False
    due: bool = False
    in_topic: bool = False
    after_figure: bool = False


def governing(text: str, amount: Amount, cues: Sequence[Cue]) -> Mood | None:
    """The mood of the word that an amount hangs on: the nearest before it in its clause, else the first after it.

    A word of intent is not undone by "is" or "has" after it, only by a past.
    """
    first, last = clause_of(text, amount.begin, amount.end)
    here = bracket_of(text, amount.begin)
    cues = [cue for cue in cues if bracket_of(text, cue.start) == here or cue.end <= first]
    before = [cue for cue in cues if first <= cue.start and cue.end <= amount.begin]
    after = [cue for cue in cues if amount.end <= cue.start and cue.end <= last and cue.mood != "follows"]
    for nearby in (
        before,
        after[:2],
        [cue for cue in cues if cue.end <= first] if not _in_brackets(text, first) else [],
    ):
        if mood := _strongest(nearby):
            return mood
    return None


def _before(text: str, amount: Amount, cues: Sequence[Cue]) -> bool:
    first, _ = clause_of(text, amount.begin, amount.end)
    return any(first <= cue.start and cue.end <= amount.begin for cue in cues)


def _own(first: int, amount: Amount, cues: Sequence[Cue]) -> bool:
    return any(first <= cue.start and cue.end <= amount.begin for cue in cues)


def _is_about_money(text: str, amount: Amount) -> bool:
    is_large = _LARGE.search(text[amount.start : amount.end]) is not None
    return amount.is_money or is_large or _MONEY.search(text) is not None


def _in_brackets(text: str, first: int) -> bool:
    return first > 0 and text[first - 1] in "(["


def _strongest(cues: Sequence[Cue]) -> Mood | None:
    mood: Mood | None = None
    for cue in cues:
        weak = cue.mood in ("state", "now", "plan") and mood in ("intent", "aim", "follows")
        weak = (
            weak
            or (cue.mood in ("plan", "state") and mood in ("past", "can"))
            or (cue.mood == "state" and mood == "now")
        )
        if not weak:
            mood = cue.mood
    return mood


def refusal(text: str, amount: Amount, cues: Sequence[Cue], standing: Standing, *, language: str) -> str | None:
    """Why an amount is no goal; None when it is one."""
    if standing.kind in _SHUT:
        return _SHUT[standing.kind]
    if _AGAIN.search(text[: amount.begin]):
        return "told again in another way"
    mood = governing(text, amount, cues)
    if standing.intro and mood in (None, "state", "plan"):
        # "Vi vill: att det finns ...": what is listed under a word of intent is meant to be.
        told = _strongest(cues_in(standing.intro, language=language))
        mood = told if mood is None or told in ("intent", "aim") else mood
    if standing.kind == "activities" and amount.spelled and amount.bound == "plain" and mood != "intent":
        return "the size of an activity"
    first, _ = clause_of(text, amount.begin, amount.end)
    if (
        _in_brackets(text, first)
        and amount.bound == "plain"
        and not _own(first, amount, cues)
        and standing.after_figure
    ):
        return "in brackets beside another figure"
    if mood in ("intent", "aim") or (mood == "budget" and not _is_about_money(text, amount)):
        return None
    if mood == "state" and standing.in_item and not _before(text, amount, cues):
        mood = None
    if mood == "state" and cues[0].start == 0 and begins_with_intent(text, language=language):
        # "Have an average attendance of 75 %": told to do, not told as a fact.
        return None
    hopeful = standing.kind in ("goals", "vision")
    if mood == "plan":
        return None if standing.kind != "situation" else _REASONS["state"]
    if mood == "follows":
        return None if standing.after_goal else _REASONS["follows"]
    if mood == "state":
        return None if hopeful or standing.later else _REASONS["state"]
    if mood is not None:
        return _REASONS[mood]
    if standing.kind == "situation":
        return "a figure of the situation, no goal"
    if hopeful or standing.in_item or standing.later or standing.named or standing.due:
        return None
    bare = not cues and not text[: amount.begin].strip(' "“”') and standing.kind is None and standing.in_topic
    if bare or amount.bound in ("at_least", "at_most", "between"):
        return None
    return "nothing says that it is to be reached"
