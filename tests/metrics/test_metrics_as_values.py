"""Metrics as functions of facts: run once, compared, hashed, pickled, bound and composed."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime

import polars as pl
import pytest
from drawn import facts, measures, organisations
from hypothesis import given
from hypothesis import strategies as st

from hgplan import Events, Measure, Metric, PlanError, PluginError, Snapshots, Spells, col, metric, parse
from hgplan.metrics import Aggregate, column_type
from hgplan.metrics.columns import decimal, enum, ref

CONTACTS = Events("contacts", at="day", entity="person")
MEMBERS = Spells("members", start="joined", end="left", entity="person")
REPORTS = Snapshots("reports", at="day")


@metric(unit="%", title="Andel", version="2")
def share(contacts: Events, members: Spells, *, within: str = "30d") -> Measure:
    """Of people contacted, the share who became members."""
    return contacts.converted(members.starts("organisation"), within=within)


@metric(unit="people")
def joined(members: Spells) -> Measure:
    """People who became members."""
    return members.starts("organisation").distinct()


@metric()
def joined_a_year_before(members: Spells) -> Measure:
    """The same a year before, written with the other metric."""
    return joined(members).previous("1y")


def test_a_metric_is_its_function_s_name_docstring_and_measure() -> None:
    assert (share.name, share.id, share.unit, share.title, share.version) == ("share", "share", "%", "Andel", "2")
    assert share.definition == "Of people contacted, the share who became members."
    assert share.measure == CONTACTS.converted(MEMBERS.starts("organisation"), within="30d")
    assert dict(share.tables) == {"contacts": "Events", "members": "Spells"}
    assert dict(share.parameters) == {"within": "30d"}


def test_a_metric_runs_once() -> None:
    ran = []

    @metric()
    def counted(contacts: Events) -> Measure:
        ran.append(1)
        return contacts.count()

    assert counted.measure == counted.measure == counted() == CONTACTS.count()
    assert ran == [1]


def test_a_metric_takes_other_tables_and_parameters() -> None:
    visits, staff = Events("visits", at="day"), Spells("staff", start="a", end="b", entity="c")
    assert share(visits, staff) == visits.converted(staff.starts("organisation"), within="30d")
    assert share(visits, staff, within="1y") == visits.converted(staff.starts("organisation"), within="1y")
    assert share.bind({"within": "7d"}).measure == share(within="7d")
    assert share.bind({}) is share
    assert joined_a_year_before.measure == joined.measure.previous("1y")


def test_a_metric_is_chosen_of_the_rows_it_is_given() -> None:
    measure = joined(MEMBERS.where("channel == 'door'"))
    assert str(measure) == "members.where(channel == 'door').starts(scope='organisation').distinct()"


@pytest.mark.parametrize(
    ("tables", "parameters", "what"),
    [
        ((CONTACTS,), {}, "takes 2 tables, got 1"),
        ((MEMBERS, CONTACTS), {}, "takes Events as 'contacts', got Spells"),
        ((), {"whithin": "7d"}, "has no parameter 'whithin'"),
    ],
)
def test_a_metric_called_wrongly_says_how(tables: tuple[object, ...], parameters: dict[str, str], what: str) -> None:
    with pytest.raises(PlanError, match=what):
        share(*tables, **parameters)  # type: ignore[arg-type]


def test_metrics_compare_hash_and_pickle() -> None:
    bound = share.bind({"within": "7d"})
    for one in (share, joined, bound, Metric.formula("f", "contacts.count() / 2", unit="%")):
        again = pickle.loads(pickle.dumps(one))
        assert again == one
        assert hash(again) == hash(one)
        assert copy.copy(one) == one
    assert bound != share
    assert len({share, bound, share.bind({"within": "7d"})}) == 2


def test_a_metric_made_inside_a_function_says_so_when_it_is_pickled() -> None:
    @metric()
    def hidden(contacts: Events) -> Measure:
        return contacts.count()

    with pytest.raises(pickle.PicklingError, match="'hidden' is made inside a function"):
        pickle.dumps(hidden)


def test_a_formula_is_a_metric_without_python() -> None:
    made = Metric.formula("rate", "contacts.count() / members.active()", unit="%", title="Takt")
    assert made.measure == CONTACTS.count() / MEMBERS.active()
    assert made.definition == "contacts.count() / members.active()"
    with pytest.raises(PlanError, match="has no parameter 'within'"):
        made(within="7d")


def _unsaid(contacts) -> Measure:  # type: ignore[no-untyped-def]
    return CONTACTS.count()


def _number(contacts: Events) -> int:
    return 3


def _rows(contacts: Events) -> Events:
    return contacts


def _bare(contacts: Events, *, horizon: str) -> Measure:
    return contacts.count()


def _any_tables(*contacts: Events) -> Measure:
    return contacts[0].count()


def _any_parameters(contacts: Events, **parameters: str) -> Measure:
    return contacts.count()


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (_unsaid, "doesn't say what kind of table 'contacts' is"),
        (_number, "gives int, not a measure"),
        (_rows, "gives Events, not a measure"),
        (_bare, "needs a default for its parameter 'horizon'"),
        (_any_tables, "takes \\*contacts"),
        (_any_parameters, "takes \\*\\*parameters"),
    ],
)
def test_a_function_that_is_no_metric_is_its_author_s_fault(function: object, what: str) -> None:
    with pytest.raises(PluginError, match=what):
        metric(unit="%")(function)  # type: ignore[arg-type]


@given(st.data())
def test_drawn_measures_compare_hash_and_pickle(data: st.DataObject) -> None:
    drawn = data.draw(facts(data.draw(organisations()), most=0))
    one, other = data.draw(measures(drawn)), data.draw(measures(drawn))
    # An aggregate's functions are its own; a measure that holds one is pickled when they can be.
    if "aggregate(" not in str(one):
        assert pickle.loads(pickle.dumps(one)) == one
    assert copy.copy(one) == one
    assert hash(one) == hash(parse(str(one)))
    assert (one == other) == (str(one) == str(other))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CONTACTS.where(pl.col("channel") == "door"),
        lambda: CONTACTS.where(col("channel") == pl.col("other")),
        lambda: CONTACTS.where(col("minutes") > pl.lit(1)),
        lambda: CONTACTS.sum(pl.col("minutes")),
        lambda: CONTACTS.distinct(pl.col("channel")),
        lambda: col("channel").is_between(pl.lit(1), 2),
        lambda: CONTACTS.where((col("a") == 1) & (pl.col("b") == 1)),
    ],
)
def test_a_polars_expression_is_refused_with_a_hint(ask: object) -> None:
    with pytest.raises(PlanError, match="a polars expression can't be printed back") as refused:
        ask()  # type: ignore[operator]
    assert "hgplan.col('channel') == 'door'" in str(refused.value)


@pytest.mark.parametrize(
    ("ask", "what"),
    [
        (lambda: CONTACTS.where(lambda row: True), "function is no expression"),
        (lambda: CONTACTS.where(None), "NoneType is no expression"),
        (lambda: CONTACTS.where(col("a") + 1), "is no yes-or-no question"),
        (lambda: CONTACTS.sum(None), "NoneType can't stand in an expression"),
        (lambda: col("a") == None, "None is asked with .is_null()"),  # noqa: E711
        (lambda: col("a") == datetime(2024, 1, 1), "datetime can't stand in an expression"),
        (lambda: col("a") == float("nan"), "nan can't stand in an expression"),
        (lambda: col("a").is_in("abc"), "is_in takes a list of values, got str"),
        (lambda: bool(col("a") == 1), "has no truth of its own"),
        (lambda: 1 < col("a") < 3, "has no truth of its own"),
        (lambda: bool(CONTACTS.count() > 2), "has no truth of its own"),
        (lambda: CONTACTS.distinct(3), "distinct counts the values of a column, not of 3"),
        (lambda: CONTACTS.distinct(having=CONTACTS.count()), "having=Count asks nothing"),
        (lambda: CONTACTS.during(CONTACTS), "during takes Spells, got Events"),
        (lambda: CONTACTS.converted(MEMBERS), "converted takes Events, got Spells"),
        (lambda: CONTACTS.converted(CONTACTS.count()), "converted takes Events, got Count"),
        (lambda: CONTACTS.converted(MEMBERS.starts(), within=30), "a duration is text"),
        (lambda: CONTACTS.converted(MEMBERS.starts(), attribution="last"), "attribution='last' is not known"),
        (lambda: CONTACTS.quantile("a", 1.5), "is no share"),
        (lambda: CONTACTS.quantile("a", "half"), "is no share"),
        (lambda: MEMBERS.retained("12"), "'12' is no duration"),
        (lambda: MEMBERS.retained("1y", immature="skip"), "immature='skip' is not known"),
        (lambda: MEMBERS.bridged("0d"), "has no length"),
        (lambda: REPORTS.average("a", every="monthly"), "no grain named 'monthly'"),
        (lambda: CONTACTS.count() + "a", "str is no number"),
        (lambda: CONTACTS.count() + True, "bool is no number"),
        (lambda: CONTACTS.count() * float("inf"), "inf is no number"),
        (lambda: CONTACTS.count() + pl.DataFrame({"name": ["somebody"]}), "DataFrame is no number"),
        (lambda: CONTACTS.count().default("a"), "str is no number"),
        (lambda: Events("a.b", at="day"), "can't name a table"),
        (lambda: Events("class", at="day"), "can't name a table"),
        (lambda: Events(3, at="day"), "can't name a table"),
        (lambda: Events("a", at="day", expected={"every": "month"}), "is no duty"),
        (lambda: Events("a", at="day", expected={"every": "monthly", "level": "b"}), "no grain named 'monthly'"),
        (lambda: Events("a", at="day", columns={"b": "integer"}), "no column type 'integer'"),
        (lambda: Events("a", at="day", columns={"b": 3}), "a column's type is text"),
        (lambda: decimal(19), "keeps 19 digits"),
        (lambda: column_type("decimal(two)"), "needs a whole number of digits"),
        (lambda: enum("a", "a"), "needs different values"),
        (lambda: Aggregate("", "1", partial=list, combine=list, final=len), "needs a name and a version"),
        (lambda: Aggregate("a", "1", partial=list, combine=list, final=len, over_time="first"), "is not known"),
    ],
)
def test_what_means_nothing_is_refused_where_it_is_written(ask: object, what: str) -> None:
    with pytest.raises(PlanError) as refused:
        ask()  # type: ignore[operator]
    assert what in str(refused.value)
    assert "somebody" not in str(refused.value)


def test_types_of_columns_are_written_as_text() -> None:
    for text in ("text", "int", "float", "bool", "date", "decimal(2)", "enum(door, phone)", "ref(activities)"):
        assert str(column_type(text)) == text
    assert column_type("ref('activities')") == ref("activities")
    table = Events("a", at="day", columns={"fee": "decimal(2)", "channel": enum("x", "y")})
    assert table.columns["fee"] == decimal(2)
    assert hash(table) == hash(Events("a", at="day", columns={"channel": enum("x", "y"), "fee": decimal(2)}))


def test_a_measure_keeps_of_a_table_its_name_alone() -> None:
    bare, full = Events("contacts", at="a"), Events("contacts", at="b", unit="c", columns={"d": "int"})
    assert bare.count() == full.count()
    assert bare != full


def test_a_condition_reads_as_python_does() -> None:
    asked = (col("a") > 1) & ~(col("b") == "x") | col("day").is_between(date(2024, 1, 1), col("other") + "30d")
    assert str(asked) == "(a > 1) & ~(b == 'x') | day.is_between(date('2024-01-01'), other + '30d')"
    assert parse(f"contacts.where({asked}).count()") == CONTACTS.where(asked).count()
