"""Growth in per cent is that of what the goal counts, whatever per cent the goal is written in."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from hgplan import Events, Goal, Metric, Plan, Strategy, Target, Workspace

CONTACTS = Events("contacts", at="day", columns={"warm": "bool"})
DAYS = [date(2022, 2, day) for day in (1, 2, 3)]
DATA = {"contacts": pl.DataFrame({"day": DAYS, "warm": [True, True, False]})}


def grown(metric: str, baseline: float, metrics: tuple[Metric, ...] = ()) -> tuple[dict[str, object], str | None]:
    goal = Goal(
        id="grow",
        title="Öka med 10 procent",
        metric=metric,
        unit="%",
        baseline=baseline,
        targets=[Target(period="2022", increase_by_percent=10)],
    )
    plan = Plan(id="p", title="P", strategies=[Strategy(id="s", title="S", goals=[goal])])
    ws = Workspace(plan, tables=[CONTACTS], data=DATA, metrics=metrics)
    row = ws.attainment(until="2022-12-31").row(0, named=True)
    return row, ws.unit_of(goal)


COUNTED = Metric.formula("made", "contacts.count()", unit="contacts")


@pytest.mark.parametrize(("metric", "unit"), [("contacts.count()", None), ("made", "contacts")])
def test_the_baseline_and_the_figures_of_a_count_that_grows_are_plain_numbers(metric: str, unit: str | None) -> None:
    row, written = grown(metric, 2, (COUNTED,))
    assert (row["value"], row["baseline"], row["target"], written) == (3, 2, 10, unit)
    # From 2 to 3 is five times the way of a tenth of 2.
    assert row["attainment"] == pytest.approx(5)
    assert row["gap"] == pytest.approx(0.8)


SHARE = "contacts.where(warm).count() / contacts.count()"


@pytest.mark.parametrize("metrics", [(), (Metric.formula("warmth", SHARE, unit="%"),)])
def test_the_baseline_of_a_share_that_grows_is_written_in_per_cent(metrics: tuple[Metric, ...]) -> None:
    row, written = grown(metrics[0].name if metrics else SHARE, 60, metrics)
    assert (row["baseline"], written) == (0.6, "%")
    assert row["attainment"] == pytest.approx((2 / 3 - 0.6) / 0.06)
