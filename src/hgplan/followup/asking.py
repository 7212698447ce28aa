"""What the engine is asked for a follow-up, and its answers as one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Protocol, TypeAlias

import attrs
import polars as pl

from hgplan.engine import Clocks, Facts, Tree
from hgplan.followup.followed import Followed
from hgplan.followup.lines import Line
from hgplan.followup.pools import Pools
from hgplan.followup.progress import finite
from hgplan.followup.schedule import Schedule
from hgplan.metrics import Metric
from hgplan.model import Period

__all__ = ["ANSWERS", "Figures", "Question", "Span", "answers", "metric_numbers", "questions"]

Span: TypeAlias = tuple[date, date]
"""A first and a last day, both in."""

ANSWERS: Final = pl.Schema(
    {
        "metric_number": pl.Int32(),
        "asked": pl.String(),
        "start": pl.Date(),
        "end": pl.Date(),
        "value": pl.Float64(),
        "numerator": pl.Float64(),
        "denominator": pl.Float64(),
        "availability": pl.String(),
        "completeness": pl.Float64(),
    }
)
_NAMES: Final = {"unit": "asked", "period_start": "start", "period_end": "end"}


class Figures(Protocol):
    """The engine's one question: figures of metrics, for units and periods."""

    def __call__(
        self,
        facts: Facts,
        metrics: Sequence[Metric],
        *,
        units: Sequence[str],
        periods: Sequence[Period],
        clocks: Clocks,
        tree: Tree,
        pools: Mapping[str, tuple[str, ...]],
    ) -> pl.DataFrame:
        """One row for each metric, unit and period, in the order given."""
        ...


@attrs.frozen
class Question:
    """A metric that is wanted for every one of some units, or pools of them, in every one of some spans."""

    metric: Metric
    units: tuple[str, ...]
    spans: tuple[Span, ...]


def questions(lines: Iterable[Line], schedule: Schedule, followed: Sequence[Followed]) -> list[Question]:
    """What has to be asked for the lines: each goal's metric and those of its conditions, and measured baselines.

    What has not begun is not asked for.
    """
    units: dict[tuple[int, Period], dict[str, None]] = {}
    baselines: dict[tuple[int, Span], dict[str, None]] = {}
    for line in lines:
        units.setdefault((line.goal, line.period), {})[line.asked] = None
        if line.baseline is not None and line.baseline.measured is not None:
            earlier = (line.baseline.measured.start, line.baseline.measured.end)
            baselines.setdefault((line.goal, earlier), {})[line.asked] = None
    together: dict[tuple[int, tuple[str, ...]], dict[Span, None]] = {}
    for (number, period), asked in units.items():
        begun = {(part.start, part.end): None for part in schedule[number, period] if part.begun}
        together.setdefault((number, tuple(asked)), {}).update(begun)
    found = [
        Question(metric, asked, tuple(spans))
        for (number, asked), spans in together.items()
        for metric in (followed[number].metric, *followed[number].conditions)
        if metric is not None and spans
    ]
    found += [
        Question(metric, tuple(asked), (span,))
        for (number, span), asked in baselines.items()
        if (metric := followed[number].metric) is not None
    ]
    return found


def metric_numbers(followed: Iterable[Followed]) -> dict[Metric, int]:
    """All metrics of the goals and their conditions, each with a number: two bindings of one metric share its name."""
    return {metric: number for number, metric in enumerate(dict.fromkeys(_metrics(followed)))}


def _metrics(followed: Iterable[Followed]) -> Iterator[Metric]:
    for goal in followed:
        yield from (metric for metric in (goal.metric, *goal.conditions) if metric is not None)


def answers(
    questions: Iterable[Question],
    numbers: Mapping[Metric, int],
    pools: Pools,
    ask: Figures,
    facts: Facts,
    *,
    clocks: Clocks,
    tree: Tree,
) -> pl.DataFrame:
    """All answers as one table, by the metric's number, the asked unit and the span's days.

    Metrics that are wanted for the same units and spans are asked together. What is no finite number is no value.
    """
    together: dict[tuple[tuple[str, ...], tuple[Span, ...]], dict[Metric, None]] = {}
    for question in questions:
        together.setdefault((question.units, question.spans), {})[question.metric] = None
    found = [pl.DataFrame(schema=ANSWERS)]
    for (units, spans), metrics in together.items():
        frame = ask(
            facts,
            list(metrics),
            units=units,
            periods=[Period(id=f"{start}/{end}", start=start, end=end) for start, end in spans],
            clocks=clocks,
            tree=tree,
            pools=pools.of(units),
        )
        # Answers come in the order asked, and a name may stand for several bindings of one metric.
        number = pl.Series("metric_number", [numbers[metric] for metric in metrics], pl.Int32)
        each = len(units) * len(spans)
        assert frame.height == each * len(metrics)
        told = frame.with_columns(number.gather(pl.Series(range(frame.height)) // each))
        found.append(told.rename(_NAMES).select(ANSWERS.names()).cast(ANSWERS))
    keys = ["metric_number", "asked", "start", "end"]
    return (
        pl.concat(found)
        .unique(keys, keep="first", maintain_order=True)
        .with_columns(finite(pl.col("value")).alias("value"))
    )
