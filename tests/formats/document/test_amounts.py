"""Amounts in prose: any grouping of digits, words, bounds, units, and the numbers that are no amounts."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.formats.document.amounts import amounts_in
from hgplan.formats.document.numerals import numeral
from hgplan.formats.document.periods import times_in
from hgplan.formats.document.roles import other_role

SPACES = [" ", "\u00a0", "\u202f", "\u2009"]


def found(text: str, language: str = "sv") -> list[tuple[float, str, str]]:
    return [(float(a.value), a.unit, a.bound) for a in amounts_in(text, language=language, taken=times_in(text).spans)]


def roles(text: str, language: str = "sv") -> list[str | None]:
    return [other_role(text, a) for a in amounts_in(text, language=language, taken=times_in(text).spans)]


def grouped(value: int, separator: str) -> str:
    return f"{value:,}".replace(",", separator)


@given(st.integers(0, 10**9), st.sampled_from([*SPACES, ".", "", "'"]))
def test_a_count_is_read_however_its_thousands_are_parted_in_swedish(value: int, separator: str) -> None:
    assert found(f"Vi ska ha {grouped(value, separator)} besök.") == [(value, "", "plain")]


@given(st.integers(0, 10**9), st.sampled_from([*SPACES, ",", ""]))
def test_a_count_is_read_however_its_thousands_are_parted_in_english(value: int, separator: str) -> None:
    assert found(f"We will have {grouped(value, separator)} visits.", "en") == [(value, "", "plain")]


@given(st.decimals("0", "999", places=1), st.sampled_from(["{} %", "{}%", "{}\u00a0%", "{} procent"]))
def test_a_share_is_read_with_a_decimal_comma(value: Decimal, form: str) -> None:
    assert found(f"Minst {form.format(str(value).replace('.', ','))} av alla") == [(float(value), "%", "at_least")]


@given(st.text(max_size=200), st.sampled_from(["sv", "en"]))
def test_any_text_gives_amounts_inside_it_from_left_to_right(text: str, language: str) -> None:
    amounts = amounts_in(text, language=language)
    assert all(0 <= a.begin <= a.start < a.end <= len(text) for a in amounts)
    assert all(one.start < two.start for one, two in pairwise(amounts))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("minst 5", "at_least"),
        ("åtminstone 5", "at_least"),
        ("fler än 5", "at_least"),
        ("över 5", "at_least"),
        (">5", "at_least"),
        ("≥ 5", "at_least"),
        ("5+", "at_least"),
        ("5 deltagare eller fler", "at_least"),
        ("at least 5", "at_least"),
        ("no fewer than 5", "at_least"),
        ("a minimum of 5", "at_least"),
        ("5 or more", "at_least"),
        ("högst 5", "at_most"),
        ("max 5", "at_most"),
        ("färre än 5", "at_most"),
        ("under 5 %", "at_most"),
        ("< 5", "at_most"),
        ("at most 5", "at_most"),
        ("no more than 5", "at_most"),
        ("fewer than 5", "at_most"),
        ("exakt 5", "equals"),
        ("cirka 5", "about"),
        ("about 5", "about"),
        ("5–8 ledare", "between"),
        ("mellan 5 och 8 ledare", "between"),
        ("between 5 and 8 leaders", "between"),
        ("5 ledare", "plain"),
    ],
)
def test_the_words_around_an_amount_make_it_a_bound(text: str, wanted: str) -> None:
    (amount,) = amounts_in(text, language="sv")
    assert (amount.value, amount.bound) == (5, wanted)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("40 miljoner kronor", 40_000_000, "SEK"),
        ("2,5 mnkr", 2_500_000, "SEK"),
        ("300 tkr", 300_000, "SEK"),
        ("500:-", 500, "SEK"),
        ("£2m", 2_000_000, "GBP"),
        ("€ 1,5 miljoner", 1_500_000, "EUR"),
        ("10 procentenheter", 10, "points"),
        ("5 percentage points", 5, "points"),
        ("1,5 per cent", 1.5, "%"),
        ("12 tusen", 12_000, ""),
        ("hälften av ledarna", 50, "%"),
        ("nio av tio medlemmar", 90, "%"),
        ("one in five", 20, "%"),
        ("fördubblas", 100, "%"),
        ("tjugofem kurser", 25, ""),
        ("two hundred trees", 200, ""),
    ],
)
def test_units_money_shares_and_words_are_read(text: str, value: float, unit: str) -> None:
    assert [entry[:2] for entry in found(text)] == [(value, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "22-målet",
        "covid-19",
        "50-talet",
        "100-årsjubileum",
        "3101LSH",
        "A4",
        "den 31 december 2025",
        "9 maj",
        "kl 18.30",
        "18.00–20.00",
        "vecka 12",
        "2024-06-30",
        "läsåret 2024/25",
        "08-123 45 67"[:6],
        "https://example.org/2000/50",
        "ett lag och en ledare",
        "one team",
        "var tredje månad",
        "inom fem år",
    ],
)
def test_what_only_looks_like_an_amount_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "projekt 3101",
        "Agenda 2030 och mål 5",
        "§ 12",
        "bilaga 2",
        "årskurs 9",
        "ungdomar 13–25 år",
        "personer under 35",
        "de fyra målområdena",
        "tre strategier",
        "av de 22 000 ska",
        "3 dagars utbildning",
        "1 ledare på 15 aktiva",
        "20 mph limits",
        "grupper á 30 scouter",
        "jämfört med 300",
        "dagens 300 medlemmar",
    ],
)
def test_an_amount_that_is_no_goal_is_told_apart(text: str) -> None:
    assert None not in roles(text)


@pytest.mark.parametrize("text", ["värva 2000 medlemmar", "minst 2000 besökare", "2 000 deltagare 2024"])
def test_a_count_that_could_be_a_year_is_a_count_before_what_it_counts(text: str) -> None:
    assert found(text)[0][0] == 2000


@pytest.mark.parametrize("text", ["år 2000", "under 2000", "hösten 2000", "Kongressen 2000 antog"])
def test_a_year_is_a_year(text: str) -> None:
    assert found(text) == []


def test_words_for_numbers_are_those_of_both_languages() -> None:
    words = {"två": 2, "tolv": 12, "tjugoen": 21, "etthundra": 100, "tvåhundra": 200, "seven": 7, "forty-two": 42}
    assert {word: numeral(word) for word in words} == words
