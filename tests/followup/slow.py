"""Attainment in plain Python, one row at a time: what the contract says, and nothing of how the library does it.

A status that must hold whatever an incomplete figure turns out to be is worked out as that: by trying what it can turn
out to be, not by comparing two ends.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from followup.scripted import NATURES, Figure, Nature, Script

from hgplan.model import Condition, Goal, Organisation, Plan, Target

LARGE = 1e15


def attain_slowly(
    plan: Plan,
    organisation: Organisation,
    script: Script,
    units: list[str],
    until: date,
    known_on: date | None = None,
    every: str | None = None,
    which: str = "current",
    natures: Mapping[str, Nature] = NATURES,
) -> list[dict[str, object]]:
    rows = []
    for strategy, goal in plan.goals():
        nature = natures.get(goal.metric or "")
        written = goal.unit or (nature.unit if nature else None)
        for unit in units:
            for start, end in days_of(plan, goal, until):
                held, members = hold(goal, plan, organisation, unit, (start, end), until, known_on, which, nature)
                for stop, begun in stops(start, end, until, every if goal.targets else None):
                    figure = (
                        script.figure(goal.metric, members, start, stop)
                        if nature and goal.metric and begun
                        else Figure(None, None, None, None, None)
                    )
                    value = figure.value if figure.value is not None and math.isfinite(figure.value) else None
                    baseline = baseline_of(goal, organisation, members, script, until, written, nature)
                    day = min(stop, until) if begun or every is None else stop
                    row: dict[str, object] = {
                        "strategy": strategy.id if strategy else None,
                        "goal": goal.id,
                        "title": goal.title,
                        "metric": goal.metric,
                        "unit": unit,
                        "level": organisation.level(unit),
                        "period_start": start,
                        "period_end": stop,
                        "until": until,
                        "known_on": known_on,
                        "value": value,
                        "numerator": figure.numerator,
                        "denominator": figure.denominator,
                        "target": held and held[1],
                        "target_to": held and held[2],
                        "comparator": held and held[0],
                        "commitment": goal.commitment,
                        "baseline": baseline,
                        "owner": goal.owner,
                        "availability": figure.availability,
                        "completeness": figure.completeness,
                        "forecast": None,
                        "forecast_low": None,
                        "forecast_high": None,
                        "probability": None,
                        "conditions": conditions(goal, script, members, start, stop, begun, natures),
                    }
                    one = Row(goal, nature, held, baseline, start, end, stop, day, until)
                    row |= one.worked_out(value)
                    row["status"] = one.status(value, figure, plan, begun)
                    rows.append(row)
    return rows


def days_of(plan: Plan, goal: Goal, until: date) -> list[tuple[date, date]]:
    if not goal.targets:
        assert plan.period is not None
        return [(plan.period.start, plan.period.end)]
    return list(dict.fromkeys(span(plan, target) for target in goal.targets))


def span(plan: Plan, target: Target) -> tuple[date, date]:
    period = plan.parse_period(target.period)
    return period.start, period.end


def stops(start: date, end: date, until: date, every: str | None) -> Iterator[tuple[date, bool]]:
    if every is None:
        yield end, start <= until
        return
    assert every == "month"
    first = start
    while first <= end:
        last = min(end, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
        yield last, first <= until
        first = last + timedelta(days=1)


def hold(
    goal: Goal,
    plan: Plan,
    organisation: Organisation,
    unit: str,
    days: tuple[date, date],
    until: date,
    known_on: date | None,
    which: str,
    nature: Nature | None,
) -> tuple[tuple[str, float, float | None] | None, tuple[str, ...]]:
    """What the unit is held to, and the units whose figure answers."""

    def own(id: str) -> Target | None:
        versions = [t for t in goal.targets if span(plan, t) == days and (t.unit or organisation.root) == id]
        versions.sort(key=lambda target: target.adopted or date.min)
        if which == "adopted":
            return versions[0] if versions else None
        versions = [t for t in versions if t.adopted is None or t.adopted <= (known_on or until)]
        return versions[-1] if versions else None

    def plain(figure: float | None, target: Target) -> float | None:
        percent = (goal.unit or (nature.unit if nature else None)) == "%" and target.increase_by_percent is None
        return None if figure is None else figure / 100 if percent else float(figure)

    def nearest(id: str) -> list[str]:
        found = []
        for child in organisation.units:
            if organisation.parent(child, min(until, days[1])) == id:
                found += [child] if own(child) else nearest(child)
        return found

    mine = own(unit)
    if mine is not None:
        return (str(mine.comparator), plain(mine.value, mine) or 0.0, plain(mine.value_to, mine)), (unit,)
    below = sorted(nearest(unit), key=organisation.units.index)
    parts = [target for target in map(own, below) if target is not None]
    kinds = {part.comparator for part in parts}
    adds = nature.sums if nature else goal.unit != "%"
    if not parts or len(kinds) > 1 or kinds == {"increase_by_percent"} or not adds:
        return None, (unit,)
    uppers = [plain(part.value_to, part) for part in parts]
    upper = None if None in uppers else sum(u for u in uppers if u is not None)
    return (str(kinds.pop()), sum(plain(part.value, part) or 0.0 for part in parts), upper), tuple(below)


def baseline_of(
    goal: Goal,
    organisation: Organisation,
    members: tuple[str, ...],
    script: Script,
    until: date,
    written: str | None,
    nature: Nature | None,
) -> float | None:
    if goal.baseline is None:
        return None
    if isinstance(goal.baseline, str):
        year = int(goal.baseline)
        if nature is None or date(year, 1, 1) > until:
            return None
        value = script.figure(goal.metric or "", members, date(year, 1, 1), date(year, 12, 31)).value
        return value if value is not None and math.isfinite(value) else None
    units = {target.unit or organisation.root for target in goal.targets}
    holder = units.pop() if len(units) == 1 else organisation.root
    return None if members != (holder,) else goal.baseline / 100 if written == "%" else float(goal.baseline)


def gap_of(value: float, low: float | None, high: float | None) -> float:
    gaps = ([] if low is None else [value - low]) + ([] if high is None else [high - value])
    gap = min(gaps)
    return 0.0 if abs(gap) < 1e-9 else gap


def closeness(value: float, edge: float) -> float:
    if max(value, edge) > 0:
        return min(value, edge) / max(value, edge)
    return 1.0 if value == edge else max(value, edge) / min(value, edge)


class Row:
    def __init__(
        self, goal: Goal, nature: Nature | None, held: tuple[str, float, float | None] | None,
        baseline: float | None, start: date, end: date, stop: date, day: date, until: date,
    ) -> None:  # fmt: skip
        self.goal, self.nature, self.held, self.baseline = goal, nature, held, baseline
        self.kind, self.target, self.target_to = held or (None, 0.0, None)
        self.start, self.end, self.day, self.over = start, end, day, stop == end and until >= end
        self.share = max(0, min((day - start).days + 1, (end - start).days + 1)) / ((end - start).days + 1)
        self.flow = nature is not None and nature.flow
        self.low, self.high, self.increase = self.edges()
        self.lower, self.upper = self.path(self.low), self.path(self.high, down=True)

    def edges(self) -> tuple[float | None, float | None, float | None]:
        target, base = self.target, self.baseline
        match self.kind:
            case "at_least":
                return target, None, None
            case "at_most":
                return None, target, None
            case "equals":
                return target, target, None
            case "between":
                return target, self.target_to, None
            case "increase_by" | "increase_by_percent" if base is not None:
                increase = target if self.kind == "increase_by" else abs(base) * target / 100
                return base + increase, None, increase
        return None, None, None

    def path(self, edge: float | None, *, down: bool = False) -> float | None:
        if edge is None:
            return None
        if self.flow:
            return edge * self.share
        if self.baseline is not None and (self.baseline > edge if down else self.baseline < edge):
            return self.baseline + (edge - self.baseline) * self.share
        return edge

    @property
    def expected(self) -> float | None:
        if self.day < self.start or self.nature is None:
            return None
        above = self.baseline is not None and self.high is not None and self.baseline > self.high and not self.flow
        return self.upper if above or self.lower is None else self.lower

    def attainment(self, value: float) -> float | None:
        base, target = self.baseline, self.target
        above, below = None, None
        if self.kind == "at_least" and self.goal.measured_from == "baseline":
            if base is not None:
                above, below = value - base, target - base
        elif self.kind == "at_least":
            above, below = value, target
        elif self.kind == "at_most" and base is not None:
            above, below = base - value, base - target
        elif self.increase is not None and base is not None:
            above, below = value - base, self.increase
        return above / below if above is not None and below else None

    def worked_out(self, value: float | None) -> dict[str, float | None]:
        known = value is not None and (self.low is not None or self.high is not None)
        gap = gap_of(value, self.low, self.high) if known and value is not None else None
        months = 0.0
        day = self.day + timedelta(days=1)
        while day <= self.end:
            months += 1 / calendar.monthrange(day.year, day.month)[1]
            day += timedelta(days=1)
        needed = None
        if gap is not None and value is not None and self.day < self.end:
            goal_edge = value if gap >= 0 else self.low if self.low is not None and value < self.low else self.high
            needed = ((goal_edge or 0.0) - value) / months
        return {
            "gap": gap,
            "attainment": None if value is None or self.held is None else self.attainment(value),
            "expected": self.expected,
            "ahead": None if value is None or self.expected is None else value - self.expected,
            "needed": needed,
        }

    def status(self, value: float | None, figure: Figure, plan: Plan, begun: bool) -> str:
        if self.held is None or self.goal.metric is None:
            return "unquantified"
        if not begun:
            return "no_data"
        if value is None:
            return "undefined" if figure.availability in ("available", "undefined") else "no_data"
        if self.low is None and self.high is None:
            return "undefined"
        if figure.completeness is None or figure.completeness >= 1:
            return self.judge(value, plan)
        seen = {self.judge(trial, plan) for trial in self.trials(value, figure)}
        return seen.pop() if len(seen) == 1 else "uncertain"

    def trials(self, value: float, figure: Figure) -> list[float]:
        assert self.nature is not None
        low, high = turns_out(self.nature.range, value, figure)
        marks = [0.0, low, high, value]
        for edge in (self.low, self.high, self.lower, self.upper, self.expected):
            if edge is not None:
                base = self.baseline or 0.0
                for part in (1.0, 0.8, 0.95, 1 / 0.8, 1 / 0.95):
                    marks += [edge * part, base + (edge - base) * part]
        marks += [mark + step for mark in marks for step in (-1e-6, 1e-6)]
        ordered = sorted(mark for mark in marks if low <= mark <= high)
        return ordered + [(one + other) / 2 for one, other in pairwise(ordered)]

    def judge(self, value: float, plan: Plan) -> str:
        satisfied = gap_of(value, self.low, self.high) >= 0
        rising = self.nature is not None and self.nature.rising
        if self.over:
            return "reached" if satisfied else "not_reached"
        if rising and self.kind == "at_least" and satisfied:
            return "reached"
        if rising and not satisfied and self.high is not None and value > self.high:
            return "off_course"
        if satisfied and not self.flow:
            return "on_course"
        course = self.course(value)
        if course >= plan.status.on_course:
            return "on_course"
        return "off_course" if course < plan.status.off_course else "uncertain"

    def course(self, value: float) -> float:
        base, wants = self.baseline, self.expected
        from_base = self.kind in ("increase_by", "increase_by_percent", "at_most") or (
            self.kind == "at_least" and self.goal.measured_from == "baseline"
        )
        if from_base and not self.flow and base is not None and wants is not None and wants != base:
            to_go = (self.low is not None and base < self.low) or (self.high is not None and base > self.high)
            if to_go:
                return (value - base) / (wants - base)
        if self.lower is not None and value < self.lower:
            return closeness(value, self.lower)
        if self.upper is not None and value > self.upper:
            return closeness(value, self.upper)
        return 1.0


def turns_out(kind: str, value: float, figure: Figure) -> tuple[float, float]:
    """Between which figures an incomplete one can turn out."""
    match kind:
        case "above":
            return value, LARGE
        case "count":
            return 0.0, LARGE
        case "share":
            return 0.0, 1.0
        case "whole":
            return value, 1.0
        case "entries":
            assert figure.numerator is not None
            assert figure.denominator is not None
            assert figure.completeness is not None
            every = round(figure.denominator / figure.completeness)
            return figure.numerator / every, (figure.numerator + every - figure.denominator) / every
    return -LARGE, LARGE


def conditions(
    goal: Goal,
    script: Script,
    members: tuple[str, ...],
    start: date,
    stop: date,
    begun: bool,
    natures: Mapping[str, Nature],
) -> str | None:
    told = [
        f"{one.title}: {state(one, script, members, start, stop, natures) if begun else 'unset'}"
        for one in goal.conditions
    ]
    return "; ".join(told) if told else None


def state(
    one: Condition,
    script: Script,
    members: tuple[str, ...],
    start: date,
    stop: date,
    natures: Mapping[str, Nature],
) -> str:
    nature = natures.get(one.metric or "")
    if nature is None or one.metric is None or one.value is None:
        return "unset"
    figure = script.figure(one.metric, members, start, stop)
    if figure.value is None or not math.isfinite(figure.value):
        return "unset"
    scale = 100 if (one.unit or nature.unit) == "%" else 1
    row = (one.value / scale, (one.value_to or 0) / scale)
    low, high = {
        "at_least": (row[0], None), "at_most": (None, row[0]), "equals": (row[0], row[0]), "between": row,
    }.get(str(one.comparator), (None, None))  # fmt: skip
    if low is None and high is None:
        return "unset"
    if figure.completeness is None or figure.completeness >= 1:
        return "met" if gap_of(figure.value, low, high) >= 0 else "failed"
    least, most = turns_out(nature.range, figure.value, figure)
    marks = [least, most, *(edge for edge in (low, high) if edge is not None and least <= edge <= most)]
    held = {gap_of(mark, low, high) >= 0 for mark in marks}
    return "unset" if len(held) == 2 else "met" if True in held else "failed"
