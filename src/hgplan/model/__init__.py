"""The plan, the organisation and its time, as values that never change."""

from hgplan.model.calendars import Calendar
from hgplan.model.durations import Duration
from hgplan.model.grains import GRAINS, Grain
from hgplan.model.mappings import FrozenMapping, freeze, thaw
from hgplan.model.organisation import Organisation
from hgplan.model.periods import Period
from hgplan.model.units import Unit

__all__ = ["GRAINS", "Calendar", "Duration", "FrozenMapping", "Grain", "Organisation", "Period", "Unit", "freeze", "thaw"]
