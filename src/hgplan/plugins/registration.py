"""From a loaded plugin to its hook implementations, each registered on its own, so that a wrong one costs no other."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import ModuleType
from typing import Final

import attrs
from pluggy import HookCaller, PluginManager, PluginValidationError

from hgplan.errors import PluginError, nearest
from hgplan.hookspecs import HGPLAN_API, HOOKS, Hooks
from hgplan.plugins.faults import Fault, attempt, fault
from hgplan.plugins.installed import Plugin

__all__ = ["Implementation", "admit", "register"]

_PROJECT: Final = "hgplan"
_PREFIX: Final = "hgplan_"


@attrs.frozen(kw_only=True)
class Implementation:
    """A plugin's own function for a hook, and the names of the arguments that it takes."""

    plugin: Plugin
    hook: str
    function: Callable[..., object]
    arguments: tuple[str, ...]
    defaulted: tuple[str, ...]

    def __call__(self, arguments: Mapping[str, object]) -> object:
        """Call the function with those of the arguments that it names."""
        taken = [arguments[name] for name in self.arguments]
        named = {name: arguments[name] for name in self.defaulted if name in arguments}
        return self.function(*taken, **named)


def admit(plugin: Plugin, body: object) -> None:
    """Refuse what is no plugin, or one written for another version of the hooks; unsaid, it is taken as ours."""
    if body is None or isinstance(body, type):
        raise PluginError(f"it names {body!r}", hint="name a module or an instance with marked functions")
    spoken = getattr(body, "HGPLAN_API", HGPLAN_API)
    if spoken == HGPLAN_API:
        return
    major = plugin.version.partition(".")[0]
    newer = isinstance(spoken, int) and spoken > HGPLAN_API
    if newer and plugin.distribution and major.isdecimal():
        hint = f"install {plugin.distribution}<{major} or a newer hgplan"
    else:
        hint = f"install a newer {'hgplan' if newer else plugin.distribution or plugin.name}"
    raise PluginError(
        f"{plugin.origin} is written for plugin API {spoken!r}; this hgplan speaks {HGPLAN_API}", hint=hint
    )


def register(plugin: Plugin, body: object, *, without: Iterable[str] = ()) -> tuple[list[Implementation], list[Fault]]:
    """Find the plugin's hooks; a misspelt, unmarked or wrong one is a fault by name, and the right ones stay."""
    names = attempt(plugin, None, lambda: sorted(dir(body)))
    if isinstance(names, Fault):
        return [], [names]
    manager = PluginManager(_PROJECT)
    manager.add_hookspecs(Hooks)
    kept: list[Implementation] = []
    faults: list[Fault] = []
    for name in names:
        found = attempt(plugin, name, partial(_implementation, manager, plugin, body, name))
        if isinstance(found, Fault):
            faults.append(found)
        elif found is not None and found.hook not in without:
            kept.append(found)
    counts = Counter(one.hook for one in kept)
    faults.extend(
        fault(plugin, hook, f"{count} functions answer to it", hint="keep one")
        for hook, count in counts.items()
        if count > 1
    )
    return [one for one in kept if counts[one.hook] == 1], faults


def _implementation(manager: PluginManager, plugin: Plugin, body: object, name: str) -> Implementation | None:
    options = manager.parse_hookimpl_opts(body, name)
    if options is None:
        _refuse_unmarked(body, name)
        return None
    hook = options.get("specname") or name
    if hook not in HOOKS:
        if options.get("optionalhook"):  # written for a later hgplan too, and says so
            return None
        raise PluginError("no hook has this name", hint=nearest(hook, HOOKS))
    if options.get("wrapper") or options.get("hookwrapper"):
        raise PluginError("it wraps what other plugins answer", hint="a hook here only collects; yield items")
    # A module of its own for every hook: pluggy validates and registers the whole of what it is given or nothing.
    alone = ModuleType(f"{plugin.name}.{name}")
    setattr(alone, name, getattr(body, name))
    try:
        manager.register(alone)
    except PluginValidationError as error:
        foreign = [
            argument for argument in _arguments(getattr(body, name)) if argument not in _arguments(getattr(Hooks, hook))
        ]
        what = f"the function takes {', '.join(map(repr, foreign))}, which the hook doesn't give"
        raise PluginError(what if foreign else str(error).splitlines()[-1], hint=_signature(hook)) from error
    caller: HookCaller = getattr(manager.hook, hook)
    for one in caller.get_hookimpls():
        if one.plugin is alone:
            return Implementation(
                plugin=plugin, hook=hook, function=one.function, arguments=one.argnames, defaulted=one.kwargnames
            )
    raise PluginError("its mark is lost", hint="put @hookimpl nearest to the function, below other decorators")


def _refuse_unmarked(body: object, name: str) -> None:
    """A function that is named like a hook and not marked would be passed over in silence."""
    if name.startswith(_PREFIX) and inspect.isroutine(inspect.getattr_static(body, name, None)):
        if name in HOOKS:
            raise PluginError("the function is not marked", hint="put @hgplan.hookimpl above it")
        raise PluginError("no hook has this name", hint=nearest(name, HOOKS))


def _signature(hook: str) -> str:
    return f"the hook is {hook}({', '.join(_arguments(getattr(Hooks, hook)))})"


def _arguments(function: Callable[..., object]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]
