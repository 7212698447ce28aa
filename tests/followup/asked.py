"""A small organisation to follow up, and how these tests ask for it."""

from __future__ import annotations

from datetime import date

import polars as pl
from followup.scripted import METRICS, Script

from hgplan.engine import Clocks, Facts
from hgplan.followup import attainment
from hgplan.model import Goal, Organisation, Period, Plan

TREE = Organisation.from_rows(
    [
        {"unit": "region", "level": "region"},
        {"unit": "north", "parent": "region", "level": "area"},
        {"unit": "hill", "parent": "north", "level": "association"},
        {"unit": "lake", "parent": "north", "level": "association", "closed": "2022-05-01"},
        {"unit": "lake", "parent": "south", "level": "association", "opened": "2022-05-01"},
        {"unit": "south", "parent": "region", "level": "area"},
        {"unit": "port", "parent": "south", "level": "association"},
    ]
)
UNITS = list(TREE.units)
UNTIL = date(2022, 8, 31)


def attain(plan: Plan, script: Script, **asked: object) -> pl.DataFrame:
    asked = {"units": ["region"], "clocks": Clocks(until=UNTIL), **asked}
    return attainment(
        plan,
        Facts(organisation=TREE),
        lambda goal: METRICS.get(goal.metric or ""),
        lambda condition: METRICS.get(condition.metric or ""),
        ask=script,
        **asked,  # type: ignore[arg-type]
    )


def plan_of(*goals: Goal, **said: object) -> Plan:
    return Plan(id="p", title="P", **{"period": Period.parse("2022"), "direct_goals": goals, **said})  # type: ignore[arg-type]
