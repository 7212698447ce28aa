"""Every verb of follow-up on an organisation that nobody here has seen: only its plan file and tables are told.

Its year begins in July, it counts in tertials, its tables and columns are Finnish, its levels are liitto, piiri and
osasto. The answers are worked out by hand.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from requirements.kylat import write

import hgplan
from hgplan import Plugins, Workspace
from hgplan.followup.staying import log_log

END = "2025-06-30"
T1, T2, T3 = date(2024, 7, 1), date(2024, 11, 1), date(2025, 3, 1)


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return hgplan.open(write(tmp_path_factory.mktemp("kylat")), plugins=Plugins.none())


def row(frame: pl.DataFrame, **said: Any) -> dict[str, Any]:
    return frame.row(by_predicate=pl.all_horizontal(pl.col(name) == value for name, value in said.items()), named=True)


def test_the_plan_and_everything_that_it_reads_is_in_order(ws: Workspace) -> None:
    ws.check()
    assert ws.organisation.levels == ("liitto", "piiri", "osasto")


def test_attainment_goes_by_the_broken_year_and_its_tertials(ws: Workspace) -> None:
    told = ws.attainment(["liittyneet"], until=END)
    # From July 2023: 1, 2, 3 and 4. From July 2024: 5, 6, 7 and 8; in its first tertial, to October, three of them.
    assert told.select("period_start", "period_end", "value", "target", "status").rows() == [
        (date(2023, 7, 1), date(2024, 6, 30), 4, 3, "reached"),
        (date(2024, 7, 1), date(2025, 6, 30), 4, 5, "not_reached"),
        (date(2024, 7, 1), date(2024, 10, 31), 3, 2, "reached"),
    ]
    tertials = ws.attainment(["liittyneet"], every="tertial", until=END)
    whole = tertials.filter((pl.col("period_start") == T1) & (pl.col("target") == 5))
    assert whole.select("period_end", "value").rows() == [
        (date(2024, 10, 31), 3), (date(2025, 2, 28), 4), (date(2025, 6, 30), 4),
    ]  # fmt: skip


def test_the_summary_of_strategies_and_of_districts(ws: Workspace) -> None:
    told = ws.summary("piiri", END).filter(pl.col("period_start") == T1, pl.col("period_end") == date(2025, 6, 30))
    north, south = row(told, strategy="kasvu", unit="pohja"), row(told, strategy="kasvu", unit="etela")
    # In the north two of three; in the south two of one. Retention has its target for the whole union alone.
    assert (north["index"], south["index"]) == (pytest.approx(2 / 3), 1.0)
    assert (north["reached"], north["not_reached"], north["unquantified"]) == (0, 1, 1)
    root = row(ws.summary(until=END), part="plan", period_start=T1, period_end=date(2025, 6, 30))
    # Of the year's four starts three are still there after three months: 0.75 of 0.8; four of five, weighing double.
    assert root["index"] == pytest.approx((2 * 0.8 + 0.75 / 0.8) / 3)
    assert (root["least_goal"], root["unquantified"]) == ("liittyneet", 1)
    voice = row(ws.summary(until=END), strategy="aani", period_end=date(2025, 6, 30))
    assert (voice["shared"], voice["akin"]) == (["liittyneet"], ["pysyvyys"])
    assert "An index, no attainment" in root["how"]


def test_efforts_count_what_is_shared_once(ws: Workspace) -> None:
    told = ws.efforts()
    hours = dict(told.filter(pl.col("part").is_in(["plan", "strategy"])).select("id", "hours").rows())
    assert hours == {"kylat-2024": 20, "kasvu": 20, "aani": 4}
    assert row(ws.efforts("piiri"), id="kylat-2024", unit="etela")["budget"] == 90
    assert row(told, id="kylat-2024")["without_budget"] == 1


def test_credit_adds_up_in_every_branch_and_tertial(ws: Workspace) -> None:
    asked: dict[str, Any] = {"within": "45d", "start": "2024-07-01", "until": END}
    told = ws.attribution("liittyneet", "kohtaamiset", "toiminta", **asked)
    assert told.select("credit", "to", "value").rows() == [
        ("credited", "kierros-1", 1), ("credited", "talkoot-1", 2), ("uncredited", None, 1),
    ]  # fmt: skip
    even = ws.attribution("liittyneet", "kohtaamiset", "toiminta", model="linear", **asked)
    assert even["value"].to_list() == [1.5, 1.5, 1]
    cells = ws.attribution("liittyneet", "kohtaamiset", "toiminta", units="osasto", every="tertial", **asked)
    whole = ws.measure("liittyneet", units="osasto", every="tertial", start="2024-07-01", until=END)
    sums = cells.group_by("unit", "period_start", maintain_order=True).agg(pl.col("value").sum())
    assert sums.rows() == whole.select("unit", "period_start", "value").rows()
    # What number 6 was won by in Rantakylä was said in Kivikylä and in Rantakylä: the latest is the talkoot.
    assert row(cells, unit="ranta", to="talkoot-1")["period_start"] == T1


def test_results_per_hour_and_cost(ws: Workspace) -> None:
    told = ws.results("liittyneet", "kohtaamiset", "toiminta", within="45d", start="2024-07-01", until=END)
    growth, voice = row(told, id="kasvu"), row(told, id="aani")
    assert (growth["results"], growth["per_hour"], growth["cost_each"]) == (3, pytest.approx(3 / 20), 45)
    assert (voice["results"], voice["per_hour"]) == (2, 0.5)
    assert row(told, part="uncredited")["results"] == 1
    channels = ws.results("liittyneet", "kohtaamiset", "toiminta", by="channel", within="45d", start=T1, until=END)
    assert row(channels, id="piha")["per_hour"] == 0.5
    owners = ws.results("liittyneet", "kohtaamiset", "toiminta", by="unit", within="45d", start=T1, until=END)
    assert {unit: row(owners, id=unit)["results"] for unit in ("pohja", "etela", "liitto")} == {
        "pohja": 1, "etela": 2, "liitto": 3,
    }  # fmt: skip


def test_retention_and_survival_by_year_of_entry_and_by_way_of_coming(ws: Workspace) -> None:
    years = ws.retention("jasenyydet", "3mo", every="year", start="2023-07-01", until=END)
    # Of 2023 number 2 left after forty days; of 2024 number 6 after 75.
    assert years.select("period_start", "started", "kept", "matured").rows() == [
        (date(2023, 7, 1), 4, 3, 4), (date(2024, 7, 1), 4, 3, 4),
    ]  # fmt: skip
    assert (years["retained_low"][1], years["retained_high"][1]) == hgplan.wilson(3, 4)
    assert (years["survival_low"][1], years["survival_high"][1]) == pytest.approx(log_log(3 / 4, 1 / 12))
    ways = ws.retention("jasenyydet", "3mo", by="tapa", start="2023-07-01", until=END)
    assert dict(ways.select("tapa", "kept").rows()) == {"netti": 2, "ovi": 2, "talkoot": 1, None: 1}
    curve = ws.survival("jasenyydet", "3mo", start="2024-07-01", until=END)
    assert curve.filter(pl.col("left") > 0).select("day", "at_risk", "left", "survival").rows() == [(75, 4, 1, 0.75)]


def test_judgements_stand_beside_the_status(ws: Workspace) -> None:
    said = ws.assessments("piiri", END)
    assert said.select("judgement", "newest", "status").rows() == [
        ("hiljaista", False, "unquantified"), ("paremmin", True, "unquantified"),
    ]  # fmt: skip
    # On the last of December three (5, 6 and 7) of five, where 184 of 365 days want 2.52.
    whole = row(ws.assessments("root", END), goal="liittyneet")
    assert (whole["value"], whole["target"], whole["status"], whole["period_end"]) == (
        3,
        5,
        "on_course",
        date(2025, 6, 30),
    )
    assert row(ws.standing(["kuuluvuus"], "piiri", until="2025-02-28"), unit="etela")["judgement"] == "hiljaista"


def test_the_same_day_of_last_year_stands_beside_today(ws: Workspace) -> None:
    told = ws.standing(["liittyneet"], until="2025-02-28")
    year = row(told, period_start=T1, period_end=date(2025, 6, 30))
    # By 28 February 2024 there were 1, 2 and 3, of three wanted all the year: reached, for recruits cannot fall.
    assert (year["value"], year["earlier_value"], year["earlier_status"], year["change"]) == (4, 3, "reached", 1)
    tertial = row(told, period_end=date(2024, 10, 31))
    assert (tertial["value"], tertial["earlier_value"], tertial["earlier_status"]) == (3, 2, None)


def test_goals_go_from_year_to_year_and_a_changed_definition_breaks_the_series(ws: Workspace) -> None:
    told = ws.year_to_year(["liittyneet"], start="2023-07-01", until=END)
    assert told.select("value", "adopted_target", "target", "reason", "change").rows() == [
        (4, 3, 3, None, None), (4, 6, 5, "kaksi osastoa yhdistyi", 0),
    ]  # fmt: skip
    tertials = ws.year_to_year(["liittyneet"], every="tertial", start="2024-07-01", until=END)
    assert tertials.select("period_start", "value", "target").rows() == [(T1, 3, 2), (T2, 1, None), (T3, 0, None)]
    stays = ws.year_to_year(["pysyvyys"], start="2022-07-01", until=END)
    assert stays.select("definition", "series_break").rows() == [("before", None), ("now", True), ("now", False)]
    assert stays["change"].to_list() == [None, None, 0]


def test_the_way_to_the_vision_and_what_can_be_foretold(ws: Workspace) -> None:
    # Members in June 2025 are 1, 3, 5, 7 and 8; the year 2027 ends in June 2028: fifteen in 36 months.
    years = ws.path("kaksikymmenta", every="year", until=END)
    assert years["period_end"].to_list() == [date(year, 6, 30) for year in (2026, 2027, 2028)]
    assert years.select("value", "needed").rows() == [(5, pytest.approx(5))] * 3
    assert ws.path("kaksikymmenta", every="tertial", until=END).height == 9
    assert ws.forecast("liittyneet", period="2024", until="2025-02-28").why == "history"


def test_a_target_is_dealt_out_and_checked_back(ws: Workspace) -> None:
    dealt = ws.allocate("liittyneet", "jasenmaara", period="2024", until=END).frame()
    # At the end of June 2024 one is a member in the north, and two in the south: 5/3 and 10/3.
    assert dict(dealt.select("unit", "share").rows()) == {"pohja": 2, "etela": 3}
    gaps = ws.allocation_gaps(["liittyneet"])
    assert gaps.select("unit", "target", "allocated", "difference").rows() == [("liitto", 5, 4, -1)]


def test_an_experiment_in_other_words(ws: Workspace) -> None:
    told = ws.experiments(until=END)
    assert told.select("arm", "successes", "trials").rows() == [("kirje", 1, 2), ("naapuri", 2, 2)]


def test_the_plan_of_another_year_is_held_against_it(ws: Workspace, tmp_path: Path) -> None:
    text = write(tmp_path).read_text(encoding="utf-8").replace('title = "Kasvu"', 'title = "Kasvu ja pysyvyys"')
    (tmp_path / "ensi.toml").write_text(text.replace("weight = 2", "weight = 3"), encoding="utf-8")
    told = hgplan.compare_plans(
        hgplan.load_plan(tmp_path / "suunnitelma.toml"), hgplan.load_plan(tmp_path / "ensi.toml")
    )
    assert told.select("part", "id", "field", "from", "to").rows() == [
        ("strategy", "kasvu", "title", "Kasvu", "Kasvu ja pysyvyys"), ("goal", "liittyneet", "weight", "2", "3"),
    ]  # fmt: skip
