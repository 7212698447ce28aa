"""Experiments held against other people's figures, and against what must be true of any."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, multivariate_normal, norm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    power_proportions_2indep,
    proportions_ztest,
    samplesize_proportions_2indep_onetail,
)

from hgplan import (
    PlanError,
    experiment,
    false_positive_risk,
    holm,
    minimum_detectable_effect,
    sample_size,
    wilson,
)
from hgplan.errors import UnknownName
from hgplan.followup.proportions import newcombe

levels = st.floats(0.5, 0.999)
p_values = st.lists(st.none() | st.floats(0, 1), max_size=8)


@st.composite
def arms(draw: st.DrawFn) -> tuple[int, int]:
    trials = draw(st.integers(1, 10_000))
    return draw(st.integers(0, trials)), trials


@given(arms(), levels)
def test_wilsons_interval_is_scipys(arm: tuple[int, int], level: float) -> None:
    theirs = binomtest(*arm).proportion_ci(level, method="wilson")
    assert wilson(*arm, level=level) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(arms(), arms(), levels)
def test_newcombes_interval_is_that_of_statsmodels(one: tuple[int, int], other: tuple[int, int], level: float) -> None:
    theirs = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff", alpha=1 - level)
    assert newcombe(one, other, level=level) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombes_own_printed_examples(one, other, low: float, high: float) -> None:
    assert newcombe(one, other) == pytest.approx((low, high), abs=5.1e-5)


@given(arms(), arms())
def test_the_test_of_two_shares_is_that_of_statsmodels(one: tuple[int, int], other: tuple[int, int]) -> None:
    row = experiment({"a": other, "b": one}, control="a").row(0, named=True)
    if one[0] + other[0] in (0, one[1] + other[1]):
        assert (row["z"], row["p"]) == (None, None)
    else:
        z, p = proportions_ztest([one[0], other[0]], [one[1], other[1]])
        assert row["z"] == pytest.approx(z, abs=1e-9)
        assert row["p"] == pytest.approx(p, rel=1e-7, abs=1e-300)


@given(arms(), arms())
def test_a_comparison_holds_together(one: tuple[int, int], other: tuple[int, int]) -> None:
    row = experiment({"a": other, "b": one}, control="a").row(0, named=True)
    assert row["rate"] == one[0] / one[1]
    assert row["difference_low"] <= row["difference"] <= row["difference_high"]
    assert row["relative"] is None if other[0] == 0 else math.isfinite(row["relative"])
    back = experiment({"a": other, "b": one}, control="b").row(0, named=True)
    assert back["difference"] == -row["difference"]
    assert back["difference_low"] == pytest.approx(-row["difference_high"])
    assert back["p"] == row["p"]


def test_the_columns_and_a_row_of_the_contract() -> None:
    told = experiment({"control": (80, 1000), "treated": (120, 1000), "other": (80, 1000)}, control="control")
    assert told.columns == [
        "arm", "rate", "control_rate", "difference", "difference_low", "difference_high", "relative", "z", "p",
    ]  # fmt: skip
    assert told["arm"].to_list() == ["treated", "other"]
    assert told.row(0)[1:4] == (0.12, 0.08, 0.04)
    assert told.row(0)[6] == pytest.approx(0.5)
    assert told.row(1)[-2:] == (0.0, 1.0)


def test_a_p_value_far_out_in_the_tail_keeps_its_digits() -> None:
    p = experiment({"a": (1_000, 10_000), "b": (3_000, 10_000)}, control="a")["p"].item()
    z = experiment({"a": (1_000, 10_000), "b": (3_000, 10_000)}, control="a")["z"].item()
    assert z > 30
    assert p == pytest.approx(2 * norm.sf(z), rel=1e-9)


@given(st.floats(0.01, 0.9), st.floats(0.005, 0.5), st.floats(0.55, 0.99), st.floats(0.8, 0.999))
def test_the_sample_size_is_that_of_statsmodels(rate: float, effect: float, power: float, level: float) -> None:
    if rate + effect >= 1:
        effect = (1 - rate) / 2
    theirs = samplesize_proportions_2indep_onetail(
        effect, rate, power, alpha=1 - level, value=0, alternative="two-sided"
    )
    assert sample_size(rate, effect, power=power, level=level) == pytest.approx(math.ceil(theirs), abs=1)
    assert sample_size(1 - rate, -effect, power=power, level=level) == pytest.approx(math.ceil(theirs), abs=1)


def test_so_many_have_the_power_that_was_asked() -> None:
    needed = sample_size(0.08, 0.04)
    assert power_proportions_2indep(0.04, 0.08, needed).power == pytest.approx(0.8, abs=0.002)
    assert sample_size(0.08, 0.04, comparisons=3) > needed > sample_size(0.08, 0.05)


@given(st.floats(0.001, 0.95), st.integers(5, 100_000))
def test_what_so_many_can_show_takes_so_many(rate: float, trials: int) -> None:
    effect = minimum_detectable_effect(rate, trials)
    if effect is None:
        assert sample_size(rate, (1 - rate) * 0.999_999) >= trials
    elif effect < (1 - rate) * 0.999:
        assert sample_size(rate, effect) <= trials
        assert sample_size(rate, effect * 0.99) >= trials


@given(p_values)
def test_holms_adjustment_is_that_of_statsmodels(given_: list[float | None]) -> None:
    told = holm(given_)
    known = [value for value in given_ if value is not None]
    theirs = iter(multipletests(known, method="holm")[1] if known else [])
    for before, after in zip(given_, told, strict=True):
        assert after is None if before is None else after == pytest.approx(next(theirs))


def test_a_frames_column_can_be_adjusted() -> None:
    told = experiment({"a": (80, 1000), "b": (120, 1000), "c": (101, 1000)}, control="a")
    adjusted = told.with_columns(p_holm=pl.Series(holm(told["p"])))
    assert (adjusted["p_holm"] >= adjusted["p"]).all()


@pytest.mark.parametrize(
    ("looks", "printed"), [(1, 0.05), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (50, 0.320)]
)
def test_the_risk_of_looks_is_the_one_printed_in_1969(looks: int, printed: float) -> None:
    assert false_positive_risk(looks=looks) == pytest.approx(printed, abs=0.0011)


@pytest.mark.parametrize(("looks", "level"), [(2, 0.95), (3, 0.95), (3, 0.8), (4, 0.99)])
def test_the_risk_of_looks_is_what_scipy_integrates(looks: int, level: float) -> None:
    times = np.arange(1, looks + 1)
    correlation = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    bound = norm.ppf((1 + level) / 2) * np.ones(looks)
    quiet = multivariate_normal(cov=correlation).cdf(bound, lower_limit=-bound, rng=np.random.default_rng(1))
    assert false_positive_risk(looks=looks, level=level) == pytest.approx(1 - quiet, abs=1e-4)


def test_more_looks_and_more_comparisons_are_more_risk() -> None:
    by_looks = [false_positive_risk(looks=looks) for looks in range(1, 12)]
    assert all(fewer < more for fewer, more in pairwise(by_looks))
    assert false_positive_risk(comparisons=2) == pytest.approx(1 - 0.95**2)
    assert false_positive_risk(comparisons=2, looks=2) == pytest.approx(1 - (1 - by_looks[1]) ** 2)


def test_what_is_no_experiment_is_refused_at_once() -> None:
    with pytest.raises(PlanError) as caught:
        experiment({"a": (5, 3), "b": (-1, 1.5), "c": (0, 0), "d": 7, "e": (True, 2)}, control="x")  # type: ignore[dict-item]
    assert [fault.what for fault in caught.value.faults] == [
        "arm 'a' has 5 successes among 3 trials",
        "successes of arm 'b' are counted: 0 or more, whole, got -1",
        "trials of arm 'b' are counted: 0 or more, whole, got 1.5",
        "arm 'c' has no trials",
        "arm 'd' is two counts, got 7",
        "successes of arm 'e' are counted: 0 or more, whole, got True",
        "no arm named 'x'",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: experiment({"a": (1, 2)}, control="a"),
        lambda: experiment([("a", (1, 2))], control="a"),  # type: ignore[arg-type]
        lambda: experiment({"a": (1, 2), "b": (1, 2)}, control="a", level=95),
        lambda: wilson(3, 2),
        lambda: wilson(1, 0),
        lambda: wilson(1, 2, level=1.0),
        lambda: wilson(1, 2, level=math.nan),
        lambda: sample_size(0.0, 0.1),
        lambda: sample_size(0.5, 0.5),
        lambda: sample_size(0.5, 0.0),
        lambda: sample_size(0.5, 0.1, comparisons=0),
        lambda: minimum_detectable_effect(0.5, 0),
        lambda: holm([1.5]),
        lambda: false_positive_risk(looks=0),
        lambda: false_positive_risk(comparisons=True),
    ],
)
def test_what_is_no_share_and_no_count_is_refused(make) -> None:
    with pytest.raises(PlanError):
        make()


def test_an_unknown_control_gets_the_nearest_arm() -> None:
    with pytest.raises(UnknownName, match="did you mean 'control'"):
        experiment({"control": (1, 2), "b": (1, 2)}, control="contrl")


def test_too_few_to_see_anything_is_none() -> None:
    assert minimum_detectable_effect(0.5, 2) is None


def test_numbers_of_numpy_are_counts() -> None:
    assert experiment({"a": (np.int64(1), np.int64(2)), "b": (1, 2)}, control="a")["z"].item() == 0  # type: ignore[dict-item]
