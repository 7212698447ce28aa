"""That a figure that is said not to fall does not, on drawn facts and at every unit, as the days pass."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drawn import facts, organisations
from drawn.asking import frame_of
from drawn.days import days
from hypothesis import given
from hypothesis import strategies as st

from hgplan.engine import Clocks, Facts, figures
from hgplan.metrics import Metric, parse
from hgplan.metrics.monotone import cannot_fall
from hgplan.model import Period

TEXTS = [
    "contacts.count()",
    "contacts.where(channel == 'door').distinct()",
    "contacts.distinct(key=channel)",
    "contacts.units('association')",
    "contacts.first().count()",
    "contacts.during(memberships).distinct()",
    "contacts.during(memberships.bridged('30d')).distinct()",
    "memberships.starts().distinct()",
    "memberships.starts(scope='organisation', gap='15d').distinct()",
    "memberships.ends().count()",
    "memberships.ends(scope='organisation').distinct()",
    "memberships.rows('end').count()",
    "memberships.bridged('30d').starts().distinct()",
    "contacts.count() + 2 * memberships.starts().count() - 3",
    "contacts.count().to_date()",
    "contacts.distinct(having=(contacts.count() > 1) | (memberships.starts().count() > 0))",
    "memberships.retained('14d').numerator",
    "memberships.retained('14d', scope='unit').denominator",
    "contacts.coverage('association').numerator",
    "contacts.coverage('association').denominator",
]


@given(data=st.data(), text=st.sampled_from(TEXTS), tree=st.just("day") | days)
def test_a_figure_that_cannot_fall_does_not_as_the_days_pass(data: st.DataObject, text: str, tree: Any) -> None:
    organisation = data.draw(organisations())
    drawn = data.draw(facts(organisation))
    measure = parse(text)
    assert cannot_fall(measure, drawn.tables)
    start = data.draw(days)
    passed = data.draw(st.sets(st.integers(0, 70), min_size=3, max_size=5))
    known = Facts(
        organisation=organisation,
        tables=drawn.tables,
        data={name: frame_of(table, drawn.data[name]).lazy() for name, table in drawn.tables.items()},
    )
    reached: dict[str, float] = {}
    for end in (start + timedelta(days=number) for number in sorted(passed)):
        frame = figures(
            known,
            [Metric(name="m", measure=measure)],
            units=organisation.units,
            periods=[Period(id="p", start=start, end=end)],
            clocks=Clocks(until=end),
            tree=tree,
        )
        for unit, value in frame.select("unit", "value").iter_rows():
            if value is not None:
                assert value >= reached.get(unit, value), (text, unit, end)
                reached[unit] = value
