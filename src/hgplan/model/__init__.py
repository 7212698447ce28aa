"""The plan, the organisation and its time, as values that never change."""

from hgplan.model.activities import LISTS, STATUSES, Activity, ActivityStatus, Assessment, Phase
from hgplan.model.calendars import Calendar
from hgplan.model.chains import Chain, ChainStep
from hgplan.model.declarations import (
    DimensionList,
    DimensionValue,
    MetricDeclaration,
    ReportingDuty,
    RowsDeclaration,
    SourceDeclaration,
    SourceReference,
    TableDeclaration,
)
from hgplan.model.durations import Duration
from hgplan.model.experiments import Experiment
from hgplan.model.goals import Condition, Goal, Quote
from hgplan.model.grains import GRAINS, Grain
from hgplan.model.mappings import FrozenMapping, freeze, thaw
from hgplan.model.milestones import Milestone
from hgplan.model.organisation import Organisation
from hgplan.model.periods import Period
from hgplan.model.plan import Plan
from hgplan.model.settings import CalendarSettings, StatusThresholds
from hgplan.model.strategies import Reference, Strategy, Vision
from hgplan.model.targets import COMPARATORS, Comparator, Target, adopted_target, current_target, in_measure
from hgplan.model.units import Unit

__all__ = [
    "COMPARATORS",
    "GRAINS",
    "LISTS",
    "STATUSES",
    "Activity",
    "ActivityStatus",
    "Assessment",
    "Calendar",
    "CalendarSettings",
    "Chain",
    "ChainStep",
    "Comparator",
    "Condition",
    "DimensionList",
    "DimensionValue",
    "Duration",
    "Experiment",
    "FrozenMapping",
    "Goal",
    "Grain",
    "MetricDeclaration",
    "Milestone",
    "Organisation",
    "Period",
    "Phase",
    "Plan",
    "Quote",
    "Reference",
    "ReportingDuty",
    "RowsDeclaration",
    "SourceDeclaration",
    "SourceReference",
    "StatusThresholds",
    "Strategy",
    "TableDeclaration",
    "Target",
    "Unit",
    "Vision",
    "adopted_target",
    "current_target",
    "freeze",
    "in_measure",
    "thaw",
]
