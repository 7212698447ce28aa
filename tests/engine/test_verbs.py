"""Every verb against the judge, over drawn organisations, facts and questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from drawn import questions
from drawn.asking import asked, assert_same
from drawn.days import days
from drawn.facts import FactsDrawn, Shape
from drawn.measures import (
    SPREAD,
    chosen,
    conversions,
    durations,
    events,
    havings,
    measures,
    of_rows,
    of_snapshots,
    scopes,
    spells,
    steady,
    turned,
)
from hypothesis import given
from hypothesis import strategies as st

import hgplan
from hgplan.metrics import Events, Measure, Snapshots, Spells
from hgplan.model import Calendar, Period

Make = Callable[[FactsDrawn], st.SearchStrategy[Measure]]

levels = st.sampled_from([None, "association", "region", "union"])


def of(verb: Callable[[Events], Measure], *, anywhere: bool = False) -> Make:
    """Measures of one verb over drawn events."""
    return lambda drawn: events(drawn, anywhere=anywhere).map(verb)


def counted(rows: Callable[[FactsDrawn], st.SearchStrategy[Events]]) -> Make:
    """How many rows there are of some kind, and of whom."""
    return lambda drawn: rows(drawn).flatmap(lambda found: st.sampled_from([found.count(), found.distinct()]))


def of_table(name: str) -> Callable[[FactsDrawn], st.SearchStrategy[Events]]:
    return lambda drawn: chosen(drawn.tables[name])


def of_spells(verb: Callable[[Spells], st.SearchStrategy[Measure]]) -> Make:
    return lambda drawn: spells(drawn).flatmap(verb)


def of_reports(verb: Callable[[Snapshots], Measure]) -> Make:
    return lambda drawn: chosen(drawn.tables["reports"]).map(verb)


VERBS: dict[str, Make] = {
    "where": lambda drawn: chosen(drawn.tables["contacts"]).map(lambda rows: rows.where("minutes > 0").count()),
    "count": of(lambda rows: rows.count()),
    "sum": of(lambda rows: rows.sum("minutes * 2 + 1")),
    "sum of decimals": of(lambda rows: rows.sum("fee"), anywhere=True),
    "mean": of(lambda rows: rows.mean("minutes")),
    "mean of decimals": of(lambda rows: rows.mean("fee"), anywhere=True),
    "min": of(lambda rows: rows.min("minutes")),
    "max": of(lambda rows: rows.max("minutes")),
    "quantile": lambda drawn: st.builds(
        lambda rows, q: rows.quantile("minutes", q), events(drawn), st.sampled_from([0, 0.1, 0.25, 0.5, 0.75, 1])
    ),
    "distinct": of(lambda rows: rows.distinct()),
    "distinct of a column": of(lambda rows: rows.distinct("channel")),
    "distinct of an attribute": of(lambda rows: rows.distinct("activities.theme"), anywhere=True),
    "having": lambda drawn: st.builds(lambda rows, asked: rows.distinct(having=asked), events(drawn), havings(drawn)),
    "first": counted(
        lambda drawn: st.builds(lambda rows, scope: rows.first(scope), of_table("contacts")(drawn), scopes)
    ),
    "during": counted(
        lambda drawn: st.builds(
            lambda rows, state, scope: rows.during(state, scope), of_table("contacts")(drawn), spells(drawn), scopes
        )
    ),
    "converted": conversions,
    "units": lambda drawn: st.builds(lambda rows, level: rows.units(level), events(drawn), levels),
    "coverage": lambda drawn: st.builds(lambda rows, level: rows.coverage(level), events(drawn), levels),
    "aggregate": of(lambda rows: rows.aggregate(SPREAD, "minutes")),
    "starts": counted(lambda drawn: st.builds(lambda state, scope: state.starts(scope), spells(drawn), scopes)),
    "starts after a gap": counted(
        lambda drawn: st.builds(lambda state, scope, gap: state.starts(scope, gap), spells(drawn), scopes, durations)
    ),
    "ends": counted(lambda drawn: st.builds(lambda state, scope: state.ends(scope), spells(drawn), scopes)),
    "rows": counted(
        lambda drawn: st.builds(
            lambda state, edge: state.rows(edge), chosen(drawn.tables["memberships"]), st.sampled_from(["start", "end"])
        )
    ),
    "where after a turn": counted(lambda drawn: turned(drawn).map(lambda rows: rows.where("channel == 'door'"))),
    "active": lambda drawn: st.builds(
        lambda state, at: state.active(at), chosen(drawn.tables["memberships"]), st.sampled_from(["start", "end"])
    ),
    "retained": of_spells(
        lambda state: st.builds(state.retained, durations, st.sampled_from(["exclude", "include"]), scopes)
    ),
    "survival": of_spells(lambda state: st.builds(state.survival, durations, scopes)),
    "last": of_reports(lambda rows: rows.last("members")),
    "last of one day": of_reports(lambda rows: rows.last("members", per=None)),
    "last of a column": of_reports(lambda rows: rows.last("members", per="channel")),
    "first of a stock": of_reports(lambda rows: rows.first("members")),
    "average": of_reports(lambda rows: rows.average("members")),
    "carry forward": lambda drawn: st.builds(
        lambda rows, age: rows.carry_forward(age).last("members"), chosen(drawn.tables["reports"]), durations
    ),
    "arithmetic": steady,
    "default": lambda drawn: st.builds(
        lambda measure, value: measure.default(value), steady(drawn), st.sampled_from([0, 3, -0.5, None])
    ),
    "numerator": lambda drawn: (
        st.sampled_from([of_rows, steady])
        .flatmap(lambda make: make(drawn))
        .map(lambda measure: (measure / 2).numerator)
    ),
    "mean of units": lambda drawn: st.builds(
        lambda measure, level: measure.mean_of_units(level), steady(drawn), st.sampled_from(["association", "region"])
    ),
    "anything": measures,
}


@pytest.mark.parametrize("verb", VERBS)
@given(data=st.data())
def test_a_verb_means_what_it_says_of_all_and_of_every_group(verb: str, data: st.DataObject) -> None:
    assert_same(data.draw(questions(VERBS[verb], by=((), (), ("channel",)))))


@pytest.mark.parametrize("verb", VERBS)
@given(data=st.data())
def test_a_verb_means_the_same_whichever_units_are_asked(verb: str, data: st.DataObject) -> None:
    # A unit that nothing moves under takes other roads when it is asked alone.
    question = data.draw(questions(VERBS[verb], by=((),)))
    everybody = asked(question)
    for unit in question.organisation.units:
        assert asked(question, units=[unit]).equals(everybody.filter(unit=unit))


@given(st.data())
def test_periods_of_a_calendar_may_overlap_and_leave_gaps(data: st.DataObject) -> None:
    question = data.draw(questions(measures, count=2, grains=(None,), by=((), (), ("channel",))))
    ends = data.draw(st.lists(st.tuples(days, days).map(sorted), min_size=1, max_size=3, unique_by=tuple))
    calendar = Calendar(
        name="phase", periods=[Period(id=f"p{n}", start=start, end=end) for n, (start, end) in enumerate(ends)]
    )
    assert_same(question.but(every=calendar))


@given(st.data())
def test_bridged_stocks_count_those_who_are_only_away(data: st.DataObject) -> None:
    question = data.draw(
        questions(lambda drawn: st.builds(lambda state, gap: state.bridged(gap).active(), spells(drawn), durations))
    )
    # How many rows stand behind a person in a bridged gap is nobody's business.
    assert_same(question, rows=False)


@given(st.data())
def test_numerator_and_denominator_are_figures_of_their_own(data: st.DataObject) -> None:
    ratios: list[Make] = [
        VERBS["mean"], VERBS["retained"], VERBS["converted"], VERBS["coverage"], VERBS["mean of units"],
        lambda drawn: st.builds(lambda a, b: a / b, of_rows(drawn), of_rows(drawn)),
    ]  # fmt: skip

    def make(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
        whole = st.sampled_from(ratios).flatmap(lambda one: one(drawn))
        return whole.flatmap(lambda ratio: st.sampled_from([ratio.numerator, ratio.denominator]))

    assert_same(data.draw(questions(make)))


@given(st.data())
def test_attributes_group_and_choose(data: st.DataObject) -> None:
    question = data.draw(
        questions(
            counted(lambda drawn: events(drawn, anywhere=True)),
            by=(("activities.theme",), ("activity.theme", "channel"), ("activity",)),
            grains=("month", None),
        )
    )
    assert_same(question)


@given(st.data())
def test_a_table_without_ids_means_the_same(data: st.DataObject) -> None:
    assert_same(data.draw(questions(measures, shape=st.just(Shape(id=False, recorded=False, duty=False)))))


@given(st.data())
def test_snapshots_are_picked_before_they_are_placed(data: st.DataObject) -> None:
    assert_same(data.draw(questions(of_snapshots, count=3, grains=("month", "quarter", None))))


@given(st.data())
def test_an_average_of_a_grain_s_ends_is_one_of_whole_grains(data: st.DataObject) -> None:
    every = data.draw(st.sampled_from(["week", "month", "quarter"]))
    nesting: tuple[str, ...] = {
        "week": ("week",),
        "month": ("month", "quarter", "tertial", "year"),
        "quarter": ("quarter", "half", "year"),
    }[every]
    make = of_reports(lambda rows: rows.average("members", every))
    assert_same(data.draw(questions(make, grains=nesting)))


def test_an_average_of_weeks_is_none_of_a_month() -> None:
    reports = Snapshots("reports", at="day")
    space = hgplan.Workspace(tables=[reports], data={"reports": pl.DataFrame({"day": [date(2024, 1, 1)], "n": [1]})})
    with pytest.raises(hgplan.PlanError, match="weeks do not nest in months"):
        space.measure([reports.average("n", "week")], every="month", until=date(2024, 2, 1))
