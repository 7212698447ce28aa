"""What a person at a terminal sees while work goes on, and what is left when she stops it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hgplan.cli.console import progress, say


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_long_work_is_told_on_a_terminal_and_wiped_when_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("counting"):
        time.sleep(0.6)
    assert terminal.getvalue() == "\r\x1b[Kcounting ... 0 s\r\x1b[K"


def test_short_work_is_not_worth_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("counting"):
        pass
    assert terminal.getvalue() == ""


def test_in_a_pipe_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    with progress("counting"):
        time.sleep(0.6)
    assert pipe.getvalue() == ""


def test_an_old_terminal_shows_a_question_mark_for_a_letter_that_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    say("Mål 98,0\u00a0%")
    sys.stdout.flush()
    assert written.getvalue() == b"M?l 98,0?%\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no signals here")
def test_who_presses_the_keys_gets_the_prompt_back_and_half_of_nothing(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "hgplan", "demo", str(tmp_path / "demo")], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    # The folder beside the target appears when the writing begins.
    while not any(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []
