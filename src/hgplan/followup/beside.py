"""The same day of an earlier year beside today: what a goal's figure was then, and how it stood."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from hgplan.engine import Clocks, Facts, Tree
from hgplan.followup.asking import Figures, Question, answers, metric_numbers
from hgplan.followup.earlier import Begun, by_weeks
from hgplan.followup.editions import comparable
from hgplan.followup.rows import FollowUp
from hgplan.model import Duration, Period

__all__ = ["BESIDE", "EDITIONS", "beside", "editions"]

EDITIONS: Final = pl.Schema({"version": pl.String(), "since": pl.Date(), "series_break": pl.Boolean()})
"""The definition behind a row, and whether its period began before that definition did."""

BESIDE: Final = pl.Schema(
    {
        "earlier_until": pl.Date(),
        "earlier_start": pl.Date(),
        "earlier_end": pl.Date(),
        "earlier_value": pl.Float64(),
        "earlier_status": pl.String(),
        "change": pl.Float64(),
        "change_percent": pl.Float64(),
    }
)
"""What stood there on the earlier day, in the same days of the period moved back, and the change since."""


_YEAR_OF_WEEKS: Final = timedelta(weeks=52)


def editions(found: FollowUp) -> pl.DataFrame:
    """The definition of each row's metric, with the columns of `EDITIONS`."""
    rows = []
    for number, start in found.rows.select("goal_number", "start").iter_rows():
        metric = found.followed[number].metric
        since = metric.since if metric else None
        rows.append((metric.version if metric else None, since, None if since is None else start < since))
    return pl.DataFrame(rows, schema=EDITIONS, orient="row")


def beside(
    found: FollowUp,
    then: FollowUp,
    facts: Facts,
    ask: Figures,
    *,
    back: Duration,
    begun: Begun,
    clocks: Clocks,
    tree: Tree,
) -> pl.DataFrame:
    """For each row the figure of its period moved back, by the earlier day, with the columns of `BESIDE`.

    `then` is the follow-up of that day, which knows how goals with a target for the earlier period stood; `clocks` are
    the earlier ones. Changes are null where the definition was another one; so is the figure, where `begun` says that
    the data begin later.
    """
    spans = [_moved(start, end, back) for start, end in found.rows.select("start", "end").iter_rows()]
    values = _values(found, spans, facts, ask, begun, clocks, tree)
    stood = {
        (row["goal"], row["unit"], row["start"], row["end"]): row["status"] for row in then.rows.iter_rows(named=True)
    }
    rows = []
    for row, (start, end) in zip(found.rows.iter_rows(named=True), spans, strict=True):
        followed = found.followed[row["goal_number"]]
        value, earlier = row["value"], values.get((row["goal_number"], row["asked"], start, end))
        since = followed.metric.since if followed.metric else None
        alike = comparable(since, (start, end), (row["start"], row["end"]))
        change = value - earlier if alike and value is not None and earlier is not None else None
        status = stood.get((row["goal"], row["unit"], start, end))
        if status is None and (followed.metric is None or not followed.goal.targets):
            status = "unquantified"
        percent = change / abs(earlier) if change is not None and earlier else None
        rows.append((clocks.until, start, end, earlier, status, change, percent))
    return pl.DataFrame(rows, schema=BESIDE, orient="row")


def _values(
    found: FollowUp,
    spans: Sequence[tuple[date, date]],
    facts: Facts,
    ask: Figures,
    begun: Begun,
    clocks: Clocks,
    tree: Tree,
) -> dict[tuple[int, str, date, date], float | None]:
    """The figures of the earlier spans by goal, unit (or pool) and span; those that had begun by the earlier day."""
    numbers = metric_numbers(found.followed)
    wanted: dict[tuple[int, tuple[date, date]], dict[str, None]] = {}
    for (number, asked), span in zip(found.rows.select("goal_number", "asked").iter_rows(), spans, strict=True):
        metric = found.followed[number].metric
        if metric is None or span[0] > clocks.until:
            continue
        first = begun(metric)
        if first is not None and first <= min(span[1], clocks.until):
            wanted.setdefault((number, span), {})[asked] = None
    questions = [
        Question(metric, tuple(units), (span,))
        for (number, span), units in wanted.items()
        if (metric := found.followed[number].metric) is not None
    ]
    told = answers(questions, numbers, found.pools, ask, facts, clocks=clocks, tree=tree)
    by_metric = {
        (number, asked, start, end): value
        for number, asked, start, end, value in told.select(
            "metric_number", "asked", "start", "end", "value"
        ).iter_rows()
    }
    return {
        (number, asked, *span): by_metric.get((numbers[metric], asked, *span))
        for (number, span), units in wanted.items()
        if (metric := found.followed[number].metric) is not None
        for asked in units
    }


def _moved(start: date, end: date, back: Duration) -> tuple[date, date]:
    """A period moved back; one that ends with a month still does, and a day that isn't there is the one before.

    A week's year is 52 weeks, so that weeks are held against weeks.
    """
    years, months = divmod(back.months, 12)
    if by_weeks(Period(id=f"{start}/{end}", start=start, end=end)) and years and not months and not back.days:
        return start - years * _YEAR_OF_WEEKS, end - years * _YEAR_OF_WEEKS
    moved = back.before(end)
    if end.day == monthrange(end.year, end.month)[1] and not back.days:
        moved = moved.replace(day=monthrange(moved.year, moved.month)[1])
    return back.before(start), moved
