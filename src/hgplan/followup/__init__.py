"""Follow-up: figures held against targets."""

from hgplan.followup.attainment import BOUNDS, COLUMNS, attainment

__all__ = ["BOUNDS", "COLUMNS", "attainment"]
