"""The words by which plans of a tenants' union name what they count.

Where one phrase stands inside another, as "medlemmar" in "nya medlemmar", the longest one is meant.
"""

from __future__ import annotations

from typing import Final

from hgplan import Phrase

__all__ = ["PHRASES"]

_PEOPLE: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "sv": {
        "new_members": ("nya medlemmar", "ny medlem", "nyvärvade medlemmar", "nyrekryterade medlemmar"),
        "newly_engaged": (
            "nya förtroendevalda/aktiva medlemmar",
            "nya förtroendevalda och aktiva medlemmar",
            "nya förtroendevalda eller aktiva medlemmar",
            "nya aktiva/förtroendevalda medlemmar",
            "nya förtroendevalda/aktiva",
            "nya aktiva medlemmar",
            "nya förtroendevalda",
            "nya aktiva",
        ),
        "net_growth": ("fler medlemmar netto", "nettoökning av medlemmar", "nettotillväxt"),
        "leavers": ("medlemmar som lämnar", "utträden"),
        "members": ("medlemmar",),
        "engaged": ("förtroendevalda/aktiva medlemmar", "förtroendevalda och aktiva medlemmar", "aktiva medlemmar"),
        "elected": ("förtroendevalda",),
    },
    "en": {
        "new_members": ("new members", "new member", "newly recruited members"),
        "newly_engaged": (
            "new elected or active members",
            "new elected/active members",
            "new active members",
            "newly elected or active members",
        ),
        "net_growth": ("net growth of members", "net new members"),
        "leavers": ("members who leave",),
        "members": ("members",),
        "engaged": ("elected or active members", "elected/active members", "active members"),
        "elected": ("elected members",),
    },
}
_COUNTS: Final = {
    "sv": {
        "dialogues": ("dialoger", "samtal från 30 sekunder"),
        "activities_held": ("genomförda aktiviteter", "aktivitetstillfällen"),
        "campaign_activities": ("kampanjaktiviteter",),
    },
    "en": {
        "dialogues": ("dialogues",),
        "activities_held": ("activities held",),
        "campaign_activities": ("campaign activities",),
    },
}
_UNITS: Final = {
    "dialogues": "dialogues",
    "activities_held": "activities",
    "campaign_activities": "activities",
}
_SHARES: Final = {
    "sv": {"density": ("av hyresgästerna är medlemmar", "organisationsgrad"), "campaign_coverage": ("av föreningarna",)},
    "en": {"density": ("of tenants are members",), "campaign_coverage": ("of the associations",)},
}
_KEPT: Final = {
    "sv": ("behåller över tid", "som vi behåller", "som stannar kvar", "kvar efter ett år"),
    "en": ("keep over time", "kept over time", "who stay"),
}


def _goals(words: dict[str, dict[str, tuple[str, ...]]], unit: str | None) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(language=language, text=text, metric=metric, unit=unit or _UNITS[metric])
        for language, metrics in words.items()
        for metric, texts in metrics.items()
        for text in texts
    )


PHRASES: Final = (
    *_goals(_PEOPLE, "people"),
    *_goals(_COUNTS, None),
    *_goals(_SHARES, "%"),
    *(
        Phrase(language=language, text=text, metric="retention", unit="%", kind="condition")
        for language, texts in _KEPT.items()
        for text in texts
    ),
)
