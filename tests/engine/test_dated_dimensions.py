"""What something is on a day has one answer; rows that give two, or that end before they begin, are told by number."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from hgplan import DataError, Dimension, Events, Workspace, ref

MEETINGS = Events("meetings", at="day", columns={"activity": ref("activities")})
HELD = pl.DataFrame({"day": [date(2022, 2, 1), date(2022, 3, 1)], "activity": ["s1", "s1"]})


def about_rent(dimension: Dimension, rows: list[tuple[str | None, str | None, str | None, str]]) -> float:
    themes = pl.DataFrame(rows, schema=["activity", "since", "till", "theme"], orient="row")
    ws = Workspace(tables=[MEETINGS, dimension], data={"meetings": HELD, "activities": themes})
    value: float = ws.measure("meetings.where(activities.theme == 'rent').count()", until="2022-12-31")["value"].item()
    return value


DATED = Dimension("activities", key="activity", start="since", end="till")
BEGUN = Dimension("activities", key="activity", start="since")
ENDED = Dimension("activities", key="activity", end="till")


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([("s1", None, "2022-03-01", "rent"), ("s1", "2022-03-01", None, "repairs")], 1),
        ([("s1", None, None, "rent"), ("s2", None, None, "repairs")], 2),
        ([("s1", None, None, "rent"), ("s1", "2022-02-01", "2022-02-01", "never")], 2),
        ([(None, None, None, "x"), (None, None, None, "y"), ("s1", None, None, "rent")], 2),
    ],
)
def test_rows_of_a_key_that_follow_each_other_are_in_order(
    rows: list[tuple[str | None, str | None, str | None, str]], count: int
) -> None:
    assert about_rent(DATED, rows) == count


@pytest.mark.parametrize(
    ("dimension", "rows", "numbers"),
    [
        (DATED, [("s1", None, "2022-03-02", "a"), ("s2", None, None, "a"), ("s1", "2022-03-01", None, "b")], "1, 3"),
        (DATED, [("s1", "2022-03-01", None, "b"), ("s1", None, None, "a")], "1, 2"),
        (
            DATED,
            [
                ("s1", "2022-01-01", "2022-12-31", "a"),
                ("s1", "2022-02-01", "2022-03-01", "b"),
                ("s1", "2022-04-01", "2022-05-01", "c"),
            ],
            "1, 2, 3",
        ),
        (BEGUN, [("s1", "2022-03-01", None, "a"), ("s1", None, None, "b"), ("s1", "2022-03-01", None, "c")], "1, 3"),
        (ENDED, [("s1", None, "2022-03-01", "a"), ("s1", None, "2022-04-01", "b")], "1, 2"),
    ],
)
def test_two_rows_of_a_key_for_one_day_are_told_by_number(
    dimension: Dimension, rows: list[tuple[str | None, str | None, str | None, str]], numbers: str
) -> None:
    what = rf"^column 'activity' holds a key with two rows for one day in \d rows: {numbers}\n"
    with pytest.raises(DataError, match=what) as told:
        about_rent(dimension, rows)
    assert "s1" not in str(told.value)


def test_a_row_without_an_end_is_in_force_until_the_next_begins_where_no_ends_are_declared() -> None:
    rows = [("s1", None, None, "rent"), ("s1", "2022-02-15", None, "repairs")]
    assert about_rent(BEGUN, [*rows]) == 1


def test_all_that_is_wrong_with_a_dimension_is_told_at_once() -> None:
    rows = [
        ("s1", "2022-03-01", "2022-02-01", "a"),
        ("s2", "2022-01-01", None, "a"),
        ("s2", "2022-02-01", None, "a"),
        ("s3", "first of May", None, "a"),
        ("s3", "2022-01-01", None, "a"),
    ]
    with pytest.raises(DataError) as told:
        about_rent(DATED, [*rows])
    assert [fault.what for fault in told.value.faults] == [
        "column 'since' holds what is not a day like 2022-03-01 in row 4",
        "column 'till' is before 'since' in row 1",
        "column 'activity' holds a key with two rows for one day in 2 rows: 2, 3",
    ]


def test_a_key_that_is_not_as_declared_is_told() -> None:
    numbered = Dimension("activities", key="activity", columns={"activity": "int"})
    with pytest.raises(DataError, match="column 'activity' holds what is not a whole number in row 2"):
        about_rent(numbered, [("1", None, None, "rent"), ("one", None, None, "rent")])
