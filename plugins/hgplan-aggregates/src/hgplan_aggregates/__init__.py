"""Two more kinds of counting for hgplan: the most frequent value, and different values in bounded space."""

from hgplan_aggregates.mode import MODE
from hgplan_aggregates.sketch import APPROXIMATE_DISTINCT, approximate_distinct

__all__ = ["APPROXIMATE_DISTINCT", "MODE", "approximate_distinct"]
