"""The example's sub-activities, as associations and the regional office planned them, and when they were held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import isqrt
from typing import Final, NamedTuple

import polars as pl

from hgplan_tenants.example.calendar import EXTRACTED, LAST_DAY, PHASES, phase_of
from hgplan_tenants.example.chance import draw, drawn
from hgplan_tenants.example.organisation import OFFICE, Organisation, UnitRow
from hgplan_tenants.example.rhythm import days_drawn, late

__all__ = ["AUDIENCES", "CHANNELS", "THEMES", "SubActivity", "occasions", "sub_activities"]

THEMES: Final = {
    "agreements": "förhandlingsöverenskommelser",
    "legal": "juridiska ärenden",
    "local-activity": "den lokala verksamheten",
    "renovations": "upprustningar",
    "education": "utbildning",
    "housing-policy": "bostadspolitik",
}
CHANNELS: Final = {"housing-area": 52, "digital": 20, "fair": 16, "partner": 12}
AUDIENCES: Final = {"tenant": 50, "member": 30, "public": 20}
_FORMS: Final = {
    "housing-area": ("Dörrknackning om {}", "Gårdsmöte om {}", "Trapphusträff om {}"),
    "digital": ("Digital träff om {}", "Frågestund på nätet om {}"),
    "fair": ("Bokbord om {}", "Monter om {}"),
    "partner": ("Samtalskväll med andra aktörer om {}", "Områdesdag om {}"),
}
_PARTNERS: Final = ("municipality", "housing-company", "study-association", "neighbours")
_PLACES: Final = {
    "housing-area": ("yard", "stairwell", "laundry"), "digital": ("online",), "fair": ("square", "library"),
    "partner": ("library", "yard"),
}  # fmt: skip
# What the region's common campaign rests on, each step on the one before.
_GROUNDWORK: Final = (
    ("fact-base", "Faktaunderlag om bostadsmarknaden", date(2022, 1, 10), date(2022, 2, 28), "done"),
    ("proposals", "Bostadspolitiska förslag", date(2022, 2, 14), date(2022, 3, 31), "done"),
    ("messages", "Budskap för olika målgrupper", date(2022, 3, 21), date(2022, 5, 6), "done"),
    ("coordination", "Samordning av kampanjen i regionen", date(2022, 5, 9), date(2023, 12, 15), "ongoing"),
)


# How many of a hundred sub-activities each kind of doer has part in: those of the campaign, and the others.
_DOERS: Final = {
    True: {"regional-board": 62, "association": 100, "local-association": 72, "employees": 78},
    False: {"regional-board": 9, "association": 100, "local-association": 52, "employees": 44},
}


class SubActivity(NamedTuple):
    """A sub-activity: a row of the file that associations and the office fill."""

    activity_id: str
    parent: str
    title: str
    owner: str
    start: date
    end: date
    status: str
    theme: str | None
    channel: str | None
    audience: str | None
    # Words of a list stand with `;` between.
    phases: str | None
    doers: str
    partners: str | None
    places: str | None
    recruiting: bool | None
    budget: int
    hours: int
    depends_on: str | None
    # About how often it was held; no column of the file.
    times: int


def sub_activities(organisation: Organisation) -> list[SubActivity]:
    """All sub-activities of 2021 to 2023: every association has its own, a few have left a gap."""
    rows = [
        SubActivity(f"office-{name}", "campaign", title, OFFICE, start, end, status, "housing-policy", None, None, None,
                    "employees", None, None, None, 80_000, 160, f"office-{before}" if before else None, 0)
        for (name, title, start, end, status), before in zip(
            _GROUNDWORK, (None, *(step[0] for step in _GROUNDWORK)), strict=False
        )
    ]  # fmt: skip
    for number, unit in enumerate(organisation.associations):
        rows += _of_association(number, unit, organisation.weight_of(unit.unit))
    return rows


def _of_association(number: int, unit: UnitRow, weight: int) -> Iterator[SubActivity]:
    count = 0
    for parent, start, end, most in _slots(number):
        if (unit.opened and unit.opened > start) or (unit.closed and unit.closed <= end):
            continue
        for _ in range(drawn(number, f"{parent} {start}", most + 1)):
            count += 1
            yield _sub_activity(number * 1_000 + count, f"{unit.unit}-{count:02}", parent, unit, start, end, weight)


# The overarching activity, the first and the last month, and how many sub-activities of it at most.
_HALVES: Final = (("visible-in-areas", 1, 6, 2), ("visible-in-areas", 7, 12, 2), ("recruiting-focus", 1, 12, 3))


def _slots(number: int) -> Iterator[tuple[str, date, date, int]]:
    if drawn(number, "no campaign", 9):
        yield from (("campaign", first, last, 2) for first, last in PHASES.values())
    for year in (2021, 2022, 2023):
        for parent, first, last, most in _HALVES:
            if drawn(number, f"no {parent}", 14):
                yield parent, date(year, first, 1), date(year, last, 30 if last == 6 else 31), most


def _sub_activity(key: int, name: str, parent: str, unit: UnitRow, start: date, end: date, weight: int) -> SubActivity:
    campaign = parent == "campaign"
    theme = "housing-policy" if campaign else list(THEMES)[drawn(key, "theme", 5)]
    channel = _one_of(key, "channel", CHANNELS)
    forms = _FORMS[channel]
    held = drawn(key, "held", 20)
    focus = parent == "recruiting-focus"
    recruiting = drawn(key, "recruiting", 100) < (96 if focus else 72)
    return SubActivity(
        activity_id=name,
        parent=parent,
        title=forms[drawn(key, "form", len(forms))].format(THEMES[theme]),
        owner=unit.unit,
        start=start,
        end=end,
        status="cancelled" if held == 0 else "ongoing" if end == LAST_DAY and held < 5 else "done",
        theme=theme,
        channel=channel,
        audience=_one_of(key, "audience", AUDIENCES),
        phases=next(name for name, (first, _) in PHASES.items() if first == start) if campaign else None,
        doers=";".join(name for name, share in _DOERS[campaign].items() if drawn(key, name, 100) < share),
        partners=_PARTNERS[drawn(key, "partner of", len(_PARTNERS))] if channel == "partner" else None,
        places=_PLACES[channel][drawn(key, "place", len(_PLACES[channel]))],
        recruiting=recruiting if drawn(key, "marked", 25) else None,
        budget=1_000 * (2 + drawn(key, "budget", 30)),
        hours=6 + drawn(key, "hours", 60),
        depends_on="office-messages" if campaign and start >= PHASES["election"][0] else None,
        times=0 if held == 0 else 2 + isqrt(weight * (3 if focus else 2)) // 9,
    )


def _one_of(key: int, stream: str, weights: dict[str, int]) -> str:
    at = drawn(key, stream, sum(weights.values()))
    for name, weight in weights.items():
        if at < weight:
            return name
        at -= weight
    raise AssertionError(f"the weights of {stream} sum to no more than {at}")


def occasions(activities: list[SubActivity], organisation: Organisation) -> pl.DataFrame:
    """Each time that a sub-activity was held: where, when, by which kinds of doer."""
    held = pl.DataFrame(
        [
            (a.activity_id, a.owner, a.start, a.end, a.theme, a.channel, a.audience, a.recruiting, a.times, a.doers)
            for a in activities
            if a.times
        ],
        schema={
            "activity_id": pl.String, "owner": pl.String, "start": pl.Date, "end": pl.Date, "theme": pl.String,
            "channel": pl.String, "audience": pl.String, "recruiting": pl.Boolean, "times": pl.Int64,
            "doers": pl.String,
        },
        orient="row",
    ).with_row_index("key")  # fmt: skip
    count = pl.col("times") + draw(pl.col("key"), "occasions", 6)
    rows = held.with_columns(pl.int_ranges(count).alias("nth")).explode("nth")
    key = pl.col("key").cast(pl.Int64) * 1_000 + pl.col("nth")
    rows = rows.with_columns(key.alias("key")).drop("nth")
    rows = rows.with_columns(_days(rows).alias("held_on"), _units(rows, organisation).alias("unit_id"))
    local = pl.col("unit_id") != pl.col("owner")
    doers = pl.col("doers").str.split(";")
    key = pl.col("key")
    rows = rows.with_columns(
        (doers.list.contains("regional-board") & (draw(key, "board", 100) < 80)).alias("by_regional_board"),
        (~local | (draw(key, "association", 100) < 60)).alias("by_association"),
        (local | (doers.list.contains("local-association") & (draw(key, "local", 100) < 60))).alias(
            "by_local_association"
        ),
        (doers.list.contains("employees") & (draw(key, "employees", 100) < 85)).alias("by_employees"),
        pl.when((pl.col("channel") == "partner") | (draw(key, "partner", 100) < 14))
        .then(1 + draw(key, "partners", 3))
        .otherwise(0)
        .alias("partners"),
        (4 + draw(key, "participants", 40)).alias("participants"),
        (60 * (1 + draw(key, "minutes", 8))).alias("minutes"),
        phase_of(pl.col("held_on")).alias("phase"),
        late(key, pl.col("held_on"), "occasion written").alias("recorded_on"),
    )
    rows = rows.filter(pl.col("recorded_on") <= EXTRACTED).sort("held_on", "key")
    return rows.with_row_index("occasion_id", offset=1).with_columns(pl.col("occasion_id").cast(pl.Int64))


def _days(rows: pl.DataFrame) -> pl.Series:
    """A day inside each activity's own span, with the year's rhythm."""
    slots = rows.select("start", "end").unique().sort("start", "end")
    days = pl.Series("held_on", [None] * rows.height, dtype=pl.Date)
    for start, end in slots.rows():
        inside = ((rows["start"] == start) & (rows["end"] == end)).arg_true()
        key = rows["key"].gather(inside)
        days = days.scatter(inside, days_drawn(key, "occasion day", start, end))
    return days


def _units(rows: pl.DataFrame, organisation: Organisation) -> pl.Series:
    """The association itself, or one of its local ones that was there all the time."""
    settled: dict[str, list[str]] = {}
    for row in organisation.rows:
        if row.level == "local" and row.opened is None and row.closed is None:
            settled.setdefault(str(row.parent), []).append(row.unit)
    units = []
    for key, owner in rows.select("key", "owner").iter_rows():
        local = settled.get(owner, [])
        in_local = local and drawn(key, "in local", 5) < 2
        units.append(local[drawn(key, "which local", len(local))] if in_local else owner)
    return pl.Series(units, dtype=pl.String)
