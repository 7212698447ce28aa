"""The shape of a plan file: which key holds which part of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs

from hgplan.model.activities import Activity, Assessment, Phase
from hgplan.model.chains import Chain
from hgplan.model.declarations import (
    DimensionList,
    MetricDeclaration,
    RowsDeclaration,
    SourceDeclaration,
    SourceReference,
    TableDeclaration,
)
from hgplan.model.experiments import Experiment
from hgplan.model.faults import Faults
from hgplan.model.goals import Goal
from hgplan.model.mappings import FrozenMapping
from hgplan.model.periods import Period
from hgplan.model.plan import Plan
from hgplan.model.settings import CalendarSettings, StatusThresholds
from hgplan.model.strategies import Reference, Strategy, Vision

__all__ = ["FORMAT_VERSION", "RENAMED", "PlanFile", "PlanHead", "Preferences", "Stretch", "key_path", "plan_keywords",
           "steps"]  # fmt: skip

FORMAT_VERSION: Final = 1

RENAMED: Final[Mapping[type, Mapping[str, str]]] = {
    Strategy: {"goals": "goal", "activities": "activity"},
    Vision: {"goals": "goal"},
    SourceReference: {"origin": "from"},
}
"""Fields whose key in a plan file is another word."""


@attrs.frozen
class Stretch:
    """The plan's own time; both days are in."""

    start: date
    end: date

    def __attrs_post_init__(self) -> None:
        faults = Faults("the plan's period")
        faults.order(self.start, self.end)
        faults.close()


@attrs.frozen(kw_only=True)
class PlanHead:
    """What the plan is called, whose it is and which time it covers."""

    id: str
    title: str
    organisation: str | None = None
    language: str = "en"
    period: Stretch | None = None
    version: str | None = None
    adopted: date | None = None


@attrs.frozen(kw_only=True)
class Preferences:
    """Which plugin's declaration is meant where several have one of the same name."""

    prefer: FrozenMapping[str, str] = attrs.field(factory=FrozenMapping)


@attrs.frozen(kw_only=True)
class PlanFile:
    """An operational plan for hgplan."""

    hgplan: int
    plan: PlanHead
    vision: Vision | None = None
    calendar: CalendarSettings = attrs.field(factory=CalendarSettings)
    status: StatusThresholds = attrs.field(factory=StatusThresholds)
    reference: tuple[Reference, ...] = ()
    phase: tuple[Phase, ...] = ()
    strategy: tuple[Strategy, ...] = ()
    goal: tuple[Goal, ...] = ()
    activity: tuple[Activity, ...] = ()
    sub_activity: tuple[Activity, ...] = ()
    assessment: tuple[Assessment, ...] = ()
    experiment: tuple[Experiment, ...] = ()
    dimension: FrozenMapping[str, DimensionList] = attrs.field(factory=FrozenMapping)
    units: RowsDeclaration | None = None
    targets: RowsDeclaration | None = None
    activities: RowsDeclaration | None = None
    assessments: RowsDeclaration | None = None
    source: FrozenMapping[str, SourceDeclaration] = attrs.field(factory=FrozenMapping)
    table: FrozenMapping[str, TableDeclaration] = attrs.field(factory=FrozenMapping)
    chain: FrozenMapping[str, Chain] = attrs.field(factory=FrozenMapping)
    metric: FrozenMapping[str, MetricDeclaration] = attrs.field(factory=FrozenMapping)
    metrics: Preferences = attrs.field(factory=Preferences)
    tables: Preferences = attrs.field(factory=Preferences)

    @classmethod
    def of(cls, plan: Plan) -> PlanFile:
        """The file that a plan is written as."""
        period = None if plan.period is None else Stretch(plan.period.start, plan.period.end)
        head = {field.name: getattr(plan, field.name) for field in attrs.fields(PlanHead)}
        parts = {key: getattr(plan, name) for name, (key, *_) in _PARTS.items()}
        return cls(
            hgplan=FORMAT_VERSION,
            plan=PlanHead(**{**head, "period": period}),
            metrics=Preferences(prefer=plan.prefer_metrics),
            tables=Preferences(prefer=plan.prefer_tables),
            **parts,
        )


_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "vision": ("vision",), "calendar": ("calendar",), "status": ("status",),
    "references": ("reference",), "phases": ("phase",), "strategies": ("strategy",), "direct_goals": ("goal",),
    "direct_activities": ("activity",), "sub_activities": ("sub_activity",), "assessments": ("assessment",),
    "experiments": ("experiment",), "dimensions": ("dimension",),
    "unit_rows": ("units",), "target_rows": ("targets",), "activity_rows": ("activities",),
    "assessment_rows": ("assessments",), "sources": ("source",), "tables": ("table",), "chains": ("chain",),
    "metrics": ("metric",),
}  # fmt: skip
_ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    **_PARTS,
    **{field.name: ("plan", field.name) for field in attrs.fields(PlanHead)},
    "prefer_metrics": ("metrics", "prefer"),
    "prefer_tables": ("tables", "prefer"),
}
_NAMED: Final = frozenset({"dimension", "source", "table", "chain", "metric"})
_STEP: Final = re.compile(r"\.?([^\W\d]\w*)|\[([0-9]+)\]|\[('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\]")


def plan_keywords(file: PlanFile) -> dict[str, Any]:
    """What `Plan` is made with to hold what the file says."""
    period = file.plan.period
    head = {field.name: getattr(file.plan, field.name) for field in attrs.fields(PlanHead)}
    return {
        **head,
        "period": None if period is None else Period(id="plan", start=period.start, end=period.end),
        **{name: getattr(file, key) for name, (key, *_) in _PARTS.items()},
        "prefer_metrics": file.metrics.prefer,
        "prefer_tables": file.tables.prefer,
    }


def steps(where: str) -> tuple[str | int, ...]:
    """The steps of a place as a plan's faults write it.

    >>> steps("strategies[0].goals[1]")
    ('strategies', 0, 'goals', 1)
    """
    found: list[str | int] = []
    for name, index, quoted in _STEP.findall(where):
        found.append(name if name else int(index) if index else re.sub(r"\\(.)", r"\1", quoted[1:-1]))
    return tuple(found)


def key_path(where: tuple[str | int, ...], *, rooted: bool = False) -> tuple[str | int, ...]:
    """The keys of a plan file at which a part of a plan is written.

    `rooted` says that the first step is a key of the file already.

    >>> key_path(("strategies", 0, "goals", 1, "title"))
    ('strategy', 0, 'goal', 1, 'title')
    """
    if not where:
        return ()
    first = where[0]
    keys: list[str | int] = [first] if rooted or first not in _ROOTS else list(_ROOTS[str(first)])
    named = keys[0] in _NAMED
    for index, step in enumerate(where[1:]):
        if named and index == 0:
            keys.append(step)
        elif step == "settings":
            continue
        else:
            keys.append(_RENAMED_STEPS.get(step, step) if isinstance(step, str) else step)
    return tuple(keys)


_RENAMED_STEPS: Final = {name: key for names in RENAMED.values() for name, key in names.items()}
