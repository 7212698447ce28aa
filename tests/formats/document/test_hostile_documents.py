"""Documents that are broken, hostile or huge: a clear error, or a reading in time that grows with their length."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

import pytest

from hgplan.errors import PlanError
from hgplan.formats import dump_plan, load_plan
from hgplan.formats.document import read_document
from hgplan.formats.document.text import LARGEST


def reading_of(text: str) -> str:
    """Everything that a reading passes on, as one text."""
    reading = read_document(text.encode(), name="plan.md")
    return dump_plan(reading.plan) + "\n".join(str(piece) for piece in reading.unplaced)


def test_bytes_that_are_not_utf8_are_refused_with_their_place() -> None:
    with pytest.raises(PlanError) as told:
        read_document("# Plan\n\nFler medlemmar på Öland".encode("cp1252"), name="plan.md")
    assert str(told.value) == (
        "the document is not UTF-8 (byte 0xE5 at offset 24)\n  in plan.md:3\n"
        "  it looks like Windows-1252; save it as UTF-8 and import it again"
    )


def test_utf16_is_refused_by_name() -> None:
    with pytest.raises(PlanError, match="UTF-16"):
        read_document("# Plan".encode("utf-16"), name="plan.md")


def test_a_nul_byte_is_refused_with_its_offset() -> None:
    with pytest.raises(PlanError, match="NUL byte at offset 6"):
        read_document(b"# Plan\x00\n", name="plan.md")


def test_a_document_larger_than_the_limit_is_refused() -> None:
    with pytest.raises(PlanError, match=r"the document is 4\.0 MiB large, the limit is 4 MiB"):
        read_document(b"a" * (LARGEST + 1), name="plan.md")


@pytest.mark.parametrize("content", [b"", b"  \n\n", b"\xef\xbb\xbf"])
def test_an_empty_document_is_refused(content: bytes) -> None:
    with pytest.raises(PlanError, match="the document is empty"):
        read_document(content, name="plan.md")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = "# Plan 2025\n\n## Medlemmar\n\n- Minst 500 medlemmar\n"
    plain = read_document(text.encode(), name="plan.md")
    marked = read_document(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), name="plan.md")
    assert marked == plain


def test_a_missing_extra_is_told_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with pytest.raises(PlanError) as told:
        read_document(b"# Plan", name="plan.md")
    assert "pip install 'hgplan[document]'" in str(told.value)


def test_html_is_never_passed_on() -> None:
    told = reading_of(
        "# Plan 2025 <script>alert(1)</script>\n\n## Medlemmar<img src=x onerror=alert(1)>\n\n"
        "- Minst <b>500</b> medlemmar <!-- 900 -->\n\n<div>\nVi ska nå 40 skolor.\n</div>\n\n"
        "<script>\nMinst 700 medlemmar\n</script>\n"
    )
    assert "alert" not in told
    assert "<" not in told
    assert "at_least = 500" in told
    assert "at_least = 40" in told
    assert "900" not in told
    assert "700" not in told


def test_addresses_of_links_are_left_out() -> None:
    item = "Nå 40 [skolor](javascript:alert(1)) och [bli](https://x.se/9000) fler"
    told = reading_of(f"# Plan 2025\n\n## A\n\n- {item}\n")
    assert "javascript" not in told
    assert "9000" not in told
    assert "Nå 40 skolor och bli fler" in told


def test_invisible_characters_do_not_hide_a_goal_or_turn_a_text_around() -> None:
    told = reading_of("# Plan 2025\n\n## A\n\n- Minst 500 med\u00adlem\u200bmar \u202egnirts\u202c\n")
    assert "Minst 500 medlemmar" in told
    assert not set(told) & {"\u00ad", "\u200b", "\u202e", "\u202c"}


def test_struck_out_text_and_code_are_no_goals() -> None:
    told = reading_of("# Plan 2025\n\n## A\n\n- Minst ~~500~~ 600 medlemmar\n\n```\nVi ska nå 900 skolor.\n```\n")
    assert "at_least = 600" in told
    assert "at_least = 900" not in told
    assert "500" not in told


def test_a_title_that_is_a_formula_stays_text(tmp_path: Path) -> None:
    text = b'# Plan 2025\n\n## =HYPERLINK("http://x","y")\n\n- Minst 5 kurser'
    plan = read_document(text, name="p.md").plan
    file = tmp_path / "plan.toml"
    file.write_text(dump_plan(plan), encoding="utf-8")
    assert load_plan(file) == plan


HOSTILE = {
    "items": "- Vi ska värva 5 nya medlemmar år 2022\n",
    "one paragraph": "Vi ska ha 5 medlemmar år 2022. ",
    "one sentence": "5 medlemmar 2022 och ",
    "headings": "## Mål ett\n\nVi ska öka 5 %.\n\n",
    "table rows": "| Andel barn | 5 % |\n",
    "open brackets": "([",
    "emphasis": "*a _b **c\n",
    "tags": "<b <!-- <c\n",
    "numbers": "1 000 ",
    "quotes": "> a\n",
    "years": "2022-",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_time_of_reading_grows_with_the_length_only(kind: str) -> None:
    def seconds(times: int) -> float:
        text = "# Plan 2022\n\n" + ("| Mål | 2022 |\n|---|---|\n" if "table" in kind else "") + HOSTILE[kind] * times
        start = perf_counter()
        read_document(text.encode(), name="plan.md")
        return perf_counter() - start

    seconds(10)
    small = min(seconds(100) for _ in range(2))
    # Eight times the text; a quadratic reader would take sixty-four times as long.
    assert seconds(800) < 24 * small + 0.5


def test_a_hundred_thousand_lines_are_read() -> None:
    text = "# Plan 2022\n\n" + ("En rad,\n" * 49 + "och slut.\n\n") * 2_000
    assert read_document(text.encode(), name="plan.md").plan.title == "Plan 2022"
