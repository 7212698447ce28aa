"""Who brought people: credit that adds up to the whole, in every unit and period, and what it took."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Activity, Events, Organisation, Plan, PlanError, Plugins, Spells, Strategy, Workspace
from hgplan.errors import UnknownName
from hgplan.followup.attribution import ATTRIBUTION, RESULTS

TREE = Organisation.from_rows(
    [
        {"unit": "club", "level": "club"},
        {"unit": "north", "parent": "club", "level": "branch"},
        {"unit": "south", "parent": "club", "level": "branch"},
    ]
)
MEMBERS = Spells("members", start="joined", end="left", entity="person", unit="branch")
TALKS = Events("talks", at="day", unit="branch", entity="person", id="number")
RECRUITS = "members.starts(scope='organisation').distinct()"
FIRST = date(2024, 1, 1)
Rows = list[tuple[Any, ...]]


def workspace(members: Rows, talks: Rows, plan: Plan | None = None) -> Workspace:
    """Members (person, branch, joined, left, how) and talks (number, person, branch, day, activity)."""
    dates = {"joined": pl.Date, "left": pl.Date}
    return Workspace(
        plan=plan,
        organisation=TREE,
        tables=[MEMBERS, TALKS],
        data={
            "members": pl.DataFrame(
                members,
                schema={"person": pl.String, "branch": pl.String, **dates, "how": pl.String},
                orient="row",
            ),
            "talks": pl.DataFrame(
                talks,
                schema={
                    "number": pl.Int64, "person": pl.String, "branch": pl.String, "day": pl.Date,
                    "activity": pl.String,
                },
                orient="row",
            ),
        },
        plugins=Plugins.none(),
    )  # fmt: skip


def day(text: str) -> date:
    return date.fromisoformat(f"2024-{text}")


# Ann met three activities, Bo two talks of one, Cid an activity without a name, Di nobody in time, Eve nobody.
WON: Rows = [
    ("ann", "north", day("03-10"), None, "door"),
    ("bo", "north", day("03-11"), None, "door"),
    ("cid", "south", day("03-12"), None, None),
    ("di", "south", day("04-20"), None, "web"),
    ("eve", "south", day("04-21"), None, "web"),
]
MET: Rows = [
    (1, "ann", "south", day("02-20"), "fair"),
    (2, "ann", "north", day("03-01"), "doors"),
    (3, "ann", "north", day("03-10"), "letters"),
    (4, "bo", "north", day("03-02"), "doors"),
    (5, "bo", "north", day("03-02"), "doors"),
    (6, "cid", "south", day("03-12"), None),
    (7, "di", "south", day("03-21"), "fair"),
]


def told(frame: pl.DataFrame, unit: str = "club") -> dict[str, float]:
    rows = frame.filter(pl.col("unit") == unit).select("credit", "to", "value").rows()
    return {to or credit: value for credit, to, value in rows}


def credit(ws: Workspace, **said: Any) -> pl.DataFrame:
    given = {"of": RECRUITS, "via": "talks", "to": "activity", "within": "30d", "until": "2024-12-31", **said}
    return ws.attribution(given.pop("of"), given.pop("via"), given.pop("to"), start="2024-01-01", **given)


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ("latest", {"letters": 1, "doors": 1, "unnamed": 1, "uncredited": 2}),
        ("first", {"fair": 1, "doors": 1, "unnamed": 1, "uncredited": 2}),
        ("linear", {"letters": 1 / 3, "fair": 1 / 3, "doors": 1 + 1 / 3, "unnamed": 1, "uncredited": 2}),
    ],
)
def test_each_recruit_is_credited_once(model: str, wanted: dict[str, float]) -> None:
    frame = credit(workspace(WON, MET), model=model)
    assert frame.schema == ATTRIBUTION
    assert told(frame) == wanted
    assert frame["numerator"].sum() == 5 * frame["denominator"][0]


def test_the_window_opens_on_the_day_of_the_contact_and_its_end_is_out() -> None:
    # From 21 March to 20 April are 30 days, so the window of 30 has closed; one of 31 has not.
    ws = workspace(WON, MET)
    assert told(credit(ws, within="31d"))["fair"] == 1
    assert told(credit(ws, within=None))["fair"] == 1
    assert told(credit(ws, within="1d", model="linear")) == {"letters": 1, "unnamed": 1, "uncredited": 3}


def test_credit_stands_where_the_recruit_does_wherever_the_contact_was() -> None:
    frame = credit(workspace(WON, MET), units="branch", model="first")
    assert told(frame, "north") == {"doors": 1, "fair": 1, "uncredited": 0}
    assert told(frame, "south") == {"unnamed": 1, "uncredited": 2}


def test_stated_credit_is_that_of_the_row_itself() -> None:
    frame = credit(workspace(WON, MET), via=None, to="how", model="stated", within=None, every="month")
    march = frame.filter(pl.col("period_start") == day("03-01"))
    assert told(march) == {"door": 2, "uncredited": 1}
    assert frame["grain"].unique().to_list() == ["month"]


def test_rows_can_be_chosen_on_both_sides() -> None:
    ws = workspace(WON, MET)
    assert told(credit(ws, via=ws.facts.talks.where("activity.is_not_null()"))) == {
        "letters": 1, "doors": 1, "uncredited": 3,
    }  # fmt: skip
    joined = "members.starts(scope='organisation').where(how == 'door').count()"
    assert told(credit(ws, of=joined)) == {"letters": 1, "doors": 1, "uncredited": 0}


def test_one_who_comes_twice_in_a_period_counts_once_as_a_person_and_twice_as_starts() -> None:
    won: Rows = [
        ("ann", "north", day("02-01"), day("02-10"), None),
        ("ann", "north", day("06-01"), None, None),
    ]
    met: Rows = [(1, "ann", "north", day("01-30"), "doors"), (2, "ann", "north", day("05-30"), "fair")]
    ws = workspace(won, met)
    assert told(credit(ws)) == {"doors": 1, "uncredited": 0}
    assert told(credit(ws, of="members.starts(scope='organisation').count()")) == {
        "doors": 1, "fair": 1, "uncredited": 0,
    }  # fmt: skip
    june = credit(ws, every="month").filter(pl.col("period_start") == day("06-01"))
    assert told(june) == {"fair": 1, "uncredited": 0}


def test_of_contacts_on_one_day_the_smallest_id_comes_first() -> None:
    met: Rows = [(9, "ann", "north", day("03-01"), "later"), (2, "ann", "north", day("03-01"), "sooner")]
    ws = workspace(WON[:1], met)
    assert told(credit(ws)) == told(credit(ws, model="first")) == {"sooner": 1, "uncredited": 0}


def test_a_unit_and_period_without_recruits_stands_there_with_nothing_uncredited() -> None:
    frame = credit(workspace([], []), units="all", every="quarter")
    assert frame.select("credit", "value").unique().rows() == [("uncredited", 0.0)]
    assert frame.height == 3 * 4


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"of": "members.active()"}, "counts no deeds"),
        ({"of": "members.retained('3mo')"}, "counts no deeds"),
        ({"of": "talks.distinct(key=activity)"}, "counts no deeds"),
        ({"to": "activty"}, "no column 'activty'"),
        ({"model": "lastest"}, "model='lastest'"),
        ({"via": None}, "needs via="),
        ({"model": "stated"}, "needs no via="),
        ({"within": "soon"}, "'soon'"),
        ({"via": "members", "to": "how"}, "only events have"),
        ({"until": "2023-12-31"}, "before start"),
    ],
)
def test_what_has_no_meaning_is_refused(said: dict[str, Any], what: str) -> None:
    with pytest.raises(PlanError, match=what):
        credit(workspace(WON, MET), **said)


PEOPLE, BRANCHES = ["a", "b", "c"], ["north", "south", None]
DAYS = st.integers(0, 120).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def spells(draw: st.DrawFn) -> Rows:
    """Spells that don't touch: each person joins, leaves, and comes back after a while."""
    rows: Rows = []
    for person in PEOPLE:
        begin = FIRST
        for _ in range(draw(st.integers(0, 3))):
            joined = begin + timedelta(days=draw(st.integers(1, 30)))
            left = joined + timedelta(days=draw(st.integers(1, 20)))
            rows.append((person, draw(st.sampled_from(BRANCHES)), joined, left, draw(st.sampled_from(["x", None]))))
            begin = left + timedelta(days=1)
    return rows


@st.composite
def talks(draw: st.DrawFn) -> Rows:
    count = draw(st.integers(0, 8))
    return [
        (number, draw(st.sampled_from(PEOPLE)), "north", draw(DAYS), draw(st.sampled_from(["p", "q", None])))
        for number in range(count)
    ]


def slowly(won: Rows, met: Rows, unit: str, start: date, end: date, model: str, within: int) -> Counter[str]:
    """The shares of a unit and period, one recruit after the other."""
    shares: Counter[str] = Counter()
    firsts: dict[str, date] = {}
    for person, branch, joined, _, _ in sorted(won, key=lambda row: row[2]):
        if start <= joined <= end and unit in ("club", branch):
            firsts.setdefault(person, joined)
    for person, joined in firsts.items():
        found = sorted(
            (talk[3], talk[0], talk[4])
            for talk in met
            if talk[1] == person and talk[3] <= joined < talk[3] + timedelta(days=within)
        )
        if found and model == "first":
            found = found[:1]
        if found and model == "latest":
            found = [next(talk for talk in found if talk[0] == found[-1][0])]
        for _, _, name in found:
            shares[name or "unnamed"] += Fraction(1, len(found))  # type: ignore[assignment]
        shares["uncredited"] += not found
    return shares


@given(won=spells(), met=talks(), model=st.sampled_from(["latest", "first", "linear"]), within=st.integers(1, 60))
def test_on_drawn_facts_credit_is_what_a_slow_reading_deals_and_adds_up(
    won: Rows, met: Rows, model: str, within: int
) -> None:
    ws = workspace(won, met)
    frame = credit(ws, model=model, within=f"{within}d", units="all", every="month", until="2024-06-30")
    whole = ws.measure(RECRUITS, units="all", every="month", start="2024-01-01", until="2024-06-30")
    sums = frame.group_by("unit", "period_start").agg(pl.col("numerator").sum(), pl.col("denominator").unique())
    wanted = {(row["unit"], row["period_start"]): row["value"] for row in whole.iter_rows(named=True)}
    for unit, start, above, below in sums.iter_rows():
        assert above == wanted[unit, start] * below[0]
    for (unit, start, end), cell in frame.group_by("unit", "period_start", "period_end"):
        slow = slowly(won, met, unit, start, end, model, within)  # type: ignore[arg-type]
        got = {
            to or credit: Fraction(above, below)
            for credit, to, above, below in cell.select("credit", "to", "numerator", "denominator").iter_rows()
        }
        assert {name: share for name, share in got.items() if share} == {n: s for n, s in slow.items() if s}


def test_over_all_time_latest_credit_is_what_conversion_counts() -> None:
    ws = workspace(WON, MET)
    deeds = "members.starts(scope='organisation')"
    rate = f"talks.converted({deeds}, within='30d', count='rows', immature='include').numerator"
    frame = ws.measure(rate, until="2024-12-31")
    assert frame["value"].item() == sum(told(credit(ws)).values()) - told(credit(ws))["uncredited"]


STAYED: Rows = [(who, unit, joined, day("06-01") if who == "bo" else None, how) for who, unit, joined, _, how in WON]


def test_kept_recruits_are_credited_by_what_came_before_they_joined() -> None:
    ws = workspace(STAYED, MET)
    kept, matured = "members.retained('3mo').numerator", "members.retained('3mo').denominator"
    # On the first of July everybody's three months but those of Di and Eve have passed; Bo left in June.
    assert told(credit(ws, of=kept, until="2024-07-01")) == {"letters": 1, "unnamed": 1, "uncredited": 0}
    assert told(credit(ws, of=matured, until="2024-07-01")) == {"letters": 1, "doors": 1, "unnamed": 1, "uncredited": 0}
    assert told(credit(ws, of=kept, via=None, to="how", model="stated", within=None)) == {
        "door": 1, "web": 2, "uncredited": 1,
    }  # fmt: skip


@given(won=spells(), met=talks(), scope=st.sampled_from(["organisation", "unit"]))
def test_credit_of_the_kept_adds_up_to_them(won: Rows, met: Rows, scope: str) -> None:
    ws = workspace(won, met)
    for side in ("numerator", "denominator"):
        of = f"members.retained('10d', scope='{scope}').{side}"
        frame = credit(ws, of=of, model="linear", units="all", every="month", until="2024-05-31")
        sums = frame.group_by("unit", "period_start", maintain_order=True).agg(pl.col("numerator").sum())
        parts = frame.unique(["unit", "period_start"], keep="first", maintain_order=True)["denominator"]
        whole = ws.measure(of, units="all", every="month", start="2024-01-01", until="2024-05-31")
        assert sums["numerator"].to_list() == (whole["value"].fill_null(0) * parts).to_list()


# --- what it took ---

PLAN = Plan(
    id="p",
    title="P",
    strategies=[
        Strategy(id="one", title="One", activities=[Activity(id="outreach", title="Outreach")]),
        Strategy(id="two", title="Two", activities=[Activity(id="seen", title="Seen")]),
    ],
    direct_activities=[
        Activity(
            id="doors", title="Doors", owner="north", contributes=["outreach"], hours=8, budget=100, themes=["rent"]
        ),
        Activity(
            id="fair", title="Fair", owner="south", contributes=["outreach", "seen"], hours=2, themes=["rent", "law"]
        ),
        Activity(id="letters", title="Letters", contributes=["seen"], budget=0),
        Activity(id="gone", title="Gone", hours=99, end=date(2023, 6, 1)),
    ],
)


def brought(by: str = "part", plan: Plan = PLAN, **said: Any) -> dict[str | None, dict[str, Any]]:
    met = [*MET, (8, "eve", "south", day("04-21"), "elsewhere")]
    ws = workspace(WON, met, plan)
    given = {"model": "first", "within": "40d", "start": "2024-01-01", "until": "2024-12-31", **said}
    frame = ws.results(RECRUITS, "talks", "activity", by=by, **given)
    assert frame.schema == RESULTS
    return {row["id"] or row["part"]: row for row in frame.iter_rows(named=True)}


def test_results_are_rolled_up_with_what_is_shared_counted_once() -> None:
    rows = brought()
    # Ann and Di by the fair, Bo by the doors; Cid by nothing with a name, Eve by what is not in the plan.
    assert {id: rows[id]["results"] for id in ("one", "two", "outreach", "seen", "p")} == {
        "one": 3, "two": 2, "outreach": 3, "seen": 2, "p": 3,
    }  # fmt: skip
    assert {id: rows[id]["results"] for id in ("unplanned", "unnamed")} == {"unplanned": 1, "unnamed": 1}
    assert "uncredited" not in rows
    assert "gone" not in rows  # it was over before the days that are asked


def test_a_rate_is_a_sum_over_a_sum_and_says_what_it_leaves_out() -> None:
    rows = brought()
    assert (rows["p"]["hours"], rows["p"]["per_hour"], rows["p"]["without_hours"]) == (10, 0.3, 1)
    # Only the doors have a budget above 0: one recruit for 100, and the fair's two are in neither side.
    assert (rows["p"]["budget"], rows["p"]["per_cost"], rows["p"]["cost_each"]) == (100, 0.01, 100)
    assert rows["p"]["without_budget"] == 1
    assert (rows["letters"]["per_cost"], rows["letters"]["per_hour"], rows["letters"]["without_hours"]) == (
        None,
        None,
        1,
    )
    assert rows["fair"]["cost_each"] is None


def test_what_was_cancelled_is_there_with_what_it_brought_and_in_no_rate() -> None:
    off = [attrs.evolve(one, status="cancelled") if one.hours == 2 else one for one in PLAN.direct_activities]
    idle = Activity(id="idle", title="Idle", contributes=["seen"], hours=50, status="cancelled")
    rows = brought(plan=attrs.evolve(PLAN, direct_activities=[*off, idle]))
    # The fair was called off after it had brought two: they count, in neither side of a rate.
    assert (rows["p"]["results"], rows["p"]["hours"], rows["p"]["per_hour"]) == (3, 8, 1 / 8)
    assert (rows["fair"]["results"], rows["fair"]["per_hour"], rows["fair"]["without_hours"]) == (2, None, 1)
    assert "idle" not in rows


def test_results_by_theme_and_by_the_owners_unit() -> None:
    themes = brought("theme")
    assert {id: (row["results"], row["per_hour"]) for id, row in themes.items() if id in ("rent", "law")} == {
        "rent": (3, 0.3), "law": (2, 1.0),
    }  # fmt: skip
    units = brought("unit")
    assert {id: units[id]["results"] for id in ("club", "north", "south")} == {"club": 3, "north": 1, "south": 2}
    assert units["club"]["activities"] == 5


def test_an_unknown_way_to_hold_results_is_refused() -> None:
    with pytest.raises(UnknownName, match="themes"):
        brought("themes")


def test_what_was_over_before_the_days_asked_stands_there_when_it_is_credited() -> None:
    ws = workspace(WON[:1], [(1, "ann", "north", day("03-01"), "gone")], PLAN)
    told = ws.results(RECRUITS, "talks", "activity", start="2024-01-01", until="2024-12-31")
    row = told.row(by_predicate=pl.col("id") == "gone", named=True)
    assert (row["results"], row["hours"]) == (1, 99)
