"""Hand-worked cases of organisations, by the families that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

import hgplan
from conformance.pack import Case, assert_rows, cases, read
from hgplan import Calendar, Events, Organisation, Period, Snapshots, Spells, col

Rows = list[dict[str, object]]


def _data(case: Case, name: str) -> pl.DataFrame:
    return read(case.root / "data" / "orgunit" / f"{name}.csv")


def _tree(case: Case) -> Organisation:
    return Organisation.from_rows(_data(case, "units").to_dicts())


def _table(case: Case) -> str:
    """The case's own table: the one that isn't the units."""
    (name,) = [path.rpartition("/")[2].removesuffix(".csv") for path in case.asked["data"] if "units" not in path]
    return name


def _distinct_over_hierarchy(case: Case) -> Rows:
    name = _table(case)
    people = Spells(name, start="joined", end="left", entity="person", unit="unit")
    ws = hgplan.Workspace(organisation=_tree(case), tables=[people], data={name: _data(case, name)})
    day = _day_asked(case)
    frame = ws.measure(people.active(), units="all", every="day", start=day, until=day)
    # A unit without members has no row in the case.
    return [{"unit": row["unit"], "members": row["value"]} for row in frame.to_dicts() if row["value"]]


def _day_asked(case: Case) -> str:
    return next(word.strip(".,") for word in case.asked["question"].split() if word[:2] == "20" and len(word) >= 10)


def _moves(case: Case) -> Rows:
    name = _table(case)
    people = Spells(name, start="start", end="end", entity="person", unit="unit")
    ws = hgplan.Workspace(organisation=_tree(case), tables=[people], data={name: _data(case, name)})
    span = {"units": "all", "every": "year", "start": "2022-01-01", "until": "2022-12-31"}
    joins = ws.measure(people.starts().count(), **span)
    leaves = ws.measure(people.ends().count(), **span)
    rows = [
        {"unit": unit, "joins": a, "leaves": b}
        for unit, a, b in zip(joins["unit"], joins["value"], leaves["value"], strict=True)
    ]
    return [row for row in rows if row["joins"] or row["leaves"]]


def _ratio(case: Case) -> Rows:
    name = _table(case)
    contacts = Events(name, at="day", unit="unit")
    data = _data(case, name).with_columns(day=pl.date(2022, 1, 1))
    ws = hgplan.Workspace(organisation=_tree(case), tables=[contacts], data={name: data})
    frame = ws.measure(contacts.sum("recruited") / contacts.sum("contacted"), units="all")
    units = {row["unit"] for row in case.expected()}
    return [{"unit": row["unit"], "rate": row["value"]} for row in frame.to_dicts() if row["unit"] in units]


def _reports(case: Case) -> Rows:
    name = _table(case)
    reports = Events(name, at="month", unit="unit", expected={"every": "month", "level": "3"})
    ws = hgplan.Workspace(organisation=_tree(case), tables=[reports], data={name: _data(case, name)})
    rows: Rows = []
    measures = [reports.sum("activities"), reports.count(), reports.mean("activities")]
    frame = ws.measure(measures, units=["R1", "R2", "NAT"], every="quarter", start="2022-01-01", until="2022-03-31")
    for unit in ("R1", "R2", "NAT"):
        total, received, mean = frame.filter(unit=unit).to_dicts()
        expected = round(received["value"] / total["completeness"])
        rows.append(
            {
                "unit": unit, "total": total["value"], "received": received["value"], "expected": expected,
                "completeness": total["completeness"], "mean_per_report": mean["value"],
            }
        )  # fmt: skip
    return rows


def _reorganised(case: Case) -> Rows:
    parents = _data(case, "parents")
    tops = [{"unit": "ALL", "parent": None}] + [{"unit": top, "parent": "ALL"} for top in parents["parent"].unique()]
    moved = parents.rename({"valid_from": "opened", "valid_to": "closed"}).to_dicts()
    recruits = Events("recruits", at="day", unit="unit", entity="person")
    ws = hgplan.Workspace(
        organisation=Organisation.from_rows(tops + moved), tables=[recruits], data={"recruits": _data(case, "recruits")}
    )
    rows: Rows = []
    for label, tree in (("of_the_day", "day"), ("of_2022-12-31", date(2022, 12, 31))):
        span = {"every": "year", "start": "2022-01-01", "until": "2022-12-31", "tree": tree}
        frame = ws.measure(recruits.count(), units=["R1", "R2"], **span)
        rows += [{"tree": label, "region": row["unit"], "recruits": row["value"]} for row in frame.to_dicts()]
    return rows


def _stock(case: Case) -> Rows:
    name = _table(case)
    stock = Snapshots(name, at="day", unit="unit")
    ws = hgplan.Workspace(organisation=_tree(case), tables=[stock], data={name: _data(case, name)})
    quarter = ws.measure(stock.last("members"), units="all", every="quarter", start="2022-01-01", until="2022-03-31")
    day = ws.measure(stock.last("members"), units="all", every="day", start="2022-03-31", until="2022-03-31")
    wanted = {row["unit"] for row in case.expected()}
    return [
        {"unit": unit, "last_per_unit": a, "last_day_only": b}
        for unit, a, b in zip(quarter["unit"], quarter["value"], day["value"], strict=True)
        if unit in wanted
    ]


def _spells(case: Case) -> Rows:
    name = _table(case)
    people = Spells(name, start="start", end="end", entity="person", unit="unit")
    tree = Organisation.from_rows(
        [{"unit": "NAT", "parent": None}, *({"unit": u, "parent": "NAT"} for u in ("A1", "A2"))]
    )
    ws = hgplan.Workspace(organisation=tree, tables=[people], data={name: _data(case, name)})
    bridged = people.bridged("30d")
    back = bridged.starts(gap="31d").distinct() - bridged.starts().first().distinct()
    # Who begins again after a gap that bridging closes: any start in the year that bridging takes away.
    raw, whole = people.starts().distinct(having=people.starts().count() > 0), bridged.starts().distinct()
    closed = people.starts().distinct(having=people.starts().count() - bridged.starts().count() > 0)
    figures = {"first_ever": bridged.starts().first().distinct(), "returned": back, "bridged_gap": closed}
    assert raw != whole
    frame = ws.measure(list(figures.values()), every="year", start="2022-01-01", until="2022-12-31")
    return [{"category": key, "people": value} for key, value in zip(figures, frame["value"], strict=True)]


def _late(case: Case) -> Rows:
    name = _table(case)
    entries = Events(name, at="day", unit="unit", id="event", recorded="recorded")
    tree = Organisation.from_rows(
        [{"unit": "NAT", "parent": None}, *({"unit": u, "parent": "NAT"} for u in ("A1", "A2"))]
    )
    ws = hgplan.Workspace(organisation=tree, tables=[entries], data={name: _data(case, name)})
    span = {"every": "month", "start": "2022-01-01", "until": "2022-01-31"}
    days = [row["known_on"] for row in case.expected()]
    totals = [ws.measure(entries.sum("count"), known_on=day, **span)["value"][0] for day in days]
    return [{"known_on": day, "january_total": total} for day, total in zip(days, totals, strict=True)]


def _phases(case: Case) -> Rows:
    phases = _data(case, "phases")
    acts = Events("acts", at="day", entity="id")
    days = _data(case, "acts")
    ws = hgplan.Workspace(tables=[acts], data={"acts": days})
    periods = [Period(id=row["phase"], start=row["from_day"], end=row["to_day"]) for row in phases.to_dicts()]
    span = {"start": "2021-01-01", "until": "2022-12-31"}
    frame = ws.measure(acts.count(), every=Calendar(name="phase", periods=periods), **span)
    rows: Rows = [{"phase": p.id, "activities": v} for p, v in zip(periods, frame["value"], strict=True)]
    inside = col("day").is_between(periods[0].start, periods[0].end)
    for period in periods[1:]:
        inside = inside | col("day").is_between(period.start, period.end)
    outside, anywhere = ws.measure([acts.where(~inside).distinct(), acts.where(inside).distinct()], **span)["value"]
    return [*rows, {"phase": "(none)", "activities": outside}, {"phase": "(any)", "activities": anywhere}]


def _small(case: Case) -> Rows:
    name = _table(case)
    cells = Events(name, at="day", unit="unit")
    data = _data(case, name).with_columns(day=pl.date(2022, 10, 1))
    ws = hgplan.Workspace(organisation=_tree(case), tables=[cells], data={name: data})
    wanted = {row["unit"] for row in case.expected()}
    # Closed and unopened units are counted too: the case's tree is that of its own table, whatever the day.
    figures = ws.measure(cells.sum("n"), units="all", every=None, start="2000-01-01", until="2022-12-31").to_dicts()
    return [
        {"unit": row["unit"], "n": row["value"], "primary": 0 < row["value"] < 5}
        for row in figures
        if row["unit"] in wanted
    ]


FAMILIES: dict[str, Callable[[Case], Rows]] = {
    "distinct-over-hierarchy": _distinct_over_hierarchy,
    "moves-between-units": _moves,
    "ratio-roll-up": _ratio,
    "missing-report-vs-zero": _reports,
    "reorganised-tree": _reorganised,
    "semi-additive": _stock,
    "membership-spells": _spells,
    "late-and-backdated": _late,
    "campaign-phases": _phases,
    "small-cells": _small,
}


@pytest.mark.parametrize("case", cases("orgunit"))
def test_a_hand_worked_organisation_gives_its_figures(case: Case) -> None:
    found = FAMILIES[case.asked["family"]](case)
    assert_rows(found, case, case.asked["keys"], case.asked["values"])
