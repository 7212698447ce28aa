"""Frames of figures as a person reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from hgplan.outputs.lines import Wording, attainment_by_unit_text, attainment_text, figures_text, period_text

YEAR = (date(2022, 1, 1), date(2022, 12, 31))
HALF = (date(2022, 1, 1), date(2022, 6, 30))
SWEDISH = Wording(
    language="sv", unit_title={"n": "Norra", "s": "Södra"}.__getitem__, measured_in={"new": "people", "share": "%"}
)
SPACE = "\u00a0"


def attained(**cells: Any) -> dict[str, Any]:
    return {
        "goal": "new", "title": "Nya medlemmar", "unit": "n", "period_start": YEAR[0], "period_end": YEAR[1],
        "until": date(2022, 8, 31), "value": 1204.0, "target": 1500.0, "target_to": None, "comparator": "at_least",
        "commitment": "firm", "attainment": 0.8027, "status": "on_course", "conditions": None,
        "availability": "available", "completeness": 1.0, **cells,
    }  # fmt: skip


def rows(text: str) -> list[list[str]]:
    """The table's rows, cell by cell."""
    lines = text.replace(SPACE, "_").splitlines()
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines if not line.startswith("-")]


def test_attainment_shows_what_differs_and_leaves_out_what_does_not() -> None:
    frame = pl.DataFrame([attained(), attained(unit="s", value=300.0, attainment=0.2, status="off_course")])
    assert rows(attainment_text(frame, SWEDISH)) == [
        ["Mål", "Enhet", "Period", "Utfall", "Måltal", "Uppfyllelse", "Läge"],
        ["Nya medlemmar", "Norra", "2022", "1_204", "1_500", "80,3_%", "på väg"],
        ["Nya medlemmar", "Södra", "2022", "300", "1_500", "20,0_%", "ur kurs"],
    ]


def test_a_missing_figure_says_why_and_is_never_a_zero() -> None:
    frame = pl.DataFrame(
        [attained(), attained(value=None, attainment=None, status="no_data", availability="missing", completeness=0.0)]
    )
    assert rows(attainment_text(frame, SWEDISH))[2] == [
        "Nya medlemmar", "2022", "saknas", "1_500", "uppgift saknas", "0,0_%",
    ]  # fmt: skip


def test_an_unquantified_goal_stays_in_sight_without_a_figure() -> None:
    frame = pl.DataFrame(
        [
            attained(),
            attained(title="Vi hörs", value=None, target=None, comparator=None, attainment=None, status="unquantified",
                     availability=None, completeness=None),
        ]
    )  # fmt: skip
    assert rows(attainment_text(frame, SWEDISH))[2] == ["Vi hörs", "2022", "utan måltal"]


def test_growth_in_per_cent_is_told_in_per_cent_whatever_the_goal_counts() -> None:
    growth = [attained(goal=goal, target=10.0, comparator="increase_by_percent") for goal in ("share", "joined")]
    text = attainment_text(pl.DataFrame(growth, infer_schema_length=None), SWEDISH)
    assert text.count("10,0\u00a0%") == 2


def test_targets_say_how_they_are_held_and_conditions_stand_beside_the_status() -> None:
    at_most = attained(goal="share", value=0.4, target=0.5, comparator="at_most", conditions="kvar: unset; a; b: met")
    between = attained(
        goal="share", value=0.4, target=0.3, target_to=0.5, comparator="between", commitment="aspiration"
    )
    _, first, second = rows(attainment_text(pl.DataFrame([at_most, between]), SWEDISH))
    assert first[2:4] == ["40,0_%", "högst_50,0_%"]
    assert first[5:] == ["på väg", "fast", "kvar: utan gräns; a; b: uppfyllt"]
    assert second[3] == "30,0_%\u201350,0_%"
    assert second[6] == "strävan"


def test_many_units_are_a_line_each_with_a_column_a_goal_and_period() -> None:
    frame = pl.DataFrame(
        [
            attained(),
            attained(period_end=HALF[1], target=700.0, value=650.0, attainment=0.9286),
            attained(unit="s", target=None, attainment=None, comparator=None, value=20.0),
            attained(unit="s", period_end=HALF[1], value=None, availability="missing", attainment=None),
        ]
    )
    first, second, *table = rows(attainment_by_unit_text(frame, SWEDISH))
    assert (first, second) == (["Nya medlemmar", "Nya medlemmar"], ["Enhet", "2022", "2022-H1"])
    assert table == [
        ["Norra", "1_204 (80,3_%)", "650 (92,9_%)"],
        ["Södra", "saknas"],
    ]


def figure(**cells: Any) -> dict[str, Any]:
    return {
        "metric": "share", "unit": "n", "level": "branch", "grain": "half", "period_start": HALF[0],
        "period_end": HALF[1], "channel": "door", "value": 0.8125, "numerator": 13, "denominator": 16, "rows": 16,
        "availability": "available", "completeness": 1.0, **cells,
    }  # fmt: skip


def test_figures_keep_their_parts_and_their_groups() -> None:
    frame = pl.DataFrame(
        [figure(), figure(channel=None, value=None, numerator=0, denominator=0, availability="undefined")]
    )
    assert rows(figures_text(frame, SWEDISH)) == [
        ["Period", "channel", "Utfall", "Täljare", "Nämnare"],
        ["2022-H1", "door", "81,2_%", "13", "16"],
        ["2022-H1", "uppgift saknas", "odefinierat", "0", "0"],
    ]


def test_a_frame_without_rows_is_headings() -> None:
    assert rows(figures_text(pl.DataFrame([figure()]).clear(), SWEDISH)) == [["Period", "channel", "Utfall"]]


def test_a_broken_year_is_named_by_the_year_that_it_begins_in() -> None:
    days = (date(2022, 7, 1), date(2023, 6, 30))
    assert period_text(*days) == "2022-07-01/2023-06-30"
    assert period_text(*days, year_starts="07-01") == "2022"


def test_the_plans_own_time_and_its_phases_are_called_by_their_names() -> None:
    days = (date(2022, 1, 1), date(2022, 9, 10))
    wording = Wording(language="en", named={days: "before-election"})
    assert wording.period({"period_start": days[0], "period_end": days[1]}) == "before-election"
