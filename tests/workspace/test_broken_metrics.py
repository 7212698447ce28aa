"""A plugin whose metric breaks while it is worked out costs only its own figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import polars as pl
import pytest

from hgplan import (
    Aggregate,
    Events,
    Experiment,
    Goal,
    Measure,
    Plan,
    PlanError,
    PluginError,
    Plugins,
    Strategy,
    Target,
    Workspace,
    hookimpl,
    metric,
)

CONTACTS = Events("contacts", at="day", columns={"n": "int"})
DATA = {"contacts": pl.DataFrame({"day": ["2022-01-01", "2022-02-02"], "n": [1, 2]})}


def _raises(_rows: object) -> float:
    raise ZeroDivisionError("a cell's content")


def _exits(_rows: object) -> float:
    raise SystemExit(4)


class _Sound:
    @hookimpl
    def hgplan_metrics(self) -> Iterator[object]:
        @metric(unit="contacts")
        def fine(contacts: Events) -> Measure:
            """All contacts."""
            return contacts.count()

        yield fine


def _broken(partial: Callable[[object], float]) -> object:
    class Broken:
        @hookimpl
        def hgplan_metrics(self) -> Iterator[object]:
            kind = Aggregate("kind", "1", partial=partial, combine=lambda states: states[0], final=lambda state: state)

            @metric(unit="contacts")
            def broken(contacts: Events) -> Measure:
                """A counting that fails."""
                return contacts.aggregate(kind, "n")

            yield broken

    return Broken()


def _workspace(partial: Callable[[object], float]) -> Workspace:
    targets = [Target(period="2022", at_least=2)]
    goals = [Goal(id=name, title=name, metric=name, targets=targets) for name in ("broken", "fine")]
    plan = Plan(id="club", title="Club", strategies=[Strategy(id="all", title="All", goals=goals)])
    plugins = Plugins.of(bad=_broken(partial), good=_Sound())
    return Workspace(plan, tables=[CONTACTS], data=DATA, plugins=plugins)


@pytest.mark.parametrize("partial", [_raises, _exits])
def test_the_other_goals_have_their_attainment(partial: Callable[[object], float]) -> None:
    ws = _workspace(partial)
    frame = ws.attainment(until="2022-12-31")
    assert frame.select("goal", "value", "status").rows() == [("broken", None, "no_data"), ("fine", 2.0, "reached")]
    (fault,) = ws.faults
    assert (fault.plugin, fault.hook) == ("bad", "hgplan_metrics")
    assert "cell" not in str(fault)


def test_the_other_metrics_have_their_figures() -> None:
    ws = _workspace(_raises)
    frame = ws.measure(["broken", "fine"], every="month", start="2022-01-01", until="2022-02-28")
    assert frame.select("metric", "value").rows() == [
        ("bad.broken", None), ("bad.broken", None), ("good.fine", 1.0), ("good.fine", 1.0),
    ]  # fmt: skip
    assert len(ws.faults) == 1


def _twice(rows: Sequence[tuple[object, ...]]) -> int:
    return len([row[0] for row in rows])


def _no_one(_state: object) -> float:
    return [0.0][1]


BREAKS = [
    ({"partial": _raises}, "failed in partial: ZeroDivisionError"),
    ({"partial": _exits}, "failed in partial: SystemExit"),
    ({"combine": _raises}, "failed in combine: ZeroDivisionError"),
    ({"final": _no_one}, "failed in final: IndexError"),
    ({"final": _exits}, "failed in final: SystemExit"),
    ({"final": lambda _: "2"}, "gave str as its figure"),
    ({"final": lambda _: 10**400}, "failed in final: OverflowError"),
]


def _counting(broken: dict[str, Any]) -> Aggregate:
    return Aggregate("kind", "1", **{"partial": _twice, "combine": sum, "final": float, **broken})


@pytest.mark.parametrize(("broken", "what"), BREAKS)
def test_a_counting_of_the_host_s_own_that_breaks_is_its_author_s_fault_by_name(
    broken: dict[str, Any], what: str
) -> None:
    ws = Workspace(tables=[CONTACTS], data=DATA, metrics=[_counting(broken)])
    with pytest.raises(PluginError, match=f"^aggregate 'kind' 1 {what}") as told:
        ws.measure(["contacts.count()", "contacts.aggregate('kind', n)"])
    assert "cell" not in str(told.value)
    assert "failed" not in what or "Overflow" in what or str(told.value.where).startswith("test_broken_metrics.py:")
    assert ws.faults == ()


@pytest.mark.parametrize(("broken", "what"), BREAKS)
def test_a_counting_of_a_plugin_s_that_breaks_costs_only_its_own_figures(broken: dict[str, Any], what: str) -> None:
    plugins = Plugins.of(bad=_Brings(_counting(broken)))
    ws = Workspace(tables=[CONTACTS], data=DATA, plugins=plugins)
    assert ws.measure(["contacts.count()", "contacts.aggregate('kind', n)"])["value"].to_list() == [2.0, None]
    (fault,) = ws.faults
    assert f"aggregate 'kind' 1 {what}" in str(fault)


def test_the_host_s_own_counting_is_no_plugin_s_of_the_same_name() -> None:
    plugins = Plugins.of(bad=_Brings(_counting({})))
    ws = Workspace(tables=[CONTACTS], data=DATA, plugins=plugins, metrics=[_counting({"final": _no_one})])
    assert ws.measure("contacts.aggregate('bad.kind', n)")["value"].to_list() == [2.0]
    with pytest.raises(PluginError, match="failed in final: IndexError"):
        ws.measure("contacts.aggregate('kind', n)")
    assert ws.faults == ()


def test_a_counting_that_is_given_no_column_says_how_to_give_one() -> None:
    ws = Workspace(tables=[CONTACTS], data=DATA, metrics=[_counting({})])
    with pytest.raises(PluginError, match="failed in partial: IndexError") as told:
        ws.measure("contacts.aggregate('kind')")
    assert told.value.hint == "it was given no column: write aggregate('kind', column)"


class _Brings:
    def __init__(self, counting: Aggregate) -> None:
        self.counting = counting

    @hookimpl
    def hgplan_metrics(self) -> Iterator[object]:
        yield self.counting


def test_a_formula_that_uses_a_broken_counting_of_a_plugin_costs_only_its_own_figures() -> None:
    class Counting:
        @hookimpl
        def hgplan_metrics(self) -> Iterator[object]:
            yield Aggregate("kind", "1", partial=_raises, combine=lambda states: states[0], final=lambda state: state)

    ws = Workspace(tables=[CONTACTS], data=DATA, plugins=Plugins.of(bad=Counting()))
    frame = ws.measure(["contacts.aggregate('bad.kind', n)", "contacts.count()"])
    assert frame["value"].to_list() == [None, 2.0]
    (fault,) = ws.faults
    assert fault.plugin == "bad"
    assert "cell" not in str(fault)


def test_an_experiment_whose_outcome_is_lost_stays_in_sight() -> None:
    one = Experiment(
        id="try", title="Try", hypothesis="It helps", arms=["a", "b"], control="a", assigned="units", metric="broken"
    )
    assigned = Events("assignments", at="day", unit="unit")
    rows = pl.DataFrame({"experiment": ["try"], "arm": ["b"], "day": ["2022-01-01"], "unit": ["organisation"]})
    ws = Workspace(
        Plan(id="club", title="Club", experiments=[one]),
        tables=[CONTACTS, assigned],
        data={**DATA, "assignments": rows},
        plugins=Plugins.of(bad=_broken(_raises), good=_Sound()),
    )
    told = ws.experiments(until="2022-12-31")
    assert told.select("arm", "trials", "rate", "state").rows() == [("a", 0, None, "ended"), ("b", None, None, "ended")]
    assert len(ws.faults) == 1


def test_nothing_is_spread_by_figures_that_are_lost() -> None:
    with pytest.raises(PlanError, match="is lost with a broken plugin"):
        _workspace(_raises).allocate(10, "broken", units=["organisation"], until="2022-12-31")
