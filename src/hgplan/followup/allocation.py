"""Allocation: a target dealt out over units by weights, exact to the sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

import attrs
import polars as pl

from hgplan.errors import PlanError, raise_all
from hgplan.followup.weights import Amount, Bounds, Weights, read_amount, read_bounds, read_step, read_weights
from hgplan.model import FrozenMapping

__all__ = ["Allocation", "allocate"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Allocation(Mapping[str, Amount]):
    """What each unit got of a target: a mapping from unit to share, which keeps what the shares were made of.

    `leftover` is what caps kept from being dealt out, so the shares and it make the target. Two are equal as mappings.

    >>> dealt = allocate(10, {"north": 120, "south": 80, "west": 33})
    >>> dealt["north"], sum(dealt.values()), dict(dealt)
    (5, 10, {'north': 5, 'south': 4, 'west': 1})
    """

    target: Amount
    step: Amount
    weights: FrozenMapping[str, Fraction]
    shares: FrozenMapping[str, Amount]
    floors: FrozenMapping[str, Amount]
    caps: FrozenMapping[str, Amount]

    @property
    def leftover(self) -> Amount:
        """What nobody got, because every unit that could take more has its cap."""
        dealt = sum((Fraction(share) for share in self.shares.values()), Fraction())
        return _amount(Fraction(self.target) - dealt, self.step)

    @property
    def quotas(self) -> Mapping[str, Fraction]:
        """What each unit's weight alone would give it, before floors, caps and rounding."""
        total = sum(self.weights.values())
        target = Fraction(self.target)
        return FrozenMapping({unit: target * weight / total for unit, weight in self.weights.items()})

    def frame(self) -> pl.DataFrame:
        """One row a unit: unit, weight, quota, share, floor, cap.

        Shares are Int64, or decimals of the step's scale; weight and quota are shown as the nearest floats.

        >>> allocate(10, {"north": 2, "south": 1}, caps={"north": 5}).frame().row(0)
        ('north', 2.0, 6.666666666666667, 5, None, 5)
        """
        quotas = self.quotas
        scale = _scale(Fraction(self.step))
        amount = pl.Decimal(38, scale) if scale else pl.Int64()
        return pl.DataFrame(
            [
                (unit, float(weight), float(quotas[unit]), self[unit], self.floors.get(unit), self.caps.get(unit))
                for unit, weight in self.weights.items()
            ],
            schema={
                "unit": pl.String(),
                "weight": pl.Float64(),
                "quota": pl.Float64(),
                "share": amount,
                "floor": amount,
                "cap": amount,
            },
            orient="row",
        )

    def __getitem__(self, unit: str) -> Amount:
        return self.shares[unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self.shares)

    def __len__(self) -> int:
        return len(self.shares)

    def __hash__(self) -> int:
        return hash(self.shares)

    def __eq__(self, other: object) -> bool:
        return dict(self) == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __repr__(self) -> str:
        return f"Allocation({dict(self)!r}, leftover={self.leftover!r})"

    def __str__(self) -> str:
        width = max(map(len, self))
        figures = len(str(self.target))
        lines = [f"{unit:<{width}}  {share!s:>{figures}}" for unit, share in self.items()]
        over = f", {self.leftover} left over" if self.leftover else ""
        return "\n".join([f"{self.target} over {len(self)} unit{'s' if len(self) > 1 else ''}{over}", *lines])


def allocate(
    target: Amount, weights: Weights, *, step: Amount | None = None, floors: Bounds = None, caps: Bounds = None
) -> Allocation:
    """Deal a target out over units in proportion to weights, exact to the sum, by the largest remainder (Hamilton).

    Every unit gets its quota rounded down, and the steps that are left go to the largest remainders; where those are
    equal to the larger weight, then to the unit whose name comes first. `weights` is a mapping, or a frame with `unit`
    and `value`, as from `Workspace.measure`; a weight of 0 gives the floor alone.

    `floors` and `caps`, one for all or by unit, are kept exactly: who would get less or more has the bound, and the
    others share the rest by their weights. What caps don't hold is the `leftover`. `step` is the smallest part: unsaid
    1, or the last decimal of a Decimal.

    Nothing is rounded on the way: weights are fractions, and a float is the decimal number that it is written as.
    Source: M. L. Balinski and H. P. Young, Fair Representation (1982), appendix A. As there, a greater target can give
    a unit less (the Alabama paradox), which no way that keeps the quotas is free of.

    Raises PlanError with everything that is wrong: weights that are no figures or below 0, no weight above 0, bounds of
    unknown units, a floor above its cap, floors that are more than the target.

    >>> print(allocate(27000, {"north": 8995, "south": 2004, "west": 750}, floors=2000))
    27000 over 3 units
    north  20445
    south   4555
    west    2000
    >>> allocate(100, {"north": 2, "south": 1}, caps={"north": 50, "south": 40}).leftover
    10
    """
    parts = read_step(target, step)
    due, faults = read_weights(weights)
    lows, wrong = read_bounds(floors, "floor", due, parts)
    faults += wrong
    highs, wrong = read_bounds(caps, "cap", due, parts)
    faults += wrong
    amount = 0
    try:
        amount = read_amount(target, "the target", parts)
    except PlanError as fault:
        faults.append(fault)
    faults += [
        PlanError(f"the floor of unit {unit!r} is above its cap")
        for unit, low in lows.items()
        if low > highs.get(unit, low)
    ]
    if faults:
        raise_all("the target can't be dealt out", faults)
    if sum(lows.values()) > amount:
        least = _amount(sum(lows.values()) * parts, parts)
        raise PlanError(f"the floors make {least}, more than the target {target}", hint="lower them")
    told = _rounded(_shared(amount, due, lows, highs), due)
    return Allocation(
        target=_amount(amount * parts, parts),
        step=_amount(parts, parts),
        weights=FrozenMapping(due),
        shares=FrozenMapping({unit: _amount(told[unit] * parts, parts) for unit in due}),
        floors=FrozenMapping({unit: _amount(low * parts, parts) for unit, low in lows.items()}),
        caps=FrozenMapping({unit: _amount(high * parts, parts) for unit, high in highs.items()}),
    )


def _shared(
    amount: int, weights: Mapping[str, Fraction], lows: Mapping[str, int], highs: Mapping[str, int]
) -> dict[str, Fraction]:
    """The exact share of each unit in steps: one rate for all weights, kept within the bounds, that uses the amount.

    Where the bounded shares make too much together, the true rate is lower, so that whoever is below the floor stays
    there; where they make too little, whoever is above the cap does. Each round settles one unit or more.
    """
    settled = {unit: Fraction(lows.get(unit, 0)) for unit, weight in weights.items() if not weight}
    free = {unit: weight for unit, weight in weights.items() if weight}
    while free:
        rate = Fraction(amount - sum(settled.values())) / sum(free.values())
        short = {unit: lows[unit] - rate * weight for unit, weight in free.items() if rate * weight < lows.get(unit, 0)}
        above = {
            unit: rate * weight - highs[unit]
            for unit, weight in free.items()
            if unit in highs and rate * weight > highs[unit]
        }
        lacking, spare = sum(short.values()), sum(above.values())
        if lacking >= spare:
            settled |= {unit: Fraction(lows[unit]) for unit in short}
        if spare >= lacking:
            settled |= {unit: Fraction(highs[unit]) for unit in above}
        if not short and not above:
            return settled | {unit: rate * weight for unit, weight in free.items()}
        free = {unit: weight for unit, weight in free.items() if unit not in settled}
    return settled


def _rounded(exact: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole steps: the shares rounded down, and one more for the largest remainders as long as the amount lasts.

    A bound is a whole number of steps, so a share that is none has room for one more.
    """
    down = {unit: int(share) for unit, share in exact.items()}
    over = {unit: share - down[unit] for unit, share in exact.items() if share != down[unit]}
    first = sorted(over, key=lambda unit: (-over[unit], -weights[unit], unit))
    for unit in first[: int(sum(over.values()))]:
        down[unit] += 1
    return down


def _amount(value: Fraction, step: Fraction | Amount) -> Amount:
    """A multiple of the step as it is written: a whole number, or a decimal with the step's decimals."""
    scale = _scale(Fraction(step))
    if not scale:
        return value.numerator
    digits = value.numerator * 10**scale // value.denominator
    # Arithmetic on decimals would round to whatever context the host has set.
    return Decimal((0, Decimal(digits).as_tuple().digits, -scale))


def _scale(step: Fraction) -> int:
    scale = 0
    while (10**scale) % step.denominator:
        scale += 1
    return scale
