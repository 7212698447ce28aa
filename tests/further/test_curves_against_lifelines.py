"""Survival curves with their intervals, and retention with its own: by hand, and held against lifelines."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from math import isclose, isnan
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from hgplan import Organisation, PlanError, Plugins, Spells, Workspace, wilson
from hgplan.followup.staying import CURVE, log_log

FIRST = date(2024, 1, 1)
MEMBERS = Spells("members", start="joined", end="left", entity="person", unit="unit")
CLUB = Organisation.from_rows([{"unit": "club"}, {"unit": "north", "parent": "club"}])
STAYS = {
    "a": (0, 10, "door"),
    "b": (0, 20, "door"),
    "c": (0, None, "door"),
    "d": (31, 5, "web"),
    "e": (31, None, "web"),
}


def workspace(stays: dict[str, tuple[int, int | None, str]]) -> Workspace:
    rows = [
        (who, "north", FIRST + timedelta(days=joined), None if n is None else FIRST + timedelta(days=joined + n), how)
        for who, (joined, n, how) in stays.items()
    ]
    columns = {"person": pl.String, "unit": pl.String, "joined": pl.Date, "left": pl.Date, "how": pl.String}
    data = {"members": pl.DataFrame(rows, schema=columns, orient="row")}
    return Workspace(organisation=CLUB, tables=[MEMBERS], data=data, plugins=Plugins.none())


def test_a_curve_falls_on_each_day_on_which_somebody_leaves() -> None:
    told = workspace(STAYS).survival(MEMBERS, "25d", every="month", until="2024-03-31")
    texts, dates = (
        dict.fromkeys(("unit", "level", "grain"), pl.String()),
        {"period_start": pl.Date(), "period_end": pl.Date()},
    )
    assert told.schema == {**texts, **dates, **CURVE}
    assert told["grain"].unique().to_list() == ["month"]
    first = told.filter(pl.col("period_start") == FIRST)
    assert first.select("day", "at_risk", "left", "censored", pl.col("survival").round(12)).rows() == [
        (0, 3, 0, 0, 1.0),
        (10, 3, 1, 0, round(2 / 3, 12)),
        (20, 2, 1, 0, round(1 / 3, 12)),
        (25, 1, 0, 1, round(1 / 3, 12)),
    ]
    assert first["survival_low"].to_list()[0] is None
    assert set(told["period_start"]) == {FIRST, date(2024, 2, 1)}  # of the cohort of nobody in March there is no curve


def test_cohorts_by_channel_have_curves_of_their_own() -> None:
    told = workspace(STAYS).survival("members", "25d", by="how", units=["north"], start=FIRST, until="2024-03-31")
    last = {row["how"]: row["survival"] for row in told.iter_rows(named=True)}
    assert last == {"door": pytest.approx(1 / 3), "web": 0.5}
    chosen = workspace(STAYS).survival("members.where(how == 'web')", "25d", start=FIRST, until="2024-03-31")
    assert chosen["survival"].to_list()[-1] == 0.5


def test_retention_stands_beside_the_curve_each_with_its_interval() -> None:
    ws = workspace(STAYS)
    told = ws.retention("members", "15d", by=["how"], start=FIRST, until="2024-03-31")
    rows = {row["how"]: row for row in told.iter_rows(named=True)}
    door = rows["door"]
    assert (door["started"], door["matured"], door["kept"], door["availability"]) == (3, 3, 2, "available")
    assert door["retained"] == pytest.approx(2 / 3) == door["survival"]
    assert (door["retained_low"], door["retained_high"]) == wilson(2, 3)
    # One of three has left: S = 2/3 and Greenwood's sum is 1 / (3 * 2).
    assert (door["survival_low"], door["survival_high"]) == pytest.approx(log_log(2 / 3, 1 / 6))
    assert (rows["web"]["started"], rows["web"]["kept"]) == (2, 1)


def test_a_cohort_that_has_not_matured_has_no_share_and_yet_a_curve() -> None:
    told = workspace(STAYS).retention("members", "12mo", start=FIRST, until="2024-01-25")
    row = told.row(0, named=True)
    assert (row["started"], row["matured"], row["retained"], row["retained_low"]) == (3, 0, None, None)
    assert (row["availability"], row["survival"]) == ("immature", pytest.approx(1 / 3))


def test_who_comes_back_is_kept_and_has_not_stayed() -> None:
    ws = workspace({"a": (0, 5, "door"), "b": (0, None, "door")})
    back = pl.DataFrame(
        {"person": ["a"], "unit": ["north"], "joined": [date(2024, 1, 10)], "left": [None], "how": ["web"]},
        schema_overrides={"left": pl.Date},
    )
    more = ws.with_data({"members": pl.concat([ws._data.given()["members"], back])})  # type: ignore[list-item]
    told = more.retention("members.where(how.is_not_null())", "1mo", every="month", start=FIRST, until="2024-02-20")
    row = told.row(0, named=True)
    # Three starts: a leaves after five days, and is back both on the horizon of that start and on that of the second.
    assert (row["started"], row["kept"], row["matured"]) == (3, 3, 3)
    assert row["survival"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"level": 95}, "level"),
        ({"horizon": "soon"}, "soon"),
        ({"spells": "members.active()"}, "active"),
        ({"by": "howw"}, "howw"),
        ({"by": "unit"}, "column 'unit' of its own"),
        ({"by": ["left"]}, "column 'left' of its own"),
    ],
)
def test_what_has_no_meaning_is_refused(said: dict[str, Any], what: str) -> None:
    given = {"spells": "members", "horizon": "15d", **said}
    with pytest.raises(PlanError, match=what):
        workspace(STAYS).retention(given.pop("spells"), given.pop("horizon"), start=FIRST, until="2024-03-31", **given)


def test_an_interval_needs_somebody_who_left_and_somebody_who_stays() -> None:
    assert log_log(1.0, 0.0) is None
    assert log_log(0.0, 0.0) is None
    wide, narrow = log_log(0.5, 0.1, level=0.99), log_log(0.5, 0.1, level=0.8)
    assert wide is not None
    assert narrow is not None
    assert wide.low < narrow.low < 0.5 < narrow.high < wide.high


stays = st.dictionaries(
    st.integers(0, 30).map(str),
    st.tuples(st.integers(0, 25), st.none() | st.integers(1, 60), st.just("door")),
    min_size=1,
    max_size=25,
)


@given(drawn=stays, level=st.sampled_from([0.8, 0.95]))
def test_curves_and_their_intervals_are_those_of_lifelines(
    drawn: dict[str, tuple[int, int | None, str]], level: float
) -> None:
    until = FIRST + timedelta(days=70)
    told = workspace(drawn).survival("members", "300d", start=FIRST, until=until, level=level)
    seen = [
        (min(n if n is not None else 999, 70 - joined), n is not None and n <= 70 - joined)
        for joined, n, _ in drawn.values()
    ]
    fitter = KaplanMeierFitter(alpha=1 - level)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifelines takes logarithms of nothing
        fitter.fit([length for length, _ in seen], [left for _, left in seen])
    ends = fitter.confidence_interval_
    for row in told.iter_rows(named=True):
        assert isclose(row["survival"], float(fitter.survival_function_at_times(row["day"]).iloc[0]), abs_tol=1e-12)
        low, high = (float(value) for value in ends.loc[float(row["day"])])
        if row["survival_low"] is not None:
            assert isclose(row["survival_low"], low, abs_tol=1e-9)
            assert isclose(row["survival_high"], high, abs_tol=1e-9)
        else:
            assert row["survival"] in (0.0, 1.0) or isnan(low)


def test_where_nobody_stays_the_curve_ends_at_0_without_an_interval() -> None:
    told = workspace({"a": (0, 3, "door"), "b": (0, 5, "door")}).survival(
        "members", "1mo", start=FIRST, until="2024-03-31"
    )
    assert told.select("day", "survival", pl.col("survival_low").is_null()).rows() == [
        (0, 1.0, True), (3, 0.5, False), (5, 0.0, True),
    ]  # fmt: skip
