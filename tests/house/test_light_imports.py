"""What a command needs is what it imports: polars only to compute."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("polars", "numpy", "pandas", "pyarrow", "cattrs", "sphinx")


def imported_by(code: str) -> set[str]:
    """The top-level packages that are there after the code has run in a fresh interpreter."""
    told = "import json, sys; print(); print(json.dumps([name for name in sys.modules if '.' not in name]))"
    ran = subprocess.run([sys.executable, "-c", f"{code}\n{told}"], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_importing_hgplan_loads_no_library_at_all() -> None:
    assert imported_by("import hgplan").isdisjoint({*HEAVY, "attrs", "pluggy"})


def test_plans_metrics_and_plugins_are_known_without_polars() -> None:
    code = "from hgplan import Plan, Goal, Target, Experiment, Organisation, Spells, metric, parse, hookimpl"
    assert "polars" not in imported_by(code)


COMMANDS = ["demo", "import", "check", "attain", "measure", "explain", "plugins", "schema", "doctor"]


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["plugins"], ["plugins", "--json"], ["schema"], ["doctor"]]
    + [[command, "--help"] for command in COMMANDS],
    ids=" ".join,
)
def test_a_command_that_computes_nothing_imports_no_polars(words: list[str]) -> None:
    assert "polars" not in imported_by(f"from hgplan.cli import main; main({words!r})")


def test_importing_changes_nothing_of_the_host() -> None:
    # polars tunes its own allocator through the environment when it is imported; that is not ours to undo.
    code = """
import polars
import json, locale, logging, os, sys, threading, warnings
def state():
    return [os.getcwd(), dict(os.environ), locale.setlocale(locale.LC_ALL), len(warnings.filters),
            logging.getLogger().handlers, logging.getLogger().level, threading.active_count(), sys.excepthook]
before = state()
import hgplan
for name in hgplan.__all__:
    getattr(hgplan, name)
assert state() == before, (before, state())
"""
    imported_by(code)
