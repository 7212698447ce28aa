"""Days as files write them: ISO text, with a time and an offset or without, and what is no day at all."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

import hgplan
from hgplan import Events, Period, Plan, PlanError, Spells, Workspace
from hgplan.model import CalendarSettings

JOINED = Spells("memberships", start="joined_on", end="left_on", entity="member")
PLAN = Plan(
    id="p",
    title="Plan",
    organisation="Region",
    period=Period.parse("2022"),
    calendar=CalendarSettings(timezone="Europe/Stockholm"),
)


def day_of(column: pl.Series) -> date:
    """The day on which the only row of a table counts, in Stockholm."""
    contacts = Events("contacts", at="day")
    workspace = hgplan.Workspace(
        plan=PLAN, tables=[contacts], data={"contacts": pl.DataFrame({"day": column})}, plugins=hgplan.Plugins.none()
    )
    told = workspace.measure([contacts.count()], every="day", start="2021-12-29", until="2022-10-31")
    (found,) = told.filter(pl.col("value") == 1)["period_start"].to_list()
    assert isinstance(found, date)
    return found


INSTANTS = [
    ("2021-12-31T23:30Z", date(2022, 1, 1)),
    ("2021-12-31T22:59:59.999Z", date(2021, 12, 31)),
    ("2021-12-31 23:30+00:00", date(2022, 1, 1)),
    ("2022-01-01T00:30+01:00", date(2022, 1, 1)),
    ("2022-01-01T00:30+02:00", date(2021, 12, 31)),
    ("2021-12-31T18:00:00-0530", date(2022, 1, 1)),
    ("2022-01-01T05:00+14", date(2021, 12, 31)),
    ("2022-06-30T22:00:00Z", date(2022, 7, 1)),
    ("2022-03-27T02:30", date(2022, 3, 27)),
    ("2022-10-30 23:59:59", date(2022, 10, 30)),
]


@pytest.mark.parametrize(("text", "day"), INSTANTS)
def test_text_with_an_offset_is_the_day_that_it_was_in_the_plans_zone(text: str, day: date) -> None:
    assert day_of(pl.Series([text])) == day


def test_text_with_an_offset_and_a_typed_instant_are_one_day() -> None:
    instant = datetime(2021, 12, 31, 23, 30, tzinfo=UTC)
    assert day_of(pl.Series([instant])) == day_of(pl.Series([instant.isoformat()])) == date(2022, 1, 1)


@pytest.mark.parametrize("text", ["2022-01-01T25:30Z", "2022-02-30T10:00Z", "2022-01-01Z", "2022-01-01T10:00+1"])
def test_an_instant_that_is_none_is_a_broken_row(text: str) -> None:
    with pytest.raises(hgplan.DataError, match="'day' holds what is not a day like 2022-03-01 in row 1"):
        day_of(pl.Series([text]))


def measured(starts: pl.Series, until: str | None = None) -> pl.DataFrame:
    data = {"memberships": pl.DataFrame({"joined_on": starts, "left_on": [None] * len(starts), "member": "m"})}
    workspace = hgplan.Workspace(tables=[JOINED], data=data, plugins=hgplan.Plugins.none())
    return workspace.measure([JOINED.starts().count()], until=until)


@pytest.mark.parametrize("until", [None, "2022-12-31"])
@pytest.mark.parametrize(
    "starts",
    [
        pl.Series(["2022-01-03", "0000-01-01"]),
        pl.Series(["2022-01-03", "0001-01-01T00:30+02:00"]),
        pl.Series([date(2022, 1, 3), date(2022, 1, 1)]).dt.offset_by(pl.Series(["0d", "-2022y"])),
    ],
    ids=["text", "instant", "typed"],
)
def test_a_day_before_the_year_1_is_a_broken_row(starts: pl.Series, until: str | None) -> None:
    with pytest.raises(hgplan.DataError, match=r"'joined_on' holds what is not a day.* in row 2"):
        measured(starts, until)


def test_a_start_that_cannot_be_read_is_not_told_as_empty_too() -> None:
    with pytest.raises(hgplan.DataError) as raised:
        measured(pl.Series(["2022-01-03", "3 January", None]), "2022-12-31")
    assert [fault.what for fault in raised.value.faults] == [
        "column 'joined_on' holds what is not a day like 2022-03-01 in row 2",
        "column 'joined_on' is empty: the state never began in row 3",
    ]


NOTED = Events("contacts", at="day", id="id", recorded="noted")


def known(noted: list[str | None], known_on: str) -> float:
    rows = {"day": ["2022-01-03"] * len(noted), "id": [str(n) for n in range(len(noted))], "noted": noted}
    data = {"contacts": pl.DataFrame(rows, schema_overrides={"noted": pl.String})}
    workspace = hgplan.Workspace(plan=PLAN, tables=[NOTED], data=data, plugins=hgplan.Plugins.none())
    told = workspace.measure([NOTED.count()], until="2022-01-31", known_on=known_on)["value"].item()
    assert isinstance(told, float)
    return told


def test_the_day_of_recording_is_that_of_the_plans_zone_and_an_empty_one_was_always_known() -> None:
    noted = ["2022-02-01T23:30Z", "2022-02-01T22:30Z", "2022-02-01", "", None]
    assert known(noted, "2022-02-01") == 4
    assert known(noted, "2022-02-02") == 5


def test_a_day_of_recording_that_cannot_be_read_is_a_broken_row_and_is_not_repeated() -> None:
    with pytest.raises(hgplan.DataError, match="'noted' holds what is not a day like 2022-03-01 in row 2") as raised:
        known(["2022-02-01", "Ada Canary"], "2022-02-01")
    assert "Canary" not in str(raised.value)


def test_rows_of_the_first_day_there_is_are_counted_and_a_range_from_it_is_refused_in_words() -> None:
    table = Events("contacts", at="day")
    rows = pl.DataFrame({"day": [date(1, 1, 1), date(2022, 1, 5)]})
    ws = Workspace(tables=[table], data={"contacts": rows})
    told = ws.measure(["contacts.count()", "contacts.count().to_date()"], every="year", start="2022-01-01")
    assert told["value"].to_list() == [1.0, 2.0]
    with pytest.raises(PlanError, match="a range from 0001-01-01 has no opening") as refused:
        ws.measure(["contacts.count()"], every="year")
    assert refused.value.hint == "say a later start=..."
