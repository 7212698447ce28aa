"""The verbs of a workspace, each kind in its own room."""

from __future__ import annotations

from hgplan.workspace.acting import Acting
from hgplan.workspace.allocating import Allocating
from hgplan.workspace.attributing import Attributing
from hgplan.workspace.covering import Covering
from hgplan.workspace.experimenting import Experimenting
from hgplan.workspace.following import Following
from hgplan.workspace.keeping import States
from hgplan.workspace.measuring import Measuring
from hgplan.workspace.registering import Registering
from hgplan.workspace.reviewing import Reviewing
from hgplan.workspace.staying import Staying
from hgplan.workspace.summing import Summing

__all__ = ["Verbs"]


class Verbs(
    Acting,
    Allocating,
    Attributing,
    Covering,
    Experimenting,
    Following,
    Measuring,
    Registering,
    Reviewing,
    States,
    Staying,
    Summing,
):
    """All of them together, for the workspace to answer."""
