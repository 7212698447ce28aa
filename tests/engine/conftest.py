"""Every example worked out by hand is asked of the engine and of the judge."""

from __future__ import annotations

import pytest
from drawn import worked


@pytest.fixture(params=["judge", "engine"])
def tell(request: pytest.FixtureRequest) -> worked.Tell:
    """Who tells the answer."""
    return worked.judge if request.param == "judge" else worked.engine
