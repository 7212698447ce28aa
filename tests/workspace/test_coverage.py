"""Coverage: which cells of a matrix have something in them, worked by hand and against a count of every cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import (
    Activity,
    Dimension,
    Events,
    Organisation,
    Phase,
    Plan,
    PlanError,
    Snapshots,
    Spells,
    Strategy,
    Workspace,
    enum,
)
from hgplan.model import DimensionList, DimensionValue

TREE = Organisation.from_rows(
    [
        {"unit": "land", "parent": None, "title": "Das Land", "level": "land"},
        {"unit": "hq", "parent": "land", "level": "office"},
        {"unit": "nord", "parent": "land", "level": "kreis"},
        {"unit": "nord-1", "parent": "nord", "level": "ort"},
        {"unit": "west", "parent": "land", "level": "kreis"},
        {"unit": "gone", "parent": "land", "level": "kreis", "closed": "2022-05-01"},
        {"unit": "new", "parent": "land", "level": "kreis", "opened": "2022-07-01"},
    ]
)


def listed(*words: str) -> DimensionList:
    return DimensionList(values=[DimensionValue(id=word, title=word.title()) for word in words])


PLAN = Plan(
    id="p",
    title="P",
    phases=[Phase(id="before", title="Before"), Phase(id="after", title="After")],
    strategies=[
        Strategy(id="talk", title="Talk", activities=[Activity(id="campaign", title="Campaign", themes=["rent"])]),
        Strategy(id="grow", title="Grow", activities=[Activity(id="win", title="Win")]),
    ],
    sub_activities=[
        Activity(id="a", title="A", owner="nord-1", contributes=["campaign"], themes=["rent", "law"], channels=["door"],
                 phases=["before"], doers=["board", "staff"], recruiting=True),
        Activity(id="b", title="B", owner="nord", contributes=["campaign", "win"], themes=["rent"], channels=["door"],
                 phases=["before"], doers=["staff"], recruiting=False, status="done"),
        Activity(id="c", title="C", owner="hq", contributes=["win"], themes=["law"], channels=["net"],
                 phases=["after"]),
        Activity(id="d", title="D", owner="west", contributes=["win"], status="cancelled", themes=["law"]),
        Activity(id="e", title="E", contributes=["a"], start=date(2023, 1, 1), partners=["town"]),
        Activity(id="f", title="F", owner="gone", contributes=["campaign"], end=date(2022, 4, 1)),
    ],
    dimensions={"theme": listed("rent", "law", "school"), "channel": listed("door", "net"),
                "doer": listed("board", "staff"), "place": DimensionList(values=[])},
)  # fmt: skip
WS = Workspace(PLAN, TREE)


def counts(rows: str, columns: str, **question: Any) -> dict[tuple[str, str], int]:
    found = WS.coverage(rows, columns, **{"until": "2022-06-01", **question})
    return {(row, column): count for row, column, count in found.cells.select("row", "column", "count").iter_rows()}


def test_units_that_are_open_stand_against_what_they_and_those_below_them_do() -> None:
    found = WS.coverage("kreis", "activity", until="2022-06-01")
    assert counts("kreis", "activity") == {
        ("nord", "campaign"): 2, ("nord", "win"): 1, ("west", "campaign"): 0, ("west", "win"): 0,
    }  # fmt: skip
    assert (found.numerator, found.denominator, found.share) == (2, 4, 0.5)
    assert found.empty.rows() == [("west", "west", "campaign", "Campaign"), ("west", "west", "win", "Win")]
    assert found.matrix.rows() == [("nord", "nord", 2, 1), ("west", "west", 0, 0)]
    assert found.matrix.columns == ["row", "row_title", "campaign", "win"]
    # C is the office's, E nobody's, and F that of a unit which has closed.
    assert found.unplaced == 3


def test_an_open_unit_is_one_of_the_day_or_of_any_day_of_the_period() -> None:
    assert {row for row, _ in counts("kreis", "strategy")} == {"nord", "west"}
    assert {row for row, _ in counts("kreis", "strategy", until="2022-04-30")} == {"nord", "west", "gone"}
    assert {row for row, _ in counts("kreis", "strategy", until="2022-05-01")} == {"nord", "west"}
    assert {row for row, _ in counts("kreis", "strategy", until="2022-07-01")} == {"nord", "west", "new"}
    assert {row for row, _ in counts("kreis", "strategy", until="2022-12-31", period="2022")} == {
        "nord", "west", "gone", "new",
    }  # fmt: skip


def test_every_unit_is_covered_by_what_stands_below_it() -> None:
    found = counts("unit", "strategy")
    assert found["land", "talk"] == 4
    assert found["nord", "talk"] == 2
    assert found["nord-1", "talk"] == 1
    assert found["hq", "talk"] == 0


def test_an_activity_with_several_words_stands_in_each_of_their_cells_once() -> None:
    assert counts("theme", "channel") == {
        ("rent", "door"): 2, ("rent", "net"): 0, ("law", "door"): 1, ("law", "net"): 1, ("school", "door"): 0,
        ("school", "net"): 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ({"under": "win"}, {("rent", "door"): 1, ("law", "net"): 1}),
        ({"units": "nord"}, {("rent", "door"): 2, ("law", "door"): 1}),
        ({"where": "status == 'done'"}, {("rent", "door"): 1}),
        ({"where": "recruiting"}, {("rent", "door"): 1, ("law", "door"): 1}),
        ({"kind": "overarching"}, {}),
        ({"period": "2021"}, {("rent", "door"): 2, ("law", "door"): 1, ("law", "net"): 1}),
    ],
)
def test_a_question_can_be_narrowed(question: dict[str, Any], want: dict[tuple[str, str], int]) -> None:
    assert {cell: count for cell, count in counts("theme", "channel", **question).items() if count} == want


def test_a_word_said_twice_is_one() -> None:
    twice = attrs.evolve(PLAN.sub_activities[1], themes=["rent", "rent"], channels=["door", "door"])
    found = Workspace(attrs.evolve(PLAN, sub_activities=[twice]), TREE).coverage("theme", "channel", until="2022-06-01")
    assert found.cells["count"].to_list() == [1, 0, 0, 0, 0, 0]


def test_a_period_leaves_out_what_does_not_touch_it() -> None:
    assert counts("activity", "partner", period="2022") == {}
    # F ends on the first day of April.
    assert counts("unit", "activity", period="2022-04", where="activity == 'f'")["gone", "campaign"] == 1
    assert counts("unit", "activity", period="2022-04-02/2022-04-30", where="activity == 'f'")["gone", "campaign"] == 0
    assert counts("activity", "partner", period="2023")["campaign", "town"] == 1


def test_under_a_strategy_only_its_own_activities_are_a_side() -> None:
    assert {column for _, column in counts("kreis", "activity", under="grow")} == {"win"}


def test_overarching_activities_cover_nothing_unless_they_are_asked_for() -> None:
    assert counts("strategy", "theme", kind="overarching")["talk", "rent"] == 1
    bare = Workspace(attrs.evolve(PLAN, sub_activities=()), TREE).coverage("kreis", "activity", until="2022-06-01")
    assert (bare.numerator, bare.denominator) == (0, 4)


def test_what_was_cancelled_covers_nothing_but_its_status() -> None:
    assert counts("kreis", "status")["west", "cancelled"] == 1
    assert counts("kreis", "theme")["west", "law"] == 0


def test_words_that_nobody_declared_are_those_that_occur_and_the_answer_says_so() -> None:
    found = WS.coverage("partner", "phase", until="2022-06-01")
    assert (found.rows_declared, found.columns_declared) == (False, True)
    assert found.cells["row"].unique().to_list() == ["town"]
    assert "Nobody declared the words of partner" in found.text()
    assert "Ingen har sagt vilka ord partner har" in found.text("sv")


def test_an_empty_list_has_no_cells_and_no_share() -> None:
    found = WS.coverage("place", "theme", until="2022-06-01")
    assert (found.share, found.numerator, found.denominator, found.empty.height, found.matrix.height) == (
        None,
        0,
        0,
        0,
        0,
    )
    assert "there are no cells" in str(found)


def test_the_text_names_what_lacks_row_by_row() -> None:
    assert WS.coverage("kreis", "activity", until="2022-06-01").text() == (
        "kreis × activity, 1 June 2022: 2 of 4 cells are covered (50.0%)\n"
        "west: nothing at all\n"
        "Without a place here: 3."
    )


def test_a_side_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(PlanError, match="nothing to cover is named 'kries'") as wrong:
        WS.coverage("kries", "activity", until="2022-06-01")
    assert wrong.value.hint == "did you mean 'kreis'?"
    with pytest.raises(PlanError, match="what is neither text, number nor day"):
        WS.coverage("kreis", "activity", until="2022-06-01", where="themes == 'rent'")


def test_the_kinds_of_words_in_use_are_counted_against_those_declared() -> None:
    told = WS.variety("channel", units=["land", "nord", "west"], until="2022-06-01")
    assert told.select("unit", "activities", "used", "declared", "share").rows() == [
        ("land", 5, 2, 2, 1.0), ("nord", 2, 1, 2, 0.5), ("west", 0, 0, 2, 0.0),
    ]  # fmt: skip
    assert told["unused"].to_list() == [[], ["net"], ["door", "net"]]
    undeclared = WS.variety("partner", until="2022-06-01").row(0, named=True)
    assert (undeclared["used"], undeclared["declared"], undeclared["share"], undeclared["unused"]) == (
        1,
        None,
        None,
        None,
    )
    assert WS.variety("place", until="2022-06-01")["share"].to_list() == [None]


def test_units_of_a_level_that_are_not_open_have_no_row_and_one_that_is_named_has() -> None:
    for day, want in (("2022-04-01", ["nord", "west", "gone"]), ("2022-08-01", ["nord", "west", "new"])):
        assert WS.variety("channel", units="kreis", until=day)["unit"].to_list() == want
        assert WS.recruiting_markers(units="kreis", until=day)["unit"].to_list() == want
    whole = WS.variety("channel", units="kreis", period="2022", until="2022-12-31")["unit"].to_list()
    assert whole == ["nord", "west", "gone", "new"]
    assert WS.variety("channel", units=["gone"], until="2022-06-01")["activities"].to_list() == [1]


@pytest.mark.parametrize(
    ("question", "told"),
    [({"kind": "subs"}, "kind='subs' is not known"), ({"distinct": "paper"}, "distinct='paper' is for the rows")],
)
def test_a_word_that_nothing_would_come_of_is_refused(question: dict[str, Any], told: str) -> None:
    with pytest.raises(PlanError, match=told):
        WS.coverage("kreis", "activity", until="2022-06-01", **question)


def test_all_unknown_units_are_told_at_once() -> None:
    with pytest.raises(PlanError) as wrong:
        WS.variety("channel", units=["nrod", "west", "wets"], until="2022-06-01")
    assert [fault.hint for fault in wrong.value.faults] == ["did you mean 'nord'?", "did you mean 'west'?"]


def test_markers_are_counted_apart_from_what_they_say() -> None:
    told = WS.recruiting_markers(units=["land", "nord", "west"], until="2022-06-01").drop("until", "level")
    assert told.rows() == [("land", 5, 2, 0.4, 1, 0.5), ("nord", 2, 2, 1.0, 1, 0.5), ("west", 0, 0, None, 0, None)]


PAPERS = pl.DataFrame(
    [
        (1, date(2022, 1, 5), "nord-1", "rent", "warm", "x", date(2022, 1, 5)),
        (1, date(2022, 1, 5), "nord-1", "law", "warm", "x", date(2022, 3, 5)),
        (2, date(2022, 2, 5), "nord", "law", "cold", "x", date(2022, 2, 5)),
        (3, date(2022, 2, 6), "west", None, "cold", "y", date(2022, 2, 6)),
        (4, date(2022, 9, 1), "west", "rent", "cold", "y", date(2022, 9, 1)),
        (5, date(2022, 2, 7), "west", "tax", "cold", "y", date(2022, 2, 7)),
    ],
    schema=["no", "out", "unit", "theme", "tone", "paper", "written"],
    orient="row",
)
FACTS = Workspace(
    PLAN,
    TREE,
    tables=[
        Events("papers", at="out", unit="unit", id="no", recorded="written",
               columns={"tone": enum("warm", "cold", "dry")}),
        Spells("stands", start="first", end="last", entity="stand", unit="unit"),
        Dimension("things", key="thing"),
        Dimension("kinds", key="kind", start="begun"),
        Snapshots("counts", at="counted", unit="unit", entity="thing"),
    ],
    data={
        "papers": PAPERS,
        "stands": pl.DataFrame(
            [("s1", date(2022, 1, 1), date(2022, 4, 1), "nord", "law"), ("s2", date(2022, 1, 1), None, "west", "law"),
             ("s2", date(2022, 1, 1), None, "nord-1", "rent")],
            schema=["stand", "first", "last", "unit", "theme"], orient="row"),
        "things": pl.DataFrame(
            {"thing": ["a", "b", "c"], "theme": ["law", "law", "tax"], "tone": ["warm", None, "warm"]}),
        "kinds": pl.DataFrame({"kind": ["a", "a", "b"], "begun": ["2022-01-01", "2022-03-01", None],
                               "theme": ["rent", "law", "law"], "tone": ["x", "y", "y"]}),
        "counts": pl.DataFrame({"counted": [date(2022, 1, 31), date(2022, 2, 28), date(2022, 2, 28)],
                                "unit": ["west", "west", "nord-1"], "thing": ["t", "t", "u"],
                                "theme": ["rent", "law", "law"]}),
    },
)  # fmt: skip


def told(rows: str, columns: str, **question: Any) -> dict[tuple[str, str], int]:
    found = FACTS.coverage(rows, columns, **{"until": "2022-06-01", **question})
    return {(row, column): n for row, column, n in found.cells.select("row", "column", "count").iter_rows() if n}


def test_two_columns_of_a_table_are_a_matrix_of_its_newest_rows() -> None:
    # The second version of the first paper is about law; the fourth comes only later.
    assert told("papers.theme", "papers.tone") == {("law", "warm"): 1, ("law", "cold"): 1}
    assert told("papers.theme", "papers.tone", known_on="2022-03-01") == {("rent", "warm"): 1, ("law", "cold"): 1}
    found = FACTS.coverage("papers.theme", "papers.tone", until="2022-06-01")
    assert (found.counted, found.denominator, found.rows_declared, found.columns_declared) == ("papers", 9, True, True)
    # One says no theme, and one a theme that nobody declared.
    assert found.unplaced == 2


def test_a_level_against_a_column_of_a_table_counts_what_stands_below() -> None:
    assert told("kreis", "papers.tone") == {("nord", "warm"): 1, ("nord", "cold"): 1, ("west", "cold"): 2}
    assert told("papers.tone", "kreis")["cold", "west"] == 2
    assert told("unit", "papers.tone")["land", "cold"] == 3
    assert told("kreis", "papers.tone", distinct="paper")["west", "cold"] == 1
    assert told("kreis", "papers.tone", where="theme == 'law'") == {("nord", "warm"): 1, ("nord", "cold"): 1}
    assert told("kreis", "papers.tone", units="nord") == {("nord", "warm"): 1, ("nord", "cold"): 1}
    assert told("papers.theme", "papers.tone", units=["nord", "nord-1"]) == {("law", "warm"): 1, ("law", "cold"): 1}
    assert told("kreis", "papers.tone", period="2022-02") == {("nord", "cold"): 1, ("west", "cold"): 2}


def test_rows_stand_where_their_unit_stands_on_the_last_day_and_units_open_later_are_not_there() -> None:
    moved = Organisation.from_rows(
        [
            {"unit": "land", "parent": None, "level": "land"},
            {"unit": "nord", "parent": "land", "level": "kreis"},
            {"unit": "west", "parent": "land", "level": "kreis"},
            {"unit": "new", "parent": "land", "level": "kreis", "opened": "2022-07-01"},
            {"unit": "nord-1", "parent": "nord", "level": "ort", "closed": "2022-04-01"},
            {"unit": "nord-1", "parent": "west", "level": "ort", "opened": "2022-04-01"},
        ]
    )
    ws = Workspace(PLAN, moved, tables=[FACTS.facts.papers], data={"papers": PAPERS})
    found = ws.coverage("kreis", "papers.tone", until="2022-06-01", period="2022")
    assert found.cells.filter(pl.col("column") == "warm").select("row", "count").rows() == [("nord", 0), ("west", 1)]


def test_of_spells_those_in_the_state_on_the_day_are_counted() -> None:
    assert told("kreis", "stands.theme") == {("west", "law"): 1, ("nord", "rent"): 1}
    assert told("kreis", "stands.theme", until="2022-03-31")["nord", "law"] == 1


def test_of_reference_data_the_rows_in_force_are_counted_and_of_snapshots_those_last_reported() -> None:
    assert told("things.theme", "things.tone") == {("law", "warm"): 1}
    assert FACTS.coverage("things.theme", "things.tone", until="2022-06-01").unplaced == 2
    assert told("things.theme", "things.tone", where="thing == 'b'") == {}
    assert told("kinds.theme", "kinds.tone") == {("law", "y"): 2}
    assert told("kinds.theme", "kinds.tone", until="2022-02-28") == {("rent", "x"): 1, ("law", "y"): 1}
    assert told("kinds.theme", "kinds.tone", distinct="tone") == {("law", "y"): 1}
    assert told("kreis", "counts.theme") == {("west", "law"): 1, ("nord", "law"): 1}
    assert told("kreis", "counts.theme", until="2022-02-27") == {("west", "rent"): 1}


@pytest.mark.parametrize(
    ("rows", "columns", "more", "wrong"),
    [
        ("papers.theme", "stands.theme", {}, "are of two tables"),
        ("papers.theme", "theme", {}, "nothing to cover is named 'theme'"),
        ("things.thing", "kreis", {}, "whose rows stand in no unit"),
        ("things.theme", "things.tone", {"units": "nord"}, "units can't be asked of 'things'"),
        ("counts.theme", "kreis", {"distinct": "thing"}, "asks of events"),
        ("kreis", "stands.theme", {"distinct": "stand"}, "asks of events"),
        ("papers.colour", "kreis", {}, "colour"),
    ],
)
def test_what_makes_no_matrix_is_refused(rows: str, columns: str, more: dict[str, Any], wrong: str) -> None:
    with pytest.raises(PlanError, match=wrong):
        FACTS.coverage(rows, columns, until="2022-06-01", **more)


@st.composite
def activities(draw: st.DrawFn) -> list[Activity]:
    found: list[Activity] = []
    for number in range(draw(st.integers(0, 8))):
        parents = ["campaign", "win", *(one.id for one in found)]
        found.append(
            Activity(
                id=f"x{number}",
                title="X",
                owner=draw(st.sampled_from([None, *TREE.units])),
                contributes=draw(st.lists(st.sampled_from(parents), unique=True, max_size=2)),
                themes=draw(st.lists(st.sampled_from(["rent", "law", "school"]), unique=True)),
                status=draw(st.sampled_from([None, "planned", "cancelled"])),
            )
        )
    return found


@given(activities(), st.sampled_from(["kreis", "ort", "unit"]), st.sampled_from(["activity", "theme", "strategy"]))
def test_every_cell_counts_the_activities_that_a_loop_finds(subs: list[Activity], rows: str, columns: str) -> None:
    day = date(2022, 6, 1)
    found = Workspace(attrs.evolve(PLAN, sub_activities=subs), TREE).coverage(rows, columns, until=day)
    known = {one.id: one for one in subs}

    def tops(id: str) -> set[str]:
        return {id} if id not in known else set().union(*(tops(name) for name in known[id].contributes))

    def words(one: Activity) -> set[str]:
        if columns == "theme":
            return set(one.themes)
        strategy = {"campaign": "talk", "win": "grow"}
        return tops(one.id) if columns == "activity" else {strategy[top] for top in tops(one.id)}

    for unit, column, count in found.cells.select("row", "column", "count").iter_rows():
        assert TREE.is_open(unit, day)
        own = [
            one.id
            for one in subs
            if one.status != "cancelled" and column in words(one) and unit in TREE.ancestors(one.owner or "land", day)
        ]
        assert count == len(own)
