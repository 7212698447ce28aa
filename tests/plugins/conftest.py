"""Real distributions, written as an installer leaves them: a module and a dist-info folder on the path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest


class Install(Protocol):
    def __call__(
        self, plugin: str, source: str, *, distribution: str = ..., version: str = ..., folder: Path | None = ...
    ) -> Path: ...


@pytest.fixture
def install(tmp_path: Path) -> Install:
    def write(
        plugin: str, source: str, *, distribution: str = "", version: str = "1.0", folder: Path | None = None
    ) -> Path:
        name = distribution or f"hgplan-{plugin}"
        module = name.replace("-", "_") + "_hooks"
        site = folder or tmp_path / "site"
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (site / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[hgplan]\n{plugin} = {module}\n", encoding="utf-8")
        return site

    return write


Ask = Callable[..., Any]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Run a script in a new interpreter that sees the distributions, and give what it prints as JSON."""

    def run(script: str, *folders: Path) -> Any:
        path = os.pathsep.join(map(str, folders or (tmp_path / "site",)))
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", textwrap.dedent(script)],
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
