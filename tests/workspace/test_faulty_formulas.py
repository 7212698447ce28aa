"""A formula that can't be right: a plugin's costs only its own answers, the plan's is told with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest

import hgplan
from hgplan import Dimension, Events, Goal, Metric, Plan, Plugins, Strategy, Target, Workspace, hookimpl, ref
from hgplan.errors import PlanErrors

CONTACTS = Events("contacts", at="day", recorded="noted", columns={"channel": "text"})
ROWS = {"day": ["2022-01-01", "2022-02-02"], "channel": ["door", "phone"], "noted": ["2022-01-02", "2022-02-03"]}
DATA = {"contacts": pl.DataFrame(ROWS)}

FAULTY = {
    "visits.count()": "no table named 'visits'",
    "contacts.where(chanel == 'door').count()": "table 'contacts' has no column 'chanel'",
    "contacts.where(chanel == 'door').count() + visits.count()": "no table named 'visits'",
    "contacts.where(channel == 3).count()": "compares text with a number",
    "contacts.sum(channel)": "is no number that could be added",
    "contacts.starts().count()": "what only spells have",
}


def bringing(formula: str) -> object:
    class Brings:
        @hookimpl
        def hgplan_metrics(self) -> Iterator[Metric]:
            yield Metric.formula("faulty", formula)

    return Brings()


class Sound:
    """A plugin of which nothing is wrong."""

    @hookimpl
    def hgplan_metrics(self) -> Iterator[Metric]:
        """One metric over the same table."""
        yield Metric.formula("fine", "contacts.where(channel == 'door').count()")


def workspace(formula: str, goals: Sequence[str] = ("faulty", "fine")) -> Workspace:
    targets = [Target(period="2022", at_least=1)]
    named = [Goal(id=name, title=name, metric=name, targets=targets) for name in goals]
    plan = Plan(id="club", title="Club", strategies=[Strategy(id="all", title="All", goals=named)])
    plugins = Plugins.of(bad=bringing(formula), good=Sound())
    return Workspace(plan, tables=[CONTACTS], data=DATA, plugins=plugins)


@pytest.mark.parametrize("formula", FAULTY)
def test_a_plugins_faulty_formula_leaves_the_other_goals_their_answers(formula: str) -> None:
    ws = workspace(formula)
    frame = ws.attainment(until="2022-12-31")
    assert frame.select("goal", "value", "status").rows() == [("faulty", None, "no_data"), ("fine", 1.0, "reached")]
    (fault,) = ws.faults
    assert (fault.plugin, fault.hook) == ("bad", "hgplan_metrics")
    assert "'bad.faulty'" in str(fault)
    assert FAULTY[formula] in str(fault)


@pytest.mark.parametrize("formula", FAULTY)
def test_a_plugins_faulty_formula_leaves_the_other_metrics_their_figures(formula: str) -> None:
    ws = workspace(formula)
    frame = ws.measure(["faulty", "fine"], by="channel" if "visits" in formula else (), until="2022-12-31")
    assert frame.filter(pl.col("metric") == "good.fine")["value"].drop_nulls().sum() == 1
    assert frame.filter(pl.col("metric") == "bad.faulty")["value"].to_list() == [None]
    assert [fault.plugin for fault in ws.faults] == ["bad"]


def test_who_asks_for_a_plugins_faulty_metric_alone_is_told_of_the_plugin() -> None:
    with pytest.raises(hgplan.PluginError, match=r"plugin 'bad'.*'bad.faulty'.*no table named 'visits'"):
        workspace("visits.count()").explain("faulty", until="2022-12-31")


def test_what_the_asker_wants_of_a_plugins_sound_metric_stays_the_askers_fault() -> None:
    ws = workspace("contacts.count().previous('1mo')")
    with pytest.raises(hgplan.PlanError, match="no whole number of weeks"):
        ws.measure(["faulty", "fine"], every="week", until="2022-12-31")
    with pytest.raises(hgplan.PlanError, match="can't be split by town"):
        ws.measure("fine", by="town", until="2022-12-31")
    assert ws.faults == ()
    assert ws.measure("faulty", every="month", start="2022-02-01", until="2022-02-28")["value"].to_list() == [1.0]


def test_data_that_lack_a_declared_column_are_no_plugins_fault() -> None:
    ws = workspace("contacts.count()").with_data({"contacts": pl.DataFrame({"day": ["2022-01-01"]})})
    with pytest.raises(PlanErrors) as raised:
        ws.attainment(until="2022-12-31")
    told = {fault.what for fault in raised.value.faults}
    assert told == {f"table 'contacts' has no column '{name}'" for name in ("channel", "noted")}
    assert ws.faults == ()


PLAN = """
hgplan = 1
[plan]
id = "club"
title = "Club"
organisation = "Club"
period = { start = 2022-01-01, end = 2022-12-31 }
[table.contacts]
kind = "events"
at = "day"
source = "contacts.csv"
[metric.at_the_door]
formula = "contacts.where(chanel == 'door').count()"
[[strategy]]
id = "all"
title = "All"
[[strategy.goal]]
id = "doors"
title = "Doors"
metric = "at_the_door"
targets = [{ period = "2022", at_least = 2 }]
[[strategy.goal]]
id = "halls"
title = "Halls"
metric = "contacts.where(place == 'hall').count()"
targets = [{ period = "2022", at_least = 2 }]
"""


def test_the_plans_own_faulty_formulas_are_told_together_with_metric_goal_and_line(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "contacts.csv").write_text("day,channel\n2022-01-03,door\n", encoding="utf-8")
    ws = hgplan.open(tmp_path / "plan.toml", plugins=Plugins.none())
    with pytest.raises(PlanErrors) as raised:
        ws.attainment()
    first, second = raised.value.faults
    assert first.what == "table 'contacts' has no column 'chanel'"
    assert first.where == "metric 'at_the_door' of goal 'doors', plan.toml:13:11"
    assert first.hint == "did you mean 'channel'?"
    assert second.what == "table 'contacts' has no column 'place'"
    assert str(second.where).endswith(" of goal 'halls', plan.toml:25:10")


def test_the_askers_own_faulty_formula_is_told_with_the_metric() -> None:
    ws = Workspace(tables=[CONTACTS], data=DATA, plugins=Plugins.none())
    with pytest.raises(hgplan.PlanError) as raised:
        ws.measure(["contacts.count()", "contacts.sum(channel)"], until="2022-12-31")
    assert raised.value.where == "metric 'contacts.sum(channel)'"


def test_all_columns_that_a_dimension_lacks_are_told_together() -> None:
    places = Dimension("places", key="place", columns={"kind": "text", "town": "text"})
    contacts = Events("contacts", at="day", columns={"place": ref("places")})
    data = {
        "contacts": pl.DataFrame({"day": ["2022-01-01"], "place": ["hall"]}),
        "places": pl.DataFrame({"place": ["hall"]}),
    }
    ws = Workspace(tables=[contacts, places], data=data, plugins=Plugins.none())
    with pytest.raises(PlanErrors) as raised:
        ws.measure("contacts.where(places.kind == 'hall').count()")
    assert [fault.what for fault in raised.value.faults] == [
        f"dimension 'places' has no column '{name}'" for name in ("kind", "town")
    ]
