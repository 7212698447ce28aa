"""Finding plugins, asking their hooks, and keeping what one of them breaks from the others.

A fault costs exactly what is at fault. A plugin that can't be imported, speaks another API or shares its name with
another is absent altogether; a hook that raises, gives a wrong item, asks for arguments that it isn't given or has a
name that no hook has is absent, whole, and the plugin's other hooks answer; no fault costs another plugin anything.
"""

from hgplan.plugins.faults import Fault, attempt, attempt_on_data, fault, run_on_data
from hgplan.plugins.installed import Plugin
from hgplan.plugins.isolation import Limits
from hgplan.plugins.offers import Conflict, Offer, resolve
from hgplan.plugins.plugins import Description, Plugins
from hgplan.plugins.receipt import (
    EXAMPLES,
    FORMATS,
    METRICS,
    OUTPUTS,
    PACES,
    PHRASES,
    SOURCES,
    TABLES,
    Promise,
)

__all__ = [
    "EXAMPLES",
    "FORMATS",
    "METRICS",
    "OUTPUTS",
    "PACES",
    "PHRASES",
    "SOURCES",
    "TABLES",
    "Conflict",
    "Description",
    "Fault",
    "Limits",
    "Offer",
    "Plugin",
    "Plugins",
    "Promise",
    "attempt",
    "attempt_on_data",
    "fault",
    "resolve",
    "run_on_data",
]
