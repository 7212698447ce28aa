"""A plan as the plain tables of its file: what is as usual is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs

from hgplan.formats.planfile import RENAMED, PlanFile
from hgplan.model.declarations import SourceDeclaration, SourceReference
from hgplan.model.targets import COMPARATORS

__all__ = ["document_of"]


def document_of(file: PlanFile, *, quoted_dates: bool) -> dict[str, Any]:
    """The tables of a plan file, in its order.

    >>> from hgplan.model import Plan
    >>> document_of(PlanFile.of(Plan(id="north", title="North")), quoted_dates=True)
    {'hgplan': 1, 'plan': {'id': 'north', 'title': 'North'}}
    """
    document: dict[str, Any] = _plain(file, quoted_dates)
    return document


def _plain(value: Any, quoted_dates: bool) -> Any:
    if isinstance(value, SourceReference) and value == SourceReference(path=value.path or "-"):
        return value.path
    if isinstance(value, SourceDeclaration):
        return {"plugin": value.plugin, **_plain(value.settings, quoted_dates)}
    if attrs.has(type(value)):
        return _table(value, quoted_dates)
    if isinstance(value, Mapping):
        return {key: _plain(item, quoted_dates) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item, quoted_dates) for item in value]
    if isinstance(value, date) and quoted_dates:
        return value.isoformat()
    return value


def _table(value: Any, quoted_dates: bool) -> dict[str, Any]:
    renamed = RENAMED.get(type(value), {})
    table: dict[str, Any] = {}
    for field in sorted(attrs.fields(type(value)), key=_reading_order):
        usual = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]  # attrs types Factory as a function
        item = getattr(value, field.name)
        if item != usual or type(item) is not type(usual):
            plain = _plain(item, quoted_dates)
            if not (plain == {} and usual is not attrs.NOTHING):
                table[renamed.get(field.name, field.name)] = plain
    return table


def _reading_order(field: attrs.Attribute[Any]) -> int:
    """A target's period comes before its figure, and when and why it was adopted after it."""
    return 1 if field.name in COMPARATORS else 2 if field.name in _AFTER_FIGURES else 0


_AFTER_FIGURES: Final = frozenset({"adopted", "reason", "quote"})
