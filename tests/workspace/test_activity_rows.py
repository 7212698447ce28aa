"""A table of activities that many hands fill: every fault of every row, at its line, with the nearest right word."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hgplan
from hgplan import Activity, DataError, Goal, HgplanError, Plan, Plugins, Strategy
from hgplan.model import DimensionList, DimensionValue
from hgplan.workspace.activity_rows import with_activities

PLAN = """\
hgplan = 1
[plan]
id = "p"
title = "P"
[[phase]]
id = "spring"
title = "Spring"
[[strategy]]
id = "s"
title = "S"
[[strategy.goal]]
id = "more"
title = "More"
[[strategy.activity]]
id = "campaign"
title = "Campaign"
[dimension.theme]
values = [{ id = "legal", title = "Legal" }, { id = "school", title = "School" },
  { id = "legal+school", title = "Both" }]
[activities]
source = "activities.csv"
values = { status = { klar = "done" } }
"""
UNITS = '[units]\nsource = "units.csv"\n'
BARE = Plan(
    id="p",
    title="P",
    strategies=[Strategy(id="s", title="S", goals=[Goal(id="more", title="More")],
                         activities=[Activity(id="campaign", title="C")])],
    dimensions={"theme": DimensionList(values=[DimensionValue(id="legal", title="Legal")])},
)  # fmt: skip
SHORT = {
    " unknown;": ", which the plan doesn't have;",
    ", no day": ", which is no day; write it like 2022-08-31",
    ", several words": ", several words in one; write legal;school",
}
COLUMNS = "id,title,owner,start,end,status,themes,phases,contributes,depends_on,recruiting,budget"


def opened(folder: Path, *rows: str, columns: str = COLUMNS, units: bool = True) -> hgplan.Workspace:
    (folder / "units.csv").write_text("unit,parent,title,level\nclub,,The club,club\nnorth,club,North,branch\n")
    (folder / "activities.csv").write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    (folder / "plan.toml").write_text(PLAN + (UNITS if units else ""), encoding="utf-8")
    return hgplan.open(folder / "plan.toml", plugins=Plugins.none())


def told(folder: Path, *rows: str, columns: str = COLUMNS) -> list[str]:
    with pytest.raises(HgplanError) as wrong:
        opened(folder, *rows, columns=columns)
    assert all(isinstance(fault, DataError) for fault in wrong.value.faults)
    return [f"{fault.where}: {fault.what}; {fault.hint}" for fault in wrong.value.faults]


def test_a_sound_row_is_read_as_it_stands(tmp_path: Path) -> None:
    row = "a, Doors ,north,2022-01-01,2022-02-01,klar,legal;school;legal,spring,campaign;more,,ja,12.5"
    (only,) = opened(tmp_path, row).plan.sub_activities
    assert (only.title, only.owner, only.start, only.status) == ("Doors", "north", date(2022, 1, 1), "done")
    assert (only.themes, only.contributes) == (("legal", "school"), ("campaign", "more"))
    assert (only.recruiting, only.budget, only.depends_on) == (True, 12.5, ())


def test_a_word_that_holds_a_separator_is_itself_where_it_is_declared(tmp_path: Path) -> None:
    (only,) = opened(tmp_path, "a,A,,,,,legal+school,,,,,").plan.sub_activities
    assert only.themes == ("legal+school",)
    (fault,) = told(tmp_path, "a,A,,,,,legal+school;leagl,,,,,")
    assert "names theme 'leagl'" in fault


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",Doors,,,,,,,,,,", "2:1: an activity needs an id; None"),
        ("a,,,,,,,,,,,", "2:1: an activity needs a title; None"),
        ("a,A,nort,,,,,,,,,", "2:1: owner 'nort' is no unit of the organisation; did you mean 'north'?"),
        ("a,A,THE CLUB,,,,,,,,,", "2:1: owner 'THE CLUB' is no unit of the organisation; did you mean 'club'?"),
        ("a,A,,22-01-01,,,,,,,,", "2:1: column 'start' holds '22-01-01', no day"),
        ("a,A,,2022-02-30,,,,,,,,", "2:1: column 'start' holds '2022-02-30', no day"),
        ("a,A,,2022-03-01,2022-02-01,,,,,,,", "2:1: activity 'a' ends 2022-02-01, before its start 2022-03-01; None"),
        ("a,A,,,,don,,,,,,", "2:1: column 'status' holds 'don'; did you mean 'done'?"),
        ("a,A,,,,,leagl,,,,,", "2:1: activity 'a' names theme 'leagl' unknown; did you mean 'legal'?"),
        ("a,A,,,,,Legal,,,,,", "2:1: activity 'a' names theme 'Legal' unknown; did you mean 'legal'?"),
        ("a,A,,,,,,sprin,,,,", "2:1: activity 'a' names phase 'sprin' unknown; did you mean 'spring'?"),
        ("a,A,,,,,,,mor,,,", "2:1: activity 'a' names goal 'mor' unknown; did you mean 'more'?"),
        ("a,A,,,,,,,,b,,", "2:1: activity 'a' names activity 'b', which the plan doesn't have; known: a, campaign"),
        ("a,A,,,,,,,,a,,", "2:1: activity 'a' names itself in depends_on; None"),
        ("a,A,,,,,,,,,perhaps,", "2:1: column 'recruiting' holds 'perhaps'; write true or false"),
        ("a,A,,,,,,,,,,much", "2:1: column 'budget' holds 'much', which is no number; write 27000 or 51.5"),
        ("a,A,,,,,,,,,,-1", "2:1: budget of activity 'a' is -1; it cannot be below 0; None"),
        ('a,A,,,,,"legal, school",,,,,', "2:1: column 'themes' holds 'legal, school', several words"),
        ("campaign,A,,,,,,,,,,", "2:1: activity id 'campaign' is used twice; first at strategies[0].activities[0].id"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_line(tmp_path: Path, row: str, fault: str) -> None:
    (found,) = told(tmp_path, row)
    for short, whole in SHORT.items():
        fault = fault.replace(short, whole)
    assert found == f"activities.csv:{fault}"


def test_an_unknown_status_says_how_own_words_are_declared(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, "a,A,,,,zurzeit,,,,,,")
    assert 'own words: values = { status = { "zurzeit" = "done" } }' in fault


def test_all_faults_of_all_rows_are_told_at_once(tmp_path: Path) -> None:
    faults = told(
        tmp_path,
        "a,A,nort,soon,,don,leagl,,mor,,perhaps,,red",
        "",
        "A,B,,2022-03-01,2022-02-01,,leagl,,,,,,",
        columns=COLUMNS + ",colour",
    )
    assert len(faults) == 10
    assert sum(fault.startswith("activities.csv:2:1") for fault in faults) == 6
    assert sum(fault.startswith("activities.csv:4:1") for fault in faults) == 3
    assert sum(fault.startswith("activities.csv:1:1: unknown column 'colour'") for fault in faults) == 1
    assert any("differs from 'a' only in case" in fault and fault.endswith("first at line 2") for fault in faults)


def test_a_circle_is_told_whole_at_a_line_of_it(tmp_path: Path) -> None:
    faults = told(tmp_path, "a,A,,,,,,,,b,,", "b,B,,,,,,,,c,,", "c,C,,,,,,,,a,,", "d,D,,,,,,,,a,,")
    assert faults == ["activities.csv:4:1: activities depend on each other: a -> b -> c -> a; cut one of them"]


def test_assessments_of_activities_that_could_not_be_read_are_no_further_faults(tmp_path: Path) -> None:
    opened(tmp_path, "a,A,,,,,,,,,,")
    (tmp_path / "plan.toml").write_text(PLAN + UNITS + '[assessments]\nsource = "judged.csv"\n')
    (tmp_path / "judged.csv").write_text("activity,day,judgement\na,2022-03-01,well\n")
    sound = hgplan.open(tmp_path / "plan.toml", plugins=Plugins.none())
    assert [one.activity for one in sound.plan.assessments] == ["a"]
    (tmp_path / "activities.csv").write_text(COLUMNS + "\na,A,,,,don,,,,,,\n")
    with pytest.raises(DataError, match="column 'status' holds 'don'") as wrong:
        hgplan.open(tmp_path / "plan.toml", plugins=Plugins.none())
    assert len(wrong.value.faults) == 1


def test_without_units_an_owner_can_be_anybody(tmp_path: Path) -> None:
    assert opened(tmp_path, "a,A,anybody,,,,,,,,,", units=False).plan.sub_activities[0].owner == "anybody"


def test_rows_of_ndjson_may_hold_real_lists(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / "activities.ndjson").write_text(
        '{"id": "a", "title": "A", "status": "klar", "themes": ["legal", "school"]}\n'
    )
    text = (tmp_path / "plan.toml").read_text().replace("activities.csv", "activities.ndjson")
    (tmp_path / "plan.toml").write_text(text)
    (only,) = hgplan.open(tmp_path / "plan.toml", plugins=Plugins.none()).plan.sub_activities
    assert only.themes == ("legal", "school")


CELLS = st.one_of(
    st.sampled_from(
        ["a", "b", "campaign", "more", "legal", "a;b", "a,b", "2022-01-01", "done", "true", "nan", "1e999"]
    ),
    st.none() | st.text(max_size=6) | st.integers() | st.floats() | st.booleans() | st.dates() | st.datetimes(),
    st.lists(st.text(max_size=3), max_size=2),
)


@given(
    st.lists(st.dictionaries(st.sampled_from([*COLUMNS.split(","), "aligns", "hours", "partners"]), CELLS), max_size=4)
)
def test_whatever_stands_in_the_cells_is_read_or_refused_as_data(rows: list[dict[str, object]]) -> None:
    for given_ in (rows, [{**row, "id": f"x{number}", "title": "X"} for number, row in enumerate(rows)]):
        told: list[str] = []
        try:
            read = len(with_activities(BARE, given_, "t").sub_activities)
        except DataError as wrong:
            told = [str(fault.where) for fault in wrong.faults]
        assert all(where.startswith("t:") for where in told) if told else read == len(given_)


def test_many_faulty_rows_are_told_in_time_that_grows_with_them(tmp_path: Path) -> None:
    def took(count: int) -> float:
        rows = [f"x{n},A,nowhere{n},,,,leagl,,mo{n},x{n - 1}y,," for n in range(count)]
        start = process_time()
        assert len(told(tmp_path, *rows)) == 4 * count
        return process_time() - start

    took(50)
    assert took(4_000) < 40 * max(took(400), 0.05)
