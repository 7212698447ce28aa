"""The example's member register: who belonged where, from which day to which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from hgplan_tenants.example.calendar import EXTRACTED, LAST_DAY, REGISTER_OPENED
from hgplan_tenants.example.chance import draw, interpolated, pick
from hgplan_tenants.example.organisation import Home, Organisation
from hgplan_tenants.example.rhythm import days_drawn, late, on_line

__all__ = ["CHANNELS", "member_number", "memberships"]

_HORIZON: Final = LAST_DAY + timedelta(days=1)

# People who join for the first time, a year; those who come back are drawn from those who left.
_JOINERS: Final = {2019: 25_700, 2020: 21_300, 2021: 23_400, 2022: 23_800, 2023: 22_650}
_OLDEST: Final = 1970
_JOINERS_BEFORE: Final = 26_400
CHANNELS: Final = {"door": 31, "phone": 17, "digital": 24, "event": 14, "office": 6, "member": 8}
_STAYING: Final = {"door": 84, "phone": 92, "digital": 108, "event": 112, "office": 118, "member": 124}
# Of a million who join, so many have left after so many days.
_LEFT: Final = (
    (0, 0), (80_000, 92), (270_000, 365), (400_000, 730), (480_000, 1_095), (585_000, 1_826), (770_000, 3_652),
    (925_000, 7_305), (980_000, 10_957), (1_000_000, 17_500),
)  # fmt: skip
_DAYS: Final = tuple((days, share) for share, days in _LEFT)
_AWAY: Final = ((0, 4), (250, 45), (500, 200), (800, 600), (1_000, 1_400))


def member_number(person: pl.Expr) -> pl.Expr:
    """The number that stands for a made-up person; neighbours get numbers far apart."""
    return pl.lit(1_000_000, dtype=pl.Int64) + (person.cast(pl.Int64) * 7_919 + 12_345) % 999_983


def memberships(organisation: Organisation) -> pl.DataFrame:
    """All spells of membership, with the person's number and whether the row began a membership."""
    homes = organisation.homes
    first = _first_spells(homes)
    spells = pl.concat([first, _returned(first, homes)])
    pieces = _registered(_moved(pl.concat([spells, _second_homes(spells, homes)]), homes), organisation)
    return _recorded(pieces)


def _first_spells(homes: Sequence[Home]) -> pl.DataFrame:
    old = pl.Series(
        "joined",
        [
            date(year, 1, 1) + timedelta(days=day * 365 // count)
            for year in range(_OLDEST, REGISTER_OPENED.year)
            for count in [_still_there(year)]
            for day in range(count)
        ],
        dtype=pl.Date,
    )
    young = [
        days_drawn(
            pl.int_range(count, dtype=pl.Int64, eager=True).alias("key") + year * 100_000,
            "join day",
            date(year, 1, 1),
            date(year, 12, 31),
        )
        for year, count in _JOINERS.items()
    ]
    joined = pl.concat([old, *(days.alias("joined") for days in young)])
    frame = joined.to_frame().with_row_index("person").with_columns(pl.col("person").cast(pl.Int64))
    number = frame["person"]
    from_before = frame["joined"] < REGISTER_OPENED
    names = [home.home for home in homes]
    frame = frame.with_columns(
        pl.when(from_before)
        .then(pick(number, "old home", names, [home.members for home in homes]))
        .otherwise(pick(number, "home", names, [home.recruits for home in homes]))
        .alias("home"),
        pl.when(~from_before).then(pick(number, "channel", list(CHANNELS), list(CHANNELS.values()))).alias("channel"),
    )
    return _with_end(frame, "first").filter(pl.col("left").is_null() | (pl.col("left") > REGISTER_OPENED))


def _still_there(year: int) -> int:
    """How many of those who joined in a year long ago were still members when the register was opened."""
    days = (REGISTER_OPENED - date(year, 7, 1)).days
    gone = interpolated(pl.Series([days], dtype=pl.Int64), _DAYS).item()
    return _JOINERS_BEFORE * (1_000_000 - int(gone)) // 1_000_000


def _with_end(frame: pl.DataFrame, stream: str) -> pl.DataFrame:
    """Let each spell end by its length; who was there when the register opened had stayed until then."""
    staying = pl.col("channel").replace_strict(_STAYING, default=100, return_dtype=pl.Int64)
    until_opened = (pl.lit(REGISTER_OPENED) - pl.col("joined")).dt.total_days().clip(0)
    gone = on_line(until_opened, _DAYS)
    share = gone + draw(pl.col("person"), f"{stream} length", 1_000_000) * (1_000_000 - gone) // 1_000_000
    days = 1 + on_line(share, _LEFT) * staying // 100
    at_month_end = draw(pl.col("person"), f"{stream} month end", 100) < 70
    left = pl.col("joined") + pl.duration(days=days)
    left = pl.when(at_month_end).then(left.dt.month_end() + pl.duration(days=1)).otherwise(left)
    return frame.with_columns(left.alias("left")).with_columns(
        pl.when(pl.col("left") < _HORIZON).then(pl.col("left")).alias("left")
    )


def _returned(spells: pl.DataFrame, homes: Sequence[Home]) -> pl.DataFrame:
    """Some who left come back, after weeks or after years, mostly to where they were."""
    back = (
        spells.filter(pl.col("left").is_not_null() & (draw(pl.col("person"), "returns", 100) < 12))
        .with_columns(
            (pl.col("left") + pl.duration(days=on_line(draw(pl.col("person"), "away", 1_000), _AWAY))).alias("joined")
        )
        .filter(pl.col("joined") < _HORIZON)
    )
    number = back["person"]
    elsewhere = pick(number, "home again", [home.home for home in homes], [home.recruits for home in homes])
    back = back.with_columns(
        pl.when(draw(pl.col("person"), "same home", 4) == 0).then(elsewhere).otherwise(pl.col("home")).alias("home"),
        pick(number, "channel again", list(CHANNELS), list(CHANNELS.values())).alias("channel"),
    )
    return _with_end(back.select(spells.columns), "again").select(spells.columns)


def _second_homes(spells: pl.DataFrame, homes: Sequence[Home]) -> pl.DataFrame:
    """A few belong to two associations at once, for a part of their time."""
    two = spells.filter(draw(pl.col("person"), "two homes", 1_000) < 8).with_columns(
        (pl.col("joined") + pl.duration(days=30 + draw(pl.col("person"), "second day", 700))).alias("joined")
    )
    home = pick(two["person"], "second home", [home.home for home in homes], [home.members for home in homes])
    return two.with_columns(home.alias("home")).filter(pl.col("joined") < pl.col("left").fill_null(_HORIZON))


def _moved(spells: pl.DataFrame, homes: Sequence[Home]) -> pl.DataFrame:
    """Some move to another home on one day, without a day outside."""
    key = pl.col("person") * 5_000 + pl.col("joined").dt.year()
    length = (pl.col("left").fill_null(_HORIZON) - pl.col("joined")).dt.total_days()
    spells = spells.with_columns(
        (pl.col("joined") + pl.duration(days=length * draw(key, "move day", 1_000) // 1_000)).alias("moved"),
        (draw(key, "moves", 100) < 16).alias("moves"),
    )
    moves = pl.col("moves") & (pl.col("moved") > pl.col("joined")) & (pl.col("moved") > REGISTER_OPENED) & (length > 30)
    staying, moving = spells.filter(~moves), spells.filter(moves)
    new_home = pick(moving["person"], "new home", [home.home for home in homes], [home.members for home in homes])
    columns = ["person", "joined", "home", "channel", "left"]
    return pl.concat(
        [
            staying.select(columns),
            moving.with_columns(pl.col("moved").alias("left")).select(columns),
            moving.with_columns(
                pl.col("moved").alias("joined"), new_home.alias("home"), pl.lit("transfer").alias("channel")
            ).select(columns),
        ]
    )


def _registered(spells: pl.DataFrame, organisation: Organisation) -> pl.DataFrame:
    """Register each spell in the unit that its home was part of, day by day."""
    stays = pl.DataFrame(
        list(organisation.stays),
        schema={"home": pl.String, "unit": pl.String, "since": pl.Date, "until": pl.Date},
        orient="row",
    )
    settled = spells.join(stays, on="home", how="anti").with_columns(pl.col("home").alias("unit"))
    carried = (
        spells.join(stays, on="home", how="inner")
        .with_columns(
            pl.max_horizontal("joined", "since").alias("joined"),
            pl.when(pl.col("until") < pl.col("left").fill_null(_HORIZON))
            .then(pl.col("until"))
            .otherwise(pl.col("left"))
            .alias("left"),
            pl.when(pl.col("since") > pl.col("joined"))
            .then(pl.lit("transfer"))
            .otherwise(pl.col("channel"))
            .alias("channel"),
        )
        .filter(pl.col("joined") < pl.col("left").fill_null(_HORIZON))
    )
    columns = ["person", "unit", "joined", "left", "channel"]
    return pl.concat([settled.select(columns), carried.select(columns)])


def _recorded(pieces: pl.DataFrame) -> pl.DataFrame:
    key = pl.col("person") * 5_000 + pl.col("joined").dt.ordinal_day()
    rows = pieces.with_columns(late(key, pl.col("joined"), "late").alias("recorded"))
    # Someone pressed the button twice: the same spell stands there again, written down some days later.
    twice = rows.filter(draw(key, "twice", 4_000) == 0).with_columns(pl.col("recorded") + pl.duration(days=3))
    return (
        pl.concat([rows, twice])
        .filter(pl.col("recorded") <= EXTRACTED)
        .sort("joined", "person", "unit", "left", "recorded", "channel")
    )
