"""The judge's survival against lifelines, on drawn lives with late entry and losses from sight."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from math import isnan

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from hgplan.metrics import Spells
from hgplan.model import Organisation
from oracle import answer

with warnings.catch_warnings():
    # What lifelines' own dependencies announce is not ours to mend.
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter
    from lifelines.exceptions import StatError

WATCHED = Spells("watched", start="start", end="end", entity="person", censored="lost", observed_from="seen")
FIRST = date(2024, 1, 1)

lives = st.lists(st.tuples(st.integers(2, 30), st.integers(0, 28), st.booleans()), min_size=1, max_size=12)


@given(lives, st.integers(1, 40))
def test_survival_is_that_of_lifelines(drawn: list[tuple[int, int, bool]], horizon: int) -> None:
    # Nobody is seen for the first time on the day of leaving or later: lifelines refuses such lives.
    lasted = [(days, min(since, days - 1), lost) for days, since, lost in drawn]
    rows = [
        {
            "person": f"p{number}",
            "start": FIRST,
            "end": FIRST + timedelta(days=days),
            "lost": lost,
            "seen": FIRST + timedelta(days=since),
        }
        for number, (days, since, lost) in enumerate(lasted)
    ]
    told = answer(
        WATCHED.survival(f"{horizon}d"), tables={"watched": WATCHED}, data={"watched": rows},
        organisation=Organisation.single(), periods=[(FIRST, FIRST)], until=date(2024, 12, 31),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            curve = KaplanMeierFitter().fit(
                [days for days, _, _ in lasted],
                event_observed=[not lost for _, _, lost in lasted],
                entry=[since for _, since, _ in lasted],
            )
        except StatError:
            # It draws no curve that reaches nought while people are still to come into sight.
            reject()
        wanted = float(curve.predict(horizon))
    # Before anybody is in sight it has no figure; the rules begin the curve at one.
    wanted = 1.0 if isnan(wanted) else wanted
    assert float(told[0].figure.value or 0) == pytest.approx(wanted, abs=1e-12)
