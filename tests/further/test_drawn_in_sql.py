"""Drawn organisations and tables, asked of hgplan and of DuckDB: counts, sums, different keys and stocks everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import isclose
from typing import Any, Final

import duckdb
import pytest
from drawn import FactsDrawn, Question, questions
from drawn.asking import asked
from drawn.facts import Shape
from further.tree import as_of, stand
from hypothesis import given
from hypothesis import strategies as st

from hgplan.metrics import Measure

Key = tuple[str, date, Any]
Told = tuple[float | None, float | None, float | None, int]

# A measure of contacts: what stands above and below the line. `value` is null where nothing is below it.
CONTACTS: Final = {
    "contacts.count()": ("count(*)", None),
    "contacts.where(channel == 'door').count()": ("count(*) filter (where channel = 'door')", None),
    "contacts.where(minutes * 2 - 1 <= 3).sum(minutes)": (
        "coalesce(sum(minutes) filter (where minutes * 2 - 1 <= 3), 0)", None,
    ),
    "contacts.sum(minutes)": ("coalesce(sum(minutes), 0)", None),
    "contacts.sum(fee)": ("coalesce(sum(fee), 0)", None),
    "contacts.mean(minutes)": ("coalesce(sum(minutes), 0)", "count(minutes)"),
    "contacts.min(minutes)": ("min(minutes)", None),
    "contacts.max(fee)": ("max(fee)", None),
    "contacts.distinct()": ("count(distinct person)", None),
    "contacts.distinct(key=channel)": ("count(distinct channel)", None),
}  # fmt: skip
# What stands behind a figure: rows that count, which a predicate may leave out.
BEHIND: Final = {
    "contacts.where(channel == 'door').count()": "count(*) filter (where channel = 'door')",
    "contacts.where(minutes * 2 - 1 <= 3).sum(minutes)": "count(*) filter (where minutes * 2 - 1 <= 3)",
}
EVENTS: Final = """
    select node, period, {group}, {above}, {below}, {behind}
    from contacts join standing on standing.unit = coalesce(contacts.unit, $root) and since <= day and day < gone
    join periods on day between first and last
    group by all
"""
STOCKS: Final = {"memberships.active()": "last", "memberships.active(at='start')": "first - 1"}
STOCK: Final = """
    select node, period, {group}, count(distinct person), null, count(*)
    from piece join periods on entered <= {day} and {day} < quit
    where person is not null group by all
"""
# Flows are the edges of merged runs at each node: the row that opens or closes one stands behind it.
FLOWS: Final = {"memberships.starts().count()": "opened", "memberships.ends().count()": "ended"}
FLOW: Final = """
    with reach as (
        select *, max(quit) over (
            partition by node, person order by entered, quit rows between unbounded preceding and 1 preceding) as before
        from piece where person is not null
    ), numbered as (
        select *, count(*) filter (where before is null or before < entered) over (
            partition by node, person order by entered, quit rows unbounded preceding) as run
        from reach
    ), runs as (
        select node, min(entered) as opened, max(quit) as ended from numbered group by node, person, run
    )
    select node, period, null, count(*), null, count(*)
    from runs join periods on {edge} between first and last group by all
"""
# The newest version known on the day; what was recorded on no day was always known.
NEWEST: Final = """
    create or replace table {name} as select * from {name}_as_told
    where {known} qualify {id} is null or row_number() over (partition by {id} order by seen desc nulls last) = 1
"""
PIECES: Final = """
    create or replace table piece as
    with spell as (
        select *, coalesce("left", date '9999-12-31') as until from (
            select * replace (case when "left" <= $until then "left" end as "left") from memberships
            where joined <= $until)
    )
    select node, person, channel, greatest(joined, since) as entered, least(until, gone) as quit
    from spell join standing on standing.unit = coalesce(spell.unit, $root)
    where greatest(joined, since) < least(until, gone) or (joined = until and since <= joined and joined < gone)
"""
COLUMNS: Final = {
    "contacts": {
        "number": "text", "seen": "date", "day": "date", "unit": "text", "person": "text", "channel": "text",
        "minutes": "bigint", "fee": "decimal(38, 2)",
    },
    "memberships": {
        "number": "text", "seen": "date", "joined": "date", "left": "date", "person": "text", "unit": "text",
        "channel": "text",
    },
}  # fmt: skip
SHAPES: Final = st.builds(Shape, id=st.booleans(), recorded=st.booleans(), duty=st.just(False))
RECORDED: Final = st.just(Shape(id=True, recorded=True, duty=False))


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, whose tables each example makes anew."""
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def filled(database: duckdb.DuckDBPyConnection, question: Question, spans: list[tuple[date, date]]) -> None:
    """The question's facts and tree as tables."""
    units = [(row.id, row.parent, row.opened, row.closed) for row in question.organisation.rows]
    _table(database, "units", {"unit": "text", "parent": "text", "opened": "date", "closed": "date"}, units)
    _table(database, "nodes", {"node": "text"}, [(unit,) for unit in question.organisation.units])
    periods = [(start, start, min(end, question.until)) for start, end in spans]
    _table(database, "periods", {"period": "date", "first": "date", "last": "date"}, periods)
    for name, columns in COLUMNS.items():
        rows = [tuple(row.get(column) for column in columns) for row in question.facts.data[name]]
        _table(database, f"{name}_as_told", columns, rows)
    for name in ("contacts", "memberships"):
        versioned = question.facts.tables[name].id is not None and question.facts.tables[name].recorded is not None
        known = "true" if question.known_on is None else "(seen is null or seen <= $known_on)"
        used = {} if question.known_on is None else {"known_on": question.known_on}
        database.execute(NEWEST.format(name=name, known=known, id="number" if versioned else "null"), used)
    stand(database)
    if question.tree != "day":
        as_of(database, question.tree)
    database.execute(PIECES, {"until": question.until, "root": question.organisation.root})


def _table(
    database: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: list[tuple[Any, ...]]
) -> None:
    written = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    database.execute(f"create or replace table {name} ({written})")
    if rows:
        database.executemany(f"insert into {name} values ({', '.join('?' * len(columns))})", rows)


def queries(by: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each measure's text and its query."""
    group = by[0] if by else "null"
    for text, (above, below) in CONTACTS.items():
        behind = BEHIND.get(text, "count(*)")
        yield text, EVENTS.format(group=group, above=above, below=below or "null", behind=behind)
    for text, day in STOCKS.items():
        yield text, STOCK.format(group=group, day=day)
    if not by:
        yield from ((text, FLOW.format(edge=edge)) for text, edge in FLOWS.items())


def measures(facts: FactsDrawn) -> dict[str, Measure]:
    """The measures as their users write them."""
    contacts, members = facts.tables["contacts"], facts.tables["memberships"]
    written = [
        contacts.count(), contacts.where("channel == 'door'").count(),
        contacts.where("minutes * 2 - 1 <= 3").sum("minutes"), contacts.sum("minutes"), contacts.sum("fee"),
        contacts.mean("minutes"), contacts.min("minutes"), contacts.max("fee"), contacts.distinct(),
        contacts.distinct("channel"), members.active(), members.active("start"), members.starts().count(),
        members.ends().count(),
    ]  # fmt: skip
    return {str(measure): measure for measure in written}


def assert_recomputed(database: duckdb.DuckDBPyConnection, question: Question) -> None:
    """Fail unless DuckDB tells of every cell what hgplan tells."""
    known = measures(question.facts)
    wanted = [text for text, _ in queries(question.by)]
    frame = asked(question.but(measures=tuple(known[text] for text in wanted)))
    spans = sorted(set(frame.select("period_start", "period_end").rows()))
    filled(database, question, spans)
    for text, query in queries(question.by):
        used = {"root": question.organisation.root} if "$root" in query else {}
        again = {(node, period, group): rest for node, period, group, *rest in database.execute(query, used).fetchall()}
        cells = frame.filter(metric=text)
        assert len(cells) or question.by, text
        for row in cells.iter_rows(named=True):
            key = (row["unit"], row["period_start"], row[question.by[0]] if question.by else None)
            above, below, behind = again.pop(key, (None, None, 0))
            told = [row[name] for name in ("value", "numerator", "denominator")]
            if row["availability"] == "not_expected":
                continue
            assert row["rows"] == behind, (text, key)
            ratio = ".mean(" in text
            if ratio:
                expected = [above / below if below else None, above or 0, below or 0]
            else:
                extreme = ".min(" in text or ".max(" in text
                expected = [above if extreme else above or 0, None, None]
            for one, other in zip(told, expected, strict=True):
                assert (one is None) == (other is None), (text, key, told, expected)
                assert one is None or isclose(one, other, rel_tol=1e-15), (text, key, told, expected)
        assert not again, f"{text}: only DuckDB tells of {again}"


@given(question=questions(lambda facts: st.just(facts.tables["contacts"].count()), count=1, shape=SHAPES))
def test_every_unit_and_period_is_as_in_sql(database: duckdb.DuckDBPyConnection, question: Question) -> None:
    assert_recomputed(database, question)


@given(
    question=questions(
        lambda facts: st.just(facts.tables["contacts"].count()), count=1, by=(("channel",),), shape=SHAPES
    )
)
def test_every_group_is_as_in_sql(database: duckdb.DuckDBPyConnection, question: Question) -> None:
    assert_recomputed(database, question)


@given(question=questions(lambda facts: st.just(facts.tables["contacts"].count()), count=1, known=True, shape=RECORDED))
def test_what_was_known_on_a_day_is_as_in_sql(database: duckdb.DuckDBPyConnection, question: Question) -> None:
    assert_recomputed(database, question)
