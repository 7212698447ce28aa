"""What a plan file is refused for: the words, the line and the nearest right thing, everything at once."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import HgplanError, Location, PlanError, UnknownName
from hgplan.formats import JSON, TOML, load_plan
from hgplan.model import Plan

HEAD = 'hgplan = 1\n[plan]\nid = "p"\ntitle = "Plan"\n'  # four lines
GOAL = HEAD + '[[goal]]\nid = "g1"\ntitle = "Goal"\n'  # seven lines


def refused(text: str | bytes, form: str = "toml") -> list[str]:
    """The faults of a text, each as `line:column what | hint`."""
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(HgplanError) as caught:
        (TOML if form == "toml" else JSON).read(content, name="plan.toml")
    assert isinstance(caught.value, PlanError)
    told = []
    for fault in caught.value.faults:
        assert isinstance(fault.where, Location)
        assert fault.where.file == "plan.toml"
        hint = f" | {fault.hint}" if fault.hint else ""
        told.append(f"{fault.where.line}:{fault.where.column} {fault.what}{hint}")
    return told


def read(text: str | bytes) -> Plan:
    return TOML.read(text.encode() if isinstance(text, str) else text, name="plan.toml").plan


CASES: dict[str, tuple[str | bytes, list[str]]] = {
    "an empty file": (
        "",
        ["1:1 plan.toml is empty | a plan begins with hgplan = 1 and a table [plan] with id and title"],
    ),
    "UTF-16": (HEAD.encode("utf-16"), ["1:1 plan.toml is UTF-16, not UTF-8 | save it as UTF-8"]),
    "UTF-16 without a mark": (
        HEAD.encode("utf-16-le"),
        ["1:1 plan.toml is no text in UTF-8: it holds NUL bytes | save it as UTF-8"],
    ),
    "Windows-1252": (
        HEAD.replace("Plan", "Årsplan").encode("cp1252"),
        ["4:10 plan.toml is not UTF-8 (byte 0xC5 at offset 36) | it looks like Windows-1252; save it as UTF-8"],
    ),
    "a target in quotes with a space": (
        GOAL + 'targets = [{ period = "2022", at_least = "27 000" }]\n',
        ["8:42 expected a number without quotes, got text '27 000' | write 27000"],
    ),
    "an encoding beside the source": (
        HEAD + '[table.t]\nkind = "events"\nat = "day"\nsource = "t.csv"\nencoding = "cp1252"\n',
        ["9:1 unknown key 'encoding' | it is said of the file: source = { path = ..., encoding = ... }"],
    ),
    "a target with a space": (
        GOAL + "weight = 27 000\n",
        ["8:13 '27 000' is no number | write 27000"],
    ),
    "a target with a narrow space in quotes": (
        GOAL + 'baseline = "27\u202f000"\n',
        [
            "8:12 baseline of goal 'g1' is '27\\u202f000', neither a number nor a period"
            " | write the figure without quotes, or a period like '2021'"
        ],
    ),
    "a target with a point for the thousands": (
        GOAL + 'targets = [{ period = "2022", at_least = 27.000 }]\n',
        [
            "8:42 27.000 is the number 27; a point does not part thousands"
            " | write 27000 for the thousands, or 27.0 for the small number"
        ],
    ),
    "a target with a decimal comma": (GOAL + "weight = 27,5\n", ["8:12 '27,5' is no number | write 27.5"]),
    "a target that is nan": (
        GOAL + 'targets = [{ period = "2022", at_least = nan }]\n',
        ["8:42 at_least of the target of 2022 is nan, which is no figure | leave it out if unknown"],
    ),
    "a negative target": (
        GOAL + 'targets = [{ period = "2022", at_least = -5 }]\n',
        ["8:42 at_least of the target of 2022 is -5; it cannot be below 0 | a decrease is written with at_most"],
    ),
    "a target of 5 000 digits": (
        GOAL + f'targets = [{{ period = "2022", at_least = {"9" * 5000} }}]\n',
        ["8:42 a number has thousands of digits | a figure has at most 18"],
    ),
    "a target of 60 digits": (
        GOAL + f'targets = [{{ period = "2022", at_least = {"9" * 60} }}]\n',
        ["8:42 at_least of the target of 2022 is larger than a figure can be (64 bits)"],
    ),
    "a period that ends before it starts": (
        HEAD + "period = { start = 2022-12-31, end = 2022-01-01 }\n",
        ["5:38 the plan's period ends 2022-01-01, before its start 2022-12-31"],
    ),
    "30 February": (
        HEAD + "adopted = 2022-02-30\n",
        ["5:11 '2022-02-30' is no day of the calendar"],
    ),
    "a month 13": (
        HEAD + "adopted = 2022-13-01\n",
        ["5:15 '2022-13-01' is no day of the calendar"],
    ),
    "a date in quotes": (
        HEAD + 'adopted = "2022-01-31"\n',
        ["5:11 expected a date like 2022-12-31 without quotes, got text '2022-01-31' | write 2022-01-31"],
    ),
    "a moment where a date is wanted": (
        HEAD + "adopted = 2022-01-31T08:00:00+01:00\n",
        [
            "5:11 expected a date like 2022-12-31 without quotes, got the moment 2022-01-31 08:00:00+01:00"
            " | write 2022-01-31"
        ],
    ),
    "a key twice": (
        GOAL + 'owner = "a"\nowner = "b"\n',
        ["9:1 'owner' was already given at line 8"],
    ),
    "a table twice": (
        HEAD + '[vision]\ntitle = "V"\n[vision]\nyear = 2027\n',
        ["7:1 'vision' was already given at line 5 | a list of tables is written with two brackets: [[...]]"],
    ),
    "an id that differs in case": (
        GOAL + '[[goal]]\nid = "G1"\ntitle = "Other"\n',
        ["9:6 goal id 'G1' differs from 'g1' only in case or in how its letters are stored | first at line 6"],
    ),
    "an id that differs in Unicode form": (
        HEAD + '[[goal]]\nid = "Mål"\ntitle = "a"\n[[goal]]\nid = "Ma\u030al"\ntitle = "b"\n',
        ["9:6 goal id 'Ma\u030al' differs from 'Mål' only in case or in how its letters are stored | first at line 6"],
    ),
    "an id twice, for two kinds": (
        GOAL + '[[activity]]\nid = "g1"\ntitle = "A"\n',
        ["9:6 activity id 'g1' is used twice | first for a goal at line 6"],
    ),
    "an activity that depends on itself": (
        HEAD + '[[activity]]\nid = "a"\ntitle = "A"\ndepends_on = ["a"]\n',
        ["8:14 activity 'a' names itself in depends_on"],
    ),
    "two activities that depend on each other": (
        HEAD
        + "".join(
            f'[[activity]]\nid = "{own}"\ntitle = "A"\ndepends_on = ["{other}"]\n' for own, other in ["ab", "ba"]
        ),
        ["12:15 activities depend on each other: a -> b -> a | cut one of them"],
    ),
    "tables 500 deep": (
        HEAD + "[metrics]\nprefer = " + "{ a = " * 500 + "1" + " }" * 500,
        ["6:400 tables and lists stand in each other more than 32 deep"],
    ),
    "lists 40 deep": (
        GOAL + "parameters = { a = " + "[" * 40 + "]" * 40 + " }\n",
        ["8:59 tables and lists stand in each other more than 32 deep"],
    ),
    "a key of ten thousand parts": (
        HEAD + ".".join("a" for _ in range(10_000)) + " = 1\n",
        ["5:1 a key has more than 64 parts"],
    ),
    "a path out of the plan's folder": (
        HEAD + '[units]\nsource = "../../etc/passwd"\n',
        [
            "6:10 the path '../../etc/passwd' leaves the plan's folder"
            " | write it from the plan's folder on, without '..'"
        ],
    ),
    "an address on the network": (
        HEAD + '[units]\nsource = "http://169.254.169.254/"\n',
        [
            "6:10 the plan asks for 'http://169.254.169.254/', and the network is off"
            " | pass allow_network=True, or save the file beside the plan"
        ],
    ),
    "a pattern of files": (
        HEAD + '[table.a]\nsource = "data/*.csv"\n',
        ["6:10 'data/*.csv' is no path of one file | patterns like * are not read"],
    ),
    "a misspelt key": (
        GOAL + 'metrik = "new_members"\n',
        ["8:1 unknown key 'metrik' | did you mean 'metric'?"],
    ),
    "text without quotes": (GOAL + "owner = Board\n", ["8:9 cannot read 'Board' | text stands in quotes"]),
    "a key without a value": (
        GOAL + "owner =\n",
        ["8:8 'owner' has no value | leave the line out if there is none to give"],
    ),
    "a key with other letters": (
        GOAL + 'ägare = "a"\n',
        ["8:1 cannot read the key 'ägare' | a key with other letters than a to z stands in quotes: \"ägare\""],
    ),
    "a text that never ends": (
        GOAL + 'owner = "a\n',
        ['8:11 a text in quotes ends on its own line | a longer one stands between """ and """'],
    ),
    "one bracket for a list": (
        HEAD + '[goal]\nid = "g1"\ntitle = "Goal"\n',
        ["5:1 expected a list in brackets, got a table | a list of tables is written with two brackets: [[...]]"],
    ),
    "no plan": ("hgplan = 1\n", ["1:1 missing required key 'plan'"]),
    "a plan for a later hgplan": (
        HEAD.replace("= 1", "= 2"),
        ["1:10 this hgplan reads plan files of version 1, not 2 | a newer hgplan reads it"],
    ),
    "a goal without a name": (HEAD + '[[goal]]\ntitle = "Goal"\n', ["5:1 missing required key 'id'"]),
    "true for a number": (
        GOAL + "weight = true\n",
        ["8:10 expected a number without quotes, got the word true"],
    ),
    "a number for a text": (HEAD + "organisation = 3\n", ["5:16 expected text in quotes, got the number 3"]),
    "a text for a list": (
        HEAD + '[[activity]]\nid = "a"\ntitle = "A"\nthemes = "legal"\n',
        ["8:10 expected a list in brackets, got text 'legal'"],
    ),
    "a weight of 0": (GOAL + "weight = 0\n", ["8:10 weight of goal 'g1' is 0; it must be above 0"]),
    "a target without a figure": (
        GOAL + 'targets = [{ period = "2022" }]\n',
        [
            "8:12 the target of 2022 has no figure"
            " | give one of at_least, at_most, between, equals, increase_by, increase_by_percent"
        ],
    ),
    "a target with two figures": (
        GOAL + 'targets = [{ period = "2022", at_least = 1, at_most = 3 }]\n',
        ["8:55 the target of 2022 is given twice: at_least and at_most | keep one of them"],
    ),
    "a range from high to low": (
        GOAL + 'targets = [{ period = "2022", between = [3, 1] }]\n',
        ["8:41 between of the target of 2022 goes from 3 down to 1"],
    ),
    "a target in no period": (
        GOAL + 'targets = [{ period = "2022-Q5", at_least = 1 }]\n',
        ["8:23 goal 'g1': '2022-Q5' is no period: a year has Q1 to Q4"],
    ),
    "a target in a misspelt phase": (
        GOAL
        + 'targets = [{ period = "befor", at_least = 1 }]\n'
        + '[[phase]]\nid = "before"\ntitle = "b"\nstart = 2022-01-01\nend = 2022-02-01\n',
        ["8:23 goal 'g1': 'befor' is no period | did you mean 'before'?"],
    ),
    "two targets for one period": (
        GOAL + 'targets = [{ period = "2022", at_least = 1 }, { period = "2022", at_least = 2 }]\n',
        ["8:47 goal 'g1' has two targets for period '2022' | a revised target says when it was adopted"],
    ),
    "a theme that is not listed": (
        HEAD
        + '[dimension.theme]\nvalues = [{ id = "legal", title = "Legal" }]\n'
        + '[[activity]]\nid = "a"\ntitle = "A"\nthemes = ["leagl"]\n',
        [
            "10:11 activity 'a' names theme 'leagl', which the plan doesn't have | did you mean 'legal'?",
        ],
    ),
    "a goal that is not there": (
        GOAL + '[[activity]]\nid = "a"\ntitle = "A"\ncontributes = ["g2"]\n',
        ["11:16 activity 'a' names goal 'g2', which the plan doesn't have | known: a, g1"],
    ),
    "an unknown time zone": (
        HEAD + '[calendar]\ntimezone = "Europe/Stokholm"\n',
        ["6:12 no time zone named 'Europe/Stokholm' | did you mean 'Europe/Stockholm'?"],
    ),
    "a year that begins on 30 February": (
        HEAD + '[calendar]\nyear_starts = "02-30"\n',
        ["6:15 '02-30' is no day on which every year begins | write month and day: '07-01'"],
    ),
    "a table without its columns": (
        HEAD + '[table.memberships]\nkind = "spells"\nstart = "a"\n',
        [
            "5:1 missing required key 'end': a table of kind 'spells' needs it",
            "5:1 missing required key 'entity': a table of kind 'spells' needs it",
        ],
    ),
    "a column of another kind of table": (
        HEAD + '[table.a]\nkind = "dimension"\nkey = "k"\nat = "day"\n',
        ["8:6 'at' means nothing in a table of kind 'dimension' | it has key, start, end, columns"],
    ),
    "an unknown kind of column": (
        HEAD + '[table.a]\nkind = "dimension"\nkey = "k"\ncolumns = { age = "integer" }\n',
        [
            "8:19 no column type 'integer' | did you mean 'int'?",
        ],
    ),
    "a table from an unknown source": (
        HEAD + '[source.register]\nplugin = "postgres"\n[table.a]\nsource = { from = "registre", query = "q" }\n',
        ["8:19 no source named 'registre' | did you mean 'register'?"],
    ),
    "a password in the plan": (
        HEAD + '[source.register]\nplugin = "postgres"\nuri = "postgresql://a:s3cret@host/b"\n',
        [
            "7:7 'uri' of the source holds a password"
            " | name the environment variable that holds it: uri_env = 'REGISTER_URI'"
        ],
    ),
    "an unreadable formula": (
        HEAD + '[metric.share]\nformula = "a.count("\n',
        ["6:11 'a.count(' can't be read: '(' was never closed"],
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_is_told_in_words_with_its_place(case: str) -> None:
    text, told = CASES[case]
    assert refused(text) == told


def test_everything_is_told_in_one_reading() -> None:
    text = """hgplan = 1
[plan]
id = "p"
title = 3

[[strategy]]
id = "s"
title = "S"

[[strategy.goal]]
id = "g1"
perod = "2022"
targets = [{ period = "2022-Q5", at_least = 3 }]

[[strategy.activity]]
id = "a"
title = "A"
start = "2022-13-01"
contributes = ["g2"]

[calendar]
timezone = "Mars"
"""
    assert [told.split(" | ")[0] for told in refused(text)] == [
        "4:9 expected text in quotes, got the number 3",
        "10:1 missing required key 'title'",
        "12:1 unknown key 'perod'",
        "13:23 goal 'g1': '2022-Q5' is no period: a year has Q1 to Q4",
        "18:9 expected a date like 2022-12-31 without quotes, got text '2022-13-01'",
        "19:16 activity 'a' names goal 'g2', which the plan doesn't have",
        "22:12 no time zone named 'Mars'",
    ]


def test_what_only_follows_from_another_fault_is_not_told() -> None:
    text = GOAL + 'commitment = 1\n[[activity]]\nid = "a"\ntitle = "A"\ncontributes = ["g1"]\nbudget = "much"\n'
    assert len(refused(text)) == 2


def test_a_wrong_item_does_not_move_the_places_of_the_others() -> None:
    text = (
        GOAL + 'targets = [{ at_least = 1 }, { period = "2022", at_least = 1 }, { period = "2022-Q9", at_least = 1 }]\n'
    )
    assert refused(text) == [
        "8:12 missing required key 'period'",
        "8:76 goal 'g1': '2022-Q9' is no period: a year has Q1 to Q4",
    ]


@given(st.data())
def test_one_misspelt_key_is_told_on_its_line(data: st.DataObject) -> None:
    lines = (GOAL + 'metric = "m"\nowner = "o"\nunit = "%"\n[status]\non_course = 0.9\noff_course = 0.5\n').split("\n")
    keyed = [index for index, line in enumerate(lines) if " = " in line and index > 0]
    index = data.draw(st.sampled_from(keyed))
    _, _, value = lines[index].partition(" = ")
    wrong = data.draw(st.text("abcdefghijklmnop_", min_size=1, max_size=9).filter(lambda word: word not in KNOWN))
    lines[index] = f"{wrong} = {value}"
    told = refused("\n".join(lines))
    assert any(entry.startswith(f"{index + 1}:1 unknown key {wrong!r}") for entry in told)
    assert len(told) <= 2, "the misspelt key, and that the right one is missing"


KNOWN = {"id", "title", "metric", "owner", "unit", "on_course", "off_course", "pace", "baseline", "adopted", "language"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"hgplan": 1, "plan": {"id": "p", "id": "q", "title": "P"}}', "1:35 'id' was already given at line 1"),
        (
            '{"hgplan": 1, "plan": {"id": "p", "title": "P"}, "status": {"on_course": NaN}}',
            "1:74 on_course of the status is nan, which is no figure | leave it out if unknown",
        ),
        (
            '{"hgplan": 1,\n "plan": {"id": "p", "title": "P", "adopted": "2022-02-30"}}',
            "2:47 '2022-02-30' is no day of the calendar",
        ),
        ('{"hgplan": 1,\n "plan": {"id": "p", "title": null}}', "2:10 missing required key 'title'"),
        ('{"hgplan": 1,', "1:14 cannot read this: expecting property name enclosed in double quotes"),
        (
            '{"hgplan": 1, "plan": {"id": "p", "title": "a\\ud83d"}}',
            "1:46 \\ud83d is half a letter, which no text can hold",
        ),
        ("[1]", "1:1 a plan in JSON is one object in braces"),
        ('{"a":' * 3000 + "1" + "}" * 3000, "1:326 tables and lists stand in each other more than 32 deep"),
        ('{"hgplan": ' + "9" * 5000 + "}", "1:12 a number has thousands of digits | a figure has at most 18"),
        (
            '{"hgplan": 1, "plan": {"id": "p", "title": "P"}, "status": {"on_course": 27.000}}',
            "1:74 27.000 is the number 27; a point does not part thousands"
            " | write 27000 for the thousands, or 27.0 for the small number",
        ),
    ],
    ids=["key-twice", "nan", "date", "null", "broken", "half-a-letter", "list", "deep", "digits", "thousands"],
)
def test_json_is_refused_in_the_same_words(text: str, told: str) -> None:
    assert refused(text, "json") == [told]


ACCEPTED: dict[str, str | bytes] = {
    "a byte order mark and Windows line ends": b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode(),
    "a goal without a metric": GOAL,
    "a metric that nobody has heard of yet": GOAL + 'metric = "members.recruted"\n',
    "a target of 0": GOAL + 'targets = [{ period = "2022", at_least = 0 }]\n',
    "a target of 27_000": GOAL + 'targets = [{ period = "2022", at_least = 27_000 }]\n',
    "a title with a script": GOAL.replace('"Goal"', "'</script><script>alert(1)</script>'"),
    "a title with a formula": GOAL.replace('"Goal"', """'=HYPERLINK("http://x","y")'"""),
    "weights that do not sum to 1": GOAL + 'weight = 0.33\n[[goal]]\nid = "g2"\ntitle = "b"\nweight = 0.66\n',
    "a threshold with three decimals below one": HEAD + "[status]\non_course = 0.950\n",
    "a table whose declaration a plugin brings": HEAD + '[table.memberships]\nsource = "memberships.parquet"\n',
}


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.replace(" ", "-"))
def test_is_accepted(case: str) -> None:
    assert read(ACCEPTED[case]).id == "p"


def test_text_is_kept_as_it_is_written() -> None:
    ((_, goal),) = read(ACCEPTED["a title with a script"]).goals()
    assert goal.title == "</script><script>alert(1)</script>"


def test_a_plan_of_a_hundred_thousand_nodes_is_read() -> None:
    nodes = "".join(f'[[goal]]\nid = "g{number}"\ntitle = "Goal"\n' for number in range(100_000))
    assert sum(1 for _ in read(HEAD + nodes).goals()) == 100_000


def test_a_file_of_more_than_16_mebibytes_is_not_read() -> None:
    (told,) = refused((HEAD + "# " + "x" * 2**24).encode())
    assert told.startswith("1:1 plan.toml is 16.0 MiB; a plan of more than 16 MiB is not read")


def test_a_file_that_is_not_there_is_a_fault_of_the_asker(tmp_path) -> None:
    with pytest.raises(PlanError, match=r"cannot read the plan 'none.toml': No such file"):
        load_plan(tmp_path / "none.toml")


def test_an_ending_without_a_format_names_those_that_are_read(tmp_path) -> None:
    (tmp_path / "plan.yaml").write_text(HEAD)
    with pytest.raises(UnknownName, match=r"known: \.toml, \.json"):
        load_plan(tmp_path / "plan.yaml")


def test_a_secret_is_never_repeated() -> None:
    with pytest.raises(PlanError) as caught:
        read(CASES["a password in the plan"][0])
    assert "s3cret" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("make", [lambda: CASES["a table without its columns"][0], lambda: CASES["a misspelt key"][0]])
def test_a_refusal_travels_between_processes(make: Callable[[], str]) -> None:
    with pytest.raises(PlanError) as caught:
        read(make())
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_network_is_asked_for_by_the_host_alone() -> None:
    text = HEAD + '[units]\nsource = "https://example.org/units.csv"\n'
    assert TOML.read(text.encode(), allow_network=True).plan.unit_rows is not None


def test_json_may_name_its_schema() -> None:
    text = json.dumps({"$schema": "hgplan.schema.json", "hgplan": 1, "plan": {"id": "p", "title": "P"}})
    assert JSON.read(text.encode()).plan == Plan(id="p", title="P")


def test_a_text_that_no_file_can_hold_is_not_written() -> None:
    with pytest.raises(PlanError, match="half a letter"):
        TOML.write(Plan(id="p", title="\ud83d"))
