"""Aggregates that keep their laws pass; those that break one are told which."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import pytest
from hypothesis import strategies as st

from hgplan import Aggregate
from hgplan.errors import PluginErrors
from hgplan.testing import Law, LawBroken, check_aggregate, each_law, laws_of

Rows = Sequence[tuple[Any, ...]]


def known(rows: Rows) -> list[Any]:
    return [row[0] for row in rows if row[0] is not None]


def aggregate(
    partial: Callable[[Rows], Any],
    combine: Callable[[Sequence[Any]], Any],
    final: Callable[[Any], float | None] = lambda state: None,
) -> Aggregate:
    return Aggregate("drawn", "1", partial=partial, combine=combine, final=final)


TOTAL = aggregate(lambda rows: sum(known(rows)), sum, lambda state: state)
LONGEST = Aggregate(
    "longest", "1", partial=lambda rows: max((len(row[0]) for row in rows), default=0),
    combine=lambda states: max(states, default=0), final=lambda state: state,
)  # fmt: skip


@each_law(TOTAL)
def test_a_sum_of_whole_numbers_keeps_every_law(law: Law) -> None:
    law()


@pytest.mark.parametrize(
    "keeps",
    [
        aggregate(lambda rows: frozenset(known(rows)), lambda states: frozenset().union(*states), len),
        aggregate(lambda rows: Counter(known(rows)), lambda states: sum(states, Counter()), len),
        aggregate(
            lambda rows: (min(known(rows), default=inf), max(known(rows), default=-inf)),
            lambda states: (min((s[0] for s in states), default=inf), max((s[1] for s in states), default=-inf)),
            lambda state: None if state[0] > state[1] else state[1] - state[0],
        ),
    ],
)
def test_aggregates_of_other_states_keep_them_too(keeps: Aggregate) -> None:
    check_aggregate(keeps)


def test_what_is_counted_may_be_anything_that_a_strategy_draws() -> None:
    check_aggregate(LONGEST, values=st.text())
    check_aggregate(TOTAL, values=st.tuples(st.integers(), st.text()))
    with pytest.raises(LawBroken, match="NoneType"):
        check_aggregate(LONGEST, values=st.none())


def _spoilt(states: Sequence[list[int]]) -> list[int]:
    first, *others = states
    for state in others:
        first.extend(state)
    first.sort()
    return first


BROKEN: dict[str, Aggregate] = {
    "answers": aggregate(lambda rows: len(rows), sum, lambda state: 1 / state),
    # a - (b - c) is not (a - b) - c; of one or two states nothing is wrong.
    "associative": aggregate(
        lambda rows: sum(known(rows)), lambda states: abs(states[0] - sum(states[1:])), lambda state: state
    ),
    "commutative": aggregate(
        lambda rows: tuple(sorted(known(rows))), lambda states: tuple(value for s in states for value in s)
    ),
    "identity": aggregate(lambda rows: sum(known(rows)) + 1, sum),
    # The mean of means.
    "partition": aggregate(
        lambda rows: sum(known(rows)) / len(known(rows)) if known(rows) else 0.0,
        lambda states: sum(states) / len(states), lambda state: state,
    ),
    "order of rows": aggregate(lambda rows: rows[0][0] if rows else None, lambda states: states[0]),
    "left alone": aggregate(lambda rows: sorted(known(rows)), _spoilt),
    "figure": aggregate(lambda rows: len(rows), sum, lambda state: 1 / state if state else inf),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_law_is_told_by_its_name(name: str) -> None:
    (law,) = [law for law in laws_of(BROKEN[name]) if law.name == name]
    with pytest.raises(LawBroken) as caught:
        law()
    assert caught.value.law == name
    assert str(caught.value).startswith(f"aggregate 'drawn' breaks the law {name!r}: {law.says}\n  in ")


def test_there_is_an_aggregate_that_breaks_each_law() -> None:
    assert [law.name for law in laws_of(TOTAL)] == list(BROKEN)


@pytest.mark.parametrize(("name", "alone"), [("figure", ["figure"]), ("left alone", ["left alone"])])
def test_laws_that_are_kept_are_not_told(name: str, alone: list[str]) -> None:
    broken = [law.name for law in laws_of(BROKEN[name]) if _breaks(law)]
    assert broken == alone


def _breaks(law: Law) -> bool:
    try:
        law()
    except LawBroken:
        return True
    return False


def test_several_broken_laws_are_told_together() -> None:
    with pytest.raises(PluginErrors, match=r"breaks [2-9] laws") as caught:
        check_aggregate(BROKEN["partition"])
    assert {"associative", "partition"} <= {fault.law for fault in caught.value.faults if isinstance(fault, LawBroken)}


def test_the_example_is_the_smallest_that_breaks_the_law() -> None:
    (law,) = [law for law in laws_of(BROKEN["partition"]) if law.name == "partition"]
    with pytest.raises(LawBroken, match=r"rows \[\] and \[\] and \[\(1,\)\]: 0.3333333333333333 is not 1.0"):
        law()


def test_an_aggregate_that_raises_is_told_with_what_it_raised() -> None:
    with pytest.raises(LawBroken, match="ZeroDivisionError: division by zero") as caught:
        check_aggregate(BROKEN["answers"])
    assert caught.value.law == "answers"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_broken_law_survives_pickling() -> None:
    told = LawBroken("metric 'm' breaks the law 'order'", where="rows [1]", law="order")
    again = pickle.loads(pickle.dumps(told))
    assert (str(again), again.law) == (str(told), "order")
