"""Plugins that hang, exit, crash and eat memory, each in a child process that the host outlives."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hgplan.errors import DataError, HgplanError, PlanError, PluginError
from hgplan.hookspecs import Schema
from hgplan.plugins import Limits, Plugins
from hgplan.plugins.isolation import run

TASKS = """
import os, signal, subprocess, sys, threading, time
from hgplan.errors import DataError, PlanError


class Panic(BaseException):
    pass


def echo(**settings):
    print("told to standard output")
    print("told to standard error", file=sys.stderr)
    os.write(1, b"told to its descriptor")
    return repr(sorted(settings.items())).encode()

def hang():
    while True:
        time.sleep(60)

def hang_busily():
    while True:
        pass

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    hang()

def leave_a_child(file):
    started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    with open(file, "w") as written:
        written.write(str(started.pid))
    hang()

def linger():
    threading.Thread(target=hang).start()
    return b"whole"

def leave():
    os._exit(3)

def abort():
    os.abort()

def quit():
    sys.exit("by my own will")

def interrupt():
    raise KeyboardInterrupt

def panic():
    raise Panic("Anna Andersson, born 1980")

def eat():
    raise MemoryError if not bytearray(8 << 30) else RuntimeError("there was room")

def wrong_data():
    raise DataError("row 7 has no day", where="register", hint="give it one")

def wrong_ask():
    raise PlanError("no table 'x'")

def nothing():
    return None
"""

STUBBORN = {
    "hang": "no answer within",
    "hang_busily": "no answer within",
    "deaf": "no answer within",
    "leave": "ended with code 3",
    "abort": "ended with code -6",
    "quit": "SystemExit",
    "interrupt": "KeyboardInterrupt",
    "panic": "Panic",
    "nothing": "TypeError",
    "missing": "AttributeError",
}


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "hgplan_test_tasks.py").write_text(TASKS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    assert "hgplan_test_tasks" not in sys.modules


@pytest.mark.usefixtures("tasks")
@pytest.mark.parametrize("task", STUBBORN)
def test_what_ends_or_stalls_the_child_comes_back_as_an_error(task: str) -> None:
    started = time.monotonic()
    with pytest.raises(PluginError, match=STUBBORN[task]) as raised:
        run(f"hgplan_test_tasks:{task}", {}, Limits(seconds=1.0 if "no answer" in STUBBORN[task] else 30.0))
    assert time.monotonic() - started < 15
    assert "Anna" not in str(raised.value)


@pytest.mark.usefixtures("tasks")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its address space")
def test_a_child_that_eats_memory_is_held_to_its_limit() -> None:
    with pytest.raises(PluginError, match="MemoryError"):
        run("hgplan_test_tasks:eat", {}, Limits(seconds=30.0, memory=2 << 30))


@pytest.mark.usefixtures("tasks")
@pytest.mark.skipif(sys.platform == "win32", reason="process groups are the system's own")
def test_what_a_stopped_child_started_is_stopped_with_it(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="no answer"):
        run("hgplan_test_tasks:leave_a_child", {"file": str(tmp_path / "pid")}, Limits(seconds=2.0))
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 5
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie whose parent died waits for the first process to notice.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.usefixtures("tasks")
def test_settings_arrive_with_their_types_and_what_is_printed_spoils_no_answer() -> None:
    given = {"day": date(2022, 9, 11), "deep": {"list": [1, 2.5, True, None, "å"]}}
    answer = run("hgplan_test_tasks:echo", given, Limits(seconds=30.0))
    assert answer.decode() == repr(sorted(given.items()))


@pytest.mark.usefixtures("tasks")
def test_a_whole_answer_is_not_kept_back_by_a_thread_that_lingers() -> None:
    assert run("hgplan_test_tasks:linger", {}, Limits(seconds=10.0)) == b"whole"


@pytest.mark.usefixtures("tasks")
@pytest.mark.parametrize(("task", "kind"), [("wrong_data", DataError), ("wrong_ask", PlanError)])
def test_errors_of_the_data_and_of_the_asker_stay_theirs(task: str, kind: type[HgplanError]) -> None:
    with pytest.raises(kind) as raised:
        run(f"hgplan_test_tasks:{task}", {}, Limits(seconds=30.0))
    assert raised.value.what in ("row 7 has no day", "no table 'x'")


def test_a_setting_that_no_plan_file_can_hold_is_refused() -> None:
    with pytest.raises(PlanError, match="type Decimal"):
        run("hgplan_test_tasks:echo", {"amount": Decimal(1)}, Limits())


LEDGER = '''
    import os, time
    from datetime import date
    import polars as pl
    from hgplan.errors import DataError
    from hgplan.hookspecs import Schema, hookimpl
    from hgplan.metrics import Measure, Spells, metric

    @metric(unit="%")
    def kept(memberships: Spells, *, horizon: str = "12mo") -> Measure:
        """Who stayed."""
        if horizon == "0d":
            os._exit(4)
        return memberships.retained(horizon)

    class Ledger:
        def __init__(self, settings):
            self.settings = settings

        def tables(self):
            return {"payments": Schema({"day": "date", "amount": "decimal(2)"})}

        def scan(self, table, *, columns, start, until):
            if self.settings.get("hang"):
                time.sleep(600)
            if self.settings.get("fail"):
                raise ValueError("Anna Andersson paid nothing")
            rows = pl.LazyFrame({"day": [date(2022, 1, 1), date(2022, 6, 1)], "amount": [1, 2], "pid": os.getpid()})
            return rows.filter(pl.col("day") >= start) if start else rows

    class Kind:
        name = "ledger"

        def open(self, settings):
            return Ledger(settings)

    @hookimpl
    def hgplan_sources():
        yield Kind()

    @hookimpl
    def hgplan_metrics():
        yield kept
'''


@pytest.fixture
def found(install: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Plugins]]:
    """Install these plugins and discover them isolated, from this very process."""
    before = set(sys.modules)

    def discover(timeout: float = 30.0, **sources: str) -> Plugins:
        for name, source in sources.items():
            monkeypatch.syspath_prepend(install(name, source))
        importlib.invalidate_caches()
        return Plugins.discover(isolate=True, timeout=timeout)

    yield discover
    for name in set(sys.modules) - before:
        if name.startswith("hgplan_") and name.endswith("_hooks"):
            del sys.modules[name]


def test_an_isolated_source_gives_its_tables_and_rows_from_another_process(found: Callable[..., Plugins]) -> None:
    plugins = found(books=LEDGER)
    source = plugins.source("books.ledger").open({"path": "x"})
    assert source.tables() == {"payments": Schema({"day": "date", "amount": "decimal(2)"})}
    rows = source.scan("payments", columns=None, start=date(2022, 2, 1), until=None)
    assert isinstance(rows, pl.LazyFrame)
    read = rows.collect()
    assert read.select("day", "amount").rows() == [(date(2022, 6, 1), 2)]
    assert os.getpid() not in read["pid"]


def test_an_isolated_source_that_hangs_or_fails_is_named_and_tells_nobodys_name(found: Callable[..., Plugins]) -> None:
    plugins = found(books=LEDGER, timeout=4.0)
    kind = plugins.source("books.ledger")
    with pytest.raises(
        PluginError, match=r"plugin 'books' \(hgplan-books 1.0\) failed in hgplan_sources: no answer within"
    ):
        kind.open({"hang": True}).scan("payments", columns=None, start=None, until=None)
    with pytest.raises(PluginError, match=r"plugin 'books' (.*): ValueError") as raised:
        kind.open({"fail": True, "password": "s3cret"}).scan("payments", columns=None, start=None, until=None)
    assert "Anna" not in str(raised.value)
    assert "hgplan_books_hooks.py:" in str(raised.value)
    assert "s3cret" not in repr(kind.open({"password": "s3cret"}))


def test_an_isolated_metric_is_the_same_measure_and_its_crash_is_not_ours(found: Callable[..., Plugins]) -> None:
    kept = found(books=LEDGER).metric("books.kept")
    assert str(kept.bind({"horizon": "24mo"}).measure) == "memberships.retained('24mo')"
    with pytest.raises(PluginError, match=r"plugin 'books' \(hgplan-books 1.0\) failed in hgplan_metrics: .* code 4"):
        kept.bind({"horizon": "0d"})


LIGHT = """
    from hgplan.hookspecs import Phrase, hookimpl

    @hookimpl
    def hgplan_phrases(language):
        yield Phrase(language="en", text="members of the light kind", metric="kept")
"""


def test_a_plugin_that_would_end_the_host_costs_only_itself(found: Callable[..., Plugins]) -> None:
    plugins = found(
        light=LIGHT,
        exits="import os\nos._exit(5)",
        hangs=LIGHT + "\n    @hookimpl\n    def hgplan_tables():\n        import time\n        time.sleep(600)\n",
        timeout=2.0,
    )
    faults = {(fault.plugin, fault.hook): str(fault) for fault in plugins.faults}
    assert "ended with code 5" in faults["exits", None]
    assert "no answer within 2 seconds" in faults["hangs", "hgplan_tables"]
    assert [phrase.text for phrase in plugins.phrases("en")].count("members of the light kind") == 2
    rows = {row.name: row.status for row in plugins.describe()}
    assert (rows["exits"], rows["hangs"], rows["light"]) == ("refused", "faulty", "ok")
