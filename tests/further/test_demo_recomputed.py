"""Every figure of the example region that a board reads first, recomputed by DuckDB from the files alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from further.region import FIGURES, opened

import hgplan

START, UNTIL = date(2021, 1, 1), date(2023, 12, 31)
EVERY = {"year": "12 month", "month": "1 month"}
Key = tuple[str, date]
Figure = tuple[float | None, int | None, int | None, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example region, written once."""
    return hgplan.Plugins.discover().example("tenants").write(tmp_path_factory.mktemp("region")).parent


@pytest.fixture(scope="module")
def workspace(folder: Path) -> hgplan.Workspace:
    """The region as hgplan reads it."""
    return hgplan.open(folder / "plan.toml")


@pytest.fixture(scope="module")
def database(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The region as DuckDB reads it."""
    with opened(folder, "association") as connection:
        yield connection


@pytest.fixture(scope="module", params=EVERY)
def told(request: pytest.FixtureRequest, workspace: hgplan.Workspace) -> tuple[str, dict[str, dict[Key, Figure]]]:
    """Everything asked at once of hgplan, for the region and each association, per year and per month."""
    units = [workspace.organisation.root, *workspace.organisation.units_at("association")]
    frame = workspace.measure(list(FIGURES), units=units, every=request.param, start=START, until=UNTIL)
    found: dict[str, dict[Key, Figure]] = {metric: {} for metric in FIGURES}
    for row in frame.iter_rows(named=True):
        key = (row["unit"], row["period_start"])
        found[row["metric"]][key] = (row["value"], row["numerator"], row["denominator"], row["availability"])
    return request.param, found


def recomputed(database: duckdb.DuckDBPyConnection, metric: str, every: str) -> dict[Key, Figure]:
    """The metric for every node and period; nothing is told of an association that isn't open, or before its time."""
    database.execute("drop table if exists periods")
    database.execute(
        "create table periods as select first as period, first, (first + interval (?) - interval 1 day)::date as last "
        "from (select unnest(generate_series(?::date, ?::date, interval (?)))::date as first)",
        [EVERY[every], START, UNTIL, EVERY[every]],
    )
    query = f"""
        with figures(node, period, above, below, entries) as ({FIGURES[metric]}),
        there as (
            select distinct node, period from nodes cross join periods
            join open_span on open_span.unit = node and opened <= last and closed > first
        )
        select node, period, there.node is not null, above, below, coalesce(entries, 0)
        from nodes cross join periods left join there using (node, period) left join figures using (node, period)
    """
    ratio = metric.rpartition(".")[2] in ("retention", "campaign_coverage", "conversion")
    used = {"until": UNTIL} if "$until" in query else {}
    found: dict[Key, Figure] = {}
    for node, period, expected, above, below, entries in database.execute(query, used).fetchall():
        if not expected:
            found[node, period] = (None, None, None, "not_expected")
        elif not ratio:
            found[node, period] = (float(above or 0), None, None, "available")
        elif below:
            found[node, period] = (above / below, above, below, "available")
        else:
            found[node, period] = (None, 0, 0, "immature" if entries else "undefined")
    return found


@pytest.mark.parametrize("metric", FIGURES)
def test_hgplan_and_duckdb_tell_the_same_of_every_unit_and_period(
    metric: str, told: tuple[str, dict[str, dict[Key, Figure]]], database: duckdb.DuckDBPyConnection
) -> None:
    every, answers = told
    again = recomputed(database, metric, every)
    assert len(again) == 64 * (3 if every == "year" else 36)
    assert {key: (answers[metric].get(key), figure) for key, figure in again.items()} == {
        key: (figure, figure) for key, figure in again.items()
    }
    assert answers[metric].keys() == again.keys()
    # A comparison of nothing with nothing would prove nothing.
    assert sum(value is not None and value > 0 for value, *_ in again.values()) > len(again) // 4


def test_attainment_is_the_recomputed_figure_over_the_target(
    workspace: hgplan.Workspace, database: duckdb.DuckDBPyConnection
) -> None:
    """The region's four targets, and the share of them that each association was given."""
    root = workspace.organisation.root
    goals = {"new-members": "tenants.new_members", "newly-engaged": "tenants.newly_engaged"}
    years = date(2022, 1, 1), date(2023, 1, 1)
    targets = {
        ("new-members", root, years[0]): 27_000,
        ("new-members", root, years[1]): 25_000,
        ("newly-engaged", root, years[0]): 400,
        ("newly-engaged", root, years[1]): 450,
    }
    given = database.execute("select goal, unit, make_date(period::int, 1, 1), value from targets").fetchall()
    targets |= {(goal, unit, year): value for goal, unit, year, value in given}
    figures = {goal: recomputed(database, metric, "year") for goal, metric in goals.items()}
    told = workspace.attainment(
        goals=list(goals), units=[root, *workspace.organisation.units_at("association")], until=UNTIL
    )
    held = {
        (row["goal"], row["unit"], row["period_start"]): tuple(row[name] for name in ("target", "attainment", "status"))
        for row in told.iter_rows(named=True)
        if row["target"] is not None
    }
    wanted = {}
    for (goal, unit, year), target in targets.items():
        value, *_ = figures[goal][unit, year]
        if value is None:
            wanted[goal, unit, year] = (target, None, "no_data")
        else:
            attained = value / target if target else None
            wanted[goal, unit, year] = (target, attained, "reached" if value >= target else "not_reached")
    assert held == wanted
