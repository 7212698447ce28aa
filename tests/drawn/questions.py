"""Questions: what a workspace is asked, as one value that can be put to the engine and to the judge."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import attrs
from hypothesis import strategies as st

from drawn.days import days
from drawn.facts import FactsDrawn
from hgplan.metrics import Measure
from hgplan.model import Organisation

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
    every: str | None = None
    by: tuple[str, ...] = ()
    known_on: date | None = None
    tree: Literal["day"] | date = "day"

    def but(self, **changes: Any) -> Question:
        """The same question but for some of it."""
        return attrs.evolve(self, **changes)


@st.composite
def questions(
    draw: Draw,
    measures: tuple[Measure, ...],
    facts: FactsDrawn,
    organisation: Organisation,
    *,
    grains: tuple[str | None, ...] = ("week", "month", "month", "quarter", "tertial", "half", "year", "day", None),
    by: tuple[str, ...] = (),
    trees: bool = True,
) -> Question:
    """Measures asked over a drawn range, grain and tree."""
    every = draw(st.sampled_from(grains))
    first, _, last = sorted([draw(days), draw(days), draw(days)])
    if every in LONGEST:
        first = max(first, date.fromordinal(last.toordinal() - LONGEST[every]))
    tree: Any = "day" if not trees or draw(st.integers(0, 3)) else draw(days)
    return Question(
        measures=measures,
        facts=facts,
        organisation=organisation,
        start=first,
        until=last,
        every=every,
        by=by,
        tree=tree,
    )
