"""Who is among others, and the order of rows: the same as by looking at every one and at every column."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.engine.among import among, repeated
from hgplan.engine.ordering import in_order

NUMBERS = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([-(2**63), 2**63 - 1]))
COLUMNS = {
    "small": (pl.Int8(), st.one_of(st.none(), st.integers(-128, 127))),
    "large": (pl.Int64(), NUMBERS),
    "unsigned": (pl.UInt64(), st.one_of(st.none(), st.sampled_from([0, 5, 2**64 - 1]))),
    "day": (pl.Date(), st.one_of(st.none(), st.sampled_from([date(1, 1, 1), date(2022, 3, 1), date(9999, 12, 31)]))),
    "sure": (pl.Boolean(), st.one_of(st.none(), st.booleans())),
    "text": (pl.String(), st.one_of(st.none(), st.sampled_from(["", "a", "b"]))),
    "kind": (pl.Enum(["b", "a"]), st.one_of(st.none(), st.sampled_from(["a", "b"]))),
    "name": (pl.Categorical(), st.one_of(st.none(), st.sampled_from(["z", "a"]))),
}


@pytest.mark.parametrize("kind", [pl.Int64(), pl.Int128(), pl.Int32()], ids=str)
@given(data=st.data())
def test_who_is_among_others_is_looked_up_whatever_the_numbers(kind: pl.DataType, data: st.DataObject) -> None:
    numbers = st.one_of(st.none(), st.integers(-3, 3)) if kind == pl.Int32() else NUMBERS
    rows, wanted = data.draw(st.lists(numbers)), data.draw(st.lists(numbers))
    found = among(pl.Series(rows, dtype=kind), pl.Series(wanted, dtype=kind))
    assert found.to_list() == [row is not None and row in wanted for row in rows]


@given(rows=st.lists(NUMBERS))
def test_an_entity_is_repeated_where_it_stands_in_another_row(rows: list[int | None]) -> None:
    count = Counter(rows)
    assert repeated(pl.Series(rows, dtype=pl.Int64)).to_list() == [row is not None and count[row] > 1 for row in rows]


def test_nobody_is_repeated_and_names_are_looked_up_too() -> None:
    assert repeated(pl.Series([None, None])).to_list() == [False, False]
    assert repeated(pl.Series(["a", "b", "a", None])).to_list() == [True, False, True, False]


@given(data=st.data())
def test_rows_stand_in_the_order_of_their_columns_however_these_are_packed(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, unique=True))
    length = data.draw(st.integers(0, 12))
    frame = pl.DataFrame(
        [
            pl.Series(name, data.draw(st.lists(of, min_size=length, max_size=length)), dtype=kind)
            for name, (kind, of) in COLUMNS.items()
        ]
    )
    assert frame[in_order(frame, names)].select(names).equals(frame.select(names).sort(names, nulls_last=True))
