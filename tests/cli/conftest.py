"""A small plan on disk, and the command line run as a person runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples.club import write_club
from examples.console import Hgplan, Ran

from hgplan.cli import main


@pytest.fixture
def hgplan(capfd: pytest.CaptureFixture[str]) -> Hgplan:
    """Run a command line in this process."""

    def run(*words: object) -> Ran:
        capfd.readouterr()
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def club(tmp_path: Path) -> Path:
    """The path of a small plan with its data beside it."""
    return write_club(tmp_path / "club")
