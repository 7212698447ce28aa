"""Tables for a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hgplan.outputs.tables import Column, display_width, printable, table_text

LEFT, RIGHT = Column("Förening"), Column("Utfall", "right")


def test_numbers_keep_to_the_right_and_texts_to_the_left() -> None:
    table = table_text([LEFT, RIGHT], [["Botkyrka", "1 204"], ["Östermalm-Norrmalm", "7"]])
    assert table.splitlines() == [
        "Förening            Utfall",
        "------------------  ------",
        "Botkyrka             1 204",
        "Östermalm-Norrmalm       7",
    ]


def test_a_narrow_terminal_wraps_the_words_of_the_widest_text() -> None:
    table = table_text([LEFT, RIGHT], [["Hyresgästföreningen Haninge västra", "12"]], width=28)
    assert table.splitlines()[2:] == [
        "Hyresgästföreningen       12",
        "Haninge västra",
    ]


def test_a_long_heading_over_figures_is_broken_and_stands_on_its_column() -> None:
    table = table_text([LEFT, Column("Nya förtroendevalda medlemmar", "right")], [["Botkyrka", "19 (86,4 %)"]])
    assert table.splitlines() == [
        "                      Nya",
        "          förtroendevalda",
        "Förening        medlemmar",
        "--------  ---------------",
        "Botkyrka      19 (86,4 %)",
    ]


def test_a_table_without_rows_is_its_headings() -> None:
    assert table_text([LEFT], []).splitlines() == ["Förening", "--------"]


def test_wide_letters_keep_the_columns_straight() -> None:
    lines = table_text([LEFT, RIGHT], [["東京", "1"], ["Öst", "2"]]).splitlines()
    assert {display_width(line) for line in lines} == {16}


def test_what_a_terminal_would_obey_is_written_out() -> None:
    shown = printable("A\x1b]0;x\x07\u202eB\r\n\ud800")
    assert shown == "A\\x1b]0;x\\x07\\u202eB\\r\\n\\ud800"


@given(
    st.lists(st.tuples(st.text(max_size=60), st.integers().map(str)), max_size=6),
    st.one_of(st.none(), st.integers(12, 80)),
)
def test_no_line_is_wider_than_the_terminal_and_no_letter_is_lost(
    rows: list[tuple[str, str]], width: int | None
) -> None:
    table = table_text([LEFT, RIGHT], rows, width=width)
    if width is not None:
        widest_right = max([6, *(len(number) for _, number in rows)])
        assert all(display_width(line) <= max(width, 8 + 2 + widest_right) for line in table.split("\n"))
    for name, number in rows:
        assert number in table
        if width is None:
            assert printable(name).rstrip(" ") in table
        else:
            letters = table.replace("\n", "").replace(" ", "")
            assert all(letter in letters for letter in printable(name).replace(" ", ""))
