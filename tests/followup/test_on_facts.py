"""The same on facts: worked out by the engine, held against readings in plain Python and against figures by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

import polars as pl
import pytest
from drawn import FactsDrawn, facts, organisations
from drawn.asking import frame_of
from drawn.days import days
from followup.scripted import METRICS, NATURES, Figure, Nature, Script
from followup.slow import attain_slowly
from hypothesis import given
from hypothesis import strategies as st
from oracle import answer

from hgplan.engine import Clocks, Facts
from hgplan.followup import COLUMNS, attainment
from hgplan.metrics import Events, Metric, Spells, Table
from hgplan.model import Condition, Goal, Organisation, Period, Plan, Target

Rows = list[dict[str, Any]]


class Judged(Script):
    """Figures of single units as the judge reads them from the rows."""

    def __init__(self, drawn: FactsDrawn, organisation: Organisation, until: date, tree: Literal["day"] | date) -> None:
        super().__init__()
        self.drawn, self.organisation, self.until, self.tree = drawn, organisation, until, tree

    def figure(self, metric: str, members: Sequence[str], start: date, end: date) -> Figure:
        [cell] = answer(
            METRICS[metric].measure,
            tables=self.drawn.tables,
            data=self.drawn.data,
            organisation=self.organisation,
            units=members,
            periods=[(start, end)],
            until=self.until,
            tree=self.tree,
        )
        found = cell.figure
        numbers = [found.value, found.numerator, found.denominator, found.completeness]
        value, above, below, complete = (None if number is None else float(number) for number in numbers)
        # Nothing is owed by a unit that isn't there, so how much of it came is not told.
        told = None if found.availability == "not_expected" else complete
        return Figure(value, above, below, found.availability, told)  # type: ignore[arg-type]


def natures_of(drawn: FactsDrawn) -> dict[str, Nature]:
    """What is known of the metrics where the members' table owes reports: then unripe entries are not all."""
    owes = drawn.tables["memberships"].expected is not None  # type: ignore[union-attr]
    return {**NATURES, "retention": NATURES["retention"]._replace(range="share" if owes else "entries")}


def attained(
    plan: Plan,
    organisation: Organisation,
    tables: Mapping[str, Table],
    data: Mapping[str, pl.DataFrame],
    *,
    units: Sequence[str],
    until: date,
    known_on: date | None = None,
    tree: Literal["day"] | date = "day",
    every: str | None = None,
    also: Mapping[str, Metric] = MappingProxyType({}),
) -> pl.DataFrame:
    known = {**METRICS, **also}
    return attainment(
        plan,
        Facts(organisation=organisation, tables=tables, data={name: frame.lazy() for name, frame in data.items()}),
        lambda goal: known.get(goal.metric or ""),
        lambda condition: known.get(condition.metric or ""),
        units=units,
        every=every,
        clocks=Clocks(until=until, known_on=known_on),
        tree=tree,
        # The slow reading makes no forecasts: those are held to their own.
        begun=lambda metric: None,
    )


FIGURES = st.sampled_from([0, 1, 2, 3, 50, 100])


@st.composite
def goals(draw: st.DrawFn, metric: str, units: Sequence[str]) -> Goal:
    word = draw(st.sampled_from(["at_least", "at_least", "at_most", "equals", "increase_by"]))
    # Each unit has its own target: sums over several are read by hand below.
    targets = [
        Target(period=period, unit=unit, **{word: draw(FIGURES)})  # type: ignore[arg-type]
        for period in draw(st.sampled_from([["2024-Q1"], ["2024-01", "2024-02"], ["2023-12-15/2024-03-10"]]))
        for unit in units
    ]
    baseline = draw(st.sampled_from([None, "2023", 1]))
    conditions = [Condition(title="kept", metric="retention", **draw(st.sampled_from([{}, {"at_least": 50}])))]
    return Goal(id=metric, title=metric, metric=metric, targets=targets, baseline=baseline, conditions=conditions)


@given(data=st.data(), every=st.sampled_from([None, None, "month"]))
def test_on_drawn_facts_every_row_is_what_the_judge_reads(data: st.DataObject, every: str | None) -> None:
    organisation = data.draw(organisations())
    drawn = data.draw(facts(organisation))
    until = data.draw(days)
    tree: Any = data.draw(st.just("day") | days)
    units = list(organisation.units)
    wanted = data.draw(st.lists(st.sampled_from(sorted(METRICS)), unique=True, min_size=1, max_size=2))
    plan = Plan(
        id="p", title="P", period=Period.parse("2024"), direct_goals=[data.draw(goals(name, units)) for name in wanted]
    )
    frames = {name: frame_of(table, drawn.data[name]) for name, table in drawn.tables.items()}
    frame = attained(plan, organisation, drawn.tables, frames, units=units, every=every, until=until, tree=tree)
    judge = Judged(drawn, organisation, until, tree)
    slow = attain_slowly(plan, organisation, judge, units, until, every=every, natures=natures_of(drawn))
    assert frame.height == len(slow)
    for fast, right in zip(frame.to_dicts(), slow, strict=True):
        for column in COLUMNS:
            got, read = fast[column], right[column]
            same = (
                math.isclose(got, read, rel_tol=1e-9, abs_tol=1e-9)
                if isinstance(read, int | float) and got is not None
                else got == read
            )
            assert same, (column, got, read, right)


# --- by hand -------------------------------------------------------------------------------------------------------

TREE = Organisation.from_rows(
    [
        {"unit": "region", "level": "region"},
        {"unit": "north", "parent": "region", "level": "association"},
        {"unit": "south", "parent": "region", "level": "association"},
        {"unit": "east", "parent": "region", "level": "association"},
    ]
)
MEMBERSHIPS = Spells("memberships", start="joined", end="left", entity="member", unit="unit", recorded="seen")
CONTACTS = Events("contacts", at="day", unit="unit", expected={"every": "month", "level": "association"})  # type: ignore[arg-type]


def members(*rows: tuple[str, str, date, date | None]) -> pl.DataFrame:
    schema = {"member": pl.String, "unit": pl.String, "joined": pl.Date, "left": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("joined").alias("seen"))


JOINED = members(
    ("m1", "north", date(2022, 1, 10), None),
    ("m1", "south", date(2022, 1, 10), None),
    ("m2", "south", date(2022, 2, 5), date(2022, 3, 1)),
    ("m3", "east", date(2022, 2, 20), None),
    ("m4", "north", date(2022, 4, 2), None),
)
TALKS = pl.DataFrame(
    {
        "day": [date(2022, 1, 5), date(2022, 1, 6), date(2022, 2, 1), date(2022, 1, 9), date(2022, 2, 9)],
        "unit": ["north", "north", "north", "south", "south"],
    }
)


ASSOCIATIONS = ["north", "south", "east"]
METRICS_TOO = {
    "talks": Metric.formula("talks", "contacts.count()"),
    "kept": Metric.formula("kept", "memberships.retained('3mo')", unit="%"),
}


def followed(goal: Goal, *, joined: pl.DataFrame = JOINED, units: Sequence[str] = ("region",), **asked: Any) -> Rows:
    plan = Plan(id="p", title="P", direct_goals=[goal])
    tables = {"memberships": MEMBERSHIPS, "contacts": CONTACTS}
    data = {"memberships": joined, "contacts": TALKS}
    return attained(plan, TREE, tables, data, units=units, also=METRICS_TOO, **asked).to_dicts()


def test_a_sum_of_targets_is_held_against_people_who_are_counted_once() -> None:
    targets = [Target(period="2022-Q1", unit=unit, at_least=2) for unit in ("north", "south")]
    goal = Goal(id="g", title="G", metric="recruits", targets=targets)
    [region] = followed(goal, until=date(2022, 3, 31))
    # m1 joined in both at once and is one person; m3 joined in the east, which has no target.
    assert (region["target"], region["value"], region["status"]) == (4, 2, "not_reached")
    north, south, east = followed(goal, units=ASSOCIATIONS, until=date(2022, 3, 31))
    assert [row["value"] for row in (north, south, east)] == [1, 2, 1]
    assert [row["status"] for row in (north, south, east)] == ["not_reached", "reached", "unquantified"]


def test_an_association_that_owes_reports_leaves_the_region_uncertain() -> None:
    goal = Goal(id="g", title="G", metric="talks", targets=[Target(period="2022-02", at_least=5)])
    [region] = followed(goal, until=date(2022, 2, 28))
    assert (region["value"], region["completeness"], region["status"]) == (2, pytest.approx(2 / 3), "uncertain")
    [little] = followed(
        Goal(id="g", title="G", metric="talks", targets=[Target(period="2022-02", at_least=2)]), until=date(2022, 2, 28)
    )
    assert little["status"] == "reached"
    targets = [Target(period="2022-02", unit="east", at_least=1)]
    [none] = followed(Goal(id="g", title="G", metric="talks", targets=targets), until=date(2022, 2, 28))
    assert (none["value"], none["availability"], none["status"]) == (None, "missing", "no_data")


def test_the_value_to_date_grows_month_by_month_against_the_whole_target() -> None:
    goal = Goal(id="g", title="G", metric="recruits", targets=[Target(period="2022-H1", at_least=4)])
    rows = followed(goal, every="month", until=date(2022, 4, 15))
    assert [row["value"] for row in rows] == [1, 3, 3, 4, None, None]
    assert [row["status"] for row in rows] == ["on_course", "on_course", "on_course", "reached", "no_data", "no_data"]
    assert {row["target"] for row in rows} == {4}


def test_a_condition_on_young_members_is_unset_until_they_are_old_enough() -> None:
    goal = Goal(
        id="g", title="G", metric="recruits", targets=[Target(period="2022-Q1", at_least=3)],
        conditions=[Condition(title="kept", metric="kept", at_least=60)],
    )  # fmt: skip
    told = {}
    for day in (date(2022, 3, 31), date(2022, 5, 4), date(2022, 5, 5), date(2022, 5, 20)):
        [row] = followed(goal, until=day)
        told[day.isoformat()] = (row["status"], row["conditions"])
    # Of the three, m1 is kept on 10 April, m2 is not on 5 May, m3 is on 20 May: 1 of 1, 1 of 2, 2 of 3.
    assert told == {
        "2022-03-31": ("reached", "kept: unset"),
        "2022-05-04": ("reached", "kept: unset"),
        "2022-05-05": ("reached", "kept: unset"),
        "2022-05-20": ("reached", "kept: met"),
    }


def test_the_march_boards_figure_can_be_had_again_in_december() -> None:
    late = JOINED.with_columns(pl.when(pl.col("member") == "m3").then(date(2022, 6, 1)).otherwise("seen").alias("seen"))
    goal = Goal(
        id="g", title="G", metric="recruits",
        targets=[
            Target(period="2022-Q1", at_least=5, adopted=date(2021, 11, 1)),
            Target(period="2022-Q1", at_least=3, adopted=date(2022, 5, 1), reason="too many"),
        ],
    )  # fmt: skip
    [march] = followed(goal, joined=late, until=date(2022, 3, 31), known_on=date(2022, 3, 31))
    [december] = followed(goal, joined=late, until=date(2022, 3, 31), known_on=date(2022, 12, 31))
    assert (march["value"], march["target"], march["status"]) == (2, 5, "not_reached")
    assert (december["value"], december["target"], december["status"]) == (3, 3, "reached")
