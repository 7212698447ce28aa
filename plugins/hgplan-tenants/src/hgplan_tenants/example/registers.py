"""The example's registers: materials, successes, signals from the world around, and digital tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from hgplan_tenants.example.activities import AUDIENCES, CHANNELS, THEMES
from hgplan_tenants.example.calendar import FIRST_DAY, LAST_DAY
from hgplan_tenants.example.chance import draw, drawn
from hgplan_tenants.example.organisation import OFFICE, Organisation
from hgplan_tenants.example.rhythm import days_drawn

__all__ = ["MESSAGES", "materials", "signals", "successes", "tellings", "tool_access", "tool_uses"]

MESSAGES: Final = ("fair-rents", "build-for-all", "careful-renovation", "safe-home", "voice-where-you-live")
# A message and an audience without a version of its own: the gap that the example has.
_LACKING: Final = {("careful-renovation", "public"), ("voice-where-you-live", "public"), ("safe-home", "member")}
_SOURCES: Final = ("landlord", "municipality", "media", "members")
_TOOLS: Final = ("recruiting-app", "member-register", "door-map")
_TOOLS_OPENED: Final = date(2021, 3, 1)


def materials() -> pl.DataFrame:
    """Every version of what the office publishes, one after the other."""
    rows = [row for number, one in enumerate(_published()) for row in _versions(number, *one)]
    schema = {
        "material_id": pl.String, "unit_id": pl.String, "kind": pl.String, "message": pl.String, "audience": pl.String,
        "version": pl.Int64, "relevance": pl.Int64, "published_on": pl.Date, "replaced_on": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").sort("published_on", "material_id")


def _published() -> Iterator[tuple[str, str, str | None, str | None, int | None, date, int]]:
    """Each material with its kind, message, audience, relevance, first day, and how often it is published anew."""
    for number in range(3):
        yield f"facts-{number + 1}", "fact-base", None, None, None, date(2022, 2, 1 + 9 * number), 2
    for number in range(4):
        yield f"proposal-{number + 1}", "proposal", None, None, None, date(2022, 3, 3 + 7 * number), 1
    for message in MESSAGES:
        for audience in AUDIENCES:
            if (message, audience) not in _LACKING:
                yield f"{message}-{audience}", "message", message, audience, None, date(2022, 4, 11), 3
    for number in range(12):
        relevance = 1 + drawn(number, "relevance of an argument", 5)
        yield f"argument-{number + 1:02}", "argument", None, None, relevance, date(2021, 1 + number, 15), 2


def _versions(
    key: int,
    name: str,
    kind: str,
    message: str | None,
    audience: str | None,
    relevance: int | None,
    day: date,
    most: int,
) -> Iterator[tuple[object, ...]]:
    count = 1 + drawn(key, "versions", most)
    days = [day]
    for version in range(1, count):
        days.append(days[-1] + timedelta(days=60 + drawn(key * 10 + version, "next version", 200)))
    days = [one for one in days if one <= LAST_DAY]
    for number, (first, then) in enumerate(zip(days, [*days[1:], None], strict=True), 1):
        yield name, OFFICE, kind, message, audience, number, relevance, first, then


def successes(organisation: Organisation) -> pl.DataFrame:
    """What associations won for their members, larger ones oftener."""
    rows = []
    for number, unit in enumerate(organisation.associations):
        for nth in range(1 + drawn(number, "successes", 4) + organisation.weight_of(unit.unit) // 300):
            key = number * 1_000 + nth
            day = FIRST_DAY + timedelta(days=drawn(key, "success day", (LAST_DAY - FIRST_DAY).days + 1))
            if (unit.opened is None or unit.opened <= day) and (unit.closed is None or day < unit.closed):
                rows.append((key, unit.unit, day, list(THEMES)[drawn(key, "success theme", 5)]))
    return _numbered(rows, "success_id", "happened_on")


def tellings(won: pl.DataFrame, organisation: Organisation) -> pl.DataFrame:
    """How successes were told: two of three are, some of them several times, by associations that are still there."""
    closed = {unit.unit: unit.closed for unit in organisation.associations if unit.closed}
    key = pl.col("success_id")
    often = pl.when(draw(key, "told", 100) < 66).then(1 + draw(key, "times told", 3)).otherwise(0)
    rows = won.with_columns(pl.int_ranges(often).alias("nth")).explode("nth").drop_nulls("nth")
    each = pl.col("success_id") * 10 + pl.col("nth")
    channels, audiences = (pl.Series(list(words), dtype=pl.String) for words in (CHANNELS, AUDIENCES))
    found = rows.select(
        "success_id",
        "unit_id",
        (pl.col("happened_on") + pl.duration(days=1 + draw(each, "days to telling", 90))).alias("told_on"),
        draw(each, "telling channel", len(channels)).alias("channel"),
        draw(each, "telling audience", len(audiences)).alias("audience"),
    )
    last = pl.col("unit_id").replace_strict(closed, default=None, return_dtype=pl.Date)
    found = found.filter((pl.col("told_on") <= LAST_DAY) & (last.is_null() | (pl.col("told_on") < last)))
    return found.with_columns(
        channels.gather(found["channel"]).alias("channel"), audiences.gather(found["audience"]).alias("audience")
    ).sort("told_on", "success_id")


def signals(organisation: Organisation) -> pl.DataFrame:
    """What was noticed around the associations, and how far it came; each step is reached by fewer."""
    rows = []
    for number, unit in enumerate(organisation.associations):
        for nth in range(3 + drawn(number, "signals", 6)):
            key = number * 1_000 + nth
            noticed = FIRST_DAY + timedelta(days=drawn(key, "noticed", (LAST_DAY - FIRST_DAY).days + 1))
            if (unit.opened and unit.opened > noticed) or (unit.closed and noticed >= unit.closed):
                continue
            days: list[date | None] = [noticed]
            for step, share, longest in (("acted", 74, 60), ("value", 62, 150), ("recruited", 48, 90)):
                last = days[-1]
                reached = last is not None and drawn(key, f"is {step}", 100) < share
                then = (
                    last + timedelta(days=2 + drawn(key, f"days until {step}", longest)) if last and reached else None
                )
                days.append(then if then and then <= LAST_DAY else None)
            theme, source = (drawn(key, f"signal {what}", many) for what, many in (("theme", 5), ("source", 4)))
            rows.append((key, unit.unit, noticed, list(THEMES)[theme], _SOURCES[source], *days[1:]))
    return _numbered(rows, "signal_id", "noticed_on", "source", "acted_on", "value_on", "recruited_on")


def _numbered(rows: Sequence[tuple[object, ...]], id: str, day: str, *further: str) -> pl.DataFrame:
    """The rows in the order of their days, numbered."""
    schema: dict[str, type[pl.DataType]] = {
        "key": pl.Int64, "unit_id": pl.String, day: pl.Date, "theme": pl.String,
        **{name: pl.Date if name.endswith("_on") else pl.String for name in further},
    }  # fmt: skip
    found = pl.DataFrame(rows, schema=schema, orient="row").sort(day, "key").drop("key")
    return found.with_row_index(id, offset=1).with_columns(pl.col(id).cast(pl.Int64))


def tool_access(engaged: pl.DataFrame) -> pl.DataFrame:
    """Who of those in a role was given which tool; most get one some weeks after they begin."""
    key = pl.col("person") * 7 + pl.col("started").dt.ordinal_day()
    begun = pl.max_horizontal(pl.col("started"), pl.lit(_TOOLS_OPENED))
    given = begun + pl.duration(days=5 + draw(key, "tool given", 120))
    tools = pl.Series(_TOOLS, dtype=pl.String)
    rows = engaged.unique("person", keep="last", maintain_order=True).select(
        "person",
        "unit",
        draw(key, "which tool", 3).alias("tool"),
        given.alias("given_on"),
        pl.col("ended").alias("ended_on"),
        (draw(key, "has tool", 100) < 71).alias("has"),
    )
    there = pl.col("has") & (pl.col("given_on") <= LAST_DAY)
    lasting = pl.col("ended_on").is_null() | (pl.col("given_on") < pl.col("ended_on"))
    rows = rows.filter(there & lasting).drop("has")
    return rows.with_columns(tools.gather(rows["tool"]).alias("tool")).sort("given_on", "person")


def tool_uses(access: pl.DataFrame) -> pl.DataFrame:
    """The days on which tools were used, by those who use theirs at all."""
    often = (
        pl.when(draw(pl.col("person"), "uses a tool", 100) < 64)
        .then(1 + draw(pl.col("person"), "uses", 9))
        .otherwise(0)
    )
    rows = access.with_columns(pl.int_ranges(often).alias("nth")).explode("nth").drop_nulls("nth")
    key = (rows["person"] * 100 + rows["nth"]).alias("key")
    rows = rows.with_columns(days_drawn(key, "tool used", _TOOLS_OPENED, LAST_DAY).alias("used_on"))
    held = (pl.col("used_on") >= pl.col("given_on")) & (
        pl.col("ended_on").is_null() | (pl.col("used_on") < pl.col("ended_on"))
    )
    return rows.filter(held).select("person", "unit", "tool", "used_on").sort("used_on", "person", "tool")
