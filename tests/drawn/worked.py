"""Examples worked out by hand: facts written as small tables of text, asked of the engine and of the judge alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from math import isclose
from typing import Any

from drawn.asking import Told, by_engine, by_judge
from drawn.facts import FactsDrawn, Table
from drawn.questions import Question
from hgplan.metrics import Measure
from hgplan.model import Organisation

Tell = Callable[[Question], dict[tuple[Any, ...], Told]]


def engine(question: Question) -> dict[tuple[Any, ...], Told]:
    """The engine's answer to the question's only measure."""
    return _short(by_engine(question)[str(_only(question))], question)


def judge(question: Question) -> dict[tuple[Any, ...], Told]:
    """The judge's answer to the question's only measure."""
    return _short(by_judge(question, _only(question)), question)


def _only(question: Question) -> Measure:
    (measure,) = question.measures
    return measure


def _short(answer: dict[Any, Told], question: Question) -> dict[tuple[Any, ...], Told]:
    """Cells by unit; with the period's first day where there are several, and the group where there is one."""
    several = len({key[1] for key in answer}) > 1
    return {
        (unit, *([start] if several else []), *group): told for (unit, start, _, group), told in sorted(
            answer.items(), key=lambda item: item[0][:3]
        )
    }  # fmt: skip


def rows(text: str) -> list[dict[str, Any]]:
    """Rows written as words below their columns' names; `-` is nothing.

    >>> rows('''person joined     minutes
    ...         p1     2024-01-01 -''')
    [{'person': 'p1', 'joined': datetime.date(2024, 1, 1), 'minutes': None}]
    """
    head, *lines = [line.split() for line in text.strip().splitlines()]
    return [dict(zip(head, map(_value, line), strict=True)) for line in lines]


def _value(word: str) -> Any:
    if word == "-":
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
        return date.fromisoformat(word)
    if re.fullmatch(r"-?\d+", word):
        return int(word)
    if re.fullmatch(r"-?\d+\.\d+", word):
        return Decimal(word)
    return {"yes": True, "no": False}.get(word, word)


def tree(text: str) -> Organisation:
    """An organisation written as rows of unit, parent, level and, where it is said, opened and closed."""
    return Organisation.from_rows(rows(text))


# A union of two regions; a4 closes in July, a5 opens in September, a3 moves from north to south in April.
UNION = tree("""
    unit  parent level       opened     closed
    union -      union       -          -
    north union  region      -          -
    south union  region      -          -
    a1    north  association -          -
    a2    north  association -          -
    a3    north  association -          2024-04-01
    a3    south  association 2024-04-01 -
    a4    south  association -          2024-07-01
    a5    south  association 2024-09-01 -
""")


def question(
    measure: Measure,
    tables: dict[Table, str],
    *,
    every: str | None = None,
    start: date = date(2024, 1, 1),
    until: date = date(2024, 12, 31),
    organisation: Organisation = UNION,
    **asked: Any,
) -> Question:
    """A question about facts written as text, over the year 2024 unless said."""
    facts = FactsDrawn(
        tables={table.name: table for table in tables}, data={table.name: rows(text) for table, text in tables.items()}
    )
    return Question(
        measures=(measure,), facts=facts, organisation=organisation, start=start, until=until, every=every, **asked
    )


def values(told: dict[tuple[Any, ...], Told], *units: str) -> list[float | None]:
    """The values of some units' only cells."""
    return [told[(unit,)].value for unit in units]


def near(told: Sequence[float | None], wanted: Sequence[float | None]) -> bool:
    """Whether the values are those wanted, up to the last bits of a float."""
    return len(told) == len(wanted) and all(
        one is other if one is None or other is None else isclose(one, other, rel_tol=1e-14, abs_tol=1e-14)
        for one, other in zip(told, wanted, strict=True)
    )
