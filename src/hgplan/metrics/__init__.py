"""What to compute, as values: facts, predicates, measures, metrics and their text form. Knows no polars."""

from hgplan.metrics.aggregates import Aggregate
from hgplan.metrics.columns import ColumnType, column_type, decimal, enum, ref
from hgplan.metrics.expressions import Expression, Predicate, col
from hgplan.metrics.measures import Having, Measure
from hgplan.metrics.metric import Metric, metric
from hgplan.metrics.parse import parse
from hgplan.metrics.rows import RowSet
from hgplan.metrics.tables import Dimension, Duty, Events, FactTable, Snapshots, Spells, Table

__all__ = [
    "Aggregate",
    "ColumnType",
    "Dimension",
    "Duty",
    "Events",
    "Expression",
    "FactTable",
    "Having",
    "Measure",
    "Metric",
    "Predicate",
    "RowSet",
    "Snapshots",
    "Spells",
    "Table",
    "col",
    "column_type",
    "decimal",
    "enum",
    "metric",
    "parse",
    "ref",
]
