"""`hgplan plugins new`: what it writes works."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from examples.console import Hgplan


def test_a_new_plugin_passes_its_own_tests(hgplan: Hgplan, tmp_path: Path) -> None:
    folder = tmp_path / "hgplan-door-knocking"
    assert hgplan("plugins", "new", "door-knocking", "-o", folder).code == 0
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["hgplan"] == {"door-knocking": "hgplan_door_knocking"}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout


@pytest.mark.parametrize("name", ["Å b", "../up", "-x", "Doors", ""])
def test_a_name_that_can_be_no_namespace_is_usage(hgplan: Hgplan, name: str) -> None:
    assert hgplan("plugins", "new", f"{name}").code == 2


def test_a_folder_that_holds_something_is_refused(hgplan: Hgplan, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("dear")
    ran = hgplan("plugins", "new", "doors", "-o", tmp_path)
    assert ran.code == 1
    assert "is there already" in ran.err
    assert [left.name for left in tmp_path.iterdir()] == ["mine.txt"]
