"""The one object that a host holds."""

from hgplan.workspace.coverage import Coverage
from hgplan.workspace.explanation import Explanation
from hgplan.workspace.forecasts import Forecast
from hgplan.workspace.funnels import Funnel
from hgplan.workspace.opening import open_plan as open  # noqa: A004  # hgplan.open is what a user writes
from hgplan.workspace.states import KeptStates
from hgplan.workspace.workspace import Workspace

__all__ = [
    "Coverage",
    "Explanation",
    "Forecast",
    "Funnel",
    "KeptStates",
    "Workspace",
    "open",  # hgplan.open is what a user writes
]
