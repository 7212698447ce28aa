"""Windows: which days of facts make each output period, and on which day a stock is read.

A window starts as a period cut at `until`. Shifts, running totals and earlier periods turn windows into windows; what
counts rows never learns of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

import attrs
import polars as pl

from hgplan.errors import PlanError
from hgplan.model.durations import Duration
from hgplan.model.grains import Grain, as_grain, require_nesting, whole_periods
from hgplan.model.periods import Period, period_of, periods_between, previous_period

__all__ = ["HI", "LO", "WINDOW", "Periods", "Window", "Windows"]

WINDOW, LO, HI = "@window", "@lo", "@hi"
_ONE = timedelta(days=1)
_SECOND = date.min + _ONE
Days: TypeAlias = tuple[tuple[date, date], ...]
Turn: TypeAlias = Callable[[date], date]


@attrs.frozen
class Periods:
    """Periods that are asked for, and the grain that they are of where they have one; `name` is what it is called."""

    each: tuple[Period, ...]
    grain: Grain | None = None
    name: str | None = None


@attrs.frozen
class Window:
    """The days whose rows count (spans that may repeat: a day counts as often as it stands there), the day on which a
    stock is read, and the day of its opening. `label` is the whole period that the figure is for, `own` are the days
    on which its unit must be open for anything to be expected of it: a running figure's rows reach further back.
    `grain` is what the period is one of, if any."""

    label: Period
    days: Days
    as_of: date
    opening: date
    own: Days
    grain: Grain | None = None

    @property
    def begun(self) -> bool:
        """Whether any day of it has come."""
        return bool(self.days)


@attrs.frozen(cache_hash=True)
class Windows:
    """The windows of one question, in its order; each knows only days that have come by `until`."""

    each: tuple[Window, ...]
    until: date
    year_starts: str
    # Day by day turns that were asked around the figure; an earlier whole period is found first and turned after.
    turns: tuple[Turn, ...] = ()

    @classmethod
    def of(cls, asked: Sequence[Periods], *, until: date, year_starts: str) -> Windows:
        """The periods themselves, each worked out up to `until`."""
        each = tuple(_base(period, periods.grain, until) for periods in asked for period in periods.each)
        return cls(each, until, year_starts)

    def frame(self, *, own: bool = False) -> pl.DataFrame:
        """Window, first and last day of each span of days whose rows count (or on which a unit must be open)."""
        spans = [window.own if own else window.days for window in self.each]
        rows = [(index, lo, hi) for index, days in enumerate(spans) for lo, hi in days]
        return pl.DataFrame(rows, schema={WINDOW: pl.Int32, LO: pl.Date, HI: pl.Date}, orient="row")

    def shifted(self, offset: str | None, to: str | None) -> Windows:
        """Every day turned into the day `offset` earlier, or into the first day of its period of the grain `to`."""
        turn = self._turn(offset, to)
        # Windows overlap, so most days are turned many times over.
        turn = lru_cache(maxsize=None)(turn)
        turned = tuple(_turned(window, turn) for window in self.each)
        return attrs.evolve(self, each=turned, turns=(*self.turns, turn))

    def _turn(self, offset: str | None, to: str | None) -> Turn:
        if offset is not None:
            return Duration.parse(offset).before
        grain, starts = as_grain(to or ""), self.year_starts
        return lambda day: period_of(day, grain, year_starts=starts).start

    def previous(self, offset: str) -> Windows:
        """The whole period that lies `offset` before each window's own."""
        each = tuple(self._earlier(window, offset) for window in self.each)
        for turn in self.turns:
            each = tuple(_turned(window, turn) for window in each)
        return attrs.evolve(self, each=each)

    def _earlier(self, window: Window, offset: str) -> Window:
        if window.grain is None:
            raise PlanError(
                f"previous('{offset}') needs periods of a grain",
                hint="ask every='month', or shift day by day with .shift",
            )
        steps = whole_periods(Duration.parse(offset), window.grain)
        period = previous_period(window.label, window.grain, steps=steps, year_starts=self.year_starts)
        return _base(period, window.grain, self.until)

    def to_date(self, grain: str | None, first: Callable[[], date]) -> Windows:
        """From the start of the grain that holds the day on which each window is read.

        `first` tells the dawn of data, and is asked only where no grain is said.
        """
        if grain is None:
            dawn = first()
            return self._running(lambda day: min(dawn, day))
        held = as_grain(grain)
        return self._running(lambda day: period_of(day, held, year_starts=self.year_starts).start)

    def trailing(self, window: str) -> Windows:
        """Over (day - window, day] of the day on which each window is read."""
        length = Duration.parse(window)
        return self._running(lambda day: length.before(day) + _ONE)

    def _running(self, start: Callable[[date], date]) -> Windows:
        each = []
        for window in self.each:
            first = start(window.as_of)
            days = ((first, window.as_of),) if window.begun else ()
            # Rows of the calendar's first day are often a register's word for nobody knows when.
            opening = max(first, _SECOND) - _ONE
            each.append(attrs.evolve(window, days=days, opening=opening))
        return attrs.evolve(self, each=tuple(each))

    def daily(self, only: Sequence[int]) -> tuple[Windows, list[int]]:
        """A window for each single day of some windows, and the window that each belongs to."""
        each, owner = [], []
        for index in only:
            for lo, hi in self.each[index].days:
                for step in range((hi - lo).days + 1):
                    day = lo + timedelta(days=step)
                    each.append(attrs.evolve(self.each[index], days=((day, day),), as_of=day, opening=day - _ONE))
                    owner.append(index)
        return attrs.evolve(self, each=tuple(each)), owner

    def parts(self, grain: Grain) -> tuple[Windows, list[int]]:
        """A window for each period of a finer grain that ends in the window (or is cut by `until`), and its owner.

        Raises PlanError for periods that would be cut by the window's own, such as weeks by months.
        """
        grains: dict[Grain | None, None] = {window.grain: None for window in self.each}
        for own in grains:
            if own is not None:
                require_nesting(grain, own, year_starts=self.year_starts)
        each, owner = [], []
        for index, window in enumerate(self.each):
            ends: set[date] = set()
            for lo, hi in window.days:
                for period in periods_between(lo, hi, grain, year_starts=self.year_starts):
                    last = min(period.end, hi)
                    whole = period.end <= hi or (hi == self.until and period.end <= window.label.end)
                    # A shift may land on a day more than once, but it is one and the same end.
                    if whole and last not in ends:
                        ends.add(last)
                        days = ((period.start, last),)
                        each.append(Window(period, days, last, period.start - _ONE, days, grain))
                        owner.append(index)
        return attrs.evolve(self, each=tuple(each)), owner


def _base(period: Period, grain: Grain | None, until: date) -> Window:
    if period.start < _SECOND:
        what = f"a range from {period.start} has no opening: that is the first day of the calendar"
        raise PlanError(what, hint="say a later start=...")
    last = min(period.end, until)
    days = ((period.start, last),) if period.start <= last else ()
    return Window(period, days, last, period.start - _ONE, days, grain)


def _turned(window: Window, turn: Turn) -> Window:
    return attrs.evolve(
        window,
        days=_turned_days(window.days, turn),
        as_of=turn(window.as_of),
        opening=turn(window.opening),
        own=_turned_days(window.own, turn),
    )


def _turned_days(spans: Days, turn: Turn) -> Days:
    days: list[tuple[date, date]] = []
    for lo, hi in spans:
        for step in range((hi - lo).days + 1):
            day = turn(lo + timedelta(days=step))
            # Neighbours stay one span; where the turn lands twice on a day, that day begins a new one and counts again.
            if days and day == days[-1][1] + _ONE:
                days[-1] = (days[-1][0], day)
            else:
                days.append((day, day))
    return tuple(days)
