"""The example region as files: a plan, an organisation, and the facts that its goals are held against."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

import polars as pl

from hgplan_tenants.example.activities import SubActivity, occasions, sub_activities
from hgplan_tenants.example.calendar import FIRST_DAY
from hgplan_tenants.example.chance import draw
from hgplan_tenants.example.contacts import contacts, recruited
from hgplan_tenants.example.judgements import judgements
from hgplan_tenants.example.memberships import member_number, memberships
from hgplan_tenants.example.organisation import Organisation, organisation
from hgplan_tenants.example.registers import materials, signals, successes, tellings, tool_access, tool_uses
from hgplan_tenants.example.reports import household_figures, member_reports
from hgplan_tenants.example.roles import roles, trainings
from hgplan_tenants.example.targets import targets
from hgplan_tenants.example.trial import assignments

__all__ = ["write_region"]

_TEXTS: Final = ("plan.toml", "plan-2020.toml", "README.txt")
_PERSON: Final = member_number(pl.col("person"))


def write_region(directory: Path) -> Path:
    """Write the whole example into the directory and give the path of its plan."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in _TEXTS:
        (directory / name).write_bytes(files("hgplan_tenants.example").joinpath("texts", name).read_bytes())
    region = organisation()
    activities = sub_activities(region)
    register = memberships(region)
    held = occasions(activities, region)
    met = recruited(register, held, region)
    engaged = roles(register)
    won, access = successes(region), tool_access(engaged)
    for name, rows in {
        "units": _units(region),
        "activities": _planned(activities),
        "targets": targets(register, region),
        "assessments": judgements(region),
    }.items():
        rows.write_csv(directory / f"{name}.csv")
    for name, rows in {
        "memberships": _memberships(register, met),
        "contacts": _contacts(contacts(met, held)),
        "occasions": _occasions(held),
        "activities": _dimension(activities),
        "roles": engaged.select(
            _PERSON.alias("person_id"),
            pl.col("unit").alias("unit_id"),
            "role",
            pl.col("started").alias("started_on"),
            pl.col("ended").alias("ended_on"),
            pl.col("recorded").alias("recorded_on"),
        ),
        "trainings": trainings(engaged).select(
            _PERSON.alias("person_id"),
            pl.col("unit").alias("unit_id"),
            "held_on",
            "course",
            "hours",
            pl.col("recorded").alias("recorded_on"),
        ),
        "reports": member_reports(register, region).select(
            "report_id",
            pl.col("association").alias("association_id"),
            pl.col("day").alias("counted_on"),
            "members",
            pl.col("recorded").alias("recorded_on"),
        ),
        "households": household_figures(region).select(
            pl.col("association").alias("association_id"), pl.col("day").alias("counted_on"), "households"
        ),
        "materials": materials(),
        "successes": won,
        "tellings": tellings(won, region),
        "signals": signals(region),
        "tool_access": _by_person(access, "tool", "given_on", "ended_on"),
        "tool_uses": _by_person(tool_uses(access), "tool", "used_on"),
        "assignments": _by_person(assignments(register), "assigned_on", "experiment", "arm"),
    }.items():
        rows.write_parquet(directory / f"{name}.parquet", compression="zstd", row_group_size=1 << 17)
    return directory / "plan.toml"


def _by_person(rows: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return rows.select(_PERSON.alias("person_id"), pl.col("unit").alias("unit_id"), *columns)


def _units(region: Organisation) -> pl.DataFrame:
    schema = {
        "unit": pl.String, "parent": pl.String, "title": pl.String, "level": pl.String, "opened": pl.Date,
        "closed": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(list(region.rows), schema=schema, orient="row")


def _memberships(register: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    credited = met.filter(draw(pl.col("person"), "credited", 100) < 68).select("row", "activity_id")
    return (
        register.with_row_index("row")
        .join(credited, on="row", how="left", maintain_order="left")
        .select(
            _PERSON.alias("member_id"),
            pl.col("unit").alias("association_id"),
            pl.col("joined").alias("joined_on"),
            pl.col("left").alias("left_on"),
            "channel",
            pl.col("activity_id").alias("recruited_by_activity"),
            pl.col("recorded").alias("recorded_on"),
        )
    )


def _contacts(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "contact_id",
        _PERSON.alias("person_id"),
        "unit_id",
        "occurred_on",
        "theme",
        "channel",
        "audience",
        "activity_id",
        "phase",
        "seconds",
        "recorded_on",
    )


def _occasions(held: pl.DataFrame) -> pl.DataFrame:
    return held.select(
        "occasion_id",
        "activity_id",
        "unit_id",
        "held_on",
        "theme",
        "channel",
        "audience",
        "phase",
        "recruiting",
        "by_regional_board",
        "by_association",
        "by_local_association",
        "by_employees",
        "partners",
        "participants",
        "minutes",
        "recorded_on",
    )


def _table(activities: list[SubActivity]) -> pl.DataFrame:
    return pl.DataFrame(
        activities,
        schema={
            "activity_id": pl.String, "parent": pl.String, "title": pl.String, "owner": pl.String, "start": pl.Date,
            "end": pl.Date, "status": pl.String, "theme": pl.String, "channel": pl.String, "audience": pl.String,
            "phases": pl.String, "doers": pl.String, "partners": pl.String, "places": pl.String,
            "recruiting": pl.Boolean, "budget": pl.Int64, "hours": pl.Int64,
            "depends_on": pl.String, "times": pl.Int64,
        },
        orient="row",
    )  # fmt: skip


def _planned(activities: list[SubActivity]) -> pl.DataFrame:
    """The sub-activities of the plan's own years, as the plan reads them."""
    return (
        _table([activity for activity in activities if activity.start.year > FIRST_DAY.year])
        .select(
            pl.col("activity_id").alias("id"),
            "title",
            "owner",
            "start",
            "end",
            "status",
            pl.col("theme").alias("themes"),
            pl.col("channel").alias("channels"),
            pl.col("audience").alias("audiences"),
            "phases",
            "doers",
            "partners",
            "places",
            "recruiting",
            "budget",
            "hours",
            pl.col("parent").alias("contributes"),
            "depends_on",
        )
        .sort("id")
    )


def _dimension(activities: list[SubActivity]) -> pl.DataFrame:
    return (
        _table(activities)
        .select(
            "activity_id",
            "title",
            pl.col("parent").alias("overarching"),
            (pl.col("parent") == "campaign").alias("campaign"),
            "owner",
            "theme",
            "channel",
            "audience",
            "recruiting",
            "budget",
            "hours",
        )
        .sort("activity_id")
    )
