"""What a figure is made of."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import attrs
import polars as pl

from hgplan.engine import (
    Clocks,
    Facts,
    Periods,
    Provenance,
    Road,
    Tree,
    figures,
    notes,
    provenance,
    roads_taken,
    rows_behind,
)
from hgplan.errors import UnknownName, nearest
from hgplan.metrics import Measure, Metric
from hgplan.metrics.measures import Default, Formula, Number, Part, Previous, Shift, ToDate, Trailing, children
from hgplan.metrics.reads import tables_read
from hgplan.model import Period, Plan
from hgplan.model.periods import grain_of
from hgplan.workspace.questions import Several, Units, asked_calendars, asked_periods, asked_units

__all__ = ["Explanation", "Figure", "explained", "with_roads"]

_Wrap = Callable[[Measure], Measure]


@attrs.frozen(kw_only=True)
class Figure:
    """One node of the formula: what it says and its figure, with the nodes that it is made of."""

    text: str
    value: float | None
    numerator: object
    denominator: object
    rows: int
    availability: str
    completeness: float | None
    parts: tuple[Figure, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Figure]]:
        """The node and all below it, each with its depth."""
        yield depth, self
        for part in self.parts:
            yield from part.walk(depth + 1)


@attrs.frozen(kw_only=True, eq=False)
class Explanation:
    """A figure with its definition, the formula as a tree, the rows behind it and its sources. Internal, not a release.

    `str` is for people, `to_json` for programs; `rows()` gives the fact rows lazily, by table. `roads` tells how each
    part was counted, where it was asked for with `plan=True`: its `measure`, the `road` ("packed" or "row by row"), the
    `reason`, the `tables` with the rows read of them, and into how many `parts` these were cut.
    """

    metric: Metric
    unit: str
    period: Period
    until: date
    known_on: date | None
    tree: str
    figure: Figure
    sources: tuple[Provenance, ...]
    notes: tuple[str, ...]
    roads: tuple[Road, ...] = ()
    _behind: Callable[[], dict[str, pl.LazyFrame]] = attrs.field(alias="behind", repr=False)

    @property
    def definition(self) -> str:
        """The metric's definition in words."""
        return self.metric.definition

    @property
    def value(self) -> float | None:
        """The figure."""
        return self.figure.value

    @property
    def numerator(self) -> object:
        """What stands above the line, where the figure is a rate."""
        return self.figure.numerator

    @property
    def denominator(self) -> object:
        """What stands below the line, where the figure is a rate."""
        return self.figure.denominator

    def rows(self) -> dict[str, pl.LazyFrame]:
        """The fact rows behind the figure, by table, with their number in the table as `row`."""
        return self._behind()

    def to_json(self) -> str:
        """The same as JSON."""
        return json.dumps(self._as_dict(), ensure_ascii=False, indent=2, default=str)

    def _as_dict(self) -> dict[str, object]:
        return {
            "metric": self.metric.id,
            "definition": self.definition,
            "version": self.metric.version,
            "since": self.metric.since and self.metric.since.isoformat(),
            "formula": str(self.metric.measure),
            "unit": self.unit,
            "period": self.period.id,
            "period_start": self.period.start.isoformat(),
            "period_end": self.period.end.isoformat(),
            "until": self.until.isoformat(),
            "known_on": self.known_on and self.known_on.isoformat(),
            "tree": self.tree,
            "figure": attrs.asdict(self.figure),
            "sources": [attrs.asdict(source) for source in self.sources],
            "notes": list(self.notes),
            **({"roads": [attrs.asdict(road) for road in self.roads]} if self.roads else {}),
        }

    def __str__(self) -> str:
        lines = [f"{self.metric.id} of {self.unit}, {self.period.id}"]
        lines += [f"  {line}" for line in self.definition.splitlines()]
        if self.metric.version or self.metric.since:
            lines.append(f"  {_edition(self.metric)}")
        lines.append(f"  {self.metric.measure}")
        for depth, node in self.figure.walk():
            lines.append(f"{'  ' * (depth + 1)}{_told(node)}  {node.text}")
        known = f", known on {self.known_on}" if self.known_on else ""
        lines.append(f"  until {self.until}{known}; tree of {'each day' if self.tree == 'day' else self.tree}")
        lines += [f"  {source.table}: {source.rows} rows, sha256 {source.sha256[:16]}" for source in self.sources]
        lines += [f"  note: {note}" for note in self.notes]
        lines += [f"  {road}" for road in self.roads]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='padding-left:{depth}em'><code>{html.escape(node.text)}</code></td>"
            f"<td>{html.escape(_told(node))}</td></tr>"
            for depth, node in self.figure.walk()
        )
        title = html.escape(f"{self.metric.id} of {self.unit}, {self.period.id}")
        return f"<table><caption>{title}<br>{html.escape(self.definition)}</caption>{rows}</table>"


def _edition(metric: Metric) -> str:
    version = f"version {metric.version}" if metric.version else "this definition"
    return f"{version}, since {metric.since}" if metric.since else version


def _break(metric: Metric, period: Period) -> tuple[str, ...]:
    """That the series is broken inside the period or after it, where the definition is newer than its first day."""
    if metric.since is None or metric.since <= period.start:
        return ()
    return (f"the definition changed: {_edition(metric)}; what was recorded before may mean something else",)


def _told(figure: Figure) -> str:
    said = figure.availability if figure.value is None else f"{figure.value:g}"
    if figure.numerator is not None and figure.denominator is not None:
        said += f" = {figure.numerator} / {figure.denominator}"
    return f"{said} ({figure.rows} rows)"


def explained(
    facts: Facts,
    plan: Plan | None,
    metric: Metric,
    *,
    unit: str | None,
    period: str | None,
    first: date,
    clocks: Clocks,
    tree: Tree,
) -> Explanation:
    """Explain a metric's figure for a unit (unsaid: the root) and a period (unsaid: from `first` to `until`)."""
    id = facts.organisation.root if unit is None else unit
    if id not in facts.organisation:
        raise UnknownName(f"no unit named {id!r}", hint=nearest(id, facts.organisation.units))
    asked = _period(facts, plan, period, first, clocks)
    grain = grain_of(asked, year_starts=facts.year_starts)
    nodes = list(_nodes(metric.measure, lambda measure: measure))
    frame = figures(
        facts,
        [Metric(name=str(number), measure=measure) for number, (measure, _) in enumerate(nodes)],
        units=[id],
        periods=[Periods((asked,), grain)],
        clocks=clocks,
        tree=tree,
    )
    rows = iter(frame.to_dicts())
    return Explanation(
        metric=metric,
        unit=id,
        period=asked,
        until=clocks.until,
        known_on=clocks.known_on,
        tree=str(tree),
        figure=_figure(metric.measure, rows),
        sources=tuple(provenance(facts, table) for table in tables_read(metric.measure)),
        notes=(*_break(metric, asked), *notes(facts, metric.measure, clocks, tree)),
        behind=lambda: rows_behind(facts, metric.measure, unit=id, period=asked, clocks=clocks, tree=tree, grain=grain),
    )


def with_roads(
    told: Explanation,
    facts: Facts,
    plan: Plan | None,
    *,
    units: Units | None,
    by: str | Sequence[str],
    every: Several,
    clocks: Clocks,
    tree: Tree,
) -> Explanation:
    """The same with how the metric is counted, for its own unit and period where no units or periods are named."""
    start, end = told.period.start, min(told.period.end, clocks.until)
    own = Periods((told.period,), grain_of(told.period, year_starts=facts.year_starts))
    roads = roads_taken(
        facts,
        told.metric,
        units=(told.unit,) if units is None else asked_units(units, facts.organisation),
        periods=[
            own if one is None else asked_periods(one, start, end, plan, facts.year_starts)
            for one in asked_calendars(every)
        ],
        clocks=clocks,
        by=(by,) if isinstance(by, str) else by,
        tree=tree,
    )
    return attrs.evolve(told, roads=roads)


def _period(facts: Facts, plan: Plan | None, text: str | None, first: date, clocks: Clocks) -> Period:
    if text is None:
        return Period(id=f"{first}/{clocks.until}", start=first, end=clocks.until)
    return plan.parse_period(text) if plan else Period.parse(text, year_starts=facts.year_starts)


def _nodes(measure: Measure, wrap: _Wrap) -> Iterator[tuple[Measure, Measure]]:
    """Every node in the order of the tree: the measure to work out there, and what it says."""
    yield wrap(measure), measure
    for child, inner in _parts(measure, wrap):
        yield from _nodes(child, inner)


def _parts(measure: Measure, wrap: _Wrap) -> Iterator[tuple[Measure, _Wrap]]:
    """The nodes below, each to be read in the days that the nodes above turn to."""
    match measure:
        case Formula(left=left, right=right):
            for side in (left, right):
                if not isinstance(side, Number):
                    yield side, wrap
        case Part(of=of) | Default(of=of):
            yield of, wrap
        case Shift() | ToDate() | Trailing() | Previous():
            yield from _parts(measure.of, lambda part: wrap(attrs.evolve(measure, of=part)))
        case _:
            assert not any(isinstance(child, Number) for child in children(measure))


def _figure(measure: Measure, rows: Iterator[dict[str, object]]) -> Figure:
    row = next(rows)
    parts = tuple(_figure(child, rows) for child, _ in _parts(measure, lambda part: part))
    return Figure(
        text=str(measure),
        value=row["value"],  # type: ignore[arg-type]  # the frame's own types
        numerator=row["numerator"],
        denominator=row["denominator"],
        rows=row["rows"],  # type: ignore[arg-type]
        availability=str(row["availability"]),
        completeness=row["completeness"],  # type: ignore[arg-type]
        parts=parts,
    )
