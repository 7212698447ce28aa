"""Follow-up: figures held against targets."""

from hgplan.followup.attainment import BOUNDS, COLUMNS, attainment
from hgplan.followup.targets import Standing

__all__ = ["BOUNDS", "COLUMNS", "Standing", "attainment"]
