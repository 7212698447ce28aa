"""The example's organisation: one region, its associations, and the local associations below many of them.

The places are real, the associations, their sizes and everything that happens to them are made up.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import polars as pl

from hgplan_tenants.example.chance import drawn

__all__ = ["EARLIEST", "LATEST", "OFFICE", "REGION", "Home", "Organisation", "Stay", "UnitRow", "organisation"]

REGION: Final = "region-stockholm"
OFFICE: Final = "regionkontoret"

# Members at the end of 2018, roughly: a few large associations and a long tail, as public figures show it.
_SIZES: Final = {
    "Södermalm": 15600, "Södertälje": 12300, "Botkyrka": 10800, "Huddinge": 9700, "Solna": 8995, "Haninge": 8300,
    "Farsta": 7700, "Sundbyberg": 7100, "Järfälla": 6600, "Spånga": 6100, "Bromma": 5700, "Kista": 5300,
    "Skarpnäck": 4950, "Hägersten": 4650, "Hässelby": 4350, "Skärholmen": 4050, "Upplands Väsby": 3800, "Nacka": 3550,
    "Enskede": 3350, "Sigtuna": 3150, "Vällingby": 2950, "Sollentuna": 2800, "Kungsholmen": 2650, "Rinkeby": 2500,
    "Tyresö": 2350, "Älvsjö": 2200, "Rågsved": 2004, "Täby": 1863, "Gotland": 1780, "Vasastan": 1690, "Norrtälje": 1600,
    "Tensta": 1520, "Årsta": 1440, "Upplands-Bro": 1370, "Östermalm": 1300, "Husby": 1230, "Fruängen": 1170,
    "Värmdö": 1110, "Nynäshamn": 1047, "Bredäng": 1000, "Hökarängen": 950, "Österåker": 905, "Bagarmossen": 860,
    "Lidingö": 807, "Midsommarkransen": 750, "Vårberg": 710, "Blackeberg": 670, "Vallentuna": 630, "Liljeholmen": 600,
    "Akalla": 565, "Hagsätra": 530, "Norrmalm": 500, "Salem": 470, "Kärrtorp": 440, "Ekerö": 410, "Bandhagen": 385,
    "Traneberg": 360, "Sköndal": 335, "Gamla stan": 310, "Nykvarn": 290, "Danderyd": 270, "Vaxholm": 210,
}  # fmt: skip
_NEW: Final = ("Hammarby Sjöstad", 900)
_LOCAL_NAMES: Final = (
    "Björken", "Eken", "Linden", "Lönnen", "Rönnen", "Aspen", "Hasseln", "Syrenen", "Granen", "Tallen", "Almen",
    "Boken", "Vallmon", "Smultronet", "Lingonet", "Havren", "Rågen", "Lärkan", "Svalan", "Koltrasten", "Gläntan",
    "Dungen", "Ängen", "Höjden", "Dalen", "Viken", "Udden", "Källan", "Bäcken", "Bron",
)  # fmt: skip
_FOLDED: Final = str.maketrans("åäö ", "aao-")

_MERGERS: Final = {"gamla-stan": ("sodermalm", date(2022, 1, 1)), "bandhagen": ("ragsved", date(2023, 4, 1))}
_SPLIT: Final = ("sodermalm", date(2022, 7, 1))
# The association that a local one leaves, the one that it comes to, and the day.
_MOVES: Final = (
    ("solna", "sundbyberg", date(2021, 10, 1)),
    ("huddinge", "botkyrka", date(2022, 10, 1)),
    ("farsta", "skarpnack", date(2023, 2, 1)),
)
_OPENINGS: Final = tuple(date(2021 + i // 4, 2 + 3 * (i % 4), 1) for i in range(12))
_CLOSINGS: Final = tuple(date(2021 + i // 2, 3 + 6 * (i % 2), 1) for i in range(6))


class UnitRow(NamedTuple):
    """A unit under a parent from a day to a day: a row of the organisation's file."""

    unit: str
    parent: str | None
    title: str
    level: str
    opened: date | None = None
    closed: date | None = None


class Home(NamedTuple):
    """Where a member belongs, with the weights by which members and recruits fall on it."""

    home: str
    members: int
    recruits: int


class Stay(NamedTuple):
    """The unit in which those who belong to a home are registered from a day to a day."""

    home: str
    unit: str
    since: date
    until: date


class Organisation(NamedTuple):
    """The rows of the organisation, the homes of its members, and what changed in the period."""

    rows: tuple[UnitRow, ...]
    homes: tuple[Home, ...]
    stays: tuple[Stay, ...]

    @property
    def associations(self) -> tuple[UnitRow, ...]:
        """The rows of the associations alone."""
        return tuple(row for row in self.rows if row.level == "association")

    def weight_of(self, association: str) -> int:
        """How large an association is, for sharing things out."""
        local = {row.unit for row in self.rows if row.parent == association}
        return sum(home.members for home in self.homes if home.home == association or home.home in local) // 100

    def placed(self) -> pl.DataFrame:
        """The association that each unit stands in, from a day on, sorted by that day."""
        rows = [
            (row.unit, row.unit if row.level == "association" else row.parent, row.opened or EARLIEST)
            for row in self.rows
            if row.level in ("association", "local")
        ]
        schema = {"unit": pl.String, "association": pl.String, "since": pl.Date}
        return pl.DataFrame(rows, schema=schema, orient="row").sort("since", "unit")


EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2999, 1, 1)


def _identifier(title: str) -> str:
    return title.casefold().translate(_FOLDED)


def organisation() -> Organisation:
    """The whole region: about 60 associations and 250 local ones, with what opens, closes, merges and moves."""
    rows = [
        UnitRow(REGION, None, "Hyresgästföreningen region Stockholm", "region"),
        UnitRow(OFFICE, REGION, "Regionkontoret", "office"),
    ]
    homes: list[Home] = []
    stays: list[Stay] = []
    for name, size in (*_SIZES.items(), _NEW):
        unit = _identifier(name)
        founded = _SPLIT[1] if (name, size) == _NEW else None
        merged = _MERGERS.get(unit)
        rows.append(
            UnitRow(unit, REGION, f"Hyresgästföreningen {name}", "association", founded, merged[1] if merged else None)
        )
        if merged:
            stays += [Stay(unit, unit, EARLIEST, merged[1]), Stay(unit, merged[0], merged[1], LATEST)]
        local = _locals(unit, name, size, founded)
        for new in (unit, *(row.unit for row in local)) if founded else ():
            stays += [Stay(new, _SPLIT[0], EARLIEST, founded or EARLIEST), Stay(new, new, founded or EARLIEST, LATEST)]
        rows += local
        homes += _homes(unit, size, [row.unit for row in local])
    return _reformed(rows, homes, stays)


def _locals(unit: str, name: str, size: int, founded: date | None) -> list[UnitRow]:
    key = len(name) * 100_000 + size
    # About a third of the smaller ones have none below them, so the tree is ragged.
    count = 0 if size < 3_000 and drawn(key, "locals", 3) == 0 else min(16, size // 520 + drawn(key, "more locals", 2))
    first = drawn(key, "first local", len(_LOCAL_NAMES))
    nouns = [_LOCAL_NAMES[(first + i) % len(_LOCAL_NAMES)] for i in range(count)]
    return [
        UnitRow(f"{unit}-{_identifier(noun)}", unit, f"Lokala hyresgästföreningen {noun}, {name}", "local", founded)
        for noun in nouns
    ]


def _homes(unit: str, size: int, local: list[str]) -> list[Home]:
    pull = 82 + drawn(size, f"pull of {unit}", 37)
    direct = size if not local else size * 35 // 100
    parts = [2 + drawn(size, f"part of {one}", 5) for one in local]
    homes = [(unit, direct)] + [
        (one, (size - direct) * part // sum(parts)) for one, part in zip(local, parts, strict=True)
    ]
    return [Home(home, weight * 100, weight * pull) for home, weight in homes]


def _reformed(rows: list[UnitRow], homes: list[Home], stays: list[Stay]) -> Organisation:
    """Let local associations move, open and close, and carry the members of those that do."""
    local = [row.unit for row in rows if row.level == "local" and row.opened is None]
    moves = {row.unit: (_MERGERS[row.parent]) for row in rows if row.level == "local" and row.parent in _MERGERS}
    for source, to, day in _MOVES:
        moves[next(row.unit for row in rows if row.parent == source)] = (to, day)
    settled = [unit for unit in local if unit not in moves]
    opened = {settled[7 + 19 * i]: day for i, day in enumerate(_OPENINGS)}
    closed = {settled[16 + 37 * i]: day for i, day in enumerate(_CLOSINGS)}
    result: list[UnitRow] = []
    for row in rows:
        if row.unit in moves:
            to, day = moves[row.unit]
            result += [row._replace(closed=day), row._replace(parent=to, opened=day)]
        elif row.unit in opened or row.unit in closed:
            parent = str(row.parent)
            first, last = opened.get(row.unit), closed.get(row.unit)
            result.append(row._replace(opened=first, closed=last))
            stays += [Stay(row.unit, parent, EARLIEST, first)] if first else []
            stays.append(Stay(row.unit, row.unit, first or EARLIEST, last or LATEST))
            stays += [Stay(row.unit, parent, last, LATEST)] if last else []
        else:
            result.append(row)
    return Organisation(tuple(result), tuple(homes), tuple(stays))
