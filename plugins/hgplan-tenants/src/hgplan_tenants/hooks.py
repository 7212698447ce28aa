"""What the pack answers when hgplan asks its plugins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hgplan import Dimension, Events, Metric, Phrase, Snapshots, Spells, hookimpl
from hgplan_tenants.metrics import METRICS
from hgplan_tenants.phrases import PHRASES
from hgplan_tenants.tables import TABLES

__all__ = [
    "HGPLAN_API",
    "ExampleRegion",
    "hgplan_examples",
    "hgplan_metrics",
    "hgplan_phrases",
    "hgplan_tables",
]

HGPLAN_API: Final = 1


class ExampleRegion:
    """A synthetic region of a tenants' union: a plan, its organisation, and three years of made-up facts."""

    name: Final = "tenants"
    title: Final = "A tenants' union region with 60 associations and 180 000 members (synthetic)"

    def write(self, directory: Path, /) -> Path:
        """Write the example's files into the directory and give the path of its plan."""
        # The generator needs polars, and asking a plugin what it brings must not import it.
        from hgplan_tenants.example.region import write_region

        return write_region(directory)


@hookimpl
def hgplan_tables() -> Iterable[Dimension | Events | Snapshots | Spells]:
    """The tables that the metrics are written over."""
    return TABLES


@hookimpl
def hgplan_metrics() -> Iterable[Metric]:
    """The metrics, known as `tenants.new_members` and so on."""
    return METRICS


@hookimpl
def hgplan_phrases(language: str) -> Iterable[Phrase]:
    """The phrases of the language."""
    return [phrase for phrase in PHRASES if phrase.language == language]


@hookimpl
def hgplan_examples() -> Iterable[ExampleRegion]:
    """The example region, which `hgplan demo` writes."""
    return [ExampleRegion()]
