"""Follow-up: figures held against targets."""

from hgplan.followup.activities import ACTIVITIES, activities
from hgplan.followup.allocation import Allocation, allocate
from hgplan.followup.attainment import BOUNDS, COLUMNS, attainment
from hgplan.followup.changes import compare_plans
from hgplan.followup.comparison import experiment
from hgplan.followup.followed import Followed, follow
from hgplan.followup.gaps import allocation_gaps
from hgplan.followup.multiplicity import false_positive_risk, holm
from hgplan.followup.power import minimum_detectable_effect, sample_size
from hgplan.followup.proportions import Interval, wilson
from hgplan.followup.spreading import before, spread, target_of
from hgplan.followup.targets import Standing
from hgplan.followup.trials import experiments
from hgplan.followup.weights import Amount, Bounds

__all__ = [
    "ACTIVITIES",
    "BOUNDS",
    "COLUMNS",
    "Allocation",
    "Amount",
    "Bounds",
    "Followed",
    "Interval",
    "Standing",
    "activities",
    "allocate",
    "allocation_gaps",
    "attainment",
    "before",
    "compare_plans",
    "experiment",
    "experiments",
    "false_positive_risk",
    "follow",
    "holm",
    "minimum_detectable_effect",
    "sample_size",
    "spread",
    "target_of",
    "wilson",
]
