"""Fact tables of all four kinds, with what real registers hold: nothing, doubles, overlaps, late corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from drawn.days import days
from hgplan.metrics import Dimension, Events, Snapshots, Spells
from hgplan.model import Organisation

Draw = st.DrawFn
Rows = list[dict[str, Any]]
Table = Events | Spells | Snapshots | Dimension

PEOPLE = ["p1", "p2", "p3", "p4", "p5"]
CHANNELS = ["door", "phone", "web"]
COLUMNS = {"channel": "enum(door, phone, web)", "minutes": "int", "fee": "decimal(2)", "activity": "ref(activities)"}

people = st.sampled_from(PEOPLE)
channels = st.sampled_from([*CHANNELS, None])
minutes = st.sampled_from([None, 0, 1, 2, 3, 10, -4])
fees = st.sampled_from([None, Decimal("0.00"), Decimal("0.10"), Decimal("0.20"), Decimal("2.50"), Decimal("-1.00")])
activities = st.sampled_from(["s1", "s2", "s3", None])


@attrs.frozen(kw_only=True)
class FactsDrawn:
    """Declared tables and their rows."""

    tables: Mapping[str, Table]
    data: Mapping[str, Sequence[Mapping[str, Any]]]

    def but(self, **data: Sequence[Mapping[str, Any]]) -> FactsDrawn:
        """The same tables with other rows."""
        return attrs.evolve(self, data={**self.data, **data})


@attrs.frozen
class Shape:
    """What a drawn table declares beside its columns."""

    id: bool
    recorded: bool
    duty: bool

    def declared(self) -> dict[str, Any]:
        return {
            "id": "number" if self.id else None,
            "recorded": "seen" if self.recorded else None,
            "expected": {"every": "month", "level": "association"} if self.duty else None,
        }


shapes = st.builds(Shape, st.booleans(), st.booleans(), st.sampled_from([False, False, True]))
plain = st.just(Shape(id=True, recorded=False, duty=False))


@st.composite
def _versions(draw: Draw, shape: Shape, rows: Rows, again: st.SearchStrategy[dict[str, Any]]) -> Rows:
    """The rows with numbers and days of recording; some are corrected, or told twice."""
    found: Rows = []
    for number, row in enumerate(rows):
        one = dict(row)
        if shape.id:
            one["number"] = f"n{number:02}"
        if shape.recorded:
            one["seen"] = draw(st.none() | days)
        found.append(one)
        if shape.id and shape.recorded and draw(st.integers(0, 3)) == 0:
            later = (one["seen"] or date(2023, 12, 1)) + timedelta(days=draw(st.sampled_from([1, 20, 40])))
            found.append({**one, **draw(again), "seen": later})
        elif not shape.id and draw(st.integers(0, 4)) == 0:
            found.append(dict(one))
    return draw(st.permutations(found))


def _least(most: int) -> st.SearchStrategy[int]:
    # No rows at all are a case; but it is among several rows that rules are broken.
    return st.sampled_from([0, most // 2, most])


def _places(organisation: Organisation) -> st.SearchStrategy[str | None]:
    # Low units are met more often, the organisation itself and nobody's rows now and then.
    low = [unit for unit in organisation.units if unit[0] in "al"]
    return st.sampled_from([*low, *low, *low, *organisation.units, None])


@st.composite
def contacts(draw: Draw, organisation: Organisation, name: str, shape: Shape, most: int) -> tuple[Events, Rows]:
    """Events with people in several units, rows of nobody, and rows without a day."""
    table = Events(name, at="day", unit="unit", entity="person", **shape.declared(), columns=COLUMNS)
    one = st.fixed_dictionaries(
        {
            "day": st.none() | days | days | days | days,
            "unit": _places(organisation),
            "person": st.none() | people | people | people | people,
            "channel": channels,
            "minutes": minutes,
            "fee": fees,
            "activity": activities,
        }
    )
    rows = draw(st.lists(one, min_size=draw(_least(most)), max_size=most))
    return table, draw(_versions(shape, rows, st.fixed_dictionaries({"minutes": minutes, "day": days})))


@st.composite
def memberships(draw: Draw, organisation: Organisation, name: str, shape: Shape, most: int) -> tuple[Spells, Rows]:
    """Spells that overlap, touch, lie apart, last no time, or go on in two units at once."""
    table = Spells(
        name, start="joined", end="left", entity="person", unit="unit", **shape.declared(),
        censored="lost", observed_from="watched", columns={"channel": "text", "minutes": "int"},
    )  # fmt: skip
    places = _places(organisation)
    rows: Rows = []
    for person in draw(st.lists(people, min_size=draw(_least(most)), max_size=most, unique=True)):
        start = draw(days)
        for _ in range(draw(st.integers(1, 3))):
            lasts = draw(st.sampled_from([None, 0, 1, 5, 14, 29, 30, 31, 45, 60]))
            rows.append(
                {
                    "joined": start,
                    "left": None if lasts is None else start + timedelta(days=lasts),
                    "person": person,
                    "unit": draw(places),
                    "channel": draw(channels),
                    "minutes": draw(minutes),
                    "lost": draw(st.sampled_from([None, False, False, True])),
                    "watched": draw(st.sampled_from([None, None, None, start, start + timedelta(days=7)])),
                }
            )
            away = draw(st.sampled_from([-10, -1, 0, 0, 0, 1, 15, 30, 31]))
            start += timedelta(days=max((10 if lasts is None else lasts) + away, -20))
    return table, draw(_versions(shape, rows, st.fixed_dictionaries({"channel": channels, "left": st.none()})))


@st.composite
def reports(draw: Draw, organisation: Organisation, shape: Shape, most: int) -> tuple[Snapshots, Rows]:
    """Stocks by unit, or by desk in a unit; some reports say nothing."""
    desk = draw(st.booleans())
    table = Snapshots(
        "reports", at="day", unit="unit", entity="desk" if desk else None, **shape.declared(),
        columns={"members": "int", "channel": "text"},
    )  # fmt: skip
    one = st.fixed_dictionaries(
        {
            "day": st.none() | days | days | days,
            "unit": _places(organisation),
            "desk": st.sampled_from(["d1", "d2", None]),
            "members": st.sampled_from([None, 0, 3, 5, 20]),
            "channel": channels,
        }
    )
    rows = draw(st.lists(one, min_size=draw(_least(most)), max_size=most))
    return table, draw(_versions(shape, rows, st.fixed_dictionaries({"members": st.sampled_from([1, 7])})))


@st.composite
def themes(draw: Draw) -> tuple[Dimension, Rows]:
    """Activities and their themes, which change on a day; the third activity is known to nobody."""
    table = Dimension("activities", key="activity", start="since", end="till", columns={"theme": "text"})
    rows: Rows = []
    for activity in ("s1", "s2"):
        change = draw(st.none() | days)
        rows.append({"activity": activity, "since": None, "till": change, "theme": draw(st.sampled_from(["a", "b"]))})
        if change is not None and draw(st.booleans()):
            rows.append(
                {"activity": activity, "since": change, "till": None, "theme": draw(st.sampled_from(["b", None]))}
            )
    return table, rows


@st.composite
def facts(
    draw: Draw, organisation: Organisation, shape: st.SearchStrategy[Shape] = shapes, most: int = 12
) -> FactsDrawn:
    """All tables: contacts and visits (events), memberships and roles (spells), reports (snapshots), activities."""
    drawn = [
        draw(contacts(organisation, "contacts", draw(shape), most)),
        draw(contacts(organisation, "visits", draw(shape), most // 2)),
        draw(memberships(organisation, "memberships", draw(shape), 4)),
        draw(memberships(organisation, "roles", draw(shape), 2)),
        draw(reports(organisation, draw(shape), most // 2)),
        draw(themes()),
    ]
    return FactsDrawn(
        tables={table.name: table for table, _ in drawn}, data={table.name: rows for table, rows in drawn}
    )
