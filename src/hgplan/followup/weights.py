"""What an allocation goes by: weights, floors and caps as exact numbers, with everything that is wrong told at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import Final, TypeAlias, TypeGuard

import polars as pl

from hgplan.errors import PlanError, UnknownName, nearest

__all__ = ["Amount", "Bounds", "Weight", "Weights", "exact", "read_amount", "read_bounds", "read_step", "read_weights"]

Amount: TypeAlias = int | Decimal
"""What is dealt out: a whole number, or a decimal one of a declared step."""

Weight: TypeAlias = int | float | Decimal | Fraction
"""How much of it a unit is due, beside the others."""

Weights: TypeAlias = Mapping[str, Weight] | pl.DataFrame
"""Weights by unit, or a frame with the columns `unit` and `value`, as a workspace measures it."""

Bounds: TypeAlias = Mapping[str, Amount] | Amount | None
"""The least or the most of each unit: one for all, some by unit, or none."""

_LARGEST: Final = 2**63 - 1
_DIGITS: Final = 18
_FINEST: Final = Fraction(1, 10**18)
_EVENLY: Final = "to deal it out evenly, weigh every unit 1"


def exact(number: Weight) -> Fraction | None:
    """The number as it is written, without rounding; None for what is no figure (NaN, infinity, beyond 64 bits).

    >>> exact(0.1), exact(Decimal("2.50")), exact(float("nan"))
    (Fraction(1, 10), Fraction(5, 2), None)
    """
    if isinstance(number, Rational):
        found = Fraction(number)
    elif isinstance(number, Decimal):
        if not number.is_finite() or number.adjusted() > _DIGITS:
            return None
        found = Fraction(number)
    elif math.isfinite(number):
        # A float is taken as its shortest text: 0.1 is a tenth to whoever wrote it, not the nearest binary fraction.
        found = Fraction(repr(float(number)))
    else:
        return None
    return found if abs(found) <= _LARGEST else None


def read_step(target: object, step: object) -> Fraction:
    """The smallest part that can be dealt out: as said, else 1, or the last decimal of a Decimal target."""
    if step is None:
        exponent = target.as_tuple().exponent if isinstance(target, Decimal) else 0
        return Fraction(10) ** min(exponent, 0) if isinstance(exponent, int) else Fraction(1)
    found = exact(step) if _is_amount(step) else None
    if found is None or found < _FINEST:
        raise PlanError(f"step={step!r} is no step", hint="a whole number above 0, or Decimal('0.1')")
    return found


def read_amount(value: object, what: str, step: Fraction) -> int:
    """An amount as a number of steps; raises PlanError for what is none, is below 0 or is no whole number of steps."""
    if not _is_weight(value):
        raise PlanError(f"{what} is a number, got {type(value).__name__} {value!r}")
    found = exact(value)
    if found is None:
        raise PlanError(f"{what} is {_shown(value)}, which is no figure of 64 bits")
    if found < 0:
        raise PlanError(f"{what} is {value}; less than nothing can't be dealt out")
    steps = found / step
    if steps.denominator != 1:
        hint = "say step=Decimal('0.1') or finer, or round it" if step == 1 else None
        raise PlanError(f"{what} is {value}, which is no whole number of steps of {float(step):g}", hint=hint)
    if steps > _LARGEST:
        raise PlanError(f"{what} is {value}, more steps of {float(step):g} than a figure can be (64 bits)")
    return steps.numerator


def read_weights(weights: object) -> tuple[dict[str, Fraction], list[PlanError]]:
    """The weights that are sound, in the order given, and the faults of the others."""
    if isinstance(weights, pl.DataFrame):
        rows, faults = _framed(weights)
    elif isinstance(weights, Mapping):
        rows, faults = list(weights.items()), []
    else:
        what = f"weights are a mapping or a frame, got {type(weights).__name__}"
        return {}, [PlanError(what, hint='{"north": 120, "south": 80}, or ws.measure("members", units="branch")')]
    found: dict[str, Fraction] = {}
    for unit, value in rows:
        fault = _weight_fault(unit, value)
        weight = exact(value) if _is_weight(value) else None
        if fault is not None:
            faults.append(fault)
        elif weight is not None:
            found[str(unit)] = weight
    if not faults and not found:
        faults.append(PlanError("there is no unit to deal anything out to"))
    elif not faults and not any(found.values()):
        faults.append(PlanError("all weights are 0, so they say nothing of who is due what", hint=_EVENLY))
    return found, faults


def _weight_fault(unit: object, value: object) -> PlanError | None:
    if not isinstance(unit, str) or not unit:
        return PlanError(f"a unit is named by text, got {type(unit).__name__} {unit!r}")
    if value is None:
        return PlanError(f"unit {unit!r} has no weight", hint="leave the unit out, or weigh it 0 to give it its floor")
    if not _is_weight(value):
        return PlanError(f"the weight of unit {unit!r} is a number, got {type(value).__name__} {value!r}")
    weight = exact(value)
    if weight is None:
        return PlanError(f"the weight of unit {unit!r} is {_shown(value)}, which is no figure of 64 bits")
    return PlanError(f"the weight of unit {unit!r} is {value}, below 0") if weight < 0 else None


def _framed(frame: pl.DataFrame) -> tuple[list[tuple[object, object]], list[PlanError]]:
    """Units and values of a frame; a unit that wasn't open (`not_expected`) is none of those that share."""
    lacking = [name for name in ("unit", "value") if name not in frame.columns]
    if lacking:
        known = nearest(lacking[0], frame.columns)
        return [], [UnknownName(f"the frame of weights has no column {name!r}", hint=known) for name in lacking]
    if "availability" in frame.columns:
        frame = frame.filter(pl.col("availability").cast(pl.String).ne_missing("not_expected"))
    rows: list[tuple[object, object]] = list(frame.select("unit", "value").iter_rows())
    times = Counter(unit for unit, _ in rows)
    hint = "ask for one metric, one period and no groups"
    faults = [
        PlanError(f"unit {unit!r} stands {often} times in the frame of weights", hint=hint)
        for unit, often in times.items()
        if often > 1
    ]
    return list(dict(rows).items()) if faults else rows, faults


def read_bounds(
    bounds: object, word: str, units: Mapping[str, object], step: Fraction
) -> tuple[dict[str, int], list[PlanError]]:
    """The bound of each unit that has one, as a number of steps, and the faults of the others."""
    found: dict[str, int] = {}
    faults: list[PlanError] = []
    for unit, value in _bounds_of(bounds, units):
        try:
            if unit not in units:
                raise UnknownName(f"a {word} is said for {unit!r}, which has no weight", hint=nearest(str(unit), units))
            found[unit] = read_amount(value, f"the {word} of unit {unit!r}", step)
        except PlanError as fault:
            faults.append(fault)
    return found, faults


def _bounds_of(bounds: object, units: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    if bounds is None:
        return
    if isinstance(bounds, Mapping):
        yield from bounds.items()
    else:
        yield from ((unit, bounds) for unit in units)


def _is_weight(value: object) -> TypeGuard[Weight]:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def _is_amount(value: object) -> TypeGuard[Amount]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _shown(value: Weight) -> str:
    """A number for a message; one of thousands of digits has no text that could be read."""
    return "too large" if isinstance(value, Rational) and abs(value) > 10**40 else str(value)
