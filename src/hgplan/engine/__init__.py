"""Metrics to figures: the room that knows polars, and the only one that collects."""

from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.figures import AVAILABILITY, figures

__all__ = ["AVAILABILITY", "Clocks", "Facts", "Tree", "figures"]
