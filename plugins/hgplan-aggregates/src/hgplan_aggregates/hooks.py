"""What the plugin answers when hgplan asks its plugins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hgplan import Aggregate, hookimpl
from hgplan_aggregates.mode import MODE
from hgplan_aggregates.sketch import APPROXIMATE_DISTINCT

__all__ = ["HGPLAN_API", "hgplan_metrics"]

HGPLAN_API: Final = 1


@hookimpl
def hgplan_metrics() -> Iterable[Aggregate]:
    """The kinds of counting, by their names: `contacts.aggregate('mode', minutes)`."""
    return [MODE, APPROXIMATE_DISTINCT]
