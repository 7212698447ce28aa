"""Questions: what a workspace is asked, as one value that can be put to the engine and to the judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import attrs
from hypothesis import strategies as st

from drawn.days import days
from drawn.facts import FactsDrawn, Shape, facts, shapes
from drawn.organisations import organisations
from hgplan.metrics import Measure
from hgplan.model import Calendar, Organisation

Draw = st.DrawFn
LONGEST = {"day": 12, "week": 80}


@attrs.frozen(kw_only=True)
class Question:
    """Measures asked of facts, for all units, in the periods from `start` to `until`."""

    measures: tuple[Measure, ...]
    facts: FactsDrawn
    organisation: Organisation
    start: date
    until: date
    every: str | Calendar | None = None
    by: tuple[str, ...] = ()
    known_on: date | None = None
    tree: Literal["day"] | date = "day"

    def but(self, **changes: Any) -> Question:
        """The same question but for some of it."""
        return attrs.evolve(self, **changes)


GRAINS: tuple[str | None, ...] = ("week", "month", "month", "quarter", "tertial", "half", "year", "day", None)


@st.composite
def questions(
    draw: Draw,
    make: Callable[[FactsDrawn], st.SearchStrategy[Measure]],
    *,
    count: int = 2,
    grains: tuple[str | None, ...] = GRAINS,
    by: tuple[tuple[str, ...], ...] = ((),),
    trees: bool = True,
    shape: st.SearchStrategy[Shape] = shapes,
    known: bool = False,
) -> Question:
    """Some measures asked of drawn facts over a drawn range, grain and tree, all units at once."""
    organisation = draw(organisations())
    drawn = draw(facts(organisation, shape))
    every = draw(st.sampled_from(grains))
    first, _, last = sorted([draw(days), draw(days), draw(days)])
    if every in LONGEST:
        first = max(first, date.fromordinal(last.toordinal() - LONGEST[every]))
    return Question(
        measures=tuple(dict.fromkeys(draw(make(drawn)) for _ in range(count))),
        facts=drawn,
        organisation=organisation,
        start=first,
        until=last,
        every=every,
        by=draw(st.sampled_from(by)),
        known_on=draw(days) if known else None,
        tree="day" if not trees or draw(st.integers(0, 3)) else draw(days),
    )
