"""hgplan makes an operational plan computable: targets held against metrics, for every unit and period.

Names load on first use, so that plans, metrics and plugins are known without importing polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hgplan.errors import DataError as DataError
    from hgplan.errors import HgplanError as HgplanError
    from hgplan.errors import PlanError as PlanError
    from hgplan.errors import PluginError as PluginError
    from hgplan.metrics import Aggregate as Aggregate
    from hgplan.metrics import Dimension as Dimension
    from hgplan.metrics import Events as Events
    from hgplan.metrics import Measure as Measure
    from hgplan.metrics import Metric as Metric
    from hgplan.metrics import Predicate as Predicate
    from hgplan.metrics import Snapshots as Snapshots
    from hgplan.metrics import Spells as Spells
    from hgplan.metrics import col as col
    from hgplan.metrics import decimal as decimal
    from hgplan.metrics import enum as enum
    from hgplan.metrics import metric as metric
    from hgplan.metrics import parse as parse
    from hgplan.metrics import ref as ref

_ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "hgplan.errors": ("DataError", "HgplanError", "PlanError", "PluginError"),
    "hgplan.metrics": (
        "Aggregate", "Dimension", "Events", "Measure", "Metric", "Predicate", "Snapshots", "Spells", "col", "decimal",
        "enum", "metric", "parse", "ref",
    ),
}  # fmt: skip
_ROOM_OF: Final = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [*_ROOM_OF]  # noqa: PLE0604  # names, as strings


def __getattr__(name: str) -> object:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module 'hgplan' has no attribute {name!r}")
    return getattr(import_module(room), name)


def __dir__() -> list[str]:
    return sorted(__all__)
