"""Follow-up: figures held against targets."""

from hgplan.followup.attainment import COLUMNS, attainment

__all__ = ["COLUMNS", "attainment"]
