"""Measures made of measures: arithmetic, and the same figure on other days or of other units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from hgplan.metrics import Measure
from hgplan.metrics.counts import Mean, Sum
from hgplan.metrics.measures import (
    Default,
    Formula,
    MeanOfUnits,
    Number,
    Part,
    Previous,
    Shift,
    ToDate,
    Trailing,
)
from hgplan.metrics.reads import tables_read
from oracle.counts import open_units
from oracle.days import ONE_DAY, before, grain_start
from oracle.figures import Exact, Figure, emptied, found, least, ratio, worst
from oracle.spans import Span

if TYPE_CHECKING:
    from oracle.answers import Only, World


class OverTime:
    """Works out the measures that are made of others."""

    def __init__(self, world: World) -> None:
        self._world = world

    def figure(self, measure: Measure, node: str, span: Span, only: Only) -> Figure:
        """The figure of a measure made of others."""
        of = self._world.figure
        match measure:
            case Number(value=value):
                whole = isinstance(value, int)
                return Figure(value=value if whole else Fraction(value), exact=whole)
            case Formula(sign=sign, left=left, right=right):
                return _formula(sign, of(left, node, span, only), of(right, node, span, only))
            case Part():
                return self._part(measure, node, span, only)
            case Default(of=inner, value=value):
                return _defaulted(of(inner, node, span, only), value)
            case ToDate(of=inner, grain=grain, at=at):
                return self._running(inner, at, node, span, only, lambda day: self._since(inner, grain, day))
            case Trailing(of=inner, window=window, at=at):
                return self._running(inner, at, node, span, only, lambda day: before(day, window) + ONE_DAY)
            case Shift(of=inner, offset=offset, to=to):
                return of(inner, node, span.mapped(lambda day: _shifted(day, offset, to)), only)
            case Previous(of=inner, offset=offset):
                assert span.period is not None
                start, end = span.period
                earlier = before(start, offset), before(end + ONE_DAY, offset) - ONE_DAY
                return of(inner, node, Span.of_period(*earlier, self._world.until), only)
            case MeanOfUnits():
                return self._mean_of_units(measure, node, span, only)
        raise AssertionError(measure)

    def _since(self, inner: Measure, grain: str | None, day: date) -> date:
        # reading: all time begins with the first day that any table tells of which the measure reads.
        return grain_start(day, grain) if grain else min(self._world.facts.earliest(tables_read(inner)), day)

    def _running(
        self, inner: Measure, at: str, node: str, span: Span, only: Only, since: Callable[[date], date]
    ) -> Figure:
        """A running figure, read on the last day, on the first, or as the mean of all days."""
        days = reversed(span.days) if at == "last" else span.days
        daily = (self._world.figure(inner, node, span.window(since(day), day), only) for day in days)
        if at != "mean":
            # `at` skips nothing-there: the last (first) day is the last (first) that has a figure.
            edge = next(daily)
            return next((figure for figure in (edge, *daily) if figure.value is not None), edge)
        daily = list(daily)
        known = [figure.value for figure in daily if figure.value is not None]
        # reading: a mean of days has no numerator of its own; with no day's figure it is as available as the worst day.
        return Figure(
            value=Fraction(sum(known)) / len(known) if known else None,
            rows=sum(figure.rows for figure in daily),
            availability="available" if known else worst(figure.availability for figure in daily),
            completeness=least(figure.completeness for figure in daily),
            exact=False,
        )

    def _mean_of_units(self, measure: MeanOfUnits, node: str, span: Span, only: Only) -> Figure:
        under = open_units(self._world, measure.level, node, span)
        figures = [self._world.figure(measure.of, unit, span, only) for unit in under]
        known = [figure.value for figure in figures if figure.value is not None]
        mean = ratio(sum(known), len(known), sum(figure.rows for figure in figures))
        # reading: it is as complete as the least complete of the units.
        share = least(figure.completeness for figure in figures)
        exact = self._world.figure(measure.of, node, span, only).exact
        mean = attrs.evolve(mean, completeness=share, exact_numerator=exact)
        there = any(self._world.tree.is_open(node, day) for day in span.own)
        return mean if there else emptied(mean, "not_expected")

    def _part(self, measure: Part, node: str, span: Span, only: Only) -> Figure:
        """What stands above or below the line, as a figure of its own."""
        side, inner = measure.side, measure.of
        match inner:
            case Formula(sign="/", left=left, right=right):
                return self._world.figure(left if side == "numerator" else right, node, span, only)
            case Default(of=deeper):
                return self.figure(Part(side, deeper), node, span, only)
            case ToDate() | Trailing() | Shift() | Previous():
                return self.figure(attrs.evolve(inner, of=Part(side, inner.of)), node, span, only)
            case Mean(rows=rows, of=of) if side == "numerator":
                return self._world.figure(Sum(rows, of), node, span, only)
        whole = self._world.figure(inner, node, span, only)
        value = whole.numerator if side == "numerator" else whole.denominator
        if whole.availability in ("not_expected", "immature", "missing"):
            return emptied(whole, whole.availability)
        return attrs.evolve(found(value, whole.rows), completeness=whole.completeness)


def _shifted(day: date, offset: str | None, to: str | None) -> date:
    return before(day, offset) if offset is not None else grain_start(day, to or "day")


def _defaulted(figure: Figure, value: float | None) -> Figure:
    """The figure where no row stands behind it or nothing is below the line; never of what is not known."""
    filled = figure.availability == "undefined" or (figure.availability == "available" and figure.rows == 0)
    figure = attrs.evolve(figure, exact=figure.exact and not isinstance(value, float))
    if not filled:
        return figure
    # reading: a default of None is undefined, any other is available.
    chosen = Fraction(value) if isinstance(value, float) else value
    return attrs.evolve(figure, value=chosen, availability="undefined" if value is None else "available")


def _formula(sign: str, left: Figure, right: Figure) -> Figure:
    value = _arithmetic(sign, left.value, right.value)
    availability = worst([left.availability, right.availability])
    if value is None and availability == "available":
        availability = "undefined"
    return Figure(
        value=value,
        numerator=left.value if sign == "/" else None,
        denominator=right.value if sign == "/" else None,
        rows=left.rows + right.rows,
        availability=availability,
        completeness=least([left.completeness, right.completeness]),
        exact=sign != "/" and left.exact and right.exact,
        exact_numerator=left.exact,
        exact_denominator=right.exact,
    )


def _arithmetic(sign: str, a: Exact | None, b: Exact | None) -> Exact | None:
    if a is None or b is None:
        return None
    match sign:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
    return None if b == 0 else Fraction(a) / Fraction(b)
