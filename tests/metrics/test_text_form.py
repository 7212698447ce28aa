"""The text form of measures: read by an allow-list, printed so that it is read back as the same value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from drawn import facts, measures, organisations
from hypothesis import given
from hypothesis import strategies as st

from hgplan import PlanError, col, parse
from hgplan.metrics import Events, Measure, Spells
from hgplan.metrics.counts import Count, Picked, Sum
from hgplan.metrics.measures import Formula, Joined, Named, Number
from hgplan.metrics.nodes import Binary, Column, Compare, Constant
from hgplan.metrics.parse import parse_expression, parse_having, parse_predicate

CONTACTS = Events("contacts", at="day", entity="person")
MEMBERS = Spells("members", start="joined", end="left", entity="person")


@given(st.data())
def test_a_drawn_measure_is_read_back_as_itself(data: st.DataObject) -> None:
    measure = data.draw(measures(data.draw(facts(data.draw(organisations()), most=0))))
    assert parse(str(measure)) == measure
    assert str(parse(str(measure))) == str(measure)


scalars = (
    st.text(max_size=4) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.dates()
)
names = st.text(min_size=1, max_size=5) | st.sampled_from(["channel", "activities.theme", "from", "a.b.c", "ﬁ", "été"])


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda sign, a, b: {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[sign], st.sampled_from("+-*/"), inner, inner
    )


values = st.recursive(names.map(col), _deeper, max_leaves=4) | st.builds(
    lambda column, number: column * number - 1, names.map(col), st.integers() | st.floats(-1e9, 1e9)
)
comparisons = st.builds(
    lambda sign, a, b: {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign],
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    values,
    scalars | values,
)
tests = st.one_of(
    st.builds(lambda of, these: of.is_in(these), values, st.lists(scalars, max_size=3)),
    st.builds(lambda of, low, high: of.is_between(low, high), values, scalars, values),
    st.builds(lambda of: of.is_null(), values),
    st.builds(lambda of: of.is_not_null(), values),
    st.builds(lambda of, start: of.starts_with(start), values, st.text(max_size=3)),
)
predicates = st.recursive(
    comparisons | tests,
    lambda inner: (
        inner.map(lambda one: ~one)
        | st.builds(lambda a, b: a & b, inner, inner)
        | st.builds(lambda a, b: a | b, inner, inner)
    ),
    max_leaves=6,
)


@given(predicates)
def test_a_drawn_predicate_is_read_back_as_itself(predicate: Any) -> None:
    assert parse_predicate(str(predicate)) == predicate
    measure = CONTACTS.where(predicate).count()
    assert parse(str(measure)) == measure


@given(values, scalars)
def test_a_drawn_expression_is_read_back_as_itself(value: Any, scalar: Any) -> None:
    for one in (value, parse_expression(scalar) if not isinstance(scalar, str) else value + "30d"):
        assert parse_expression(str(one)).node == one.node


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("contacts.count()", CONTACTS.count()),
        ("contacts.sum(of=minutes)", CONTACTS.sum("minutes")),
        ("contacts.sum('minutes * 2')", CONTACTS.sum(col("minutes") * 2)),
        ("contacts.distinct(channel)", CONTACTS.distinct("channel")),
        ("contacts.distinct(key='channel')", CONTACTS.distinct(col("channel"))),
        ("contacts.where(channel == 'door').count()", CONTACTS.where(col("channel") == "door").count()),
        ("contacts.where(\"channel == 'door'\").count()", CONTACTS.where("channel == 'door'").count()),
        ("contacts.where(day >= date('2024-02-29')).count()", CONTACTS.where(col("day") >= date(2024, 2, 29)).count()),
        ("contacts.first('unit').count()", CONTACTS.first("unit").count()),
        ("contacts.during(members, scope='unit').count()", CONTACTS.during(MEMBERS, "unit").count()),
        ("members.starts('organisation', '1y').count()", MEMBERS.starts("organisation", gap="1y").count()),
        ("contacts.converted(members.starts(), '30d', same=(channel, kind))",
         CONTACTS.converted(MEMBERS.starts(), "30d", same=["channel", "kind"])),
        ("contacts.count()\n  / members.active()  # at the end", CONTACTS.count() / MEMBERS.active()),
        ("-contacts.count()", 0 - CONTACTS.count()),
        ("2 * (contacts.count() - 1)", 2 * (CONTACTS.count() - 1)),
        ("contacts.distinct(having=contacts.count() > 2)", CONTACTS.distinct(having=CONTACTS.count() > 2)),
        ("contacts.distinct(having=2 < contacts.count())",
         CONTACTS.distinct(having="2 < contacts.count()")),
        ("tenants.retention(horizon='6mo') * 100", Named("tenants.retention", {"horizon": "6mo"}) * 100),
    ],
)  # fmt: skip
def test_a_text_and_its_measure_are_the_same(text: str, measure: Measure) -> None:
    assert parse(text) == measure


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("-contacts.count()", -CONTACTS.count()),
        ("-(contacts.count() + 1)", -(CONTACTS.count() + 1)),
        ("1 - contacts.count()", 1 - CONTACTS.count()),
        ("-2 * contacts.count()", -parse("2") * CONTACTS.count()),
        ("contacts.sum(-minutes)", CONTACTS.sum(-col("minutes"))),
        ("contacts.sum(2 * -minutes)", CONTACTS.sum(2 * -col("minutes"))),
        ("contacts.sum(-(minutes - 1))", CONTACTS.sum(-(col("minutes") - 1))),
        ("contacts.where(-minutes < -5).count()", CONTACTS.where(-col("minutes") < -parse_expression(5)).count()),
    ],
)
def test_a_sign_means_the_same_in_python_and_in_text(text: str, measure: Measure) -> None:
    assert parse(text) == measure == parse(str(measure))


def test_first_takes_a_scope_of_events_and_a_column_of_snapshots() -> None:
    assert isinstance(parse("reports.first(members)"), Picked)
    assert isinstance(parse("reports.first('members', per=None)"), Picked)
    assert isinstance(parse("contacts.first().count()"), Count)


def test_brackets_are_printed_only_where_they_are_needed() -> None:
    one, two, three = Named("a"), Named("b"), Named("c")
    assert str(one - (two - three)) == "a - (b - c)"
    assert str(one - two - three) == "a - b - c"
    assert str((one + two) * three) == "(a + b) * c"
    assert str(one + two * three) == "a + b * c"
    assert str((one / two).default(0)) == "(a / b).default(0)"
    assert str(Number(2).default(0)) == "(2).default(0)"


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("__import__('os').system('true')", "asks 'system', which is no verb", None),
        ("contacts.count().__class__", "is no measure", None),
        ("contacts.__class__.count()", "names no rows", None),
        ("lambda: 1", "is no measure", None),
        ("[c for c in contacts]", "is no measure", None),
        ("contacts.count() if 1 else 2", "is no measure", None),
        ("contacts[0].count()", "names no rows", None),
        ("(x := 3)", "is no measure", None),
        ("f'{contacts}'", "is no measure", None),
        ("contacts.count() ** 2", "is no measure", None),
        ("contacts.where(f('x') == 1).count()", "is no value", None),
        ("contacts.where(a == b == c).count()", "compares more than two things", "put brackets around"),
        ("contacts.where(a and b).count()", "is not row by row", "write & | ~"),
        ("contacts.where(not a).count()", "is not row by row", "write & | ~"),
        ("contacts.where(a == None).count()", "compares to nothing", "ask .is_null()"),
        ("contacts.where(a.is_in([None])).count()", "holds None", "ask .is_null()"),
        ("contacts.where(a.is_in('door')).count()", "is no list", "is_in(["),
        ("contacts.where(a.ends_with('x')).count()", "which is no test", "did you mean 'starts_with'?"),
        ("contacts.where(1 + 2).count()", "is no yes-or-no question", None),
        ("contacts.where(True).count()", "is no yes-or-no question", None),
        ("contacts.where(day > date('2024-02-30')).count()", "is no day", "date('2022-09-11')"),
        ("contacts.where(day + '30x' > day).count()", "'30x' is no duration", None),
        ("contacts.cuont(1)", "asks 'cuont', which is no verb", "did you mean 'count'?"),
        ("contacts.start(scope='unit').distinct()", "asks 'start', which is no verb", "did you mean 'starts'?"),
        ("contacts.where(a == 1)", "is rows, not a figure", "end with a verb"),
        ("contacts.count().where(a == 1).count()", "is a figure, not rows", None),
        ("contacts.count(1)", "takes no arguments", None),
        ("contacts.sum()", "needs 'of'", None),
        ("contacts.sum(a, b)", "takes at most 1 arguments", None),
        ("contacts.sum(a, of=b)", "gives 'of' twice", None),
        ("contacts.sum(*a)", "can't stand in a formula", None),
        ("contacts.sum(**a)", "can't take arguments from a mapping", None),
        ("contacts.distinct(kay=a)", "has no argument 'kay'", "did you mean 'key'?"),
        ("contacts.count().trailing('7d').to_date('year')", "to_date of a running figure", "what it runs over"),
        ("(contacts.count().to_date() / 2).trailing('7d')", "trailing of a running figure", None),
        ("contacts.count().previous('1y').trailing('7d')", "whole earlier period", "put .previous after"),
        ("contacts.count().to_date('mont')", "no grain named 'mont'", "did you mean 'month'?"),
        ("contacts.count().shift()", "shift needs an offset or a grain", None),
        ("contacts.count().shift('1y', to='month')", "shift needs an offset or a grain", None),
        ("contacts.count().shift(to='mont')", "no grain named 'mont'", None),
        ("contacts.count().trailing('0d')", "has no length", None),
        ("contacts.count().trailing('12 months')", "is no duration", "did you mean '12mo'?"),
        ("contacts.count().default('a')", "is no number", None),
        ("reports.average(members, 'monthly')", "no grain named 'monthly'", "did you mean 'month'?"),
        ("members.active('middle')", "at='middle' is not known", "'end', 'start'"),
        ("members.starts(scope='region').count()", "scope='region' is not known", None),
        ("contacts.quantile(a, 2)", "is no share", "from 0 to 1"),
        ("contacts.distinct(having=contacts.count())", "compares no figure", None),
        ("contacts.distinct(having=a.count() > 2 & b.count() < 1)", "compares no figure", "brackets around each"),
        ("new_members('6mo')", "takes its parameters by name only", None),
        ("new_members(**a)", "can't take parameters from a mapping", None),
        ("contacts.aggregate()", "needs the aggregate's name", None),
        ("1e400", "is no number", None),
        ("", "can't be read", None),
        ("contacts.count() +", "can't be read", None),
        ("contacts.count() +\n)", "can't be read", None),
        ("1) + (\n2", "a bracket is closed that was not opened", None),
    ],
)
def test_what_is_no_measure_is_refused_with_its_place(text: str, what: str, hint: str | None) -> None:
    with pytest.raises(PlanError) as refused:
        parse(text)
    assert what in refused.value.what
    if hint is not None:
        assert hint in str(refused.value)


def test_the_place_of_a_fault_is_told() -> None:
    with pytest.raises(PlanError) as refused:
        parse("contacts.count() + members.activ(1)")
    assert refused.value.where == "character 20 of the formula"
    with pytest.raises(PlanError) as refused:
        parse("contacts.count()\n + members.activ(1)")
    assert refused.value.where == "line 2, character 4 of the formula"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x" * 30_000, "is too long to be read"),
        ("(" * 5_000 + "1" + ")" * 5_000, "can't be read"),
        ("-" * 5_000 + "contacts.count()", "is nested too deep"),
        ("contacts.count()" + "+1" * 5_000, "is nested too deep"),
        ("contacts.count() + \x00", "can't be read"),
    ],
)
def test_a_formula_out_of_all_bounds_is_refused_and_harms_nothing(text: str, what: str) -> None:
    with pytest.raises(PlanError, match=what):
        parse(text)


@given(st.text(alphabet="abc.()[]'\"=<>&|~+-*/, 0123\n_:lambdif", max_size=40) | st.text(max_size=30))
def test_any_text_is_a_measure_or_refused(text: str) -> None:
    try:
        measure = parse(text)
    except PlanError:
        return
    assert parse(str(measure)) == measure


def test_numbers_and_truths_keep_their_kind() -> None:
    assert Number(1) != Number(1.0)
    assert Constant(True) != Constant(1)
    assert col("a").is_in([1]).node != col("a").is_in([True]).node
    assert parse("a.count() * 1.0") != parse("a.count() * 1")
    assert hash(Number(2)) == hash(Number(2))


def test_columns_that_are_no_plain_words_are_printed_in_quotes() -> None:
    assert str(col("från dag") == 1) == "col('från dag') == 1"
    assert str(CONTACTS.sum(col("class"))) == "contacts.sum(col('class'))"
    assert str(col("activities.theme")) == "activities.theme"


def test_a_formula_s_parts_are_values() -> None:
    measure = parse("contacts.sum(minutes * 2) / contacts.count()")
    assert isinstance(measure, Formula)
    assert measure.left == Sum(CONTACTS.rowset, Binary("*", Column("minutes"), Constant(2)))
    assert parse_predicate("a != 'x'").node == Compare("!=", Column("a"), Constant("x"))
    assert isinstance(parse_having("(a.count() > 1) | (b.count() < 2)"), Joined)
