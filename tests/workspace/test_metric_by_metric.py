"""Measured metric by metric, a question has the answer that it has at once, a frame at a time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from drawn.asking import arguments, asked, workspace
from drawn.measures import measures
from drawn.questions import Question, questions
from hypothesis import given

from hgplan import Aggregate, DataError, Events, Metric, PlanError, Plugins, Workspace, hookimpl
from hgplan.metrics import decimal

contacts = Events("contacts", at="day", entity="person", columns={"cost": decimal(2), "paid": decimal(4)})
visits = Events("visits", at="day")
ROWS = pl.DataFrame(
    {
        "day": ["2022-01-03", "2022-01-09", "2022-02-01"],
        "person": [7, 7, 8],
        "theme": ["rent", None, "rent"],
        "cost": ["1.25", "2", None],
        "paid": ["0.0001", None, "3"],
    }
)
ASKED = ["contacts.count()", "contacts.mean(cost)", "contacts.mean(paid)", "contacts.distinct() / contacts.count()"]


def space(**facts: pl.DataFrame) -> Workspace:
    """Three contacts, and what else is said."""
    data = {"contacts": ROWS, **facts}
    tables = [one for one in (contacts, visits) if one.name in data]
    return Workspace(tables=tables, data=data, plugins=Plugins.none())


def together(frames: Iterator[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames, how="vertical_relaxed")


@given(questions(measures, count=3))
def test_any_question_has_the_same_answer_metric_by_metric(question: Question) -> None:
    whole = asked(question)
    answer = together(workspace(question).measure_each(**arguments(question)))
    assert answer.equals(whole)
    assert answer.schema == whole.schema


@pytest.mark.parametrize("how", [{}, {"by": "theme"}, {"memory": 9_000}])
def test_a_metric_is_told_in_decimals_of_its_own_and_all_of_them_in_the_finest(how: dict[str, Any]) -> None:
    question: dict[str, Any] = {"every": "month", **how}
    frames = list(space().measure_each(ASKED, **question))
    scales = [frame.schema["numerator"] for frame in frames]
    assert scales == [pl.Int64(), pl.Decimal(38, 2), pl.Decimal(38, 4), pl.Int64()]
    assert together(iter(frames)).equals(space().measure(ASKED, **question))
    if not how:
        assert frames[1]["numerator"].to_list() == [Decimal("3.25"), Decimal("0.00")]


def test_what_cannot_be_asked_is_told_before_anything_is_counted() -> None:
    with pytest.raises(PlanError, match="nothing"):
        space().measure_each(["contacts.count()", "nothing"])
    with pytest.raises(PlanError, match="nope"):
        space().measure_each(["contacts.count()", "contacts.sum(nope)"])


def test_rows_that_are_not_as_declared_are_told_when_the_metric_that_reads_them_is_taken() -> None:
    broken = pl.DataFrame({"day": ["2022-01-01", "2022-13-01"]})
    frames = space(visits=broken).measure_each(["contacts.count()", "visits.count()"], until="2022-12-31")
    assert next(frames)["value"].to_list() == [3.0]
    with pytest.raises(DataError, match="row 2"):
        next(frames)


def test_nothing_asked_is_nothing_told() -> None:
    assert list(space().measure_each([])) == []


class Counting:
    """A plugin that counts its own work, and breaks where it is told to."""

    def __init__(self, breaks: str | None = None) -> None:
        self.done: list[str] = []
        self.breaks = breaks

    @hookimpl
    def hgplan_metrics(self) -> Iterator[object]:
        for name in "abcdefghij":

            def work(rows: pl.DataFrame, name: str = name) -> int:
                self.done.append(name)
                if name == self.breaks:
                    raise SystemExit(3)
                return len(rows)

            kind = Aggregate(f"kind_{name}", "1", partial=work, combine=sum, final=float)
            yield Metric(name=name, measure=contacts.aggregate(kind, "person"))


def counting(plugin: Counting) -> Workspace:
    return Workspace(tables=[contacts], data={"contacts": ROWS}, plugins=Plugins.of(counting=plugin))


def test_metrics_that_are_far_ahead_wait_until_those_before_them_are_taken() -> None:
    plugin = Counting()
    ws = counting(plugin)
    frames = ws.measure_each([f"counting.{name}" for name in "abcdefghij"])
    assert plugin.done == []
    assert next(frames)["value"].item() == 3.0
    frames.close()  # type: ignore[attr-defined]  # a generator
    assert set(plugin.done) <= set("abc")


def test_a_plugins_metric_that_breaks_costs_only_its_own_frame() -> None:
    ws = counting(Counting(breaks="b"))
    frames = list(ws.measure_each([f"counting.{name}" for name in "abc"]))
    assert [frame["metric"].item() for frame in frames] == ["counting.a", "counting.b", "counting.c"]
    assert [frame["value"].item() for frame in frames] == [3.0, None, 3.0]
    assert frames[1]["availability"].item() is None
    assert [fault.plugin for fault in ws.faults] == ["counting"]
