"""Follow-up: figures held against targets."""

from hgplan.followup.allocation import Allocation, allocate
from hgplan.followup.attainment import BOUNDS, COLUMNS, attainment
from hgplan.followup.comparison import experiment
from hgplan.followup.earlier import Beginnings
from hgplan.followup.followed import Followed, follow
from hgplan.followup.foresight import LEVEL, Foresight
from hgplan.followup.gaps import allocation_gaps
from hgplan.followup.multiplicity import false_positive_risk, holm
from hgplan.followup.pace import BUILT_IN as BUILT_IN_PACES
from hgplan.followup.power import minimum_detectable_effect, sample_size
from hgplan.followup.proportions import Interval, wilson
from hgplan.followup.rows import FollowUp, follow_up
from hgplan.followup.spreading import before, spread, target_of
from hgplan.followup.targets import Standing
from hgplan.followup.weights import Amount, Bounds

__all__ = [
    "BOUNDS",
    "BUILT_IN_PACES",
    "COLUMNS",
    "LEVEL",
    "Allocation",
    "Amount",
    "Beginnings",
    "Bounds",
    "FollowUp",
    "Followed",
    "Foresight",
    "Interval",
    "Standing",
    "allocate",
    "allocation_gaps",
    "attainment",
    "before",
    "experiment",
    "false_positive_risk",
    "follow",
    "follow_up",
    "holm",
    "minimum_detectable_effect",
    "sample_size",
    "spread",
    "target_of",
    "wilson",
]
