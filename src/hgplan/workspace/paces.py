"""The paces that a plan's goals may name, guarded so that a broken one costs only its own answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

import attrs

from hgplan.errors import PlanError, PluginError, UnknownName, nearest, raise_all
from hgplan.followup.pace import BUILT_IN
from hgplan.hookspecs import Course, Pace
from hgplan.model import Goal, Period, Plan
from hgplan.plugins import PACES, Plugins
from hgplan.workspace.blame import Blame
from hgplan.workspace.naming import named

__all__ = ["check_paces", "paces"]

_Said = Callable[[Goal, Period, Sequence[Course], date], float | None]


@attrs.frozen(eq=False)
class _Guarded:
    """A plugin's pace; where it breaks, or says what is no share, it says nothing, and that is kept as a fault."""

    name: str
    said: _Said

    def expected(self, goal: Goal, period: Period, history: Sequence[Course], day: date) -> float | None:
        """What the plugin says, if it does."""
        return self.said(goal, period, history, day)


def paces(plan: Plan, plugins: Plugins, blame: Blame) -> Mapping[str, Pace]:
    """The paces of plugins by their full names, and by their short ones where only one plugin brings it.

    A name that nobody answers to says nothing where a broken plugin may have brought it.
    """
    found: dict[str, Pace] = {}
    offers = plugins.offers(PACES)
    for offer in offers:
        work = partial(_said, offer.item)
        pace = _Guarded(offer.name, partial(_unless_broken, partial(blame.guarded, offer.plugin, "hgplan_paces"), work))
        found[offer.id] = pace
        if sum(other.name == offer.name for other in offers) == 1:
            found.setdefault(offer.name, pace)
    if plugins.faults:
        for _, goal in plan.goals():
            if goal.pace is not None and goal.pace not in BUILT_IN:
                found.setdefault(goal.pace, _Guarded(goal.pace, _nothing))
    return found


def check_paces(
    plan: Plan, known: Mapping[str, Pace], locate: Callable[[Sequence[PlanError]], Sequence[PlanError]]
) -> None:
    """Tell all paces that goals name and nobody offers, each with its place in the plan; raises PlanError."""
    names = [*BUILT_IN, *known]
    faults: list[PlanError] = [
        UnknownName(f"no pace named {one.pace!r}", where=f"{where}.pace", hint=nearest(one.pace, names))
        for where, one in named(plan)
        if isinstance(one, Goal) and one.pace is not None and one.pace not in names
    ]
    if faults:
        raise_all("the plan names paces that nobody offers", list(locate(faults)))


def _unless_broken(guarded: Callable[[Callable[[], float | None]], float | None], said: _Said, goal: Goal,
                   period: Period, history: Sequence[Course], day: date) -> float | None:  # fmt: skip
    return guarded(partial(said, goal, period, history, day))


def _said(pace: Pace, goal: Goal, period: Period, history: Sequence[Course], day: date) -> float | None:
    share: object = pace.expected(goal, period, history, day)
    if share is not None and (isinstance(share, bool) or not isinstance(share, int | float)):
        raise PluginError(f"pace {pace.name!r} says a {type(share).__name__}, which is no share of a target")
    return share


def _nothing(goal: Goal, period: Period, history: Sequence[Course], day: date) -> None:
    return None
