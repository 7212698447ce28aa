"""What the two count, alone and at every unit of an organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt

import polars as pl
import pytest
from hgplan_aggregates import APPROXIMATE_DISTINCT, MODE, approximate_distinct, hooks
from hypothesis import given, settings
from hypothesis import strategies as st

from hgplan import Aggregate, Events, Measure, Organisation, Plugins, Workspace

CONTACTS = Events("contacts", at="day", unit="unit", entity="person", columns={"channel_number": "int"})
UNION = Organisation.from_rows(
    [
        {"unit": "union", "parent": None},
        {"unit": "north", "parent": "union", "level": "association"},
        {"unit": "south", "parent": "union", "level": "association"},
    ]
)


def figure(aggregate: Aggregate, values: Sequence[object]) -> float | None:
    return aggregate.final(aggregate.partial([(value,) for value in values]))


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        ([], None),
        ([None, None], None),
        ([7], 7),
        ([3, 1, 3], 3),
        ([2, 1, 1, 2, 5], 1),
        ([-1, 0.5, 0.5, -1], -1),
        ([None, None, 4], 4),
    ],
)
def test_the_mode_is_the_most_frequent_value_and_of_several_the_least(values: list[float], mode: float | None) -> None:
    assert figure(MODE, values) == mode


def ws(rows: pl.DataFrame) -> Workspace:
    return Workspace(
        organisation=UNION, tables=[CONTACTS], data={"contacts": rows}, plugins=Plugins.of(aggregates=hooks)
    )


def contacts(many: int) -> pl.DataFrame:
    """Contacts of nearly half as many people, in two units and a year; every third has no number."""
    return pl.DataFrame(
        {
            "day": [date(2024, 1, 1) + timedelta(days=n * 7 % 366) for n in range(many)],
            "unit": ["north" if n % 5 < 3 else "south" for n in range(many)],
            "person": [n * 31 % (many // 2 - 1) for n in range(many)],
            "channel_number": [None if n % 3 == 0 else n * n % 7 for n in range(many)],
        },
        schema_overrides={"day": pl.Date},
    )


@pytest.mark.parametrize(
    "mode",
    [
        "contacts.aggregate('mode', channel_number)",
        "contacts.aggregate('aggregates.mode', channel_number)",
        CONTACTS.aggregate("mode", "channel_number"),
        CONTACTS.aggregate(MODE, "channel_number"),
    ],
    ids=str,
)
def test_the_mode_is_asked_by_name_or_as_itself_at_every_unit_and_period(mode: str | Measure) -> None:
    rows = contacts(500)
    told = ws(rows).measure(mode, units="all", every="month", start="2024-01-01", until="2024-12-31")
    assert len(told) == 36
    for row in told.iter_rows(named=True):
        inside = rows.filter(pl.col("day").is_between(row["period_start"], row["period_end"]))
        if row["unit"] != "union":
            inside = inside.filter(unit=row["unit"])
        often = Counter(inside["channel_number"].drop_nulls())
        assert row["value"] == min(often, key=lambda value: (-often[value], value))
        assert row["rows"] == len(inside)


def test_the_sketch_counts_a_person_in_two_units_once_and_few_exactly() -> None:
    rows = contacts(600)
    told = ws(rows).measure(
        ["contacts.aggregate('approximate_distinct', person)", "contacts.distinct()"], units="all", every="half",
        start="2024-01-01",
    )  # fmt: skip
    sketched, exact = told.partition_by("metric", maintain_order=True)
    assert sketched["value"].to_list() == exact["value"].to_list()
    assert sketched.filter(unit="union")["value"].to_list() != [
        sum(parts) for parts in zip(*(sketched.filter(unit=u)["value"] for u in ("north", "south")), strict=True)
    ]


def test_combined_of_many_states_the_sketch_is_that_of_all_rows() -> None:
    many = 12_000
    told = ws(contacts(many)).measure(CONTACTS.aggregate(APPROXIMATE_DISTINCT, "person"), units="root")
    assert told["value"].to_list() == [figure(APPROXIMATE_DISTINCT, range(many // 2 - 1))]


@given(st.integers(1_100, 20_000), st.integers(0, 10**9), st.sampled_from([64, 256, 1024]))
@settings(max_examples=40, derandomize=True, database=None, deadline=None)
def test_the_estimate_is_within_four_standard_errors(many: int, seed: int, k: int) -> None:
    told = figure(approximate_distinct(k), [f"{seed}-{number}" for number in range(many)])
    assert told is not None
    assert abs(told / many - 1) <= 4 / sqrt(k - 2)


def test_estimates_are_right_on_average_and_spread_as_they_say() -> None:
    k, many = 64, 3_000
    errors = [
        (figure(approximate_distinct(k), range(start, start + many)) or 0) / many - 1
        for start in range(0, 100 * many, many)
    ]
    mean = sum(errors) / len(errors)
    spread = sqrt(sum(error**2 for error in errors) / len(errors))
    stated = 1 / sqrt(k - 2)
    # The mean of a hundred, and the spread of a hundred, by their own standard errors.
    assert abs(mean) <= 3 * stated / sqrt(100)
    assert 0.75 * stated <= spread <= 1.25 * stated


@pytest.mark.parametrize("many", [0, 1, 63])
def test_fewer_values_than_hashes_are_counted_exactly(many: int) -> None:
    assert figure(approximate_distinct(64), [*range(many), *range(many), None]) == many


def test_values_that_read_alike_in_two_columns_are_told_apart() -> None:
    rows = [("a", "bc"), ("ab", "c"), ("a", None), (None, "a"), (None, None)]
    assert APPROXIMATE_DISTINCT.final(APPROXIMATE_DISTINCT.partial(rows)) == 4


def test_the_hash_is_the_same_on_every_machine() -> None:
    assert APPROXIMATE_DISTINCT.partial([("anna",), (7,)]) == APPROXIMATE_DISTINCT.partial([(7,), ("anna",)])
    assert [f"{hash:016x}" for hash in APPROXIMATE_DISTINCT.partial([("anna",)])] == ["5efdf3e262fc09eb"]


def test_too_few_hashes_are_refused() -> None:
    with pytest.raises(ValueError, match="keep 3 or more"):
        approximate_distinct(2)
