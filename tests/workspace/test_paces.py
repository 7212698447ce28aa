"""Paces that plugins bring: chosen by name, told how earlier years ran, and costing only their own answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from followup.joined import club, recruiting

import hgplan
from hgplan import Course, Goal, Period, PlanError, Plugins, Target, Workspace, hookimpl

UNTIL = "2022-08-31"
OTHER = Goal(id="other", title="O", metric="recruits", targets=[Target(period="2022", at_least=330)])


class Said:
    """A pace that says what it is made with, and keeps what it was asked."""

    def __init__(self, share: Callable[[], object], name: str = "late") -> None:
        self.name, self.share = name, share
        self.asked: list[tuple[str, str, Sequence[Course], date]] = []

    def expected(self, goal: Goal, period: Period, history: Sequence[Course], day: date) -> float | None:
        self.asked.append((goal.id, period.id, history, day))
        return self.share()  # type: ignore[return-value]  # what it says may be wrong


class Brings:
    def __init__(self, *paces: Said) -> None:
        self.paces = paces

    @hookimpl
    def hgplan_paces(self) -> list[Said]:
        return [*self.paces]


class Broken:
    @hookimpl
    def hgplan_paces(self) -> list[Said]:
        raise OSError("no network")


def paced(pace: str, **plugins: object) -> Workspace:
    return club(recruiting(pace=pace), OTHER, plugins=Plugins.of(**plugins))


@pytest.mark.parametrize("name", ["late", "winter.late"])
def test_a_plugins_pace_is_chosen_by_its_short_and_by_its_full_name(name: str) -> None:
    said = Said(lambda: 0.25)
    assert paced(name, winter=Brings(said)).attainment(until=UNTIL)["expected"].to_list()[0] == 330 / 4
    goal, period, history, day = said.asked[0]
    assert (goal, period, day) == ("grow", "2022", date(2022, 8, 31))
    assert [course.period.start.year for course in history] == [2017, 2018, 2019, 2020, 2021]
    ends = [at for at, _ in history[0].values]
    assert ends == [date(2017, month, length) for month, length in enumerate(
        [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], start=1)]  # fmt: skip
    values = [value for _, value in history[0].values]
    assert values == sorted(values, key=lambda value: value or 0)
    assert values[-1] == 301  # 300 of the year, and the first one


@pytest.mark.parametrize(
    ("share", "told"),
    [(lambda: 1 / 0, "ZeroDivisionError"), (lambda: "half", "says a str"), (lambda: True, "says a bool"),
     (lambda: exit(3), "SystemExit")],
)  # fmt: skip
def test_a_pace_that_breaks_costs_only_its_own_answers(share: Callable[[], object], told: str) -> None:
    ws = paced("late", winter=Brings(Said(share)))
    frame = ws.attainment(until=UNTIL)
    mine, others = frame.rows(named=True)
    assert (mine["expected"], mine["status"]) == (None, "uncertain")
    assert mine["value"] == others["value"]
    assert others["expected"] is not None
    [fault] = ws.faults
    assert fault.plugin == "winter"
    assert told in str(fault.error)


def test_a_pace_of_a_plugin_that_is_lost_says_nothing_and_the_others_their_answers() -> None:
    ws = paced("late", winter=Broken())
    mine, others = ws.attainment(until=UNTIL).rows(named=True)
    assert (mine["expected"], others["expected"] is None) == (None, False)
    assert len(ws.faults) == 1


def test_two_plugins_paces_of_one_name_are_told_apart_by_their_full_names() -> None:
    both = {"summer": Brings(Said(lambda: 0.5)), "winter": Brings(Said(lambda: 0.25))}
    assert paced("summer.late", **both).attainment(until=UNTIL)["expected"].to_list()[0] == 165
    with pytest.raises(PlanError, match="no pace named 'late'"):
        paced("late", **both).attainment(until=UNTIL)


def test_a_plugin_does_not_take_the_place_of_a_built_in_pace() -> None:
    ws = paced("linear", winter=Brings(Said(lambda: 0.1, "linear")))
    assert ws.attainment(until=UNTIL)["expected"].to_list()[0] == pytest.approx(330 * 243 / 365)


def test_paces_that_nobody_offers_are_told_with_their_places_in_the_plan(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        'hgplan = 1\n[plan]\nid = "p"\ntitle = "P"\n\n[[goal]]\nid = "a"\ntitle = "A"\npace = "histori"\n\n'
        '[[goal]]\nid = "b"\ntitle = "B"\npace = "liner"\n',
        encoding="utf-8",
    )
    ws = hgplan.open(plan, plugins=Plugins.none())
    for ask in (ws.check, lambda: ws.attainment(until=UNTIL)):
        with pytest.raises(PlanError) as told:
            ask()
        text = str(told.value)
        assert "plan.toml:9:" in text
        assert "plan.toml:14:" in text
        assert "did you mean 'history'" in text
