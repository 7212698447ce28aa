"""Which skips are known: another one fails the run, for a test that never runs is no test."""

from __future__ import annotations

from pathlib import Path

import pytest

_KNOWN = tuple(
    line
    for line in Path(__file__).parent.joinpath("tests", "skips.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
_UNKNOWN: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember a skipped test whose reason is not listed."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """The same for a module that is skipped whole."""
    if report.skipped:
        _note(report)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where there was one."""
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
