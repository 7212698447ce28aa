"""Follow-up: figures held against targets."""

from hgplan.followup.allocation import Allocation, allocate
from hgplan.followup.attainment import BOUNDS, COLUMNS, attainment
from hgplan.followup.targets import Standing

__all__ = ["BOUNDS", "COLUMNS", "Allocation", "Standing", "allocate", "attainment"]
