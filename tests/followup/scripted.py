"""Figures by script: what a metric answers is drawn from the question itself, so that two readers get the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from hgplan.engine import Clocks, Facts, Tree
from hgplan.metrics import Metric
from hgplan.model import Period


class Figure(NamedTuple):
    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    availability: str | None = "available"
    completeness: float | None = 1.0


class Nature(NamedTuple):
    """What a test knows of a metric without reading its measure."""

    formula: str
    unit: str | None = None
    flow: bool = False
    rising: bool = False
    sums: bool = True
    range: str = "any"


NATURES: Mapping[str, Nature] = {
    "recruits": Nature("memberships.starts().distinct()", flow=True, rising=True, range="above"),
    "members": Nature("memberships.active()", range="count"),
    "retention": Nature("memberships.retained('12mo')", unit="%", sums=False, range="entries"),
    "cost": Nature("contacts.sum(minutes)", flow=True),
    "reach": Nature("contacts.coverage('association')", unit="%", flow=True, sums=False, range="whole"),
    "conversion": Nature("contacts.converted(memberships.starts(), within='30d')", unit="%", sums=False, range="share"),
}
METRICS = {name: Metric.formula(name, nature.formula, unit=nature.unit) for name, nature in NATURES.items()}


class Script:
    """Answers the engine's question from a seed, or from a table of answers for the metrics and periods named in it."""

    def __init__(self, seed: int = 0, answers: Mapping[tuple[str, str], Figure] | None = None) -> None:
        self.seed = seed
        self.answers = answers
        self.calls = 0

    def figure(self, metric: str, members: Sequence[str], start: date, end: date) -> Figure:
        if self.answers is not None:
            return self.answers.get((metric, "+".join(members)), Figure(None, availability="missing", completeness=0.0))
        draw = random.Random(f"{self.seed} {metric} {sorted(members)} {start} {end}")
        if draw.random() < 0.2:
            why = draw.choice(["missing", "not_expected", "immature", "undefined"])
            return Figure(None, None, None, why, draw.choice([None, 0.0, 1.0]))
        if draw.random() < 0.05:
            return Figure(draw.choice([float("nan"), float("inf")]))
        if NATURES[metric].unit == "%":
            below = draw.randint(1, 20)
            above, share = draw.randint(0, below), draw.choice([1.0, 1.0, 0.5, 0.25])
            return Figure(above / below, above, below, "available", share)
        value = float(draw.randint(-30 if metric == "cost" else 0, 60))
        return Figure(value, None, None, "available", draw.choice([1.0, 1.0, None, 0.9]))

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
        self.calls += 1
        assert all(period.start <= clocks.until for period in periods)
        rows = [
            (metric.id, unit, start, end, *self.figure(metric.id, pools.get(unit, (unit,)), start, end))
            for metric in metrics
            for unit in units
            for start, end in ((period.start, period.end) for period in periods)
        ]
        schema = {
            "metric": pl.String, "unit": pl.String, "period_start": pl.Date, "period_end": pl.Date, "value": pl.Float64,
            "numerator": pl.Int64, "denominator": pl.Int64, "availability": pl.String, "completeness": pl.Float64,
        }  # fmt: skip
        return pl.DataFrame(rows, schema=schema, orient="row")
