"""Every metric on a handful of rows, with the figure that one gets by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hgplan_tenants.hooks import hgplan_metrics, hgplan_tables

import hgplan

METRICS = {metric.name: metric for metric in hgplan_metrics()}
D = date.fromisoformat

# A region R with the associations A and B, and the local association A1 below A.
UNITS = [
    {"unit": "R", "parent": None, "level": "region"},
    {"unit": "A", "parent": "R", "level": "association"},
    {"unit": "A1", "parent": "A", "level": "local"},
    {"unit": "B", "parent": "R", "level": "association"},
]


def frame(columns: str, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """Rows under these column names, where the columns that end in `_on` hold days."""
    names = columns.split()
    made = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return made.with_columns(pl.col(name).cast(pl.String).str.to_date() for name in names if name.endswith("_on"))


MEMBERSHIPS = frame(
    "member_id association_id joined_on left_on channel recruited_by_activity recorded_on",
    [
        (1, "A", "2020-01-01", None, None, None, "2020-01-01"),
        (2, "A1", "2022-02-01", None, "door", "square", "2022-02-01"),
        # Moves from A1 to B.
        (3, "A1", "2021-03-01", "2022-05-01", "door", None, "2021-03-01"),
        (3, "B", "2022-05-01", None, "transfer", None, "2022-05-01"),
        # Leaves, comes back, is written down two months late, and leaves again.
        (4, "B", "2021-01-01", "2021-06-01", "digital", None, "2021-01-01"),
        (4, "B", "2022-03-01", "2022-09-01", "digital", None, "2022-05-01"),
        # Belongs to A and B.
        (5, "A", "2021-10-01", None, "door", None, "2021-10-01"),
        (5, "B", "2022-01-10", None, "member", None, "2022-01-10"),
        (6, "B", "2021-05-01", "2022-11-01", "event", None, "2021-05-01"),
        (7, "A", "2021-02-01", None, "phone", None, "2021-02-01"),
    ],
)
CONTACTS = frame(
    "contact_id person_id unit_id occurred_on theme channel audience activity_id phase seconds recorded_on",
    [
        (1, 2, "A1", "2022-01-20", "renovations", "housing-area", "tenant", "square", "election", 45, "2022-01-20"),
        (2, 4, "B", "2022-02-25", "legal", "digital", "tenant", None, "before-election", None, "2022-02-25"),
        (3, 1, "A", "2022-03-03", "renovations", "housing-area", "member", None, "before-election", 20, "2022-03-03"),
        (4, None, "A", "2022-03-03", "renovations", "fair", "public", None, "before-election", 30, "2022-03-03"),
        # The thirty days of this one have not passed when the year ends.
        (5, 99, "B", "2022-12-20", "legal", "digital", "tenant", None, "after-election", 100, "2022-12-20"),
    ],
)
ACTIVITIES = frame(
    "activity_id title overarching campaign owner theme channel audience recruiting budget hours",
    [
        ("square", "On the square", "campaign", True, "A", "housing-policy", "fair", "public", True, 1000, 10),
        ("evening", "Know your rights", "visible-in-areas", False, "B", "legal", "digital", "member", False, 500, 5),
    ],
)
OCCASIONS = frame(
    "occasion_id activity_id unit_id held_on theme channel audience phase recruiting by_regional_board by_association "
    "by_local_association by_employees partners participants minutes recorded_on",
    [
        (1, "square", "A1", "2022-05-01", "housing-policy", "fair", "public", "before-election", True,
         True, True, True, True, 0, 10, 120, "2022-05-01"),
        (2, "square", "A", "2022-09-01", "housing-policy", "fair", "public", "election", None,
         False, True, False, False, 2, 5, 60, "2022-09-01"),
        (3, "evening", "B", "2022-10-01", "legal", "digital", "member", "after-election", False,
         False, True, False, True, 0, 7, 60, "2022-10-01"),
    ],
)  # fmt: skip
ROLES = frame(
    "person_id unit_id role started_on ended_on recorded_on",
    [
        # From active to elected without a day between: not new.
        (10, "A", "active", "2021-01-01", "2022-02-01", "2021-01-01"),
        (10, "A", "elected", "2022-02-01", None, "2022-02-01"),
        (11, "A1", "elected", "2022-03-01", None, "2022-03-01"),
        # Both at once: counts once.
        (12, "B", "active", "2022-04-01", None, "2022-04-01"),
        (12, "B", "elected", "2022-06-01", None, "2022-06-01"),
        # Back after 28 months: new again, yet not for the first time.
        (13, "B", "active", "2018-01-01", "2020-01-01", "2018-01-01"),
        (13, "B", "active", "2022-05-01", "2022-08-01", "2022-05-01"),
        # Back after five months: not new.
        (14, "B", "active", "2020-01-01", "2021-12-01", "2020-01-01"),
        (14, "B", "active", "2022-05-01", None, "2022-05-01"),
        (15, "R", "employee", "2022-01-01", None, "2022-01-01"),
    ],
)
TRAININGS = frame(
    "person_id unit_id held_on course hours recorded_on",
    [
        (11, "A1", "2022-04-01", "arguments", 4, "2022-04-01"),
        (11, "A1", "2022-05-01", "arguments", 4, "2022-05-01"),
        # Years before, and still in the role.
        (14, "B", "2021-05-05", "arguments", 4, "2021-05-05"),
        # After the role has ended.
        (13, "B", "2022-09-01", "arguments", 4, "2022-09-01"),
        (15, "R", "2022-02-02", "arguments", 4, "2022-02-02"),
        (12, "B", "2022-06-06", "digital-tools", 2, "2022-06-06"),
    ],
)
REPORTS = frame(
    "report_id association_id counted_on members recorded_on",
    [
        ("A-11", "A", "2022-11-30", 3, "2022-12-05"),
        ("A-12", "A", "2022-12-31", 4, "2023-01-05"),
        # The same report put right.
        ("A-12", "A", "2022-12-31", 5, "2023-02-05"),
        ("B-12", "B", "2022-12-31", 2, "2023-01-05"),
    ],
)
HOUSEHOLDS = frame(
    "association_id counted_on households",
    [("A", "2021-12-31", 7), ("A", "2022-12-31", 8), ("B", "2022-12-31", 12)],
)
MATERIALS = frame(
    "material_id unit_id kind message audience version relevance published_on replaced_on",
    [
        ("m1", "R", "message", "fair", "tenant", 1, None, "2022-02-01", "2022-08-01"),
        ("m1", "R", "message", "fair", "tenant", 2, None, "2022-08-01", None),
        # Taken back before the year ends.
        ("m2", "R", "message", "fair", "member", 1, None, "2022-03-01", "2022-12-01"),
        ("a1", "R", "argument", None, None, 1, 5, "2021-05-01", None),
        ("a2", "R", "argument", None, None, 1, 2, "2022-05-01", None),
    ],
)
SUCCESSES = frame(
    "success_id unit_id happened_on theme",
    [(1, "A1", "2022-03-01", "legal"), (2, "A", "2022-04-01", "legal"), (3, "B", "2022-05-01", "legal"),
     (4, "B", "2021-05-01", "legal")],
)  # fmt: skip
TELLINGS = frame(
    "success_id unit_id told_on channel audience",
    [
        (1, "A1", "2022-04-01", "digital", "public"),
        (1, "A1", "2022-05-01", "fair", "public"),
        # Spoken of before it was won: not told.
        (2, "A", "2022-03-01", "fair", "member"),
        (4, "B", "2022-06-01", "digital", "member"),
    ],
)
SIGNALS = frame(
    "signal_id unit_id noticed_on theme source acted_on value_on recruited_on",
    [
        (1, "A1", "2022-01-05", "legal", "media", "2022-01-10", "2022-02-01", None),
        (2, "B", "2022-04-01", "legal", "landlord", None, None, None),
    ],
)
TOOL_ACCESS = frame(
    "person_id unit_id tool given_on ended_on",
    [
        (10, "A", "recruiting-app", "2022-02-01", None),
        (10, "A", "door-map", "2022-03-01", None),
        (11, "A1", "door-map", "2022-04-01", "2022-10-01"),
        # Still has the tool, and is in no role any more.
        (13, "B", "door-map", "2022-05-10", None),
        (15, "R", "member-register", "2022-01-10", None),
    ],
)
TOOL_USES = frame(
    "person_id unit_id tool used_on",
    [
        (10, "A", "recruiting-app", "2022-03-03"),
        (10, "A", "recruiting-app", "2022-03-04"),
        # Has no access any more.
        (11, "A1", "door-map", "2022-05-05"),
        # Had none yet.
        (15, "R", "member-register", "2022-01-05"),
    ],
)
CASES = [
    ("new_members", {}, {"R": 2, "A": 1, "A1": 1, "B": 1}),
    ("first_time_members", {}, {"R": 1, "A": 1, "B": 0}),
    ("leavers", {}, {"R": 2, "A": 0, "B": 2}),
    ("net_growth", {}, {"R": 0, "A": 0, "A1": 0, "B": 1}),
    ("opening_members", {}, {"R": 5, "A": 4, "A1": 1, "B": 1}),
    ("memberships_begun", {}, {"R": 2, "A": 1, "A1": 1, "B": 3}),
    ("memberships_ended", {}, {"R": 2, "A": 1, "A1": 1, "B": 2}),
    ("members", {}, {"R": 5, "A": 4, "A1": 1, "B": 2}),
    ("leaving_share", {}, {"R": 2 / 5}),
    ("recruit_channel_share", {"channel": "door"}, {"R": 1 / 2, "A": 1, "B": 0}),
    ("registered_late_share", {}, {"R": 1 / 4, "B": 1 / 3}),
    ("density", {}, {"R": 5 / 20, "A": 4 / 8}),
    ("recruits_by_activities", {}, {"R": 1, "B": 0}),
    ("newly_engaged", {}, {"R": 3, "A": 1, "B": 2}),
    ("newly_engaged", {"away": "ever"}, {"R": 2, "A": 1, "B": 1}),
    ("newly_engaged", {"away": "3mo"}, {"R": 4}),
    ("newly_engaged", {"role": "elected"}, {"R": 3}),
    ("engaged", {}, {"R": 4, "A": 2, "B": 2}),
    ("elected", {}, {"R": 3}),
    ("engaged_share", {}, {"R": 4 / 5}),
    ("trained_share", {}, {"R": 2 / 5}),
    ("trained_share", {"course": "digital-tools"}, {"R": 1 / 5}),
    ("trained_by_now_share", {}, {"R": 3 / 5, "A": 1 / 2}),
    ("trained_by_now_share", {"course": "digital-tools"}, {"R": 1 / 5}),
    ("materials_current", {}, {"R": 3, "A": 0}),
    ("materials_current", {"kind": "message"}, {"R": 1}),
    ("arguments_kept", {}, {"R": 2}),
    ("arguments_kept", {"relevance": 3}, {"R": 1}),
    ("successes_won", {}, {"R": 3, "A": 2, "A1": 1}),
    ("successes_told_share", {}, {"R": 1 / 3, "A": 1 / 2, "B": 0}),
    ("signals_noticed", {}, {"R": 2, "A": 1}),
    ("tool_access_share", {}, {"R": 2 / 5, "A": 1 / 2}),
    ("tool_use_share", {}, {"R": 1 / 3, "A": 1}),
    ("dialogues", {}, {"R": 3, "A": 2, "B": 1}),
    ("dialogues", {"seconds": 60}, {"R": 1}),
    ("dialogue_share", {}, {"R": 3 / 4}),
    ("people_reached", {}, {"R": 4, "A": 2}),
    ("theme_share", {"theme": "renovations"}, {"R": 3 / 5}),
    ("channel_share", {"channel": "housing-area"}, {"R": 2 / 5}),
    ("member_share_of_contacts", {}, {"R": 1 / 4}),
    ("conversion", {}, {"R": 2 / 3}),
    ("conversion", {"within": "5d"}, {"R": 1 / 4}),
    ("activities_held", {}, {"R": 3, "A": 2}),
    ("campaign_activities", {}, {"R": 2, "B": 0}),
    ("campaign_activities", {"phase": "election"}, {"R": 1}),
    ("campaign_coverage", {}, {"R": 1 / 2}),
    ("recruiting_marker_share", {}, {"R": 1 / 3}),
    ("joint_share", {}, {"R": 1 / 2}),
    ("partner_share", {}, {"R": 1 / 3}),
    ("participants", {}, {"R": 22}),
    ("themes_in_use", {}, {"R": 2, "A": 1}),
    ("recruits_per_hour", {}, {"R": 1 * 60 / 240}),
]
COHORTS = [
    # Of the five who joined in 2021, the one who left after five months is gone when a year has passed.
    ("retention", {"horizon": "12mo"}, {"R": 4 / 5}),
    ("retention", {"horizon": "3mo"}, {"R": 1}),
    ("kept_recruits", {"horizon": "12mo"}, {"R": 4}),
    ("staying_share", {"horizon": "12mo"}, {"R": 4 / 5}),
]


@pytest.fixture(scope="module")
def workspace() -> hgplan.Workspace:
    return hgplan.Workspace(
        organisation=hgplan.Organisation.from_rows(UNITS),
        tables=list(hgplan_tables()),
        metrics=list(METRICS.values()),
        data={
            "memberships": MEMBERSHIPS,
            "contacts": CONTACTS,
            "activities": ACTIVITIES,
            "occasions": OCCASIONS,
            "roles": ROLES,
            "trainings": TRAININGS,
            "reports": REPORTS,
            "households": HOUSEHOLDS,
            "materials": MATERIALS,
            "successes": SUCCESSES,
            "tellings": TELLINGS,
            "signals": SIGNALS,
            "tool_access": TOOL_ACCESS,
            "tool_uses": TOOL_USES,
        },
        plugins=hgplan.Plugins.none(),
    )


def figures(
    workspace: hgplan.Workspace, name: str, parameters: dict[str, str | int], year: int, every: str = "year"
) -> dict[str, float | None]:
    """The figures of the year's last period, by unit."""
    asked = METRICS[name].bind(parameters)
    last = date(year, 12, 31)
    rows = workspace.measure([asked], units="all", every=every, start=date(year, 1, 1), until=date(2022, 12, 31))
    return dict(rows.filter(pl.col("period_end") == last).select("unit", "value").iter_rows())


def identifier(case: tuple[str, dict[str, str | int], dict[str, float]]) -> str:
    return "-".join([case[0], *map(str, case[1].values())])


@pytest.mark.parametrize("case", CASES, ids=identifier)
def test_a_year_gives_the_figure_that_one_gets_by_hand(
    workspace: hgplan.Workspace, case: tuple[str, dict[str, str | int], dict[str, float]]
) -> None:
    name, parameters, expected = case
    found = figures(workspace, name, parameters, 2022)
    assert {unit: found[unit] for unit in expected} == expected


@pytest.mark.parametrize("case", COHORTS, ids=identifier)
def test_a_cohort_gives_the_figure_that_one_gets_by_hand(
    workspace: hgplan.Workspace, case: tuple[str, dict[str, str | int], dict[str, float]]
) -> None:
    name, parameters, expected = case
    assert {"R": figures(workspace, name, parameters, 2021)["R"]} == expected


def test_the_members_that_associations_report_are_those_of_the_newest_report(workspace: hgplan.Workspace) -> None:
    found = figures(workspace, "reported_members", {}, 2022, every="month")
    assert (found["R"], found["A"], found["B"]) == (7, 5, 2)


def test_every_metric_of_the_pack_is_worked_by_hand_here() -> None:
    assert {case[0] for case in [*CASES, *COHORTS]} | {"reported_members"} == set(METRICS)
