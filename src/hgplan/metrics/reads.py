"""What a measure reads: its tables, their columns, the metrics that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from hgplan.metrics.counts import Aggregated, Average, Converted, Distinct, Retained, RowMeasure, Survival
from hgplan.metrics.measures import Comparison, Having, Joined, Measure, Named, children
from hgplan.metrics.nodes import Node, columns_of
from hgplan.metrics.rows import During, Ends, First, RowSet, SpellRows, Starts, Where

__all__ = [
    "columns_read",
    "hangs_on_node",
    "measures_in",
    "metrics_named",
    "row_sets",
    "tables_counted",
    "tables_ordered",
    "tables_read",
]


def measures_in(measure: Measure) -> Iterator[Measure]:
    """The measure and every measure inside it, those that qualify keys included.

    >>> from hgplan.metrics.parse import parse
    >>> [str(m) for m in measures_in(parse("a.count() / b.count()"))]
    ['a.count() / b.count()', 'a.count()', 'b.count()']
    """
    yield measure
    for child in children(measure):
        yield from measures_in(child)
    if isinstance(measure, Distinct) and measure.having is not None:
        yield from _asked(measure.having)


def _asked(having: Having) -> Iterator[Measure]:
    if isinstance(having, Comparison):
        yield from measures_in(having.left)
        yield from measures_in(having.right)
    elif isinstance(having, Joined):
        yield from _asked(having.left)
        yield from _asked(having.right)


def row_sets(measure: Measure) -> Iterator[RowSet]:
    """Every row set that a measure looks at, those inside steps included."""
    for part in measures_in(measure):
        if isinstance(part, RowMeasure):
            yield from _inside(part.rows)
            if isinstance(part, Converted):
                yield from _inside(part.to)


def _inside(rows: RowSet) -> Iterator[RowSet]:
    yield rows
    for step in rows.steps:
        if isinstance(step, During):
            yield from _inside(step.spells)


def tables_read(measure: Measure) -> tuple[str, ...]:
    """The names of the tables, each once, in the order of reading.

    >>> from hgplan.metrics.parse import parse
    >>> tables_read(parse("a.during(m).count() / b.count()"))
    ('a', 'm', 'b')
    """
    return tuple(dict.fromkeys(rows.table for rows in row_sets(measure)))


def tables_counted(measure: Measure) -> tuple[str, ...]:
    """The tables whose rows are counted, and so can be split into groups.

    What is only looked up (a state, a conversion, what qualifies a key) is not among them.

    >>> from hgplan.metrics.parse import parse
    >>> tables_counted(parse("a.during(m).count() / b.converted(c)"))
    ('a', 'b')
    """
    if isinstance(measure, RowMeasure):
        return (measure.rows.table,)
    return tuple(dict.fromkeys(table for child in children(measure) for table in tables_counted(child)))


def tables_ordered(measure: Measure) -> frozenset[str]:
    """The tables of which it matters which of several rows comes first: opening, first ever, or credited.

    >>> from hgplan.metrics.parse import parse
    >>> sorted(tables_ordered(parse("a.during(m).count() / b.first().count()")))
    ['b']
    """
    found = {rows.table for rows in row_sets(measure) if any(isinstance(s, First | Starts | Ends) for s in rows.steps)}
    for part in measures_in(measure):
        match part:
            case Retained() | Survival() | Aggregated() | Converted(attribution="latest" | "first"):
                found.add(part.rows.table)
    return frozenset(found)


def metrics_named(measure: Measure) -> tuple[str, ...]:
    """The names of other metrics that a measure is made of."""
    return tuple(dict.fromkeys(part.name for part in measures_in(measure) if isinstance(part, Named)))


def choices_read(measure: Measure) -> Mapping[str, tuple[Node, ...]]:
    """The predicates that are asked of a table's rows as they are, by table: what they say hangs on no other row.

    >>> from hgplan.metrics.parse import parse
    >>> choices_read(parse("contacts.where(channel == 'door').first().where(dialogues > 1).count()"))
    {'contacts': (Compare(sign='==', left=Column(name='channel'), right=Constant(value='door')),)}
    """
    found: dict[str, dict[Node, None]] = {}
    for rows in row_sets(measure):
        for step in rows.steps:
            if isinstance(step, Where) and not any("." in name for name in columns_of(step.predicate)):
                found.setdefault(rows.table, {})[step.predicate] = None
            elif not isinstance(step, SpellRows | Where):
                break
    return {table: tuple(choices) for table, choices in found.items()}


def columns_read(measure: Measure, *, chosen: bool = True) -> Mapping[str, frozenset[str]]:
    """The columns that are read of each table, by table; roles such as its day are not among them.

    Unless `chosen`, what only the predicates of `choices_read` look at is left out.

    >>> from hgplan.metrics.parse import parse
    >>> sorted(columns_read(parse("contacts.where(channel == 'door').sum(dialogues)"))["contacts"])
    ['channel', 'dialogues']
    """
    read: dict[str, set[str]] = {rows.table: set() for rows in row_sets(measure)}
    simple = {} if chosen else choices_read(measure)
    for rows in row_sets(measure):
        for step in rows.steps:
            if isinstance(step, Where) and step.predicate not in simple.get(rows.table, ()):
                read[rows.table] |= columns_of(step.predicate)
    for part in measures_in(measure):
        if not isinstance(part, RowMeasure):
            continue
        for value in attrs.astuple(part, recurse=False):
            if isinstance(value, Node):
                read[part.rows.table] |= columns_of(value)
        match part:
            case Distinct(key=str() as key):
                read[part.rows.table].add(key)
                if part.having is not None:
                    for asked in _asked(part.having):
                        for table in tables_read(asked):
                            read[table].add(key)
            case Converted():
                read[part.rows.table] |= set(part.same)
                read[part.to.table] |= set(part.same)
            case Aggregated():
                read[part.rows.table] |= frozenset[str]().union(*map(columns_of, part.columns))
            case Average():
                pass
        per = getattr(part, "per", None)
        if isinstance(per, str) and per != "entity":
            read[part.rows.table].add(per)
    return {table: frozenset(columns) for table, columns in read.items()}


def hangs_on_node(asked: RowSet) -> bool:
    """Whether the rows differ from unit to unit that is asked."""
    for step in asked.steps:
        if isinstance(step, Starts | Ends) or (isinstance(step, First | During) and step.scope == "unit"):
            return True
    return False
