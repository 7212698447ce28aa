"""The gate for skipped tests closes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("reason", "ends"), [("no shared cases beside the checkout", 0), ("it fails now and then", 1)], ids=["known", "new"]
)
def test_a_skip_that_nobody_listed_fails_the_run(tmp_path: Path, reason: str, ends: int) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "conftest.py", tmp_path)
    shutil.copy(ROOT / "tests" / "skips.txt", tmp_path / "tests")
    (tmp_path / "tests" / "test_it.py").write_text(
        f"import pytest\n\ndef test_one(): pass\n\ndef test_other(): pytest.skip({reason!r})\n", encoding="utf-8"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), "tests"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == ends, ran.stdout
    assert (reason in ran.stdout) == bool(ends)
