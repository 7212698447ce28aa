"""The example's contacts: who was spoken to or written to, where, about what, and for how long."""

from __future__ import annotations

from typing import Final

import polars as pl

from hgplan_tenants.example.calendar import EXTRACTED, FIRST_DAY, LAST_DAY
from hgplan_tenants.example.chance import draw, place
from hgplan_tenants.example.organisation import Organisation
from hgplan_tenants.example.rhythm import late, on_line

__all__ = ["contacts", "recruited"]

_CONTACTS: Final = 330_000
# People outside the register have numbers after those in it.
_OUTSIDE: Final = 320_000
_OUTSIDERS: Final = 420_000
_BUSY: Final = {"housing-area": 9, "digital": 5, "fair": 7, "partner": 4}
# A dialogue is a spoken exchange from 30 seconds on; about one spoken contact in five is shorter.
_SECONDS: Final = ((0, 4), (210, 30), (500, 120), (800, 420), (970, 1_200), (1_000, 3_600))
_COLUMNS: Final = ("person", "unit_id", "occurred_on", "theme", "channel", "audience", "activity_id", "phase")


def recruited(register: pl.DataFrame, occasions: pl.DataFrame, organisation: Organisation) -> pl.DataFrame:
    """Recruits for whom an activity was held in their association shortly before, with the day they were met."""
    placed = organisation.placed()
    recruits = _placed(
        register.with_row_index("row")
        .filter(
            pl.col("joined").is_between(FIRST_DAY, LAST_DAY)
            & (pl.col("channel") != "transfer")
            & (draw(pl.col("person"), "met before", 100) < 46)
        )
        .with_columns((pl.col("joined") - pl.duration(days=draw(pl.col("person"), "met", 12))).alias("met")),
        placed,
        unit="unit",
        day="met",
    )
    held = _placed(occasions, placed, unit="unit_id", day="held_on").select(
        "association", "held_on", "unit_id", "activity_id", "theme", "channel", "audience", "phase", "key"
    )
    return (
        recruits.drop("channel")
        .sort("met", "row")
        .join_asof(
            held.sort("held_on", "key"),
            left_on="met",
            right_on="held_on",
            by="association",
            strategy="backward",
            tolerance="18d",
            check_sortedness=False,
        )
        .filter(pl.col("activity_id").is_not_null())
        .with_columns(pl.col("held_on").alias("occurred_on"))
        .sort("row")
    )


def _placed(rows: pl.DataFrame, placed: pl.DataFrame, *, unit: str, day: str) -> pl.DataFrame:
    return rows.sort(day).join_asof(
        placed, left_on=day, right_on="since", by_left=unit, by_right="unit", check_sortedness=False
    )


def contacts(met: pl.DataFrame, occasions: pl.DataFrame) -> pl.DataFrame:
    """All contacts: those with people who then joined, and many more."""
    key = pl.int_range(_CONTACTS, dtype=pl.Int64, eager=True).alias("key")
    busy = occasions.select(
        pl.col("channel").replace_strict(_BUSY, return_dtype=pl.Int64)
        * pl.when(pl.col("held_on").dt.year() == 2022).then(3).otherwise(2)
        * pl.col("participants")
    ).to_series()
    rows = occasions.select("unit_id", "held_on", "theme", "channel", "audience", "activity_id", "phase").rename(
        {"held_on": "occurred_on"}
    )[place(key, "occasion", busy.to_list())]
    person = draw(pl.col("key"), "person", 1_000_000)
    kind = draw(pl.col("key"), "kind", 100)
    rows = rows.with_columns(key).with_columns(
        pl.when(kind < 24)
        .then(None)
        .when(kind < 55)
        .then(person % _OUTSIDE)
        .otherwise(_OUTSIDE + person % _OUTSIDERS)
        .alias("person")
    )
    met = met.select(*_COLUMNS, (pl.lit(_CONTACTS, dtype=pl.Int64) + pl.col("row")).alias("key"))
    return _described(pl.concat([rows.select(*_COLUMNS, "key"), met]))


def _described(rows: pl.DataFrame) -> pl.DataFrame:
    key = pl.col("key")
    spoken = draw(key, "spoken", 100) < pl.when(pl.col("channel") == "digital").then(45).otherwise(90)
    rows = rows.with_columns(
        pl.when(spoken).then(on_line(draw(key, "seconds", 1_000), _SECONDS)).alias("seconds"),
        late(key, pl.col("occurred_on"), "contact written").alias("recorded_on"),
    )
    rows = rows.filter(pl.col("recorded_on") <= EXTRACTED).sort("occurred_on", "key")
    return rows.with_row_index("contact_id", offset=1).with_columns(pl.col("contact_id").cast(pl.Int64))
