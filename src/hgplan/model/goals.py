"""Goals: what is to be reached, by which metric, with which targets and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal, get_args

import attrs

from hgplan.errors import PlanError
from hgplan.model.faults import Faults, path
from hgplan.model.mappings import FrozenMapping
from hgplan.model.milestones import Milestone
from hgplan.model.periods import Period
from hgplan.model.plain import as_plain, check_plain
from hgplan.model.targets import (
    Number,
    Target,
    Threshold,
    adopted_target,
    current_target,
    in_measure,
    target_series,
)

__all__ = ["Commitment", "Condition", "Goal", "MeasuredFrom", "Quote"]

Commitment = Literal["firm", "aspiration"]
MeasuredFrom = Literal["zero", "baseline"]
_COMMITMENTS: Final[tuple[str, ...]] = get_args(Commitment)
_STARTS: Final[tuple[str, ...]] = get_args(MeasuredFrom)


def _plain(value: Mapping[str, object]) -> FrozenMapping[str, object]:
    return as_plain(value)  # type: ignore[no-any-return]  # a mapping becomes a frozen one


def _targets(values: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(values)


def _milestones(values: Iterable[Milestone]) -> tuple[Milestone, ...]:
    return tuple(values)


def _conditions(values: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(values)


@attrs.frozen(kw_only=True)
class Quote:
    """The words of a document from which something in the plan was taken, and the line where they stand."""

    text: str
    line: int | None = None
    document: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults("the quote")
        faults.text("text", self.text)
        faults.text("document", self.document, optional=True)
        if self.line is not None and (isinstance(self.line, bool) or not isinstance(self.line, int) or self.line < 1):
            faults.add(f"line of the quote counts from 1, got {self.line!r}", at="line")
        faults.close()


@attrs.frozen(kw_only=True)
class Condition(Threshold):
    """Something that must hold besides a goal's target: a metric with a figure, or without one and then never met.

    >>> Condition(title="whom we keep over time", metric="retention").comparator is None
    True
    """

    title: str
    metric: str | None = None
    parameters: FrozenMapping[str, object] = attrs.field(factory=FrozenMapping, converter=_plain)
    unit: str | None = None
    quote: Quote | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"condition {self.title!r}")
        faults.text("title", self.title)
        faults.text("metric", self.metric, optional=True)
        faults.text("unit", self.unit, optional=True)
        faults.instance("quote", self.quote, Quote)
        check_plain(faults, "parameters", self.parameters)
        self._check_threshold(faults)
        faults.close()


@attrs.frozen(kw_only=True)
class Goal:
    """Something to be reached; without a metric or a target it is valid, and stays visible as unquantified.

    `unit` is how its figures are written ("%", "people"), `baseline` a figure in that unit or the period whose own
    figure is the baseline, and `parameters` are those of the metric. `pace` names the curve by which a target falls
    due: "linear", "history", "milestones", "phases" or a plugin's; unsaid, "milestones" where there are some, else
    "linear".

    >>> goal = Goal(id="new-members", title="New members", targets=[Target(period="2022", at_least=27000)])
    >>> goal.current_target("2022").value
    27000
    """

    id: str
    title: str
    metric: str | None = None
    parameters: FrozenMapping[str, object] = attrs.field(factory=FrozenMapping, converter=_plain)
    targets: tuple[Target, ...] = attrs.field(default=(), converter=_targets)
    conditions: tuple[Condition, ...] = attrs.field(default=(), converter=_conditions)
    baseline: Number | str | None = None
    commitment: Commitment = "firm"
    weight: Number = 1
    owner: str | None = None
    unit: str | None = None
    pace: str | None = None
    milestones: tuple[Milestone, ...] = attrs.field(default=(), converter=_milestones)
    measured_from: MeasuredFrom = "zero"
    quote: Quote | None = None

    def __attrs_post_init__(self) -> None:
        faults = Faults(f"goal {self.id!r}")
        faults.text("id", self.id)
        faults.text("title", self.title)
        for at in ("metric", "owner", "unit", "pace"):
            faults.text(at, getattr(self, at), optional=True)
        check_plain(faults, "parameters", self.parameters)
        faults.instances("targets", self.targets, Target)
        faults.instances("conditions", self.conditions, Condition)
        faults.choice("commitment", self.commitment, _COMMITMENTS)
        faults.choice("measured_from", self.measured_from, _STARTS)
        faults.number("weight", self.weight, above=0)
        faults.instance("quote", self.quote, Quote)
        self._check_baseline(faults)
        self._check_targets(faults)
        self._check_milestones(faults)
        faults.close()

    def _check_baseline(self, faults: Faults) -> None:
        if isinstance(self.baseline, str):
            try:
                Period.parse(self.baseline)
            except PlanError:
                what = f"baseline of {faults.subject} is {self.baseline!r}, neither a number nor a period"
                faults.add(what, at="baseline", hint="write the figure without quotes, or a period like '2021'")
        else:
            faults.number("baseline", self.baseline, optional=True)
        if self.measured_from == "baseline" and self.baseline is None:
            faults.add(f"{faults.subject} is measured from a baseline and has none", at="measured_from")

    def _check_targets(self, faults: Faults) -> None:
        seen: dict[tuple[str, str | None, date | None], int] = {}
        for index, target in enumerate(self.targets):
            if not isinstance(target, Target):
                continue
            first = seen.setdefault((target.period, target.unit, target.adopted), index)
            if first != index:
                whose = f" and unit {target.unit!r}" if target.unit else ""
                faults.add(
                    f"{faults.subject} has two targets for period {target.period!r}{whose}",
                    at=path("targets", index),
                    hint="a revised target says when it was adopted",
                )

    def _check_milestones(self, faults: Faults) -> None:
        faults.instances("milestones", self.milestones, Milestone)
        if self.pace == "milestones" and not self.milestones:
            faults.add(f"{faults.subject} goes by milestones and has none", at="pace")
        seen: set[date] = set()
        for index, milestone in enumerate(self.milestones):
            if isinstance(milestone, Milestone):
                if milestone.day in seen:
                    at = path("milestones", index)
                    faults.add(f"{faults.subject} has two milestones on {milestone.day}", at=at)
                seen.add(milestone.day)

    @property
    def is_quantified(self) -> bool:
        """Whether there is a metric and a figure to hold it against."""
        return self.metric is not None and bool(self.targets)

    def target_series(self, period: str, unit: str | None = None) -> tuple[Target, ...]:
        """The targets of one period and unit, from the adopted one to the newest revision."""
        return target_series(self.targets, period, unit)

    def adopted_target(self, period: str, unit: str | None = None) -> Target | None:
        """The target as it was first adopted."""
        return adopted_target(self.targets, period, unit)

    def current_target(self, period: str, unit: str | None = None, *, on: date | None = None) -> Target | None:
        """The target as it stands on a day, or (unsaid) now."""
        return current_target(self.targets, period, unit, on=on)

    def in_measure(self, value: Number) -> Number:
        """A figure of this goal as the plain number that measures hold.

        >>> Goal(id="density", title="Density", unit="%").in_measure(51)
        0.51
        """
        return in_measure(value, self.unit)
