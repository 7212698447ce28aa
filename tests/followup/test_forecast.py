"""What attainment, forecast and path say of a club whose years are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from followup.asked import UNITS, attain, plan_of
from followup.joined import JOINS, club, joined, recruiting
from followup.scripted import METRICS, Figure, Script
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Goal, Metric, Plan, PlanError, Target, Vision
from hgplan.engine import Facts
from hgplan.followup.outlook import Year, by_share

UNTIL = "2022-08-31"
FORETOLD = ["forecast", "forecast_low", "forecast_high", "probability"]


def recruited(year: int, month: int, day: int, *, branch: str | None = None) -> int:
    """Who joined in the year up to and with the day, counted from the rows."""
    return sum(
        date(year, 1, 1) <= at <= date(year, month, day) and branch in (None, unit) for _, unit, at, _ in joined()
    )


def past_years(*, branch: str | None = None, shape: str | None = None) -> list[Year]:
    return [
        Year(*(float(recruited(year, *end, branch=of)) for of in (branch, shape) for end in ((8, 31), (12, 31))))
        for year in range(2017, 2022)
    ]


def test_what_is_due_by_earlier_years_is_their_share_counted_from_the_rows() -> None:
    ws = club(recruiting(pace="history"))
    row = ws.attainment(until=UNTIL).row(0, named=True)
    share = sum(year.to_date for year in past_years()) / sum(year.final for year in past_years())
    assert row["expected"] == pytest.approx(330 * share)
    assert row["ahead"] == pytest.approx(recruited(2022, 8, 31) - 330 * share)
    assert ws.forecast("grow", until=UNTIL).pace_years[0].start == date(2017, 1, 1)
    assert len(ws.forecast("grow", until=UNTIL).pace_years) == 5


def test_every_months_end_has_what_earlier_years_had_by_then() -> None:
    frame = club(recruiting(pace="history")).attainment(until=UNTIL, every="quarter")
    ends = [(3, 31), (6, 30), (9, 30), (12, 31)]
    # What runs is held to today, and what has not begun to its end.
    days = [(3, 31), (6, 30), (8, 31), (12, 31)]
    assert frame["period_end"].to_list() == [date(2022, *end) for end in ends]
    whole = sum(recruited(year, 12, 31) for year in range(2017, 2022))
    due = [330 * sum(recruited(year, *day) for year in range(2017, 2022)) / whole for day in days]
    assert frame["expected"].to_list() == pytest.approx(due)


def test_a_unit_with_too_little_goes_by_the_way_of_the_whole_organisation() -> None:
    ws = club(recruiting(pace="history", targets=[Target(period="2022", unit="south", at_least=20)]))
    row = ws.attainment(units=["south"], until=UNTIL).row(0, named=True)
    share = sum(year.to_date for year in past_years()) / sum(year.final for year in past_years())
    assert row["expected"] == pytest.approx(20 * share)
    foretold = by_share(
        recruited(2022, 8, 31, branch="south"), past_years(branch="south"), cannot_fall=True, whole=True
    )
    assert foretold is not None
    mine = ws.forecast("grow", unit="south", until=UNTIL)
    assert mine.shape_of == "club"
    assert "The shape of the year is that of club" in str(mine)
    assert mine.forecast == foretold.middle


def test_a_forecast_is_made_of_the_years_as_counted_from_the_rows() -> None:
    ws = club(recruiting())
    row = ws.attainment(until=UNTIL).row(0, named=True)
    foretold = by_share(recruited(2022, 8, 31), past_years(), cannot_fall=True, whole=True)
    assert foretold is not None
    assert [row[name] for name in FORETOLD] == [
        foretold.middle, *foretold.interval(0.8), foretold.probability(330, None),
    ]  # fmt: skip
    said = ws.forecast("grow", until=UNTIL, level=0.5)
    assert (said.forecast, said.probability) == (row["forecast"], row["probability"])
    assert row["forecast_low"] < said.low < said.high < row["forecast_high"]  # type: ignore[operator]


def test_what_happens_later_changes_no_forecast() -> None:
    early = club(recruiting())
    late = early.with_data({"memberships": _until(UNTIL)})
    assert early.attainment(until=UNTIL).equals(late.attainment(until=UNTIL))


def _until(day: str) -> pl.DataFrame:
    frame = pl.DataFrame(joined(), schema=["member", "branch", "joined", "left"], orient="row")
    return frame.filter(pl.col("joined") <= date.fromisoformat(day))


@pytest.mark.parametrize("first", [2020, 2021, 2022])
def test_with_fewer_than_three_earlier_years_nothing_is_foretold_and_the_answer_says_so(first: int) -> None:
    ws = club(recruiting(), years={year: JOINS[year] for year in range(first, 2023)})
    assert ws.attainment(until=UNTIL).select(FORETOLD).row(0) == (None, None, None, None)
    told = ws.forecast("grow", until=UNTIL)
    assert (told.why, told.forecast, told.method) == ("history", None, None)
    known = 2022 - first
    assert f"There isn't enough history for a forecast: earlier years known {known}, at least 3" in told.text("en")
    assert f"Historiken räcker inte till en prognos: kända tidigare år {known}, minst 3" in told.text("sv")


def test_a_forecast_tells_its_method_its_years_and_its_probability_in_two_languages() -> None:
    told = club(recruiting(pace="history")).forecast("grow", until=UNTIL)
    assert told.method == "seasonal share"
    for piece in ("New members, club, 2022: ", "80% probability", "5 earlier years (2017–2021)", "at least 330",
                  "by the pace of earlier years (5 earlier years)"):  # fmt: skip
        assert piece in told.text("en")
    for piece in ("till och med 31 augusti 2022", "80\u00a0% sannolikhet", "5 tidigare år (2017–2021)", "minst 330",
                  "efter tidigare års takt (5 tidigare år)"):  # fmt: skip
        assert piece in told.text("sv")


@pytest.mark.parametrize(
    ("goal", "until", "why"),
    [
        (recruiting(), "2022-12-31", "over"),
        (recruiting(), "2021-06-30", "not begun"),
        (Goal(id="grow", title="G", targets=[Target(period="2022", at_least=3)]), UNTIL, "no metric"),
        (Goal(id="grow", title="G", metric="retention", targets=[Target(period="2022", at_least=0.5)]), UNTIL,
         "not a count"),
    ],
)  # fmt: skip
def test_where_there_is_no_forecast_the_answer_says_why(goal: Goal, until: str, why: str) -> None:
    ws = club(goal)
    told = ws.forecast("grow", until=until)
    assert (told.why, told.forecast, told.low, told.high, told.probability) == (why, None, None, None, None)
    assert told.text("en").split(": ", 1)[1]
    assert told.text("sv") != told.text("en")


def test_a_level_is_foretold_by_how_earlier_years_changed() -> None:
    goal = Goal(id="stock", title="Members", metric="members", targets=[Target(period="2022", at_least=1400)])
    ws = club(goal)

    def stock(year: int, month: int, day: int) -> int:
        at = date(year, month, day)
        return sum(start <= at and (end is None or end > at) for _, _, start, end in joined())

    changes = [stock(year, 12, 31) - stock(year, 8, 31) for year in range(2017, 2022)]
    told = ws.forecast("stock", until=UNTIL)
    assert told.method == "seasonal change"
    assert told.forecast == pytest.approx(stock(2022, 8, 31) + sum(changes) / 5)


@pytest.mark.parametrize(
    ("threshold", "low", "high"),
    [
        ({"at_least": 320}, 320, None),
        ({"at_most": 300}, None, 300),
        ({"between": (300, 400)}, 300, 400),
        ({"equals": 310}, 310, 310),
        ({"at_least": 100}, 100, None),
    ],
)
def test_every_comparator_has_its_probability(threshold: dict[str, object], low: int | None, high: int | None) -> None:
    ws = club(recruiting(targets=[Target(period="2022", **threshold)]))  # type: ignore[arg-type]
    foretold = by_share(recruited(2022, 8, 31), past_years(), cannot_fall=True, whole=True)
    assert foretold is not None
    told = ws.attainment(until=UNTIL)["probability"].item()
    assert told == foretold.probability(low, high)
    assert 0 < told < 1 or low == 100


def test_each_month_that_is_left_brings_what_the_pace_makes_of_it() -> None:
    ws = club(recruiting(pace="history"))
    left = ws.path("grow", until=UNTIL)
    ends = [(9, 30), (10, 31), (11, 30), (12, 31)]
    come = [sum(recruited(year, *end) for year in range(2017, 2022)) for end in [(8, 31), *ends]]
    to_go = 330 - recruited(2022, 8, 31)
    shares = [(after - before) / (come[-1] - come[0]) for before, after in pairwise(come)]
    assert left["needed"].to_list() == pytest.approx([to_go * share for share in shares])
    assert left["expected"].to_list()[-1] == 330
    assert left["period_end"].to_list() == [date(2022, *end) for end in ends]


def test_a_year_that_has_not_begun_is_planned_by_the_way_of_earlier_years() -> None:
    ws = club(recruiting(pace="history", targets=[Target(period="2023", at_least=400)]))
    by_quarter = ws.path("grow", every="quarter", until="2022-12-31")["needed"].to_list()
    come = [sum(recruited(year, *end) for year in range(2017, 2023)) for end in [(3, 31), (6, 30), (9, 30), (12, 31)]]
    parts = [after - before for before, after in pairwise([0, *come])]
    assert by_quarter == pytest.approx([400 * part / come[-1] for part in parts])
    assert by_quarter[0] < by_quarter[-1]


@given(st.integers(0, 10**6), st.sampled_from([None, "month"]))
def test_what_is_foretold_changes_nothing_else(seed: int, every: str | None) -> None:
    targets = [Target(period="2022", at_least=40), Target(period="2022-H2", at_most=30)]
    plan = plan_of(*(Goal(id=name, title="G", metric=name, baseline=20, targets=targets) for name in METRICS))
    asked = {"units": UNITS, "every": every}
    without = attain(plan, Script(seed), begun=lambda metric: None, **asked)
    full = attain(plan, Script(seed), begun=lambda metric: date(2015, 1, 1), **asked)
    assert full.select(pl.exclude(FORETOLD)).equals(without.select(pl.exclude(FORETOLD)))
    assert full["forecast"].null_count() < full.height == without["forecast"].null_count()
    told = full.filter(pl.col("forecast").is_not_null())
    assert told.select(pl.col("forecast").is_between("forecast_low", "forecast_high").all()).item()
    assert told.select(pl.col("probability").is_between(0, 1).all()).item()


def test_a_vision_says_what_each_remaining_year_must_bring_from_todays_stock() -> None:
    goal = Goal(id="seen", title="2025", metric="members", targets=[Target(period="2025", at_least=2000)])
    ws = club(vision=Vision(title="V", year=2025, goals=[goal]))
    today = ws.measure("members", start="2022-12-31", until="2022-12-31")["value"].item()
    by_year = ws.path("seen", every="year", until="2022-12-31")
    assert by_year["needed"].to_list() == pytest.approx([(2000 - today) / 3] * 3)
    assert by_year["value"].to_list() == [today] * 3
    by_month = ws.path("seen", until="2022-12-31")
    assert by_month.height == 36
    assert by_month["needed"].sum() == pytest.approx(2000 - today)
    assert by_month["expected"].to_list()[-1] == pytest.approx(2000)


def test_a_target_that_is_met_needs_nothing_more() -> None:
    left = club(recruiting(targets=[Target(period="2022", at_least=1)])).path("grow", until=UNTIL)
    assert set(left["needed"].to_list()) == {0.0}


def test_a_count_of_a_later_year_is_wanted_in_that_year_alone() -> None:
    left = club(recruiting(targets=[Target(period="2024", at_least=120)])).path("grow", until=UNTIL)
    assert left["period_start"].to_list()[0] == date(2024, 1, 1)
    assert left["needed"].sum() == pytest.approx(120)


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"until": "2022-12-31"}, "'2022' is over by 2022-12-31"),
        ({"until": UNTIL, "period": "2021"}, "goal 'grow' has no target for '2021'"),
        ({"until": UNTIL, "every": "moth"}, "no grain named 'moth'"),
        ({"until": UNTIL, "unit": "nort"}, "no unit named 'nort'"),
    ],
)
def test_a_way_that_there_is_not_is_refused(asked: dict[str, str], what: str) -> None:
    with pytest.raises(PlanError, match=what):
        club(recruiting()).path("grow", **asked)  # type: ignore[arg-type]


def test_a_way_without_a_target_or_a_metric_is_refused() -> None:
    with pytest.raises(PlanError, match="goal 'g' has no target for 'club'"):
        club(Goal(id="g", title="G", metric="members")).path("g", until=UNTIL)
    with pytest.raises(PlanError, match="goal 'g' has no metric"):
        club(Goal(id="g", title="G", targets=[Target(period="2022", at_least=2)])).path("g", until=UNTIL)


@pytest.mark.parametrize("level", [0, 1, 80])
def test_a_level_that_is_no_probability_is_refused(level: float) -> None:
    with pytest.raises(PlanError, match="is no probability"):
        club(recruiting()).forecast("grow", until=UNTIL, level=level)


def test_a_goal_that_the_plan_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(PlanError, match="did you mean 'grow'"):
        club(recruiting()).forecast("gro", until=UNTIL)
    assert isinstance(club(recruiting()).plan, Plan)


def test_the_past_is_asked_once_for_all_goals_and_only_where_it_is_wanted() -> None:
    asked: list[tuple[int, int]] = []

    class Counting(Script):
        def __call__(self, facts: Facts, metrics: Sequence[Metric], **said: object) -> pl.DataFrame:  # type: ignore[override]
            asked.append((len(metrics), len(said["periods"])))  # type: ignore[arg-type]
            return super().__call__(facts, metrics, **said)  # type: ignore[arg-type]

    targets = [Target(period="2022", at_least=40)]
    both = [
        Goal(id="a", title="A", metric="recruits", targets=targets),
        Goal(id="b", title="B", metric="members", pace="history", targets=targets),
    ]
    answers = {(metric, "region"): Figure(20.0) for metric in ("recruits", "members")}
    attain(plan_of(*both), Counting(answers=answers), begun=lambda metric: date(2018, 1, 1))
    # Today's value of both, then the same day and the end of four earlier years of both.
    assert asked == [(2, 1), (2, 8)]
    asked.clear()
    attain(plan_of(both[0]), Counting(answers=answers), begun=lambda metric: date(2020, 1, 1))
    assert asked == [(1, 1)]  # two years foretell nothing
