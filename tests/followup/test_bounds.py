"""The least and the greatest that an incomplete figure, and its attainment, can turn out to be."""

from __future__ import annotations

from datetime import date

import pytest
from followup.asked import attain, plan_of
from followup.scripted import METRICS, Figure, Script

from hgplan.engine import Clocks
from hgplan.followup import BOUNDS, COLUMNS
from hgplan.followup.bounds import possible
from hgplan.metrics import Events, Spells, parse
from hgplan.model import Goal, Target

OVER = Clocks(until=date(2022, 12, 31))


def bounds(metric: str, figure: Figure, baseline: float | None = None, **said: float) -> tuple[object, ...]:
    goal = Goal(id="g", title="G", metric=metric, baseline=baseline, targets=[Target(period="2022", **said)])  # type: ignore[arg-type]
    frame = attain(plan_of(goal), Script(answers={(metric, "region"): figure}), clocks=OVER, possible=True)
    assert frame.columns == [*COLUMNS, *BOUNDS]
    return frame.select(BOUNDS.names()).row(0)


@pytest.mark.parametrize(
    ("metric", "figure", "said", "told"),
    [
        ("recruits", Figure(50), {"at_least": 100}, (50, 50, 0.5, 0.5)),
        ("recruits", Figure(50, completeness=None), {"at_least": 100}, (50, 50, 0.5, 0.5)),
        ("recruits", Figure(50, completeness=0.5), {"at_least": 100}, (50, None, 0.5, None)),
        ("members", Figure(50, completeness=0.5), {"at_least": 100}, (0, None, 0, None)),
        ("cost", Figure(50, completeness=0.5), {"at_least": 100}, (None, None, None, None)),
        ("reach", Figure(0.6, 6, 10, completeness=0.9), {"at_least": 50}, (0.6, 1, 1.2, 2)),
        # 8 of 10 ripe ones are kept and 10 more are to ripen.
        ("retention", Figure(0.8, 8, 10, completeness=0.5), {"at_least": 80}, (0.4, 0.9, 0.5, 1.125)),
        ("conversion", Figure(0.5, 1, 2, completeness=0.5), {"at_least": 50}, (0, 1, 0, 2)),
        # Where less is better, the least value is the greatest attainment.
        ("conversion", Figure(0.5, 1, 2, completeness=0.5), {"at_most": 0, "baseline": 50}, (0, 1, -1, 1)),
        ("recruits", Figure(50, completeness=0.5), {"at_most": 100, "baseline": 150}, (50, None, None, 2)),
        ("recruits", Figure(50, completeness=0.5), {"equals": 100}, (50, None, None, None)),
        ("recruits", Figure(None, availability="missing", completeness=0.0), {"at_least": 100}, (None,) * 4),
    ],
)
def test_what_a_figure_can_turn_out_to_be(
    metric: str, figure: Figure, said: dict[str, float], told: tuple[float | None, ...]
) -> None:
    assert bounds(metric, figure, **said) == pytest.approx(told)  # type: ignore[arg-type]


def test_bounds_are_told_only_when_they_are_asked_for() -> None:
    assert attain(plan_of(), Script()).columns == COLUMNS.names()
    assert attain(plan_of(), Script(), possible=True).schema == {**COLUMNS, **BOUNDS}


def test_ripening_entries_are_counted_only_where_every_report_is_in() -> None:
    duty = {"every": "month", "level": "association"}
    owing = Spells("memberships", start="joined", end="left", entity="member", expected=duty)  # type: ignore[arg-type]
    free = Spells("memberships", start="joined", end="left", entity="member")
    retention = METRICS["retention"].measure
    assert possible(retention, {"memberships": free}) == "unripe_share"
    assert possible(retention, {"memberships": owing}) == "share"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("contacts.count()", "more"),
        ("contacts.distinct(having=contacts.count() < 3)", "count"),
        ("contacts.coverage()", "more_of_whole"),
        ("memberships.active()", "count"),
        ("memberships.survival('12mo')", "share"),
        ("memberships.retained('12mo', immature='include')", "share"),
        ("contacts.converted(memberships.starts(), attribution='first')", "share"),
        # Deeds per contact, and credit given several times, may be more than one.
        ("contacts.converted(memberships.starts(), count='rows')", "count"),
        ("contacts.converted(memberships.starts(), attribution='all')", "count"),
        ("contacts.mean(minutes)", "any"),
        ("memberships.starts().count() - memberships.ends().count()", "any"),
    ],
)
def test_what_is_known_of_an_incomplete_figure_depends_on_what_it_counts(text: str, kind: str) -> None:
    assert possible(parse(text), {"contacts": Events("contacts", at="day")}) == kind
