"""The engine's answer: one long frame of figures for metrics, units and periods."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import attrs
import polars as pl

from hgplan.engine.answers import Told, beside, empty, labels, sides, told
from hgplan.engine.availability import unless_closed
from hgplan.engine.collecting import MANY
from hgplan.engine.demands import demands
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.formulas import evaluate, first_day
from hgplan.engine.grid import Grid, grouped, grouping
from hgplan.engine.parts import Progress, parts_for, rows_in
from hgplan.engine.reading import reader_for, rows_read
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.sweeps import Demand, divided, sweep
from hgplan.engine.turns import in_turns
from hgplan.engine.windows import Periods, Windows
from hgplan.errors import PlanError, UnknownName
from hgplan.metrics.measures import Measure
from hgplan.metrics.metric import Metric
from hgplan.metrics.reads import tables_counted, tables_read
from hgplan.model.periods import Period

__all__ = ["figures", "figures_each"]

_WORKERS = 2  # of many rows each takes all processors, and memory
_OF_FEW = 3  # one more, for of few rows each waits now and then


def figures(
    facts: Facts,
    metrics: Sequence[Metric],
    *,
    units: Sequence[str],
    periods: Sequence[Period | Periods],
    clocks: Clocks,
    by: Sequence[str] = (),
    tree: Tree = "day",
    pools: Mapping[str, tuple[str, ...]] | None = None,
    reader: Reader | None = None,
    memory: str | int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Every metric for every unit and period (and group of `by` that occurs), from rows, in the order asked.

    Periods may overlap and leave gaps, and be of several grains; each is worked out up to `clocks.until`. `pools` names
    sets of units that are asked for as if they were one unit. A `reader` made for the same facts and clocks (and for
    all that is read) spares reading the tables again. Within a budget of `memory` people are counted some at a time,
    as many as it takes, and `progress` is told of the parts that are done.
    Columns: metric, unit, level, grain, period_start, period_end, by..., value, numerator, denominator, rows,
    availability, completeness.
    """
    question = _Question.of(facts, metrics, units, periods, clocks, by, tree, pools, reader, memory)
    # polars works outside Python's lock; what two metrics both need is made by the first that asks.
    with ThreadPoolExecutor(question.workers) as workers:
        reading = question.reading
        begun = {} if reading.parted else {name: workers.submit(rows_read, reading, name) for name in question.tables}
        question.foresee(progress)
        measures = [metric.measure for metric in metrics]
        answers = in_turns(workers, measures, begun, lambda number: question.answer(metrics[number]))
    kind = sides(answers)
    frames = [beside(one, kind) for one in answers]
    return pl.concat(frames, how="vertical_relaxed") if frames else empty(by)


def figures_each(
    facts: Facts,
    metrics: Sequence[Metric],
    *,
    units: Sequence[str],
    periods: Sequence[Period | Periods],
    clocks: Clocks,
    by: Sequence[str] = (),
    tree: Tree = "day",
    pools: Mapping[str, tuple[str, ...]] | None = None,
    reader: Reader | None = None,
    memory: str | int | None = None,
    progress: Progress | None = None,
) -> Iterator[Callable[[], pl.DataFrame]]:
    """The same metric by metric, for an answer that needn't be held whole: what gives, or raises, the figures of each.

    A few metrics are worked on ahead of the one that is taken. Numerators and denominators are whole numbers, or
    decimals where the metric's own are.
    """
    question = _Question.of(facts, metrics, units, periods, clocks, by, tree, pools, reader, memory)
    question.foresee(progress)

    def work(metric: Metric) -> pl.DataFrame:
        one = question.answer(metric)
        return beside(one, sides([one]))

    return _ahead(work, metrics)


def _ahead(work: Callable[[Metric], pl.DataFrame], metrics: Sequence[Metric]) -> Iterator[Callable[[], pl.DataFrame]]:
    many = min(_WORKERS, pl.thread_pool_size())
    begun: deque[Future[pl.DataFrame]] = deque()
    with ThreadPoolExecutor(many) as workers:
        for metric in metrics:
            begun.append(workers.submit(work, metric))
            if len(begun) > many:
                yield begun.popleft().result
        while begun:
            yield begun.popleft().result


@attrs.frozen(eq=False)
class _Question:
    """What is asked of metrics, and how each cell of the answer is called; where it has groups, each metric has its
    own, and no cell is called yet."""

    metrics: Sequence[Metric]
    reading: Reader
    whole: Grid
    groups: tuple[str, ...]
    grains: list[str | None]
    named: pl.DataFrame | None
    parts: int
    workers: int

    @classmethod
    def of(
        cls,
        facts: Facts,
        metrics: Sequence[Metric],
        units: Sequence[str],
        periods: Sequence[Period | Periods],
        clocks: Clocks,
        by: Sequence[str],
        tree: Tree,
        pools: Mapping[str, tuple[str, ...]] | None,
        reader: Reader | None,
        memory: str | int | None,
    ) -> _Question:
        """A question, of which nothing is read yet but how large the data are."""
        reading = reader or reader_for(facts, [metric.measure for metric in metrics], clocks, tree, by)
        nodes = reading.nodes(tuple(units), pools)
        asked = [one if isinstance(one, Periods) else Periods((one,)) for one in periods]
        groups = tuple(grouping(column) for column in _groupable(by))
        whole = Grid(nodes, Windows.of(asked, until=clocks.until, year_starts=facts.year_starts))
        grains = [one.name or one.grain for one in asked for _ in one.each]
        named = None if by else labels(whole, grains)
        rows = None if memory is None or by else rows_in(facts, _tables(metrics))
        parts = 1 if memory is None or rows is None else parts_for(rows, memory)
        if parts > 1:
            reading = attrs.evolve(reading, parted=True)
        many = _OF_FEW if rows is not None and rows <= MANY else _WORKERS
        workers = many if pl.thread_pool_size() > 1 else 1
        return cls(metrics, reading, whole, groups, grains, named, parts, workers)

    @property
    def tables(self) -> Sequence[str]:
        """The tables that the metrics read."""
        return _tables(self.metrics)

    def foresee(self, progress: Progress | None) -> None:
        """Let the reader know what will be asked; what adds up is tallied where the rows are read part by part."""
        foreseen = _foreseen(self.reading, self.metrics, self.whole)
        if self.parts > 1:
            sweep(self.reading, divided(self.reading, foreseen), self.parts, progress)

    def answer(self, metric: Metric) -> Told:
        """A metric's figures."""
        grid = self.whole
        if self.groups:
            grid = attrs.evolve(grid, by=self.groups, groups=_groups(self.reading, metric.measure, self.groups))
        found = unless_closed(self.reading, grid, evaluate(self.reading, grid, metric.measure))
        return told(metric, labels(grid, self.grains) if self.named is None else self.named, found)


def _tables(metrics: Iterable[Metric]) -> list[str]:
    return list(dict.fromkeys(name for metric in metrics for name in tables_read(metric.measure)))


def _foreseen(reader: Reader, metrics: Iterable[Metric], grid: Grid) -> list[Demand]:
    """What the metrics will ask to be counted; the reader knows of it then."""
    first = partial(first_day, reader)
    found = [demand for metric in metrics for demand in demands(reader, grid, metric.measure, first)]
    reader.expect([wanted.windows for _, wanted in found], [metric.measure for metric in metrics])
    return found


def _groupable(by: Sequence[str]) -> Sequence[str]:
    """The columns to group by; raises PlanError for those that the answer has already."""
    taken = set(empty(()).columns)
    for column in by:
        if column in taken:
            raise PlanError(
                f"by={column!r}: the answer has a column {column!r} of its own", hint="give the table's another name"
            )
    return list(dict.fromkeys(by))


def _groups(reader: Reader, measure: Measure, by: Sequence[str]) -> pl.DataFrame:
    """The groups that occur in the data of a measure's tables; null is a group."""
    found = []
    for name in tables_counted(measure):
        table = reader.facts.table(name)
        try:
            frame = reader.with_columns(Rows(reader.table(name).frame, table, type(table)), by)
        except UnknownName as fault:
            told = ", ".join(map(grouped, by))
            raise PlanError(f"{measure} can't be split by {told}: {fault.what}", hint=fault.hint) from None
        found.append(frame.select(by).unique())
    return pl.concat(found, how="vertical_relaxed").unique().sort(by, nulls_last=True)
