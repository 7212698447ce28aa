"""Comparison of arms: how far each lies from the control, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from math import erfc, sqrt
from typing import Final

import polars as pl

from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.followup.proportions import count_faults, newcombe, two_sided

__all__ = ["COMPARISON", "Counts", "experiment", "z_test"]

Counts = tuple[int, int]
"""Successes and trials of an arm."""

COMPARISON: Final = pl.Schema(
    {
        "arm": pl.String(),
        "rate": pl.Float64(),
        "control_rate": pl.Float64(),
        "difference": pl.Float64(),
        "difference_low": pl.Float64(),
        "difference_high": pl.Float64(),
        "relative": pl.Float64(),
        "z": pl.Float64(),
        "p": pl.Float64(),
    }
)
"""The columns of a comparison, in their order."""


def experiment(arms: Mapping[str, Counts], *, control: str, level: float = 0.95) -> pl.DataFrame:
    """Compare the arms of an experiment with its control: a frame, one row per other arm, in the order given.

    Each arm is its successes and its trials. `difference` is in rates, with Newcombe's hybrid score interval at
    `level`; `relative` is the difference over the control's rate, null where that is 0. `z` and the two-sided `p` are
    those of the pooled test of two shares, null where nobody or everybody succeeded.

    For many arms see `holm`, for looks before the end `false_positive_risk`, and before the start `sample_size`.
    Source of the test: J. L. Fleiss, B. Levin and M. C. Paik, Statistical Methods for Rates and Proportions (3rd ed.,
    2003), section 3.3, without continuity correction; of the interval: see `newcombe`.

    >>> told = experiment({"control": (80, 1000), "treated": (120, 1000)}, control="control")
    >>> told.select("arm", "difference", pl.col("z", "p").round(4)).row(0)
    ('treated', 0.04, 2.9814, 0.0029)
    """
    two_sided(level)
    known = _checked(arms, control)
    base = known.pop(control)
    rows = []
    for arm, counts in known.items():
        rate, control_rate = counts[0] / counts[1], base[0] / base[1]
        # One division, so that a tenth of an arm of a thousand is a tenth.
        difference = (counts[0] * base[1] - base[0] * counts[1]) / (counts[1] * base[1])
        z, p = z_test(counts, base)
        relative = difference / control_rate if base[0] else None
        rows.append((arm, rate, control_rate, difference, *newcombe(counts, base, level=level), relative, z, p))
    return pl.DataFrame(rows, schema=COMPARISON, orient="row")


def z_test(one: Counts, other: Counts) -> tuple[float, float] | tuple[None, None]:
    """The pooled test of two shares: z, and how often chance alone goes at least as far to either side.

    >>> z_test((0, 10), (0, 20))
    (None, None)
    """
    (wins, trials), (base_wins, base_trials) = one, other
    succeeded, all_trials = wins + base_wins, trials + base_trials
    if succeeded in (0, all_trials):
        return None, None
    pooled = succeeded / all_trials
    error = sqrt(pooled * (1 - pooled) * (1 / trials + 1 / base_trials))
    z = (wins * base_trials - base_wins * trials) / (trials * base_trials) / error
    # The complementary error function keeps its digits far out in the tail, where 1 - cdf has none.
    return z, erfc(abs(z) / sqrt(2))


def _checked(arms: Mapping[str, Counts], control: str) -> dict[str, Counts]:
    if not isinstance(arms, Mapping):
        raise PlanError(f"arms are a mapping, got {type(arms).__name__}", hint='{"control": (80, 1000), ...}')
    faults: list[PlanError] = []
    found: dict[str, Counts] = {}
    for arm, counts in arms.items():
        if not isinstance(counts, tuple | list) or len(counts) != 2:
            hint = "(successes, trials)"
            faults.append(PlanError(f"arm {arm!r} is two counts, got {counts!r}", hint=hint))
            continue
        wrong = list(count_faults(f"arm {arm!r}", *counts))
        faults += wrong
        if not wrong:
            found[arm] = (int(counts[0]), int(counts[1]))
    if control not in arms:
        faults.append(UnknownName(f"no arm named {control!r}", hint=nearest(str(control), map(str, arms))))
    elif len(arms) < 2:
        faults.append(PlanError("there is nothing to hold against the control", hint="give two arms or more"))
    if faults:
        raise_all("the arms can't be compared", faults)
    return found
