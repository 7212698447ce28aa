"""Opening a plan file: what is wrong with the files that it names is told at once, each fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

import hgplan
from hgplan import HgplanError, Plugins

PLAN = """\
hgplan = 1
[plan]
id = "p"
title = "P"
[[strategy]]
id = "s"
title = "S"
[[strategy.goal]]
id = "more"
title = "More"
[units]
source = "units.csv"
[targets]
source = "targets.csv"
[activities]
source = "activities.csv"
[assessments]
source = "assessments.csv"
[table.contacts]
kind = "events"
at = "day"
source = "contact.csv"
"""
UNITS = "unit,parent,level\nclub,,club\nnorth,club,branch\n"
TARGETS = "goal,unit,period,comparator,value\nmore,north,2022,at_least,5\n"


def told(folder: Path, **files: str) -> list[str]:
    given = {
        "units": UNITS,
        "targets": TARGETS,
        "activities": "id,title\na,Doors\n",
        "assessments": "goal,day,judgement\n",
        **files,
    }
    for name, text in given.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    with pytest.raises(HgplanError) as wrong:
        hgplan.open(folder / "plan.toml", plugins=Plugins.none()).check()
    return [f"{fault.where}: {fault.what}; {fault.hint}" for fault in wrong.value.faults]


def test_the_faults_of_all_tables_are_told_together_by_their_lines(tmp_path: Path) -> None:
    # The empty line and the quoted break move every row below them away from its number.
    units = 'unit,parent,title,opened\nclub,,"the\nclub",\n\nnorth,clb,North,\nsouth,club,South,soon\n'
    assert told(tmp_path, units=units, targets=TARGETS + "mor,north,2022,at_least,5\n") == [
        "units.csv:6:1: opened is a date like 2022-01-31, got 'soon'; None",
        "units.csv:5:1: unit 'north' has parent 'clb', which is no unit; did you mean 'club'?",
        "targets.csv:3:1: no goal named 'mor'; did you mean 'more'?",
    ]


def test_everything_that_is_wrong_in_a_row_of_targets_is_told(tmp_path: Path) -> None:
    rows = "goal,unit,period,comparator,value,value_to,adoptd\nmor,nort,2022-T7,at_lest,x,,\nmore,,,,5,9,\n"
    assert told(tmp_path, targets=rows) == [
        "targets.csv:1:1: unknown column 'adoptd'; did you mean 'adopted'?",
        "targets.csv:2:1: no goal named 'mor'; did you mean 'more'?",
        "targets.csv:2:1: no comparator named 'at_lest'; did you mean 'at_least'?",
        "targets.csv:2:1: no unit named 'nort'; did you mean 'north'?",
        "targets.csv:2:1: '2022-T7' is no period: a year has T1 to T3; None",
        "targets.csv:2:1: column 'value' holds 'x', which is no number; write 27000 or 51.5",
        "targets.csv:3:1: a target needs a period; None",
        "targets.csv:3:1: value_to is for between, not for at_least; leave it empty",
    ]


def test_everything_that_is_wrong_in_a_row_of_assessments_is_told(tmp_path: Path) -> None:
    rows = "goal,activity,unit,day,judgement\nmor,,nort,2022-02-30,\n,aa,,2022-01-01,fine\nmore,a,,,fine\n"
    wrong = [
        "assessments.csv:2:1: no goal named 'mor'; did you mean 'more'?",
        "assessments.csv:2:1: no unit named 'nort'; did you mean 'north'?",
        "assessments.csv:2:1: column 'day' holds '2022-02-30', which is no day; write it like 2022-08-31",
        "assessments.csv:2:1: an assessment needs a judgement; None",
        "assessments.csv:3:1: no activity named 'aa'; did you mean 'a'?",
        "assessments.csv:4:1: an assessment is of a goal or of an activity, one of the two; None",
        "assessments.csv:4:1: an assessment needs a day; None",
    ]
    assert told(tmp_path, assessments=rows) == wrong
    # Where the activities can't be read, nobody knows which are there; all else is told.
    unread = told(tmp_path, assessments=rows, activities="id,title\na,\n")
    assert unread == ["activities.csv:2:1: an activity needs a title; None", *(one for one in wrong if "aa" not in one)]


def test_several_lines_of_one_fault_are_told_as_lines(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, units="unit,parent\n\nclub,\nother,\n")
    assert fault.startswith("units.csv, lines 3, 4: the organisation has 2 roots")


def test_a_misspelt_column_of_units_is_answered_with_the_nearest(tmp_path: Path) -> None:
    assert told(tmp_path, units="unit,parrent,town\nclub,,Visby\nnorth,club,Visby\n") == [
        "units.csv:1:1: unknown column 'parrent'; did you mean 'parent'?"
    ]


def test_a_file_that_is_not_there_is_told_with_the_line_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("day\n2022-01-01\n")
    assert told(tmp_path) == ["plan.toml:22:10: no file 'contact.csv'; did you mean 'contacts.csv'?"]


def test_the_plan_of_an_open_workspace_is_written_with_what_its_tables_say(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN.replace('source = "contact.csv"', ""), encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "targets.csv").write_text(TARGETS, encoding="utf-8")
    (tmp_path / "activities.csv").write_text("id,title,owner\na,Doors,north\n", encoding="utf-8")
    (tmp_path / "assessments.csv").write_text("goal,day,judgement\nmore,2022-06-30,well\n", encoding="utf-8")
    plan = hgplan.open(tmp_path / "plan.toml", plugins=Plugins.none()).plan
    assert [len(plan.goal("more").targets), len(plan.sub_activities), len(plan.assessments)] == [1, 1, 1]
    again = tmp_path / "again.toml"
    again.write_text(hgplan.dump_plan(plan), encoding="utf-8")
    assert hgplan.load_plan(again) == plan
    assert hgplan.open(again, plugins=Plugins.none()).plan == plan


def test_units_that_the_plan_itself_names_are_looked_up(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        """
hgplan = 1
[plan]
id = "p"
title = "P"
[[goal]]
id = "more"
title = "More"
targets = [{ period = "2022", at_least = 5 }, { period = "2022", unit = "nort", at_least = 3 }]
[[assessment]]
goal = "more"
unit = "clbu"
day = 2022-06-30
judgement = "well"
[units]
source = "units.csv"
""",
        encoding="utf-8",
    )
    with pytest.raises(HgplanError) as wrong:
        hgplan.open(tmp_path / "plan.toml", plugins=Plugins.none()).check()
    assert [f"{fault.where}: {fault.what}; {fault.hint}" for fault in wrong.value.faults] == [
        "plan.toml:9:73: no unit named 'nort'; did you mean 'north'?",
        "plan.toml:12:8: no unit named 'clbu'; did you mean 'club'?",
    ]
