from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from followup.asked import attain, plan_of
from followup.scripted import Figure, Script
from hypothesis import given
from hypothesis import strategies as st

from hgplan.engine import Clocks
from hgplan.errors import UnknownName
from hgplan.followup.pace import months_left
from hgplan.hookspecs import Course
from hgplan.model import Goal, Period, Target

MID = Clocks(until=date(2022, 4, 15))


class Late:
    name = "late"

    def __init__(self, share: float | None) -> None:
        self.share = share
        self.asked: list[tuple[str, str, date]] = []

    def expected(self, goal: Goal, period: Period, history: Sequence[Course], day: date) -> float | None:
        self.asked.append((goal.id, period.id, day))
        return self.share


def paced(pace: Late, value: float = 10, *, period: str = "2022-04", metric: str = "recruits") -> dict[str, object]:
    goal = Goal(id="g", title="G", metric=metric, pace="late", targets=[Target(period=period, at_least=100)])
    frame = attain(plan_of(goal), Script(answers={(metric, "region"): Figure(value)}), clocks=MID, paces={"late": pace})
    return frame.row(0, named=True)


def test_a_goal_is_held_to_the_pace_that_it_names() -> None:
    pace = Late(0.1)
    told = paced(pace)
    assert (told["expected"], told["ahead"], told["status"]) == (10, 0, "on_course")
    assert pace.asked == [("g", "2022-04", date(2022, 4, 15))]


@pytest.mark.parametrize("share", [None, float("nan"), float("inf")])
def test_a_pace_that_cannot_say_leaves_the_course_uncertain(share: float | None) -> None:
    told = paced(Late(share))
    assert (told["expected"], told["ahead"], told["status"]) == (None, None, "uncertain")
    assert told["attainment"] == 0.1


def test_a_level_is_judged_without_a_pace() -> None:
    assert paced(Late(None), 100, metric="members")["status"] == "on_course"


def test_no_pace_is_asked_before_the_period_begins() -> None:
    pace = Late(0.4)
    told = paced(pace, period="2022-05")
    assert (told["expected"], told["status"], pace.asked) == (None, "no_data", [])


def test_a_pace_that_nobody_brought_is_refused_by_name() -> None:
    goal = Goal(id="g", title="G", metric="recruits", pace="linaer", targets=[Target(period="2022", at_least=100)])
    with pytest.raises(UnknownName) as told:
        attain(plan_of(goal), Script())
    assert str(told.value) == "no pace named 'linaer'\n  in goal 'g'\n  did you mean 'linear'?"


@given(day=st.dates(date(2020, 1, 1), date(2025, 1, 1)), days=st.integers(0, 900))
def test_the_months_that_are_left_are_whole_months_and_parts_of_the_others(day: date, days: int) -> None:
    end = day + timedelta(days=days)
    left = months_left(day, end)
    assert left == pytest.approx(
        sum(1 / _length(day + timedelta(days=number)) for number in range(1, days + 1)), abs=1e-9
    )
    assert (left > 0) == (days > 0)


def _length(day: date) -> int:
    after = day.replace(day=28) + timedelta(days=4)
    return (after - timedelta(days=after.day)).day
