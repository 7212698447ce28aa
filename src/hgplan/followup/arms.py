"""The arms of an experiment counted from facts: how many were assigned, and for how many it went as hoped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from hgplan.engine import Clocks, Facts, Tree
from hgplan.errors import DataError, PlanError, UnknownName, nearest, raise_all
from hgplan.followup.comparison import Counts
from hgplan.followup.pools import Pools
from hgplan.metrics import Events, Measure, Metric, col
from hgplan.metrics.counts import Converted, Distinct
from hgplan.model import Experiment, Organisation, Period

__all__ = ["counts_by_arm"]

_ARM: Final = "arm"
_EXPERIMENT: Final = "experiment"
Ask = Callable[..., pl.DataFrame]


def counts_by_arm(
    experiment: Experiment, metric: Metric, facts: Facts, days: Period, *, clocks: Clocks, tree: Tree, ask: Ask
) -> Mapping[str, Counts | None]:
    """Successes and trials of each arm; None where a broken plugin keeps them from being known.

    People: of those assigned in the window, those whom the metric counts on the day of their assignment or later, up to
    the end of the window, and with `within` inside that time, once it is over. Units: the metric's own numerator and
    denominator over the arm's units together, in the whole window.
    """
    assigned = _assignments(experiment, facts)

    def asked(measures: Mapping[str, Measure], *by: str, units: Sequence[str] = (), tree: Tree = tree) -> pl.DataFrame:
        return ask(
            facts,
            [Metric(name=name, measure=measure) for name, measure in measures.items()],
            units=units or [facts.organisation.root],
            periods=[days],
            clocks=clocks,
            tree=tree,
            by=by,
        )

    if experiment.assigned == "units":
        arms = _units_of_arms(experiment, assigned, asked, facts.organisation, days.start)
        if arms is None:
            return dict.fromkeys(experiment.arms)
        return _units(experiment, metric, arms, facts, days, clocks=clocks, tree=tree, ask=ask)
    return _people(experiment, metric, assigned, asked)


def _assignments(experiment: Experiment, facts: Facts) -> Events:
    where = f"experiment {experiment.id!r}"
    table = facts.tables.get(experiment.table)
    if table is None:
        hint = nearest(experiment.table, facts.tables)
        raise UnknownName(f"no table named {experiment.table!r}", where=where, hint=hint)
    if not isinstance(table, Events):
        what = f"assignments are events, and {experiment.table!r} is {type(table).__name__}"
        raise PlanError(what, where=where, hint='kind = "events", at = the day of the assignment')
    named = table.entity if experiment.assigned == "people" else table.unit
    if named is None:
        word = "entity" if experiment.assigned == "people" else "unit"
        raise PlanError(
            f"{experiment.assigned} are assigned, and table {experiment.table!r} says no {word}", where=where
        )
    return table.where(col(_EXPERIMENT) == experiment.id)


def _people(
    experiment: Experiment, metric: Metric, assigned: Events, asked: Callable[..., pl.DataFrame]
) -> Mapping[str, Counts | None]:
    outcome = metric.measure
    if not isinstance(outcome, Distinct) or outcome.key is not None or outcome.having is not None:
        raise PlanError(
            f"metric {metric.id!r} counts no people, so it can't be counted by arm",
            where=f"experiment {experiment.id!r}",
            hint="the outcome is who did something: meetings.distinct(), memberships.starts().distinct()",
        )
    reached = Converted(assigned.rowset, outcome.rows, within=experiment.within)
    told = asked({"reached": reached, "assigned": assigned.distinct(), "rows": assigned.count()}, _ARM)
    if _lost(told):
        return dict.fromkeys(experiment.arms)
    by_arm = {(row["metric"], row[_ARM]): row for row in told.iter_rows(named=True)}
    _check_arms(experiment, {arm: row["rows"] for (name, arm), row in by_arm.items() if name == "rows"})
    once = asked({"assigned": assigned.distinct()})["value"].sum()
    often = sum(row["value"] or 0 for (name, _), row in by_arm.items() if name == "assigned") - once
    if often:
        raise DataError(
            f"{int(often)} people too many: somebody is assigned to more than one arm of experiment {experiment.id!r}",
            where=f"table {experiment.table!r}",
            hint="whoever is in two arms is in none: correct the assignments, or leave these people out",
        )
    return {arm: _counts(by_arm.get(("reached", arm))) for arm in experiment.arms}


def _counts(row: Mapping[str, object] | None) -> Counts | None:
    if row is None:
        return (0, 0)
    reached, of = row["numerator"], row["denominator"]
    if not isinstance(reached, int) or not isinstance(of, int):
        return (0, 0) if row["availability"] == "immature" else None
    return reached, of


def _units_of_arms(
    experiment: Experiment,
    assigned: Events,
    asked: Callable[..., pl.DataFrame],
    organisation: Organisation,
    day: date,
) -> dict[str, tuple[str, ...]] | None:
    """The units of each arm, None where they are lost; no unit, and none below one, may stand in another arm too."""
    told = asked({"rows": assigned.count()}, _ARM, units=organisation.units, tree=day)
    if _lost(told):
        return None
    rows = {(arm, unit): often for arm, unit, often in told.select(_ARM, "unit", "rows").iter_rows()}
    _check_arms(experiment, {arm: often for (arm, unit), often in rows.items() if unit == organisation.root})
    own = Counter(rows)
    for (arm, unit), often in rows.items():
        above = organisation.parent(unit, day)
        if above is not None:
            own[arm, above] -= often
    # A group of another experiment's rows is told too, and has none here.
    pairs = [pair for pair, often in own.items() if often]
    faults: list[DataError] = []
    for arm, unit in sorted(pairs):
        higher_units = organisation.ancestors(unit, day)
        for other, higher in pairs:
            if other != arm and higher in higher_units and (higher != unit or other > arm):
                also = "" if higher == unit else f", and stands below {higher!r}"
                what = f"unit {unit!r} is assigned to {arm!r}{also}, which is assigned to {other!r}"
                what = what if also else f"unit {unit!r} is assigned to both {arm!r} and {other!r}"
                faults.append(DataError(what, where=f"experiment {experiment.id!r}, table {experiment.table!r}"))
    if faults:
        raise_all("the assignments can't be right", faults)
    return {arm: tuple(unit for one, unit in pairs if one == arm) for arm in experiment.arms}


def _units(
    experiment: Experiment,
    metric: Metric,
    arms: Mapping[str, tuple[str, ...]],
    facts: Facts,
    days: Period,
    *,
    clocks: Clocks,
    tree: Tree,
    ask: Ask,
) -> Mapping[str, Counts | None]:
    pools = Pools(facts.organisation)
    names = {arm: pools.name(units) for arm, units in arms.items() if units}
    asked = tuple(names.values())
    found: dict[str, Counts | None] = dict.fromkeys(arms, (0, 0))
    if not asked:
        return found
    told = ask(facts, [metric], units=asked, periods=[days], clocks=clocks, tree=tree, pools=pools.of(asked))
    by_unit = {row["unit"]: row for row in told.iter_rows(named=True)}
    for arm, name in names.items():
        row = by_unit[name]
        above, below = row["numerator"], row["denominator"]
        found[arm] = _counts(row)
        known = row["value"] is not None or (above is not None and below is not None)
        if known and (not isinstance(above, int) or not isinstance(below, int) or not 0 <= above <= below):
            raise PlanError(
                f"metric {metric.id!r} is no share of people, so it can't be compared by arm",
                where=f"experiment {experiment.id!r}",
                hint="the outcome of units is a share: a retention, a conversion, attendances over members",
            )
    return found


def _lost(told: pl.DataFrame) -> bool:
    """Whether a broken plugin kept figures from being known."""
    return bool(told["availability"].has_nulls())


def _check_arms(experiment: Experiment, rows: Mapping[str | None, int]) -> None:
    faults = [
        DataError(
            f"{often} row{'s are' if often > 1 else ' is'} assigned to "
            + (f"arm {arm!r}, which experiment {experiment.id!r} doesn't have" if arm is not None else "no arm"),
            where=f"table {experiment.table!r}",
            hint=None if arm is None else nearest(arm, experiment.arms),
        )
        for arm, often in sorted(rows.items(), key=lambda item: str(item[0]))
        if often and arm not in experiment.arms
    ]
    if faults:
        raise_all("the assignments can't be right", faults)
