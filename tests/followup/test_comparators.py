"""Every comparator with every status, worked out by hand: April 2022 has 30 days, so half of it is over on the 15th."""

from __future__ import annotations

from datetime import date

import pytest
from followup.asked import attain, plan_of
from followup.scripted import Figure, Script

from hgplan.engine import Clocks
from hgplan.model import Goal, StatusThresholds, Target

HALF, OVER = date(2022, 4, 15), date(2022, 4, 30)


def april(metric: str, value: float | None, until: date, **goal: object) -> dict[str, object]:
    words = {"baseline", "measured_from", "unit", "thresholds", "figure"}
    target = Target(period="2022-04", **{key: said for key, said in goal.items() if key not in words})  # type: ignore[arg-type]
    said = {key: goal[key] for key in ("baseline", "measured_from", "unit") if key in goal}
    figure = goal.get("figure") or Figure(value, availability="available" if value is not None else "missing")
    plan = plan_of(
        Goal(id="g", title="G", metric=metric, targets=[target], **said),  # type: ignore[arg-type]
        status=goal.get("thresholds", StatusThresholds()),
    )
    frame = attain(plan, Script(answers={(metric, "region"): figure}), clocks=Clocks(until=until))  # type: ignore[dict-item]
    assert frame.height == 1
    return frame.row(0, named=True)


@pytest.mark.parametrize(
    ("until", "value", "status", "attainment", "gap", "expected", "needed"),
    [
        (HALF, 100, "reached", 1.0, 0, 50, 0),
        (HALF, 130, "reached", 1.3, 30, 50, 0),
        (HALF, 50, "on_course", 0.5, -50, 50, 100),
        (HALF, 45, "uncertain", 0.45, -55, 50, 110),
        (HALF, 39, "off_course", 0.39, -61, 50, 122),
        (HALF, 0, "off_course", 0.0, -100, 50, 200),
        (OVER, 100, "reached", 1.0, 0, 100, None),
        (OVER, 99, "not_reached", 0.99, -1, 100, None),
    ],
)
def test_at_least_of_a_count_is_reached_as_soon_as_it_is_there(
    until: date, value: float, status: str, attainment: float, gap: float, expected: float, needed: float | None
) -> None:
    row = april("recruits", value, until, at_least=100)
    assert row["status"] == status
    assert (row["attainment"], row["gap"], row["expected"]) == pytest.approx((attainment, gap, expected))
    assert row["ahead"] == pytest.approx(value - expected)
    assert row["needed"] == pytest.approx(needed)


@pytest.mark.parametrize(
    ("metric", "until", "value", "status"),
    [
        # A sum can fall again: it is on course with the whole target in hand, and reached when the month is over.
        ("cost", HALF, 100, "on_course"),
        ("cost", OVER, 100, "reached"),
        # A stock is wanted in full on every day.
        ("members", HALF, 100, "on_course"),
        ("members", HALF, 95, "on_course"),
        ("members", HALF, 94, "uncertain"),
        ("members", HALF, 80, "uncertain"),
        ("members", HALF, 79, "off_course"),
        ("members", OVER, 100, "reached"),
        ("members", OVER, 99, "not_reached"),
    ],
)
def test_at_least_of_what_can_fall_waits_for_the_end(metric: str, until: date, value: float, status: str) -> None:
    assert april(metric, value, until, at_least=100)["status"] == status


@pytest.mark.parametrize(
    ("metric", "until", "value", "status", "gap", "expected", "needed"),
    [
        ("recruits", HALF, 50, "on_course", 50, 50, 0),
        ("recruits", HALF, 60, "uncertain", 40, 50, 0),
        ("recruits", HALF, 70, "off_course", 30, 50, 0),
        # 101 of at most 100 can't be undone, however little of the month is left.
        ("recruits", date(2022, 4, 29), 101, "off_course", -1, 96.66666666666667, -30),
        # A sum can still come down, and is a little above what was to be there by now.
        ("cost", date(2022, 4, 29), 101, "on_course", -1, 96.66666666666667, -30),
        ("cost", HALF, 70, "off_course", 30, 50, 0),
        ("recruits", OVER, 100, "reached", 0, 100, None),
        ("recruits", OVER, 101, "not_reached", -1, 100, None),
        ("members", HALF, 100, "on_course", 0, 100, 0),
        ("members", HALF, 110, "uncertain", -10, 100, -20),
        ("members", HALF, 130, "off_course", -30, 100, -60),
        ("members", OVER, 101, "not_reached", -1, 100, None),
    ],
)
def test_at_most_without_a_baseline_has_a_gap_and_no_attainment(
    metric: str, until: date, value: float, status: str, gap: float, expected: float, needed: float | None
) -> None:
    row = april(metric, value, until, at_most=100)
    assert (row["status"], row["attainment"]) == (status, None)
    assert (row["gap"], row["expected"], row["needed"]) == pytest.approx((gap, expected, needed))


@pytest.mark.parametrize(
    ("until", "value", "status", "attainment", "expected"),
    [
        (HALF, 150, "on_course", 0.5, 150),
        (HALF, 155, "uncertain", 0.45, 150),
        (HALF, 170, "off_course", 0.3, 150),
        (HALF, 210, "off_course", -0.1, 150),
        (HALF, 95, "on_course", 1.05, 150),
        (OVER, 100, "reached", 1.0, 100),
        (OVER, 101, "not_reached", 0.99, 100),
    ],
)
def test_at_most_from_a_baseline_is_the_part_of_the_way_down(
    until: date, value: float, status: str, attainment: float, expected: float
) -> None:
    row = april("members", value, until, at_most=100, baseline=200)
    assert row["status"] == status
    assert (row["attainment"], row["expected"]) == pytest.approx((attainment, expected))


def test_a_level_that_was_below_its_ceiling_from_the_start_is_not_on_a_way_down() -> None:
    row = april("members", 130, HALF, at_most=100, baseline=50)
    assert (row["status"], row["expected"]) == ("off_course", 100)


@pytest.mark.parametrize(
    ("metric", "until", "value", "status", "gap"),
    [
        ("recruits", HALF, 25, "on_course", -15),
        ("recruits", HALF, 17, "uncertain", -23),
        ("recruits", HALF, 15, "off_course", -25),
        ("recruits", HALF, 35, "uncertain", -5),
        # 45 would do at the end, but in half the month it is half as much again as a month of 60 has.
        ("recruits", HALF, 45, "off_course", 5),
        ("recruits", HALF, 61, "off_course", -1),
        ("recruits", OVER, 40, "reached", 0),
        ("recruits", OVER, 50, "reached", 10),
        ("recruits", OVER, 39, "not_reached", -1),
        ("recruits", OVER, 61, "not_reached", -1),
        ("members", HALF, 60, "on_course", 0),
        ("members", HALF, 35, "uncertain", -5),
        ("members", HALF, 80, "off_course", -20),
    ],
)
def test_between_holds_on_both_sides(metric: str, until: date, value: float, status: str, gap: float) -> None:
    row = april(metric, value, until, between=[40, 60])
    assert (row["status"], row["gap"], row["attainment"]) == (status, gap, None)
    assert (row["target"], row["target_to"]) == (40, 60)


@pytest.mark.parametrize(
    ("metric", "until", "value", "status", "gap"),
    [
        ("recruits", HALF, 25, "on_course", -25),
        ("recruits", HALF, 22, "uncertain", -28),
        ("recruits", HALF, 30, "uncertain", -20),
        ("recruits", HALF, 40, "off_course", -10),
        ("recruits", OVER, 50, "reached", 0),
        ("recruits", OVER, 51, "not_reached", -1),
        ("members", HALF, 50, "on_course", 0),
        ("members", HALF, 45, "uncertain", -5),
        ("members", HALF, 55, "uncertain", -5),
        ("members", OVER, 49, "not_reached", -1),
    ],
)
def test_equals_is_missed_on_either_side(metric: str, until: date, value: float, status: str, gap: float) -> None:
    row = april(metric, value, until, equals=50)
    assert (row["status"], row["gap"], row["attainment"]) == (status, gap, None)


@pytest.mark.parametrize("said", [{"increase_by": 20, "baseline": 100}, {"increase_by_percent": 10, "baseline": 200}])
@pytest.mark.parametrize(
    ("until", "more", "status", "attainment", "expected"),
    [
        (HALF, 10, "on_course", 0.5, 10),
        (HALF, 9, "uncertain", 0.45, 10),
        (HALF, 7, "off_course", 0.35, 10),
        (HALF, -2, "off_course", -0.1, 10),
        (HALF, 20, "on_course", 1.0, 10),
        (OVER, 20, "reached", 1.0, 20),
        (OVER, 19, "not_reached", 0.95, 20),
    ],
)
def test_an_increase_is_the_part_of_it_that_has_come(
    said: dict[str, int], until: date, more: float, status: str, attainment: float, expected: float
) -> None:
    start = said["baseline"]
    row = april("members", start + more, until, **said)
    assert row["status"] == status
    assert (row["attainment"], row["gap"]) == pytest.approx((attainment, more - 20))
    assert (row["expected"], row["baseline"]) == pytest.approx((start + expected, start))


def test_an_increase_of_a_flow_begins_at_nothing() -> None:
    # 200 in an earlier April, 10 % more wanted in this one: 110 by the middle of the month.
    row = april("recruits", 110, HALF, increase_by_percent=10, baseline=200)
    assert (row["status"], row["expected"], row["attainment"]) == ("on_course", pytest.approx(110), pytest.approx(-4.5))


def test_a_flow_that_can_fall_is_held_to_its_pace_and_not_to_a_way_from_its_baseline() -> None:
    row = april("cost", 100, HALF, increase_by_percent=10, baseline=200)
    assert (row["status"], row["expected"]) == ("uncertain", pytest.approx(110))


@pytest.mark.parametrize(
    ("metric", "said", "expected"),
    [
        ("members", {"between": [40, 60]}, 40),
        ("members", {"between": [40, 60], "baseline": 20}, 30),
        ("members", {"between": [40, 60], "baseline": 50}, 40),
        ("members", {"between": [40, 60], "baseline": 100}, 80),
        ("members", {"equals": 50, "baseline": 100}, 75),
        ("members", {"equals": 50, "baseline": 30}, 40),
        ("cost", {"between": [40, 60], "baseline": 100}, 20),
        ("cost", {"equals": 50, "baseline": 100}, 25),
    ],
)
def test_a_level_is_expected_on_its_way_to_the_nearer_edge_and_a_flow_to_bring_its_share(
    metric: str, said: dict[str, object], expected: float
) -> None:
    assert april(metric, 50, HALF, **said)["expected"] == expected


def test_an_increase_from_an_unknown_baseline_is_undefined() -> None:
    row = april("members", 120, OVER, increase_by=20)
    assert (row["status"], row["value"], row["gap"], row["attainment"]) == ("undefined", 120, None, None)


def test_a_baseline_moves_at_least_only_when_the_goal_is_measured_from_it() -> None:
    from_zero = april("members", 105, HALF, at_least=120, baseline=100)
    from_baseline = april("members", 105, HALF, at_least=120, baseline=100, measured_from="baseline")
    assert (from_zero["attainment"], from_zero["status"]) == (0.875, "on_course")
    assert (from_baseline["attainment"], from_baseline["status"]) == (0.25, "off_course")
    assert from_zero["expected"] == from_baseline["expected"] == 110


@pytest.mark.parametrize(("value", "status", "gap"), [(0, "reached", 0), (5, "reached", 5), (-1, "not_reached", -1)])
def test_a_target_of_nothing_has_a_status_and_no_attainment(value: float, status: str, gap: float) -> None:
    row = april("cost", value, OVER, at_least=0)
    assert (row["status"], row["gap"], row["attainment"]) == (status, gap, None)


def test_a_way_of_no_length_has_no_attainment() -> None:
    assert april("members", 100, OVER, at_most=100, baseline=100)["attainment"] is None
    assert april("members", 100, OVER, increase_by=0, baseline=100)["attainment"] is None
    assert april("members", 90, OVER, at_least=90, baseline=90, measured_from="baseline")["attainment"] is None


def test_a_goal_in_percent_is_held_in_shares() -> None:
    row = april("retention", 0.51, OVER, at_least=51)
    assert (row["target"], row["gap"], row["attainment"], row["status"]) == (0.51, 0.0, 1.0, "reached")


def test_an_increase_on_percent_is_in_points_and_its_rounding_is_no_shortfall() -> None:
    row = april("retention", 0.3, OVER, increase_by=20, baseline=10)
    assert (row["baseline"], row["target"], row["gap"], row["status"]) == (0.1, 0.2, 0.0, "reached")
    assert 0.1 + 0.2 > 0.3  # which is what the last line is about


def test_a_percentage_of_a_baseline_is_one_in_any_unit() -> None:
    row = april("retention", 0.55, OVER, increase_by_percent=10, baseline=50)
    assert (row["baseline"], row["target"], row["gap"], row["status"]) == (0.5, 10, 0.0, "reached")


def test_the_goals_own_unit_comes_before_its_metrics() -> None:
    assert april("members", 0.5, OVER, at_least=50, unit="%")["target"] == 0.5
    assert april("retention", 0.5, OVER, at_least=50, unit="people")["target"] == 50


def test_the_plans_own_thresholds_count() -> None:
    strict = StatusThresholds(on_course=1.0, off_course=0.99)
    assert april("recruits", 49, HALF, at_least=100, thresholds=strict)["status"] == "off_course"
    assert april("recruits", 50, HALF, at_least=100, thresholds=strict)["status"] == "on_course"


@pytest.mark.parametrize(
    ("figure", "status"),
    [
        (Figure(None, availability="missing", completeness=0.0), "no_data"),
        (Figure(None, availability="not_expected", completeness=None), "no_data"),
        (Figure(None, availability="immature", completeness=0.0), "no_data"),
        (Figure(None, availability="undefined"), "undefined"),
        (Figure(float("nan")), "undefined"),
        (Figure(float("inf")), "undefined"),
    ],
)
@pytest.mark.parametrize("until", [HALF, OVER])
def test_what_is_no_number_is_never_held_against_a_target(figure: Figure, status: str, until: date) -> None:
    row = april("members", None, until, at_least=0, figure=figure)
    assert row["status"] == status
    assert [row[column] for column in ("value", "gap", "attainment", "ahead", "needed")] == [None] * 5
    assert row["availability"] == figure.availability


@pytest.mark.parametrize(
    ("metric", "said", "until", "figure", "status"),
    [
        # A count that can't fall: what is missing only adds.
        ("recruits", {"at_least": 100}, OVER, Figure(100, completeness=0.5), "reached"),
        ("recruits", {"at_least": 100}, OVER, Figure(99, completeness=0.9), "uncertain"),
        # It may be on course, or reached already.
        ("recruits", {"at_least": 100}, HALF, Figure(48, completeness=0.9), "uncertain"),
        ("recruits", {"at_least": 100}, HALF, Figure(10, completeness=0.9), "uncertain"),
        ("recruits", {"at_most": 100}, OVER, Figure(101, completeness=0.9), "not_reached"),
        ("recruits", {"at_most": 100}, HALF, Figure(101, completeness=0.9), "off_course"),
        ("recruits", {"at_most": 100}, OVER, Figure(10, completeness=0.9), "uncertain"),
        # Between the two ends outside a range lies the range itself.
        ("recruits", {"between": [40, 60]}, OVER, Figure(30, completeness=0.9), "uncertain"),
        ("recruits", {"between": [40, 60]}, OVER, Figure(61, completeness=0.9), "not_reached"),
        ("members", {"equals": 50}, OVER, Figure(70, completeness=0.9), "uncertain"),
        ("members", {"between": [40, 60]}, HALF, Figure(80, completeness=0.9), "uncertain"),
        ("conversion", {"between": [40, 60]}, OVER, Figure(0.9, 9, 10, completeness=0.9), "uncertain"),
        # From 20 % to all of them, where half the month wants 40 to 50 %.
        ("reach", {"between": [80, 100]}, HALF, Figure(0.2, 2, 10, completeness=0.9), "uncertain"),
        ("reach", {"between": [80, 100]}, HALF, Figure(0.9, 9, 10, completeness=0.9), "off_course"),
        # A stock may turn out smaller as well as larger.
        ("members", {"at_least": 100}, OVER, Figure(200, completeness=0.9), "uncertain"),
        ("members", {"at_least": 0}, OVER, Figure(200, completeness=0.9), "reached"),
        # A sum may be anything.
        ("cost", {"at_least": 0}, OVER, Figure(200, completeness=0.9), "uncertain"),
        # A coverage is at least what it is, and at most all of it.
        ("reach", {"at_least": 50}, OVER, Figure(0.6, 6, 10, completeness=0.9), "reached"),
        ("reach", {"at_least": 80}, OVER, Figure(0.6, 6, 10, completeness=0.9), "uncertain"),
        # 8 of 10 ripe entries were kept, 10 more are to ripen: between 8 and 18 of 20.
        ("retention", {"at_least": 40}, OVER, Figure(0.8, 8, 10, completeness=0.5), "reached"),
        ("retention", {"at_least": 41}, OVER, Figure(0.8, 8, 10, completeness=0.5), "uncertain"),
        ("retention", {"at_least": 90}, OVER, Figure(0.8, 8, 10, completeness=0.5), "uncertain"),
        ("retention", {"at_least": 91}, OVER, Figure(0.8, 8, 10, completeness=0.5), "not_reached"),
        # From inside a range to a little above it, and from a little below it to inside: on course at both ends.
        ("retention", {"between": [40, 60]}, HALF, Figure(55 / 93, 55, 93, completeness=0.93), "on_course"),
        ("retention", {"between": [40, 60]}, HALF, Figure(77 / 187, 77, 187, completeness=0.935), "on_course"),
        # Of another share nothing is known but that it is one.
        ("conversion", {"at_least": 10}, OVER, Figure(0.8, 8, 10, completeness=0.9), "uncertain"),
        ("conversion", {"at_most": 100}, OVER, Figure(0.8, 8, 10, completeness=0.9), "reached"),
    ],
)
def test_an_incomplete_figure_is_uncertain_unless_all_it_can_turn_out_to_be_agrees(
    metric: str, said: dict[str, object], until: date, figure: Figure, status: str
) -> None:
    assert april(metric, None, until, figure=figure, **said)["status"] == status


def test_a_figure_of_unknown_completeness_is_taken_as_it_is() -> None:
    assert april("members", None, OVER, at_least=5, figure=Figure(5, completeness=None))["status"] == "reached"
