"""What all tests share: how hypothesis draws, and which skips are known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every machine and every run; `make deep` draws more, and anew each time.
settings.register_profile(
    "same", derandomize=True, max_examples=40, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile(
    "deep", max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("HGPLAN_EXAMPLES", "same"))

_KNOWN = tuple(
    line
    for line in Path(__file__).with_name("skips.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
_UNKNOWN: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember a skip whose reason is not listed."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """The same for a module that is skipped whole."""
    if report.skipped:
        _note(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip that nobody listed fails the run: a test that never runs is no test."""
    if _UNKNOWN and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name them."""
    for unknown in _UNKNOWN:
        terminalreporter.write_line(f"skipped for a reason that tests/skips.txt doesn't list: {unknown}", red=True)


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(_KNOWN):
        _UNKNOWN.append(f"{report.nodeid}: {reason}")
