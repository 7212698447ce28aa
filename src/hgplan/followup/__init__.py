"""Follow-up: figures held against targets."""

from hgplan.followup.allocation import Allocation, allocate
from hgplan.followup.attainment import BOUNDS, COLUMNS, attainment
from hgplan.followup.followed import Followed, follow
from hgplan.followup.gaps import allocation_gaps
from hgplan.followup.spreading import before, spread, target_of
from hgplan.followup.targets import Standing
from hgplan.followup.weights import Amount, Bounds

__all__ = [
    "BOUNDS",
    "COLUMNS",
    "Allocation",
    "Amount",
    "Bounds",
    "Followed",
    "Standing",
    "allocate",
    "allocation_gaps",
    "attainment",
    "before",
    "follow",
    "spread",
    "target_of",
]
