"""A budget of memory: people are counted some at a time, and the answer is that of all at once, byte for byte."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from drawn.asking import asked
from drawn.measures import measures
from drawn.questions import Question, questions
from hypothesis import given
from hypothesis import strategies as st

import hgplan.engine.keys
import hgplan.engine.parts
from hgplan import (
    Aggregate,
    DataError,
    Events,
    Metric,
    Organisation,
    PlanError,
    Plugins,
    Spells,
    Workspace,
    hookimpl,
)
from hgplan.engine import Clocks, Facts, reader_for
from hgplan.engine.parts import readers

TREE = Organisation.from_rows(
    [
        {"unit": "top", "parent": None, "level": "union"},
        {"unit": "a", "parent": "top", "level": "association"},
        {"unit": "b", "parent": "top", "level": "association"},
    ]
)
contacts = Events("contacts", at="day", unit="unit", entity="person")
memberships = Spells("memberships", start="since", end="till", unit="unit", entity="member")
FACTS = {
    "contacts": pl.DataFrame(
        {
            "day": [f"2022-0{1 + number % 3}-1{number % 7}" for number in range(40)],
            "unit": [("a", "b", None)[number % 3] for number in range(40)],
            "person": [None if number == 11 else number % 9 - 4 for number in range(40)],
            "theme": [("rent", "repairs")[number % 2] for number in range(40)],
        }
    ),
    "memberships": pl.DataFrame(
        {
            "since": [f"2022-02-0{1 + number}" for number in range(8)],
            "till": [None, "2022-03-01"] * 4,
            "unit": ["a", "b"] * 4,
            "member": [-4, -3, -2, -1, 0, 1, 1, 3],
        },
        schema_overrides={"member": pl.Int16},
    ),
}
ASKED = [
    "contacts.count()",
    "contacts.distinct() / contacts.count()",
    "contacts.distinct(key=theme)",
    "contacts.distinct().trailing('2mo')",
    "contacts.first().count()",
    "contacts.coverage('association')",
    "contacts.during(memberships).distinct()",
    "contacts.converted(memberships.starts(scope='organisation'), within='30d')",
    "contacts.count().to_date()",
    "memberships.active() - memberships.active(at='start')",
    "memberships.starts().count() - memberships.ends().count()",
    "memberships.retained('14d')",
    "memberships.survival('14d')",
    "contacts.distinct(having=contacts.count() > 2)",
    "contacts.distinct().mean_of_units('association')",
]


def space(**facts: pl.DataFrame) -> Workspace:
    """Contacts and memberships of a few people."""
    data = FACTS | facts
    return Workspace(organisation=TREE, tables=[contacts, memberships], data=data, plugins=Plugins.none())


def as_bytes(frame: pl.DataFrame) -> bytes:
    """A frame as Arrow writes it."""
    written = io.BytesIO()
    frame.write_ipc(written)
    return written.getvalue()


def test_people_counted_some_at_a_time_are_as_many_as_all_at_once() -> None:
    done: list[tuple[int, int]] = []
    whole = space().measure(ASKED, units="all", every=["month", "year"])
    parts = space().measure(
        ASKED, units="all", every=["month", "year"], memory=9_000, progress=lambda some, all: done.append((some, all))
    )
    assert as_bytes(parts) == as_bytes(whole)
    some, all = zip(*done, strict=True)
    assert some == tuple(range(1, len(done) + 1))
    assert set(all) == {len(done)}
    assert len(done) > 1


def test_texts_that_name_people_are_in_one_part_whatever_their_type() -> None:
    people = {"contacts": "person", "memberships": "member"}
    named = {name: FACTS[name].with_columns(pl.col(column).cast(pl.String)) for name, column in people.items()}
    coded = named | {"memberships": named["memberships"].with_columns(pl.col("member").cast(pl.Categorical))}
    whole = space(**named).measure(ASKED, units="all", every="month")
    assert as_bytes(space(**coded).measure(ASKED, units="all", every="month", memory=9_000)) == as_bytes(whole)


@pytest.mark.parametrize("step", [2, 3, 7, 2**33])
def test_people_are_in_parts_of_like_size_whatever_their_numbers(step: int) -> None:
    numbers = pl.DataFrame({"person": range(1, step * 2000, step), "day": "2022-01-05", "unit": "a"})
    facts = Facts(organisation=TREE, tables={"contacts": contacts}, data={"contacts": numbers.lazy()})
    reader = reader_for(facts, [], Clocks(until=date(2022, 1, 31)), "day")
    sizes = [len(part.table("contacts").frame) for part in readers(reader, {"contacts": "person"}, step % 10, [])]
    assert sum(sizes) == 2000
    assert max(sizes) < 1.2 * 2000 / len(sizes)


@pytest.mark.parametrize(
    ("kind", "other"), [(pl.Int8, pl.Int64), (pl.UInt64, pl.Int64), (pl.Int128, pl.UInt64), (pl.Int128, pl.Int16)]
)
def test_numbers_of_any_width_are_in_one_part_when_they_are_the_same(
    kind: type[pl.DataType], other: type[pl.DataType]
) -> None:
    widths = {
        "contacts": FACTS["contacts"].with_columns(pl.col("person").abs().cast(kind)),
        "memberships": FACTS["memberships"].with_columns(pl.col("member").abs().cast(other)),
    }
    whole = space(**widths).measure(ASKED, units="all", every="month")
    assert as_bytes(space(**widths).measure(ASKED, units="all", every="month", memory=2_000)) == as_bytes(whole)


@pytest.mark.parametrize("most", [1, 2, 7])
def test_people_sorted_some_at_a_time_are_as_many_as_those_sorted_at_once(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = space().measure(ASKED, units="all", every=["month", "year"])
    monkeypatch.setattr(hgplan.engine.keys, "_SORTED", most)
    assert as_bytes(space().measure(ASKED, units="all", every=["month", "year"])) == as_bytes(at_once)


@given(questions(measures, count=3, grains=("month", "quarter"), by=((),)), st.integers(2_000, 20_000))
def test_any_question_has_the_same_answer_within_a_budget(question: Question, memory: int) -> None:
    assert as_bytes(asked(question, memory=memory)) == as_bytes(asked(question))


def test_rows_that_come_in_another_order_each_time_are_counted_once() -> None:
    shuffled = {
        name: frame.lazy().map_batches(lambda rows: rows.sample(fraction=1, shuffle=True))
        for name, frame in FACTS.items()
    }
    ws = Workspace(organisation=TREE, tables=[contacts, memberships], data=shuffled, plugins=Plugins.none())
    whole = space().measure(ASKED, units="all", every=["month", "year"])
    assert as_bytes(ws.measure(ASKED, units="all", every=["month", "year"], memory=9_000)) == as_bytes(whole)


@pytest.mark.parametrize("days", [["2022-01-05"] * 40, [None, *["2022-01-05"] * 20, *["2022-01-07"] * 19], [None] * 40])
@pytest.mark.parametrize("dated", [True, False])
def test_rows_of_few_days_or_of_none_are_counted_once(days: list[str | None], dated: bool) -> None:
    told = pl.Series("day", days, dtype=pl.String)
    few = FACTS["contacts"].with_columns(told.str.to_date() if dated else told)
    asking = {"units": "all", "every": "month", "start": "2022-01-01", "until": "2022-03-31"}
    asked = ["contacts.count()", "contacts.where(theme == 'rent').count()", "contacts.distinct(key=theme)"]
    whole = space(contacts=few).measure(asked, memory=None, **asking)
    assert as_bytes(space(contacts=few).measure(asked, memory=2_000, **asking)) == as_bytes(whole)


def test_what_counts_each_row_by_itself_is_read_beside_what_needs_the_same_people_together() -> None:
    def parts(*asked: str) -> int:
        done: list[int] = []
        space().measure(asked, memory=3_000, progress=lambda _, all: done.append(all))
        return done[0]

    each = parts("contacts.count()")
    assert each > 1
    assert parts("contacts.count()", "contacts.where(theme == 'rent').count()") == each
    assert parts("contacts.distinct()", "contacts.first().count()") == each
    assert parts("contacts.distinct()", "contacts.count()") == 2 * each
    assert parts("contacts.distinct()", "contacts.count()", "contacts.distinct(key=theme)") == 3 * each


def test_unsaid_more_rows_than_a_budget_holds_are_counted_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def parts(**how: Any) -> int:
        done: list[tuple[int, int]] = []
        told = space().measure("contacts.distinct()", progress=lambda some, all: done.append((some, all)), **how)
        assert as_bytes(told) == as_bytes(space().measure("contacts.distinct()", memory=None))
        return len(done)

    assert parts() == 0
    monkeypatch.setattr(hgplan.engine.parts, "_ROW", 2**28)
    assert parts() == parts(memory="4GB") > 1
    assert parts(memory=None) == 0


class Breaking:
    """A plugin whose metric can't be worked out."""

    @hookimpl
    def hgplan_metrics(self) -> Iterator[object]:
        def work(rows: pl.DataFrame) -> int:
            raise SystemExit(len(rows))

        kind = Aggregate("kind", "1", partial=work, combine=sum, final=float)
        yield Metric(name="broken", measure=contacts.aggregate(kind, "person"))


@pytest.mark.parametrize("memory", [None, 2_000])
def test_a_plugins_metric_that_breaks_leaves_the_others_counted_once(memory: int | None) -> None:
    plugins = Plugins.of(breaking=Breaking())
    ws = Workspace(organisation=TREE, tables=[contacts, memberships], data=FACTS, plugins=plugins)
    asked = ["contacts.distinct()", "breaking.broken", "contacts.count()", "contacts.distinct()"]
    assert ws.measure(asked, memory=memory)["value"].to_list() == [9.0, None, 40.0, 9.0]


@pytest.mark.parametrize("memory", ["4 apples", "", "0GB", "-1MB", -5, 0, True, "GB"])
def test_a_budget_that_is_no_size_is_refused(memory: object) -> None:
    with pytest.raises(PlanError, match="is no size"):
        space().measure("contacts.count()", memory=memory)  # type: ignore[arg-type]


def test_rows_that_are_not_as_declared_are_told_by_their_own_numbers() -> None:
    broken = FACTS["contacts"].with_columns(
        pl.when(pl.int_range(pl.len()) == 37).then(pl.lit("nowhere")).otherwise("unit").alias("unit")
    )
    with pytest.raises(DataError, match="row 38"):
        space(contacts=broken).measure("contacts.distinct()", memory=9_000, every="month")


@pytest.mark.parametrize(
    ("since", "fault"),
    [(None, "'since' is empty: .* in row 6"), ("soon", "'since' holds what is not a day .* in row 6")],
)
def test_spells_that_say_no_day_are_told_within_a_budget_too(since: str | None, fault: str) -> None:
    days = pl.Series("since", ["2022-02-01"] * 5 + [since] + ["2022-02-09"] * 2, dtype=pl.String)
    broken = FACTS["memberships"].with_columns(days)
    with pytest.raises(DataError, match=fault):
        space(memberships=broken).measure("memberships.rows('start').count()", memory=300, every="month")
