from __future__ import annotations

from pathlib import Path

import pytest
from hgplan_tenants.hooks import ExampleRegion


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the example region, written once."""
    directory = tmp_path_factory.mktemp("region")
    assert ExampleRegion().write(directory) == directory / "plan.toml"
    return directory
