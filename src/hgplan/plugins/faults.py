"""What a plugin broke, as a value, and the guard that makes it one."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

import attrs

from hgplan.errors import DataError, HgplanError, PlanError, PluginError
from hgplan.plugins.installed import Plugin

__all__ = ["Fault", "attempt", "attempt_on_data", "fault", "in_order", "place_of", "run_on_data"]

T = TypeVar("T")

_OURS: Final = str(Path(__file__).parents[1])
_LONGEST: Final = 200
# What these say is of names in code, never of what was read.
_OF_CODE: Final = (ImportError, NameError, SyntaxError)


@attrs.frozen
class Fault:
    """A plugin's failure: which plugin, in which hook, and what was wrong. No hook: the plugin is absent altogether.

    >>> print(Fault("tenants", "1.0", "hgplan_metrics", PluginError("plugin 'tenants' gave None")))
    plugin 'tenants' gave None
    """

    plugin: str
    version: str
    hook: str | None
    # Errors compare by identity; what a fault says is what makes it the same fault.
    error: PluginError = attrs.field(eq=str)

    def __str__(self) -> str:
        return str(self.error)


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults by plugin and hook, each once."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.plugin, fault.hook or "", str(fault))))


def fault(plugin: Plugin, hook: str | None, what: str, *, where: str | None = None, hint: str | None = None) -> Fault:
    """The fault of a plugin in a hook, or of the plugin as a whole, in one wording."""
    place = "could not be used" if hook is None else f"failed in {hook}"
    return Fault(
        plugin.name, plugin.version, hook, PluginError(f"plugin {plugin} {place}: {what}", where=where, hint=hint)
    )


def attempt(plugin: Plugin, hook: str | None, work: Callable[[], T]) -> T | Fault:
    """Do what runs a plugin's code; whatever it raises is the plugin's fault, as a value.

    BaseException and not Exception: a panic in polars and a plugin's own `sys.exit` are neither of them the host's end.
    Only KeyboardInterrupt is, because a person pressed the keys. What a hook raises is told by its kind and place: its
    words may quote data or a secret that the plugin holds. Loading, errors of the code itself and a PluginError are
    told in their own words.
    """
    try:
        return work()
    except KeyboardInterrupt:
        raise
    except HgplanError as error:
        where = place_of(error) if error.where is None else str(error.where)
        return fault(plugin, hook, error.what, where=where, hint=error.hint)
    except BaseException as error:  # see above
        quoted = hook is None or isinstance(error, _OF_CODE)
        hint = None if quoted else "raise hgplan.PluginError to say more"
        return fault(plugin, hook, told(error) if quoted else type(error).__name__, where=place_of(error), hint=hint)


def attempt_on_data(plugin: Plugin, hook: str, work: Callable[[], T]) -> T | Fault:
    """The same where the plugin reads or writes people's rows: its words are left out, for they may quote a cell.

    A DataError and a PlanError pass: they say by their kind that the fault is another's.
    """
    try:
        return work()
    except (KeyboardInterrupt, PlanError, DataError):
        raise
    except PluginError as error:
        where = place_of(error) if error.where is None else str(error.where)
        return fault(plugin, hook, error.what, where=where, hint=error.hint)
    except BaseException as error:  # as above
        return fault(plugin, hook, type(error).__name__, where=place_of(error))


def run_on_data(what: str, work: Callable[[], T], *, hint: str | None = None) -> T:
    """Do what runs somebody's code over people's rows, whoever brought it: what it raises is told as a PluginError.

    That says what broke, by which kind of exception and where, and leaves out the exception's words.
    """
    try:
        return work()
    except (KeyboardInterrupt, HgplanError):
        raise
    except BaseException as error:  # as above
        raise PluginError(f"{what}: {type(error).__name__}", where=place_of(error), hint=hint) from None


def told(error: BaseException) -> str:
    """The kind of an exception and the first line that it says, bounded; its text may itself be broken."""
    try:
        text = str(error).strip()
    except KeyboardInterrupt:
        raise
    except BaseException:  # a plugin's exception class is plugin code too
        text = ""
    kind = type(error).__name__
    return f"{kind}: {text.splitlines()[0][:_LONGEST]}" if text else kind


def place_of(error: BaseException) -> str | None:
    """The plugin's file and line that raised, without its folder, which may name a person."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}"
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith((_OURS, "<frozen"))
    ]
    if not frames:
        return None
    file, line = frames[-1]
    return f"{Path(file).name}:{line}"
