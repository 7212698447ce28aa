"""Milestones: reached on which day, late by how many, from figures or as the plan tells."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from hgplan import Events, Goal, Metric, Milestone, Plan, PlanError, Strategy, Target, Workspace
from hgplan.followup.pace import pace_of

CALLS = Events("calls", at="day", entity="person")
DAYS = [date(2022, 1, 5), date(2022, 2, 1), date(2022, 2, 1), date(2022, 3, 20), date(2022, 6, 2), date(2023, 1, 9)]


def workspace(*stones: Milestone, **goal: Any) -> Workspace:
    asked = {"metric": "made", "targets": [Target(period="2022", at_least=10)], **goal}
    return Workspace(
        Plan(
            id="p",
            title="P",
            strategies=[Strategy(id="s", title="S", goals=[Goal(id="g", title="G", milestones=stones, **asked)])],
        ),
        tables=[CALLS],
        metrics=[Metric.formula("made", "calls.count()"), Metric.formula("share", "calls.count() / calls.distinct()")],
        data={"calls": pl.DataFrame({"day": DAYS, "person": list("aabcde")})},
    )


def told(*stones: Milestone, until: str = "2022-12-31", **goal: Any) -> list[tuple[Any, ...]]:
    frame = workspace(*stones, **goal).milestones(until)
    return frame.select("due", "reached_on", "days_late", "status").rows()


@pytest.mark.parametrize(
    ("stone", "want"),
    [
        ({"share": 0.3}, (date(2022, 2, 1), 0, "reached")),
        ({"value": 4}, (date(2022, 3, 20), 0, "reached")),
        ({"title": "The tool is there", "reached": date(2022, 3, 31)}, (date(2022, 3, 31), 0, "reached")),
        ({"value": 5}, (date(2022, 6, 2), 63, "reached_late")),
        ({"value": 6}, (None, 275, "late")),
        ({"title": "The tool is there"}, (None, 275, "late")),
        ({"title": "The tool is there", "reached": date(2022, 4, 9)}, (date(2022, 4, 9), 9, "reached_late")),
    ],
)
def test_a_milestone_is_reached_on_the_first_day_on_which_it_is_there(stone: dict[str, Any], want: tuple[Any]) -> None:
    due = date(2022, 3, 31)
    assert told(Milestone(day=due, **stone)) == [(due, *want)]


def test_what_happens_after_the_day_is_not_known_on_it() -> None:
    due = date(2022, 3, 31)
    tool = Milestone(day=due, title="The tool is there", reached=date(2022, 4, 9))
    assert told(tool, until="2022-03-31") == [(due, None, None, "to_come")]
    assert told(tool, until="2022-04-08") == [(due, None, 8, "late")]
    assert told(Milestone(day=due, value=4), until="2022-03-19") == [(due, None, None, "to_come")]


def test_figures_to_date_begin_with_their_own_period() -> None:
    targets = [Target(period="2022", at_least=10), Target(period="2023", at_least=10)]
    stones = [Milestone(day=date(2023, 2, 1), value=1), Milestone(day=date(2022, 2, 1), value=1)]
    found = told(*stones, targets=targets, until="2023-12-31")
    assert [row[1] for row in found] == [date(2022, 1, 5), date(2023, 1, 9)]
    # The shortest period that holds the day is meant.
    quarters = [Target(period="2022", at_least=10), Target(period="2022-Q2", at_least=2)]
    assert told(Milestone(day=date(2022, 6, 1), value=1), targets=quarters)[0][1] == date(2022, 6, 2)


def test_a_target_of_at_most_is_there_when_the_figure_is_as_small() -> None:
    found = told(Milestone(day=date(2022, 3, 31), value=120), metric="share", unit="%",
                 targets=[Target(period="2022", at_most=100)])  # fmt: skip
    # One call of one person is 100 %.
    assert found == [(date(2022, 3, 31), date(2022, 1, 5), 0, "reached")]


def test_without_a_metric_or_a_target_nothing_is_known_of_a_figure() -> None:
    stone = Milestone(day=date(2022, 3, 31), value=4)
    assert told(stone, metric=None) == [(date(2022, 3, 31), None, None, "no_data")]
    assert told(stone, targets=[Target(period="2023", at_least=1)])[0][3] == "no_data"
    assert told(stone, metric=None, until="2022-03-01")[0][3] == "to_come"


def test_a_milestone_without_a_figure_bends_no_pace() -> None:
    titled = Goal(id="g", title="G", milestones=[Milestone(day=date(2022, 2, 1), title="T")])
    assert pace_of(titled, {}).name == "linear"
    plain = workspace().attainment(until="2022-06-30")["expected"].to_list()
    stone = Milestone(day=date(2022, 2, 1), title="T")
    assert plain == workspace(stone).attainment(until="2022-06-30")["expected"].to_list()


def test_milestones_of_goals_that_are_not_there_are_refused() -> None:
    with pytest.raises(PlanError, match="no goal named 'h'"):
        workspace().milestones("2022-12-31", goals=["h"])
    with pytest.raises(PlanError, match="said, and so is its figure"):
        Milestone(day=date(2022, 1, 1), share=0.5, reached=date(2022, 1, 1))
    assert workspace().milestones("2022-12-31").shape == (0, 11)
