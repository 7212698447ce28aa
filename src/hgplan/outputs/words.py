"""The words of tables in Swedish and English: headings, statuses, comparators, availability."""

from __future__ import annotations

from typing import Final

from hgplan.outputs.numbers import Language

__all__ = ["word"]

# key: (Swedish, English). A key is a column's name or a value that a column takes.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    # headings
    "strategy": ("Strategi", "Strategy"),
    "goal": ("Mål", "Goal"),
    "title": ("Mål", "Goal"),
    "metric": ("Mått", "Metric"),
    "unit": ("Enhet", "Unit"),
    "level": ("Nivå", "Level"),
    "period": ("Period", "Period"),
    "until": ("T.o.m.", "Until"),
    "known_on": ("Känt den", "Known on"),
    "value": ("Utfall", "Value"),
    "numerator": ("Täljare", "Numerator"),
    "denominator": ("Nämnare", "Denominator"),
    "rows": ("Rader", "Rows"),
    "target": ("Måltal", "Target"),
    "attainment": ("Uppfyllelse", "Attainment"),
    "expected": ("Väntat hittills", "Expected by now"),
    "ahead": ("Före", "Ahead"),
    "status": ("Läge", "Status"),
    "conditions": ("Villkor", "Conditions"),
    "availability": ("Tillgång", "Availability"),
    "completeness": ("Fullständighet", "Completeness"),
    "commitment": ("Åtagande", "Commitment"),
    # statuses
    "reached": ("uppnått", "reached"),
    "on_course": ("på väg", "on course"),
    "uncertain": ("osäkert", "uncertain"),
    "off_course": ("ur kurs", "off course"),
    "not_reached": ("ej uppnått", "not reached"),
    "no_data": ("uppgift saknas", "no data"),
    "unquantified": ("utan måltal", "unquantified"),
    # availability
    "available": ("tillgänglig", "available"),
    "missing": ("saknas", "missing"),
    "not_expected": ("väntas inte", "not expected"),
    "immature": ("omogen", "immature"),
    "undefined": ("odefinierat", "undefined"),
    "suppressed": ("dold", "suppressed"),
    # conditions
    "met": ("uppfyllt", "met"),
    "failed": ("ej uppfyllt", "failed"),
    "unset": ("utan gräns", "unset"),
    # comparators
    "at_least": ("minst", "at least"),
    "at_most": ("högst", "at most"),
    "between": ("mellan", "between"),
    "equals": ("precis", "exactly"),
    "increase_by": ("ökning med", "increase by"),
    "increase_by_percent": ("ökning i procent", "increase by percent"),
    # commitments
    "firm": ("fast", "firm"),
    "aspiration": ("strävan", "aspiration"),
    # groups
    "none": ("uppgift saknas", "none"),
}


def word(key: str, language: Language) -> str:
    """The word for a heading or a value; a key without one is its own word, so that a plugin's column is shown as is.

    >>> word("attainment", "sv"), word("off_course", "en"), word("channel", "sv")
    ('Uppfyllelse', 'off course', 'channel')
    """
    both = _WORDS.get(key)
    if both is None:
        return key
    return both[0] if language == "sv" else both[1]
