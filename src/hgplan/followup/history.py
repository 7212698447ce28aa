"""How the goals' metrics ran through earlier periods: what is asked for it, and the courses that come of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import attrs
import polars as pl

from hgplan.followup.asking import Question, Span
from hgplan.followup.curves import reached_by
from hgplan.followup.earlier import Begun, earlier_periods, same_day
from hgplan.followup.followed import Followed
from hgplan.followup.lines import Line
from hgplan.followup.outlook import FEWEST, Year
from hgplan.followup.pace import BUILT_IN, looks_back
from hgplan.followup.schedule import Schedule
from hgplan.followup.stretches import Stretch
from hgplan.hookspecs import Course, Pace
from hgplan.metrics import Measure, Metric
from hgplan.metrics.additive import adds_over_units
from hgplan.model import Period
from hgplan.model.periods import periods_between

__all__ = ["ENOUGH", "Past", "Shape", "foreseeable", "looked_at", "past", "past_questions"]

ENOUGH: Final = 100
"""A unit whose earlier periods brought fewer than this together shows no shape of its own: chance moves it by 5 %."""


class Told(NamedTuple):
    """A figure of earlier days: its value, the number of what it counts, and whether all of it was reported."""

    value: float | None
    counted: float
    complete: bool


@attrs.frozen(kw_only=True)
class Shape:
    """Earlier courses, and the unit (or pool of units) whose they are."""

    unit: str
    courses: tuple[Course, ...] = ()


Looked: TypeAlias = Mapping[tuple[int, Span], tuple[Period, ...]]
"""The earlier periods that are looked at for a goal, by its number, and one of its periods, by its days."""


@attrs.frozen(kw_only=True, eq=False)
class Past:
    """Figures of earlier periods, as far as they were asked for; their courses are put together once."""

    root: str
    looked: Looked = attrs.field(factory=dict)
    numbers: Mapping[int, int | None] = attrs.field(factory=dict)
    told: Mapping[tuple[int, str], Mapping[Span, Told]] = attrs.field(factory=dict)
    _courses: dict[tuple[int, str, Span], tuple[Course, ...]] = attrs.field(factory=dict, init=False, repr=False)

    def courses(self, goal: int, unit: str, period: Period) -> tuple[Course, ...]:
        """How the goal's metric ran through the earlier periods of which all was reported, oldest first."""
        key = (goal, unit, (period.start, period.end))
        if key not in self._courses:
            self._courses[key] = tuple(self._put_together(goal, unit, period))
        return self._courses[key]

    def _put_together(self, goal: int, unit: str, period: Period) -> Iterator[Course]:
        figures = self._figures(goal, unit)
        for earlier in self.looked.get((goal, (period.start, period.end)), ()):
            whole = figures.get((earlier.start, earlier.end))
            if whole is None or whole.value is None or not whole.complete:
                continue
            days = sorted(end for start, end in figures if start == earlier.start and end in earlier)
            values = tuple((day, figures[earlier.start, day].value) for day in days)
            yield Course(period=earlier, values=values)

    def periods(self, goal: int, unit: str, period: Period) -> tuple[Period, ...]:
        """The earlier periods of which all is known; where none was asked for, those that the data reach back to."""
        if self._figures(goal, unit):
            return tuple(course.period for course in self.courses(goal, unit, period))
        return self.looked.get((goal, (period.start, period.end)), ())

    def shape(self, goal: int, unit: str, period: Period) -> Shape:
        """The courses by which a unit's pace is drawn: its own, or the whole organisation's where it has too little."""
        own = self.courses(goal, unit, period)
        figures = self._figures(goal, unit)
        counted = sum(figures[course.period.start, course.period.end].counted for course in own)
        if counted >= ENOUGH or unit == self.root:
            return Shape(unit=unit, courses=own)
        whole = self.courses(goal, self.root, period)
        return Shape(unit=self.root, courses=whole) if whole else Shape(unit=unit, courses=own)

    def years(self, own: Sequence[Course], shape: Shape, day: date, period: Period) -> list[Year]:
        """The courses of a unit as years to foretell from, each beside the year of the shape."""
        shapes = {course.period: course for course in shape.courses}
        found: list[Year] = []
        for course in own:
            at = same_day(day, period, course.period)
            beside = shapes.get(course.period)
            if beside is not None:
                ends = (reached_by(one, course.period.end) for one in (course, beside))
                mine, theirs = ends
                found.append(Year(reached_by(course, at), mine, reached_by(beside, at), theirs))
        return found

    def _figures(self, goal: int, unit: str) -> Mapping[Span, Told]:
        number = self.numbers.get(goal)
        return {} if number is None else self.told.get((number, unit), {})


def foreseeable(measure: Measure) -> bool:
    """Whether a forecast is made of a measure: of counts that come in, and of levels that units add up to.

    >>> from hgplan.metrics import parse
    >>> foreseeable(parse("memberships.active()")), foreseeable(parse("memberships.retained('12mo')"))
    (True, False)
    """
    return adds_over_units(measure)


def looked_at(
    schedule: Schedule, followed: Sequence[Followed], paces: Sequence[Pace], known: set[int], begun: Begun, until: date
) -> Looked:
    """The earlier periods of which each goal's pace or forecast wants to know.

    `known` are the goals whose metric is there.
    """
    found: dict[tuple[int, Span], tuple[Period, ...]] = {}
    for (number, period), read in schedule.items():
        metric = followed[number].metric
        if metric is None or number not in known:
            continue
        by_pace = looks_back(paces[number])
        ahead = foreseeable(metric.measure) and any(stretch.begun and not stretch.over for stretch in read)
        since = begun(metric) if by_pace or ahead else None
        if since is None:
            continue
        earlier = earlier_periods(period, since=since, until=until)
        if earlier:
            found[number, (period.start, period.end)] = earlier
    return found


def past_questions(
    looked: Looked, lines: Iterable[Line], schedule: Schedule, followed: Sequence[Followed], paces: Sequence[Pace],
    root: str,
) -> list[Question]:  # fmt: skip
    """What has to be asked of the past, for the same units wherever the same days are wanted: one asking for all.

    For a forecast alone nothing is asked of fewer years than it takes.
    """
    spans = {
        (number, period): _spans(period, earlier, read, paces[number])
        for (number, period), read in schedule.items()
        if (earlier := looked.get((number, (period.start, period.end))))
        and (looks_back(paces[number]) or len(earlier) >= FEWEST)
    }
    units: dict[tuple[Span, ...], dict[str, None]] = {}
    for line in lines:
        wanted = spans.get((line.goal, line.period))
        if wanted:
            units.setdefault(wanted, {})[line.asked] = None
    found: list[Question] = []
    for (number, _), wanted in spans.items():
        metric = followed[number].metric
        if metric is not None and wanted in units:
            found.append(Question(metric, tuple(dict.fromkeys([*units[wanted], root])), wanted))
    return found


def _spans(period: Period, earlier: Sequence[Period], read: Sequence[Stretch], pace: Pace) -> tuple[Span, ...]:
    by_pace = looks_back(pace)
    days = [part.day for part in read if part.day >= period.start and (by_pace or (part.begun and not part.over))]
    days += [part.end for part in read if by_pace]
    if by_pace and pace.name not in BUILT_IN:
        # Nobody knows which days a plugin's curve looks at: it gets every month's end.
        days += [min(month.end, period.end) for month in periods_between(period.start, period.end, "month")]
    found: dict[Span, None] = {}
    for past in earlier:
        found.update({(past.start, same_day(day, period, past)): None for day in days})
        found[past.start, past.end] = None
    return tuple(sorted(found))


def past(
    looked: Looked, followed: Sequence[Followed], numbers: Mapping[Metric, int], told: pl.DataFrame, root: str
) -> Past:
    """The answers about the past, ordered for looking up."""
    figures: dict[tuple[int, str], dict[Span, Told]] = {}
    for row in told.select(
        "metric_number", "asked", "start", "end", "value", "numerator", "availability", "completeness"
    ).iter_rows():
        number, unit, start, end, value, numerator, availability, completeness = row
        counted = value if numerator is None else numerator
        complete = availability == "available" and (completeness is None or completeness >= 1)
        figures.setdefault((number, unit), {})[start, end] = Told(value, abs(counted or 0.0), complete)
    metrics = {number: numbers[one.metric] if one.metric is not None else None for number, one in enumerate(followed)}
    return Past(root=root, looked=looked, numbers=metrics, told=figures)
