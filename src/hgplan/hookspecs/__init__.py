"""What a plugin may bring: the hooks, and the protocols and values that their answers are made of.

A plugin is a module with functions marked by :data:`hookimpl`, named in its distribution's `pyproject.toml`::

    [project.entry-points.hgplan]
    tenants = "hgplan_tenants.hooks"

The entry point's name is the plugin's name and the namespace of its metrics: `tenants.new_members`.
"""

from hgplan.hookspecs.hooks import HGPLAN_API, HOOKS, Hooks, hookimpl, hookspec
from hgplan.hookspecs.protocols import Example, Output, Pace, PlanFormat, Release, Source, SourceKind
from hgplan.hookspecs.values import Course, Phrase, Reading, Schema, Setting, Unplaced

__all__ = [
    "HGPLAN_API",
    "HOOKS",
    "Course",
    "Example",
    "Hooks",
    "Output",
    "Pace",
    "Phrase",
    "PlanFormat",
    "Reading",
    "Release",
    "Schema",
    "Setting",
    "Source",
    "SourceKind",
    "Unplaced",
    "hookimpl",
    "hookspec",
]
