from __future__ import annotations

from datetime import date

import pytest
from followup.asked import TREE, attain, plan_of
from followup.scripted import Figure, Script

from hgplan.engine import Clocks
from hgplan.followup.targets import pools_of
from hgplan.model import Goal, Target


def goal(*targets: Target, metric: str = "recruits", **said: object) -> Goal:
    return Goal(id="g", title="G", metric=metric, targets=targets, **said)  # type: ignore[arg-type]


def year(unit: str | None = None, **said: object) -> Target:
    return Target(period="2022", unit=unit, **said)  # type: ignore[arg-type]


COUNTED = Script(
    answers={
        ("recruits", "region"): Figure(70),
        ("recruits", "north"): Figure(40),
        ("recruits", "hill"): Figure(25),
        ("recruits", "port"): Figure(20),
        ("recruits", "lake+port"): Figure(33),
        ("recruits", "hill+port"): Figure(45),
        ("recruits", "hill+lake+port"): Figure(58),
        ("members", "hill+port"): Figure(45),
    }
)
LATE = Clocks(until=date(2022, 12, 31))


def row(frame_of: Goal, unit: str = "region", script: Script = COUNTED, **asked: object) -> dict[str, object]:
    return attain(plan_of(frame_of), script, units=[unit], **{"clocks": LATE, **asked}).row(0, named=True)


def test_a_units_own_target_comes_before_those_below_it() -> None:
    told = row(goal(year(at_least=60), year("hill", at_least=10)))
    assert (told["target"], told["value"], told["status"]) == (60, 70, "reached")


def test_a_unit_without_a_target_is_held_to_those_below_it_and_counts_only_their_units() -> None:
    told = row(goal(year("hill", at_least=30), year("port", at_least=20)))
    assert (told["unit"], told["level"], told["target"], told["value"]) == ("region", "region", 50, 45)
    assert (told["gap"], told["status"]) == (-5, "not_reached")


def test_only_the_nearest_targets_below_are_added() -> None:
    # North has a target of its own, so what its associations have is theirs to answer for.
    told = row(goal(year("north", at_least=30), year("hill", at_least=100), year("port", at_least=20)), "south")
    assert (told["target"], told["value"]) == (20, 20)
    assert pools_of(["north", "hill", "port"], TREE, date(2022, 12, 31)) == {
        "region": ("north", "port"),
        "south": ("port",),
    }


def test_the_tree_of_the_periods_last_day_says_who_is_below_whom() -> None:
    both = goal(year("lake", at_least=5), year("port", at_least=20))
    assert row(both, "south")["target"] == 25
    assert row(both, "south", tree=date(2022, 4, 30))["target"] == 20
    early = Clocks(until=date(2022, 4, 30))
    assert row(both, "south", clocks=early)["target"] == 20


def test_a_unit_with_no_target_above_or_below_it_is_unquantified_and_shows_its_value() -> None:
    told = row(goal(year(at_least=60)), "hill")
    assert (told["target"], told["value"], told["status"], told["attainment"]) == (None, 25, "unquantified", None)


def test_shares_are_never_added() -> None:
    shares = goal(year("hill", at_least=80), year("port", at_least=90), metric="retention")
    told = row(shares, script=Script(answers={("retention", "region"): Figure(0.85)}))
    assert (told["target"], told["value"], told["status"]) == (None, 0.85, "unquantified")
    unbound = goal(year("hill", at_least=80), year("port", at_least=90), metric="nobody's", unit="%")
    assert row(unbound)["target"] is None


@pytest.mark.parametrize(
    "targets",
    [
        [year("hill", at_least=30), year("port", at_most=20)],
        [year("hill", increase_by_percent=5), year("port", increase_by_percent=5)],
    ],
)
def test_targets_that_have_no_sum_hold_nobody_above(targets: list[Target]) -> None:
    assert row(goal(*targets))["status"] == "unquantified"


def test_ranges_and_increases_are_added_too() -> None:
    told = row(goal(year("hill", between=[10, 20]), year("port", between=[20, 30])))
    assert (told["target"], told["target_to"], told["status"]) == (30, 50, "reached")

    class Years(Script):
        def figure(self, metric: str, members: object, start: date, end: date) -> Figure:
            return Figure({2021: 40.0, 2022: 45.0}[start.year])

    raised = goal(year("hill", increase_by=3), year("port", increase_by=4), metric="members", baseline="2021")
    told = row(raised, script=Years())
    assert (told["target"], told["baseline"], told["value"], told["gap"]) == (7, 40, 45, -2)


def test_a_stated_baseline_of_the_whole_is_none_of_a_few_of_its_parts() -> None:
    raised = goal(year("hill", increase_by=3), year("port", increase_by=4), metric="members", baseline=100)
    assert (row(raised)["baseline"], row(raised)["status"]) == (None, "undefined")


def test_a_sum_of_targets_is_missing_when_none_of_their_units_has_reported() -> None:
    silent = Script(answers={("recruits", "region"): Figure(70)})
    told = row(goal(year("hill", at_least=30), year("port", at_least=20)), script=silent)
    assert (told["target"], told["value"], told["availability"], told["status"]) == (50, None, "missing", "no_data")


def test_a_target_that_names_the_whole_organisation_is_the_same_as_one_that_names_no_unit() -> None:
    revised = goal(year(at_least=60), year("region", at_least=80, adopted=date(2022, 3, 1)))
    assert row(revised)["target"] == 80


# --- versions ------------------------------------------------------------------------------------------------------

FIRST = year(at_least=27, adopted=date(2021, 11, 20))
SECOND = year(at_least=25, adopted=date(2022, 6, 1), reason="fewer doors opened")
THIRD = year(at_least=20, adopted=date(2022, 10, 1), reason="fewer still")


@pytest.mark.parametrize(
    ("until", "known_on", "target"),
    [
        (date(2022, 5, 31), None, 27),
        (date(2022, 6, 1), None, 25),
        (date(2022, 12, 31), None, 20),
        (date(2022, 12, 31), date(2022, 7, 1), 25),
        (date(2022, 5, 31), date(2022, 12, 1), 20),
        (date(2021, 12, 31), date(2021, 11, 1), None),
    ],
)
def test_the_newest_target_adopted_by_then_counts(until: date, known_on: date | None, target: float | None) -> None:
    told = row(goal(THIRD, FIRST, SECOND), clocks=Clocks(until=until, known_on=known_on))
    assert (told["target"], told["known_on"]) == (target, known_on)


def test_the_adopted_target_is_answered_beside_the_current_one() -> None:
    assert row(goal(THIRD, FIRST, SECOND), targets="adopted")["target"] == 27


def test_two_spellings_of_a_period_are_versions_of_one_target() -> None:
    written_out = Target(period="2022-01-01/2022-12-31", at_least=25, adopted=date(2022, 6, 1))
    frame = attain(plan_of(goal(FIRST, written_out)), COUNTED, clocks=LATE)
    assert frame["target"].to_list() == [25]


def test_a_revision_of_one_unit_leaves_the_others() -> None:
    targets = [
        year("hill", at_least=30),
        year("hill", at_least=10, adopted=date(2022, 6, 1)),
        year("port", at_least=20),
    ]
    assert row(goal(*targets))["target"] == 30
    assert row(goal(*targets), clocks=Clocks(until=date(2022, 3, 1)))["target"] == 50
