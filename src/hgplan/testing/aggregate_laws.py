"""The laws that an aggregate is held to: those that let the engine combine its states as it likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from math import isfinite
from random import Random
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import strategies as st

from hgplan.metrics import Aggregate
from hgplan.testing.laws import Counterexample, Law, held

__all__ = ["VALUES", "aggregate_laws"]

Rows: TypeAlias = list[tuple[Any, ...]]

VALUES: Final[st.SearchStrategy[Any]] = st.none() | st.integers(-3, 3) | st.integers()
"""What a column holds unless something else is said: whole numbers, and nothing."""


def aggregate_laws(
    aggregate: Aggregate, values: st.SearchStrategy[Any] = VALUES, examples: int = 50
) -> tuple[Law, ...]:
    """The laws of an aggregate over rows of `values`: a row's tuple, or the value of its only column."""
    rows = st.lists(values.map(lambda value: value if isinstance(value, tuple) else (value,)), max_size=8)

    def law(name: str, says: str, check: Callable[[Aggregate, Any], None], examined: st.SearchStrategy[Any]) -> Law:
        hold = partial(held, examined, partial(check, aggregate), examples)
        return Law(name, says, subject=f"aggregate {aggregate.name!r}", hold=hold)

    three = st.tuples(rows, rows, rows)
    answers = law("answers", "an aggregate has a state and a figure for any rows", _answers, st.tuples(rows, rows))
    return (
        attrs.evolve(answers, first=True),
        law("associative", "states combine the same whichever two go first", _associative, three),
        law("commutative", "states combine the same in any order", _commutative, st.tuples(rows, rows)),
        law("identity", "the state of no rows changes no other", _identity, rows),
        law("partition", "rows split anyhow combine to the state of all rows", _partition, three),
        law(
            "order of rows",
            "rows in another order make the same state",
            _order,
            st.tuples(rows, st.randoms(use_true_random=False)),
        ),
        law("left alone", "combining leaves the states as they were", _left_alone, st.tuples(rows, rows)),
        law("figure", "a figure is a finite number, or None", _figure, rows),
    )


def _states(aggregate: Aggregate, parts: Sequence[Rows]) -> list[Any]:
    # Made anew for each combination: what one does to its states is a law of its own.
    return [aggregate.partial(part) for part in parts]


def _same(one: object, other: object, rows: Sequence[object]) -> None:
    if one != other:
        raise Counterexample(f"rows {' and '.join(map(repr, rows))}: {one!r} is not {other!r}")


def _answers(aggregate: Aggregate, rows: tuple[Rows, ...]) -> None:
    aggregate.final(aggregate.combine(_states(aggregate, rows)))


def _associative(aggregate: Aggregate, rows: tuple[Rows, ...]) -> None:
    first, second, third = _states(aggregate, rows)
    left = aggregate.combine([aggregate.combine([first, second]), third])
    first, second, third = _states(aggregate, rows)
    right = aggregate.combine([first, aggregate.combine([second, third])])
    _same(left, right, rows)
    _same(left, aggregate.combine(_states(aggregate, rows)), rows)


def _commutative(aggregate: Aggregate, rows: tuple[Rows, ...]) -> None:
    _same(
        aggregate.combine(_states(aggregate, rows)),
        aggregate.combine(_states(aggregate, rows)[::-1]),
        rows,
    )


def _identity(aggregate: Aggregate, rows: Rows) -> None:
    for parts in ([rows], [[], rows], [rows, []]):
        _same(aggregate.combine(_states(aggregate, parts)), aggregate.partial(rows), [rows])


def _partition(aggregate: Aggregate, parts: tuple[Rows, ...]) -> None:
    whole = aggregate.partial([row for part in parts for row in part])
    _same(aggregate.combine(_states(aggregate, parts)), whole, parts)


def _order(aggregate: Aggregate, drawn: tuple[Rows, Random]) -> None:
    rows, chance = drawn
    mixed = chance.sample(rows, len(rows))
    _same(aggregate.partial(rows), aggregate.partial(mixed), [rows, mixed])


def _left_alone(aggregate: Aggregate, rows: tuple[Rows, ...]) -> None:
    states = _states(aggregate, rows)
    before = deepcopy(states)
    aggregate.final(aggregate.combine(states))
    _same(states, before, rows)


def _figure(aggregate: Aggregate, rows: Rows) -> None:
    figure = aggregate.final(aggregate.combine([aggregate.partial(rows)]))
    if figure is not None and not isfinite(figure):
        raise Counterexample(f"rows {rows}: the figure is {figure!r}")
