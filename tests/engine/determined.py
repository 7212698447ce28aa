"""Answers as bytes, made in a process of its own: `determined.py ENGINE [WAYS]` prints a line for each way to ask.

The same facts are told with people of other kinds of ids, in another order, and counted in other pieces; every answer
is written as it comes, so that two lines are alike only where every byte of the answers is.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable
from datetime import date, timedelta

import attrs
import polars as pl

from hgplan import Events, Organisation, Plugins, Spells, Workspace
from hgplan.engine import collecting, keys

PEOPLE, CONTACTS, SPELLS = 400, 2000, 600
CHANNELS = ("door", "phone", "web", None)
FIRST = date(2021, 1, 1)
CLUBS = [f"club {number}" for number in range(12)]

contacts = Events("contacts", at="day", unit="unit", entity="who", columns={"talks": "int"})
members = Spells("members", start="joined", end="left", entity="who", unit="unit")
joins = members.rows("start")

MEASURES = [
    contacts.count(),
    contacts.sum("talks"),
    contacts.mean("talks"),
    contacts.max("talks"),
    contacts.where("channel == 'door'").count() / contacts.count(),
    contacts.distinct(),
    contacts.distinct(key="channel"),
    contacts.distinct().trailing("6mo"),
    contacts.count().to_date("year"),
    contacts.distinct(having=contacts.count() > 1),
    contacts.first().distinct(),
    contacts.during(members).distinct() / members.active(),
    contacts.converted(joins, within="45d"),
    contacts.converted(joins, within="45d", attribution="all", immature="include"),
    contacts.coverage("club"),
    members.active(),
    members.starts().distinct(),
    members.ends().count(),
    members.retained("3mo"),
]  # fmt: skip
GROUPED = [contacts.count(), contacts.distinct(), members.active(), joins.distinct()]


@attrs.frozen
class Way:
    """One way to tell the same facts: the ids of people, the order of rows, and how many keys are worked on at once."""

    id: Callable[[int], object] = int
    seed: int = 0
    chunk: int = 1 << 18


WAYS = {
    "as they are": Way(),
    "text ids, shuffled, in small pieces": Way(id=lambda number: f"p-{number * 7919 % PEOPLE}", seed=1, chunk=97),
    "negative ids, shuffled": Way(id=lambda number: number - PEOPLE, seed=2),
    "huge ids, shuffled": Way(id=lambda number: number * (2**64 // PEOPLE) - 2**63 + 5, seed=3),
    "huge ids in the smallest pieces": Way(id=lambda number: 2**63 - 1 - number * 2**50, chunk=3),
}


def organisation(*, moving: bool) -> Organisation:
    """Clubs in areas in a union; one of them may move."""
    rows: list[dict[str, object]] = [{"unit": "union", "parent": None, "level": "union"}]
    rows += [{"unit": f"area {number}", "parent": "union", "level": "area"} for number in range(3)]
    rows += [{"unit": club, "parent": f"area {number % 3}", "level": "club"} for number, club in enumerate(CLUBS)]
    if moving:
        rows[-1]["closed"] = "2021-08-10"
        rows.append({"unit": CLUBS[-1], "parent": "area 0", "level": "club", "opened": "2021-08-10"})
    return Organisation.from_rows(rows)


def facts(way: Way) -> dict[str, pl.DataFrame]:
    """The tables, told in one way: some people have one club and others several, and some rows are of nobody."""
    drawn = random.Random(7)

    def day() -> date:
        return FIRST + timedelta(days=drawn.randrange(360))

    def someone() -> tuple[object, str]:
        number = drawn.randrange(PEOPLE)
        club = CLUBS[number % 12 if drawn.random() < 0.7 else drawn.randrange(12)]
        return (None if drawn.random() < 0.03 else way.id(number)), club

    told = [(day(), *someone(), drawn.choice(CHANNELS), drawn.randrange(9)) for _ in range(CONTACTS)]
    states = []
    for _ in range(SPELLS):
        begin = day()
        end = begin + timedelta(days=drawn.randrange(300)) if drawn.random() < 0.6 else None
        states.append((begin, end, *someone(), drawn.choice(CHANNELS)))
    random.Random(way.seed).shuffle(told)
    random.Random(way.seed + 1).shuffle(states)
    return {
        "contacts": pl.DataFrame(told, schema=["day", "who", "unit", "channel", "talks"], orient="row"),
        "members": pl.DataFrame(states, schema=["joined", "left", "who", "unit", "channel"], orient="row"),
    }


def answers(way: Way) -> bytes:
    """All answers, byte by byte."""
    keys._CHUNK = way.chunk
    told = []
    for moving in (False, True):
        ws = Workspace(
            organisation=organisation(moving=moving),
            tables=[contacts, members],
            data=facts(way),
            plugins=Plugins.none(),
        )
        several = ws.measure(MEASURES, units="all", every=["month", "year"], until="2022-01-15")
        grouped = ws.measure(GROUPED, units="area", by="channel", every="quarter", until="2022-01-15")
        told += [several, grouped]
    return b"".join(str(frame.schema).encode() + frame.write_csv(None).encode() for frame in told)


def main(engine: str, count: str = "99") -> None:
    """Tell a hash of the answers for each way, or for so many of them."""
    collecting.MANY = 0 if engine == "streaming" else sys.maxsize
    for name, way in list(WAYS.items())[: int(count)]:
        told = answers(way)
        sys.stdout.write(f"{name}\t{len(told)}\t{hashlib.sha256(told).hexdigest()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
