"""Measures over the drawn tables, across the whole algebra."""

from __future__ import annotations

from hypothesis import strategies as st

from drawn.days import days
from drawn.facts import FactsDrawn
from hgplan.metrics import Aggregate, Events, Having, Measure, Predicate, Snapshots, Spells, col

Draw = st.DrawFn

WINDOWS = ["1d", "7d", "30d", "1mo", "2mo"]
SCOPES = ["organisation", "unit"]
SIGNS = ["+", "-", "*", "/"]

durations = st.sampled_from(WINDOWS)
scopes = st.sampled_from(SCOPES)

SPREAD = Aggregate(
    "spread",
    "1",
    partial=lambda rows: tuple(sorted({row[0] for row in rows if row[0] is not None})),
    combine=lambda states: tuple(sorted(set().union(*states))),
    final=lambda state: state[-1] - state[0] if state else None,
)


@st.composite
def predicates(draw: Draw, table: Events | Spells | Snapshots, deep: int = 1) -> Predicate:
    """A question about a row: the columns that the table has, and nothing that its end could hide."""
    number = "members" if isinstance(table, Snapshots) else "minutes"
    asks = [
        col("channel") == draw(st.sampled_from(["door", "phone", "none"])),
        col("channel").is_null(),
        col("channel").is_in(["web", "door"]),
        col("channel") != "web",
        col("channel").starts_with("p"),
        col(number) > draw(st.integers(-1, 4)),
        col(number).is_between(0, 3),
        col(number) * 2 - 1 <= 3,
        col(table.start if isinstance(table, Spells) else table.at) >= draw(days),
    ]
    if isinstance(table, Events):
        asks += [
            col("activities.theme") == draw(st.sampled_from(["a", "b"])),
            col("activity.theme").is_not_null(),
            col("fee") >= 0,
        ]
    asked = draw(st.sampled_from(asks))
    if not deep:
        return asked
    match draw(st.integers(0, 4)):
        case 0:
            return ~asked
        case 1:
            return asked & draw(predicates(table, 0))
        case 2:
            return asked | ~draw(predicates(table, 0))
        case _:
            return asked


@st.composite
def chosen(draw: Draw, table: Events | Spells | Snapshots) -> Events | Spells | Snapshots:
    """The table, or some of its rows."""
    return table.where(draw(predicates(table))) if draw(st.integers(0, 2)) == 0 else table


@st.composite
def spells(draw: Draw, drawn: FactsDrawn, name: str | None = None) -> Spells:
    """Spells that make a state."""
    table = drawn.tables[name or draw(st.sampled_from(["memberships", "memberships", "roles"]))]
    found = draw(chosen(table))
    return found.bridged(draw(durations)) if draw(st.integers(0, 3)) == 0 else found


@st.composite
def turned(draw: Draw, drawn: FactsDrawn) -> Events:
    """The starts, ends or rows of spells, as events."""
    match draw(st.integers(0, 5)):
        case 0 | 1:
            return draw(spells(drawn)).starts(draw(scopes), draw(st.none() | durations))
        case 2:
            return draw(spells(drawn)).ends(draw(scopes))
        case 3:
            return draw(chosen(drawn.tables["memberships"])).rows(draw(st.sampled_from(["start", "end"])))
        case _:
            return draw(spells(drawn)).starts()


@st.composite
def events(draw: Draw, drawn: FactsDrawn, *, anywhere: bool = False) -> Events:
    """Rows that happen on a day; `anywhere` keeps to those that are the same seen from every unit."""
    if not anywhere and draw(st.integers(0, 2)) == 0:
        found = draw(turned(drawn))
        if draw(st.integers(0, 3)) == 0:
            found = found.where(col("channel") == "door")
        return found
    found = draw(chosen(drawn.tables[draw(st.sampled_from(["contacts", "contacts", "visits"]))]))
    scope = st.just("organisation") if anywhere else scopes
    match draw(st.integers(0, 5)):
        case 0:
            return found.first(draw(scope))
        case 1:
            return found.during(draw(spells(drawn)), draw(scope))
        case _:
            return found


@st.composite
def havings(draw: Draw, drawn: FactsDrawn) -> Having:
    """A question about a person's own figures."""
    other = draw(events(drawn, anywhere=True))
    asked = draw(st.sampled_from([other.count() > 1, other.sum("minutes") >= 3, other.mean("minutes") < 2]))
    match draw(st.integers(0, 3)):
        case 0:
            return asked & (drawn.tables["memberships"].starts().count() < 1)
        case 1:
            return asked | (drawn.tables["contacts"].count() <= 1)
        case _:
            return asked


@st.composite
def of_events(draw: Draw, drawn: FactsDrawn) -> Measure:
    """A count of events."""
    rows = draw(events(drawn))
    match draw(st.integers(0, 12)):
        case 0 | 1:
            return rows.count()
        case 2:
            return rows.sum(draw(st.sampled_from(["minutes", "minutes * 2 + 1"])))
        case 3:
            return rows.mean("minutes")
        case 4:
            return rows.min("minutes") if draw(st.booleans()) else rows.max("minutes")
        case 5:
            return rows.quantile("minutes", draw(st.sampled_from([0, 0.25, 0.5, 0.9, 1])))
        case 6:
            return rows.distinct("channel")
        case 7:
            return rows.distinct(having=draw(havings(drawn)))
        case 8:
            return rows.units(draw(st.sampled_from([None, "association", "region"])))
        case 9:
            return rows.coverage(draw(st.sampled_from([None, "association", "region"])))
        case 10:
            return rows.aggregate(SPREAD, "minutes")
        case _:
            return rows.distinct()


@st.composite
def of_money(draw: Draw, drawn: FactsDrawn) -> Measure:
    """A sum or mean of decimals."""
    rows = draw(events(drawn, anywhere=True))
    return rows.sum("fee") if draw(st.booleans()) else rows.mean("fee")


@st.composite
def conversions(draw: Draw, drawn: FactsDrawn) -> Measure:
    """Contacts and what came of them."""
    done = draw(turned(drawn)) if draw(st.booleans()) else draw(events(drawn, anywhere=True))
    return draw(events(drawn, anywhere=True)).converted(
        done,
        within=draw(st.none() | durations),
        attribution=draw(st.sampled_from(["latest", "latest", "first", "all"])),
        count=draw(st.sampled_from(["entities", "entities", "rows"])),
        same=draw(st.sampled_from([(), (), ("channel",)])),
        immature=draw(st.sampled_from(["exclude", "exclude", "include"])),
        scope=draw(st.sampled_from(["organisation", "organisation", "unit"])),
    )


@st.composite
def of_spells(draw: Draw, drawn: FactsDrawn) -> Measure:
    """A stock, or a cohort followed."""
    rows = draw(spells(drawn))
    match draw(st.integers(0, 4)):
        case 0 | 1:
            return rows.active(draw(st.sampled_from(["end", "end", "start"])))
        case 2:
            return rows.survival(draw(durations), draw(scopes))
        case _:
            return rows.retained(draw(durations), draw(st.sampled_from(["exclude", "include"])), draw(scopes))


@st.composite
def of_snapshots(draw: Draw, drawn: FactsDrawn) -> Measure:
    """A stock as reported."""
    rows = draw(chosen(drawn.tables["reports"]))
    carried = draw(st.integers(0, 2)) == 0
    if carried:
        rows = rows.carry_forward(draw(durations))
    per = "entity" if carried else draw(st.sampled_from(["entity", "entity", None, "channel"]))
    match draw(st.integers(0, 3)):
        case 0:
            return rows.first("members", per)
        case 1:
            return rows.average("members")
        case _:
            return rows.last("members", per)


@st.composite
def of_rows(draw: Draw, drawn: FactsDrawn) -> Measure:
    """A measure of the rows of one table."""
    kinds = [of_events, of_events, of_events, conversions, of_spells, of_spells, of_snapshots]
    return draw(draw(st.sampled_from(kinds))(drawn))


@st.composite
def steady(draw: Draw, drawn: FactsDrawn, deep: int = 1) -> Measure:
    """A measure that nothing runs over yet: rows and arithmetic."""
    if not deep or draw(st.integers(0, 1)) == 0:
        found = draw(of_rows(drawn))
        return found.default(draw(st.sampled_from([0, 7, 1.5, None]))) if draw(st.integers(0, 5)) == 0 else found
    left = draw(steady(drawn, deep - 1))
    right = draw(steady(drawn, deep - 1)) if draw(st.integers(0, 2)) else draw(st.sampled_from([2, 0.5, 0]))
    return joined(draw(st.sampled_from(SIGNS)), left, right)


def joined(sign: str, left: Measure, right: Measure | float) -> Measure:
    """Two measures in a formula."""
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right


@st.composite
def running(draw: Draw, drawn: FactsDrawn, of: Measure | None = None) -> Measure:
    """A running figure of something steady."""
    inner = of if of is not None else draw(steady(drawn))
    at = draw(st.sampled_from(["last", "last", "last", "first"]))
    if draw(st.booleans()):
        return inner.trailing(draw(durations), at)
    return inner.to_date(draw(st.sampled_from([None, "week", "month", "quarter", "year"])), at)


@st.composite
def measures(draw: Draw, drawn: FactsDrawn) -> Measure:
    """Any measure of the algebra."""
    found = draw(steady(drawn))
    if draw(st.integers(0, 3)) == 0:
        found = draw(running(drawn, found))
    if draw(st.integers(0, 4)) == 0:
        to = draw(st.sampled_from([None, None, "week", "month"]))
        found = found.shift(to=to) if to else found.shift(draw(durations))
    match draw(st.integers(0, 9)):
        case 0:
            return joined(draw(st.sampled_from(SIGNS)), found, draw(steady(drawn, 0)))
        case 1:
            return found.default(draw(st.sampled_from([0, -1, None])))
        case 2:
            return found.mean_of_units(draw(st.sampled_from(["association", "region"])))
        case _:
            return found
