"""The words by which plans of a tenants' union name what they count.

Where one phrase stands inside another, as "aktiva medlemmar" in "nya aktiva medlemmar", the longest one is meant. A
bare "medlemmar" is no phrase: "utbilda 500 medlemmar" and "värva 500 medlemmar" count different people, and a goal that
stays unbound is seen, while one bound wrongly is not.
"""

from __future__ import annotations

from typing import Final

from hgplan import Phrase

__all__ = ["PHRASES"]

_PEOPLE: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "sv": {
        "new_members": (
            "nya medlemmar",
            "ny medlem",
            "nyvärvade medlemmar",
            "nyrekryterade medlemmar",
            "värvade medlemmar",
        ),
        "newly_engaged": (
            "nya förtroendevalda/aktiva medlemmar",
            "nya förtroendevalda/aktiva",
            "nya förtroendevalda och aktiva medlemmar",
            "nya förtroendevalda eller aktiva medlemmar",
            "nya aktiva/förtroendevalda medlemmar",
            "nya aktiva medlemmar",
        ),
        "net_growth": ("fler medlemmar netto", "nettoökning av medlemmar"),
        "leavers": ("medlemmar som lämnar", "utträdda medlemmar"),
        "members": ("medlemmar totalt", "medlemmar sammanlagt", "medlemmar vid årets slut"),
        "engaged": (
            "förtroendevalda/aktiva medlemmar",
            "förtroendevalda och aktiva medlemmar",
            "förtroendevalda eller aktiva medlemmar",
            "aktiva medlemmar",
        ),
        "elected": ("förtroendevalda medlemmar",),
    },
    "en": {
        "new_members": ("new members", "new member", "newly recruited members", "recruited members"),
        "newly_engaged": (
            "new elected or active members",
            "new elected/active members",
            "newly elected or active members",
            "new active members",
        ),
        "net_growth": ("net growth of members", "net new members"),
        "leavers": ("members who leave",),
        "members": ("members in total", "members altogether", "members at the end of the year"),
        "engaged": ("elected or active members", "elected/active members", "active members"),
        "elected": ("elected members",),
    },
}
_COUNTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
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
_SHARES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "sv": {"density": ("av hyresgästerna är medlemmar", "av hyresgästerna som medlemmar", "organisationsgrad")},
    "en": {"density": ("of tenants are members", "of the tenants are members")},
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


# Who is elected only, where a plan counts them by themselves.
_ELECTED: Final = {"sv": ("nya förtroendevalda",), "en": ("newly elected members", "new elected members")}

PHRASES: Final = (
    *_goals(_PEOPLE, "people"),
    *_goals(_COUNTS, None),
    *_goals(_SHARES, "%"),
    *(
        Phrase(language=language, text=text, metric="newly_engaged", parameters={"role": "elected"}, unit="people")
        for language, texts in _ELECTED.items()
        for text in texts
    ),
    *(
        Phrase(language=language, text=text, metric="retention", unit="%", kind="condition")
        for language, texts in _KEPT.items()
        for text in texts
    ),
)
