"""Talking to the person at the terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from hgplan.errors import HgplanError, Location
from hgplan.outputs import printable

__all__ = ["complain", "note", "note_internal", "progress", "quiet_end", "say", "table_width", "tell_faults"]

_INTERNAL: Final = "internal figures: small groups of people are not hidden; not for publication"
# Work that ends sooner is not worth a line that vanishes at once.
_SOON: Final = 0.4


def say(text: str) -> None:
    """A result, on standard output."""
    _write(sys.stdout, f"{text}\n")


def note(text: str) -> None:
    """A remark, on standard error."""
    _write(sys.stderr, f"hgplan: {printable(text)}\n")


def note_internal() -> None:
    """The remark that goes with figures that no release has looked through."""
    note(_INTERNAL)


def complain(error: HgplanError) -> None:
    """All faults on standard error, a line each: `plan.toml:7:1: error: what is wrong; the nearest right thing`."""
    for fault in error.faults:
        _write(sys.stderr, f"{printable(_line(fault))}\n")


def tell_faults(faults: Iterable[object]) -> bool:
    """What plugins broke, on standard error, a line each; whether there was any."""
    told = [_on_a_line(str(fault)) for fault in faults]
    for fault in told:
        note(f"fault: {fault}")
    return bool(told)


def table_width() -> int | None:
    """How wide a table may be: the terminal's width, and as wide as it likes in a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Say what takes long while it does, on a terminal; in a pipe nothing."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    ticking = threading.Thread(target=_tick, args=(doing, done), daemon=True)
    ticking.start()
    try:
        yield
    finally:
        done.set()
        ticking.join()


def quiet_end() -> None:
    """Let the interpreter's last flush go nowhere: the reader of the pipe has left."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _tick(doing: str, done: threading.Event) -> None:
    began = time.monotonic()
    shown = False
    while not done.wait(1.0 if shown else _SOON):
        shown = True
        _write(sys.stderr, f"\r\x1b[K{printable(doing)} ... {time.monotonic() - began:.0f} s")
    if shown:
        _write(sys.stderr, "\r\x1b[K")


def _line(fault: HgplanError) -> str:
    place = f"{fault.where}: " if isinstance(fault.where, Location) else ""
    inside = f" (in {fault.where})" if isinstance(fault.where, str) else ""
    hint = f"; {fault.hint}" if fault.hint else ""
    return f"{place}error: {fault.what}{inside}{hint}"


def _on_a_line(text: str) -> str:
    """A fault's lines in one: what, where, and after a semicolon the hint.

    >>> _on_a_line("no hook has this name\\n  in doors.py:3\\n  did you mean 'hgplan_metrics'?")
    "no hook has this name in doors.py:3; did you mean 'hgplan_metrics'?"
    """
    what, *more = (" ".join(line.split()) for line in text.splitlines() if line.strip())
    return what + "".join(f"{' ' if line.startswith('in ') else '; '}{line}" for line in more)


def _write(stream: TextIO, text: str) -> None:
    # An old terminal lacks letters; it shows a question mark where we would fall.
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()
