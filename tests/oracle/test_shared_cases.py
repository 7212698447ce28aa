"""The judge against cases worked out by hand elsewhere, where they are at hand."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from hgplan.metrics import Events, Measure, Snapshots, Spells
from hgplan.model import Organisation
from oracle import Cell, answer, periods

SHARED = Path(os.environ.get("HGPLAN_SHARED") or Path(__file__).parents[2].parent / "shared") / "conformance"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="no shared cases beside the checkout or in HGPLAN_SHARED")

YEAR = (date(2022, 1, 1), date(2022, 12, 31))


def read(name: str) -> list[dict[str, Any]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return [{key: _value(value) for key, value in row.items()} for row in csv.DictReader(file)]


def _value(text: str) -> Any:
    if not text:
        return None
    for kind in (int, float, date.fromisoformat):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def expected(case: str) -> list[dict[str, Any]]:
    return read(f"{case}.csv")


def union() -> Organisation:
    rows = [{**row, "level": str(row["level"])} for row in read("data/orgunit/units.csv")]
    return Organisation.from_rows(rows)


def ask(
    measure: Measure,
    table: Any,
    rows: Sequence[dict[str, Any]],
    *,
    span: tuple[date, date] = YEAR,
    every: str | None = None,
    organisation: Organisation | None = None,
    **asked: Any,
) -> list[Cell]:
    asked.setdefault("until", span[1])
    return answer(
        measure,
        tables={table.name: table},
        data={table.name: rows},
        organisation=organisation or union(),
        periods=periods(*span, every) if every else [span],
        **asked,
    )


def by_unit(cells: list[Cell]) -> dict[str, Any]:
    return {cell.unit: cell.figure.value for cell in cells}


MEMBERSHIPS = Spells("memberships", start="joined", end="left", entity="person", unit="unit")
SPELLS = Spells("spells", start="start", end="end", entity="person", unit="unit")


def test_people_over_the_hierarchy() -> None:
    day = date(2022, 6, 15)
    rows = read("data/orgunit/memberships.csv")
    told = by_unit(ask(MEMBERSHIPS.active(), MEMBERSHIPS, rows, span=(day, day)))
    for row in expected("orgunit/ou01"):
        assert told[row["unit"]] == row["members"]


def test_moves_between_units() -> None:
    rows = read("data/orgunit/spells.csv")
    joins = by_unit(ask(SPELLS.starts().count(), SPELLS, rows))
    leaves = by_unit(ask(SPELLS.ends().count(), SPELLS, rows))
    for row in expected("orgunit/ou02"):
        assert (joins[row["unit"]], leaves[row["unit"]]) == (row["joins"], row["leaves"])


def test_ratios_over_the_hierarchy() -> None:
    contacts = Events("contacts", at="day", unit="unit")
    rows = [{**row, "day": date(2022, 5, 1)} for row in read("data/orgunit/contacts.csv")]
    told = by_unit(ask(contacts.sum("recruited") / contacts.sum("contacted"), contacts, rows))
    for row in expected("orgunit/ou03"):
        value = told[row["unit"]]
        assert value is row["rate"] if row["rate"] is None else float(value) == pytest.approx(row["rate"], abs=1e-9)


def test_reports_that_are_missing() -> None:
    reports = Events("reports", at="month", unit="unit", expected={"every": "month", "level": "3"})
    rows, quarter = read("data/orgunit/reports.csv"), (date(2022, 1, 1), date(2022, 3, 31))
    total = {cell.unit: cell.figure for cell in ask(reports.sum("activities"), reports, rows, span=quarter)}
    mean = {cell.unit: cell.figure for cell in ask(reports.mean("activities"), reports, rows, span=quarter)}
    for row in expected("orgunit/ou04"):
        unit = row["unit"]
        assert total[unit].value == row["total"]
        assert total[unit].completeness == Fraction(row["received"], row["expected"])
        assert float(mean[unit].value or 0) == pytest.approx(row["mean_per_report"], abs=1e-9)
        assert mean[unit].denominator == row["received"]


def test_a_tree_that_was_changed() -> None:
    recruits = Events("recruits", at="day", unit="unit", entity="person")
    places = [
        {"unit": row["unit"], "parent": row["parent"], "opened": row["valid_from"], "closed": row["valid_to"]}
        for row in read("data/orgunit/parents.csv")
    ]
    above = [{"unit": "NAT"}, {"unit": "R1", "parent": "NAT"}, {"unit": "R2", "parent": "NAT"}]
    organisation = Organisation.from_rows([*above, *places])
    rows = read("data/orgunit/recruits.csv")
    for row in expected("orgunit/ou06"):
        tree: Any = "day" if row["tree"] == "of_the_day" else date.fromisoformat(row["tree"].removeprefix("of_"))
        told = by_unit(ask(recruits.count(), recruits, rows, organisation=organisation, tree=tree))
        assert (told[row["region"]], told["NAT"]) == (row["recruits"], 6)


def test_stocks_as_reported() -> None:
    stocks = Snapshots("stocks", at="day", unit="unit")
    rows, quarter = read("data/orgunit/snapshots.csv"), (date(2022, 1, 1), date(2022, 3, 31))
    newest = by_unit(ask(stocks.last("members"), stocks, rows, span=quarter))
    one_day = by_unit(ask(stocks.last("members", per=None), stocks, rows, span=quarter))
    for row in expected("orgunit/ou07"):
        assert newest[row["unit"]] == row["last_per_unit"]
        assert one_day[row["unit"]] == row["last_day_only"]


def test_new_and_returned_and_bridged() -> None:
    rows = read("data/orgunit/spells2.csv")
    wanted = {row["category"]: row["people"] for row in expected("orgunit/ou09")}

    def people(measure: Measure) -> Any:
        return by_unit(ask(measure, SPELLS, rows))["NAT"]

    first = people(SPELLS.starts().first().distinct())
    assert first == wanted["first_ever"]
    # "More than 30 days" away is 31 at least; the first-ever starts are among these.
    assert people(SPELLS.starts(gap="31d").distinct()) - first == wanted["returned"]
    bridged = people(SPELLS.starts().count()) - people(SPELLS.bridged("30d").starts().count())
    assert bridged == wanted["bridged_gap"]


def test_what_was_known_on_four_days() -> None:
    entries = Events("entries", at="day", unit="unit", id="event", recorded="recorded")
    rows = read("data/orgunit/entries.csv")
    for row in expected("orgunit/ou10"):
        told = ask(
            entries.sum("count"), entries, rows, span=(date(2022, 1, 1), date(2022, 1, 31)), known_on=row["known_on"]
        )
        assert by_unit(told)["NAT"] == row["january_total"]


def test_phases_that_overlap() -> None:
    acts = Events("acts", at="day", unit="unit", entity="id")
    rows = read("data/orgunit/acts.csv")
    phases = {row["phase"]: (row["from_day"], row["to_day"]) for row in read("data/orgunit/phases.csv")}
    for row in expected("orgunit/ou14"):
        if row["phase"] in phases:
            assert by_unit(ask(acts.distinct(), acts, rows, span=phases[row["phase"]]))["NAT"] == row["activities"]


def test_survival_of_those_watched_for_a_year() -> None:
    watched = Spells("watched", start="start", end="end", entity="id", censored="lost")
    first = date(2020, 1, 1)
    rows = [
        {
            "id": row["id"],
            "start": first,
            "end": first + timedelta(weeks=row["duration"]),
            "lost": not row["event"],
            "fin": str(row["fin"]),
        }
        for row in read("data/km/km01.csv")
    ]
    for row in expected("km/km01"):
        measure = watched.where(f"fin == '{row['value']}'") if row["group"] == "fin" else watched
        told = ask(
            measure.survival(f"{row['t']}w"), watched, rows, span=(first, first), until=date(2023, 1, 1),
            organisation=Organisation.single(),
        )  # fmt: skip
        assert float(told[0].figure.value or 0) == pytest.approx(row["retention"], abs=1e-9)
        assert told[0].figure.denominator == row["at_risk_at_t"]


def test_senators_by_unit() -> None:
    rows = read("data/km/senator_spells.csv")
    units = sorted({row["unit"] for row in rows})
    organisation = Organisation.from_rows([{"unit": "senate"}, *({"unit": unit, "parent": "senate"} for unit in units)])
    wanted = expected("km/sp01")
    for day in sorted({row["date"] for row in wanted})[::4]:
        told = by_unit(ask(SPELLS.active(), SPELLS, rows, span=(day, day), organisation=organisation))
        counted = {unit: told[unit] for unit in units if told[unit]}
        assert counted == {row["unit"]: row["members"] for row in wanted if row["date"] == day}
