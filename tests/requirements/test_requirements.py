"""Each requirement that activities and registers answer, asked of the example region and held against its files."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import attrs
import polars as pl
import pytest

from hgplan import Assessment, PlanError, Workspace

DAY = "2022-08-31"
ON = date(2022, 8, 31)
END = "2023-12-31"


@pytest.fixture(scope="module")
def subs(folder: Path) -> list[dict[str, Any]]:
    """The sub-activities, as they stand in the file: words of a list as lists."""
    with (folder / "activities.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    lists = ("themes", "channels", "audiences", "phases", "doers", "partners", "places", "contributes", "depends_on")
    return [row | {name: row[name].split(";") if row[name] else [] for name in lists} for row in rows]


@pytest.fixture(scope="module")
def held(subs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that weren't cancelled."""
    return [row for row in subs if row["status"] != "cancelled"]


@pytest.fixture(scope="module")
def associations(folder: Path) -> set[str]:
    """The associations that are open on the day."""
    with (folder / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "association"]
    return {row["unit"] for row in rows if (row["opened"] or "0") <= DAY < (row["closed"] or "9")}


def table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet")


def figure(region: Workspace, metric: str, **question: Any) -> float | None:
    asked = {"start": "2022-01-01", "until": END, **question}
    return region.measure(metric, **asked)["value"].item()


def test_r05_every_strategy_has_overarching_activities(region: Workspace) -> None:
    found = (
        region.activities(DAY, where="kind == 'overarching'").group_by("strategy", maintain_order=True).agg("activity")
    )
    assert found.rows() == [
        ("influence", ["campaign"]),
        ("member-value", ["visible-in-areas"]),
        ("organisation", ["recruiting-focus", "engagement-methods", "tools-and-arguments"]),
    ]


def test_r06_associations_and_the_office_make_sub_activities_of_one(
    region: Workspace, subs: list[dict[str, Any]]
) -> None:
    found = region.activities(DAY, where="kind == 'sub'")
    assert found.height == len(subs)
    campaign = found.filter(pl.col("parent") == "campaign")
    assert set(campaign["level"]) == {"association", "office"}
    assert campaign.height == sum("campaign" in row["contributes"] for row in subs)


def test_r07_a_plan_without_sub_activities_is_valid_and_shows_gaps(region: Workspace, associations: set[str]) -> None:
    bare = Workspace(attrs.evolve(region.plan, sub_activities=()), region.organisation)
    found = bare.coverage("association", "activity", until=DAY)
    assert (found.numerator, found.denominator, found.empty.height) == (0, 5 * len(associations), 5 * len(associations))


def test_r08_one_overarching_activity_has_many_owners(region: Workspace, subs: list[dict[str, Any]]) -> None:
    owners = region.activities(DAY, under="campaign", where="kind == 'sub'")["owner"].n_unique()
    assert owners == len({row["owner"] for row in subs if "campaign" in row["contributes"]}) > 40


def test_r09_owners_are_units_and_doers_are_kinds(region: Workspace) -> None:
    found = region.activities(DAY, where="kind == 'sub'")
    assert set(found["level"]) == {"association", "office"}
    assert set(found["doers"].explode()) == {"regional-board", "association", "local-association", "employees"}


def test_r11_which_association_has_nothing_under_which_activity(
    region: Workspace, held: list[dict[str, Any]], associations: set[str]
) -> None:
    done = {(row["owner"], parent) for row in held for parent in row["contributes"]}
    activities = ["campaign", "visible-in-areas", "recruiting-focus", "engagement-methods", "tools-and-arguments"]
    missing = {(unit, one) for unit in associations for one in activities if (unit, one) not in done}
    found = region.coverage("association", "activity", until=DAY)
    assert set(found.empty.select("row", "column").rows()) == missing
    assert found.numerator == len(associations) * len(activities) - len(missing)


def test_r12_there_is_one_joint_campaign_through_both_years(region: Workspace) -> None:
    (row,) = region.activities(DAY, where="activity == 'campaign'").iter_rows(named=True)
    assert (row["start"], row["end"], row["state"], row["joint"]) == (
        date(2022, 1, 1), date(2023, 12, 31), "under_way", True,
    )  # fmt: skip


def test_r13_the_campaign_has_phases_around_the_election(region: Workspace, folder: Path) -> None:
    found = region.measure("campaign_activities", every="phase", until=END)
    campaign = table(folder, "activities").filter("campaign")["activity_id"]
    rows = table(folder, "occasions").filter(pl.col("activity_id").is_in(campaign.implode()))
    assert found["value"].to_list() == [
        rows.filter(pl.col("held_on").is_between(start, end)).height
        for start, end in found.select("period_start", "period_end").iter_rows()
    ]
    assert found["period_end"].to_list()[1] == date(2022, 9, 11)


def test_r14_the_campaign_reaches_a_share_of_the_associations(
    region: Workspace, held: list[dict[str, Any]], associations: set[str]
) -> None:
    found = region.coverage("association", "activity", until=DAY, under="campaign")
    assert found.denominator == len(associations)
    assert found.numerator == len({row["owner"] for row in held if "campaign" in row["contributes"]} & associations)


def test_r16_other_actors_take_part(region: Workspace, folder: Path, held: list[dict[str, Any]]) -> None:
    rows = table(folder, "occasions").filter(pl.col("held_on").is_between(date(2022, 1, 1), date(2023, 12, 31)))
    assert figure(region, "partner_share") == pytest.approx(rows.filter(pl.col("partners") > 0).height / rows.height)
    found = region.coverage("strategy", "partner", until=DAY, under="influence")
    campaign = [row for row in held if "campaign" in row["contributes"]]
    assert dict(found.cells.select("column", "count").iter_rows()) == {
        one: sum(one in row["partners"] for row in campaign)
        for one in ("municipality", "housing-company", "study-association", "neighbours", "politicians")
    }
    assert found.empty["column"].to_list() == ["politicians"]


def test_r17_the_region_makes_facts_proposals_and_messages(region: Workspace, folder: Path) -> None:
    rows = table(folder, "materials").filter(
        (pl.col("published_on") <= ON) & (pl.col("replaced_on").is_null() | (pl.col("replaced_on") > ON))
    )
    found = region.measure(region.facts.materials.active(), by="kind", until=DAY)
    assert dict(found.select("kind", "value").iter_rows()) == dict(rows.group_by("kind").len().iter_rows())
    # The rows behind a figure are the versions that stand on the day.
    behind = region.explain("materials_current", period="2022-08", until=DAY).rows()["materials"].collect()
    assert set(behind.select("material_id", "version").rows()) == set(rows.select("material_id", "version").rows())


def test_r18_which_message_lacks_a_version_for_which_audience(region: Workspace) -> None:
    found = region.coverage("materials.message", "materials.audience", until=DAY, where="kind == 'message'")
    assert (found.numerator, found.denominator, found.unplaced) == (12, 15, 0)
    assert found.empty.select("row", "column").rows() == [
        ("careful-renovation", "public"), ("safe-home", "member"), ("voice-where-you-live", "public"),
    ]  # fmt: skip
    early = region.coverage("materials.message", "materials.audience", until="2022-04-10", where="kind == 'message'")
    assert early.numerator == 0


def test_r19_facts_come_before_proposals_before_messages_before_the_campaign(region: Workspace) -> None:
    order = ["office-fact-base", "office-proposals", "office-messages"]
    found = {row["activity"]: row for row in region.activities(DAY).iter_rows(named=True)}
    assert [found[id]["depends_on"] for id in order] == [[], order[:1], order[1:2]]
    assert all(found[id]["critical"] for id in [*order, "office-coordination"])
    for before, after in pairwise(order):
        assert found[after]["earliest_start"] > found[before]["earliest_end"]
    assert found["akalla-03"]["depends_on"] == ["office-messages"]
    # Had the facts not been ready by the summer, everything behind them would wait for them.
    late = [
        attrs.evolve(one, status="planned" if one.id != order[0] else "ongoing")
        if one.owner == "regionkontoret"
        else one
        for one in region.plan.sub_activities
    ]
    told = Workspace(attrs.evolve(region.plan, sub_activities=late), region.organisation).activities("2022-03-15")
    because = dict(told.select("activity", "late_because").iter_rows())
    assert because["office-messages"] == because["office-proposals"] == [order[0]]
    with pytest.raises(PlanError, match="office-messages -> office-proposals -> office-fact-base -> office-messages"):
        attrs.evolve(
            region.plan,
            sub_activities=[
                attrs.evolve(one, depends_on=["office-messages"]) if one.id == order[0] else one
                for one in region.plan.sub_activities
            ],
        )


def test_r20_the_campaign_is_coordinated_by_an_activity_of_its_own(region: Workspace) -> None:
    (row,) = region.activities(DAY, under="campaign", where="activity == 'office-coordination'").iter_rows(named=True)
    assert (row["owner"], row["status"], row["state"], row["late"]) == (
        "regionkontoret", "ongoing", "under_way", False,
    )  # fmt: skip


def test_r21_the_campaign_is_visible_by_many_different_activities(
    region: Workspace, held: list[dict[str, Any]]
) -> None:
    found = region.variety("channel", until=DAY, under="campaign", units=["region-stockholm", "salem"])
    campaign = [row for row in held if "campaign" in row["contributes"]]
    own = {one for row in campaign if row["owner"] == "salem" for one in row["channels"]}
    assert found.select("unit", "activities", "used", "declared").rows() == [
        ("region-stockholm", len(campaign), 4, 4),
        ("salem", sum(row["owner"] == "salem" for row in campaign), len(own), 4),
    ]


def test_r24_four_kinds_of_doer_run_the_campaign_jointly(region: Workspace, held: list[dict[str, Any]]) -> None:
    found = region.coverage("phase", "doer", until=DAY, under="campaign")
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in held:
        for phase in row["phases"]:
            for doer in row["doers"]:
                counts[phase, doer] += 1
    assert found.denominator == 12
    assert {(row, column): n for row, column, n in found.cells.select("row", "column", "count").iter_rows()} == counts
    joint = region.activities(DAY, under="campaign", where="(kind == 'sub') & (status != 'cancelled')")["joint"]
    assert joint.sum() == sum(len(row["doers"]) == 4 and "campaign" in row["contributes"] for row in held)


def test_r25_activities_are_held_where_people_are_heard_and_seen(region: Workspace, folder: Path) -> None:
    rows = table(folder, "occasions").filter(pl.col("held_on").is_between(date(2022, 1, 1), ON))
    assert figure(region, "activities_held", until=DAY) == rows.height


def test_r26_above_all_in_the_housing_areas(region: Workspace, held: list[dict[str, Any]]) -> None:
    found = region.coverage("strategy", "place", until=DAY, under="member-value").cells
    value = [row for row in held if "visible-in-areas" in row["contributes"]]
    assert dict(found.select("column", "count").iter_rows()) == {
        place: sum(place in row["places"] for row in value)
        for place in ("yard", "stairwell", "laundry", "square", "library", "online")
    }


def test_r28_whether_the_personal_benefit_is_clear_is_judged_for_an_activity(region: Workspace) -> None:
    judged = Assessment(activity="akalla-01", day=ON, judgement="clear", reason="Neighbours asked to come back")
    told = Workspace(attrs.evolve(region.plan, assessments=[judged]), region.organisation).assessments(until=DAY)
    assert told.select("activity", "title", "day", "judgement", "reason").rows() == [
        ("akalla-01", "Dörrknackning om bostadspolitik", ON, "clear", "Neighbours asked to come back"),
    ]  # fmt: skip
    with pytest.raises(PlanError, match="names activity 'akalla-99'"):
        attrs.evolve(region.plan, assessments=[attrs.evolve(judged, activity="akalla-99")])


def test_r29_four_channels_are_used(region: Workspace, held: list[dict[str, Any]], associations: set[str]) -> None:
    found = region.coverage("association", "channel", until=DAY)
    used = {(row["owner"], channel) for row in held for channel in row["channels"] if row["owner"] in associations}
    assert (found.numerator, found.denominator) == (len(used), 4 * len(associations))


def test_r30_dialogue_is_counted(region: Workspace, folder: Path) -> None:
    rows = table(folder, "contacts").filter(pl.col("occurred_on").is_between(date(2022, 1, 1), ON))
    assert figure(region, "dialogues", until=DAY) == rows.filter(pl.col("seconds") >= 30).height


def test_r31_successes_are_told_somewhere_to_somebody(region: Workspace, folder: Path) -> None:
    won = table(folder, "successes").filter(pl.col("happened_on").dt.year() == 2022)
    told = table(folder, "tellings").filter(pl.col("told_on") <= ON)
    until = won.filter(pl.col("happened_on") <= ON)
    found = region.chain("success", period="2022", until=DAY)
    spoken = until.filter(pl.col("success_id").is_in(told["success_id"].implode()))
    assert found.steps["reached"].to_list() == [until.height, spoken.height]
    share = region.measure("successes_told_share", start="2022-01-01", until=DAY).row(0, named=True)
    assert (share["numerator"], share["denominator"]) == (spoken.height, until.height)
    matrix = region.coverage("tellings.channel", "tellings.audience", until=DAY)
    counts = told.filter(pl.col("told_on") >= date(2022, 1, 1)).group_by("channel", "audience").len()
    assert {(row, column): n for row, column, n in matrix.cells.select("row", "column", "count").iter_rows() if n} == {
        (channel, audience): n for channel, audience, n in counts.iter_rows()
    }


def test_r32_the_priority_themes_are_in_use(region: Workspace, held: list[dict[str, Any]]) -> None:
    found = region.variety("theme", until=DAY, units="association", under="visible-in-areas")
    for unit, used, declared in found.select("unit", "used", "declared").iter_rows():
        own = [row for row in held if row["owner"] == unit and "visible-in-areas" in row["contributes"]]
        assert (used, declared) == (len({theme for row in own for theme in row["themes"]}), 6)


def test_r33_every_theme_is_held_against_every_channel(region: Workspace, held: list[dict[str, Any]]) -> None:
    found = region.coverage("theme", "channel", until=DAY, units="solna")
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in held:
        if row["owner"] == "solna":
            for theme in row["themes"]:
                for channel in row["channels"]:
                    counts[theme, channel] += 1
    cells = found.cells.select("row", "column", "count").iter_rows()
    assert {(theme, channel): n for theme, channel, n in cells if n} == counts
    assert (found.numerator, found.denominator) == (len(counts), 24)


def test_r34_a_signal_is_followed_to_the_member_that_it_won(region: Workspace, folder: Path) -> None:
    rows = table(folder, "signals").filter(pl.col("noticed_on").is_between(date(2022, 1, 1), ON))
    found = region.chain("environment", period="2022", until=DAY).steps
    before = list(rows.select("noticed_on", "acted_on", "value_on", "recruited_on").iter_rows())
    assert found["reached"][0] == len(before)
    for number, told in enumerate(found.iter_rows(named=True)):
        if not number:
            continue
        there = [one for one in before if one[number] is not None and one[number] <= ON]
        days = [(one[number] - one[number - 1]).days for one in there]
        assert (told["reached"], told["of"], told["days_median"]) == (len(there), len(before), median(days))
        assert told["waiting"] == len(before) - len(there)
        before = there


def test_r37_every_sub_activity_carries_a_recruiting_marker_or_shows_that_it_lacks_one(
    region: Workspace, held: list[dict[str, Any]]
) -> None:
    marked = [row for row in held if row["recruiting"]]
    recruiting = [row for row in marked if row["recruiting"] == "true"]
    (row,) = region.recruiting_markers(until=DAY).iter_rows(named=True)
    assert (row["activities"], row["marked"], row["recruiting"]) == (len(held), len(marked), len(recruiting))
    assert row["marked_share"] == len(marked) / len(held)


def in_role(folder: Path, day: date) -> set[int]:
    rows = table(folder, "roles").filter(
        (pl.col("started_on") <= day) & (pl.col("ended_on").is_null() | (pl.col("ended_on") > day))
    )
    return set(rows["person_id"])


def test_r45_tools_are_given_and_used(region: Workspace, folder: Path) -> None:
    access = table(folder, "tool_access").filter(
        (pl.col("given_on") <= ON) & (pl.col("ended_on").is_null() | (pl.col("ended_on") > ON))
    )
    there, has = in_role(folder, ON), set(access["person_id"])
    row = region.measure("tool_access_share", start="2022-01-01", until=DAY).row(0, named=True)
    assert (row["numerator"], row["denominator"]) == (len(there & has), len(there))
    uses = table(folder, "tool_uses").filter(pl.col("used_on").is_between(date(2022, 1, 1), ON))
    row = region.measure("tool_use_share", start="2022-01-01", until=DAY).row(0, named=True)
    assert (row["numerator"], row["denominator"]) == (len(set(uses["person_id"]) & has), len(has))


def test_r46_the_technique_is_in_place_by_a_day_or_late(region: Workspace) -> None:
    found = region.milestones(END).row(0, named=True)
    assert (found["due"], found["reached_on"], found["days_late"], found["status"]) == (
        date(2022, 6, 30), date(2022, 8, 15), 46, "reached_late",
    )  # fmt: skip
    assert region.milestones("2022-07-15").row(0, named=True)["status"] == "late"


def test_r47_a_share_of_the_organisation_knows_the_arguments(region: Workspace, folder: Path) -> None:
    trained = table(folder, "trainings").filter((pl.col("course") == "arguments") & (pl.col("held_on") <= ON))
    there = in_role(folder, ON)
    row = region.measure("trained_by_now_share", start="2022-01-01", until=DAY).row(0, named=True)
    assert (row["numerator"], row["denominator"]) == (len(there & set(trained["person_id"])), len(there))


def test_r48_the_arguments_are_a_kept_list_with_relevance(region: Workspace, folder: Path) -> None:
    rows = table(folder, "materials").filter(
        (pl.col("kind") == "argument") & (pl.col("published_on") <= ON)
        & (pl.col("replaced_on").is_null() | (pl.col("replaced_on") > ON))
    )  # fmt: skip
    assert figure(region, "arguments_kept", until=DAY) == rows.height == 12
    strong = region.metric("arguments_kept").bind({"relevance": 4})
    found = region.measure(strong, until=DAY)["value"].item()
    assert 0 < found == rows.filter(pl.col("relevance") >= 4).height < 12
