"""Other engines' cases of metrics, asked through one adapter."""

from __future__ import annotations

import pytest

from conformance.asked import Question
from conformance.pack import Case, assert_rows, cases


@pytest.mark.parametrize("case", cases("mf"))
def test_a_metric_layers_case_gives_its_figures(case: Case) -> None:
    assert_rows(Question(case).rows(), case, case.asked["keys"], case.asked["values"])
