"""Laws that hold whatever the rules say: what may change about facts and questions without changing an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from drawn import FactsDrawn, Question, questions
from drawn.asking import Key, Told, asked, by_engine
from drawn.facts import Shape, plain
from drawn.measures import chosen, events, of_rows, running, spells, steady
from hypothesis import given
from hypothesis import strategies as st

from hgplan.metrics import Measure
from hgplan.model import Organisation

recorded = st.just(Shape(id=True, recorded=True, duty=False))
owed = st.just(Shape(id=True, recorded=False, duty=True))


def anything(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
    """Steady and running measures; a predicate on a date would not be shifted along with the facts."""
    return (steady(drawn) | running(drawn)).filter(lambda measure: "date(" not in str(measure))


def rewritten(question: Question, change: Callable[[str, Any], Any]) -> Question:
    """The question over facts with some values changed, column by column."""
    data = {
        name: [{column: change(column, value) for column, value in row.items()} for row in rows]
        for name, rows in question.facts.data.items()
    }
    return question.but(facts=attrs.evolve(question.facts, data=data))


def told_by(question: Question, key: Callable[[Key], Key] = lambda key: key) -> dict[str, Mapping[Key, Told]]:
    """The engine's answers with their keys put another way."""
    return {
        measure: {key(one): told for one, told in answer.items()} for measure, answer in by_engine(question).items()
    }


@given(questions(anything, count=3, shape=plain))
def test_the_names_of_people_change_nothing(question: Question) -> None:
    other = rewritten(
        question, lambda column, value: value and f"{9 - int(value[1:])}{value}" if column == "person" else value
    )
    assert told_by(other) == told_by(question)


@given(questions(anything, count=3, shape=plain))
def test_the_names_of_units_change_nothing(question: Question) -> None:
    def named(unit: str | None) -> str | None:
        return unit if unit is None else f"{'zyx'[len(unit) % 3]}-{unit}"

    rows = [{"unit": named(row.id), "parent": named(row.parent), "level": row.level, "opened": row.opened,
             "closed": row.closed} for row in question.organisation.rows]  # fmt: skip
    other = rewritten(question, lambda column, value: named(value) if column == "unit" else value)
    other = other.but(organisation=Organisation.from_rows(rows))
    there = told_by(question, lambda key: (named(key[0]) or "", *key[1:]))
    assert told_by(other) == there


def _later(day: Any) -> Any:
    # Four hundred years are a whole number of weeks, and every month has its length again.
    return day.replace(year=day.year + 400) if isinstance(day, date) else day


@given(questions(anything, count=3))
def test_a_whole_cycle_of_the_calendar_later_everything_is_the_same(question: Question) -> None:
    rows = [{"unit": row.id, "parent": row.parent, "level": row.level, "opened": _later(row.opened),
             "closed": _later(row.closed)} for row in question.organisation.rows]  # fmt: skip
    later = rewritten(question, lambda _, value: _later(value)).but(
        organisation=Organisation.from_rows(rows),
        start=_later(question.start),
        until=_later(question.until),
        tree=_later(question.tree),
    )
    assert told_by(later) == told_by(question, lambda key: (key[0], _later(key[1]), _later(key[2]), key[3]))


@given(questions(anything, count=3, shape=recorded, known=True), st.data())
def test_what_was_known_on_a_day_never_changes_when_rows_come_later(question: Question, data: st.DataObject) -> None:
    assert question.known_on is not None
    day = question.known_on + timedelta(days=data.draw(st.integers(1, 30)))
    more = {}
    for name, rows in question.facts.data.items():
        late = [{**row, "seen": day} for row in rows if "seen" in row]
        new = [{**row, "number": f"late-{row['number']}"} for row in late]
        more[name] = [*rows, *data.draw(st.permutations([*late, *new]))]
    later = question.but(facts=question.facts.but(**more))
    assert told_by(later) == told_by(question)


@given(questions(anything, count=3, shape=recorded))
def test_a_row_told_again_word_for_word_changes_nothing(question: Question) -> None:
    twice = {
        name: [*rows, *(row for row in rows if "seen" in row)] for name, rows in question.facts.data.items()
    }  # fmt: skip
    assert told_by(question.but(facts=question.facts.but(**twice))) == told_by(question)


@given(questions(anything, count=3))
def test_what_happens_after_the_last_day_is_not_there(question: Question) -> None:
    def before(row: Mapping[str, Any]) -> bool:
        day = row.get("day", row.get("joined"))
        return day is None or day <= question.until

    cut = {
        name: [row for row in rows if before(row)] if name != "activities" else list(rows)
        for name, rows in question.facts.data.items()
    }
    # A row whose newest version lies beyond the last day would come back in an older one.
    if all(len({row.get("number", id(row)) for row in rows}) == len(rows) for rows in question.facts.data.values()):
        assert told_by(question.but(facts=question.facts.but(**cut))) == told_by(question)


def counted(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
    """How many rows of some kind there are."""
    return events(drawn).map(lambda rows: rows.count())


@given(questions(counted, count=2, grains=("month", "quarter"), shape=plain))
def test_every_row_is_in_one_group(question: Question) -> None:
    split = by_engine(question.but(by=("channel",)))
    for measure, answer in by_engine(question).items():
        for key, whole in answer.items():
            parts = [told.value or 0 for other, told in split[measure].items() if other[:3] == key[:3]]
            assert whole.value is None or sum(parts) == whole.value


@given(questions(lambda drawn: chosen(drawn.tables["contacts"]).map(lambda rows: rows.count()), count=1,
                 grains=("month",), shape=plain))  # fmt: skip
def test_a_unit_holds_the_rows_of_those_below_it(question: Question) -> None:
    (answer,) = by_engine(question.but(tree=question.until)).values()
    parent = {unit: question.organisation.parent(unit, question.until) for unit in question.organisation.units}
    for (unit, start, _, _), told in answer.items():
        below = [one.value or 0 for key, one in answer.items() if key[1] == start and parent[key[0]] == unit]
        # Rows of its own, and late ones of closed units, come on top.
        assert told.value is None or told.value >= sum(below)


@given(st.data())
def test_distinct_people_are_never_more_than_the_parts_nor_fewer_than_the_largest(data: st.DataObject) -> None:
    def people(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
        return events(drawn, anywhere=True).map(lambda rows: rows.distinct())

    question = data.draw(questions(people, count=1, grains=("quarter",), shape=plain))
    (quarters,) = by_engine(question).values()
    first = min(key[1] for key in quarters)
    (months,) = by_engine(question.but(every="month", start=first)).values()
    for (unit, start, end, _), whole in quarters.items():
        parts = [told.value or 0 for (other, month, _, _), told in months.items()
                 if other == unit and start <= month <= end]  # fmt: skip
        closed = any(
            told.availability == "not_expected"
            for (other, month, _, _), told in months.items()
            if other == unit and start <= month <= end
        )
        if whole.value is not None and not closed:
            assert max(parts, default=0) <= whole.value <= sum(parts)


@given(questions(lambda drawn: st.builds(lambda a, b: a / b, events(drawn).map(lambda rows: rows.count()),
                                         spells(drawn).map(lambda state: state.starts().count())),
                 count=3))  # fmt: skip
def test_numerator_and_denominator_make_the_figure_again(question: Question) -> None:
    frame = asked(question)
    for row in frame.iter_rows(named=True):
        if row["value"] is not None:
            assert row["value"] == int(row["numerator"]) / int(row["denominator"])


@given(questions(of_rows, count=4))
def test_many_measures_asked_together_are_those_asked_alone(question: Question) -> None:
    together = by_engine(question)
    for measure in question.measures:
        assert by_engine(question.but(measures=(measure,)))[str(measure)] == together[str(measure)]


@given(questions(of_rows, count=2, shape=owed))
def test_fewer_units_and_periods_asked_are_the_same_figures(question: Question) -> None:
    every_unit = asked(question)
    some = asked(question, units=["top", "a1"])
    assert some.sort(some.columns[:6]).equals(
        every_unit.filter(every_unit["unit"].is_in(["top", "a1"])).sort(some.columns[:6])
    )


@pytest.mark.parametrize("every", ["day", "week", "month", None])
@given(data=st.data())
def test_a_shift_by_days_is_the_same_question_about_facts_moved(every: str | None, data: st.DataObject) -> None:
    def people(drawn: FactsDrawn) -> st.SearchStrategy[Measure]:
        return chosen(drawn.tables["contacts"]).map(lambda rows: rows.distinct()).filter(
            lambda measure: "date(" not in str(measure) and "activities" not in str(measure)
            and "activity" not in str(measure)
        )  # fmt: skip

    question = data.draw(questions(people, count=1, grains=(every,), shape=plain, trees=False))
    question = question.but(tree=question.until)
    (measure,) = question.measures
    by = data.draw(st.sampled_from([1, 7, 31]))
    shifted = by_engine(question.but(measures=(measure.shift(f"{by}d"),)))[str(measure.shift(f"{by}d"))]
    moved = rewritten(
        question,
        lambda column, value: value + timedelta(days=by) if column == "day" and value is not None else value,
    )
    plainly = by_engine(moved)[str(measure)]
    for key, told in shifted.items():
        if "not_expected" not in (told.availability, plainly[key].availability):
            assert told.value == plainly[key].value
