"""The dated tree: where a unit stands on a day, and every way in which rows are no tree."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from drawn.days import days
from drawn.organisations import organisations
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import DataError, UnknownName
from hgplan.model import Organisation, Unit

Row = Mapping[str, Any]


def row(unit: str, parent: str | None, opened: Any = None, closed: Any = None, **others: Any) -> Row:
    return {"unit": unit, "parent": parent, "opened": opened, "closed": closed, **others}


def told(rows: Sequence[Row]) -> list[str]:
    with pytest.raises(DataError) as caught:
        Organisation.from_rows(rows)
    return [f"{fault.what} ({fault.where})" for fault in caught.value.faults]


def stands_under(rows: Sequence[Unit], unit: str, day: date) -> str | None:
    """The parent by reading the rows: the row of the day, else the last one before, else the first."""
    own = sorted((found for found in rows if found.id == unit), key=lambda found: found.begins)
    begun = [found for found in own if found.begins <= day]
    return (begun or own)[-1 if begun else 0].parent


@given(organisations(), days)
def test_the_parent_of_a_day_is_that_of_its_row(organisation: Organisation, day: date) -> None:
    for unit in organisation.units:
        assert organisation.parent(unit, day) == stands_under(organisation.rows, unit, day)


@given(organisations(), days)
def test_placements_cover_all_time_once(organisation: Organisation, day: date) -> None:
    spans = list(organisation.placements())
    for unit in organisation.units:
        own = [(parent, start, end) for name, parent, start, end in spans if name == unit]
        assert own[0][1] is None
        assert own[-1][2] is None
        assert [end for _, _, end in own[:-1]] == [start for _, start, _ in own[1:]]
        holding = [parent for parent, start, end in own if (start or date.min) <= day and (end is None or day < end)]
        assert holding == [organisation.parent(unit, day)]
        assert all(parent != following for (parent, *_), (following, *_) in pairwise(own))


@given(organisations(), days)
def test_a_unit_is_open_on_the_days_of_its_spans(organisation: Organisation, day: date) -> None:
    for unit in organisation.units:
        spans = organisation.open_spans(unit)
        inside = any((start or date.min) <= day and (end is None or day < end) for start, end in spans)
        assert organisation.is_open(unit, day) == inside
        assert organisation.is_open(unit, day) == any(own.id == unit and own.is_open(day) for own in organisation.rows)


@given(organisations(), days)
def test_all_ways_up_end_at_the_root(organisation: Organisation, day: date) -> None:
    for unit in organisation.units:
        way = organisation.ancestors(unit, day)
        assert way[0] == unit
        assert way[-1] == organisation.root
        assert len(set(way)) == len(way)


@given(organisations())
def test_an_organisation_is_a_value(organisation: Organisation) -> None:
    again = pickle.loads(pickle.dumps(organisation))
    assert again == organisation
    assert hash(again) == hash(organisation)
    assert again.levels == organisation.levels


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), days), min_size=1, max_size=8))
def test_rows_are_refused_exactly_when_some_day_has_a_cycle(moves: list[tuple[int, int, date]]) -> None:
    """Each unit stands under the root and then under another unit, from a day on."""
    rows = [row("root", None)] + [row(f"u{unit}", "root", closed=date(2022, 1, 1)) for unit in range(6)]
    later = {unit: (parent, date(2022, 1, 1) + timedelta(first.toordinal() % 50)) for unit, parent, first in moves}
    rows += [
        row(f"u{unit}", f"u{parent}" if parent != unit else "root", opened) for unit, (parent, opened) in later.items()
    ]
    units = [Unit(id=own["unit"], parent=own["parent"], opened=own["opened"], closed=own["closed"]) for own in rows]
    cyclic = any(
        is_cyclic(units, date(2022, 1, 1) + timedelta(day), f"u{unit}") for day in range(51) for unit in range(6)
    )
    if cyclic:
        assert all("cycle" in fault for fault in told(rows))
    else:
        assert len(Organisation.from_rows(rows)) == 7


def is_cyclic(rows: Sequence[Unit], day: date, unit: str) -> bool:
    seen, above = set[str](), stands_under(rows, unit, day)
    while above is not None and above not in seen:
        if above == unit:
            return True
        seen.add(above)
        above = stands_under(rows, above, day)
    return False


def test_every_fault_is_told_at_once_with_its_rows() -> None:
    assert told(
        [
            row("root", None),
            row("a", "b"),
            row("b", "a"),
            row("c", "c"),
            row("d", "raot"),
            row("other", None),
            row("e", "root", "2022-01-01", "2021-01-01"),
            row("f", "root", "2022-01-01"),
            row("f", "a", "2022-03-01"),
            row("", "root"),
            row("g", "root", "1 March 2022"),
            {"name": "h"},
        ]
    ) == [
        "unit 'e' is closed 2021-01-01, before it is opened 2022-01-01 (units, row 7)",
        "the unit's id is empty (units, row 10)",
        "opened is a date like 2022-01-31, got '1 March 2022' (units, row 11)",
        "the column 'unit' is missing (units, row 12)",
        "two rows of unit 'f' overlap: one is closed never, the next is opened 2022-03-01 (units, rows 8 and 9)",
        "unit 'd' has parent 'raot', which is no unit (units, row 5)",
        "the organisation has 2 roots: 'root', 'other' (units, rows 1, 6)",
        "the organisation has a cycle: a -> b -> a (units, rows 2, 3)",
        "the organisation has a cycle: c -> c (units, row 4)",
    ]


def test_an_orphan_is_told_with_the_nearest_unit() -> None:
    with pytest.raises(DataError, match="did you mean 'region'"):
        Organisation.from_rows([row("region", None), row("a", "regoin")])


def test_a_cycle_from_a_day_on_is_told_with_that_day() -> None:
    moved = "2022-05-01"
    assert told(
        [
            row("root", None), row("d", "root", closed=moved), row("d", "e", moved),
            row("e", "root", closed=moved), row("e", "d", moved), row("f", "e"),
        ]
    ) == ["the organisation has a cycle from 2022-05-01 on: d -> e -> d (units, rows 2, 3, 4, 5)"]  # fmt: skip


def test_two_units_may_change_places_on_one_day() -> None:
    moved = date(2022, 5, 1)
    tree = Organisation.from_rows(
        [row("root", None), row("a", "root", closed=moved), row("b", "a", closed=moved), row("b", "root", moved),
         row("a", "b", moved)]
    )  # fmt: skip
    assert tree.ancestors("b", date(2022, 4, 30)) == ("b", "a", "root")
    assert tree.ancestors("a", moved) == ("a", "b", "root")


def test_a_closed_unit_keeps_its_last_parent_and_a_later_one_its_first() -> None:
    tree = Organisation.from_rows(
        [row("root", None), row("r1", "root"), row("r2", "root"),
         row("a", "r1", "2020-01-01", "2021-01-01"), row("a", "r2", "2022-01-01", "2023-01-01")]
    )  # fmt: skip
    years = [2019, 2020, 2021, 2022, 2024]
    assert [tree.parent("a", date(year, 6, 1)) for year in years] == ["r1", "r1", "r1", "r2", "r2"]
    assert [tree.is_open("a", date(year, 6, 1)) for year in years] == [False, True, False, True, False]
    assert tree.open_spans("a") == (
        (date(2020, 1, 1), date(2021, 1, 1)),
        (date(2022, 1, 1), date(2023, 1, 1)),
    )


def test_a_move_leaves_no_gap_in_what_is_open() -> None:
    tree = Organisation.from_rows(
        [row("root", None), row("r1", "root"), row("a", "root", closed="2021-01-01"), row("a", "r1", "2021-01-01")]
    )
    assert tree.open_spans("a") == ((None, None),)


def test_rows_may_come_in_any_order() -> None:
    rows = [row("a", "r1", "2021-01-01"), row("r1", "root"), row("a", "root", None, "2021-01-01"), row("root", None)]
    tree = Organisation.from_rows(rows)
    assert tree.units == ("a", "r1", "root")
    assert tree.parent("a", date(2020, 12, 31)) == "root"
    assert tree.root == "root"


def test_levels_go_from_the_top_though_the_tree_is_ragged() -> None:
    tree = Organisation.from_rows(
        [
            row("l1", "a1", level="local"),
            row("a1", "d1", level="association"),
            row("a2", "root", level="association"),
            row("l2", "root", level="local"),
            row("d1", "root", level="district"),
            row("root", None, level="union"),
        ]
    )
    assert tree.levels == ("union", "district", "association", "local")
    assert tree.units_at("association") == ("a1", "a2")


def test_levels_and_ids_may_be_numbers_and_empty_cells_are_nothing() -> None:
    tree = Organisation.from_rows(
        [{"unit": 1, "parent": "", "level": 1, "title": " "}, {"unit": "2", "parent": 1, "level": "2", "closed": ""}]
    )
    assert tree.levels == ("1", "2")
    assert tree.title("1") == "1"
    assert tree.parent("2", date(2022, 1, 1)) == "1"


def test_the_newest_title_and_level_are_shown() -> None:
    tree = Organisation.from_rows(
        [row("root", None), row("a", "root", closed="2022-01-01", title="Old", level="x"),
         row("a", "root", "2022-01-01", title="New")]
    )  # fmt: skip
    assert (tree.title("a"), tree.level("a"), tree.level("root")) == ("New", "x", None)


def test_an_organisation_without_a_tree_is_one_unit() -> None:
    single = Organisation.single("club", title="The club")
    assert (single.root, single.units, single.levels, single.title("club")) == ("club", ("club",), (), "The club")


def test_what_is_not_there_is_told_with_the_nearest() -> None:
    tree = Organisation.from_rows([row("north", None, level="region")])
    for ask in (tree.title, tree.level, tree.open_spans, tree.history):
        with pytest.raises(UnknownName, match="did you mean 'north'"):
            ask("nroth")
    with pytest.raises(UnknownName, match="did you mean 'region'"):
        tree.units_at("regions")


def test_an_organisation_has_at_least_a_root() -> None:
    assert told([]) == ["units has no rows: an organisation has at least a root (None)"]


def test_a_cell_is_never_told_as_a_date_with_a_time() -> None:
    with pytest.raises(DataError, match="opened is a date"):
        Organisation.from_rows([row("root", None, opened=3)])


def test_a_chain_of_a_hundred_thousand_units_is_no_trouble() -> None:
    count = 100_000
    chain = [row(str(number), str(number - 1) if number else None) for number in range(count)]
    tree = Organisation.from_rows(chain)
    assert len(tree.ancestors(str(count - 1), date(2022, 1, 1))) == count
    chain[0] = row("0", str(count - 1))
    faults = told(chain)
    assert any("cycle" in fault for fault in faults)
    assert max(map(len, faults)) < 400
