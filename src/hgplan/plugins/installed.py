"""Which plugins are installed: read from the entry points of distributions, in an order that no machine changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, PackageNotFoundError, distribution, distributions
from typing import Final

import attrs

__all__ = ["GROUP", "Plugin", "claimed_twice", "installed", "is_namespace", "load"]

GROUP: Final = "hgplan"
_NAMESPACE: Final = re.compile(r"[^\W\d][\w-]*")


@attrs.frozen(kw_only=True, order=True)
class Plugin:
    """A plugin by the name of its entry point, and who brought it; a host's own has no distribution.

    >>> print(Plugin(name="tenants", version="1.0", distribution="hgplan-tenants", target="hgplan_tenants.hooks"))
    'tenants' (hgplan-tenants 1.0)
    """

    name: str
    version: str = ""
    distribution: str = ""
    target: str = ""

    @property
    def origin(self) -> str:
        """The distribution and its version; of a host's own plugin, its name."""
        return f"{self.distribution or self.name} {self.version}".rstrip()

    def __str__(self) -> str:
        return f"{self.name!r} ({self.origin})" if self.distribution else repr(self.name)


def is_namespace(name: str) -> bool:
    """Whether a plugin's name can stand before the dot in `tenants.new_members`.

    >>> is_namespace("tenants"), is_namespace("my.plugin"), is_namespace("")
    (True, False, False)
    """
    return _NAMESPACE.fullmatch(name) is not None


def installed() -> tuple[Plugin, ...]:
    """All plugins that installed distributions announce, by name, then by distribution; nothing is imported.

    A distribution whose files can't be read is no plugin: one broken package anywhere on the path, which may have
    nothing to do with hgplan, must not hide the others.
    """
    found = {
        Plugin(name=point.name, version=source.version, distribution=source.name, target=point.value)
        for source in _sources()
        for point in source.entry_points
        if point.group == GROUP
    }
    return tuple(sorted(found))


def _sources() -> Iterator[Distribution]:
    names = {name for source in distributions() if (name := _announcing(source)) is not None}
    for name in sorted(names):
        # Of several copies on the path only the first is imported, so only that one may speak.
        try:
            first = distribution(name)
        except PackageNotFoundError:  # removed since it was listed
            continue
        if _announcing(first) is not None:
            yield first


def _announcing(source: Distribution) -> str | None:
    """The name of a distribution that has plugins; the text is looked at before anything is parsed."""
    try:
        text = source.read_text("entry_points.txt")
        if text is None or GROUP not in text:
            return None
        points = [point for point in source.entry_points if point.group == GROUP]
        return source.name if points and isinstance(source.version, str) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # what importlib.metadata does with torn files
        return None


def claimed_twice(plugins: tuple[Plugin, ...]) -> dict[str, tuple[Plugin, ...]]:
    """The names that several distributions claim, each with its claimants.

    >>> pair = (Plugin(name="a", distribution="x"), Plugin(name="a", distribution="y"), Plugin(name="b"))
    >>> list(claimed_twice(pair))
    ['a']
    """
    claims: dict[str, list[Plugin]] = {}
    for plugin in plugins:
        claims.setdefault(plugin.name, []).append(plugin)
    return {name: tuple(claimants) for name, claimants in claims.items() if len(claimants) > 1}


def load(plugin: Plugin) -> object:
    """Import what the plugin's entry point names: a module, or an object in one."""
    return EntryPoint(name=plugin.name, value=plugin.target, group=GROUP).load()
