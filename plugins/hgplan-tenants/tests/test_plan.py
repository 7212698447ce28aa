"""The example's plan, and the figures that hgplan finds for it, held against a count in plain Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hgplan_tenants.hooks import hgplan_metrics

import hgplan


@pytest.fixture(scope="module")
def workspace(region: Path) -> hgplan.Workspace:
    return hgplan.open(region / "plan.toml")


@pytest.fixture(scope="module")
def spells(region: Path) -> dict[int, list[tuple[date, date]]]:
    """Each person's memberships with those that touch or overlap made one, by a loop over the rows."""
    rows = pl.read_parquet(region / "memberships.parquet", columns=["member_id", "joined_on", "left_on"])
    found: dict[int, list[tuple[date, date]]] = {}
    for person, start, end in sorted(rows.rows(), key=lambda row: row[:2]):
        own, until = found.setdefault(person, []), end or date.max
        if own and start <= own[-1][1]:
            own[-1] = (own[-1][0], max(own[-1][1], until))
        else:
            own.append((start, until))
    return found


def test_the_plan_has_three_strategies_and_the_four_targets_of_its_kind(region: Path) -> None:
    plan = hgplan.load_plan(region / "plan.toml")
    assert [strategy.id for strategy in plan.strategies] == ["influence", "member-value", "organisation"]
    targets = {
        (goal.id, target.period): target.value
        for strategy in plan.strategies
        for goal in strategy.goals
        for target in goal.targets
    }
    assert targets == {
        ("new-members", "2022"): 27_000,
        ("new-members", "2023"): 25_000,
        ("newly-engaged", "2022"): 400,
        ("newly-engaged", "2023"): 450,
    }
    assert plan.goal("new-members").conditions[0].comparator is None
    assert {goal.commitment for _, goal in plan.goals() if goal.targets} == {"aspiration"}
    assert plan.vision is not None
    assert plan.vision.year == 2027


def test_every_goal_of_the_plan_is_bound_to_a_metric_of_the_pack_or_to_none(region: Path) -> None:
    known = {metric.name: metric for metric in hgplan_metrics()}
    bound = [goal for _, goal in hgplan.load_plan(region / "plan.toml").goals() if goal.metric]
    assert len(bound) >= 10
    for goal in bound:
        metric = known[str(goal.metric)].bind(dict(goal.parameters))  # type: ignore[arg-type]  # text, as the plan has it
        assert goal.unit == metric.unit


def test_opening_the_example_finds_no_fault(workspace: hgplan.Workspace) -> None:
    assert list(workspace.faults) == []


def test_the_attainment_is_that_of_a_count_in_plain_python(
    spells: dict[int, list[tuple[date, date]]], workspace: hgplan.Workspace
) -> None:
    frame = workspace.attainment(goals=["new-members"])
    found = dict(frame.select(pl.col("period_start").dt.year(), "value").iter_rows())
    for year, target in ((2022, 27_000), (2023, 25_000)):
        recruits = sum(any(start.year == year for start, _ in own) for own in spells.values())
        assert found[year] == recruits
        row = frame.filter(pl.col("period_start").dt.year() == year)
        assert row["attainment"].item() == pytest.approx(recruits / target)
        assert row["status"].item() == ("reached" if recruits >= target else "not_reached")


def test_the_recruits_kept_for_a_year_are_those_of_a_count_in_plain_python(
    spells: dict[int, list[tuple[date, date]]], workspace: hgplan.Workspace
) -> None:
    kept = recruited = 0
    for own in spells.values():
        for start in (start for start, _ in own if start.year == 2022):
            later = start.replace(year=2023)
            recruited += 1
            kept += any(first <= later < end for first, end in own)
    frame = workspace.measure(["retention"], every="year", start=date(2022, 1, 1), until=date(2023, 12, 31))
    assert frame.select("numerator", "denominator").row(0) == (kept, recruited)


def test_the_members_of_each_unit_are_those_of_a_count_in_plain_python(
    region: Path, workspace: hgplan.Workspace
) -> None:
    day = date(2022, 12, 31)
    parents: dict[str, str] = {}
    for row in pl.read_csv(region / "units.csv", try_parse_dates=True).iter_rows(named=True):
        if row["parent"] and (row["opened"] or date.min) <= day:
            # A later row of the same unit is a move, and it stands after the first.
            parents[row["unit"]] = row["parent"]
    rows = pl.read_parquet(region / "memberships.parquet")
    inside: dict[str, set[int]] = {}
    for member, unit, start, end in rows.select("member_id", "association_id", "joined_on", "left_on").iter_rows():
        if start <= day < (end or date.max):
            above: str | None = unit
            while above is not None:
                inside.setdefault(above, set()).add(member)
                above = parents.get(above)
    frame = workspace.measure(["members"], units="all", every=None, start=date(2022, 1, 1), until=day)
    found = {unit: value for unit, value in frame.select("unit", "value").iter_rows() if value}
    assert found == {unit: len(members) for unit, members in inside.items()}


def test_every_metric_has_a_figure_for_the_region_in_each_year(workspace: hgplan.Workspace) -> None:
    names = [metric.name for metric in hgplan_metrics()]
    frame = workspace.measure(names, every="year", start=date(2021, 1, 1), until=date(2023, 12, 31))
    assert frame["metric"].n_unique() == len(names)
    empty = frame.filter(pl.col("value").is_null()).select("metric", pl.col("period_start").dt.year())
    # Nobody who joined in 2023 has had a year yet, and the campaign began with the plan.
    assert set(empty.rows()) == {
        ("tenants.kept_recruits", 2023),
        ("tenants.retention", 2023),
        ("tenants.staying_share", 2023),
        ("tenants.joint_share", 2021),
    }
