"""The region's targets dealt out over its associations, by their members, exact to the sum."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from hgplan_tenants.example.organisation import EARLIEST, LATEST, Organisation
from hgplan_tenants.example.reports import stock

__all__ = ["targets"]

_REGION: Final = {"new-members": {2022: 27_000, 2023: 25_000}, "newly-engaged": {2022: 400, 2023: 450}}
_ADOPTED: Final = {2022: date(2021, 11, 20), 2023: date(2022, 11, 19)}


def targets(register: pl.DataFrame, organisation: Organisation) -> pl.DataFrame:
    """One row for each goal, year and association that is there all the year."""
    rows = []
    for year, adopted in _ADOPTED.items():
        members = _members(register, organisation, year)
        for goal, figures in _REGION.items():
            rows += [
                (goal, unit, str(year), "at_least", share, adopted, "efter medlemmar vid årets början")
                for unit, share in _dealt(figures[year], members).items()
            ]
    schema = {
        "goal": pl.String, "unit": pl.String, "period": pl.String, "comparator": pl.String, "value": pl.Int64,
        "adopted": pl.Date, "reason": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _members(register: pl.DataFrame, organisation: Organisation, year: int) -> dict[str, int]:
    counted = stock(register, organisation, pl.Series("day", [date(year - 1, 12, 31)]))
    members = dict(counted.select("association", "members").iter_rows())
    return {
        unit.unit: members.get(unit.unit, 0)
        for unit in organisation.associations
        if (unit.opened or EARLIEST) <= date(year, 1, 1) and (unit.closed or LATEST) > date(year, 12, 31)
    }


def _dealt(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Largest remainders: whole shares first, what is left to those who lost most by rounding."""
    whole = sum(weights.values())
    shares = {unit: total * weight // whole for unit, weight in weights.items()}
    left = total - sum(shares.values())
    by_loss = sorted(weights, key=lambda unit: (-(total * weights[unit] % whole), unit))
    return {unit: share + (unit in by_loss[:left]) for unit, share in shares.items()}
