"""What the pack offers, and on what it rests."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import hgplan_tenants
import pytest
from hgplan_tenants.hooks import hgplan_examples, hgplan_metrics, hgplan_phrases, hgplan_tables
from hgplan_tenants.phrases import PHRASES

import hgplan

SOURCE = Path(hgplan_tenants.__file__).parent
TABLES = {table.name: table for table in hgplan_tables()}
METRICS = {metric.name: metric for metric in hgplan_metrics()}


def test_the_pack_is_found_by_its_entry_point() -> None:
    (found,) = entry_points(group="hgplan", name="tenants")
    assert found.value == "hgplan_tenants.hooks"


def test_asking_what_the_pack_brings_imports_no_polars() -> None:
    code = (
        "import sys; from hgplan_tenants import hooks as h; "
        "h.hgplan_tables(); h.hgplan_metrics(); h.hgplan_phrases('sv'); h.hgplan_examples(); "
        "sys.exit('polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_pack_imports_public_names_of_hgplan_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not [name.name for name in node.names if name.name.startswith("hgplan.")]
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "hgplan":
            assert node.module == "hgplan"
            assert {name.name for name in node.names} <= set(hgplan.__all__)


def test_every_metric_has_a_definition_a_unit_and_tables_of_the_pack() -> None:
    assert len(METRICS) >= 12
    for metric in METRICS.values():
        assert metric.definition.endswith("."), metric.name
        assert metric.unit, metric.name
        assert set(metric.tables) <= set(TABLES), metric.name
        for table, kind in metric.tables.items():
            assert type(TABLES[table]).__name__ == kind, metric.name


def test_every_metric_reads_back_from_its_text() -> None:
    for metric in METRICS.values():
        assert hgplan.parse(str(metric.measure)) == metric.measure, metric.name


def test_metrics_take_their_own_parameters() -> None:
    assert "gap='36mo'" in str(METRICS["newly_engaged"].bind({"away": "36mo"}).measure)
    assert ".first()" in str(METRICS["newly_engaged"].bind({"away": "ever"}).measure)
    assert "role == 'elected'" in str(METRICS["newly_engaged"].bind({"role": "elected"}).measure)
    assert "phase == 'election'" in str(METRICS["campaign_activities"].bind({"phase": "election"}).measure)
    assert "retained('24mo')" in str(METRICS["retention"].bind({"horizon": "24mo"}).measure)


def test_every_phrase_names_a_metric_of_the_pack_with_parameters_that_it_takes() -> None:
    for phrase in PHRASES:
        METRICS[phrase.metric].bind(dict(phrase.parameters))
        assert phrase.unit == METRICS[phrase.metric].unit


def test_no_two_phrases_say_the_same() -> None:
    assert len({(phrase.language, phrase.text.casefold()) for phrase in PHRASES}) == len(PHRASES)


@pytest.mark.parametrize(
    ("language", "sentence", "metric"),
    [
        ("sv", "att värva 1 200 nya medlemmar under året", "new_members"),
        ("sv", "engagera 30 nya förtroendevalda/aktiva medlemmar", "newly_engaged"),
        ("sv", "ha 500 aktiva medlemmar", "engaged"),
        ("sv", "20 nya aktiva medlemmar i varje förening", "newly_engaged"),
        ("sv", "medlemmar som vi behåller över tid", "retention"),
        ("sv", "föra 5 000 dialoger", "dialogues"),
        ("sv", "utbilda 500 medlemmar", None),
        ("sv", "12 nya föreningar", None),
        ("en", "recruit 300 new members", "new_members"),
        ("en", "members whom we keep over time", "retention"),
    ],
)
def test_the_longest_phrase_in_a_sentence_is_what_it_counts(language: str, sentence: str, metric: str | None) -> None:
    found = [phrase for phrase in hgplan_phrases(language) if phrase.text in sentence]
    longest = max(found, key=lambda phrase: len(phrase.text), default=None)
    assert (longest.metric if longest else None) == metric


def test_another_language_has_no_phrases() -> None:
    assert list(hgplan_phrases("de")) == []


def test_the_example_says_that_it_is_synthetic() -> None:
    (example,) = hgplan_examples()
    assert example.name == "tenants"
    assert "synthetic" in example.title
