"""Cases that a reader worked out from the rules alone, without looking at the engine or at the judge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from hgplan import Events, Organisation, PlanError, Plugins, Snapshots, Spells, Workspace

FLAT = """
    unit parent level  opened     closed
    R    -      root   -          -
    A    R      area   -          -
    B    R      area   -          -
    a1   A      assoc  -          -
    a2   A      assoc  -          -
    b1   B      assoc  -          -
"""
MOVED = FLAT.replace(
    "a2   A      assoc  -          -", "a2   A      assoc  -          2022-02-10\n    a2 B assoc 2022-02-10 -"
)
CLOSED = FLAT.replace("a2   A      assoc  -          -", "a2   A      assoc  -          2022-02-10").replace(
    "b1   B      assoc  -         ", "b1   B      assoc  2022-02-01"
)
DAYS = ("at", "start", "end", "recorded", "opened", "closed")

Want = Mapping[str, object]


def cell(column: str, text: str) -> object:
    if text == "-":
        return None
    if column in DAYS:
        return date.fromisoformat(text)
    return int(text) if column in ("n", "nr") else text


def rows(text: str) -> list[dict[str, object]]:
    head, *lines = [line.split() for line in text.strip().splitlines()]
    return [{column: cell(column, at) for column, at in zip(head, line, strict=True)} for line in lines]


def frame(text: str) -> pl.DataFrame:
    head = text.split("\n")[1].split()
    kinds: dict[str, pl.DataType] = {}
    for column in head:
        kinds[column] = pl.Date() if column in DAYS else pl.Int64() if column in ("n", "nr") else pl.String()
    return pl.DataFrame(rows(text), schema=kinds)


def figures(tables: Mapping[str, str], formula: str, organisation: str, told: str, **ask: object) -> dict[str, object]:
    """The figures of one measure, by unit and month such as `A 02`; a pair where `told` is `pair`."""
    declared: list[Events | Spells | Snapshots] = []
    for name, text in tables.items():
        head = text.split("\n")[1].split()
        unit = "unit" if "unit" in head else None
        number = "nr" if "nr" in head else None
        if name == "m":
            declared.append(Spells(name, start="start", end="end", entity="who", unit=unit, id=number))
        else:
            recorded = "recorded" if "recorded" in head else None
            kind = Snapshots if name == "s" else Events
            declared.append(kind(name, at="at", unit=unit, entity="who", id=number, recorded=recorded))
    tree = [row | {"title": row["unit"]} for row in rows(organisation)]
    ws = Workspace(
        organisation=Organisation.from_rows(tree),
        tables=declared,
        data={name: frame(text) for name, text in tables.items()},
        plugins=Plugins.none(),
    )
    question: dict[str, object] = {"units": "all", "every": "month", "start": "2022-01-01", "until": "2022-03-31"}
    answer = ws.measure([formula], **(question | ask))  # type: ignore[arg-type]
    return {
        f"{row['unit']} {row['period_start']:%m}": (row["numerator"], row["denominator"])
        if told == "pair"
        else row[told]
        for row in answer.iter_rows(named=True)
    }


def check(
    tables: Mapping[str, str], formula: str, want: Want, organisation: str = FLAT, told: str = "value", **ask: object
) -> None:
    got = figures(tables, formula, organisation, told, **ask)
    assert {key: got[key] for key in want} == pytest.approx(dict(want))


MOVE = {
    "m": """
    who unit start      end
    k1  a1   2022-01-10 2022-02-10
    k1  a2   2022-02-10 -
"""
}
TWICE = {
    "m": """
    who unit start      end
    k1  a1   2022-01-10 2022-03-01
    k1  a2   2022-01-10 2022-02-15
    k1  b1   2022-01-12 -
"""
}
AWAY = {
    "m": """
    who unit start      end
    k1  a1   2021-01-01 2021-12-26
    k1  a1   2022-01-25 2022-02-01
    k1  a1   2022-03-02 -
    k2  a1   2022-01-03 2022-01-10
"""
}
NEVER = {
    "m": """
    who unit start      end
    k1  a1   2022-02-05 2022-02-05
    k2  a1   2022-01-01 2022-02-05
    k2  a1   2022-02-05 2022-02-05
    k3  a2   2022-02-05 2022-02-05
    k3  a2   2022-02-05 2022-02-20
"""
}


@pytest.mark.parametrize(
    ("tables", "formula", "want"),
    [
        (MOVE, "m.starts().count()", {"R 01": 1, "R 02": 0, "A 02": 0, "a1 02": 0, "a2 02": 1}),
        (MOVE, "m.ends().count()", {"R 02": 0, "A 02": 0, "a1 02": 1, "a2 02": 0}),
        (MOVE, "m.starts(scope='organisation').count()", {"a2 02": 0, "a1 01": 1, "A 01": 1, "R 01": 1}),
        (TWICE, "m.starts(scope='organisation').count()", {"a1 01": 1, "a2 01": 1, "b1 01": 0, "A 01": 1, "R 01": 1}),
        (TWICE, "m.starts().count()", {"a1 01": 1, "a2 01": 1, "b1 01": 1, "A 01": 1, "B 01": 1, "R 01": 1}),
        (TWICE, "m.ends().count()", {"a2 02": 1, "A 02": 0, "A 03": 1, "a1 03": 1, "R 03": 0}),
        (TWICE, "m.ends(scope='organisation').count()", {"a2 02": 0, "A 02": 0, "A 03": 0, "a1 03": 0, "R 03": 0}),
        # k1 is away for 30 days, then for 29; a month before 2 March is 2 February.
        (AWAY, "m.starts(gap='30d').count()", {"R 01": 2, "R 03": 0}),
        (AWAY, "m.starts(gap='31d').count()", {"R 01": 1, "R 03": 0}),
        (AWAY, "m.starts(gap='1mo').count()", {"R 01": 1, "R 03": 1}),
        (AWAY, "m.bridged('29d').starts().count()", {"R 01": 2, "R 03": 0}),
        (AWAY, "m.bridged('30d').starts().count()", {"R 01": 1, "R 03": 0}),
        (AWAY, "m.bridged('29d').active()", {"R 01": 1, "R 02": 1, "R 03": 1}),
        (NEVER, "m.starts().count()", {"R 02": 2, "a1 02": 1, "a2 02": 1}),
        (NEVER, "m.ends().count()", {"R 02": 3, "a1 02": 2, "a2 02": 1}),
    ],
)
def test_flows_of_moves_returns_and_spells_of_no_length(tables: Mapping[str, str], formula: str, want: Want) -> None:
    check(tables, formula, want)


DURING = {
    "m": """
    who unit start      end
    k1  a1   2022-01-05 2022-02-15
    k2  a1   2022-02-10 2022-02-25
    k3  a1   2022-02-21 -
"""
}


@pytest.mark.parametrize(
    ("formula", "february"),
    [("m.active()", 1), ("m.starts().count()", 1), ("m.ends().count()", 1), ("m.active(at='start')", 1)],
)
def test_a_month_that_holds_until_is_worked_out_up_to_it(formula: str, february: int) -> None:
    check(DURING, formula, {"R 02": february}, until="2022-02-20")


UNIT_MOVES = {
    "m": """
    who unit start      end
    k1  a2   2022-01-05 -
    k2  a2   2022-01-05 2022-02-10
    k3  a2   2022-02-10 -
"""
}


@pytest.mark.parametrize(
    ("formula", "tree", "want"),
    [
        ("m.ends().count()", "day", {"A 02": 2, "B 02": 0, "a2 02": 1, "R 02": 1}),
        ("m.starts().count()", "day", {"A 02": 0, "B 02": 2, "a2 02": 1, "R 02": 1}),
        ("m.starts(scope='organisation').count()", "day", {"A 02": 0, "B 02": 1, "a2 02": 1, "R 02": 1}),
        # The last day in was in A.
        ("m.ends(scope='organisation').count()", "day", {"A 02": 1, "B 02": 0, "a2 02": 1, "R 02": 1}),
        ("m.active()", "day", {"A 01": 2, "A 02": 0, "B 01": 0, "B 02": 2}),
        ("m.active()", "2022-03-01", {"A 01": 0, "B 01": 2, "B 02": 2, "A 02": 0}),
        ("m.active()", "2022-02-09", {"A 01": 2, "B 02": 0, "A 02": 2}),
        ("m.starts().count()", date(2022, 2, 10), {"A 02": 0, "B 02": 1, "B 01": 2}),
    ],
)
def test_a_unit_that_moves_carries_its_members(formula: str, tree: str | date, want: Want) -> None:
    check(UNIT_MOVES, formula, want, MOVED, tree=tree)


LATE = {
    "e": """
    who unit at
    k1  a2   2022-01-09
    k1  a2   2022-02-20
    k2  a2   2022-03-10
    k3  b1   2022-01-10
    k4  b1   2022-02-01
"""
}


@pytest.mark.parametrize(
    ("formula", "told", "want"),
    [
        ("e.count()", "value", {"a2 02": 1, "a2 03": None, "b1 01": None, "A 03": 1, "B 01": 1, "b1 02": 1}),
        ("e.count()", "availability", {"a2 02": "available", "a2 03": "not_expected", "b1 01": "not_expected"}),
        ("e.coverage()", "pair", {"R 01": (1, 2), "R 02": (1, 3), "R 03": (0, 2), "A 02": (0, 2), "A 03": (0, 1)}),
        ("e.units('area')", "value", {"B 01": 0, "A 02": 0, "B 02": 1, "A 01": 1}),
    ],
)
def test_rows_of_units_that_are_not_open_count_above_them(formula: str, told: str, want: Want) -> None:
    got = figures(LATE, formula, CLOSED, told)
    assert {key: got[key] for key in want} == dict(want)


COHORT = {
    "m": """
    who unit start      end
    k1  a1   2022-01-31 2022-02-28
    k2  a1   2022-01-31 2022-03-01
    k3  a1   2022-01-15 2022-02-01
    k3  b1   2022-02-01 -
    k4  a1   2022-01-15 2022-01-20
    k4  a1   2022-02-10 2022-02-20
    k5  a1   2022-02-15 -
"""
}


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        ("m.retained('1mo')", {"R 01": (3, 4), "A 01": (3, 4), "B 01": (0, 0), "R 02": (0, 1), "b1 02": (0, 0)}),
        ("m.retained('1mo', scope='unit')", {"A 01": (2, 4), "R 01": (3, 4), "B 02": (1, 1), "A 02": (0, 1)}),
        ("m.retained('1mo', immature='include')", {"A 02": (1, 2)}),
    ],
)
def test_every_start_is_followed_on_its_own(formula: str, want: Want) -> None:
    got = figures(COHORT, formula, FLAT, "pair", until="2022-03-10")
    assert {key: got[key] for key in want} == dict(want)


def test_the_anniversary_of_a_leap_day_is_the_last_of_february() -> None:
    leap = {"m": "\n who unit start end\n k1 a1 2024-02-29 2025-02-28\n k2 a1 2024-02-29 2025-03-01\n"}
    ask = {"every": None, "start": "2024-01-01", "units": "root"}
    assert figures(leap, "m.retained('1y')", FLAT, "pair", **ask, until="2025-02-28") == {"R 01": (1, 2)}
    assert figures(leap, "m.retained('1y')", FLAT, "availability", **ask, until="2025-02-27") == {"R 01": "immature"}


CONTACTS = {
    "c": """
    who unit at         nr
    k1  a1   2022-01-05 1
    k1  a2   2022-01-20 2
    k2  a1   2022-01-10 3
    k3  a1   2022-01-31 4
    k4  b1   2022-02-01 5
    -   b1   2022-02-01 6
""",
    "b": """
    who unit at
    k1  b1   2022-01-20
    k2  a1   2022-02-09
    k3  a1   2022-03-02
    k4  b1   2022-02-01
    k4  b1   2022-02-03
""",
}


@pytest.mark.parametrize(
    ("options", "want"),
    [
        # 10 January and 30 days is 9 February, 31 January and 30 days is 2 March: both a day too late.
        ("within='30d'", {"R 01": (1, 3), "R 02": (1, 1), "a1 01": (0, 3), "a2 01": (1, 1), "A 01": (1, 3)}),
        ("within='30d', attribution='first'", {"R 01": (1, 3), "a1 01": (1, 3), "a2 01": (0, 1), "A 01": (1, 3)}),
        ("within='30d', attribution='all'", {"R 01": (1, 3), "a1 01": (1, 3), "a2 01": (1, 1), "A 01": (1, 3)}),
        ("", {"R 01": (3, 3), "a1 01": (2, 3), "a2 01": (1, 1)}),
        ("within='30d', count='rows'", {"R 01": (1, 4), "R 02": (2, 1)}),
        ("within='30d', scope='unit'", {"R 01": (1, 3), "A 01": (0, 3), "a2 01": (0, 1)}),
    ],
)
def test_a_conversion_is_credited_to_a_contact_whose_window_holds_it(options: str, want: Want) -> None:
    got = figures(CONTACTS, f"c.converted(b, {options})" if options else "c.converted(b)", FLAT, "pair")
    assert {key: got[key] for key in want} == dict(want)


@pytest.mark.parametrize(
    ("until", "options", "january"),
    [
        ("2022-02-20", "", (1, 2)),
        ("2022-02-28", "", (1, 2)),
        ("2022-03-01", "", (1, 3)),
        ("2022-02-20", ", immature='include'", (1, 3)),
    ],
)
def test_a_contact_counts_when_the_last_day_of_its_window_is_over(
    until: str, options: str, january: tuple[int, int]
) -> None:
    assert figures(CONTACTS, f"c.converted(b, within='30d'{options})", FLAT, "pair", until=until)["R 01"] == january


def test_credit_is_dealt_before_young_contacts_leave() -> None:
    tables = {
        "c": "\n who unit at nr\n k1 a1 2022-01-15 1\n k1 a1 2022-02-10 2\n",
        "b": "\n who unit at\n k1 a1 2022-02-12\n",
    }
    got = figures(tables, "c.converted(b, within='30d')", FLAT, "pair", until="2022-02-20")
    assert (got["R 01"], got["R 02"]) == ((0, 1), (0, 0))


def test_a_tie_on_a_day_goes_to_the_smallest_id() -> None:
    tables = {
        "c": "\n who unit at nr\n k1 a1 2022-01-15 2\n k1 a2 2022-01-15 1\n",
        "b": "\n who unit at\n k1 b1 2022-01-16\n",
    }
    for attribution in ("latest", "first"):
        got = figures(tables, f"c.converted(b, within='7d', attribution='{attribution}')", FLAT, "pair")
        assert (got["a1 01"], got["a2 01"], got["A 01"]) == ((0, 1), (1, 1), (1, 1))


STOCK = {
    "s": """
    who unit at         n
    k1  a1   2022-01-05 10
    k1  a1   2022-01-25 12
    k2  a1   2022-01-25 5
    k2  a1   2022-01-25 2
    k3  b1   2022-01-10 7
    -   a2   2022-01-11 3
    -   a2   2022-01-12 4
    -   a1   2022-01-31 100
    k1  b1   2022-02-03 20
"""
}
CARRIED = {
    "s": """
    who unit at         n
    -   a2   2022-02-05 5
    -   a1   2022-02-20 7
"""
}


@pytest.mark.parametrize(
    ("tables", "organisation", "formula", "want"),
    [
        (STOCK, FLAT, "s.last(n)", {"R 01": 130, "a1 01": 119, "a2 01": 4, "b1 01": 7, "R 02": 20, "a1 02": None}),
        (STOCK, FLAT, "s.first(n)", {"R 01": 127}),
        (STOCK, FLAT, "s.last(n, per=None)", {"R 01": 100, "A 01": 100, "a2 01": None, "B 01": None, "R 02": 20}),
        (STOCK, FLAT, "s.last(n).default(0)", {"R 03": 0}),
        (CARRIED, MOVED, "s.last(n)", {"A 02": 12, "B 02": None}),
        (CARRIED, MOVED, "s.carry_forward('20d').last(n)", {"A 02": 7, "B 02": 5, "R 02": 12, "B 03": None}),
    ],
)
def test_a_stock_is_picked_in_time_and_then_placed(
    tables: Mapping[str, str], organisation: str, formula: str, want: Want
) -> None:
    got = figures(tables, formula, organisation, "value")
    assert {key: got[key] for key in want} == dict(want)


HELD = {
    "e": """
    who unit at         n
    k1  a1   2021-12-31 3
    k1  a1   2022-01-05 3
    k2  a1   2022-01-31 1
    k1  a2   2022-02-05 4
    k3  b1   2022-03-30 5
"""
}
CLAMPED = {"e": "\n who unit at\n k1 a1 2022-02-28\n k2 a1 2022-02-27\n k3 a1 2022-01-31\n"}


@pytest.mark.parametrize(
    ("tables", "formula", "want"),
    [
        (HELD, "e.distinct().to_date('year')", {"R 01": 2, "R 02": 2, "R 03": 3, "a2 03": 1, "A 03": 2}),
        (HELD, "e.count().to_date()", {"R 01": 3, "R 02": 4, "R 03": 5}),
        (HELD, "e.count().to_date('year', at='first')", {"R 01": 0, "R 02": 2, "R 03": 3}),
        (HELD, "e.count().to_date('year', at='mean')", {"R 01": 28 / 31}),
        (HELD, "e.count().trailing('1mo')", {"R 01": 2, "R 02": 2, "R 03": 1}),
        (HELD, "e.distinct().trailing('12mo')", {"R 01": 2, "R 02": 2, "R 03": 3}),
        (HELD, "e.count().trailing('1w')", {"R 01": 1, "R 02": 0, "R 03": 1}),
        # Four days of March are a month after 28 February, and none of February after 31 January.
        (CLAMPED, "e.count().shift('1mo')", {"R 03": 5, "R 02": 0}),
        (CLAMPED, "e.distinct().shift('1mo')", {"R 03": 2}),
        (CLAMPED, "e.count().previous('1mo')", {"R 03": 2, "R 02": 1}),
        (HELD, "e.count().shift(to='year')", {"R 01": 0}),
        (HELD, "e.count().mean_of_units('assoc')", {"R 01": 2 / 3, "A 01": 1, "A 02": 0.5}),
        (HELD, "e.mean(n).mean_of_units('assoc')", {"R 01": 2, "A 02": 4, "R 03": 5}),
    ],
)
def test_windows_and_shifts_go_by_days(tables: Mapping[str, str], formula: str, want: Want) -> None:
    check(tables, formula, want)


@pytest.mark.parametrize(
    "formula",
    [
        "e.count().previous('10d')",
        "e.count().previous('2w')",
        "e.count().previous('1y').trailing('3mo')",
        "e.count().trailing('3mo').to_date()",
        "e.quantile(n, 1.5)",
    ],
)
def test_what_has_no_meaning_is_refused(formula: str) -> None:
    with pytest.raises(PlanError):
        figures(HELD, formula, FLAT, "value")


FILTERED = {
    "e": """
    who unit at         n
    k1  a1   2022-01-05 3
    k1  a2   2022-01-06 4
    k2  a1   2022-01-07 5
    k3  b1   2022-01-08 6
    k2  b1   2022-02-08 6
    k2  b1   2022-02-09 6
""",
    "t": """
    who unit at         n
    k1  b1   2022-01-20 1
    k3  b1   2022-01-21 2
    k1  b1   2022-02-21 2
""",
}


@pytest.mark.parametrize(
    ("having", "want"),
    [
        # What a person did is read anywhere in the organisation.
        ("e.count() > 1", {"R 01": 1, "a1 01": 1, "a2 01": 1, "b1 01": 0, "R 02": 1}),
        ("(e.count() > 1) & (e.sum(n) >= 12)", {"R 01": 0, "R 02": 1}),
        ("(e.count() > 1) | (e.sum(n) > 5)", {"R 01": 2, "R 02": 1}),
        ("t.count() > 0", {"R 01": 2, "A 01": 1, "B 01": 1, "R 02": 0}),
        ("t.count() == 0", {"R 01": 1}),
        ("t.sum(n) / e.count() >= 2", {"R 01": 1, "R 02": 0}),
        ("e.count().trailing('2mo') >= 3", {"R 02": 1}),
        ("e.count().previous('1mo') >= 1", {"R 02": 1}),
    ],
)
def test_people_can_be_chosen_by_a_measure_of_theirs(having: str, want: Want) -> None:
    check(FILTERED, f"e.distinct(having={having})", want)


VERSIONS = {
    "e": """
    nr who unit at         n recorded
    1  k1  a1   2022-01-05 3 2022-01-06
    1  k1  a1   2022-02-05 4 2022-02-10
    2  k2  a1   2022-01-07 5 -
    3  k3  b1   2022-01-08 6 2022-03-01
"""
}


@pytest.mark.parametrize(
    ("known_on", "january", "february"),
    [(None, 11, 4), ("2022-02-10", 5, 4), ("2022-02-09", 8, 0), ("2021-12-31", 5, 0)],
)
def test_the_latest_version_known_by_the_day_stands(known_on: str | None, january: int, february: int) -> None:
    check(VERSIONS, "e.sum(n)", {"R 01": january, "R 02": february}, known_on=known_on)
