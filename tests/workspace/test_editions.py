"""A definition that carries a version and a day breaks its series in sight."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import attrs
import polars as pl
import pytest
from followup.joined import METRICS, club, recruiting

import hgplan
from hgplan import Plugins, Target, Workspace

UNTIL = "2022-08-31"


def changed(since: date, **said: object) -> Workspace:
    ws = club(recruiting(**said))
    metrics = [attrs.evolve(metric, version="2", since=since) for metric in METRICS]
    return Workspace(
        ws.plan, ws.organisation, tables=[*ws._tables], metrics=metrics, data=ws._data.given(), plugins=Plugins.none()
    )


def test_an_explanation_tells_the_version_and_the_day_of_a_definition() -> None:
    ws = changed(date(2022, 3, 1))
    told = ws.explain("recruits", period="2022", until=UNTIL)
    assert "  version 2, since 2022-03-01\n" in str(told)
    assert told.notes == (
        "the definition changed: version 2, since 2022-03-01; what was recorded before may mean something else",
    )
    assert (json.loads(told.to_json())["version"], json.loads(told.to_json())["since"]) == ("2", "2022-03-01")
    assert ws.explain("recruits", period="2022-Q2", until=UNTIL).notes == ()


def test_years_before_a_definition_foretell_nothing_of_it() -> None:
    told = changed(date(2020, 1, 1)).forecast("grow", until=UNTIL)
    assert (told.why, [year.start.year for year in told.years]) == ("history", [2020, 2021])
    assert "since 1 January 2020; years before are not compared" in told.text("en")
    assert "sedan 1 januari 2020" in told.text("sv")
    enough = changed(date(2019, 1, 1)).forecast("grow", until=UNTIL)
    assert [year.start.year for year in enough.years] == [2019, 2020, 2021]


def test_a_plans_own_metric_carries_its_version_and_day(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'hgplan = 1\n[plan]\nid = "p"\ntitle = "P"\n\n[metric.talks]\nformula = "contacts.count()"\nversion = "30 s"\n'
        'since = 2022-01-01\n\n[table.contacts]\nkind = "events"\nat = "day"\n',
        encoding="utf-8",
    )
    metric = hgplan.open(plan, plugins=Plugins.none()).metric("talks")
    assert (metric.version, metric.since) == ("30 s", date(2022, 1, 1))


@pytest.mark.parametrize(
    ("since", "baseline", "status"),
    [
        (date(2021, 1, 1), 320, "not_reached"),
        # Half of the baseline's year, or all of it, was recorded by another definition than the target's.
        (date(2021, 7, 1), None, "undefined"),
        (date(2022, 1, 1), None, "undefined"),
        (date(2022, 7, 1), None, "undefined"),
        (date(2023, 1, 1), 320, "not_reached"),
    ],
)
def test_an_increase_is_not_measured_from_a_baseline_of_another_definition(
    since: date, baseline: float | None, status: str
) -> None:
    ws = changed(since, baseline="2021", targets=[Target(period="2022", increase_by=50)])
    row = ws.attainment(until="2022-12-31").row(0, named=True)
    assert (row["value"], row["baseline"], row["status"]) == (340, baseline, status)
    assert (row["attainment"] is None) == (baseline is None)


def test_a_stated_baseline_holds_whatever_the_definition_was() -> None:
    ws = changed(date(2022, 1, 1), baseline=300, targets=[Target(period="2022", increase_by=20)])
    assert ws.attainment(until="2022-12-31").select("baseline", "attainment").row(0) == (300, 2.0)


def test_the_days_of_a_definition_are_marked_where_its_figures_stand() -> None:
    told = changed(date(2022, 3, 1)).standing(until=UNTIL)
    assert told.select("version", "since", "series_break", "change").row(0) == ("2", date(2022, 3, 1), True, None)
    years = changed(date(2021, 1, 1)).year_to_year(["grow"], until="2022-12-31").tail(3)
    assert years.select(pl.col("period_start").dt.year(), "definition", "change").rows() == [
        (2020, "before", -30), (2021, "now", None), (2022, "now", 20),
    ]  # fmt: skip
