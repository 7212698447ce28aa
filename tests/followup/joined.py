"""A club whose members join over the years, by a season, for tests of what is foretold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from hgplan import Goal, Organisation, Phase, Plan, Plugins, Spells, Target, Vision, Workspace
from hgplan.metrics import Metric

MEMBERSHIPS = Spells("memberships", start="joined", end="left", entity="member", unit="branch")
METRICS = [
    Metric.formula("recruits", "memberships.starts().distinct()", unit="people"),
    Metric.formula("members", "memberships.active()", unit="people"),
    Metric.formula("retention", "memberships.retained('6mo')", unit="%"),
]
TREE = Organisation.from_rows(
    [
        {"unit": "club", "level": "club"},
        {"unit": "north", "parent": "club", "level": "branch"},
        {"unit": "south", "parent": "club", "level": "branch"},
    ]
)
JOINS = {2017: 300, 2018: 330, 2019: 310, 2020: 280, 2021: 320, 2022: 340}
"""How many join each year; every twentieth of them in the south."""


def joined(years: dict[int, int] | None = None) -> list[tuple[str, str, date, date | None]]:
    """Members by year, most of them late in it; one in four leaves after a year."""
    draw, rows = random.Random(2022), []
    for year, count in (years or JOINS).items():
        for number in range(count):
            day = date(year, 1, 1) + timedelta(days=int(365 * draw.random() ** 0.6))
            left = day + timedelta(days=365) if number % 4 == 0 else None
            rows.append((f"{year}-{number}", "south" if number % 20 == 0 else "north", day, left))
    # The register begins with people who leave at once: from then on it knows those who left, too.
    return [("first", "north", date(min(years or JOINS), 1, 1), date(min(years or JOINS), 1, 2)), *rows]


def club(*goals: Goal, years: dict[int, int] | None = None, phases: Sequence[Phase] = (), **said: object) -> Workspace:
    columns = ["member", "branch", "joined", "left"]
    types = {"joined": pl.Date, "left": pl.Date}
    frame = pl.DataFrame(joined(years), schema=columns, schema_overrides=types, orient="row")
    vision = said.pop("vision", None)
    assert vision is None or isinstance(vision, Vision)
    return Workspace(
        plan=Plan(id="p", title="P", direct_goals=goals, phases=phases, vision=vision),
        organisation=TREE,
        tables=[MEMBERSHIPS],
        metrics=METRICS,
        data={"memberships": frame},
        **{"plugins": Plugins.none(), **said},  # type: ignore[arg-type]
    )


def recruiting(**said: object) -> Goal:
    targets = said.pop("targets", [Target(period="2022", at_least=330)])
    return Goal(id="grow", title="New members", metric="recruits", targets=targets, **said)  # type: ignore[arg-type]
