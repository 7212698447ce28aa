from __future__ import annotations

from pathlib import Path

import pytest

import hgplan


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example region, written once."""
    return hgplan.Plugins.discover().example("tenants").write(tmp_path_factory.mktemp("region")).parent


@pytest.fixture(scope="session")
def region(folder: Path) -> hgplan.Workspace:
    """The region as hgplan reads it."""
    return hgplan.open(folder / "plan.toml")
