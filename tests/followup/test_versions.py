"""Every version of a target stays answerable: the adopted one, the revisions, and which one stands."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from hgplan import Goal, Organisation, Plan, Plugins, Target, Workspace
from hgplan.errors import UnknownName
from hgplan.followup.versions import VERSIONS

TREE = Organisation.from_rows(
    [{"unit": "club", "level": "club"}, {"unit": "north", "parent": "club", "level": "branch"}]
)
GOALS = [
    Goal(
        id="new",
        title="New",
        targets=[
            Target(period="2024", at_least=250, adopted=date(2024, 5, 1), reason="fewer doors"),
            Target(period="2024", at_least=270, adopted=date(2023, 11, 1)),
            Target(period="2024", between=[240, 260], adopted=date(2024, 9, 1), reason="nobody knows"),
            Target(period="2024", unit="north", at_least=40),
        ],
    ),
    Goal(id="kept", title="Kept", unit="%", targets=[Target(period="2024-Q1", at_least=80)]),
    Goal(id="spirit", title="Spirit"),
]


def told(goals: list[str] | None = None, units: str = "all", **said: str) -> pl.DataFrame:
    ws = Workspace(plan=Plan(id="p", title="P", direct_goals=GOALS), organisation=TREE, plugins=Plugins.none())
    return ws.targets(goals, units, **said)


def test_versions_stand_in_the_order_of_their_adoption_with_change_and_reason() -> None:
    frame = told(["new"], "root")
    assert frame.schema == VERSIONS
    assert frame.select("version", "comparator", "target", "target_to", "change", "reason", "stands").rows() == [
        (1, "at_least", 270, None, None, None, False),
        (2, "at_least", 250, None, -20, "fewer doors", False),
        (3, "between", 240, 260, None, "nobody knows", True),
    ]


def test_which_one_stands_goes_by_the_day() -> None:
    assert told(["new"], "root", until="2024-06-01").select("target", "stands").rows() == [(270, False), (250, True)]
    assert told(["new"], "root", until="2024-12-31", known_on="2024-01-01")["target"].to_list() == [270]
    assert told(["new"], "root", until="2023-01-01").is_empty()


def test_targets_of_units_and_shares_are_plain_numbers() -> None:
    frame = told(until="2024-12-31").filter(pl.col("stands"))
    assert frame.select("goal", "unit", "target", "period_start").rows() == [
        ("new", "club", 240, date(2024, 1, 1)),
        ("new", "north", 40, date(2024, 1, 1)),
        ("kept", "club", 0.8, date(2024, 1, 1)),
    ]


def test_an_unknown_goal_is_refused() -> None:
    with pytest.raises(UnknownName, match="nw"):
        told(["nw"])
