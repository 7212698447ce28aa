"""The days that the example turns around: the register's, the plan's and the election's."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

__all__ = ["EXTRACTED", "FIRST_DAY", "LAST_DAY", "PHASES", "REGISTER_OPENED", "phase_of"]

REGISTER_OPENED: Final = date(2019, 1, 1)
FIRST_DAY: Final = date(2021, 1, 1)
LAST_DAY: Final = date(2023, 12, 31)
EXTRACTED: Final = date(2024, 2, 15)

# Voting began on 24 August 2022 and ended on the election day.
PHASES: Final = {
    "before-election": (date(2022, 1, 1), date(2022, 8, 23)),
    "election": (date(2022, 8, 24), date(2022, 9, 11)),
    "after-election": (date(2022, 9, 12), date(2023, 12, 31)),
}


def phase_of(day: pl.Expr) -> pl.Expr:
    """The campaign's phase on a day; none before the campaign."""
    phase = pl.lit(None, dtype=pl.String)
    for name, (first, last) in PHASES.items():
        phase = pl.when(day.is_between(first, last)).then(pl.lit(name)).otherwise(phase)
    return phase
