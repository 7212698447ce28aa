"""What the example's associations report: their members each month, and the households of tenants each year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from hgplan_tenants.example.calendar import EXTRACTED, FIRST_DAY, LAST_DAY
from hgplan_tenants.example.chance import draw
from hgplan_tenants.example.organisation import EARLIEST, LATEST, Organisation

__all__ = ["household_figures", "member_reports", "stock"]

_YEARS: Final = range(2018, 2024)


def _ends(first: date, last: date, every: str) -> pl.Series:
    return (pl.date_range(first, last, every, eager=True).dt.offset_by(every) - timedelta(days=1)).alias("day")


def _numbered(organisation: Organisation) -> pl.DataFrame:
    rows = [(unit.unit, unit.opened or EARLIEST, unit.closed or LATEST) for unit in organisation.associations]
    return pl.DataFrame(
        rows, schema={"association": pl.String, "opened": pl.Date, "closed": pl.Date}, orient="row"
    ).with_row_index("number")


def stock(register: pl.DataFrame, organisation: Organisation, ends: pl.Series) -> pl.DataFrame:
    """The spells that run on each day, by the association that their unit stood in on it."""
    counted = [
        register.filter((pl.col("joined") <= day) & (pl.col("left").is_null() | (pl.col("left") > day)))
        .group_by("unit")
        .agg(pl.col("person").n_unique().cast(pl.Int64).alias("members"))
        .with_columns(pl.lit(day).alias("day"))
        for day in ends
    ]
    return (
        pl.concat(counted)
        .sort("day")
        .join_asof(organisation.placed(), left_on="day", right_on="since", by="unit", check_sortedness=False)
        .group_by("association", "day")
        .agg(pl.col("members").sum())
    )


def member_reports(register: pl.DataFrame, organisation: Organisation) -> pl.DataFrame:
    """Monthly counts as associations report them: some are missing, some come late, some are put right later."""
    ends = _ends(FIRST_DAY, LAST_DAY, "1mo")
    rows = (
        _numbered(organisation)
        .join(ends.to_frame(), how="cross")
        .filter(pl.col("day").is_between("opened", "closed", closed="left"))
        .join(stock(register, organisation, ends), on=["association", "day"], how="left")
    )
    key = pl.col("number").cast(pl.Int64) * 1_000 + pl.col("day").dt.year() % 100 * 12 + pl.col("day").dt.month()
    rows = rows.with_columns(key.alias("key")).with_columns(
        pl.concat_str("association", pl.lit("-"), pl.col("day").dt.strftime("%Y-%m")).alias("report_id"),
        (pl.col("day") + pl.duration(days=2 + draw(pl.col("key"), "report late", 20))).alias("recorded"),
        pl.col("members").fill_null(0),
    )
    # The last month is the one that is still waited for in most places.
    missing = draw(pl.col("key"), "report missing", 100) < pl.when(pl.col("day") == LAST_DAY).then(10).otherwise(3)
    given = rows.filter(~missing)
    wrong = draw(pl.col("key"), "report wrong", 100) < 5
    first = given.with_columns(
        pl.when(wrong).then(pl.col("members") * 9 // 10).otherwise(pl.col("members")).alias("members")
    )
    corrected = given.filter(wrong).with_columns(pl.col("recorded") + pl.duration(days=30))
    return (
        pl.concat([first, corrected])
        .filter(pl.col("recorded") <= EXTRACTED)
        .select("report_id", "association", "day", "members", "recorded")
        .sort("day", "association", "recorded")
    )


def household_figures(organisation: Organisation) -> pl.DataFrame:
    """Households of tenants in each association's area at the end of each year, made up like the rest."""
    rows = []
    for number, unit in enumerate(organisation.associations):
        members = organisation.weight_of(unit.unit)
        for year in _YEARS:
            day = date(year, 12, 31)
            if (unit.opened or EARLIEST) <= day < (unit.closed or LATEST):
                per_hundred = 205 + (number * 37) % 75
                rows.append((unit.unit, day, members * per_hundred // 100 * (1_000 + 6 * (year - 2018)) // 1_000))
    schema = {"association": pl.String, "day": pl.Date, "households": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("day", "association")
