"""Forecasts as statistics: against scipy, against figures by hand, and against many drawn years."""

from __future__ import annotations

import math
import random

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from hgplan.followup.outlook import Outlook, Year, by_change, by_share
from hgplan.followup.student import cumulative, quantile

SEASON = [1, 1.1, 1.2, 1, 0.8, 0.5, 0.4, 0.8, 1.2, 1.4, 1.6, 1.5]
FREEDOM = st.integers(1, 12)


@given(st.floats(-50, 50), FREEDOM)
def test_the_t_distribution_is_that_of_scipy(x: float, freedom: int) -> None:
    assert cumulative(x, freedom) == pytest.approx(
        scipy.stats.t.cdf(x, freedom), abs=1e-10
    )  # scipy is the less exact one near 0


@given(st.floats(0.01, 0.99), FREEDOM)
def test_a_quantile_of_the_t_distribution_is_that_of_scipy(share: float, freedom: int) -> None:
    assert quantile(share, freedom) == pytest.approx(scipy.stats.t.ppf(share, freedom), abs=1e-8)


def test_a_count_is_foretold_as_by_hand() -> None:
    years = [Year(40, 100, 40, 100), Year(50, 120, 50, 120), Year(60, 140, 60, 140)]
    found = by_share(60, years, cannot_fall=True, whole=False)
    assert found is not None
    left = 1 - 150 / 360
    assert found.centre == pytest.approx(60 + left * (60 + left * 120))
    # Each from the two others, and its miss over the root of what was to come.
    lefts = [1 - 110 / 260, 1 - 100 / 240, 1 - 90 / 220]
    to_come = [lefts[0] * (40 + lefts[0] * 130), lefts[1] * (50 + lefts[1] * 120), lefts[2] * (60 + lefts[2] * 110)]
    misses = [(come - to) ** 2 / to for come, to in zip([60, 70, 80], to_come, strict=True)]
    assert found.spread == pytest.approx(math.sqrt(sum(misses) / 3 * left * (60 + left * 120)))
    assert found.freedom == 3


def test_a_level_has_the_prediction_interval_of_its_changes() -> None:
    years = [Year(180, 190, 0, 0), Year(188, 200, 0, 0), Year(195, 209, 0, 0)]
    found = by_change(200, years, whole=True)
    assert found.centre == 212
    reach = scipy.stats.t.ppf(0.9, 2) * 2 * math.sqrt(4 / 3)
    assert found.interval(0.8) == pytest.approx((212 - reach, 212 + reach))


def test_years_that_brought_nothing_or_less_foretell_nothing() -> None:
    assert by_share(5, [Year(0, 0, 1, 2)] * 3, cannot_fall=True, whole=True) is None
    assert by_share(5, [Year(1, 3, 1, 3), Year(1, -3, 1, 3), Year(1, 3, 1, 3)], cannot_fall=False, whole=False) is None


OUTLOOKS = st.builds(
    Outlook, centre=st.integers(0, 100).map(float), spread=st.floats(0, 30), freedom=FREEDOM,
    least=st.none() | st.integers(0, 100).map(float), whole=st.booleans(),
)  # fmt: skip


@given(OUTLOOKS, st.integers(-10, 120), st.integers(-10, 120))
def test_probabilities_are_of_one_distribution(outlook: Outlook, one: int, other: int) -> None:
    low, high = sorted([one, other])
    inside, above, below = (outlook.probability(*edges) for edges in ((low, high), (low, None), (None, high)))
    assert 0 <= inside <= min(above, below) + 1e-12
    assert outlook.probability(high, None) <= above + 1e-12
    assert outlook.probability(None, None) == 1
    if outlook.least is not None and low <= outlook.least:
        assert above == 1
    if outlook.whole and (outlook.least is None or low > outlook.least):
        # A count is at least the next one or at most this one.
        assert outlook.probability(None, low - 1) + above == pytest.approx(1)


@given(OUTLOOKS, st.floats(0.1, 0.95))
def test_an_interval_holds_its_middle_and_what_has_come_already(outlook: Outlook, level: float) -> None:
    low, high = outlook.interval(level)
    assert low <= outlook.middle <= high
    assert outlook.least is None or low >= outlook.least


def test_a_count_that_is_there_already_reaches_its_target_for_certain() -> None:
    found = by_share(100, [Year(40, 100, 40, 100)] * 3, cannot_fall=True, whole=True)
    assert found is not None
    assert found.probability(100, None) == 1
    assert found.probability(None, 99) == 0


def drawn_years(
    draw: random.Random, count: int, level: float, noise: float, shape: float, trend: float
) -> list[list[int]]:
    """Years of months: a level with a trend and noise, a season with noise of its own, and chance on top."""
    years = []
    for number in range(count):
        whole = level * (1 + trend) ** number * math.exp(draw.gauss(0, noise))
        months = [part * math.exp(draw.gauss(0, shape)) for part in SEASON]
        years.append([poisson(draw, whole * part / sum(months)) for part in months])
    return years


def poisson(draw: random.Random, mean: float) -> int:
    if mean > 200:
        return max(0, round(draw.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, draw.random()
    while product > limit:
        count, product = count + 1, product * draw.random()
    return count


@pytest.mark.parametrize("known", [3, 5, 8])
@pytest.mark.parametrize(
    ("level", "noise", "shape", "trend"),
    [
        (300, 0.1, 0.1, 0),
        (300, 0.05, 0.15, 0.05),
        (27000, 0.1, 0.1, 0),
        (27000, 0.15, 0.2, 0),
        (27000, 0.05, 0.15, 0.03),
    ],
)
def test_an_interval_of_80_percent_holds_70_to_90_percent_of_drawn_years(
    level: float, noise: float, shape: float, trend: float, known: int
) -> None:
    draw = random.Random(f"{level} {noise} {shape} {trend} {known}")
    held, asked = 0, 0
    for _ in range(200):
        *before, this = drawn_years(draw, known + 1, level, noise, shape, trend)
        for month in (2, 4, 6, 8, 10):
            past = [Year(*[float(sum(year[:month])), float(sum(year))] * 2) for year in before]
            outlook = by_share(sum(this[:month]), past, cannot_fall=True, whole=True)
            assert outlook is not None
            low, high = outlook.interval(0.8)
            held += low <= sum(this) <= high
            asked += 1
    assert 0.70 <= held / asked <= 0.90


def test_small_counts_are_not_taken_for_more_certain_than_chance_allows() -> None:
    draw, held = random.Random(7), 0
    for _ in range(500):
        *before, this = drawn_years(draw, 5, 20, 0, 0, 0)
        past = [Year(*[float(sum(year[:6])), float(sum(year))] * 2) for year in before]
        outlook = by_share(sum(this[:6]), past, cannot_fall=True, whole=True)
        assert outlook is not None
        low, high = outlook.interval(0.8)
        held += low - 0.5 <= sum(this) <= high + 0.5
    assert held / 500 >= 0.8


def test_a_levels_interval_of_80_percent_holds_70_to_90_percent_of_drawn_changes() -> None:
    draw, held = random.Random(3), 0
    for _ in range(1000):
        changes = [draw.gauss(900, 300) for _ in range(5)]
        past = [Year(180_000, 180_000 + change, 0, 0) for change in changes[:-1]]
        low, high = by_change(181_000, past, whole=False).interval(0.8)
        held += low <= 181_000 + changes[-1] <= high
    assert 0.70 <= held / 1000 <= 0.90
