"""Where a goal is counted from: a figure that the plan states, or one measured in an earlier period."""

from __future__ import annotations

from datetime import date

import attrs

from hgplan.model import Goal, Organisation, Period, Plan, in_measure

__all__ = ["Baseline", "baseline_of"]


@attrs.frozen(kw_only=True)
class Baseline:
    """A baseline: `stated` as a figure that holds for one unit, or `measured` in a period for every unit itself."""

    stated: float | None = None
    unit: str | None = None
    measured: Period | None = None


def baseline_of(
    goal: Goal, plan: Plan, organisation: Organisation, *, until: date, unit: str | None = None
) -> Baseline | None:
    """The baseline of a goal in plain numbers, as far as it is known by `until`; `unit` is how its figures are written.

    A stated figure is that of the unit for which the goal is set: the one unit that all its targets name, else the
    organisation. Other units have none, for a figure of the whole is not one of a part.

    >>> goal = Goal(id="density", title="Density", baseline=46)
    >>> plan = Plan(id="p", title="P", direct_goals=[goal])
    >>> baseline_of(goal, plan, Organisation.single("club"), until=date(2022, 8, 31), unit="%")
    Baseline(stated=0.46, unit='club', measured=None)
    """
    if goal.baseline is None:
        return None
    if isinstance(goal.baseline, str):
        period = plan.parse_period(goal.baseline)
        return Baseline(measured=period) if period.start <= until else None
    named = {target.unit or organisation.root for target in goal.targets}
    holder = named.pop() if len(named) == 1 else organisation.root
    return Baseline(stated=float(in_measure(goal.baseline, unit)), unit=holder)
