"""What the boards of the example say of goals that have no figure: dated judgements, with reasons and remedies."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import polars as pl

from hgplan_tenants.example.chance import drawn
from hgplan_tenants.example.organisation import Organisation

__all__ = ["judgements"]

_DAYS: Final = (date(2022, 6, 30), date(2022, 12, 31), date(2023, 6, 30), date(2023, 12, 31))


class _Words(NamedTuple):
    """A judgement as it may be put, with what it rests on and what is to be done about it."""

    judgement: str
    reason: str
    remedy: str | None


_GOOD, _FAIR, _POOR = 0, 1, 2
_SAID: Final = {
    "opinion": (
        _Words("på god väg", "bostaden tas oftare upp i den lokala pressen", None),
        _Words("på väg", "frågan syns i valrörelsen men tappar fart efter den", "fler samtal i bostadsområdena"),
        _Words("trögt", "få andra aktörer tar upp frågan", "bjud in två aktörer till i varje förening"),
    ),
    "political-change": (
        _Words("på god väg", "flera kommuner har tagit upp våra förslag", None),
        _Words("på väg", "förslagen är kända men inga beslut är fattade", "uppvakta nämnderna före budgeten"),
        _Words("trögt", "den nya majoriteten har andra frågor främst", "nya budskap till de nyvalda"),
    ),
    "clear-value": (
        _Words("på god väg", "medlemmarna kan nämna vad de har fått hjälp med", None),
        _Words("på väg", "nyttan är tydlig i förhandlingar men inte i vardagen", "berätta om fler ärenden"),
        _Words("trögt", "många frågar vad avgiften går till", "ta fram ett kort om nyttan"),
    ),
    "successes-told": (
        _Words("på god väg", "de flesta framgångar berättas samma månad", None),
        _Words("på väg", "framgångar berättas digitalt men sällan i trapphusen", "affischer i trapphusen"),
        _Words("trögt", "framgångar stannar hos dem som var med", "utse en som berättar i varje förening"),
    ),
    "new-forms": (
        _Words("på god väg", "flera nya former prövas och utvärderas", None),
        _Words("på väg", "nya former prövas på några håll", "sprid det som fungerar"),
        _Words("trögt", "samma möten som förut", "pröva en ny form före årsmötet"),
    ),
    "real-influence": (
        _Words("på god väg", "samråd hålls före varje upprustning", None),
        _Words("på väg", "samråd hålls, men sent", "kräv samråd före beslut"),
        _Words("trögt", "hyresgästerna hörs inte i området", "bilda en lokal hyresgästförening"),
    ),
}
_BY_ASSOCIATIONS: Final = ("new-forms", "real-influence")


def judgements(organisation: Organisation) -> pl.DataFrame:
    """The regional board's judgements twice a year, and at the turn of the year those of about two associations of
    three; those that are not there, or say nothing, leave a gap."""
    root = organisation.rows[0].unit
    rows: list[tuple[object, ...]] = []
    for number, day in enumerate(_DAYS):
        for place, goal in enumerate(_SAID):
            rows.append(_row(goal, root, day, drawn(100 * number + place, "judged", 5), "regionstyrelsen"))
    for number, unit in enumerate(organisation.associations):
        for day in (_DAYS[1], _DAYS[3]):
            there = (unit.opened is None or unit.opened <= day) and (unit.closed is None or unit.closed > day)
            if not there or drawn(number, f"judges {day}", 3) == 0:
                continue
            rows += [
                _row(goal, unit.unit, day, drawn(number, f"{goal} judged {day}", 5), "föreningens styrelse")
                for goal in _BY_ASSOCIATIONS
            ]
    schema = {
        "goal": pl.String, "unit": pl.String, "day": pl.Date, "judgement": pl.String, "reason": pl.String,
        "remedy": pl.String, "by": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").unique(maintain_order=True)


def _row(goal: str, unit: str, day: date, chance: int, by: str) -> tuple[object, ...]:
    # Two of five are going well, two fairly, one poorly.
    words = _SAID[goal][(_GOOD, _GOOD, _FAIR, _FAIR, _POOR)[chance]]
    return goal, unit, day, *words, by
