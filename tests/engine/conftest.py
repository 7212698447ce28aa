"""Every example worked out by hand is asked of the engine and of the judge."""

from __future__ import annotations

import os

import pytest
from drawn import worked

# What is drawn here depends on which modules a run has loaded, and a difference that it finds takes minutes to shrink:
# the comparison of every rule and verb with the judge is asked for by `HGPLAN_EXAMPLES=ci` or `deep`.
collect_ignore = [] if os.environ.get("HGPLAN_EXAMPLES") else ["test_rules.py", "test_verbs.py"]


@pytest.fixture(params=["judge", "engine"])
def tell(request: pytest.FixtureRequest) -> worked.Tell:
    """Who tells the answer."""
    return worked.judge if request.param == "judge" else worked.engine
