"""What should be known of a figure beside it: rows left out, and sums that no two machines need agree on."""

from __future__ import annotations

from collections.abc import Iterator

from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.figures import reader_for
from hgplan.engine.rowwise import lower
from hgplan.metrics.counts import Average, Extreme, Mean, Picked, Quantile, RowMeasure, Sum
from hgplan.metrics.measures import Measure
from hgplan.metrics.nodes import columns_of
from hgplan.metrics.reads import measures_in, tables_read

__all__ = ["notes"]

_VALUED = Sum | Mean | Extreme | Quantile | Picked | Average


def notes(facts: Facts, measure: Measure, clocks: Clocks, tree: Tree = "day") -> tuple[str, ...]:
    """Remarks on the figures of a measure, without a cell's content: undated rows, float sums."""
    reader = reader_for(facts, [measure], clocks, tree)
    told = [note for table in tables_read(measure) for note in reader.table(table).notes]

    def floats() -> Iterator[str]:
        for part in measures_in(measure):
            if isinstance(part, RowMeasure) and isinstance(part, _VALUED):
                frame = reader.table(part.rows.table).frame
                if columns_of(part.of) <= set(frame.columns) and lower(part.of, frame.schema).kind == "float":
                    yield (
                        f"{part.of} of table {part.rows.table!r} is a float: its sums are not reproducible to the last "
                        "bit; declare it as int or decimal(n)"
                    )

    return tuple(dict.fromkeys([*told, *floats()]))
