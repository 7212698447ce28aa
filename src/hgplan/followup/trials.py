"""Registered experiments followed up: how each arm went, by facts, and what speaks against believing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import attrs
import polars as pl

from hgplan.engine import Clocks, Facts, Tree, figures
from hgplan.errors import DataError, PlanError, raise_all
from hgplan.followup.arms import counts_by_arm
from hgplan.followup.comparison import COMPARISON, Counts, experiment
from hgplan.followup.multiplicity import MOST_LOOKS, false_positive_risk, holm
from hgplan.followup.proportions import two_sided, wilson
from hgplan.metrics import Metric
from hgplan.model import Experiment, Period

__all__ = ["EXPERIMENTS", "OutcomeMetric", "experiments"]

OutcomeMetric: TypeAlias = Callable[[Experiment], Metric | None]
"""What an experiment counts, with its own parameters; None where nothing answers to it."""

EXPERIMENTS: Final = pl.Schema(
    {
        "experiment": pl.String(),
        "title": pl.String(),
        "hypothesis": pl.String(),
        "assigned": pl.String(),
        "metric": pl.String(),
        "start": pl.Date(),
        "end": pl.Date(),
        "until": pl.Date(),
        "known_on": pl.Date(),
        "state": pl.String(),
        "arm": pl.String(),
        "is_control": pl.Boolean(),
        "successes": pl.Int64(),
        "trials": pl.Int64(),
        "rate": pl.Float64(),
        "rate_low": pl.Float64(),
        "rate_high": pl.Float64(),
        **{name: kind for name, kind in COMPARISON.items() if name not in ("arm", "rate")},
        "p_holm": pl.Float64(),
        "false_positive_risk": pl.Float64(),
        "cautions": pl.String(),
    }
)
"""The columns of the experiments of a plan, in their order."""

_FEWEST: Final = 5


@attrs.frozen(kw_only=True)
class _Window:
    """The days of an experiment, and how far it has come by the day asked."""

    start: date
    end: date
    until: date

    @property
    def state(self) -> str:
        if self.start > self.until:
            return "planned"
        return "ended" if self.end <= self.until else "running"


def experiments(
    registered: Sequence[Experiment],
    facts: Facts,
    metric_of: OutcomeMetric,
    *,
    whole: Period,
    clocks: Clocks,
    tree: Tree = "day",
    level: float = 0.95,
    ask: Callable[..., pl.DataFrame] = figures,
) -> pl.DataFrame:
    """One row for each arm of each experiment: its counts and rate, and how it lies from the control.

    `whole` is the window of one that says none. Rates have Wilson's interval, differences Newcombe's, both at `level`;
    `p_holm` is adjusted for the arms held against one control, and `false_positive_risk` tells how often an experiment
    like this one calls some difference where there is none, by unadjusted p values. `cautions` are words: `many arms`,
    `peeking` (several looks, or one before the end), `clusters` (whole units were assigned and people are counted, so
    intervals are too narrow), `few` (fewer than five are expected on either side, so z and p are rough).

    Raises PlanError for outcomes that can't be counted by arm, and DataError for assignments that can't be right.
    """
    two_sided(level)
    rows: list[dict[str, object]] = []
    faults: list[PlanError] = []
    broken: list[DataError] = []
    for one in registered:
        window = _Window(start=one.start or whole.start, end=one.end or whole.end, until=clocks.until)
        metric = metric_of(one)
        counts: Mapping[str, Counts | None] = {}
        try:
            if metric is not None and window.state != "planned":
                days = Period(id=one.id, start=window.start, end=max(window.start, window.end))
                known = attrs.evolve(clocks, until=min(window.end, clocks.until))
                counts = counts_by_arm(one, metric, facts, days, clocks=known, tree=tree, ask=ask)
        except PlanError as fault:
            faults += [type(each)(each.what, where=each.where, hint=each.hint) for each in _plan_faults(fault)]
        except DataError as fault:
            broken += [each for each in fault.faults if isinstance(each, DataError)]
        rows += _rows(one, metric, window, counts, clocks, level)
    if faults:
        raise_all("the experiments can't be followed", faults)
    if broken:
        raise_all("the experiments' data are not as declared", broken)
    return pl.DataFrame(rows, schema=EXPERIMENTS)


def _plan_faults(fault: PlanError) -> list[PlanError]:
    return [each for each in fault.faults if isinstance(each, PlanError)]


def _rows(
    one: Experiment,
    metric: Metric | None,
    window: _Window,
    counts: Mapping[str, Counts | None],
    clocks: Clocks,
    level: float,
) -> list[dict[str, object]]:
    compared = _compared(one, counts, level)
    adjusted = dict(zip(compared, holm([row["p"] for row in compared.values()]), strict=True))
    looks = min(max(one.looks, 2 if window.state == "running" else 1), MOST_LOOKS)
    shared: dict[str, object] = {
        "experiment": one.id,
        "title": one.title,
        "hypothesis": one.hypothesis,
        "assigned": one.assigned,
        "metric": metric.id if metric else one.metric,
        "start": window.start,
        "end": window.end,
        "until": clocks.until,
        "known_on": clocks.known_on,
        "state": window.state,
        "false_positive_risk": false_positive_risk(comparisons=len(one.others), looks=looks, level=level),
    }
    found: list[dict[str, object]] = []
    for arm in one.arms:
        count = counts.get(arm)
        own: dict[str, object] = {"arm": arm, "is_control": arm == one.control}
        if count is not None:
            low, high = wilson(*count, level=level) if count[1] else (None, None)
            rate = count[0] / count[1] if count[1] else None
            own |= {"successes": count[0], "trials": count[1], "rate": rate, "rate_low": low, "rate_high": high}
        words = [
            word
            for word, holds in {
                "many arms": len(one.others) > 1,
                "peeking": looks > 1,
                "clusters": one.assigned == "units",
                "few": arm in compared and _few(counts.get(arm), counts.get(one.control)),
            }.items()
            if holds
        ]
        own |= {"p_holm": adjusted.get(arm), "cautions": ", ".join(words) or None}
        found.append({**dict.fromkeys(EXPERIMENTS), **shared, **own, **compared.get(arm, {})})
    return found


def _compared(one: Experiment, counts: Mapping[str, Counts | None], level: float) -> dict[str, dict[str, float | None]]:
    """What is told of each arm that has somebody in it, held against the control if that has too."""
    sound = {arm: count for arm in one.arms if (count := counts.get(arm)) is not None and count[1]}
    if one.control not in sound or len(sound) < 2:
        return {}
    told = experiment(sound, control=one.control, level=level)
    return {row.pop("arm"): row for row in told.iter_rows(named=True)}


def _few(one: Counts | None, control: Counts | None) -> bool:
    """Whether so few are expected on some side that the normal curve is no good picture of chance (Cochran's rule)."""
    if one is None or control is None:
        return False
    share = (one[0] + control[0]) / (one[1] + control[1])
    return min(share, 1 - share) * min(one[1], control[1]) < _FEWEST
