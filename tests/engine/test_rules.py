"""The rules of meaning, each against the judge and by a law of its own."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from drawn import Question, measures, questions
from drawn.asking import Told, asked, assert_same, by_engine, frame_of, workspace
from drawn.facts import FactsDrawn, Shape, plain
from drawn.measures import conversions, durations, events, of_rows, of_spells, running, scopes, spells, steady, turned
from hypothesis import given
from hypothesis import strategies as st
from oracle import periods

import hgplan
from hgplan import DataError, Events, Measure, PlanError, Spells

recorded = st.just(Shape(id=True, recorded=True, duty=False))
owed = st.builds(Shape, st.booleans(), st.booleans(), st.just(True))


def people(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
    """Counts of people and of rows."""
    return events(drawn).flatmap(lambda rows: st.sampled_from([rows.distinct(), rows.count(), rows.sum("minutes")]))


@given(questions(people, count=3))
def test_rule_1_every_level_and_grain_is_computed_from_rows(question: Question) -> None:
    assert_same(question)


@given(questions(lambda drawn: st.builds(lambda a, b: a / b, steady(drawn), steady(drawn))))
def test_rule_2_a_ratio_is_a_sum_over_a_sum(question: Question) -> None:
    assert_same(question)
    for answer in by_engine(question).values():
        for told in answer.values():
            assert told.value is None or math.isfinite(told.value)
            if told.denominator == 0:
                assert told.value is None
            elif told.numerator is None or told.denominator is None:
                continue  # a side that is itself a quotient is no sum
            elif told.availability == "available":
                assert told.value == pytest.approx(told.numerator / told.denominator, rel=1e-12)


def flows(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
    """What begins, ends and holds."""
    return st.one_of(
        turned(drawn).map(lambda rows: rows.count()),
        turned(drawn).map(lambda rows: rows.distinct()),
        spells(drawn, "memberships").map(lambda state: state.starts().count() - state.ends().count()),
    )


@given(questions(flows, count=3))
def test_rule_3_flows_are_relative_to_the_unit(question: Question) -> None:
    assert_same(question)


@given(st.data())
def test_rule_3_opening_and_starts_less_ends_is_closing(data: st.DataObject) -> None:
    states: list[Spells] = []

    def balance(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
        states.append(data.draw(spells(drawn)))
        return st.just(states[-1].active())

    question = data.draw(questions(balance, count=1))
    state = states[-1]
    parts = state.active("start"), state.starts().count(), state.ends().count(), state.active()
    told = [by_engine(question.but(measures=(part,)))[str(part)] for part in parts]
    for key, closing in told[3].items():
        if closing.availability == "available":
            opening, starts, ends = (one[key].value for one in told[:3])
            assert opening is not None
            assert starts is not None
            assert ends is not None
            assert opening + starts - ends == closing.value, key


@given(questions(running))
def test_rule_4_running_figures_aggregate_rows_again(question: Question) -> None:
    assert_same(question)


@given(st.data())
def test_rule_4_the_asked_range_never_cuts_what_runs(data: st.DataObject) -> None:
    question = data.draw(questions(running, count=1, grains=("month",)))
    narrow = question.but(start=max(question.start, date(2024, 3, 1)), until=max(question.until, date(2024, 3, 1)))
    wide = narrow.but(start=date(2023, 12, 1))
    (measure,) = question.measures
    all_told, some = by_engine(wide)[str(measure)], by_engine(narrow)[str(measure)]
    assert some == {key: all_told[key] for key in some}


@given(questions(lambda drawn: st.builds(lambda measure, at: running_mean(measure, at), steady(drawn), durations),
                 shape=plain, grains=("week", "month")))  # fmt: skip
def test_rule_4_the_mean_of_days_is_read_when_asked(question: Question) -> None:
    # What stands behind and beside a mean of days is that of many overlapping windows.
    assert_same(question, rows=False)


def running_mean(measure: Measure, window: str) -> Measure:
    """A window's figure, averaged over the days of the period."""
    return measure.trailing(window, at="mean")


def shifted(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
    """A steady or running figure on other days."""
    inner = steady(drawn) | running(drawn)
    return st.builds(lambda of, by: of.shift(by), inner, durations) | st.builds(
        lambda of, to: of.shift(to=to), inner, st.sampled_from(["week", "month", "year"])
    )


@given(questions(shifted))
def test_rule_5_shift_is_calendar_subtraction_day_by_day(question: Question) -> None:
    assert_same(question)


OFFSETS = {
    "day": ["1d", "7d"], "week": ["7d", "2w"], "month": ["1mo", "1y"], "quarter": ["3mo", "1q"], "tertial": ["4mo"],
    "half": ["6mo", "1y"], "year": ["1y"],
}  # fmt: skip


@given(st.sampled_from(sorted(OFFSETS)).flatmap(
    lambda grain: questions(
        lambda drawn: st.builds(
            lambda of, now, by: (of.previous(by) - now) / 2 if now else of.previous(by),
            steady(drawn) | running(drawn), st.none() | of_rows(drawn), st.sampled_from(OFFSETS[grain]),
        ),
        grains=(grain,),
    )
))  # fmt: skip
def test_rule_5_previous_is_the_whole_period_before(question: Question) -> None:
    assert_same(question)


@pytest.mark.parametrize(("grain", "offset"), [("day", "1mo"), ("week", "1mo"), ("month", "30d"), ("quarter", "1mo"),
                                               ("tertial", "6mo"), ("year", "6mo"), ("week", "10d")])  # fmt: skip
def test_rule_5_previous_refuses_what_is_no_whole_number_of_periods(grain: str, offset: str) -> None:
    contacts = Events("contacts", at="day")
    space = hgplan.Workspace(tables=[contacts], data={"contacts": pl.DataFrame({"day": [date(2024, 1, 1)]})})
    with pytest.raises(PlanError, match="is no whole number of"):
        space.measure([contacts.count().previous(offset)], every=grain, until=date(2024, 2, 1))


@given(questions(conversions, by=((), (), ("channel",))))
def test_rule_6_conversion_counts_people(question: Question) -> None:
    assert_same(question)
    for measure in question.measures:
        for told in by_engine(question)[str(measure)].values():
            # No more people convert than were contacted; rows may well.
            if told.value is not None and "count='rows'" not in str(measure):
                assert 0 <= told.value <= 1


@given(questions(lambda drawn: st.builds(
    lambda state, horizon, immature, scope: state.retained(horizon, immature, scope),
    spells(drawn), durations, st.sampled_from(["exclude", "exclude", "include"]), scopes,
), by=((), (), ("channel",))))  # fmt: skip
def test_rule_7_retention_is_kept_over_matured(question: Question) -> None:
    assert_same(question)


@given(questions(of_spells, count=3, by=((), ("channel",))))
def test_rule_7_cohorts_and_stocks_are_read_from_merged_spells(question: Question) -> None:
    assert_same(question)


@given(questions(measures, count=3, shape=owed))
def test_rule_8_a_figure_says_whether_it_is_there(question: Question) -> None:
    assert_same(question)
    for answer in by_engine(question).values():
        for told in answer.values():
            assert (told.value is not None) == (told.availability == "available")
            assert told.completeness is None or 0 <= told.completeness <= 1


@given(questions(measures, count=3, shape=recorded, known=True))
def test_rule_9_what_was_known_on_a_day_can_be_asked_again(question: Question) -> None:
    assert_same(question)


@given(questions(measures, count=3, shape=recorded))
def test_rule_9_unsaid_the_newest_version_of_everything_is_known(question: Question) -> None:
    assert_same(question)


def test_rule_9_known_on_is_refused_by_name_where_nothing_was_recorded() -> None:
    contacts = Events("contacts", at="day")
    space = hgplan.Workspace(tables=[contacts], data={"contacts": pl.DataFrame({"day": [date(2024, 1, 1)]})})
    with pytest.raises(PlanError, match="contacts"):
        space.measure([contacts.count()], known_on=date(2024, 2, 1))


@given(questions(measures, count=3), st.data())
def test_rule_10_the_tree_is_that_of_the_day_or_of_a_date(question: Question, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from([date(2023, 12, 31), date(2024, 1, 31), date(2024, 3, 1), date(2024, 4, 1)]))
    assert_same(question.but(tree=day))
    assert_same(question.but(tree="day"))


@given(questions(measures, count=3), st.randoms(use_true_random=False))
def test_rule_11_the_order_and_partition_of_rows_change_no_byte(question: Question, chance: object) -> None:
    shuffled: dict[str, pl.DataFrame] = {}
    for name, table in question.facts.tables.items():
        rows = list(question.facts.data[name])
        chance.shuffle(rows)  # type: ignore[attr-defined]
        whole = frame_of(table, rows)
        cut = whole.height // 3
        shuffled[name] = pl.concat([whole.head(cut), whole.tail(whole.height - cut)], rechunk=False)
    again = workspace(question).with_data(shuffled)
    one = asked(question)
    other = again.measure(
        list(question.measures), units="all", by=list(question.by), every=question.every, start=question.start,
        until=question.until, tree=question.tree,
    )  # fmt: skip
    assert one.write_ipc(None).getvalue() == other.write_ipc(None).getvalue()


def test_rule_11_decimals_are_added_without_rounding() -> None:
    fees = Events("fees", at="day", columns={"fee": "decimal(1)"})
    frame = pl.DataFrame({"day": [date(2024, 1, 1)] * 3, "fee": [Decimal("0.1"), Decimal("0.2"), Decimal("-0.3")]})
    space = hgplan.Workspace(tables=[fees], data={"fees": frame})
    assert space.measure([fees.sum("fee")])["value"].to_list() == [0.0]
    ratio = space.measure([fees.sum("fee") / fees.where("fee > 0").sum("fee")])
    assert ratio["denominator"].to_list() in ([Decimal("0.3")], [0.3])


LARGE = Events("large", at="day", columns={"n": "int"})


@pytest.mark.parametrize(
    ("measure", "power"),
    [
        (LARGE.sum("n"), 63),
        (LARGE.sum("n * 4"), 65),
        (LARGE.max("n * 4"), 64),
        (LARGE.sum("n") + LARGE.sum("n"), 64),
        (LARGE.sum("n") * LARGE.sum("n"), 126),
        (LARGE.sum("n") * LARGE.sum("n") * LARGE.sum("n"), 189),
        (LARGE.sum("n * n"), 125),
        (LARGE.sum("n * n * n"), 187),
        (LARGE.mean("n"), 62),
        (LARGE.sum("n") / LARGE.count(), 62),
    ],
)
def test_rule_11_a_sum_that_no_integer_holds_is_right_or_refused(measure: Measure, power: int) -> None:
    frame = pl.DataFrame({"day": [date(2024, 1, 1)] * 2, "n": [2**62] * 2}, schema_overrides={"n": pl.Int64})
    space = hgplan.Workspace(tables=[LARGE], data={"large": frame})
    try:
        value = space.measure([measure])["value"].item()
    except DataError:
        return
    assert value == float(2**power)


def test_rule_11_the_largest_sum_that_an_integer_holds_is_told() -> None:
    frame = pl.DataFrame({"day": [date(2024, 1, 1)] * 2, "n": [2**62, 2**62 - 1]}, schema_overrides={"n": pl.Int64})
    space = hgplan.Workspace(tables=[LARGE], data={"large": frame})
    told = space.measure([LARGE.sum("n") / 1])
    assert told["numerator"].item() == 2**63 - 1


@given(questions(measures, shape=recorded), durations)
def test_rule_12_another_rule_leaves_the_facts_alone(question: Question, gap: str) -> None:
    space, tables = workspace(question), question.facts.tables
    frames = {name: frame_of(table, question.facts.data[name]) for name, table in tables.items()}
    kept = {name: frame.clone() for name, frame in frames.items()}
    memberships = tables["memberships"]
    assert isinstance(memberships, Spells)
    new, newer = memberships.starts().count(), memberships.starts(gap=gap).count()
    before = space.with_data(frames).measure([new], units="all", until=question.until)
    after = space.with_data(frames).measure([newer, new], units="all", until=question.until)
    assert after.filter(pl.col("metric") == str(new)).equals(before)
    assert all(frames[name].equals(kept[name]) for name in frames)


@given(st.data())
def test_a_coarser_grain_is_the_sum_of_the_finer_for_what_adds(data: st.DataObject) -> None:
    def adding(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
        return events(drawn).flatmap(lambda rows: st.sampled_from([rows.count(), rows.sum("minutes")]))

    question = data.draw(questions(adding, count=1, grains=("quarter",), shape=plain))
    (measure,) = question.measures
    quarters = by_engine(question)[str(measure)]
    first = periods(question.start, question.until, "quarter")[0][0]
    months = by_engine(question.but(every="month", start=first))[str(measure)]
    for (unit, start, end, _), told in quarters.items():
        inside: list[Told] = [
            one for (other, month, _, _), one in months.items() if other == unit and start <= month <= end
        ]
        if told.availability == "available":
            assert told.value == sum(one.value or 0 for one in inside if one.availability == "available") or any(
                one.availability == "not_expected" for one in inside
            )
