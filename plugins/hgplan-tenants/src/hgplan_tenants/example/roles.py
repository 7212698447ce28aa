"""The example's elected, active and employed people, and what they were trained in."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from hgplan_tenants.example.calendar import EXTRACTED, FIRST_DAY, LAST_DAY
from hgplan_tenants.example.chance import draw, pick
from hgplan_tenants.example.organisation import OFFICE, REGION
from hgplan_tenants.example.rhythm import days_drawn, late, on_line

__all__ = ["roles", "trainings"]

# Roles that began, a year: those at the register's opening are spread over the years before it.
_BEGUN: Final = {2019: 430, 2020: 330, 2021: 375, 2022: 428, 2023: 418}
_BEFORE: Final = 2_600
_EMPLOYEES: Final = 150
_BOARD: Final = 15
# Of a thousand roles, so many have ended after so many days.
_TERMS: Final = ((0, 300), (150, 420), (400, 1_050), (700, 2_100), (900, 4_000), (1_000, 7_000))
_AWAY: Final = ((0, 40), (600, 700), (1_000, 1_500))
_COURSES: Final = {"arguments": 55, "digital-tools": 30, "negotiation": 15}


def roles(register: pl.DataFrame) -> pl.DataFrame:
    """Spells in a role: members elected or active in a unit, and those employed at the office."""
    members = (
        register.filter(pl.col("left").is_null())
        .unique("person", keep="first", maintain_order=True)
        .select("person", "unit", "joined")
    )
    begun = _ended(_begun(members), "term")
    again = _ended(_again(begun), "term again")
    rows = pl.concat([begun, _elected_too(begun), again, _employed()], how="diagonal")
    key = pl.col("person") * 3 + pl.col("started").dt.ordinal_day()
    return (
        rows.with_columns(late(key, pl.col("started"), "role written").alias("recorded"))
        .filter(pl.col("recorded") <= EXTRACTED)
        .sort("started", "person", "role", "unit", "ended")
    )


def _begun(members: pl.DataFrame) -> pl.DataFrame:
    def keys(first: int, count: int) -> pl.Series:
        return pl.int_range(first, first + count, dtype=pl.Int64, eager=True).alias("key")

    spans = [(0, _BEFORE, date(2008, 1, 1), date(2018, 12, 31))]
    spans += [(year * 1_000, count, date(year, 1, 1), date(year, 12, 31)) for year, count in _BEGUN.items()]
    rows = pl.concat(
        [
            keys(first, count)
            .to_frame()
            .with_columns(days_drawn(keys(first, count), "active from", start, end).alias("started"))
            for first, count, start, end in spans
        ]
    )
    members = members.sort("joined", "person")
    there = members["joined"].search_sorted(rows["started"], side="right").cast(pl.Int64)
    who = rows.select(draw(pl.col("key"), "who", 1 << 40) % there).to_series()
    rows = rows.hstack(members[who]).with_columns(
        pl.when(draw(pl.col("key"), "elected", 100) < 58)
        .then(pl.lit("elected"))
        .otherwise(pl.lit("active"))
        .alias("role")
    )
    elected = pl.col("role") == "elected"
    # The meetings that elect are held in February and March.
    meeting = pl.date(pl.col("started").dt.year(), 2, 5) + pl.duration(days=draw(pl.col("key"), "meeting", 50))
    return (
        rows.with_columns(pl.when(elected).then(meeting).otherwise(pl.col("started")).alias("started"))
        .with_columns(pl.when(elected).then(_by_board(pl.col("key"))).otherwise(pl.col("unit")).alias("unit"))
        .filter(pl.col("joined") <= pl.col("started"))
        .unique("person", keep="first", maintain_order=True)
        .select("key", "person", "unit", "role", "started")
    )


def _by_board(key: pl.Expr) -> pl.Expr:
    return pl.when(draw(key, "regional board", 250) == 0).then(pl.lit(REGION)).otherwise(pl.col("unit"))


def _ended(rows: pl.DataFrame, stream: str) -> pl.DataFrame:
    days = on_line(draw(pl.col("key"), stream, 1_000), _TERMS)
    # Whoever was in a role when the register opened has stayed in it until then; older ones aren't kept.
    before = (pl.lit(date(2019, 1, 1)) - pl.col("started")).dt.total_days().clip(0)
    ended = pl.col("started") + pl.duration(days=days + before)
    return rows.with_columns(pl.when(ended <= LAST_DAY).then(ended).alias("ended"))


def _again(begun: pl.DataFrame) -> pl.DataFrame:
    away = on_line(draw(pl.col("key"), "away from role", 1_000), _AWAY)
    return (
        begun.filter(pl.col("ended").is_not_null() & (draw(pl.col("key"), "comes back", 100) < 20))
        .with_columns((pl.col("ended") + pl.duration(days=away)).alias("started"))
        .filter(pl.col("started") <= LAST_DAY)
    )


def _elected_too(begun: pl.DataFrame) -> pl.DataFrame:
    """Some who are active are elected meanwhile: one person in two roles."""
    when = draw(pl.col("key"), "when elected", 90)
    length = (pl.col("ended").fill_null(LAST_DAY) - pl.col("started")).dt.total_days()
    return begun.filter((pl.col("role") == "active") & (draw(pl.col("key"), "elected too", 100) < 18)).with_columns(
        pl.lit("elected").alias("role"),
        (pl.col("started") + pl.duration(days=length * when // 100)).alias("started"),
    )


def _employed() -> pl.DataFrame:
    key = pl.int_range(900_000, 900_000 + _EMPLOYEES, dtype=pl.Int64, eager=True).alias("key")
    return key.to_frame().with_columns(
        # Outside the register: being employed makes nobody a member.
        (pl.col("key") - 150_000).alias("person"),
        pl.lit(OFFICE).alias("unit"),
        pl.lit("employee").alias("role"),
        days_drawn(key, "employed", date(2010, 1, 1), date(2022, 12, 31)).alias("started"),
        pl.lit(None, dtype=pl.Date).alias("ended"),
    )


def trainings(engaged: pl.DataFrame) -> pl.DataFrame:
    """Who of those in a role was trained, in what and when."""
    person = engaged["person"].unique().sort()
    rows = engaged.unique("person", keep="last", maintain_order=True).sort("person").select("person", "unit", "started")
    rows = rows.with_columns(
        days_drawn(person, "trained on", FIRST_DAY, LAST_DAY).alias("held_on"),
        pick(person, "course", list(_COURSES), list(_COURSES.values())).alias("course"),
        (2 + draw(pl.col("person"), "course hours", 3) * 2).alias("hours"),
    )
    return (
        rows.filter((pl.col("held_on") >= pl.col("started")) & (draw(pl.col("person"), "trained", 100) < 74))
        .with_columns(late(pl.col("person"), pl.col("held_on"), "training written").alias("recorded"))
        .filter(pl.col("recorded") <= EXTRACTED)
        .sort("held_on", "person")
    )
