"""Up to which days a target period is read: its end alone, or every end of a grain inside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from hgplan.model import Grain, Period
from hgplan.model.periods import periods_between

__all__ = ["Stretch", "stretches"]


@attrs.frozen(kw_only=True)
class Stretch:
    """A target period from its first day to `end`, as it stands on `day`.

    `begun` says whether anything of it can have happened, `over` whether the whole target period has passed by `day`.
    """

    start: date
    end: date
    day: date
    begun: bool
    over: bool


def stretches(
    period: Period, *, until: date, every: Grain | None = None, year_starts: str = "01-01"
) -> Iterator[Stretch]:
    """The stretches of a target period, the last one always the whole.

    With a grain, one up to each of its ends inside the period, and one to the period's own end. One whose last grain
    begins after `until` has not begun and stands for its own end; the one that holds `until` stands for that day.

    >>> [str(stretch.end) for stretch in stretches(Period.parse("2022-H1"), until=date(2022, 8, 31), every="quarter")]
    ['2022-03-31', '2022-06-30']
    """
    if every is None:
        yield Stretch(
            start=period.start,
            end=period.end,
            day=min(until, period.end),
            begun=period.start <= until,
            over=period.end <= until,
        )
        return
    for grain in periods_between(period.start, period.end, every, year_starts=year_starts):
        end = min(grain.end, period.end)
        begun = max(grain.start, period.start) <= until
        yield Stretch(
            start=period.start,
            end=end,
            day=min(end, until) if begun else end,
            begun=begun,
            over=end == period.end and end <= until,
        )
