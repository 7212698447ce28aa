"""Goals without a figure: items and sentences that say what somebody wants to become true."""

from __future__ import annotations

import re
from typing import Final

from hgplan.formats.document.cues import begins_with_intent, cues_in, is_outcome, states_an_aim

__all__ = ["is_intent", "is_intent_heading", "shortened"]

_LONGEST: Final = 140
_LEAD: Final = re.compile(
    r"^(?:att|to|vi (?:ska|skall|vill|kommer att|strävar efter att|siktar på att|ämnar|avser att)(?: också| även"
    r"| därför)?|we (?:will|shall|want to|aim to|intend to|plan to)"
    r"|målet är att|målsättningen är att|(?:our|the) (?:goal|aim|objective) is to)\s+",
    re.I,
)
_MARKS: Final = re.compile(r"\s*\[[^\[\]]{1,20}\]\s*$")


def is_intent(text: str, *, language: str, in_item: bool, among_goals: bool) -> bool:
    """Whether a sentence or an item is a goal without a figure.

    Under a heading of goals an item needs no verb; elsewhere it must say what is to be; a sentence of a paragraph must
    say what is to become true, not only what will be done.

    >>> is_intent("Synliggöra arkivet", language="sv", in_item=True, among_goals=False)
    True
    >>> is_intent("Arkivet är stängt.", language="sv", in_item=True, among_goals=False)
    False
    """
    words = text.split()
    if len(words) < 2 or text.endswith((":", "?")):
        return False
    cues = cues_in(text, language=language)
    moods = {cue.mood for cue in cues}
    if "past" in moods and not moods & {"intent", "aim"}:
        return False
    if not in_item and next((cue.mood for cue in cues if cue.mood in ("past", "intent", "aim")), None) == "past":
        return False
    if in_item and among_goals:
        return True
    if in_item:
        return states_an_aim(text, language=language)
    if among_goals:
        return bool(moods & {"intent", "aim"}) or begins_with_intent(text, language=language)
    return is_outcome(text, language=language)


def is_intent_heading(text: str, *, language: str) -> bool:
    """Whether a heading is itself a goal: it begins with a verb, "Öka synligheten"."""
    return len(text.split()) > 1 and begins_with_intent(text, language=language)


def shortened(text: str) -> str:
    """A sentence as a title: without the words that only say that it is a goal, and no longer than a line or two.

    >>> shortened("Vi ska påverka beslutsfattare på alla nivåer.")
    'Påverka beslutsfattare på alla nivåer'
    """
    words = _MARKS.sub("", " ".join(text.split())).rstrip(" .;,")
    words = _LEAD.sub("", words)
    if len(words) > _LONGEST:
        cut = max(words.rfind(", ", 40, _LONGEST), words.rfind(" – ", 40, _LONGEST))
        cut = cut if cut > 0 else words.rfind(" ", 0, _LONGEST)
        words = words[:cut].rstrip(" ,–") + " …"
    return words[:1].upper() + words[1:]
