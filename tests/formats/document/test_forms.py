"""The forms that a document comes in: marks, labels, lists, tables, front matter, broken headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hgplan.errors import PlanError
from hgplan.formats import dump_plan
from hgplan.formats.document import read_document
from hgplan.model import Goal, Plan


def plan_of(text: str, name: str = "plan.md") -> Plan:
    return read_document(text.encode(), name=name).plan


def goals_of(text: str) -> list[Goal]:
    return [goal for _, goal in plan_of(text).goals()]


def at_least(text: str) -> list[float | int | None]:
    return [target.at_least for goal in goals_of(text) for target in goal.targets]


@pytest.mark.parametrize(
    "heading",
    [
        "## Fler medlemmar",
        "== Fler medlemmar",
        "## **Fler medlemmar**",
        "## 2.1 Fler medlemmar",
        "## 2. Fler medlemmar",
    ],
)
def test_a_heading_is_a_strategy_in_whatever_marks(heading: str) -> None:
    title = heading.split()[0][0] + " Verksamhetsplan 2025"
    plan = plan_of(f"{title}\n\n{heading}\n\n- Minst 500 medlemmar\n")
    assert [strategy.title for strategy in plan.strategies] == ["Fler medlemmar"]


def test_headings_of_plain_text_are_lines_that_end_no_sentence() -> None:
    plan = plan_of("Verksamhetsplan 2025\n\nFler medlemmar\n\nVi ska bli minst 500.\n\nSyns mer\n\nVi ska synas.\n")
    assert [strategy.title for strategy in plan.strategies] == ["Fler medlemmar", "Syns mer"]


@pytest.mark.parametrize("mark", ["-", "*", "•", "–", "1.", "a)", "1:", "- [ ]"])
def test_an_item_is_a_goal_in_whatever_list(mark: str) -> None:
    assert at_least(f"# Plan 2025\n\n## Medlemmar\n\n{mark} Minst 500 medlemmar\n") == [500]


def test_labels_are_no_strategies_even_when_broken_in_two() -> None:
    plan = plan_of(
        "# Plan 2025\n\n## Medlemmar\n\nVi ska växa.\n\n### **Beskrivande**\n\n#### **text:**\n\nVi gör det ihop.\n\n"
        "### Mål\n\n- Minst 500 medlemmar\n\n### Aktiviteter\n\n- Öppet hus\n"
    )
    (strategy,) = plan.strategies
    assert strategy.description == "Vi gör det ihop."
    assert [activity.title for activity in strategy.activities] == ["Öppet hus"]
    assert "Minst 500 medlemmar" in {goal.quote.text for goal in strategy.goals if goal.quote}


@pytest.mark.parametrize("label", ["Bakgrund", "Nuläge", "Utfall 2024", "Budget", "Innehåll", "Background"])
def test_parts_about_other_things_give_no_goals(label: str) -> None:
    reading = read_document(
        f"# Plan 2025\n\n## {label}\n\nVi hade 700 medlemmar och 40 kurser.\n\n## Mål\n\n- 800 medlemmar\n".encode(),
        name="plan.md",
    )
    assert [target.value for _, goal in reading.plan.goals() for target in goal.targets] == [800]
    assert label in {piece.text for piece in reading.unplaced}


def test_the_front_matter_tells_whose_plan_it_is_and_for_when() -> None:
    front = "---\ntitle: Vägen framåt\norganisation: Byalaget\nperiod: 2025-2026\n---\n\n"
    plan = plan_of(f"{front}## A\n\n- Minst 5 möten\n")
    assert (plan.title, plan.organisation) == ("Vägen framåt", "Byalaget")
    assert plan.period is not None
    assert (plan.period.start.year, plan.period.end.year) == (2025, 2026)


def test_a_file_named_after_its_years_tells_them() -> None:
    plan = plan_of("## Medlemmar\n\n- Minst 500 medlemmar\n", name="plan-2025-2026.md")
    assert plan.period is not None
    assert (plan.period.start.year, plan.period.end.year) == (2025, 2026)


def test_a_figure_for_which_no_time_is_told_is_kept_in_sight_but_is_no_target() -> None:
    reading = read_document(b"## Medlemmar\n\n- Minst 500 medlemmar\n", name="plan.md")
    (goal,) = [goal for _, goal in reading.plan.goals()]
    assert goal.targets == ()
    assert [(condition.title, condition.at_least) for condition in goal.conditions] == [("Minst 500 medlemmar", 500)]
    assert any("tells no time" in piece.reason for piece in reading.unplaced)


def test_a_table_gives_a_goal_a_row_with_a_target_a_column() -> None:
    (goal,) = goals_of(
        "# Plan 2025–2026\n\n## Mål\n\n| Indikator | Utfall 2024 | 2025 | 2026 |\n|---|---|---|---|\n"
        "| Nya medlemmar | 400 | 450 | 500 |\n"
    )
    assert [(target.period, target.at_least) for target in goal.targets] == [("2025", 450), ("2026", 500)]
    assert goal.baseline == 400
    assert goal.quote is not None
    assert goal.quote.line == 7


def test_a_column_of_goals_in_words_leaves_the_targets_to_the_columns_of_years() -> None:
    members, content = goals_of(
        "# Plan 2025–2026\n\n## A\n\n| Mål | Mätetal | 2025 | 2026 |\n|---|---|---|---|\n"
        "| Nya medlemmar | antal | 300 | 350 |\n| Nöjda medlemmar | % | 80 | 85 |\n"
    )
    assert [(target.period, target.at_least) for target in members.targets] == [("2025", 300), ("2026", 350)]
    assert [(target.period, target.at_least) for target in content.targets] == [("2025", 80), ("2026", 85)]
    assert (members.title, content.unit) == ("Nya medlemmar", "%")


def test_several_figures_of_one_sentence_are_several_goals_with_one_quote() -> None:
    goals = goals_of("# Plan 2025\n\n## A\n\n- Värva 500 medlemmar och utbilda minst 40 ledare.\n")
    assert [(goal.title, goal.targets[0].at_least) for goal in goals] == [("Medlemmar", 500), ("Ledare", 40)]
    assert {goal.quote.text for goal in goals if goal.quote} == {"Värva 500 medlemmar och utbilda minst 40 ledare."}


def test_a_quote_tells_the_line_of_a_sentence_in_the_middle_of_a_paragraph() -> None:
    (goal,) = goals_of("# Plan 2025\n\n## A\n\nVi är många och\nblir fler. Vi ska\nvärva 500 medlemmar\ni år.\n")
    assert goal.quote is not None
    assert (goal.quote.line, goal.quote.text) == (7, "Vi ska värva 500 medlemmar i år.")


def test_a_decrease_without_its_starting_point_is_a_goal_without_a_target() -> None:
    reading = read_document("# Plan 2025\n\n## A\n\n- Minska utsläppen med 10 %\n".encode(), name="plan.md")
    (goal,) = [goal for _, goal in reading.plan.goals()]
    assert goal.targets == ()
    assert any(piece.reason.startswith("10 %: a change") for piece in reading.unplaced)


@pytest.mark.parametrize(
    ("item", "comparator", "value", "baseline"),
    [
        ("Öka från 300 till 400 medlemmar", "at_least", 400, 300),
        ("Öka antalet medlemmar med 40", "increase_by", 40, None),
        ("40 fler medlemmar", "increase_by", 40, None),
        ("Öka antalet medlemmar med 5 %", "increase_by_percent", 5, None),
        ("Öka andelen kvinnor med 5 procentenheter", "increase_by", 5, None),
        ("Minska svarstiden till 3 dagar", "at_most", 3, None),
        ("Reduce waiting times from 12 weeks to 6 weeks", "at_most", 6, 12),
        ("Högst 20 klagomål", "at_most", 20, None),
        ("10–15 deltagare", "between", 10, None),
        ("Exakt 3 möten", "equals", 3, None),
        ("400 medlemmar (idag 300)", "at_least", 400, 300),
    ],
)
def test_the_way_a_figure_is_meant_is_read(item: str, comparator: str, value: int, baseline: int | None) -> None:
    (goal,) = goals_of(f"# Plan 2025\n\n## A\n\n- {item}\n")
    (target,) = goal.targets
    assert (target.comparator, target.value, goal.baseline) == (comparator, value, baseline)


@pytest.mark.parametrize(
    "item",
    ["Hålla tolv öppna möten, ett i månaden", "Hold twelve open meetings, one a month", "12 möten (ett i månaden)"],
)
def test_one_of_them_a_month_says_how_all_of_them_are_spread(item: str) -> None:
    (goal,) = goals_of(f"# Plan 2025\n\n## A\n\n- {item}\n")
    assert [(target.period, target.at_least) for target in goal.targets] == [("2025", 12)]


@pytest.mark.parametrize("number", ["08-123 456 78", "070-123 45 67", "0303 12 34 56", "020 7946 0958"])
def test_a_telephone_number_is_no_figure(number: str) -> None:
    goals = goals_of(f"# Plan 2025\n\n## A\n\nVi ska svara på telefon {number} och ha 500 medlemmar.\n")
    assert [goal.targets[0].at_least for goal in goals] == [500]


@pytest.mark.parametrize(("item", "title"), [("Fördubbla antalet kurser", "Kurser"), ("Double the visits", "Visits")])
def test_what_is_doubled_is_no_share(item: str, title: str) -> None:
    (goal,) = goals_of(f"# Plan 2025\n\n## A\n\n- {item}\n")
    assert (goal.title, goal.targets[0].increase_by_percent) == (title, 100)


@pytest.mark.parametrize(
    ("sentence", "commitment"),
    [
        ("Vi strävar efter att värva 500 medlemmar.", "aspiration"),
        ("Vår ambition är 500 medlemmar.", "aspiration"),
        ("We hope to recruit 500 members.", "aspiration"),
        ("Vi ska värva 500 medlemmar.", "firm"),
        ("We will recruit 500 members.", "firm"),
    ],
)
def test_hopes_are_told_from_promises(sentence: str, commitment: str) -> None:
    (goal,) = goals_of(f"# Plan 2025\n\n## A\n\n{sentence}\n")
    assert (goal.targets[0].at_least, goal.commitment) == (500, commitment)


@pytest.mark.parametrize(
    "sentence",
    [
        "Vi var 500 medlemmar i fjol.",
        "I dag har vi 500 medlemmar.",
        "Under 2023 genomfördes 500 besök.",
        "Föreningen har 500 medlemmar.",
        "Vi avsätter 500 kronor per medlem.",
        "Vi kan till exempel bjuda in 500 personer.",
        "Last year we had 500 members.",
        "The roof costs 500 pounds.",
    ],
)
def test_what_is_or_was_or_costs_is_no_goal(sentence: str) -> None:
    assert goals_of(f"# Plan 2025\n\n## Medlemmar\n\n{sentence}\n") == []


def test_what_could_not_be_placed_is_listed_in_the_order_of_the_document() -> None:
    reading = read_document(
        b"# Plan 2025\n\nOm planen.\n\n## A\n\nVi var 300.\n\n- Minst 500 medlemmar\n", name="plan.md"
    )
    lines = [piece.line or 0 for piece in reading.unplaced]
    assert lines == sorted(lines)
    assert {(piece.line, piece.text) for piece in reading.unplaced} >= {(3, "Om planen."), (7, "300")}


PIECES = [
    "#",
    "##",
    "-",
    "1.",
    "|",
    "5",
    "år",
    "2025",
    "%",
    "Vi",
    "ska",
    "ha",
    "mål",
    "\n",
    "\n\n",
    ":",
    ".",
    "(",
    "**",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_document_gives_a_plan_that_can_be_written_or_a_plan_error(words: list[str]) -> None:
    text = " ".join(words)
    if text.strip():
        assert dump_plan(plan_of(text)).startswith("hgplan = 1")
    else:
        with pytest.raises(PlanError, match="the document is empty"):
            plan_of(text)
