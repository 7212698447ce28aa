"""Readers: which columns of which tables a question reads, and what is asked of rows while they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.rowsets import Reader
from hgplan.errors import PlanError
from hgplan.metrics.measures import Measure
from hgplan.metrics.nodes import Node
from hgplan.metrics.reads import choices_read, columns_read, tables_counted, tables_ordered

__all__ = ["reader_for", "rows_read"]


def reader_for(
    facts: Facts,
    measures: Iterable[Measure],
    clocks: Clocks,
    tree: Tree,
    by: Sequence[str] = (),
    *,
    numbered: bool = False,
) -> Reader:
    """A reader that knows every column that the measures (and the groups of `by`) read.

    `numbered` rows can be told by their number.
    """
    wanted: dict[str, set[str]] = {}
    choices: dict[str, dict[Node, None]] = {}
    ordered: set[str] = set()
    for measure in measures:
        ordered |= tables_ordered(measure)
        for table, columns in columns_read(measure, chosen=False).items():
            wanted.setdefault(table, set()).update(columns)
        for table, asked in choices_read(measure).items():
            choices.setdefault(table, {}).update(dict.fromkeys(asked))
        for table in tables_counted(measure):
            wanted[table].update(by)
    return Reader(
        facts,
        clocks,
        tree,
        columns={table: frozenset(columns) for table, columns in wanted.items()},
        ordered=frozenset(ordered),
        choices={table: tuple(asked) for table, asked in choices.items()},
        numbered=numbered,
    )


def rows_read(reader: Reader, table: str) -> int:
    """Read a table; how many rows it has. Who asks it for what it hasn't is told when he asks."""
    with suppress(PlanError):
        return len(reader.table(table).frame)
    return 0
