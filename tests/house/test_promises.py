"""What the README, the changelog and the checks promise each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_checks_run_the_lines_that_the_readme_says() -> None:
    lines = re.findall(r"```sh\n(.*?)\n```", README, flags=re.DOTALL)
    assert len(lines) == 2
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    install, tests = lines
    assert tests in checks
    # The checks want more tools, and their own folder for the demo.
    assert install.replace("[all,test]", "[all,test,lint,docs]").removesuffix(" && .venv/bin/hgplan demo") in checks


def test_the_changelog_begins_with_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (\S+)", changelog, flags=re.MULTILINE)
    assert first is not None
    assert first[1] == PROJECT["project"]["version"]


@pytest.mark.parametrize("target", ["test", "lint", "types", "layers", "docs", "bench", "deep", "check"])
def test_every_target_of_the_makefile_is_one_line(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(re.findall(rf"^{target}:.*$", makefile, flags=re.MULTILINE)) == 1
    assert not re.search(r"^\t", makefile, flags=re.MULTILINE)


def test_what_the_library_needs_is_what_it_says() -> None:
    needed = {re.split(r"[<>=\[]", line)[0] for line in PROJECT["project"]["dependencies"]}
    assert needed == {"attrs", "cattrs", "pluggy", "polars"}
