"""Stocks read on any day, counted one person after the other in plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeAlias

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hgplan import Organisation, Spells, Workspace

UNTIL = date(2022, 4, 15)
TREE = Organisation.from_rows(
    [
        {"unit": "top", "parent": None},
        {"unit": "a", "parent": "top"},
        {"unit": "b", "parent": "top"},
    ]
)
stays = Spells("stays", start="since", end="till", entity="who", unit="unit")

Stay: TypeAlias = tuple[int | None, str, date, date | None]
days = st.dates(date(2021, 12, 1), date(2022, 5, 1))
drawn = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 3)),
        st.sampled_from(["top", "a", "b"]),
        days,
        st.one_of(st.none(), st.integers(0, 60)),
    ),
    max_size=12,
)


def told(rows: list[Stay], unit: str, day: date, silence: int) -> tuple[int, int]:
    """How many people are in the state on a day, and how many stays they have."""
    mine = [row for row in rows if row[0] is not None and unit in ("top", row[1]) and row[2] <= UNTIL]
    known = [(who, since, date.max if till is None or till > UNTIL else till) for who, _, since, till in mine]
    people = 0
    for one in (1, 2, 3):
        runs: list[tuple[date, date]] = []
        for since, till in sorted((since, till) for who, since, till in known if who == one):
            reach = runs[-1][1] if runs else date.min
            if runs and (reach == date.max or since <= reach + timedelta(days=silence)):
                runs[-1] = runs[-1][0], max(reach, till)
            else:
                runs.append((since, till))
        people += any(since <= day < till for since, till in runs)
    return people, sum(since <= day < till for _, since, till in known)


@pytest.mark.parametrize("silence", [0, 10], ids="{0} days bridged".format)
@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("active()", [date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 31), UNTIL]),
        ("active(at='start')", [date(2021, 12, 31), date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 31)]),
        ("active().shift('10d')", [date(2022, 1, 21), date(2022, 2, 18), date(2022, 3, 21), date(2022, 4, 5)]),
        (
            "active(at='start').shift('1mo')",
            [date(2021, 11, 30), date(2021, 12, 31), date(2022, 1, 28), date(2022, 2, 28)],
        ),
        # Of March and April alone: its eve, a month earlier, is no edge of what is asked.
        ("active(at='start').shift('1mo')", [date(2022, 1, 28), date(2022, 2, 28)]),
    ],
)
@given(rows=drawn)
@example(rows=[(1, "a", date(2022, 1, 30), None)])
def test_a_stock_is_who_stands_in_a_stay_on_the_day(
    asked: str, read: list[date], silence: int, rows: list[tuple[int | None, str, date, int | None]]
) -> None:
    known = [
        (who, unit, since, None if length is None else since + timedelta(days=length))
        for who, unit, since, length in rows
    ]
    schema = {"who": pl.Int64, "unit": pl.String, "since": pl.Date, "till": pl.Date}
    ws = Workspace(organisation=TREE, tables=[stays], data={"stays": pl.DataFrame(known, schema=schema, orient="row")})
    measure = f"stays.bridged('{silence}d').{asked}" if silence else f"stays.{asked}"
    found = ws.measure(measure, units="all", every="month", start=date(2022, 5 - len(read), 1), until=UNTIL)
    expected = [told(known, unit, day, silence) for unit in ("top", "a", "b") for day in read]
    assert [(int(value), rows) for value, rows in found.select("value", "rows").iter_rows()] == expected
