"""Both kinds of counting keep every law of hgplan's own kit, and so does the plugin."""

from __future__ import annotations

import ast
import pickle
from decimal import Decimal
from importlib.metadata import entry_points
from pathlib import Path

import hgplan_aggregates
import pytest
from hgplan_aggregates import APPROXIMATE_DISTINCT, MODE, approximate_distinct, hooks
from hypothesis import strategies as st

import hgplan
from hgplan.testing import Law, check_aggregate, check_plugin, each_law

SOURCE = Path(hgplan_aggregates.__file__).parent


@each_law(MODE)
def test_the_mode_keeps_every_law(law: Law) -> None:
    law()


@each_law(approximate_distinct(3), values=st.none() | st.text(max_size=2) | st.integers(0, 20))
def test_the_sketch_keeps_every_law_also_when_it_is_full(law: Law) -> None:
    law()


def test_the_mode_counts_every_kind_of_number() -> None:
    check_aggregate(MODE, values=st.none() | st.sampled_from([Decimal("0.10"), Decimal("2"), Decimal("-1.5")]))
    check_aggregate(MODE, values=st.floats(allow_nan=False, allow_infinity=False) | st.booleans())


def test_the_sketch_counts_combinations() -> None:
    check_aggregate(APPROXIMATE_DISTINCT, values=st.tuples(st.none() | st.text(max_size=1), st.none() | st.dates()))


def test_the_plugin_keeps_its_laws() -> None:
    check_plugin(hooks)


def test_both_go_to_another_process() -> None:
    rows = [(1,), (2,), (2,)]
    for aggregate in (MODE, APPROXIMATE_DISTINCT):
        again = pickle.loads(pickle.dumps(aggregate))
        assert again.final(again.partial(rows)) == aggregate.final(aggregate.partial(rows)) == 2.0


def test_the_plugin_is_found_by_its_entry_point() -> None:
    (found,) = entry_points(group="hgplan", name="aggregates")
    assert found.value == "hgplan_aggregates.hooks"


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_plugin_imports_public_names_of_hgplan_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not [name.name for name in node.names if name.name.startswith("hgplan.")]
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "hgplan":
            assert node.module == "hgplan"
            assert {name.name for name in node.names} <= set(hgplan.__all__)
