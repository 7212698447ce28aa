"""Which roads a question takes: it is worked out, and what was done is told."""

from __future__ import annotations

from collections.abc import Sequence

from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.figures import figures
from hgplan.engine.parts import BUDGET
from hgplan.engine.reading import reader_for
from hgplan.engine.roads import Road
from hgplan.engine.windows import Periods
from hgplan.metrics.metric import Metric
from hgplan.metrics.reads import tables_read

__all__ = ["roads_taken"]


def roads_taken(
    facts: Facts,
    metric: Metric,
    *,
    units: Sequence[str],
    periods: Sequence[Periods],
    clocks: Clocks,
    by: Sequence[str] = (),
    tree: Tree = "day",
    memory: str | int | None = BUDGET,
) -> tuple[Road, ...]:
    """How each part of a metric was counted, the parts in the order in which they were."""
    reader = reader_for(facts, [metric.measure], clocks, tree, by)
    figures(
        facts,
        [metric],
        units=units,
        periods=periods,
        clocks=clocks,
        by=by,
        tree=tree,
        reader=reader,
        memory=memory,
    )
    counted = dict(reader.ledger.taken)
    for measure, way in reader.taken:
        counted[measure, way] = [{name: len(reader.table(name).frame) for name in tables_read(measure)}]
    return tuple(
        Road(
            measure=str(measure),
            road=way.road,
            reason=way.reason,
            tables=tuple((name, sum(part[name] for part in read)) for name in tables_read(measure)),
            parts=len(read),
        )
        for (measure, way), read in counted.items()
    )
