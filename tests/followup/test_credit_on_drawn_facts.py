"""Credit on drawn organisations, whose units open, close and move, and on facts with all that is wrong with facts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from drawn import facts, organisations
from drawn.asking import frame_of
from drawn.days import days
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Plugins, Workspace

DEEDS = [
    "memberships.starts().count()",
    "memberships.starts(scope='organisation').distinct()",
    "memberships.starts(scope='organisation').count()",
    "memberships.ends().distinct()",
    "memberships.where(channel == 'door').starts(gap='10d').distinct()",
    "memberships.retained('1mo').numerator",
    "memberships.retained('20d', scope='unit').denominator",
    "visits.count()",
    "visits.distinct()",
    "visits.first().count()",
]


@given(
    data=st.data(),
    of=st.sampled_from(DEEDS),
    to=st.sampled_from(["channel", "activity", "activity.theme"]),
    model=st.sampled_from(["latest", "first", "linear", "stated"]),
    within=st.sampled_from([None, "1d", "40d", "2mo"]),
)
def test_credit_adds_up_to_the_figure_at_every_unit_and_period(
    data: st.DataObject, of: str, to: str, model: Any, within: str | None
) -> None:
    organisation = data.draw(organisations())
    drawn = data.draw(facts(organisation))
    until, tree = data.draw(days), data.draw(st.just("day") | days)
    start = min(until, data.draw(days))
    ws = Workspace(
        organisation=organisation,
        tables=list(drawn.tables.values()),
        data={name: frame_of(table, drawn.data[name]) for name, table in drawn.tables.items()},
        plugins=Plugins.none(),
    )
    if model == "stated" and of.startswith("memberships"):
        to = "channel"
    asked: dict[str, Any] = {"units": "all", "every": "month", "start": start, "until": until, "tree": tree}
    via = None if model == "stated" else "contacts"
    frame = ws.attribution(of, via, to, model=model, within=None if model == "stated" else within, **asked)
    whole = ws.measure(of, **asked)
    sums: dict[tuple[str, Any], Fraction] = {}
    for unit, begins, above, below in frame.select("unit", "period_start", "numerator", "denominator").iter_rows():
        sums[unit, begins] = sums.get((unit, begins), Fraction(0)) + Fraction(above, below)
    told = {(row["unit"], row["period_start"]): row for row in whole.iter_rows(named=True)}
    # Where nothing is expected, or reports are missing, there is no figure, though rows may be there.
    there = {key: row["value"] for key, row in told.items() if row["value"] is not None}
    assert {key: sums[key] for key in there} == there
    unripe = [key for key, row in told.items() if row["availability"] == "immature"]
    assert not any(sums[key] for key in unripe)
