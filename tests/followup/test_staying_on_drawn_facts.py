"""Curves and retention on drawn facts are those of the measures at the horizon, cohort by cohort and group by group."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from drawn import facts, organisations
from drawn.asking import frame_of
from drawn.days import days
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Plugins, Workspace

COHORT = ["unit", "period_start", "channel"]


@given(
    data=st.data(),
    rows=st.sampled_from(["memberships", "roles", "memberships.where(minutes > 0)", "memberships.bridged('5d')"]),
    horizon=st.sampled_from(["10d", "1mo", "40d"]),
    scope=st.sampled_from(["organisation", "unit"]),
)
def test_at_the_horizon_stand_the_figures_of_the_measures(
    data: st.DataObject, rows: str, horizon: str, scope: Any
) -> None:
    organisation = data.draw(organisations())
    drawn = data.draw(facts(organisation))
    until, tree = data.draw(days), data.draw(st.just("day") | days)
    ws = Workspace(
        organisation=organisation,
        tables=list(drawn.tables.values()),
        data={name: frame_of(table, drawn.data[name]) for name, table in drawn.tables.items()},
        plugins=Plugins.none(),
    )
    start = min(until, data.draw(days))
    asked: dict[str, Any] = {
        "units": "all", "by": "channel", "every": "month", "start": start, "until": until, "tree": tree,
    }  # fmt: skip
    told = ws.retention(rows, horizon, scope=scope, **asked)
    kept = ws.measure(f"{rows}.retained('{horizon}', scope='{scope}')", **asked)
    assert (
        told.select("retained", "kept", "matured", "started").rows()
        == kept.select("value", "numerator", "denominator", "rows").rows()
    )
    for row in told.iter_rows(named=True):
        if row["retained"] is not None:
            assert row["retained_low"] <= row["retained"] <= row["retained_high"]
        if row["survival_low"] is not None:
            assert row["survival_low"] <= row["survival"] <= row["survival_high"]
    stayed = ws.measure(f"{rows}.survival('{horizon}', scope='{scope}')", **asked)
    ends = {tuple(row[key] for key in COHORT): row for row in told.iter_rows(named=True)}
    for row in stayed.iter_rows(named=True):
        own = ends[tuple(row[key] for key in COHORT)]
        if row["value"] is not None:
            assert own["survival"] == pytest.approx(row["value"], abs=1e-12)
        elif row["rows"] == 0:
            assert own["survival"] is None
    curve = ws.survival(rows, horizon, scope=scope, **asked)
    first = curve.group_by(COHORT, maintain_order=True).first()
    assert first["day"].eq(0).all()
    falls = curve.with_columns(pl.col("survival").diff().over(COHORT).alias("fall"))
    assert falls.filter(pl.col("fall") > 0).is_empty()
