"""The metrics that a plan's goals, conditions and experiments name, bound to their parameters."""

from __future__ import annotations

from functools import partial

import attrs

from hgplan.errors import PlanError
from hgplan.metrics import Metric
from hgplan.metrics.parameters import as_parameters
from hgplan.model import Condition, Experiment, FrozenMapping, Goal, Plan
from hgplan.workspace.blame import Blame
from hgplan.workspace.catalogue import Catalogue
from hgplan.workspace.naming import named

__all__ = ["Bindings", "bind"]


@attrs.frozen(eq=False)
class Bindings:
    """The metric of each goal, condition and experiment; None where nothing answers to the name, and why."""

    found: dict[tuple[str, FrozenMapping[str, object]], Metric | None]
    faults: tuple[PlanError, ...]

    @property
    def metrics(self) -> list[Metric]:
        """Every metric that was found, each once."""
        return [metric for metric in dict.fromkeys(self.found.values()) if metric is not None]

    def of(self, one: Goal | Condition | Experiment) -> Metric | None:
        """The metric that a goal or a condition is measured by, or that an experiment counts."""
        return None if one.metric is None else self.found.get((one.metric, one.parameters))


def bind(plan: Plan, catalogue: Catalogue, blame: Blame) -> Bindings:
    """Bind every metric that the plan names; a fault says where it stands in the plan."""
    found: dict[tuple[str, FrozenMapping[str, object]], Metric | None] = {}
    faults: list[PlanError] = []
    for where, one in named(plan):
        if one.metric is None or (one.metric, one.parameters) in found:
            continue
        try:
            metric = catalogue.metric(one.metric)
            given = as_parameters(one.parameters)
            found[one.metric, one.parameters] = blame.attempt(metric, partial(catalogue.metric, one.metric, given))
        except PlanError as fault:
            found[one.metric, one.parameters] = None
            faults.append(type(fault)(fault.what, where=f"{where}.metric", hint=fault.hint))
    return Bindings(found, tuple(faults))
