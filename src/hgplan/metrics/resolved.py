"""Measures with every metric that they name put in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from hgplan.errors import PlanError
from hgplan.metrics.counts import Distinct
from hgplan.metrics.measures import Comparison, Having, Joined, Measure, Named

__all__ = ["resolved"]


def resolved(measure: Measure, measure_of: Callable[[Named], Measure], path: tuple[str, ...] = ()) -> Measure:
    """The measure without names of other metrics; `measure_of` gives what a name means.

    Raises PlanError when metrics name each other in a circle; `path` is how the measure was reached.

    >>> from hgplan.metrics.parse import parse
    >>> print(resolved(parse("recruits / 2"), lambda named: parse("memberships.starts().count()")))
    memberships.starts().count() / 2
    """
    if isinstance(measure, Named):
        if measure.name in path:
            raise PlanError(f"metrics name each other in a circle: {' -> '.join([*path, measure.name])}")
        return resolved(measure_of(measure), measure_of, (*path, measure.name))
    changed: dict[str, Any] = {}
    for field in attrs.fields(type(measure)):
        value = getattr(measure, field.name)
        if isinstance(value, Measure):
            changed[field.name] = resolved(value, measure_of, path)
    if isinstance(measure, Distinct) and measure.having is not None:
        changed["having"] = _asked(measure.having, measure_of, path)
    return attrs.evolve(measure, **changed) if changed else measure


def _asked(having: Having, measure_of: Callable[[Named], Measure], path: tuple[str, ...]) -> Having:
    if isinstance(having, Comparison):
        left, right = (resolved(side, measure_of, path) for side in (having.left, having.right))
        return Comparison(having.sign, left, right)
    if isinstance(having, Joined):
        return Joined(having.sign, _asked(having.left, measure_of, path), _asked(having.right, measure_of, path))
    return having
