"""The kit for plugin authors: named laws that metrics, aggregates and whole plugins are held to, over drawn facts.

It needs hypothesis, which hgplan itself does not.
"""

from importlib.util import find_spec

from hgplan.errors import PlanError

if find_spec("hypothesis") is None:
    raise PlanError(
        "hgplan.testing draws its examples with hypothesis, which is missing", hint="pip install hypothesis"
    )

from hgplan.testing.checks import check_aggregate, check_metric, check_plugin, each_law, laws_of
from hgplan.testing.laws import Law, LawBroken

__all__ = ["Law", "LawBroken", "check_aggregate", "check_metric", "check_plugin", "each_law", "laws_of"]
