"""Kaplan and Meier's curve of drawn lives, held against lifelines."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date, timedelta
from math import isclose

import attrs
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError

import hgplan
from hgplan import Organisation, Spells

FIRST = date(2024, 1, 1)
MEMBERS = Spells(
    "members", start="joined", end="left", entity="person", unit="unit", censored="lost", observed_from="watched"
)
UNION = Organisation.from_rows(
    [{"unit": "union", "parent": None}, {"unit": "north", "parent": "union"}, {"unit": "south", "parent": "union"}]
)


@attrs.frozen
class Life:
    """Somebody who joined so many days into January, stayed so long (None: still there), watched from a day on."""

    unit: str
    joined: int
    stayed: int | None
    lost: bool
    watched: int | None

    def observed(self, until: date) -> tuple[int, bool, float] | None:
        """Length of stay as far as it was seen, whether it ended, and from when it was watched; None: never seen.

        hgplan takes who is first watched on day o to be at risk after o, lifelines from o on. Half a day later says
        to lifelines what hgplan means, since nothing happens between two days.
        """
        seen = (until - FIRST).days - self.joined
        stayed = seen if self.stayed is None or self.stayed > seen else self.stayed
        ended = self.stayed is not None and self.stayed <= seen and not self.lost
        entry = 0.0 if self.watched is None else self.watched + 0.5
        return (stayed, ended, entry) if entry <= stayed else None


lives = st.lists(
    st.builds(
        Life,
        unit=st.sampled_from(["north", "south"]),
        joined=st.integers(0, 30),
        stayed=st.none() | st.integers(0, 12) | st.integers(0, 60),
        lost=st.booleans(),
        watched=st.none() | st.none() | st.integers(1, 20),
    ),
    max_size=40,
)


def by_lifelines(people: Sequence[Life], horizon: int, until: date) -> float | None:
    """The curve at the horizon; None where lifelines refuses to draw it.

    It refuses where everybody at risk is gone again in the first half of its table of days, and tells nothing of the
    days before anybody was at risk, on which hgplan's curve is one.
    """
    seen = [told for life in people if (told := life.observed(until)) is not None]
    if horizon < min((entry for _, _, entry in seen), default=horizon + 1):
        return 1.0
    fitter = KaplanMeierFitter()
    with warnings.catch_warnings():
        # lifelines warns of curves that fall to nothing, and takes logarithms of nothing.
        warnings.simplefilter("ignore")
        try:
            fitter.fit([told[0] for told in seen], [told[1] for told in seen], entry=[told[2] for told in seen])
        except StatError:
            return None
        return float(fitter.predict(horizon))


@given(people=lives, horizon=st.integers(1, 60), until=st.integers(31, 100).map(lambda n: FIRST + timedelta(days=n)))
def test_the_share_still_there_is_that_of_lifelines(people: Sequence[Life], horizon: int, until: date) -> None:
    rows = [
        {
            "person": number,
            "unit": life.unit,
            "joined": FIRST + timedelta(days=life.joined),
            "left": None if life.stayed is None else FIRST + timedelta(days=life.joined + life.stayed),
            "lost": life.lost,
            "watched": None if life.watched is None else FIRST + timedelta(days=life.joined + life.watched),
        }
        for number, life in enumerate(people)
    ]
    schema = {"person": pl.Int64, "unit": pl.String, "joined": pl.Date, "left": pl.Date, "lost": pl.Boolean,
              "watched": pl.Date}  # fmt: skip
    ws = hgplan.Workspace(organisation=UNION, tables=[MEMBERS], data={"members": pl.DataFrame(rows, schema=schema)})
    told = ws.measure(MEMBERS.survival(f"{horizon}d"), units="all", start=FIRST, until=until)
    for row in told.iter_rows(named=True):
        own = [life for life in people if row["unit"] in ("union", life.unit)]
        ripe = [life for life in own if FIRST + timedelta(days=life.joined + horizon) <= until]
        assert row["rows"] == len(own)
        if not ripe:
            assert (row["value"], row["availability"]) == (None, "immature" if own else "undefined")
        else:
            curve = by_lifelines(own, horizon, until)
            assert row["availability"] == "available"
            assert curve is None or isclose(row["value"], curve, rel_tol=1e-12, abs_tol=1e-12)
