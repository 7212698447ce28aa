"""Groups by columns of any name, keys that qualify by stocks, and sides of figures that aren't there."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from hgplan import DataError, Events, Organisation, PlanError, Plugins, Spells, Workspace

TREE = Organisation.from_rows(
    [{"unit": "top", "parent": None, "level": "union"}, {"unit": "a", "parent": "top", "level": "association"}]
)
TALKS = Events("talks", at="at", unit="unit", entity="person")
STAYS = Spells("stays", start="start", end="end", entity="person", unit="unit")
ROWS = pl.DataFrame({"person": ["p", "q"], "unit": ["a", "a"], "at": [date(2022, 1, 5)] * 2, "n": [1, 2]})
STAYED = pl.DataFrame(
    {"person": ["p"], "unit": ["a"], "start": [date(2022, 1, 5)], "end": [None]}, schema_overrides={"end": pl.Date}
)


def asked(formulas: list[str], rows: pl.DataFrame = ROWS, **question: object) -> pl.DataFrame:
    """January's figures of the whole."""
    space = Workspace(
        organisation=TREE, tables=[TALKS, STAYS], data={"talks": rows, "stays": STAYED}, plugins=Plugins.none()
    )
    january = {"every": "month", "start": "2022-01-01", "until": "2022-01-31", **question}
    return space.measure(formulas, **january)  # type: ignore[arg-type]  # a question as its words


@pytest.mark.parametrize(
    ("having", "people"),
    [
        ("stays.active() > 0", 1),
        ("stays.active(at='start') == 0", 2),
        ("stays.bridged('3d').active() > 0", 1),
        ("talks.converted(stays.starts(), within='5d') > 0", 1),
    ],
)
def test_people_qualify_by_a_stock_or_a_conversion(having: str, people: int) -> None:
    assert asked([f"talks.distinct(having={having})"])["value"].to_list() == [people]


@pytest.mark.parametrize("column", ["n", "x", "k", "state", "complete", "kept", "matured", "ripe", "d", "told"])
def test_a_column_of_any_name_makes_groups(column: str) -> None:
    rows = ROWS.rename({"n": "q"}).with_columns(pl.Series(column, ["one", None]))
    told = asked(["talks.count()", "talks.mean(q)", "talks.distinct()"], rows, by=[column])
    assert told.filter(pl.col("metric") == "talks.count()").select(column, "value").rows() == [
        ("one", 1.0),
        (None, 1.0),
    ]
    assert told.filter(pl.col("metric") == "talks.mean(q)")["value"].to_list() == [1.0, 2.0]


def test_a_key_may_have_the_name_of_a_count() -> None:
    assert asked(["talks.distinct(key=n, having=talks.count() > 0)"])["value"].to_list() == [2.0]


@pytest.mark.parametrize("column", ["unit", "value", "level", "rows", "metric", "availability"])
def test_a_column_that_the_answer_has_already_makes_no_groups(column: str) -> None:
    rows = ROWS.with_columns(pl.lit("a").alias(column))
    with pytest.raises(PlanError, match=f"the answer has a column '{column}' of its own"):
        asked(["talks.count()"], rows, by=[column])


@pytest.mark.parametrize(
    "wrap", ["default(0)", "shift('1mo')", "previous('1mo')", "trailing('1mo')", "to_date('month')"]
)
def test_the_mean_of_nothing_below_the_line_is_undefined(wrap: str) -> None:
    later = ROWS.with_columns(pl.lit(date(2022, 3, 5)).alias("at"))
    told = asked([f"(talks.count() / talks.mean(n)).{wrap}.denominator"], later)
    assert told.select("value", "availability").rows() == [(None, "undefined")]


def test_a_whole_side_stays_whole_beside_a_sum_of_floats() -> None:
    rows = ROWS.with_columns(pl.Series("big", [2**60, 1]), pl.Series("f", [1.5, 2.0]))
    told = asked(["talks.mean(big)", "talks.mean(f)"], rows)
    assert told["numerator"].to_list() == [2**60 + 1, None]


def test_a_mean_of_units_rates_has_its_sum_above_the_line() -> None:
    rate = "(talks.sum(n) / talks.count()).mean_of_units('association')"
    assert asked([f"{rate}.numerator", f"{rate}.denominator"])["value"].to_list() == [1.5, 1.0]


def test_a_duty_s_day_that_can_t_be_read_is_told_by_its_row() -> None:
    table = Events("talks", at="at", unit="unit", entity="person", expected="duties")
    duties = pl.DataFrame(
        {"unit": ["a", "a"], "period": ["2022-01", "2022-02"], "received": ["2022-02-03", "2022-W05-3"]}
    )
    space = Workspace(organisation=TREE, tables=[table], data={"talks": ROWS, "duties": duties}, plugins=Plugins.none())
    with pytest.raises(DataError, match="column 'received' is no day, true or false in rows 2"):
        space.measure("talks.count()", every="month", start="2022-01-01", until="2022-02-28")


@pytest.mark.parametrize("every", ["day", "month", ["day", "month"]])
def test_a_mean_of_days_has_no_sides_be_it_of_a_single_day_or_beside_longer_periods(every: str | list[str]) -> None:
    ratio = "(talks.sum(n) / talks.count())"
    told = asked([f"{ratio}.trailing('7d', at='mean')", f"{ratio}.trailing('7d')"], every=every, start="2022-01-07")
    meant = told["metric"].str.contains("mean")
    assert told.filter(meant)[["numerator", "denominator"]].null_count().row(0) == (meant.sum(), meant.sum())
    assert told.filter(~meant)["denominator"].max() == 2
