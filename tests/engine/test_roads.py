"""Which road each part of a metric takes, and why."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from drawn import Question, measures, questions
from drawn.asking import asked, workspace
from hypothesis import assume, given
from hypothesis import strategies as st

import hgplan.engine.parts
from hgplan import Aggregate, Events, Organisation, PlanError, Plugins, Snapshots, Spells, Workspace
from hgplan.engine.ticks import Ticks
from hgplan.metrics.counts import RowMeasure
from hgplan.metrics.measures import Measure, Part
from hgplan.metrics.reads import measures_in

STEADY = [("union", None), ("north", "union"), ("south", "union"), ("one", "north"), ("two", "south")]
LEVELS = {"union": "union", "north": "area", "south": "area", "one": "club", "two": "club"}

TABLES = [
    Events("contacts", at="day", unit="unit", entity="who", columns={"talks": "int"}),
    Spells("members", start="from", end="to", entity="who", unit="unit"),
    Snapshots("stock", at="day", unit="unit", columns={"n": "int"}),
]
DATA = {
    "contacts": pl.DataFrame(
        {
            "day": ["2022-01-03", "2022-02-14", "2022-03-01"],
            "unit": ["one", "two", "one"],
            "who": ["a", "b", "a"],
            "talks": [1, 2, 3],
            "cost": [0.1, 0.2, 0.3],
        }
    ),
    "members": pl.DataFrame({"from": ["2022-01-05", "2022-02-20"], "to": [None, None], "who": ["a", "b"],
                             "unit": ["one", "two"]}, schema_overrides={"to": pl.String}),
    "stock": pl.DataFrame({"day": ["2022-01-31"], "unit": ["one"], "n": [3]}),
}  # fmt: skip


def tree(*moves: dict[str, str], **dated: str) -> Organisation:
    rows = [{"unit": unit, "parent": parent, "level": LEVELS[unit]} for unit, parent in STEADY]
    rows[-1] |= dated
    return Organisation.from_rows([*rows, *moves])


def roads(formula: str | Measure, organisation: Organisation | None = None, **asked: Any) -> list[tuple[str, str]]:
    """The road and the reason of each part."""
    biggest = Aggregate("biggest", "1", partial=lambda rows: len(rows), combine=max, final=float)
    ws = Workspace(
        organisation=organisation or tree(), tables=TABLES, data=DATA, metrics=[biggest], plugins=Plugins.none()
    )
    return [(road.road, road.reason) for road in ws.explain(formula, plan=True, **asked).roads]


MOVED = tree({"unit": "two", "parent": "north", "level": "club", "opened": "2022-02-01"}, closed="2022-02-01")
OPENED = tree(opened="2022-02-01")
ALL: dict[str, Any] = {"units": "all", "every": "month"}


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("contacts.count()", "cubes: "),
        ("contacts.where(talks > 1).count()", "cubes: "),
        ("contacts.sum(talks)", "cubes: "),
        ("contacts.mean(talks)", "cubes: "),
        ("contacts.coverage('club')", "cubes: "),
        ("contacts.units()", "cubes: "),
        ("contacts.distinct()", "keys: "),
        ("contacts.distinct(key=talks)", "keys: "),
        ("contacts.converted(members.rows('start'))", "keys: "),
        ("members.active()", "stocks: "),
        ("members.rows('end').count()", "cubes: "),
    ],
)
def test_what_adds_up_is_packed(formula: str, reason: str) -> None:
    for question in ({}, ALL, {"unit": "north", "period": "2022-02"}):
        (road, why), *_ = roads(formula, **question)
        assert (road, why.startswith(reason)) == ("packed", True)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("contacts.sum(cost)", "floats don't add up exactly"),
        ("contacts.min(talks)", "the least or the greatest"),
        ("contacts.quantile(talks, 0.5)", "quantiles don't add up"),
        ("contacts.aggregate('biggest')", "an aggregate of one's own"),
        ("contacts.distinct(key=cost)", "what is of type Float64 can't be coded"),
        ("contacts.distinct().shift(to='month')", "a period's days have gaps"),
        ("contacts.converted(members.rows('start')).shift(to='month')", "a period's days have gaps"),
        ("contacts.converted(members.rows('start'), count='rows')", "every credit is dealt on its own"),
        ("contacts.converted(members.rows('start'), scope='unit')", "every credit is dealt on its own"),
        ("members.starts().count()", "the rows differ from unit to unit"),
        ("members.ends().distinct()", "the rows differ from unit to unit"),
        ("members.starts().converted(contacts)", "the rows differ from unit to unit"),
        ("members.retained('1mo')", "each start is followed on its own"),
        ("members.survival('1mo')", "each start is followed on its own"),
        ("stock.last(n)", "which reports are read differs"),
        ("stock.average(n, every='month')", "which reports are read differs"),
    ],
)
def test_what_does_not_add_up_goes_row_by_row_and_says_why(formula: str, reason: str) -> None:
    ((road, why),) = roads(formula)
    assert (road, why.startswith(reason)) == ("row by row", True)


@pytest.mark.parametrize("formula", ["contacts.count()", "contacts.distinct()", "contacts.units()", "members.active()"])
def test_groups_go_row_by_row(formula: str) -> None:
    assert roads(formula, by="who", **ALL) == [("row by row", "each group is counted apart")]


def test_a_unit_that_moves_between_the_asked_ones_matters_to_stocks_and_units() -> None:
    assert roads("members.active()", MOVED, **ALL) == [("row by row", "a unit moves")]
    assert roads("members.active()", MOVED)[0][0] == "packed"  # within the whole nobody moves
    assert roads("contacts.distinct()", MOVED, **ALL)[0][0] == "packed"
    assert roads("contacts.units('area')", MOVED, **ALL) == [("row by row", "a unit opens, closes or moves")]
    assert roads("contacts.coverage('club')", OPENED) == [("row by row", "a unit opens, closes or moves")]


def test_each_part_of_a_formula_has_its_own_road_and_tables() -> None:
    ws = Workspace(organisation=tree(), tables=TABLES, data=DATA, plugins=Plugins.none())
    told = ws.explain("contacts.sum(cost) / members.active()", plan=True)
    assert [(road.measure, road.road, road.tables) for road in told.roads] == [
        ("contacts.sum(cost)", "row by row", (("contacts", 3),)),
        ("members.active()", "packed", (("members", 2),)),
    ]
    assert "row by row  contacts.sum(cost): floats don't add up exactly (contacts: 3 rows)" in str(told)
    assert json.loads(told.to_json())["roads"][1]["reason"].startswith("stocks: ")


def test_who_is_chosen_by_a_figure_of_their_own_tells_the_road_of_that_figure_too() -> None:
    assert [road for road, _ in roads("contacts.distinct(having=contacts.count() > 1)")] == ["row by row"] * 2


def test_roads_are_told_only_when_asked_for() -> None:
    told = Workspace(organisation=tree(), tables=TABLES, data=DATA, plugins=Plugins.none()).explain("contacts.count()")
    assert told.roads == ()
    assert "packed" not in str(told)
    assert "roads" not in json.loads(told.to_json())


@pytest.mark.parametrize("formula", ["contacts.distinct()", "contacts.converted(members.rows('start'))"])
def test_in_a_period_that_has_not_begun_nobody_is_counted(formula: str) -> None:
    ws = Workspace(organisation=tree(), tables=TABLES, data=DATA, plugins=Plugins.none())
    told = ws.explain(formula, period="2023", until="2022-03-01", plan=True)
    assert (told.figure.rows, told.value, told.figure.availability) == (0, None, "not_expected")
    assert [road.road for road in told.roads] == ["packed"]


class ClosedError(Exception):
    """Nobody comes this way."""


def closed(*_: object) -> pl.Series:
    raise ClosedError


@given(questions(measures, count=1, by=((), (), ("channel",))), st.booleans())
def test_exactly_what_is_told_as_packed_needs_the_packed_road(question: Question, whole: bool) -> None:
    (measure,) = question.measures
    how: dict[str, Any] = {"units": "root" if whole else "all", "by": list(question.by), "every": question.every}
    try:
        told = workspace(question).explain(
            measure,
            period=f"{question.start}/{question.until}",
            until=question.until,
            known_on=question.known_on,
            tree=question.tree,
            plan=True,
            **how,
        )
    except PlanError:
        assume(False)
        raise
    counted = [part for part in measures_in(measure) if isinstance(part, RowMeasure)]
    if not any(isinstance(part, Part) for part in measures_in(measure)):
        assert {str(part) for part in counted} <= {road.measure for road in told.roads}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Ticks, "at", closed)  # all that is packed asks for the tick of its days, and nothing else does
        try:
            asked(question, **how)
        except ClosedError:
            needed = True
        else:
            needed = False
    assert needed == any(road.road == "packed" for road in told.roads)


def test_a_part_that_is_counted_some_at_a_time_is_told_with_all_of_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(formula: str) -> list[str]:
        ws = Workspace(organisation=tree(), tables=TABLES, data=DATA, plugins=Plugins.none())
        return [str(road) for road in ws.explain(formula, plan=True, units="all", every="month").roads]

    asked = "contacts.distinct() / (contacts.count() + members.rows('start').count())"
    whole = told(asked)
    assert len(whole) == 3
    monkeypatch.setattr(hgplan.engine.parts, "_ROW", 2**31)
    parts = [road for road in told(asked) if road.endswith((", in 2 parts)", ", in 3 parts)"))]
    assert {road.rpartition(", in ")[0] + ")" for road in parts} == set(whole)
