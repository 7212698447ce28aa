"""Whether what a measure names is there: its tables and the columns that it reads of them."""

from __future__ import annotations

from hgplan.engine.attributes import attribute_columns
from hgplan.engine.facts import Facts
from hgplan.engine.visible import check_declared
from hgplan.errors import PlanError
from hgplan.metrics.measures import Measure
from hgplan.metrics.reads import columns_read, tables_read

__all__ = ["check_tables", "unnamed"]


def check_tables(facts: Facts, measure: Measure) -> None:
    """Raise what is wrong with the data of the tables that a measure reads, whatever the measure asks of them."""
    for name in tables_read(measure):
        if name in facts.tables:
            check_declared(facts.table(name), facts.frame(name).collect_schema())


def unnamed(facts: Facts, measure: Measure) -> tuple[PlanError, ...]:
    """The faults of the tables and columns that a measure names and that aren't there."""
    faults: list[PlanError] = []
    for name, columns in columns_read(measure).items():
        try:
            facts.table(name)
        except PlanError as fault:
            faults.append(fault)
            continue
        for column in sorted(columns):
            try:
                attribute_columns(facts, name, [column])
            except PlanError as fault:
                faults.append(fault)
    return tuple(faults)
