"""Allocation: exact to the sum, within the bounds, and the same however its units are listed."""

from __future__ import annotations

import math
import pickle
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan import PlanError, allocate
from hgplan.errors import UnknownName
from hgplan.followup.weights import exact

names = st.text("abcåäö", min_size=1, max_size=4)
weights = st.dictionaries(
    names, st.integers(0, 10**6) | st.floats(0, 1e6) | st.decimals(0, 1000, places=2), min_size=1, max_size=8
).filter(lambda found: any(found.values()))
targets = st.integers(0, 10**9)


@st.composite
def bounded(draw: st.DrawFn) -> tuple[int, dict[str, object], dict[str, int], dict[str, int]]:
    """A target, weights, floors that it can hold, and caps above the floors."""
    by = draw(weights)
    floors = draw(st.dictionaries(st.sampled_from(list(by)), st.integers(0, 300)))
    caps = {unit: floors.get(unit, 0) + draw(st.integers(0, 300)) for unit in by if draw(st.booleans())}
    return sum(floors.values()) + draw(st.integers(0, 1000)), by, floors, caps


def faults(make) -> list[str]:
    with pytest.raises(PlanError) as caught:
        make()
    return [fault.what for fault in caught.value.faults]


@given(targets, weights)
def test_shares_add_up_and_keep_their_quota(target: int, by: dict[str, object]) -> None:
    dealt = allocate(target, by)
    assert sum(dealt.values()) == target
    assert dealt.leftover == 0
    assert list(dealt) == list(by)
    assert sum(dealt.quotas.values()) == target
    for unit, quota in dealt.quotas.items():
        assert math.floor(quota) <= dealt[unit] <= math.ceil(quota)


@given(targets, weights)
def test_the_steps_left_over_go_to_the_largest_remainders(target: int, by: dict[str, object]) -> None:
    dealt = allocate(target, by)
    remainder = {unit: quota - math.floor(quota) for unit, quota in dealt.quotas.items()}
    up = [remainder[unit] for unit, quota in dealt.quotas.items() if dealt[unit] > quota]
    down = [remainder[unit] for unit, quota in dealt.quotas.items() if dealt[unit] < quota]
    assert min(up, default=Fraction(1)) >= max(down, default=Fraction(0))


@given(targets, weights)
def test_a_larger_weight_never_gets_less(target: int, by: dict[str, object]) -> None:
    dealt = allocate(target, by)
    by_weight = sorted(by, key=lambda unit: dealt.weights[unit])
    for lighter, heavier in pairwise(by_weight):
        if dealt.weights[lighter] < dealt.weights[heavier]:
            assert dealt[lighter] <= dealt[heavier]
        else:
            assert abs(dealt[lighter] - dealt[heavier]) <= 1


@given(bounded(), st.integers(1, 1000), st.randoms(use_true_random=False))
def test_a_weight_that_grows_never_costs_its_unit(drawn, more: int, random) -> None:
    target, by, floors, caps = drawn
    grown = random.choice(list(by))
    heavier = {unit: exact(weight) + (more if unit == grown else 0) for unit, weight in by.items()}
    before = allocate(target, by, floors=floors, caps=caps)
    assert allocate(target, heavier, floors=floors, caps=caps)[grown] >= before[grown]


@given(bounded(), st.randoms(use_true_random=False))
def test_the_order_of_units_decides_nothing(drawn, random) -> None:
    target, by, floors, caps = drawn
    units = list(by)
    random.shuffle(units)
    assert allocate(target, {unit: by[unit] for unit in units}, floors=floors, caps=caps) == allocate(
        target, by, floors=floors, caps=caps
    )


@given(targets, weights, st.integers(1, 1000))
def test_only_the_proportions_of_weights_matter(target: int, by: dict[str, object], times: int) -> None:
    dealt = allocate(target, by)
    assert allocate(target, {unit: weight * times for unit, weight in dealt.weights.items()}) == dealt


@given(bounded())
def test_floors_and_caps_are_kept_and_what_is_left_over_is_shown(drawn) -> None:
    target, by, floors, caps = drawn
    dealt = allocate(target, by, floors=floors, caps=caps)
    assert sum(dealt.values()) + dealt.leftover == target
    for unit, share in dealt.items():
        assert floors.get(unit, 0) <= share <= caps.get(unit, share)
    if dealt.leftover:
        # Nothing is left lying as long as a unit with a weight could take it.
        assert all(dealt[unit] == caps[unit] for unit, weight in dealt.weights.items() if weight)
    else:
        assert dealt.leftover == 0


def held(rate: Fraction, by: Mapping[str, Fraction], floors: dict[str, int], caps: dict[str, int]) -> list[Fraction]:
    """What every unit gets at one rate for all, kept within its bounds."""
    return [
        max(Fraction(floors.get(unit, 0)), min(rate * weight, Fraction(caps[unit])) if unit in caps else rate * weight)
        for unit, weight in by.items()
    ]


@given(bounded())
def test_within_the_bounds_everyone_has_the_same_rate(drawn) -> None:
    target, by, floors, caps = drawn
    dealt = allocate(target, by, floors=floors, caps=caps)
    known = dealt.weights
    # What is given out grows along straight lines between the rates at which somebody meets a bound.
    rates = sorted({Fraction(0)} | {bounds[u] / known[u] for bounds in (floors, caps) for u in bounds if known[u]})
    below = [rate for rate in rates if sum(held(rate, known, floors, caps)) <= target][-1]
    inside = below + Fraction(1, 10**400)
    start = sum(held(below, known, floors, caps))
    slope = (sum(held(inside, known, floors, caps)) - start) / (inside - below)
    rate = below + (target - start) / slope if slope else below
    for unit, share in zip(by, held(rate, known, floors, caps), strict=True):
        assert abs(dealt[unit] - share) < 1


@given(st.decimals(0, 10**6, places=2), weights)
def test_a_decimal_is_dealt_out_to_its_last_decimal(target: Decimal, by: dict[str, object]) -> None:
    dealt = allocate(target, by)
    assert sum(map(Fraction, dealt.values())) == Fraction(target)
    assert all(isinstance(share, Decimal) and share.as_tuple().exponent == -2 for share in dealt.values())
    assert dealt.frame().schema["share"] == pl.Decimal(38, 2)


def test_a_printed_example_of_the_largest_remainder() -> None:
    # 100 seats by votes; the two left over go to the largest remainders, 0.4 of D and 0.3 of A.
    votes = {"A": 47_300, "B": 16_200, "C": 15_900, "D": 12_000 + 400, "E": 6_100, "F": 2_100}
    dealt = allocate(100, votes)
    assert sum(votes.values()) == 100_000
    assert dict(dealt) == {"A": 47, "B": 16, "C": 16, "D": 13, "E": 6, "F": 2}


def test_the_alabama_paradox_is_what_the_docstring_says() -> None:
    by = {"a": 6, "b": 6, "c": 2}
    assert dict(allocate(10, by)) == {"a": 4, "b": 4, "c": 2}
    assert dict(allocate(11, by)) == {"a": 5, "b": 5, "c": 1}


def test_equal_remainders_go_to_the_larger_weight_and_then_by_name() -> None:
    assert dict(allocate(1, {"b": 1, "a": 1})) == {"b": 0, "a": 1}
    assert dict(allocate(2, {"a": 1, "b": 3})) == {"a": 0, "b": 2}


def test_a_tenth_is_a_tenth() -> None:
    # As binary floats 0.1 + 0.2 is more than 0.3, and the tie would be broken by noise.
    assert dict(allocate(1, {"a": 0.3, "b": 0.3})) == dict(allocate(1, {"a": 3, "b": 3}))
    assert allocate(6, {"a": 0.1, "b": 0.2, "c": 0.3}).quotas == {"a": 1, "b": 2, "c": 3}


def test_a_weight_of_nothing_gets_the_floor_alone() -> None:
    assert dict(allocate(10, {"a": 0, "b": 1}, floors={"a": 3})) == {"a": 3, "b": 7}
    assert allocate(10, {"a": 0, "b": 1}, caps={"b": 4}).leftover == 6


def test_a_target_of_nothing_gives_nobody_anything() -> None:
    assert dict(allocate(0, {"a": 1, "b": 2})) == {"a": 0, "b": 0}


def test_shares_come_in_whole_steps() -> None:
    assert dict(allocate(100, {"a": 1, "b": 2}, step=5)) == {"a": 35, "b": 65}
    assert dict(allocate(1, {"a": 1, "b": 2}, step=Decimal("0.25"))) == {"a": Decimal("0.25"), "b": Decimal("0.75")}
    assert faults(lambda: allocate(7, {"a": 1}, step=5)) == ["the target is 7, which is no whole number of steps of 5"]


def test_a_frame_of_figures_is_taken_as_weights() -> None:
    frame = pl.DataFrame(
        {
            "unit": ["north", "south", "gone"],
            "value": [2.0, 1.0, None],
            "availability": ["available", "available", "not_expected"],
        }
    )
    assert dict(allocate(9, frame)) == {"north": 6, "south": 3}


def test_everything_wrong_with_weights_and_bounds_is_told_at_once() -> None:
    by = {"a": -1, "b": math.nan, "c": None, "d": "5", "e": True, "f": 10**400, "g": math.inf, 7: 1, "h": 2}
    found = faults(lambda: allocate(-3, by, floors={"x": 1}, caps={"h": 0.5}))  # type: ignore[dict-item]
    assert found == [
        "the weight of unit 'a' is -1, below 0",
        "the weight of unit 'b' is nan, which is no figure of 64 bits",
        "unit 'c' has no weight",
        "the weight of unit 'd' is a number, got str '5'",
        "the weight of unit 'e' is a number, got bool True",
        "the weight of unit 'f' is too large, which is no figure of 64 bits",
        "the weight of unit 'g' is inf, which is no figure of 64 bits",
        "a unit is named by text, got int 7",
        "a floor is said for 'x', which has no weight",
        "the cap of unit 'h' is 0.5, which is no whole number of steps of 1",
        "the target is -3; less than nothing can't be dealt out",
    ]


@pytest.mark.parametrize(
    ("target", "by", "said", "told"),
    [
        (1, {}, {}, "there is no unit"),
        (1, {"a": 0}, {}, "all weights are 0"),
        (1, [("a", 1)], {}, "got list"),
        (5, {"a": 1, "b": 1}, {"floors": 3}, "the floors make 6, more than the target 5"),
        (5, {"a": 1}, {"floors": 3, "caps": 2}, "the floor of unit 'a' is above its cap"),
        (5, {"a": 1}, {"step": 0}, "step=0 is no step"),
        (5, {"a": 1}, {"step": 0.5}, "step=0.5 is no step"),
        (5.5, {"a": 1}, {}, "no whole number of steps"),
        ("5", {"a": 1}, {}, "got str"),
        (Decimal("NaN"), {"a": 1}, {}, "no figure"),
        (2**63, {"a": 1}, {}, "no figure"),
        (2**62, {"a": 1}, {"step": Decimal("0.1")}, "more steps of 0.1"),
    ],
)
def test_what_cannot_be_dealt_out_is_refused(target, by, said, told: str) -> None:
    with pytest.raises(PlanError, match=told):
        allocate(target, by, **said)


def test_a_frame_with_other_columns_or_a_unit_twice_is_refused() -> None:
    with pytest.raises(UnknownName, match="no column 'value'"):
        allocate(1, pl.DataFrame({"unit": ["a"], "values": [1]}))
    with pytest.raises(PlanError, match="unit 'a' stands 2 times"):
        allocate(1, pl.DataFrame({"unit": ["a", "a"], "value": [1, 2]}))


def test_an_unknown_unit_of_a_bound_gets_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'north'"):
        allocate(1, {"north": 1}, caps={"nort": 1})


def test_numbers_of_numpy_are_numbers() -> None:
    assert dict(allocate(3, {"a": np.int64(1), "b": np.float64(0.5)})) == {"a": 2, "b": 1}  # type: ignore[dict-item]


def test_an_allocation_is_a_value() -> None:
    dealt = allocate(Decimal("10.0"), {"a": 2, "b": 1}, floors=1, caps={"a": 5})
    again = pickle.loads(pickle.dumps(dealt))
    assert again == dealt == {"a": 5, "b": 5}
    assert hash(again) == hash(dealt)
    assert again.frame().equals(dealt.frame())
    assert repr(dealt) == "Allocation({'a': Decimal('5.0'), 'b': Decimal('5.0')}, leftover=Decimal('0.0'))"
    with pytest.raises(AttributeError):
        dealt.target = 3  # type: ignore[misc]


def test_many_units_with_bounds_take_no_time_worth_telling() -> None:
    by = {f"u{number}": (number * 7919) % 104_729 + 1 for number in range(5_000)}
    dealt = allocate(1_000_000, by, floors=20, caps=350)
    assert sum(dealt.values()) + dealt.leftover == 1_000_000
    assert {min(dealt.values()), max(dealt.values())} == {20, 350}
