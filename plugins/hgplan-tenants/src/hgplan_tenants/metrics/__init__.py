"""The metrics of a tenants' union, by field."""

from __future__ import annotations

from typing import Final

from hgplan import Metric
from hgplan_tenants.metrics import activity, dialogue, engagement, membership, registers

__all__ = ["METRICS"]

METRICS: Final[tuple[Metric, ...]] = tuple(
    getattr(field, name) for field in (activity, dialogue, engagement, membership, registers) for name in field.__all__
)
"""All of them; the name of each function is the metric's."""
