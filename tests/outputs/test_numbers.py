"""Numbers as people read them, against the formatting of the standard library and of exact decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.outputs.numbers import NBSP, Language, as_language, figure_text, number_text, percent_text
from hgplan.outputs.words import word


def read_back(text: str, language: Language) -> Decimal:
    plain = text.replace("\u2212", "-")
    if language == "sv":
        return Decimal(plain.replace(NBSP, "").replace(",", "."))
    return Decimal(plain.replace(",", ""))


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6),
    st.sampled_from(["sv", "en"]),
    st.integers(0, 4),
)
def test_a_written_number_reads_back_as_the_number_rounded_half_to_even(
    value: Decimal, language: Language, decimals: int
) -> None:
    text = number_text(value, language, decimals=decimals)
    assert read_back(text, language) == value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.8125, "81,2\u00a0%"),
        (0.8135, "81,4\u00a0%"),
        (1.0, "100,0\u00a0%"),
        (0.0, "0,0\u00a0%"),
        (-0.0004, "0,0\u00a0%"),
        (-0.051, "\u22125,1\u00a0%"),
        (12.345, "1\u00a0234,5\u00a0%"),
    ],
)
def test_percent_is_written_as_in_swedish_text(share: float, written: str) -> None:
    assert percent_text(share, "sv") == written


@pytest.mark.parametrize("none", [float("nan"), float("inf"), float("-inf"), Decimal("nan")])
def test_what_is_no_number_is_never_written_as_one(none: float | Decimal) -> None:
    assert number_text(none, "sv") == percent_text(none, "en") == figure_text(none, "people", "sv") == ""


def test_a_whole_number_shows_no_decimals_and_others_at_most_two() -> None:
    assert [number_text(value, "en") for value in (3.0, 3.5, 3.14159, 1200, 10.0)] == [
        "3", "3.5", "3.14", "1,200", "10",
    ]  # fmt: skip


def test_a_figure_is_written_in_the_unit_of_its_metric() -> None:
    assert [figure_text(0.0125, unit, "sv") for unit in ("%", "‰", "kr", None)] == [
        "1,2\u00a0%",
        "12,5\u00a0‰",
        "0,01",
        "0,01",
    ]


def test_the_widest_figure_is_written_in_full() -> None:
    assert number_text(Decimal("9" * 38), "en").replace(",", "") == "9" * 38


def test_a_plan_in_any_language_gets_a_language_that_is_spoken() -> None:
    assert [as_language(code) for code in ("sv", "sv_SE", "en-GB", "fi", None)] == ["sv", "sv", "en", "en", "en"]


def test_every_status_and_availability_has_a_word_in_both_languages() -> None:
    keys = ["reached", "on_course", "uncertain", "off_course", "not_reached", "no_data", "unquantified", "undefined",
            "available", "missing", "not_expected", "immature", "suppressed", "met", "failed", "unset"]  # fmt: skip
    assert all("_" not in word(key, "en") and word(key, "sv") != key for key in keys)
