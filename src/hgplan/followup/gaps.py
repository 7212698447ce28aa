"""The reverse of an allocation: where the targets of units don't add up to the target above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from hgplan.followup.followed import Followed, target_periods
from hgplan.followup.targets import Standing, standing
from hgplan.model import Organisation, Plan, Target
from hgplan.model.targets import Number

__all__ = ["GAPS", "allocation_gaps"]

GAPS: Final = pl.Schema(
    {
        "goal": pl.String(),
        "unit": pl.String(),
        "period": pl.String(),
        "comparator": pl.String(),
        "target": pl.Float64(),
        "allocated": pl.Float64(),
        "difference": pl.Float64(),
    }
)
"""The columns of what doesn't add up."""


def allocation_gaps(
    followed: Iterable[Followed],
    plan: Plan,
    organisation: Organisation,
    *,
    known_on: date | None = None,
    which: Standing = "current",
    tree: date | None = None,
) -> pl.DataFrame:
    """One row for each target that the nearest targets below it don't make together; none where all add up.

    A unit's target is held against the sum of the nearest units below it that have one for the same goal and days, in
    the tree of the period's last day unless said. `difference` is what was allocated beyond the target, below 0 where
    some of it is nobody's. Targets of different kinds can't be added, and then `allocated` is null. Both ends of a
    range are held against those below it, as an `at_least` and an `at_most`. Shares and percentages are left alone.
    """
    rows = [
        (one.goal.id, unit, period.id, word, float(target), _float(sum_of), _difference(target, sum_of))
        for one in followed
        if one.adds_over_units and one.goal.targets
        for period, versions in target_periods(one, plan, organisation, until=date.max).items()
        for unit, word, target, sum_of in _held_against(
            _standing(versions, which, known_on), organisation, tree or period.end
        )
        if target != sum_of
    ]
    return pl.DataFrame(rows, schema=GAPS, orient="row")


def _standing(versions: Mapping[str, Sequence[Target]], which: Standing, known_on: date | None) -> dict[str, Target]:
    found = {unit: standing(those, which=which, on=known_on) for unit, those in versions.items()}
    return {unit: target for unit, target in found.items() if target and target.comparator != "increase_by_percent"}


def _held_against(
    own: Mapping[str, Target], organisation: Organisation, tree: date
) -> Iterator[tuple[str, str, Fraction, Fraction | None]]:
    """Each unit with targets below it: what it is held to, and what those below make together."""
    below: dict[str, list[Target]] = {}
    for unit, target in own.items():
        above = next((one for one in organisation.ancestors(unit, tree)[1:] if one in own), None)
        if above is not None:
            below.setdefault(above, []).append(target)
    for unit in organisation.units:
        if unit not in below:
            continue
        target, parts = own[unit], below[unit]
        same = all(part.comparator == target.comparator for part in parts)
        lows, highs = [part.value for part in parts], [part.value_to for part in parts]
        word = str(target.comparator)
        if target.comparator != "between" or not same:
            yield unit, word, _exact(target.value), _sum(lows) if same else None
        else:
            yield unit, "at_least", _exact(target.value), _sum(lows)
            yield unit, "at_most", _exact(target.value_to), _sum(highs)


def _sum(values: Iterable[Number | None]) -> Fraction:
    return sum((_exact(value) for value in values), Fraction(0))


def _exact(value: Number | None) -> Fraction:
    # As it is written, so that a tenth and two tenths make three.
    return Fraction(repr(value or 0))


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _difference(target: Fraction, allocated: Fraction | None) -> float | None:
    return None if allocated is None else float(allocated - target)
