"""hgplan makes an operational plan computable: targets held against metrics, for every unit and period.

Names load on first use, so that plans, metrics and plugins are known without importing polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hgplan.errors import DataError as DataError
    from hgplan.errors import HgplanError as HgplanError
    from hgplan.errors import PlanError as PlanError
    from hgplan.errors import PluginError as PluginError
    from hgplan.followup import Allocation as Allocation
    from hgplan.followup import Interval as Interval
    from hgplan.followup import allocate as allocate
    from hgplan.followup import compare_plans as compare_plans
    from hgplan.followup import experiment as experiment
    from hgplan.followup import false_positive_risk as false_positive_risk
    from hgplan.followup import holm as holm
    from hgplan.followup import minimum_detectable_effect as minimum_detectable_effect
    from hgplan.followup import sample_size as sample_size
    from hgplan.followup import wilson as wilson
    from hgplan.formats import dump_plan as dump_plan
    from hgplan.formats import load_plan as load_plan
    from hgplan.formats import plan_schema as plan_schema
    from hgplan.hookspecs import Course as Course
    from hgplan.hookspecs import Example as Example
    from hgplan.hookspecs import Output as Output
    from hgplan.hookspecs import Pace as Pace
    from hgplan.hookspecs import Phrase as Phrase
    from hgplan.hookspecs import PlanFormat as PlanFormat
    from hgplan.hookspecs import Reading as Reading
    from hgplan.hookspecs import Schema as Schema
    from hgplan.hookspecs import Source as Source
    from hgplan.hookspecs import SourceKind as SourceKind
    from hgplan.hookspecs import Unplaced as Unplaced
    from hgplan.hookspecs import hookimpl as hookimpl
    from hgplan.metrics import Aggregate as Aggregate
    from hgplan.metrics import Dimension as Dimension
    from hgplan.metrics import Events as Events
    from hgplan.metrics import Expression as Expression
    from hgplan.metrics import Measure as Measure
    from hgplan.metrics import Metric as Metric
    from hgplan.metrics import Predicate as Predicate
    from hgplan.metrics import Snapshots as Snapshots
    from hgplan.metrics import Spells as Spells
    from hgplan.metrics import col as col
    from hgplan.metrics import decimal as decimal
    from hgplan.metrics import enum as enum
    from hgplan.metrics import metric as metric
    from hgplan.metrics import parse as parse
    from hgplan.metrics import ref as ref
    from hgplan.model import Activity as Activity
    from hgplan.model import Assessment as Assessment
    from hgplan.model import Calendar as Calendar
    from hgplan.model import Chain as Chain
    from hgplan.model import ChainStep as ChainStep
    from hgplan.model import Condition as Condition
    from hgplan.model import Experiment as Experiment
    from hgplan.model import Goal as Goal
    from hgplan.model import Milestone as Milestone
    from hgplan.model import Organisation as Organisation
    from hgplan.model import Period as Period
    from hgplan.model import Phase as Phase
    from hgplan.model import Plan as Plan
    from hgplan.model import Quote as Quote
    from hgplan.model import Strategy as Strategy
    from hgplan.model import Target as Target
    from hgplan.model import Unit as Unit
    from hgplan.model import Vision as Vision
    from hgplan.plugins import Fault as Fault
    from hgplan.plugins import Plugins as Plugins
    from hgplan.workspace import Coverage as Coverage
    from hgplan.workspace import Explanation as Explanation
    from hgplan.workspace import Forecast as Forecast
    from hgplan.workspace import Funnel as Funnel
    from hgplan.workspace import KeptStates as KeptStates
    from hgplan.workspace import Workspace as Workspace
    from hgplan.workspace import open as open  # noqa: A004  # hgplan.open is what a user writes

_ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "hgplan.errors": (
        "DataError", "HgplanError", "PlanError", "PluginError",
    ),
    "hgplan.model": (
        "Activity", "Assessment", "Calendar", "Chain", "ChainStep", "Condition", "Experiment", "Goal", "Milestone",
        "Organisation", "Period", "Phase", "Plan", "Quote", "Strategy", "Target", "Unit", "Vision",
    ),
    "hgplan.metrics": (
        "Aggregate", "Dimension", "Events", "Expression", "Measure", "Metric", "Predicate", "Snapshots",
        "Spells", "col", "decimal", "enum", "metric", "parse", "ref",
    ),
    "hgplan.hookspecs": (
        "Course", "Example", "Output", "Pace", "Phrase", "PlanFormat", "Reading", "Schema", "Source",
        "SourceKind", "Unplaced", "hookimpl",
    ),
    "hgplan.plugins": (
        "Fault", "Plugins",
    ),
    "hgplan.followup": (
        "Allocation", "Interval", "allocate", "compare_plans", "experiment", "false_positive_risk", "holm",
        "minimum_detectable_effect", "sample_size", "wilson",
    ),
    "hgplan.formats": (
        "dump_plan", "load_plan", "plan_schema",
    ),
    "hgplan.workspace": (
        "Coverage", "Explanation", "Forecast", "Funnel", "KeptStates", "Workspace", "open",
    ),
}  # fmt: skip
_ROOM_OF: Final = {name: room for room, names in _ROOMS.items() for name in names}

# `from hgplan import *` leaves Python's own open alone.
__all__ = [name for name in _ROOM_OF if name != "open"]


def __getattr__(name: str) -> object:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module 'hgplan' has no attribute {name!r}")
    return getattr(import_module(room), name)


def __dir__() -> list[str]:
    return sorted(_ROOM_OF)
